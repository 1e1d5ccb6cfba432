package figure

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/network"
)

const cm = vg.Centimeter

// trapezoid is the 14-node, 28-bond triangular lattice, hung at its upper
// corners; spacing 16 mm.
func trapezoid() *network.Network {
	const a = 0.016
	n := &network.Network{Dim: 2}
	for i, row := range []int{5, 4, 3, 2} {
		for j := range row {
			n.Pos = append(n.Pos, -float64(j)*a-float64(i)*a/2, -float64(i)*a*math.Sin(math.Pi/3))
		}
	}
	connect(n, 1.01*a)
	n.Held = make([]bool, len(n.Pos))
	for _, node := range []int{0, 4} {
		n.Held[2*node], n.Held[2*node+1] = true, true
	}
	return n
}

// connect joins all nodes nearer than reach.
func connect(n *network.Network, reach float64) {
	for i := range n.Nodes() {
		for j := i + 1; j < n.Nodes(); j++ {
			d := make([]float64, n.Dim)
			for a := range d {
				d[a] = n.At(i)[a] - n.At(j)[a]
			}
			if norm(d) < reach {
				n.Elements = append(n.Elements, network.Element{Nodes: [2]int{i, j}})
			}
		}
	}
}

// block is a cubic lattice of m nodes along each of dim axes, with diagonals.
// Its first node is pinned, some others roll, some have springs to ground.
func block(dim, m int) *network.Network {
	n := &network.Network{Dim: dim}
	count := 1
	for range dim {
		count *= m
	}
	for i := range count {
		for range dim {
			n.Pos = append(n.Pos, float64(i%m))
			i /= m
		}
	}
	connect(n, 1.5)
	n.Held = make([]bool, len(n.Pos))
	for a := range dim {
		n.Held[a] = true
		n.Held[(a+1)*dim+a] = true
		n.Held[len(n.Pos)-dim+a] = a == 0
		dir := [3]float64{}
		dir[a] = 1
		for _, node := range []int{count / 2, count - 1} {
			n.Elements = append(n.Elements, network.Element{Kind: network.Ground, Nodes: [2]int{node, node}, Dir: dir})
		}
	}
	return n
}

// strip is a large flat lattice: about 3 bonds a node.
func strip(nx, ny int) *network.Network {
	n := &network.Network{Dim: 2}
	id := func(i, j int) int { return j*nx + i }
	for j := range ny {
		for i := range nx {
			n.Pos = append(n.Pos, float64(i), float64(j))
			for _, d := range [][2]int{{1, 0}, {0, 1}, {1, 1}} {
				if i+d[0] < nx && j+d[1] < ny {
					n.Elements = append(n.Elements, network.Element{Nodes: [2]int{id(i, j), id(i+d[0], j+d[1])}})
				}
			}
		}
	}
	n.Held = make([]bool, len(n.Pos))
	for i := range nx {
		n.Held[2*i+1] = true
	}
	return n
}

func uniform(n int, lo, hi float64) []float64 {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	v := make([]float64, n)
	for i := range v {
		v[i] = lo + (hi-lo)*r.Float64()
	}
	return v
}

func port(node int, dir [3]float64, label string) Port {
	return Port{Port: network.Port{Node: node, Dir: dir}, Label: label}
}

// picture is a sample with a name.
type picture struct {
	name string
	p    Picture
}

// samples are one or more of every picture, with all that they can show.
func samples() []picture {
	n := trapezoid()
	iris := Lattice{
		Title: "Iris", Network: n, Values: uniform(28, 103, 172), ValueTitle: "stiffness k (N/m)",
		NodeNumbers: true, BondNumbers: true, ScaleBar: true,
		Inputs: []Port{port(1, [3]float64{0, -1}, "sepal length"), port(2, [3]float64{0, -1}, "sepal width"),
			port(3, [3]float64{0, -1}, "petal length"), port(6, [3]float64{1, 0}, "F_{7}")},
		Outputs: []Port{port(12, [3]float64{0, 1}, "setosa"), port(13, [3]float64{0, 1}, "versicolor")},
	}
	u := uniform(len(n.Pos), -1e-4, 1e-4)
	cut := *n
	cut.Elements = append([]network.Element{}, n.Elements...)
	cut.Elements[4].Cut, cut.Elements[11].Cut = true, true
	gradient := Lattice{Network: &cut, Values: uniform(28, -3e-6, 2e-6), Signed: true, ValueTitle: "∂L/∂k (m/N)",
		Displacement: u, BondNumbers: true, ScaleBar: true}
	chain, cube := block(1, 6), block(3, 3)

	loss := uniform(3000, 0.5, 1)
	lo, hi := make([]float64, len(loss)), make([]float64, len(loss))
	for i := range loss {
		loss[i] *= math.Exp(-float64(i) / 300)
		lo[i], hi[i] = loss[i]*0.5-1e-4, loss[i]*1.5
	}
	curves := Curves{Title: "Loss", YName: "loss", Series: []Series{
		{Name: "mean", Y: loss, Lo: lo, Hi: hi}, {Name: "one run", Y: loss[:100], Dashed: true}}}
	accuracy := Curves{YName: "accuracy (%)", YMin: 30, YMax: 100,
		Series: []Series{{Name: "train", Y: uniform(50, 80, 99)}, {Name: "test", Y: uniform(51, 75, 97)}},
		Lines:  []Reference{{96.44, "published 96.44 %"}, {33.3, "chance"}, {95, "intact"}}}
	confusion := Confusion{Title: "Iris", Classes: []string{"setosa", "versicolor", "virginica"}, Parts: []ConfusionPart{
		{"train", [][]int{{35, 0, 0}, {0, 33, 2}, {0, 1, 34}}}, {"test", [][]int{{15, 0, 0}, {0, 14, 1}, {0, 0, 0}}}}}
	points := Curves{YName: "u (mm)", Series: []Series{{Name: "wanted", Y: uniform(9, -1, 1), Marker: Hollow, Dashed: true}, {Name: "reached", Y: uniform(9, -1, 1), Marker: Dot}}}
	bars := Bars{XName: "bond that was cut", Absent: "mechanism", YName: "accuracy (%)", Series: []BarSeries{
		{Name: "after the cut", Values: uniform(28, 30, 90)}, {Name: "after retraining", Values: uniform(27, 80, 99)}},
		Lines: []Reference{{95.6, "intact 95.6 %"}, {95, "published"}}}
	signed := Bars{Title: "Change", YName: "change", Names: []string{"one", "two", "a very long name indeed"},
		Series: []BarSeries{{Values: []float64{-3, 2, 1}}}}
	scatter := Scatter{Note: "RMS 0.1 mm", XName: "wanted (mm)", Series: []Points{
		{Name: "node 12", Wanted: uniform(40, -3, 3), Reached: uniform(40, -3, 3)},
		{Name: "node 13", Wanted: uniform(600, -3, 3), Reached: uniform(600, -2, 3)}}}

	return append([]picture{
		{"iris", iris},
		{"gradient", gradient},
		{"bare", Lattice{Network: n}},
		{"chain", Lattice{Network: chain, Values: uniform(len(chain.Elements), 1, 9), NodeNumbers: true, BondNumbers: true,
			Inputs: []Port{port(2, [3]float64{1}, "F")}, Outputs: []Port{port(4, [3]float64{1}, "u_{out}")}}},
		{"plate", Lattice{Network: block(2, 4), NodeNumbers: true}},
		{"cube", Lattice{Network: cube, Values: uniform(len(cube.Elements), 1, 9e6), ValueTitle: "k (N/m)", NodeNumbers: true,
			BondNumbers: true, Displacement: uniform(len(cube.Pos), -0.3, 0.3), Exaggeration: 0.5,
			Inputs: []Port{port(26, [3]float64{0, 0, -1}, "F")}}},
		{"many", Lattice{Network: strip(40, 30), Values: uniform(len(strip(40, 30).Elements), -1, 1), Signed: true}},
		{"names", Lattice{Title: "Names that need lines, and a title that is so long that it takes two rows on paper", Network: n, Values: uniform(28, 1, 2), ValueTitle: "k (N/m)",
			Inputs: []Port{port(6, [3]float64{1}, "the middle of it all"), port(7, [3]float64{1}, "its neighbour"), port(10, [3]float64{0, -1}, "a third")},
			Note:   "a remark that is long enough to be broken into two lines where the picture is as narrow as this"}},
		{"numbers", Lattice{Network: strip(30, 30), NodeNumbers: true, BondNumbers: true, ScaleBar: true, Outputs: []Port{port(450, [3]float64{1}, "u")}}},
		{"shapes", Shapes{Title: "Under two loads", Network: n, Signed: true, ValueTitle: "elongation (µm)", Note: "a remark",
			States: []State{{Title: "first", Values: uniform(28, -1, 1), Displacement: u}, {Title: "second", Values: uniform(28, -3, 1), Displacement: u}}}},
		{"curves", curves},
		{"points", points},
		{"accuracy", accuracy},
		{"confusion", confusion},
		{"bars", bars},
		{"signed", signed},
		{"scatter", scatter},
		{"trials", Trials{Title: "Search", YName: "loss", Name: "a training", BestName: "best setting", FailedName: "failed (2)",
			Scores: append(uniform(40, 0.01, 3), math.NaN(), math.Inf(1)), Best: append(make([]bool, 41), true), Keys: []TrialKey{
				{Name: "learn.rate", Values: uniform(42, 1e-4, 1), Log: true}, {Name: "a very long key of an experiment (N)", Values: uniform(42, 1e-5, 2e-5)},
				{Name: "learn.method", Values: make([]float64, 42), Names: []string{"adam", "gradient-descent", "momentum", "l-bfgs", "another one"}},
				{Name: "learn.batch", Values: uniform(42, 4, 64)}, {Name: "none", Values: make([]float64, 42)}}}},
		{"sheet", Grid{Title: "All", Columns: 2, Widths: []float64{2, 1}, Heights: []float64{2, 1, 1},
			Panels: []Panel{{Picture: iris}, {Picture: curves}, {Picture: confusion, Span: 2}, {Picture: bars}, {}}}},
	}, hubSamples()...)
}

// hubSamples are networks of hubs: a comb with many hubs, and one of plain features whose numbers are written.
func hubSamples() []picture {
	comb := Hubs{Title: "Comb", Width: 6, Height: 5, ValueTitle: "stiffness of a branch (N/m)", Note: "a remark that is long enough to be broken into two lines",
		Outputs: []string{"a", "b", "a long name of a class", "d"}}
	rows := Hubs{Width: 7, Height: 1, ValueTitle: "k (N/m)", Outputs: []string{"yes", "no"}, Numbers: true, Max: 0.5}
	values := uniform(4000, -1, 1)
	for j := range 90 {
		h := Hub{Left: j % 3, Top: j % 2, Width: 3, Height: 3}
		for b := range 4 {
			h.Pixels, h.Values = append(h.Pixels, (h.Top+b%3)*6+h.Left+b%2), append(h.Values, values[4*j+b])
		}
		h.Links = []HubLink{{Output: j % 4, Stiffness: float64(j), Moves: values[1000+j]}}
		comb.Hubs = append(comb.Hubs, h)
		rows.Hubs = append(rows.Hubs, Hub{Width: 7, Height: 1, Pixels: []int{j % 7}, Values: values[2000+j : 2001+j], Links: []HubLink{{Output: j % 2, Stiffness: 1, Moves: 1}, {Output: 1 - j%2, Moves: -1}}})
	}
	read := Readings{Title: "Readings", Width: 3, Height: 4, Outputs: []string{"a", "b", "c"}, ValueTitle: "reading (mm)", Note: "a remark"}
	for i := range 5 {
		read.Rows = append(read.Rows, Reading{Name: "a name", Picture: values[12*i : 12*i+12], Values: values[3*i : 3*i+3]})
	}
	return []picture{{"comb", comb}, {"features", rows}, {"readings", read}}
}
