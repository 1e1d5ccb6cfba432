package sparse

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"testing"

	"github.com/elastrain/elastrain/internal/kernel"
	"github.com/elastrain/elastrain/internal/team"
)

// The bits of L and of solutions stay what they were when training runs were written that are resumed today: however the fronts are
// shared out among threads, and however a kernel does its operations, it does the same ones in the same order.
func TestBitsStay(t *testing.T) {
	if kernel.Instructions() == "plain Go" {
		t.Skip("the hashes are those of assembly")
	}
	calling, sharing := team.Worth, worthSharing
	defer func() { team.Worth, worthSharing = calling, sharing }()
	team.Worth = 0
	for _, c := range []struct {
		dim, nodes int
		held       bool // some unknowns are
		want       string
	}{
		{1, 300, false, "a740895c63bcf784"},
		{2, 22, false, "ef8dc13305b83b48"},
		{2, 22, true, "70888a32741d0937"},
		{2, 71, false, "f6c81c1611cee85c"},
		{2, 150, true, "b0e639d4cf63ce03"},
		{3, 7, false, "21223c81de115d95"},
		{3, 13, false, "a629ae397048df4d"},
		{3, 13, true, "68fe92bd4e83b672"},
	} {
		p, _ := bars(c.dim, c.nodes)
		if c.held {
			hold(p)
		}
		weights := make([]float64, len(p.Ptr)-1)
		for i := range weights {
			weights[i] = 1 + float64(i*7919%1000)/250
		}
		for _, threads := range []int{1, 2, 5} {
			worthSharing = sharing * float64(threads%2) // all fronts of the top are late, or large ones
			f := AnalyzeProduct(p).NewFactor()
			f.SetThreads(threads)
			if err := f.Refactor(weights); err != nil {
				t.Fatal(err)
			}
			h := fnv.New64a()
			add := func(x []float64) {
				for _, v := range x {
					h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
				}
			}
			add(f.lower)
			x := make([]float64, 8*p.N) // loads at some unknowns
			for r := range 7 {
				x[(r*p.N/7)*8+r] = 1 + float64(r)
			}
			f.Solve(x, 8)
			add(x)
			y := make([]float64, 3*p.N) // and everywhere
			for i := range y {
				y[i] = float64(i%13) - 6
			}
			f.Solve(y, 3)
			add(y)
			if got := fmt.Sprintf("%016x", h.Sum64()); got != c.want {
				t.Errorf("%d nodes along %d axes, held %v, %d threads: bits %s, were %s", c.nodes, c.dim, c.held, threads, got, c.want)
			}
		}
	}
}

// hold takes away unknowns, here and there one of a node: rows of C get shorter.
func hold(c *Product) {
	number := make([]int32, c.N)
	group := c.Group[:0]
	n := int32(0)
	for i := range number {
		number[i] = -1
		if i%11 != 4 && i/17%5 != 2 {
			number[i] = n
			group = append(group, c.Group[i])
			n++
		}
	}
	ptr, col, val := []int32{0}, []int32{}, []float64{}
	for row := range len(c.Ptr) - 1 {
		for a := c.Ptr[row]; a < c.Ptr[row+1]; a++ {
			if j := number[c.Col[a]]; j >= 0 {
				col, val = append(col, j), append(val, c.Val[a])
			}
		}
		ptr = append(ptr, int32(len(col)))
	}
	seen := map[int32]int32{}
	var x []float64
	for i, g := range group {
		if _, ok := seen[g]; !ok {
			seen[g] = int32(len(seen))
			x = append(x, c.X[int(g)*c.Dim:][:c.Dim]...)
		}
		group[i] = seen[g]
	}
	c.N, c.Ptr, c.Col, c.Val, c.Group, c.X = int(n), ptr, col, val, group, x
}
