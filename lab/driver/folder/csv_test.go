package folder

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/lab"
)

var testCard = lab.Card{Name: "files", Dim: 2, Nodes: 3, Elements: 2, Stiffens: true,
	Limits: lab.Limits{Force: 0.5, TotalForce: 0.8, Stiffness: [2]float64{10, 1000}}}

func TestParse(t *testing.T) {
	seen := func(x, y, sigma float64) lab.Mark { return lab.Mark{X: [3]float64{x, y}, Sigma: sigma, Seen: true} }
	for _, c := range []struct {
		name, text   string
		nodes, fixed []lab.Mark
		load         int
	}{
		{"metres", "node,x (m),y (m)\n1,0,0\n2,0.1,0\n3,0.05,-0.05\n", []lab.Mark{seen(0, 0, 0), seen(0.1, 0, 0), seen(0.05, -0.05, 0)}, nil, 0},
		{"millimetres, micrometres, order, marks of the frame", "# load 7\nsigma [um];frame;x[mm];y [cm];Node\n5;1;50;-5;3\n;1;-10;1;f2\n6;1;0;0;1\n",
			[]lab.Mark{seen(0, 0, 6e-6), {}, seen(0.05, -0.05, 5e-6)}, []lab.Mark{{}, seen(-0.01, 0.01, 0)}, 7},
		{"decimal commas, capitals, blanks", "NODE  X_mm  Y_mm\r1 0,5 1\r3 -2,5 0\r", []lab.Mark{seen(0.0005, 0.001, 0), {}, seen(-0.0025, 0, 0)}, nil, 0},
		{"UTF-16", "\xff\xfe#\x00 \x00l\x00o\x00a\x00d\x00 \x007\x00\n\x00n\x00o\x00d\x00e\x00;\x00x\x00/\x00m\x00;\x00y\x00/\x00m\x00\n\x001\x00;\x000\x00;\x001\x00\n\x00", []lab.Mark{seen(0, 1, 0), {}, {}}, nil, 7},
		{"not seen", "node,x (m),y (m)\n2,,\n3,1,2\n1\n", []lab.Mark{{}, {}, seen(1, 2, 0)}, nil, 0},
		{"tabs, mark of order of bytes, carriage returns", "\ufeffnode\tx (m)\ty (m)\r\n1\t1\t2\r\n", []lab.Mark{seen(1, 2, 0), {}, {}}, nil, 0},
	} {
		got, err := Parse([]byte(c.text), testCard)
		if err != nil || got.Load != c.load || !near(got.Nodes, c.nodes) || !near(got.Fixed, c.fixed) {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
}

func near(a, b []lab.Mark) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		d := math.Abs(a[i].Sigma - b[i].Sigma)
		for k := range 3 {
			d = max(d, math.Abs(a[i].X[k]-b[i].X[k]))
		}
		if a[i].Seen != b[i].Seen || d > 1e-15 {
			return false
		}
	}
	return true
}

func TestParseRefuses(t *testing.T) {
	const header = "node,x (mm),y (mm),sigma (mm)\n"
	for _, c := range []struct {
		text string
		line int
		want string
	}{
		{"", 1, "there is no header"},
		{"# only a remark\n", 1, "there is no header"},
		{"1,2,3\n", 1, "there is no column node"},
		{"node,x,y\n1,2,3\n", 1, `the column "x" needs its unit of length`},
		{"node,x (px),y (px)\n1,2,3\n", 1, `the column "x (px)" needs its unit`},
		{"node,x (mm)\n1,2\n", 1, "there is no column y, and the lattice has 2 dimensions"},
		{"node,x (mm),x (mm)\n", 1, "the column x is there twice"},
		{header, 1, "there is a header and no row"},
		{header + "1,0,0,\n4,0,0,\n", 3, `there is no node "4"; nodes are 1 to 3`},
		{header + "0,0,0,\n", 2, `there is no node "0"`},
		{header + "f1001,0,0,\n", 2, `there is no node "f1001"`},
		{header + "1,0,0,\n# a remark\n1,0,0,\n", 4, "node 1 is there twice"},
		{header + "1,0,,\n", 2, `the y of node 1 is "", no number`},
		{header + "1,NaN,0,\n", 2, `the x of node 1 is "NaN", no number`},
		{header + "1,\"0,5\",0,\n", 2, `the x of node 1 is "0,5", no number with a decimal point`},
		{header + "1,50000,0,\n", 2, "the x of node 1 is 50 m, and no bench is so large"},
		{header + "1,0,0,-1\n", 2, `the sigma of node 1 is "-1"`},
		{header + "1,0,\"0\n", 2, "a quoted field does not end"},
	} {
		_, err := Parse([]byte(c.text), testCard)
		var at *TextError
		if !errors.As(err, &at) || at.Line != c.line || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want line %d: %s", c.text, err, c.line, c.want)
		}
	}
	if _, err := Parse(make([]byte, MaxBytes+1), testCard); err == nil || !strings.Contains(err.Error(), "larger than 16 MiB") {
		t.Errorf("a large file: %v", err)
	}
}

// FuzzParse reads anything: it is refused, or every mark is one.
func FuzzParse(f *testing.F) {
	f.Add([]byte("# load 7\nnode,x (mm),y (mm),sigma (um)\n1,0.012,16.003,5\nf1,-10,-10,\n"))
	f.Add([]byte("node;x[m];y[m]\n3;1e-3;\"2\"\n"))
	f.Add([]byte("node\tx (m)\ty (m)\n1\tNaN\tInf\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := Parse(text, testCard)
		if err != nil {
			return
		}
		if len(got.Nodes) != 3 || len(got.Fixed) > mostFixed || got.Load < 0 {
			t.Fatalf("%v", got)
		}
		var again strings.Builder
		again.WriteString("node,x (m),y (m),sigma (m)\n")
		write := func(prefix string, marks []lab.Mark) {
			for i, m := range marks {
				if !(m.Sigma >= 0) || !(math.Abs(m.X[0]) <= 10) || !(math.Abs(m.X[1]) <= 10) || m.X[2] != 0 {
					t.Fatalf("mark %v", m)
				}
				if m.Seen {
					fmt.Fprintf(&again, "%s%d,%v,%v,%v\n", prefix, i+1, m.X[0], m.X[1], m.Sigma)
				} else {
					fmt.Fprintf(&again, "%s%d,,,\n", prefix, i+1)
				}
			}
		}
		write("", got.Nodes)
		write("f", got.Fixed)
		back, err := Parse([]byte(again.String()), testCard)
		if err != nil || !near(back.Nodes, got.Nodes) || !near(back.Fixed, got.Fixed) {
			t.Fatalf("%v became %v: %v", got, back, err)
		}
	})
}
