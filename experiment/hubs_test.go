package experiment

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/inputs"
	"github.com/elastrain/elastrain/spec"
)

const hubsFile = `elastrain: 1
hubs: {number: 20, branches: 6, windows: [4], picture: 8 x 8, outputs: 20, left: 3 %}
task: {kind: classification, data: digits, loss: softmax}
learn: {scale: log, rate: 0.1, batch: 64, epochs: 2}
`

// A network of hubs is answered by its arrow form as by the whole of its springs, in outputs and gradients.
func TestHubsOfAFile(t *testing.T) {
	file, err := spec.Parse("hubs.yaml", []byte(hubsFile))
	if err != nil {
		t.Fatal(err)
	}
	x, err := Build(file, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	quick, ok := x.Rig.(*springRig)
	if !ok {
		t.Fatalf("the rig is a %T", x.Rig)
	}
	if _, ok := quick.Differentiable.(*inputs.Hubs); !ok {
		t.Fatalf("the rig is a %T", quick.Differentiable)
	}
	batch := learn.Batch{Set: x.Train, Rows: []int32{0, 5, 17, 100}}
	n, m := 4*x.Train.Q, x.Rig.Modes()
	out, whole, slope := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range slope {
		slope[i] = math.Sin(float64(3 * i))
	}
	g, all := make([]float64, m), make([]float64, m)
	for _, step := range []error{quick.Forward(batch, out), quick.Backward(slope, g), x.Solid.Rig.Forward(batch, whole), x.Solid.Rig.Backward(slope, all)} {
		if step != nil {
			t.Fatal(step)
		}
	}
	most := func(v []float64) (most float64) {
		for _, x := range v {
			most = max(most, math.Abs(x))
		}
		return most
	}
	for i := range out {
		if math.Abs(out[i]-whole[i]) > 1e-12*most(whole) {
			t.Errorf("output %d is %g, and of the whole network %g", i, out[i], whole[i])
		}
	}
	for i := range g {
		if math.Abs(g[i]-all[i]) > 1e-10*most(all) {
			t.Errorf("derivative %d is %g, and of the whole network %g", i, g[i], all[i])
		}
	}
}

// Combs, hubs on the edges of a triangulation and elastic bars are answered in arrow form, with a matrix no fuller than their wiring.
func TestCombsOfAFile(t *testing.T) {
	for change, want := range map[string]string{
		"stride: 4, windows: [4], picture: 8 x 8, outputs: 10, links: 1":                                "arrow form of 80 hubs with 1280 input springs at 10 nodes",
		"stride: 4, windows: [4], picture: 8 x 8, outputs: 10, links: 1, bar: 250 N/m, posts: 4":        "arrow form of 80 hubs with 1280 input springs at 40 nodes",
		"stride: 4, windows: [4], picture: 8 x 8, outputs: 10, links: 2, wiring: triangulation":         "arrow form of 192 hubs with 3072 input springs at 10 nodes",
		"number: 50, branches: 3, windows: [4], picture: 8 x 8, outputs: 10, links: 4, wiring: random":  "arrow form of 50 hubs with 150 input springs at 10 nodes",
		"number: 50, branches: 3, windows: [4, 8], picture: 8 x 8, outputs: 10, links: 1, wiring: turn": "arrow form of 50 hubs with 150 input springs at 10 nodes",
	} {
		text := hubsFile[:strings.Index(hubsFile, "hubs:")] + "hubs: {" + change + "}\n" + hubsFile[strings.Index(hubsFile, "task:"):]
		file, err := spec.Parse("hubs.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		x, err := Build(file, nil, Options{})
		if err != nil {
			t.Errorf("%s: %v", change, err)
			continue
		}
		if !strings.Contains(x.Why, want) {
			t.Errorf("%s: %s, want %s", change, x.Why, want)
		}
		u, err := Outputs(x.Rig, x.Train)
		if err != nil {
			t.Error(err)
		}
		whole := make([]float64, len(u))
		if err := x.Solid.Rig.Forward(learn.Batch{Set: x.Train, Rows: []int32{3}}, whole[:x.Train.Q]); err != nil {
			t.Error(err)
		}
		for o, v := range whole[:x.Train.Q] {
			if got := u[3*x.Train.Q+o]; math.Abs(got-v) > 1e-12*math.Abs(v) {
				t.Errorf("%s: output %d is %g, and of the whole network %g", change, o+1, got, v)
			}
		}
	}
}

func TestHubsThatCannotBe(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"outputs: 20", "outputs: 15", "has 10 classes"},
		{"picture: 8 x 8", "picture: 8 x 9", "a picture of 8 x 9 has 72 pixels"},
		{"branches: 6", "branches: 17", "fewer than the 17 branches"},
		{"left: 3 %", "left: 100 %", "0 up to 1"},
		{"task:", "bonds: {stiffness: 1..2 N/m}\ntask:", "`hubs` says what the network is"},
		{"loss: softmax", "loss: softmax, inputs: [{node: 1, along: x, force: 1 N}]", "its pixels are its inputs"},
		{"kind: classification", "kind: regression", "classes of pictures"},
		{"number: 20, branches: 6", "number: 20, stride: 4", "`number`"},
		{"number: 20, branches: 6, windows: [4]", "stride: 5, windows: [4]", "leave pixels out"},
		{"left: 3 %", "left: 3 %, links: 3, wiring: triangulation", "has two ends"},
		{"left: 3 %", "left: 3 %, wiring: random", "need no wiring"},
		{"left: 3 %", "left: 3 %, links: 20, wiring: random", "need no wiring"},
		{"left: 3 %", "left: 3 %, bar: 10 N/m", "posts"},
		{"left: 3 %", "left: 3 %, posts: 3", "`bar`"},
	} {
		file, err := spec.Parse("hubs.yaml", []byte(strings.Replace(hubsFile, c.from, c.to, 1)))
		if err == nil {
			_, err = Build(file, nil, Options{})
		}
		if err == nil || !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%s: %v, want %q", c.to, err, c.want)
		}
	}
}

// Hubs follow plain features as they do pixels, each by its own range, and a hub takes no feature twice.
func TestHubsOfFeatures(t *testing.T) {
	const text = `elastrain: 1
hubs: {number: 12, branches: 3, features: 13, outputs: 6}
task: {kind: classification, data: wine, stratify: true, encode: {by: min-max}, loss: softmax}
learn: {scale: log, rate: 0.1, epochs: 2}
`
	build := func(from, to string) (*Experiment, error) {
		file, err := spec.Parse("hubs.yaml", []byte(strings.Replace(text, from, to, 1)))
		if err != nil {
			return nil, err
		}
		return Build(file, nil, Options{})
	}
	x, err := build("", "")
	if err != nil {
		t.Fatal(err)
	}
	if x.Encoding.By != "min-max" || len(x.In) != 14 || x.Inputs[12] != "proline" {
		t.Fatalf("%s of %d: %v", x.Encoding.By, len(x.In), x.Inputs)
	}
	for i := range x.Train.N {
		for _, v := range x.Train.Force(i)[:13] {
			if !(v >= 0 && v <= 1) {
				t.Fatalf("sample %d sets %g", i, v)
			}
		}
	}
	seen := map[[2]int]bool{}
	for i, p := range x.hubs.Pixels {
		at := [2]int{i / 3, p.Pixel}
		if seen[at] || p.Pixel > 12 {
			t.Errorf("hub %d follows feature %d twice, or there is none", i/3+1, p.Pixel+1)
		}
		seen[at] = true
	}
	for _, c := range []struct{ from, to, want string }{
		{"features: 13", "features: 12", "has 13 features"},
		{"features: 13", "features: 13, picture: 13 x 1", "`picture` says what the hubs follow"},
		{"features: 13", "features: 13, windows: [2]", "a hub draws from all of them"},
		{"features: 13,", "", "picture"},
		{"branches: 3", "branches: 14", "14 branches are more than 13 features"},
		{"by: min-max", "by: signed", "no stiffness does"},
	} {
		if _, err := build(c.from, c.to); err == nil || !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%s: %v, want %q", c.to, err, c.want)
		}
	}
	if x, err = build(", encode: {by: min-max}", ""); err != nil || x.Encoding.By != "max" {
		t.Errorf("%v", err)
	}
}

// A network of hubs that cannot be held is refused before it is grown.
func TestHubsBeyondMemory(t *testing.T) {
	file, err := spec.Parse("hubs.yaml", []byte(strings.Replace(hubsFile, "number: 20", "number: 400000", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Build(file, nil, Options{Memory: 1 << 30}); err == nil || !strings.Contains(fmt.Sprint(err), "memory") && !strings.Contains(fmt.Sprint(err), "GiB") {
		t.Errorf("%v", err)
	}
}
