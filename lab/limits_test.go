package lab_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/lab"
)

var card = lab.Card{Name: "test", Dim: 2, Nodes: 3, Elements: 2, Stiffens: true,
	Limits: lab.Limits{Force: 1, TotalForce: 1.5, Rate: 2, Stiffness: [2]float64{10, 20}, StiffnessStep: 4}}

func TestNarrowed(t *testing.T) {
	l, err := card.Narrowed(lab.Limits{Force: 0.5, Displacement: 1})
	want := lab.Limits{Force: 0.5, TotalForce: 1.5, Displacement: 1, Rate: 2, Stiffness: [2]float64{10, 20}, StiffnessStep: 4}
	if err != nil || l != want {
		t.Errorf("%+v, %v; want %+v", l, err, want)
	}
	for cause, ask := range map[string]lab.Limits{
		"the force is 1.1, but":       {Force: 1.1},
		"total force is NaN":          {TotalForce: math.NaN()},
		"rate is +Inf":                {Rate: math.Inf(1)},
		"step is -1":                  {StiffnessStep: -1},
		"9 and 20 N/m, but the bench": {Stiffness: [2]float64{9, 20}},
		"10 and 21 N/m, but":          {Stiffness: [2]float64{10, 21}},
		"20 and 10 N/m; the first":    {Stiffness: [2]float64{20, 10}},
	} {
		l, err := card.Narrowed(ask)
		says(t, err, "Arm", cause)
		if l != (lab.Limits{}) {
			t.Errorf("%s: limits %+v beside an error", cause, l)
		}
	}
}

func TestCheckLoad(t *testing.T) {
	for _, sound := range [][]lab.Force{nil, {{0, [3]float64{0.6, -0.8, 0}}}, {{0, [3]float64{-0.9, 0, 0}}, {0, [3]float64{0.9, 0, 0}}}} {
		if err := card.CheckLoad(card.Limits, sound); err != nil {
			t.Errorf("%v: %v", sound, err)
		}
	}
	for cause, load := range map[string][]lab.Force{
		"no node 4; the nodes are 1 to 3": {{3, [3]float64{}}},
		"no node 0":                       {{-1, [3]float64{}}},
		"force on node 2 is NaN":          {{1, [3]float64{0, math.NaN(), 0}}},
		"along axis 3":                    {{1, [3]float64{0, 0, 1}}},
		"1.2 N on node 1":                 {{0, [3]float64{0.6, 0, 0}}, {0, [3]float64{0.6, 0, 0}}},
		"1.6 N in all":                    {{0, [3]float64{0.8, 0, 0}}, {1, [3]float64{-0.8, 0, 0}}},
	} {
		says(t, card.CheckLoad(card.Limits, load), "Load", cause)
	}
}

func TestCheckStiffness(t *testing.T) {
	now := []float64{15, 15}
	if err := card.CheckStiffness(card.Limits, now, []float64{11, 19}); err != nil {
		t.Error(err)
	}
	if err := card.CheckStiffness(card.Limits, nil, []float64{10, 20}); err != nil {
		t.Error(err)
	}
	for cause, k := range map[string][]float64{
		"1 stiffnesses for 2 bonds":       {15},
		"bond 1 shall have NaN":           {math.NaN(), 15},
		"bond 2 shall have 0 N/m":         {15, 0},
		"bond 2 shall have 21 N/m, out":   {15, 21},
		"bond 1 shall change by -4.5 N/m": {10.5, 15},
	} {
		says(t, card.CheckStiffness(card.Limits, now, k), "SetStiffness", cause)
	}
	print := card
	print.Stiffens = false
	says(t, print.CheckStiffness(card.Limits, now, now), "SetStiffness", "new specimen")
}

func says(t *testing.T, err error, verb, cause string) {
	t.Helper()
	var refused *lab.RefusedError
	if !errors.As(err, &refused) || refused.Verb != verb || !strings.Contains(err.Error(), cause) {
		t.Errorf("%v; want a refusal of %s because %s", err, verb, cause)
	}
}

// A card with values is set by parameters, which may be below zero and have limits only where those that change have one unit.
func TestCardOfValues(t *testing.T) {
	c := lab.Card{Name: "frame", Dim: 2, Nodes: 4, Elements: 3, Stiffens: true, Values: 5, Unit: "m", Limits: lab.Limits{StiffnessStep: 0.5}}
	now := []float64{1, -2, 0, 3, 4}
	if c.Settings() != 5 || (lab.Card{Elements: 3}).Settings() != 3 {
		t.Errorf("%d values", c.Settings())
	}
	if err := c.CheckStiffness(c.Limits, now, []float64{1.4, -2, -0.4, 3, 4}); err != nil {
		t.Error(err)
	}
	for cause, k := range map[string][]float64{
		"3 values for 5 parameters":                                {1, 2, 3},
		"parameter 2 shall have NaN m; it is a finite number":      {1, math.NaN(), 0, 3, 4},
		"parameter 5 shall change by 0.6 m, more than 0.5 at a ti": {1, -2, 0, 3, 4.6},
	} {
		says(t, c.CheckStiffness(c.Limits, now, k), "SetStiffness", cause)
	}
	says(t, c.CheckStiffness(lab.Limits{Stiffness: [2]float64{1, 5}}, nil, []float64{1, 2, 0.5, 3, 4}), "SetStiffness", "parameter 3 shall have 0.5 m, outside 1 to 5")
	c.Unit = ""
	for _, l := range []lab.Limits{{StiffnessStep: 1}, {Stiffness: [2]float64{1, 2}}} {
		c.Limits = lab.Limits{}
		_, err := c.Narrowed(l)
		says(t, err, "Arm", "parameters of several units")
	}
}
