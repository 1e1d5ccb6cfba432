package experiment

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/spec"
)

// trapezoid has a load beside what a case gives.
const givenText = "elastrain: 1\nnetwork: {lattice: triangular, rows: 5-4-3-2, spacing: 16 mm}\nsupports: {pinned: [1, 5]}\n" +
	"BODY\ntask: {kind: behaviour, cases: [{push: [{node: 11, along: -y, force: 20 mN}, PUSH], want: [{node: 13, along: y, move: 1 mm}, WANT]}]}\n"

var (
	springs = "bonds: {stiffness: 100..170 N/m}"
	bodies  = map[string]string{
		"springs":      springs,
		"springs, far": springs + "\nstatics: {deformation: finite}",
		"bars":         "elements: [{kind: bar, stiffness: 100..170 N/m}]",
		"hardening":    "elements: [{kind: bar, law: hardening, stiffness: 100..170 N/m, scale: 10 mm}]",
		"beams":        "material: {young: 2.5 GPa, thickness: 4 mm}\nelements: [{kind: beam, width: 0.5..1 mm}]",
		"beams, far":   "material: {young: 2.5 GPa, thickness: 4 mm}\nelements: [{kind: beam, width: 0.5..1 mm}]\nstatics: {deformation: finite}",
	}
	givens = map[string]struct{ push, want string }{
		"along an axis":     {"{node: 8, along: x, move: 0.2 mm}", "{node: 9, along: x, move: 0.1 mm}"},
		"against an axis":   {"{node: 8, along: -x, move: 0.2 mm}", "{node: 9, along: [1, 2], move: 0.1 mm}"},
		"slanted":           {"{node: 8, along: [3, 4], move: 0.2 mm}", "{node: 9, along: [3, 4], move: 0.1 mm}"},
		"stretch":           {"{nodes: [2, 12], stretch: -0.2 mm}", "{nodes: [1, 14], stretch: 0.1 mm}"},
		"mean":              {"{mean: [7, 8, 9], along: y, move: -0.2 mm}", "{mean: [12..14], along: [1, 1], move: 0.1 mm}"},
		"mean of a load":    {"{mean: [7, 8, 9], along: y, force: -20 mN}", "{mean: [12..14], along: x, move: 0.1 mm}"},
		"stretch and slant": {"{nodes: [2, 12], stretch: -0.2 mm}, {node: 12, along: [3, 4], move: 0.1 mm}", "{node: 12, along: x, move: 0.1 mm}"},
	}
)

// What is given, along any direction, of any pair, of a mean, is there in the answer of any body; the work of the inputs is
// the energy of a linear body and comes near it far away; and backpropagation finds the slope of the loss.
func TestGivenPorts(t *testing.T) {
	for kind, body := range bodies {
		for how, g := range givens {
			text := strings.NewReplacer("BODY", body, "PUSH", g.push, "WANT", g.want).Replace(givenText)
			x := build(t, text)
			k := append([]float64(nil), x.Rig.Stiffness()...)
			s, err := x.AsSolid(k)
			if err != nil {
				t.Fatalf("%s, %s: %v", kind, how, err)
			}
			f := x.Train.Force(0)
			a, err := x.Answer(s, f)
			if err != nil {
				t.Fatalf("%s, %s: %v", kind, how, err)
			}
			work := 0.0
			for i, in := range a.Inputs {
				if in.Given && math.Abs(in.Reading-f[i]) > 1e-12*math.Abs(f[i]) {
					t.Errorf("%s, %s: %s reads %g, and %g is given", kind, how, in.Input, in.Reading, f[i])
				}
				work += in.Force * in.Reading / 2
			}
			linear := !strings.Contains(kind, "far") && kind != "hardening"
			if off := math.Abs(work/a.Energy - 1); linear && off > 1e-9 || off > 0.2 {
				t.Errorf("%s, %s: the inputs work %g, and the energy is %g", kind, how, work, a.Energy)
			}
			for o, v := range a.Outputs {
				if m := outputOf(t, x, f); math.Abs(v-m[o]) > 1e-11*math.Abs(m[o]) {
					t.Errorf("%s, %s: output %s is %.12g, and the rig says %.12g", kind, how, x.Outputs[o], v, m[o])
				}
			}
		}
	}
}

func outputOf(t *testing.T, x *Experiment, f []float64) []float64 {
	t.Helper()
	m := learn.Measurement{Out: make([]float64, len(x.Out))}
	if err := x.Rig.Apply(f, nil, &m); err != nil {
		t.Fatal(err)
	}
	return m.Out
}

// Two given displacements that fix each other are refused in the words of the file, of lattices of springs and of bodies.
func TestGivenPortsThatFollow(t *testing.T) {
	for kind, body := range bodies {
		for push, want := range map[string]string{
			"{node: 8, along: x, move: 1 mm}, {node: 8, along: -x, move: -1 mm}":                                     "node 8",
			"{node: 8, along: x, move: 1 mm}, {node: 8, along: y, move: 1 mm}, {node: 8, along: [3, 4], move: 1 mm}": "node 8",
			"{nodes: [1, 5], stretch: 1 mm}":                "both nodes",
			"{mean: [8, 8], along: x, move: 1 mm}":          "twice",
			"{mean: [8], along: x, move: 1 mm}":             "several",
			"{mean: [1, 5], along: x, move: 1 mm}":          "held",
			"{node: 3, mean: [1, 8], along: x, move: 1 mm}": "leave `node` out",
		} {
			_, err := tryBuild(strings.NewReplacer("BODY", body, "PUSH", push, "WANT", "{node: 14, along: x, move: 1 mm}").Replace(givenText), Options{})
			var list spec.Errors
			if !errors.As(err, &list) || !strings.Contains(list[0].Message+list[0].Help, want) {
				t.Errorf("%s, %s: %v", kind, push, err)
			}
		}
	}
}

// Features of data may be any load or given value, and outputs any reading: an encoded value of 1 is its size, 1 - value its
// complement, and what solve answers is what the rig says.
func TestInputsOfData(t *testing.T) {
	for _, c := range []struct{ body, input, output string }{
		{springs, "node: 11, along: -y, move: 0.2 mm", "along: x"},
		{springs, "nodes: [2, 12], stretch: 0.2 mm", "along: x"},
		{springs, "mean: [11, 12], along: [1, -1], force: 20 mN", "along: x"},
		{bodies["beams"], "node: 11, moment: 1 N mm", "reads: turn"},
		{bodies["beams"], "node: 11, turn: 2 mrad", "along: y"},
		{bodies["beams, far"], "mean: [11, 12], along: [1, -1], move: 0.1 mm", "reads: turn"},
		{"elements: [{kind: pipe, conductance: 1..2 S}]", "node: 11, current: 20 mA", "reads: potential"},
		{"elements: [{kind: pipe, conductance: 1..2 S}]", "node: 11, potential: 2 V", "reads: potential"},
	} {
		supports := "supports: {pinned: [1, 5]}"
		if strings.Contains(c.body, "pipe") {
			supports = "supports: {earthed: [1, 5]}"
		}
		x := build(t, "elastrain: 1\nnetwork: {lattice: triangular, rows: 5-4-3-2, spacing: 16 mm}\n"+supports+"\n"+c.body+"\ntask:\n  kind: classification\n  data: iris\n  inputs:\n"+
			"    - {"+c.input+", feature: petal length}\n    - {"+strings.NewReplacer("11", "8", "2, 12", "3, 10").Replace(c.input)+", feature: petal width, complement: true}\n  outputs:\n"+
			"    - {node: 13, "+c.output+", class: setosa}\n    - {node: 14, "+c.output+", class: versicolor}\n    - {node: 7, "+c.output+", class: virginica}\n  loss: fisher\nlearn: {method: l-bfgs, epochs: 2}\n")
		size, key, _ := x.InputSize(0)
		if !strings.Contains(c.input, key+": ") || size == 0 {
			t.Errorf("%s: %s of %g", c.input, key, size)
		}
		f := x.Train.Force(0)
		x.Forces([]float64{x.Encoding.Hi[0], 0}, f)
		if math.Abs(f[0]-size) > 1e-15*size {
			t.Errorf("%s: the largest value pushes with %g, not %g", c.input, f[0], size)
		}
		s, err := x.AsSolid(append([]float64(nil), x.Rig.Stiffness()...))
		if err != nil {
			t.Fatal(err)
		}
		a, err := x.Answer(s, f)
		if err != nil {
			t.Fatal(err)
		}
		m := outputOf(t, x, f)
		for o, v := range a.Outputs {
			if math.Abs(v-m[o]) > 1e-11*math.Abs(m[o]) || v == 0 {
				t.Errorf("%s: output %s is %.12g, and the rig says %.12g", c.input, x.Outputs[o], v, m[o])
			}
		}
	}
}
