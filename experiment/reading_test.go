package experiment

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/verify"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/train"
)

// readIris is a lattice of linear springs pushed by the features of flowers, read with electronics.
const readIris = `elastrain: 1
network: {lattice: triangular, rows: 5-4-3-2, spacing: 16 mm}
bonds: {stiffness: 50..500 N/m}
supports: {pinned: [1, 5]}
task:
  kind: classification
  data: iris
  inputs:
    - {node: 8, along: -y, force: 49 mN, feature: sepal length}
    - {node: 4, along: -y, force: 49 mN, feature: sepal width}
    - {node: 13, along: -y, force: 49 mN, feature: petal length}
    - {node: 14, along: -y, force: 49 mN, feature: petal width, complement: true}
  outputs:
    - {node: 13, along: x, class: setosa}
    - {nodes: [2, 9], class: versicolor}
    - {mean: [6, 7], along: x, class: virginica}
  reading: {tare: mean}
  smoothing: 10 %
learn: {method: adam, rate: 0.05, batch: 20, epochs: 60}
`

// Logits are what the outputs read less tares, times the gain, plus offsets: of a lattice, a frame and a network of hubs. At the
// start they have no mean and a standard deviation of one; gradients agree with differences.
func TestReadingOfAFile(t *testing.T) {
	frame := strings.Replace(readIris, "bonds: {stiffness: 50..500 N/m}", "material: {young: 1 MPa, thickness: 2 mm}\nelements: [{kind: beam, width: 1..3 mm}]", 1)
	hubs := strings.Replace(hubsFile, "loss: softmax", "split: 10 %, reading: {offsets: none, tare: mean}", 1)
	for name, c := range map[string]struct{ text, electronics string }{
		"lattice": {readIris, "5 readings, 1 difference, 1 mean, 1 gain, 3 offsets, 3 tares"},
		"frame":   {frame, "5 readings, 1 difference, 1 mean, 1 gain, 3 offsets, 3 tares"},
		"hubs":    {hubs, "20 readings, 10 differences, 1 gain, 10 tares"},
	} {
		x := build(t, c.text)
		if got := x.Electronics().String(); got != c.electronics {
			t.Errorf("%s: %s", name, got)
		}
		n, q := x.Train.N, x.Train.Q
		z, y := make([]float64, n*q), make([]float64, n*q)
		batch := learn.Batch{Set: x.Train}
		if err := x.Rig.(learn.Differentiable).Forward(batch, z); err != nil {
			t.Fatal(err)
		}
		if err := x.Solid.Rig.Forward(batch, y); err != nil {
			t.Fatal(err)
		}
		theta := x.Rig.Stiffness()
		first := x.Reading.First()
		gain, offset, tare, way := theta[first], theta[first+1:first+1+q], theta[first+1+q:first+1+2*q], theta[first+1+2*q:]
		if len(theta) != x.Solid.Body.P+1+3*q || len(x.ReadingParams()) != 1+3*q {
			t.Fatalf("%s: %d parameters", name, len(theta))
		}
		mean, square := make([]float64, q), 0.0
		for i, v := range z {
			if want := gain*way[i%q]*(y[i]-tare[i%q]) + offset[i%q]; !(math.Abs(v-want) <= 1e-9) {
				t.Fatalf("%s: logit %d is %g, not %g", name, i, v, want)
			}
			mean[i%q] += v / float64(n)
			square += v * v / float64(n*q)
		}
		for _, m := range mean {
			if !(math.Abs(m) <= 1e-9) {
				t.Errorf("%s: a mean of %g", name, m)
			}
		}
		if !(math.Abs(square-1) <= 1e-9) {
			t.Errorf("%s: a mean square of %g", name, square)
		}
		k := make([]float64, len(theta))
		copy(k, theta)
		for i := range offset {
			k[first+1+i] += 0.1 * float64(i-1)
		}
		report, err := verify.Gradient(verify.Case{Rig: x.Rig, In: x.In, Out: x.Out, K: k, Loss: x.Loss, Batch: learn.Batch{Set: x.Train, Rows: []int32{1, 30, 40, 90}}})
		if err != nil || report.Err() != nil || report.FiniteDifference > 1e-7 {
			t.Errorf("%s: %v, %+v", name, err, report)
		}
	}
}

// What a file says of its reading is what the design holds; a lattice of springs learns better with it than without offsets.
func TestReadingLearns(t *testing.T) {
	x := build(t, readIris, "task.reading={gain: 20 /mm, offsets: none, tare: none}")
	d, p := x.Design, x.Solid.Body.P
	if d.Dim() != 28 || d.Start[p] != 2e4 || d.Start[p+4] != 0 {
		t.Errorf("%d variables, gain %g", d.Dim(), d.Start[p])
	}
	x = build(t, readIris, "task.reading={gain: 1..100 /mm at 3 /mm, gain_rate: 1, offset_rate: 0.2}")
	if d = x.Design; d.Dim() != 32 || d.Start[p] != 3e3 || d.Lo[p] != 1e3 || d.Hi[p] != 1e5 || d.Speed[p] != 1 || d.Speed[p+1] != 0.2 || !d.Log[p] {
		t.Errorf("%d variables, gain %g in %g..%g", d.Dim(), d.Start[p], d.Lo[p], d.Hi[p])
	}
	score := func(overrides ...string) float64 {
		plan, err := build(t, readIris, overrides...).Plan()
		if err != nil {
			t.Fatal(err)
		}
		trainer, err := train.New(plan)
		if err != nil {
			t.Fatal(err)
		}
		last, err := trainer.Run(nil)
		if err != nil {
			t.Fatal(err)
		}
		return last.Train.Loss
	}
	all := score()
	if bare := score("task.reading={gain: 1 /mm, offsets: none, tare: none}"); !(all < bare-0.05) {
		t.Errorf("a loss of %g with all electronics, and %g with none", all, bare)
	}
	if follows := score("task.reading.follow=0.02"); !(math.Abs(follows-all) < 0.1) || follows == all {
		t.Errorf("a loss of %g with tares that follow, and %g without", follows, all)
	}
}

// Directions: of outputs that are pushed each is found, of hubs one for all; and a lattice learns in them what it does not in others.
func TestDirections(t *testing.T) {
	x, hubs := build(t, readIris), build(t, strings.Replace(hubsFile, "loss: softmax", "reading: {tare: mean}", 1))
	s, _ := x.InForce()
	h, _ := hubs.InForce()
	if s.Task.Reading.Directions != "each" || h.Task.Reading.Directions != "common" || x.Spec.Task.Reading.Directions != "" {
		t.Errorf("directions %q and %q", s.Task.Reading.Directions, h.Task.Reading.Directions)
	}
	for _, w := range hubs.Reading.Directions() {
		if w != hubs.Reading.Directions()[0] || w*w != 1 {
			t.Errorf("directions %v of hubs", hubs.Reading.Directions())
		}
	}
	if w := build(t, readIris, "task.reading.directions=given").Reading.Directions(); w[0] != 1 || w[1] != 1 || w[2] != 1 {
		t.Errorf("directions %v where they are given", w)
	}
	loss := map[string]float64{}
	for _, along := range []string{"x", "-x"} { // the same readings, whatever the file says
		for _, how := range []string{"each", "given"} {
			plan, err := build(t, readIris, "task.outputs[1].along="+along, "task.reading.directions="+how).Plan()
			if err != nil {
				t.Fatal(err)
			}
			trainer, err := train.New(plan)
			if err != nil {
				t.Fatal(err)
			}
			last, err := trainer.Run(nil)
			if err != nil {
				t.Fatal(err)
			}
			loss[how+along] = last.Train.Loss
		}
	}
	best := min(loss["givenx"], loss["given-x"])
	if a, b := loss["eachx"], loss["each-x"]; !(math.Abs(a-b) <= 1e-9) || !(a < best-0.01) {
		t.Errorf("losses %v", loss)
	}
}

// What a reading cannot be is refused at its line.
func TestReadingsThatCannotBe(t *testing.T) {
	for _, c := range []struct{ overrides, want string }{
		{"task.loss=hinge", "the hinge loss is of displacements"},
		{"task.sharpness=5 /mm", "say the same"},
		{"task.smoothing=100 %", "0 up to 1"},
		{"learn.bounds=sigmoid", "no two bounds"},
		{"task.reading={gain: 9 /mm, follow: 2}", "2"},
		{"task.reading={gain: 1..9 /mm at 20 /mm}", "outside the range"},
		{"task.reading={tare: none, follow: 0.1}", "no tares"},
		{"learn={method: l-bfgs}; task.reading.follow=0.1", "compares losses"},
		{"learn.rule=equilibrium-propagation", "feel no load"},
	} {
		_, err := tryBuild(readIris, Options{}, strings.Split(c.overrides, "; ")...)
		list, ok := err.(spec.Errors)
		if !ok || !strings.Contains(list.Render(false), c.want) || list[0].Line == 0 {
			t.Errorf("%s: %v", c.overrides, err)
		}
	}
	still := strings.Replace(readIris, "force: 49 mN", "force: 1e-300 N", 4)
	if _, err := tryBuild(still, Options{}); err == nil {
		t.Error("no push, and no error")
	}
	turned := strings.Replace(readIris, "kind: classification", "kind: regression", 1)
	if _, err := tryBuild(turned, Options{}); err == nil || !strings.Contains(fmt.Sprintf("%+v", err), "reading") {
		t.Errorf("a regression with a reading: %v", err)
	}
}
