package ports

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
)

func iris(t *testing.T, overrides ...string) *experiment.Experiment {
	t.Helper()
	text, _ := examples.Text("iris")
	return built(t, text, overrides...)
}

func built(t *testing.T, text []byte, overrides ...string) *experiment.Experiment {
	t.Helper()
	file, err := spec.Parse("test.yaml", text, overrides...)
	if err != nil {
		t.Fatal(err)
	}
	x, err := experiment.Build(file, nil, experiment.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

var quick = Options{Random: 60, Mutate: 60, Steps: 20, Finish: 60, Keep: 3}

func TestSearchFindsPortsThatLearn(t *testing.T) {
	x := iris(t)
	result, err := Search(context.Background(), x, quick)
	if err != nil {
		t.Fatal(err)
	}
	if result.Tried != 120 || len(result.Best) != 3 {
		t.Fatalf("tried %d, kept %d", result.Tried, len(result.Best))
	}
	for i, s := range result.Best {
		if i > 0 && s.Loss < result.Best[i-1].Loss {
			t.Errorf("set %d has a lower loss than the one before", i+1)
		}
		for a := range s.In {
			for b := range a {
				if s.In[a].Node == s.In[b].Node {
					t.Errorf("set %d pushes node %d twice", i+1, s.In[a].Node+1)
				}
			}
			if s.In[a].Dir != x.In[a].Dir {
				t.Errorf("set %d changes the direction of an input", i+1)
			}
		}
	}
	if best := result.Best[0]; best.Accuracy < 0.93 {
		t.Errorf("training accuracy %.3f", best.Accuracy)
	}
	// What the search says of its best set is what training it gives.
	file, err := Apply(x, result.Best[0])
	if err != nil {
		t.Fatal(err)
	}
	again, err := experiment.Build(file, nil, experiment.Options{})
	if err != nil {
		t.Fatal(err)
	}
	trainer, err := again.NewTrainer()
	if err != nil {
		t.Fatal(err)
	}
	record, err := trainer.Run(nil)
	if err != nil {
		t.Fatal(err)
	}
	if record.Train.Loss > result.Best[0].Loss*1.05 {
		t.Errorf("trained from the file: loss %g; the search said %g", record.Train.Loss, result.Best[0].Loss)
	}
}

func TestSameSeedSamePorts(t *testing.T) {
	one, err := Search(context.Background(), iris(t), quick)
	if err != nil {
		t.Fatal(err)
	}
	two, err := Search(context.Background(), iris(t), quick)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(one, two) {
		t.Error("two searches with one seed differ")
	}
}

// The search may not see a test flower: exchanging the test part changes nothing.
func TestTestPartIsNotLookedAt(t *testing.T) {
	x, y := iris(t), iris(t)
	for i := range y.Test.F {
		y.Test.F[i] = -y.Test.F[i]
	}
	for i := range y.Test.Class {
		y.Test.Class[i] = (y.Test.Class[i] + 1) % 3
	}
	one, err := Search(context.Background(), x, quick)
	if err != nil {
		t.Fatal(err)
	}
	two, err := Search(context.Background(), y, quick)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(one, two) {
		t.Error("the result depends on the test part")
	}
}

func TestFixedInputs(t *testing.T) {
	x := iris(t)
	options := quick
	options.FixInputs, options.FixComplement = true, true
	result, err := Search(context.Background(), x, options)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range result.Best {
		if !reflect.DeepEqual(s.In, x.In) {
			t.Errorf("inputs became %v", s.In)
		}
		if !reflect.DeepEqual(s.Complement, []bool{false, false, false, true}) {
			t.Errorf("complements became %v", s.Complement)
		}
	}
}

func TestComplementIsJudgedBySeparation(t *testing.T) {
	x := iris(t)
	s := &search{x: x, options: Options{}}
	s.chooseComplement()
	for mask := range 16 {
		choice := []bool{mask&1 > 0, mask&2 > 0, mask&4 > 0, mask&8 > 0}
		if w := s.separation(choice); w > s.result.Separation+1e-12 {
			t.Errorf("complement %v separates %g, better than the %g chosen", choice, w, s.result.Separation)
		}
	}
	if plain := s.separation(make([]bool, 4)); s.result.Separation < plain+0.05 {
		t.Errorf("complements bring %g, none at all %g", s.result.Separation, plain)
	}
	// 1 - (1 - value) is the value again.
	twice := s.complemented([]bool{false, false, false, true})
	for i := range twice.F {
		if math.Abs(twice.F[i]-x.Train.F[i]) > 1e-18 {
			t.Fatalf("force %d: %g, and the file has %g", i, twice.F[i], x.Train.F[i])
		}
	}
}

// With more features than can be compared in all combinations, complements are
// taken one at a time.
func TestManyFeatures(t *testing.T) {
	text, _ := examples.Text("wine")
	x := built(t, text)
	s := &search{x: x}
	own := make([]bool, len(x.In))
	for i, in := range x.Spec.Task.Inputs {
		own[i] = in.Complement
	}
	before := s.separation(own)
	s.chooseComplement()
	if s.result.Separation < before || s.result.Separation > 1 {
		t.Errorf("separation %g after %g", s.result.Separation, before)
	}
}

func TestRefusals(t *testing.T) {
	text, _ := examples.Text("behaviour")
	if _, err := Search(context.Background(), built(t, text), quick); err == nil || !strings.Contains(err.Error(), "classifications") {
		t.Errorf("a behaviour: %v", err)
	}
	chain := `
elastrain: 1
network: {lattice: chain, size: 3, spacing: 10 mm}
bonds: {stiffness: 50..200 N/m}
supports: {pinned: [1]}
task:
  kind: classification
  data: iris
  inputs:
    - {node: 2, along: x, force: 1 mN, feature: 1}
    - {node: 3, along: x, force: 1 mN, feature: 2}
    - {node: 4, along: x, force: 1 mN, feature: 3}
    - {node: 4, along: x, force: 1 mN, feature: 4}
  outputs:
    - {node: 2, along: x, class: setosa}
    - {node: 3, along: x, class: versicolor}
    - {node: 4, along: x, class: virginica}
`
	if _, err := Search(context.Background(), built(t, []byte(chain)), quick); err == nil || !strings.Contains(err.Error(), "too few free nodes") {
		t.Errorf("a chain of three free nodes for four inputs: %v", err)
	}
	x := built(t, []byte(rollers), "supports.rollers=[{node: 4, held: x}, {node: 6, held: x}, {node: 7, held: x}, {node: 8, held: x}, {node: 9, held: x}]")
	if _, err := Search(context.Background(), x, quick); err == nil || !strings.Contains(err.Error(), "too few free nodes") {
		t.Errorf("one node for two inputs along x: %v", err)
	}
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Search(stopped, iris(t), quick); !errors.Is(err, context.Canceled) {
		t.Errorf("a stopped search: %v", err)
	}
}

// rollers is a lattice of which some nodes cannot move along x, with inputs along
// both axes.
const rollers = `
elastrain: 1
network: {lattice: triangular, rows: 3-3-3, spacing: 10 mm}
bonds: {stiffness: 50..200 N/m}
supports:
  pinned: [1, 2, 3]
  rollers: [{node: 4, held: x}, {node: 6, held: x}, {node: 8, held: x}]
task:
  kind: classification
  data: iris
  inputs:
    - {node: 5, along: x, force: 1 mN, feature: 1}
    - {node: 5, along: x, force: 1 mN, feature: 2}
    - {node: 6, along: y, force: 1 mN, feature: 3}
    - {node: 8, along: y, force: 1 mN, feature: 4}
  outputs:
    - {node: 7, along: y, class: setosa}
    - {node: 8, along: y, class: versicolor}
    - {node: 9, along: y, class: virginica}
`

// A set that pushes a node against its support would be no experiment.
func TestInputsCanMove(t *testing.T) {
	x := built(t, []byte(strings.Replace(rollers, ", {node: 8, held: x}", "", 1)))
	s := &search{x: x, random: rand.New(rand.NewPCG(1, 1))}
	s.collect()
	if !s.roomForInputs() {
		t.Fatal("four nodes for four inputs")
	}
	for set, tries := s.draw(), 0; tries < 1000; set, tries = s.mutate(set), tries+1 {
		for i, in := range set.In {
			if !s.x.CanMove(in) || in.Dir != x.In[i].Dir {
				t.Fatalf("after %d changes input %d pushes node %d, which is held", tries, i+1, in.Node+1)
			}
		}
	}
}

func TestProgress(t *testing.T) {
	calls, last := 0, 0
	options := quick
	options.Progress = func(tried, total int, best *Set) {
		calls++
		if tried <= last || total != 120 || best == nil {
			t.Errorf("progress %d of %d after %d", tried, total, last)
		}
		last = tried
	}
	if _, err := Search(context.Background(), iris(t), options); err != nil {
		t.Fatal(err)
	}
	if last != 120 || calls < 100 {
		t.Errorf("%d calls, the last at %d", calls, last)
	}
}

func ExampleSearch() {
	text, _ := examples.Text("iris")
	file, _ := spec.Parse("iris.yaml", text)
	x, _ := experiment.Build(file, nil, experiment.Options{})
	result, _ := Search(context.Background(), x, Options{Random: 20, Mutate: 20})
	fmt.Println(result.Tried, "sets tried on", x.Train.N, "training flowers")
	// Output: 40 sets tried on 105 training flowers
}

// torn is a rule whose rig breaks.
type torn struct{}

var errTorn = errors.New("the string has torn")

func (torn) Name() string { return "torn" }
func (torn) Gradient(learn.Rig, task.Loss, learn.Batch, []float64) (float64, error) {
	return 0, errTorn
}

// Only a loss without a value makes ports no choice; every other error is one of the search.
func TestSearchHandsErrorsOn(t *testing.T) {
	x := iris(t)
	x.Rule = torn{}
	if r, err := Search(context.Background(), x, quick); !errors.Is(err, errTorn) {
		t.Errorf("%v, %v", r, err)
	}
}

// In a network of two parts many sets of ports do not move; a loss that takes its unit from the motion passes over them.
func TestSearchPassesOverPortsThatRest(t *testing.T) {
	for _, loss := range []string{"softmax", "hinge", "cross-entropy", "fisher"} {
		x := built(t, []byte(`
elastrain: 1
network: {nodes: [[0 mm, 0 mm], [10 mm, 10 mm], [20 mm, 0 mm], [40 mm, 0 mm], [30 mm, 10 mm], [25 mm, 20 mm]], bonds: [[1, 2], [2, 3], [3, 5], [4, 5], [5, 6], [4, 6]]}
bonds: {stiffness: 50..200 N/m, start: random}
supports: {pinned: [1, 3, 4]}
task:
  kind: classification
  data: iris
  inputs: [{node: 2, along: -y, force: 1 mN, feature: 3}]
  outputs: [{node: 2, along: y, class: setosa}, {node: 2, along: x, class: versicolor}, {node: 5, along: y, class: virginica}]
  loss: `+loss+"\n"))
		r, err := Search(context.Background(), x, Options{Random: 40, Mutate: 10, Steps: 3, Finish: 3, Keep: 3, FixComplement: true})
		if err != nil || len(r.Best) == 0 {
			t.Errorf("%s: %+v, %v", loss, r, err)
			continue
		}
		for _, set := range r.Best {
			if math.IsInf(set.Loss, 0) || math.IsNaN(set.Loss) {
				t.Errorf("%s: a loss of %g", loss, set.Loss)
			}
		}
	}
}

// Ports of a frame are searched as those of a lattice are: what is found beats the ports of the file, and its file says the same.
func TestSearchOfFrame(t *testing.T) {
	text, _ := examples.Text("iris")
	frame := strings.NewReplacer("bonds: {width: 1.5..2.5 mm, start: 2 mm}", "elements: [{kind: beam, width: 1.5..2.5 mm}]", "{node: 13, along: x, class: setosa}", "{node: 9, along: x, class: setosa}").Replace(string(text))
	x := built(t, []byte(frame))
	if x.Solid == nil {
		t.Fatal("no frame")
	}
	as := Set{In: x.In, Out: x.Out}
	s := &search{x: x, options: quick, start: x.StartPoint(), set: x.Train, complement: []bool{false, false, false, true}}
	if err := s.try(&as, quick.Finish); err != nil {
		t.Fatal(err)
	}
	found, err := Search(context.Background(), x, Options{Random: 30, Mutate: 30, Steps: 10, Finish: 60, Keep: 1})
	if err != nil {
		t.Fatal(err)
	}
	best := found.Best[0]
	if !(best.Loss < as.Loss) {
		t.Errorf("the best of 60 sets has the loss %g, that of the file %g", best.Loss, as.Loss)
	}
	file, err := Apply(x, best)
	if err != nil {
		t.Fatal(err)
	}
	again, err := experiment.Build(file, nil, experiment.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again.In, best.In) || !reflect.DeepEqual(again.Out, best.Out) {
		t.Errorf("the file has the ports %v, %v, and %v, %v were found", again.In, again.Out, best.In, best.Out)
	}
}
