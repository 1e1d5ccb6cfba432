package experiment

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
)

// someComb is a comb of two strips over pictures of 4 x 4 that are drawn at random, with more keys.
func someComb(t *testing.T, keys string) *Experiment {
	t.Helper()
	var rows strings.Builder
	for i := range 16 {
		fmt.Fprintf(&rows, "p%d,", i+1)
	}
	rows.WriteString("class\n")
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 20 {
		for range 16 {
			fmt.Fprintf(&rows, "%d,", random.IntN(16))
		}
		rows.WriteString([]string{"light\n", "dark\n"}[n%2])
	}
	text := "elastrain: 1\ncomb: {picture: 4 x 4, outputs: 2" + keys + "}\nmaterial: {young: 2 GPa, thickness: 4 mm}\n" +
		"task: {kind: classification, data: pictures.csv, loss: softmax, sharpness: 20 /mm, stratify: true, encode: {by: largest}}\nlearn: {batch: 7, epochs: 1, scale: log}\n"
	file, err := spec.Parse("comb.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	x, err := Build(file, func(string) ([]byte, error) { return []byte(rows.String()), nil }, Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// rails are the readings of a comb whose bars are rigid and only move along x: hubs with springs in series, in closed form.
func rails(x *Experiment, theta, in []float64) []float64 {
	c, m := x.Spec.Comb, &x.Spec.Material
	type hub struct{ hold, link, branches float64 }
	type branch struct{ leaf, input float64 }
	y := make([]float64, c.Outputs)
	hubs, floors := make([]map[int]*hub, c.Outputs), make([]float64, c.Outputs)
	share := map[int]float64{} // of the input leaves
	for i := range x.Solid.Rig.In {
		for _, w := range x.Solid.Rig.In[i].Write {
			v := in[i]
			if w.Complement {
				v = 1 - v
			}
			share[w.Parameter] = w.Least + (1-w.Least)*v
		}
	}
	branches := map[[3]int]*branch{} // by strip, hub and shuttle
	for i, limb := range x.comb.Limbs {
		at, l := x.Solid.Body.ThetaOf(i), x.Network.BondLength(i)
		ei := m.Young * m.Thickness * math.Pow(theta[at], 3) / 12
		if limb.Is == network.InputLeaf {
			ei = theta[at+1] * share[at+1]
		}
		k := 12 * ei / (l * l * l)
		if hubs[limb.Strip] == nil {
			hubs[limb.Strip] = map[int]*hub{}
		}
		h := hubs[limb.Strip][limb.Hub]
		if h == nil {
			h = &hub{}
			hubs[limb.Strip][limb.Hub] = h
		}
		ends := x.Network.Elements[i].Nodes
		key := [3]int{limb.Strip, limb.Hub, ends[1]}
		if limb.Is == network.InputLeaf {
			key[2] = ends[0]
		}
		if branches[key] == nil {
			branches[key] = &branch{}
		}
		switch limb.Is {
		case network.BranchLeaf:
			branches[key].leaf += k
		case network.InputLeaf:
			branches[key].input += k
		case network.HoldLeaf:
			h.hold += k
		case network.LinkLeaf:
			h.link += k
		case network.FloorLeaf:
			floors[limb.Strip] += k
		}
	}
	for key, b := range branches {
		if b.leaf > 0 {
			hubs[key[0]][key[1]].branches += b.leaf * b.input / (b.leaf + b.input)
		}
	}
	for o := range y {
		up, down := 0.0, floors[o]
		for number, h := range hubs[o] {
			if number >= 0 {
				d := h.hold + h.link + h.branches
				up += h.link * c.Load / d
				down += h.link - h.link*h.link/d
			}
		}
		y[o] = up / down
	}
	return y
}

// A comb of a resolved file, as runs keep it, is encoded as that of the file: pictures by their largest grey, features as it says.
func TestCombResolved(t *testing.T) {
	for data, want := range map[string]string{"digits, stratify: true": "largest", "iris, encode: {by: min-max}": "min-max", "iris": "max"} {
		keys := "picture: 8 x 8, outputs: 10, pegs: 1"
		if strings.HasPrefix(data, "iris") {
			keys = "picture: 2 x 2, tile: 2, outputs: 3"
		}
		text := "elastrain: 1\ncomb: {" + keys + "}\nmaterial: {young: 2 GPa, thickness: 4 mm}\ntask: {kind: classification, data: " + data +
			", split: 5 %, loss: softmax, sharpness: 20 /mm}\nlearn: {batch: 7, epochs: 1, scale: log}\n"
		file, err := spec.Parse("comb.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if file, err = spec.Parse("resolved.yaml", file.Resolved()); err != nil {
			t.Fatal(err)
		}
		x, err := Build(file, nil, Options{Threads: 1})
		if err != nil {
			t.Fatalf("%s, resolved: %v", data, err)
		}
		if x.Encoding.By != want {
			t.Errorf("%s: encoded by %s when resolved, want %s", data, x.Encoding.By, want)
		}
	}
}

// A frame reads what rails read, with the same stiffnesses, but for what its bars give and its shuttles turn.
func TestCombIsNearlyRails(t *testing.T) {
	x := someComb(t, "")
	theta := slices.Clone(x.Rig.Stiffness())
	for _, row := range []int{0, 3, 5} {
		in := x.Train.Force(row)
		want := rails(x, theta, in)
		m := learn.Measurement{Out: make([]float64, 2)}
		if err := x.Rig.Apply(in, make([]float64, 2), &m); err != nil {
			t.Fatal(err)
		}
		for o, y := range m.Out {
			t.Logf("reading %.4f mm, rails %.4f mm: %.4f", 1e3*y, 1e3*want[o], y/want[o])
			if r := y / want[o]; !(r > 0.99 && r < 1.03) {
				t.Errorf("sample %d, output %d: %g mm, and on rails %g mm", row+1, o+1, 1e3*y, 1e3*want[o])
			}
		}
	}
}

// Pegs count 1, 2, 4: those of a pixel are the binary digits of its grey, and the other side of the strip has those that are missing.
func TestCombPegs(t *testing.T) {
	x := someComb(t, ", pegs: 3")
	for row := range x.Train.N {
		in := x.Train.Force(row)
		for pixel := range 16 {
			grey := in[3*pixel] + 2*in[3*pixel+1] + 4*in[3*pixel+2]
			if want := math.Round(7 * x.Table.At(x.TrainRow[row], pixel) / x.Encoding.Hi[3*pixel]); grey != want {
				t.Fatalf("sample %d, pixel %d: grey %g, want %g", row+1, pixel+1, grey, want)
			}
		}
	}
	for i := range x.Network.Elements {
		if limb := x.comb.Limbs[i]; limb.Is == network.InputLeaf {
			at := x.Solid.Body.ThetaOf(i)
			first := x.Spec.Material.Young * x.Spec.Material.Thickness * math.Pow(x.Spec.Comb.Input, 3) / 12
			if got := x.Rig.Stiffness()[at+1] / first; math.Abs(got-float64(int(1)<<limb.Peg)) > 1e-12 {
				t.Fatalf("peg %d bends %g times as stiff as the first", limb.Peg+1, got)
			}
		}
	}
	if n := len(x.comb.Holes); n != 2*2*16*3 {
		t.Errorf("%d holes", n)
	}
}

// The gradient of a batch is that by differences, width by width.
func TestCombGradient(t *testing.T) {
	x := someComb(t, "")
	rig := x.Rig.(learn.Differentiable)
	theta := slices.Clone(rig.Stiffness())
	set := *x.Train
	set.N = 3
	out, slope, g := make([]float64, 6), make([]float64, 6), make([]float64, rig.Modes())
	loss := func() float64 {
		if err := rig.SetStiffness(theta); err != nil {
			t.Fatal(err)
		}
		if err := rig.Forward(learn.Batch{Set: &set}, out); err != nil {
			t.Fatal(err)
		}
		return task.Total(x.Loss, &set, nil, out, slope)
	}
	loss()
	if err := rig.Backward(slope, g); err != nil {
		t.Fatal(err)
	}
	g = slices.Clone(g)
	random := rand.New(rand.NewPCG(3, 4))
	for range 12 {
		at := int(x.Design.Free[random.IntN(len(x.Design.Free))])
		v, h := theta[at], 2e-3*theta[at]
		around := func(steps float64) float64 {
			theta[at] = v + steps*h
			defer func() { theta[at] = v }()
			return loss()
		}
		if want := (8*(around(1)-around(-1)) - (around(2) - around(-2))) / (12 * h); math.Abs(g[at]-want) > 1e-6*math.Abs(want)+1e-9/v {
			t.Errorf("parameter %d: %g, and differences say %g", at, g[at], want)
		}
	}
}
