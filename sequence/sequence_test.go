package sequence_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"reflect"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/sequence"
	"github.com/elastrain/elastrain/spec"
)

// of is a task of an example.
func of(name, example string, overrides ...string) sequence.Task {
	return sequence.Task{Name: name, Build: func(seed uint64) (*experiment.Experiment, error) {
		text, ok := examples.Text(example)
		if !ok {
			return nil, errors.New("no example is called " + example)
		}
		file, err := spec.Parse(example, text, append(overrides, fmt.Sprint("seed=", seed))...)
		if err != nil {
			return nil, err
		}
		return experiment.Build(file, nil, experiment.Options{Threads: 1})
	}}
}

// memory is a store that forgets nothing, and may refuse to save.
type memory struct {
	kept  map[string]*sequence.Stage
	saved int
	most  int // 0: any number
}

func (m *memory) Load(seed uint64, stage int) (*sequence.Stage, error) {
	return m.kept[fmt.Sprint(seed, stage)], nil
}

var errFull = errors.New("full")

func (m *memory) Save(s *sequence.Stage) error {
	if m.saved++; m.most > 0 && m.saved > m.most {
		return errFull
	}
	m.kept[fmt.Sprint(s.Seed, s.Number)] = s
	return nil
}

func fresh() *memory { return &memory{kept: map[string]*sequence.Stage{}} }

func nothing(*sequence.Stage) {}

var pair = []sequence.Task{of("wine", "sequence-wine"), of("iris", "sequence-iris")}

// Wines are learned, and forgotten while irises are.
func Example() {
	s := sequence.Study{Tasks: pair, Order: []int{0, 1}, Seeds: 1, First: 1}
	r, err := s.Run(context.Background(), fresh(), nothing)
	if err != nil {
		log.Fatal(err)
	}
	wine := func(stage int) float64 { return r.Rows[stage].Scores[0].Accuracy.Mean }
	fmt.Printf("learned: %v, forgotten: %v\n", wine(1) > 0.9, wine(2) < 0.5)
	// Output: learned: true, forgotten: true
}

// A study that ends after any stage goes on to the same report.
func TestGoesOn(t *testing.T) {
	s := sequence.Study{Tasks: []sequence.Task{of("wine", "sequence-wine", "learn.epochs=5"), of("iris", "sequence-iris", "learn.epochs=5")}, Order: []int{1, 0, 1}, Seeds: 2, First: 3}
	want, err := s.Run(context.Background(), fresh(), nothing)
	if err != nil {
		t.Fatal(err)
	}
	for most := 1; most < 8; most++ {
		m := fresh()
		m.most = most
		if _, err := s.Run(context.Background(), m, nothing); !errors.Is(err, errFull) {
			t.Fatal(err)
		}
		m.most, m.saved = 0, 0
		got, err := s.Run(context.Background(), m, nothing)
		if err != nil {
			t.Fatal(err)
		}
		if m.saved != 8-most {
			t.Errorf("after %d stages: %d more were made", most, m.saved)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("after %d stages: another report", most)
		}
	}
}

// What is scored after a stage is the network that it left; a task that is learned twice in a row has nothing to regain and is kept whole.
func TestReport(t *testing.T) {
	s := sequence.Study{Tasks: pair, Order: []int{0, 0, 1}, Seeds: 1, First: 2}
	m := fresh()
	r, err := s.Run(context.Background(), m, nothing)
	if err != nil {
		t.Fatal(err)
	}
	for i := range r.Rows {
		x, err := pair[0].Build(2)
		if err != nil {
			t.Fatal(err)
		}
		if err := x.StartFrom(m.kept[fmt.Sprint(2, i)].Parameters); err != nil {
			t.Fatal(err)
		}
		trainer, err := x.NewTrainer()
		if err != nil {
			t.Fatal(err)
		}
		score, err := trainer.Score()
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Rows[i].Scores[0]; got.Loss.Mean != score.Valid.Loss || got.Accuracy.Mean != score.Valid.Accuracy {
			t.Errorf("stage %d: loss %g, want %g", i, got.Loss.Mean, score.Valid.Loss)
		}
	}
	if again := &r.Rows[2]; !again.Again || again.Median == nil || *again.Median != 0 || *r.Rows[1].Scores[0].Kept != 1 || r.Rows[1].Scores[1].Kept != nil {
		t.Errorf("%+v", again)
	}
	if kept := *r.Rows[3].Scores[0].Kept; kept > 0.5 {
		t.Errorf("%g of wine is kept", kept)
	}
}

// In turns both tasks are done at once; where change costs, bonds stay nearer to where they were.
func TestTurnsAndCost(t *testing.T) {
	s := sequence.Study{Tasks: pair, Order: []int{0, 1}, Seeds: 1, First: 1, Turns: 300}
	r, err := s.Run(context.Background(), fresh(), nothing)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := r.Rows[1].Scores[0].Accuracy.Mean, r.Rows[1].Scores[1].Accuracy.Mean; a < 0.6 || b < 0.8 {
		t.Errorf("%g and %g at once", a, b)
	}
	var moved [2]float64
	for i, hold := range []float64{0, 10} {
		s := sequence.Study{Tasks: pair, Order: []int{0, 1}, Seeds: 1, First: 1, Hold: hold}
		m := fresh()
		if _, err := s.Run(context.Background(), m, nothing); err != nil {
			t.Fatal(err)
		}
		for j, k := range m.kept["1 2"].Parameters {
			d := k - m.kept["1 1"].Parameters[j]
			moved[i] += d * d
		}
	}
	if !(moved[1] < moved[0]/4) || moved[1] == 0 {
		t.Errorf("bonds move by %g where change costs, and by %g where not", moved[1], moved[0])
	}
}

// What is no sequence on one network is refused, with a way out.
func TestFit(t *testing.T) {
	for _, c := range []struct {
		tasks []sequence.Task
		hold  float64
		says  string
	}{
		{[]sequence.Task{pair[0], of("other", "behaviour")}, 0, "another network"},
		{[]sequence.Task{pair[0], of("iris", "sequence-iris", "bonds.stiffness=50..200 N/m")}, 0, "other ranges"},
		{[]sequence.Task{pair[0], of("iris", "sequence-iris", "supports.pinned=[1, 6]")}, 0, "another network"},
		{[]sequence.Task{of("iris", "sequence-iris", "task.validation=null")}, 0, "no rows that validate"},
		{[]sequence.Task{of("iris", "sequence-iris", "task.loss=softmax", "task.reading={tare: mean}")}, 0, "electronics"},
		{[]sequence.Task{of("iris", "sequence-iris", "learn.method=l-bfgs")}, 1, "does not see"},
		{pair, 1, ""},
	} {
		s := sequence.Study{Tasks: c.tasks, Hold: c.hold}
		var list []*experiment.Experiment
		for _, task := range c.tasks {
			x, err := task.Build(1)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, x)
		}
		err := s.Fit(list)
		if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "; ")) {
			t.Errorf("%q: %v", c.says, err)
		}
	}
}
