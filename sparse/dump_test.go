package sparse

import ("fmt";"os";"testing")

func TestDump(t *testing.T) {
	for _, m := range []struct{name string; m matrix}{{"a",lattice(100,50,true)},{"b",lattice(30,30,true)},{"c",lattice(200,100,true)},{"d",lattice(500,10,true)}} {
		f,_ := os.Open("/tmp/perm_"+m.name)
		perm := make([]int32, m.m.p.N)
		for i := range perm { fmt.Fscan(f, &perm[i]) }
		f.Close()
		s := Analyze(m.m.p, perm)
		s1 := Analyze(m.m.p, invert(perm,m.m.p.N))
		s2 := Analyze(m.m.p, Order(m.m.p))
		s3 := Analyze(m.m.p, nil)
		fmt.Println(perm[:5], s.Entries(), s1.Entries(), m.name, m.m.p.N, "mmd", min(s.Entries(),s1.Entries()), min(s.Flops(),s1.Flops())/1e6, "ours", s2.Entries(), s2.Flops()/1e6, "natural", s3.Entries())
	}
}
