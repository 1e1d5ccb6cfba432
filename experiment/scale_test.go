package experiment

import (
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/task"
)

// Displacements and rotations together: an error of one is the size of the wants of its own unit, in the loss, in the
// residuals of Levenberg-Marquardt and in the relative error.
func TestMixedUnits(t *testing.T) {
	text, _ := examples.Text("frame3d")
	x := build(t, string(text), "learn.method=levenberg-marquardt")
	p := x.NewProblem()
	at := x.StartPoint()
	n, rows := p.Dim(), p.Count()
	g, r, jacobian := make([]float64, n), make([]float64, rows), make([]float64, rows*n)
	value, err := p.Eval(at, g)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Residuals(at, r, jacobian); err != nil {
		t.Fatal(err)
	}
	u := make([]float64, 2)
	if err := x.Solid.Rig.Forward(p.Batch, u); err != nil {
		t.Fatal(err)
	}
	want, half := 0.0, 0.0
	for o, v := range u {
		off := (v - x.Train.Want[o]) / math.Abs(x.Train.Want[o]) // one value wanted in each unit
		want += off * off / 2
		half += r[o] * r[o] / 2
	}
	if math.Abs(value-want) > 1e-12*want || math.Abs(half-want) > 1e-12*want {
		t.Errorf("the loss is %.15g, the residuals' %.15g, by hand %.15g", value, half, want)
	}
	most := 0.0
	for _, v := range g {
		most = max(most, math.Abs(v))
	}
	for j, v := range g {
		if slope := r[0]*jacobian[j] + r[1]*jacobian[n+j]; math.Abs(slope-v) > 1e-10*most {
			t.Errorf("J^T r %d is %g, the derivative %g", j, slope, v)
		}
	}
	score, err := p.Evaluate(x.Train)
	if err != nil || math.Abs(score.Relative-math.Sqrt(want)) > 1e-12*score.Relative {
		t.Errorf("relative error %g, by hand %g, %v", score.Relative, math.Sqrt(want), err)
	}
}

func TestScalesOfUnits(t *testing.T) {
	frame, _ := examples.Text("frame")
	flow, _ := examples.Text("flow")
	space, _ := examples.Text("frame3d")
	for _, tt := range []struct{ text, override, want string }{
		{string(frame), "task.scale_turn=1 mrad", "no output is read in rad"},
		{string(frame), "task.scale_potential=1 V", "no output is read in V"},
		{string(flow), "task.scale_turn=1 mrad", "no output is read in rad"},
		{string(space), "task.cases[1].want[2].turn=0 rad", "every wanted rotation is zero"},
	} {
		if _, err := tryBuild(tt.text, Options{}, tt.override); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.override, err)
		}
	}
	left, _ := examples.Text("left-right")
	if _, err := tryBuild(string(left), Options{}, "task.scale_turn=1 mrad"); err == nil {
		t.Error("a scale of rotations was taken in a lattice of bars")
	}
	// The scale of a network of pipes once stood in metres; such files are read as they were.
	if l := build(t, string(flow), "task.scale=430 mm").Loss.(task.MeanSquare); l.Scale != 0.43 || l.Each != nil {
		t.Errorf("%+v", l)
	}
	if err := task.Check(task.MeanSquare{Each: []float64{1, 0, 1}}); err == nil {
		t.Error("a scale of zero was taken")
	}
}
