package insitu

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver/inbox"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rigtest"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
)

// A lattice in the plane some of whose bonds follow features of flowers, one of which also pushes; a network of hubs that
// looks at few pictures; and rails.
var setting3 = map[string]string{
	"lattice": `elastrain: 1
network: {lattice: triangular, rows: 5-4-3-2, spacing: 16 mm}
bonds: {stiffness: 50..200 N/m, start: random}
supports: {pinned: [1, 5]}
task:
  kind: classification
  data: iris
  split: 5 %
  stratify: true
  inputs:
    - {elements: [3, 9, 12], feature: petal length, gain: 50..200 N/m}
    - {elements: [7], feature: petal length, complement: true, stiffness: 20..100 N/m}
    - {elements: [15], feature: petal width, gain: 50..200 N/m, left: 10 %}
    - {node: 8, along: -y, force: 20 mN, feature: sepal length}
    - {node: 13, along: -y, force: 40 mN}
  outputs:
    - {node: 13, along: x, class: setosa}
    - {node: 2, along: x, class: versicolor}
    - {nodes: [6, 9], class: virginica}
lab: {bench: twin}
`,
	"hubs": `elastrain: 1
hubs: {number: 12, branches: 3, features: 4, outputs: 6}
task: {kind: classification, data: iris, split: 5 %, stratify: true, encode: {by: min-max}, loss: softmax, sharpness: 0.5 /mm}
lab: {bench: twin}
`,
}

// still are overrides that leave nothing wrong with a twin.
var still = []string{"lab.twin.noise=0 um", "lab.twin.scatter=0 %", "lab.twin.quantum=0 N", "lab.twin.deformation=linear", "lab.protocol.repeats=1"}

func setters(t *testing.T) map[string]string {
	t.Helper()
	text, ok := examples.Text("lab-xor")
	if !ok {
		t.Fatal("no example lab-xor")
	}
	all := map[string]string{"rails": string(text)}
	for name, text := range setting3 {
		all[name] = text
	}
	return all
}

// armed is the lab of an experiment with a bench that nothing is wrong with.
func armed(t *testing.T, text string, overrides ...string) (*Lab, *lab.Guard) {
	t.Helper()
	l, err := buildWith(t, text, examplesFiles, append(append([]string{}, still...), overrides...)...)
	if err != nil {
		t.Fatal(err)
	}
	bench, err := l.Twin(l.Start)
	if err != nil {
		t.Fatal(err)
	}
	guard := lab.NewGuard(bench, l.Specimen.Net, l.Start)
	if err := guard.Arm(t.Context(), lab.Limits{}); err != nil {
		t.Fatal(err)
	}
	return l, guard
}

// The gradient that a bench without noise measures, two loads a sample at the stiffnesses of the sample, is that of the exact rig,
// springs that inputs set among them.
func TestGradientWithInputsThatSet(t *testing.T) {
	for name, text := range setters(t) {
		for _, how := range [][]string{nil, {"lab.protocol.alternate=true"}, {"lab.protocol.error=raw"}} {
			l, guard := armed(t, text, how...)
			x, e := l.Experiment, l.Estimator()
			want := make([]float64, x.Parameters())
			if err := x.Rig.SetStiffness(l.Start); err != nil {
				t.Fatal(err)
			}
			loss, err := (&rule.Backprop{}).Gradient(x.Rig, x.Loss, learn.Batch{Set: x.Train}, want)
			if err != nil {
				t.Fatal(err)
			}
			rig, err := measurement.OnBench(t.Context(), &measurement.Measurer{Bench: guard, Specimen: l.Specimen, Protocol: &l.Protocol}, e)
			if err != nil {
				t.Fatal(err)
			}
			got, err := rig.Measure(nil)
			if err != nil {
				t.Fatalf("%s, %v: %v", name, how, err)
			}
			most, apart, set := 0.0, 0.0, 0.0
			follows := written(x)
			for i, v := range want {
				most, apart = math.Max(most, math.Abs(v)), math.Max(apart, math.Abs(v-got.G[i]))
				if follows[i] {
					set = math.Max(set, math.Abs(v))
				}
			}
			if !(apart <= 1e-10*most) || math.Abs(loss-got.Loss) > 1e-10*loss || !(set > 1e-4*most) {
				t.Errorf("%s, %v: off by %.1e of the largest derivative, the loss is %g and %g; largest of an input spring %.1e", name, how, apart/most, got.Loss, loss, set/most)
			}
			n := x.Train.N * 2 * (1 + len(how)*strings.Count(fmt.Sprint(how), "alternate"))
			if got.Phases != n {
				t.Errorf("%s, %v: %d loads for %d samples", name, how, got.Phases, x.Train.N)
			}
		}
	}
}

// Such a bench is a rig like any other: gradients by either rule are those of the loss by differences.
func TestSuiteWithInputsThatSet(t *testing.T) {
	for name, text := range setters(t) {
		for _, by := range []learn.Rule{nil, &rule.Nudge{Load: 1e-5}} {
			l, guard := armed(t, text)
			x, e := l.Experiment, l.Estimator()
			set := &task.Set{N: min(3, x.Train.N), P: x.Train.P, Q: x.Train.Q, F: x.Train.F[:min(3, x.Train.N)*x.Train.P]}
			for i := range set.N * set.Q {
				set.Want = append(set.Want, 1e-3*math.Sin(float64(i)))
			}
			e.Loss, e.Batch = task.MeanSquare{Scale: 1e-3}, learn.Batch{Set: set}
			rig, err := measurement.OnBench(t.Context(), &measurement.Measurer{Bench: guard, Specimen: l.Specimen, Protocol: &l.Protocol}, e)
			if err != nil {
				t.Fatal(err)
			}
			for _, fault := range rigtest.Faults(rigtest.Case{Rig: rig, Theta: l.Start, Set: set, Loss: e.Loss, Rule: by, Positive: true, Small: 1e-4, Tolerance: 1e-5}) {
				t.Errorf("%s by %T: %s", name, by, fault)
			}
		}
	}
}

// The bench learns exclusive or with noise and scatter, and says how often springs were set.
func TestExclusiveOrOnTheTwin(t *testing.T) {
	sketched(t)
	r := trainXor(t, t.TempDir(), "seed=2")
	if r.Truth == nil || *r.Truth.Accuracy != 1 || *r.After.Accuracy != 1 || *r.Truth.Loss > 0.3 || math.Abs(*r.Truth.Loss-*r.After.Loss) > 0.01 {
		t.Errorf("%+v", r)
	}
	// Four settings a step and for the exam; two loads for each, in the exam one, unless a zero was measured again.
	r = trainXor(t, t.TempDir(), "lab.steps=3")
	if r.Settings != 4*(r.Steps+1) || r.Loads < 8*r.Steps+4 || r.Loads > 8*r.Steps+8 || r.Set < 2*r.Settings || r.Set > 9*r.Settings {
		t.Errorf("%d steps took %d loads and %d settings of %d springs", r.Steps, r.Loads, r.Settings, r.Set)
	}
}

func trainXor(t *testing.T, parent string, overrides ...string) *Result {
	t.Helper()
	r, err := liveXor(parent, overrides...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func liveXor(parent string, overrides ...string) (*Result, error) {
	text, _ := examples.Text("lab-xor")
	r, _, err := live(nil, examplesFiles, parent, string(text), overrides...)
	return r, err
}

// A session that died after any document of its journal ends with the same bytes, however springs err when they are set.
func TestKilledWithInputsThatSet(t *testing.T) {
	sketched(t)
	shaky := []string{"lab.steps=2", "lab.twin.update=2 %", "lab.twin.creep=2 %", "lab.twin.dropped=5 %", "lab.twin.missing=1 %"}
	whole := t.TempDir()
	r := trainXor(t, whole, shaky...)
	want := kept(t, filepath.Join(whole, "a"))
	if !strings.Contains(want, `"set":[0,0,1,1]`) || r.Settings == 0 {
		t.Fatalf("nothing was set: %+v", r)
	}
	journal, err := os.ReadFile(filepath.Join(whole, "a", journalName))
	if err != nil {
		t.Fatal(err)
	}
	size := 0
	for n, line := range bytes.SplitAfter(journal, []byte("\n")) {
		size += len(line)
		if n%3 != 0 {
			continue
		}
		for _, cut := range []int{size, size - len(line)/2} {
			dir := t.TempDir()
			if err := os.CopyFS(filepath.Join(dir, "a"), os.DirFS(filepath.Join(whole, "a"))); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{outcomeName, tableName} {
				if err := os.Remove(filepath.Join(dir, "a", name)); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(filepath.Join(dir, "a", journalName), journal[:cut], 0o666); err != nil {
				t.Fatal(err)
			}
			trainXor(t, dir, shaky...)
			if got := kept(t, filepath.Join(dir, "a")); got != want {
				t.Fatalf("%d of %d bytes: it ends otherwise:\n%s", cut, len(journal), difference(got, want))
			}
		}
	}
	recorded, err := Load(atomicfile.OS{}, filepath.Join(whole, "a"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := session.Replay(recorded.Log, recorded.Lab.Estimator())
	if err != nil || len(again) != r.Steps {
		t.Fatalf("%d steps replayed: %v", len(again), err)
	}
	for _, step := range again {
		if step.Apart != 0 || step.LossApart != 0 {
			t.Errorf("step %d is replayed %g apart, its loss %g", step.Step+1, step.Apart, step.LossApart)
		}
	}
}

// Samples come in an order in which few springs change, and the plan says which.
func TestPlanWithInputsThatSet(t *testing.T) {
	text, _ := examples.Text("lab-xor")
	l, err := buildWith(t, string(text), examplesFiles)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(l.batch().Rows); got != "[0 1 3 2]" { // two of four springs from each to the next
		t.Errorf("the order is %s", got)
	}
	loads, err := l.Plan(6e-6)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	changes := 0
	for _, p := range loads {
		names = append(names, p.Name)
		changes += len(p.Sets)
		if strings.HasPrefix(p.Name, "error") && len(p.Sets) > 0 {
			t.Errorf("%s sets %v", p.Name, p.Sets)
		}
	}
	if got := strings.Join(names, ", "); !strings.HasPrefix(got, "input of sample 1, error of sample 1, input of sample 2, error of sample 2, input of sample 4") || changes != 4+3*2 {
		t.Errorf("%s, with %d springs set", got, changes)
	}
	card := Cards(loads, 0)[0]
	if got := card.String(); !strings.Contains(got, "set bar 1 out (peg out)") || !strings.Contains(got, "set bar 4 to ") || !strings.Contains(got, "N/m (peg in)") {
		t.Errorf("the first card: %s", got)
	}
}

// bare is a bench whose card leaves something out.
type bare struct{ lab.Bench }

func (b bare) Hello(ctx context.Context) (lab.Card, error) {
	card, err := b.Bench.Hello(ctx)
	card.Removes = false
	return card, err
}

// A bench that does not say that springs may be out is refused before anything moves, unless something is left of all of them.
func TestBenchThatTakesNothingOut(t *testing.T) {
	text, _ := examples.Text("lab-xor")
	for _, left := range []bool{false, true} {
		var overrides []string
		for i := 1; left && i <= 4; i++ {
			overrides = append(overrides, fmt.Sprintf("task.inputs[%d].left=5 %%", i))
		}
		l, guard := armed(t, string(text), overrides...)
		_, err := l.hello(t.Context(), bare{guard})
		if left && err != nil || !left && (err == nil || !strings.Contains(err.Error(), "removes") || !strings.Contains(err.Error(), "left: 3 %")) {
			t.Errorf("left %v: %v", left, err)
		}
		if _, err := l.hello(t.Context(), guard); err != nil {
			t.Error(err)
		}
	}
}

// What hinders a bench to set springs is refused at its line.
func TestInputsThatCannotSetOnABench(t *testing.T) {
	for _, c := range []struct {
		overrides []string
		at, want  string
	}{
		{[]string{"lab.twin.fixed=true"}, "lab.twin.fixed", "springs of this twin cannot be changed"},
		{[]string{"lab.twin=~", "lab.bench=folder"}, "lab.bench", "stiffens: true"},
		{[]string{"lab.protocol.loads=ports"}, "lab.protocol.loads", "loads: samples"},
		{[]string{"lab.limits.step=5 N/m"}, "lab.limits", "leave `step` out"},
	} {
		text, _ := examples.Text("lab-xor")
		_, err := buildWith(t, string(text), examplesFiles, c.overrides...)
		errs, ok := err.(spec.Errors)
		if !ok || errs[0].Code != "E0902" || errs[0].Path != c.at || !strings.Contains(errs[0].Error()+errs[0].Help, c.want) {
			t.Errorf("%v: %v, want %q", c.overrides, err, c.want)
		}
	}
}

// Through a bench of files, whose other side is a program of its own, springs are set and loads hang as on the twin: the same lattice
// learns the same.
func TestInputsThatSetThroughFiles(t *testing.T) {
	sketched(t)
	text := setting3["lattice"]
	steps := "lab.steps=2"
	quiet := append([]string{steps, "lab.protocol.wait=0 s", "lab.protocol.still=0 m/s", "lab.protocol.drift=0"}, still...)
	twin, _, err := live(nil, nil, t.TempDir(), text, quiet...)
	if err != nil {
		t.Fatal(err)
	}
	dir, ctx := t.TempDir(), t.Context()
	for _, name := range []string{"inbox", "orders"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	l, err := build(t, text, still...)
	if err != nil {
		t.Fatal(err)
	}
	specimen, err := l.Twin(l.Start)
	if err != nil {
		t.Fatal(err)
	}
	if err := specimen.Arm(ctx, lab.Limits{}); err != nil {
		t.Fatal(err)
	}
	c := &clerk{orders: filepath.Join(dir, "orders"), inbox: filepath.Join(dir, "inbox"), bench: specimen}
	aside, stop := context.WithCancel(ctx)
	over := make(chan error, 1)
	go func() { over <- c.run(aside) }()
	defer func() {
		stop()
		if err := <-over; err != nil && !errors.Is(err, context.Canceled) || c.unknown != "" {
			t.Errorf("the other side: %v %s", err, c.unknown)
		}
	}()
	file, err := spec.Parse("a.yaml", []byte(text), steps, "lab.bench=folder", "lab.stiffens=true", "lab.protocol.repeats=1", "lab.protocol.wait=0 s", "lab.protocol.still=0 m/s", "lab.protocol.drift=0")
	if err != nil {
		t.Fatal(err)
	}
	training, err := Open(ctx, Request{File: file, Options: Options{Folder: dir, Inbox: inbox.Options{Poll: time.Millisecond, Still: time.Millisecond}}, Parent: dir, Name: "session", Exact: true})
	if err != nil {
		t.Fatal(err)
	}
	r, err := training.Train(ctx)
	if closed := training.Close(ctx); err == nil {
		err = closed
	}
	if err != nil {
		t.Fatal(err)
	}
	if r.Loads != twin.Loads || r.Settings != twin.Settings || r.Set != twin.Set || r.Settings == 0 || math.Abs(*r.After.Loss-*twin.After.Loss) > 1e-4*math.Abs(*twin.Before.Loss-*twin.After.Loss) {
		t.Errorf("by files %+v, loss %g; on the twin %+v, loss %g", r, *r.After.Loss, twin, *twin.After.Loss)
	}
}
