package autonomous_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/autonomous"
	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/automaton"
	"github.com/elastrain/elastrain/spec"
)

func build(name string, overrides ...string) (*experiment.Experiment, error) {
	text, ok := examples.Text(name)
	if !ok {
		return nil, errors.New("no example is called " + name)
	}
	file, err := spec.Parse(name, text, overrides...)
	if err != nil {
		return nil, err
	}
	return experiment.Build(file, nil, experiment.Options{Threads: 1})
}

func study() autonomous.Study {
	s := autonomous.Study{Rule: "backprop", Readings: 4, Rate: 0.02, Shown: 300, Nudge: 0.1, Sites: 20, Seeds: 3, Seed: 1}
	s.Reborn = "start"
	return s
}

func nothing(*autonomous.Row) {}

// The left node learns to move most, though bonds miss every hundredth message and some are dead.
func Example() {
	x, err := build("left-right")
	if err != nil {
		log.Fatal(err)
	}
	s := study()
	s.Lost, s.Dead = 0.01, 0.05
	r, err := s.Run(context.Background(), x, nil, nothing)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("more than four fifths of the way: %v\n", r.Rows[0].Kept.Mean > 0.8)
	// Output: more than four fifths of the way: true
}

// Each condition that can be swept changes what happens, and its first usual value is not the last.
func TestEveryConditionTells(t *testing.T) {
	for _, c := range autonomous.Conditions() {
		name := "left-right"
		if c.Name == "site" {
			name = "behaviour"
		}
		x, err := build(name)
		if err != nil {
			t.Fatal(err)
		}
		s := study()
		s.Seeds, s.Shown, s.Sweep, s.Values = 1, 60, c.Name, []float64{c.Values[0], c.Values[len(c.Values)-1]}
		if c.Name == "lifetime" {
			s.Shown = 200
		}
		r, err := s.Run(context.Background(), x, nil, nothing)
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		if reflect.DeepEqual(r.Rows[0].Trials, r.Rows[1].Trials) {
			t.Errorf("%s: nothing changes from %g to %g", c.Name, s.Values[0], s.Values[1])
		}
		if *r.Rows[0].Value != s.Values[0] || *r.Rows[1].Value != s.Values[1] {
			t.Errorf("%s: rows at %g and %g", c.Name, *r.Rows[0].Value, *r.Rows[1].Value)
		}
	}
}

// In the heat a mean of many readings learns more than one.
func TestReadingsHelp(t *testing.T) {
	x, err := build("left-right")
	if err != nil {
		t.Fatal(err)
	}
	var kept []float64
	for _, readings := range []int{1, 16} {
		s := study()
		s.Heat, s.Shown, s.Seeds, s.Readings = 30, 80, 2, readings
		r, err := s.Run(context.Background(), x, nil, nothing)
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, r.Rows[0].Kept.Mean)
	}
	if !(kept[1] > kept[0]+0.1) {
		t.Errorf("kept %.3f with one reading, %.3f with 16", kept[0], kept[1])
	}
}

// Iris under 1 % loss of messages and 5 % dead bonds: nine tenths of the way, and nine tenths of the training flowers, within 300 samples shown one by one.
func TestIris(t *testing.T) {
	x, err := build("iris", "task.loss=softmax", "task.validation={share: 30 %}")
	if err != nil {
		t.Fatal(err)
	}
	s := study()
	s.Lost, s.Dead, s.Rate, s.Seeds = 0.01, 0.05, 0.01, 1
	r, err := s.Run(context.Background(), x, nil, nothing)
	if err != nil {
		t.Fatal(err)
	}
	row := r.Rows[0]
	if !(row.Kept.Mean > 0.9 && row.Train.Mean > 0.9 && row.Accuracy.Mean > 0.8 && row.Test == nil) || r.Judged != "validation" {
		t.Errorf("kept %.3f, training %.3f, %s %.3f, test %v", row.Kept.Mean, row.Train.Mean, r.Judged, row.Accuracy.Mean, row.Test)
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct{ name, change, want string }{
		{"iris", "seed=1", "judges samples together"},
		{"left-right", "learn.method=adam|matter.scatter=3%", "the section matter"},
		{"left-right", "learn.method=adam|matter.levels=5", "the section matter"},
		{"iris", "task.loss=softmax|task.reading={tare: mean}|learn.method=adam", "task.reading"},
		{"frame", "seed=1", "lattices of linear springs"},
		{"behaviour", "task.cases=[{push: [{node: 11, along: -y, move: 0.5 mm}], want: [{node: 13, along: y, move: -0.4 mm}]}]", "given displacements"},
		{"behaviour", "bonds.width=2..3 mm", ""},
	} {
		x, err := build(c.name, strings.Split(c.change, "|")...)
		if err != nil {
			t.Fatal(err)
		}
		s := study()
		err = s.Fit(x)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "; ")) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Where the network does what is wanted at the start, nothing is kept of nothing.
func TestNothingToLearn(t *testing.T) {
	x, err := build("behaviour")
	if err != nil {
		t.Fatal(err)
	}
	if err := x.NewProblem().Set(x.StartPoint()); err != nil {
		t.Fatal(err)
	}
	if err := learn.Outputs(x.Rig, learn.Batch{Set: x.Train}, x.Train.Want); err != nil {
		t.Fatal(err)
	}
	s := study()
	if _, err := s.Run(context.Background(), x, nil, nothing); !errors.Is(err, autonomous.ErrDone) && !errors.Is(err, automaton.ErrNothing) {
		t.Errorf("%v", err)
	}
}

// memory keeps lives as a disk does, as text.
type memory map[string][]byte

func (m memory) Load(name string, trial any) (bool, error) {
	text, ok := m[name]
	if !ok {
		return false, nil
	}
	return true, json.Unmarshal(text, trial)
}

func (m memory) Save(name string, trial any) (err error) {
	m[name], err = json.Marshal(trial)
	return err
}

// A study that goes on after any life comes to the report of one that was whole, and lives no life twice.
func TestGoesOn(t *testing.T) {
	x, err := build("left-right")
	if err != nil {
		t.Fatal(err)
	}
	s := study()
	s.Lost, s.Shown, s.Seeds, s.Sweep, s.Values = 0.1, 40, 2, "dead", []float64{0, 0.1}
	want, err := s.Run(context.Background(), x, nil, nothing)
	if err != nil {
		t.Fatal(err)
	}
	for stop := range 5 {
		kept, lived := memory{}, 0
		ctx, cancel := context.WithCancel(context.Background())
		s.Told = func(_ *float64, _ uint64, shown, _ int) {
			if shown == 0 {
				if lived++; lived > stop {
					cancel()
				}
			}
		}
		_, err := s.Run(ctx, x, kept, nothing)
		cancel()
		if stop < 4 && !errors.Is(err, context.Canceled) || len(kept) != stop {
			t.Fatalf("stopped in life %d: %d are kept, %v", stop+1, len(kept), err)
		}
		lived = 0
		s.Told = func(_ *float64, _ uint64, shown, _ int) {
			if shown == 0 {
				lived++
			}
		}
		got, err := s.Run(context.Background(), x, kept, nothing)
		if err != nil || !reflect.DeepEqual(got, want) || lived != 4-stop {
			t.Errorf("stopped in life %d: %d lived after it, %v", stop+1, lived, err)
		}
	}
}

// A temperature in K is kT in J, whatever the bonds feel.
func TestKelvin(t *testing.T) {
	x, err := build("gel")
	if err != nil {
		t.Fatal(err)
	}
	s := study()
	s.Kelvin, s.Shown, s.Seeds = 300, 2, 1
	r, err := s.Run(context.Background(), x, nil, nothing)
	if err != nil {
		t.Fatal(err)
	}
	if kT := 300 * 1.380649e-23; math.Abs(r.Conditions.Heat/kT-1) > 1e-14 || math.Abs(r.Heat*r.Energy/kT-1) > 1e-14 || r.Conditions.Relaxation != 0.02 {
		t.Errorf("kT %g J, %g of %g J, relaxation %g", r.Conditions.Heat, r.Heat, r.Energy, r.Conditions.Relaxation)
	}
}
