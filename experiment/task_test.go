package experiment

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

func portOf(node int, x, y float64) network.Port {
	return network.Port{Node: node - 1, Dir: [3]float64{x, y, 0}}
}

// Cases share equal ports; each asks only for its own outputs.
func TestCasesSharePorts(t *testing.T) {
	x := build(t, trapezoid+`task:
  kind: behaviour
  cases:
    - push: [{node: 11, along: -y, force: 10 mN}, {node: 12, along: x, force: 20 mN}]
      want: [{node: 13, along: y, move: -1 mm}]
    - push: [{node: 12, along: x, force: 30 mN}, {node: 12, along: x, force: 5 mN}]
      want: [{node: 14, along: y, move: 2 mm}, {node: 13, along: y, move: 0 mm}]
    - push: [{node: 11, along: y, force: 40 mN}]
      want: [{node: 13, along: -y, move: 3 mm}]
`)
	same(t, "inputs", x.In, []network.Port{portOf(11, 0, -1), portOf(12, 1, 0), portOf(11, 0, 1)})
	same(t, "outputs", x.Out, []network.Port{portOf(13, 0, 1), portOf(14, 0, 1), portOf(13, 0, -1)})
	same(t, "names", [][]string{x.Inputs, x.Outputs}, [][]string{{"node 11 along -y", "node 12", "node 11 along y"}, {"node 13 along y", "node 14", "node 13 along -y"}})
	same(t, "forces", x.Train.F, []float64{.01, .02, 0, 0, .035, 0, 0, 0, .04}, nearly)
	want := []float64{-1e-3, math.NaN(), math.NaN(), 0, 2e-3, math.NaN(), math.NaN(), math.NaN(), 3e-3}
	for i, v := range want {
		if got := x.Train.Want[i]; got != v && !(math.IsNaN(got) && math.IsNaN(v)) {
			t.Errorf("want[%d] = %g, want %g", i, got, v)
		}
	}
	if x.Train.Class != nil || x.Test.N != 0 {
		t.Error("a behaviour of displacements has neither classes nor a test part")
	}
	// The scale is the root mean square of what is asked for.
	if got, want := x.Loss.(task.MeanSquare).Scale, math.Sqrt((1+4+0+9)/4.)*1e-3; math.Abs(got-want) > 1e-15 {
		t.Errorf("scale %g, want %g", got, want)
	}
}

func TestCompetingOutputs(t *testing.T) {
	x := build(t, trapezoid+`task:
  kind: behaviour
  loss: cross-entropy
  cases:
    - push: [{node: 11, along: -y, force: 10 mN}]
      want: [{node: 13, along: y}, {node: 14, along: y, most: true}]
    - push: [{node: 12, along: -y, force: 10 mN}]
      want: [{node: 13, along: y, most: true}, {node: 10, along: y}]
`)
	same(t, "classes", x.Train.Class, []int32{1, 0})
	for i, asked := range []bool{true, true, false, true, false, true} {
		if math.IsNaN(x.Train.Want[i]) == asked {
			t.Errorf("entry %d asked: %v", i, !asked)
		}
	}
	if _, ok := x.Loss.(task.CrossEntropy); !ok {
		t.Errorf("loss %T", x.Loss)
	}
}

// The start decides what a displacement is, where the spec leaves it open.
func TestLossScales(t *testing.T) {
	for _, tt := range []struct {
		override string
		check    func(task.Loss, float64) (got, want float64)
	}{
		{"task.loss=softmax", func(l task.Loss, mean float64) (float64, float64) {
			return l.(task.Softmax).Sharpness, 1 / (0.05 * mean)
		}},
		{"task.loss=hinge", func(l task.Loss, mean float64) (float64, float64) { return l.(task.Hinge).Margin, 0.1 * mean }},
	} {
		x := build(t, flowers, tt.override)
		sum, n := 0.0, 0
		u := make([]float64, 3)
		for i := range x.Train.N {
			answers, err := x.Exact.Respond()
			if err != nil {
				t.Fatal(err)
			}
			answers.Outputs(u, x.Train.Force(i))
			for _, v := range u {
				sum += math.Abs(v)
				n++
			}
		}
		if got, want := tt.check(x.Loss, sum/float64(n)); math.Abs(got-want) > 1e-12*want {
			t.Errorf("%s: %g, want %g", tt.override, got, want)
		}
	}
	if got := build(t, flowers, "task.loss=softmax", "task.sharpness=1e4 /m").Loss.(task.Softmax).Sharpness; got != 1e4 {
		t.Errorf("sharpness %g", got)
	}
	if got := build(t, flowers, "task.loss=hinge", "task.margin=0.1 mm").Loss.(task.Hinge).Margin; got != 1e-4 {
		t.Errorf("margin %g", got)
	}
	if got := build(t, push, "task.scale=2 mm").Loss.(task.MeanSquare).Scale; got != 2e-3 {
		t.Errorf("scale %g", got)
	}
	if got := build(t, push).Loss.(task.MeanSquare).Scale; got != 5e-4 {
		t.Errorf("scale %g", got)
	}
	if got := build(t, flowers).Loss.Name(); got != "cross-entropy" {
		t.Errorf("classes are learned by %s", got)
	}
}

// Features push by their share of the largest value, and columns are found by
// name or number.
func TestClassification(t *testing.T) {
	x := build(t, flowers)
	same(t, "inputs", x.Inputs, []string{"petal length", "petal width"})
	same(t, "outputs", x.Outputs, []string{"setosa", "virginica", "versicolor"})
	same(t, "output of class", x.OutputOf, []int32{0, 2, 1})
	if x.Train.N != 105 || x.Test.N != 45 || len(x.TrainRow) != 105 || len(x.TestRow) != 45 {
		t.Fatalf("%d and %d samples", x.Train.N, x.Test.N)
	}
	most := [2]float64{}
	for _, row := range x.TrainRow {
		for i := range most {
			most[i] = max(most[i], x.Table.Row(row)[2+i])
		}
	}
	for i, row := range x.TestRow {
		v := x.Table.Row(row)
		same(t, "force", x.Test.Force(i), []float64{0.049 * v[2] / most[0], 0.098 * v[3] / most[1]}, nearly)
		if got := x.Outputs[x.Test.Class[i]]; got != x.Table.Classes[x.Table.Label[row]] {
			t.Fatalf("sample %d is a %s", i, got)
		}
	}
}

// The range of a feature is taken from the training rows, or from all.
func TestEncodings(t *testing.T) {
	for _, fit := range []string{"train", "all"} {
		for _, by := range []string{"max", "min-max", "signed"} {
			x := build(t, flowers, "task.encode={by: "+by+", fit: "+fit+"}")
			rows := x.TrainRow
			if fit == "all" {
				rows = append(append([]int(nil), x.TrainRow...), x.TestRow...)
			}
			lo, hi := math.Inf(1), math.Inf(-1)
			for _, row := range rows {
				lo, hi = min(lo, x.Table.Row(row)[2]), max(hi, x.Table.Row(row)[2])
			}
			for i, row := range x.TrainRow {
				v := x.Table.Row(row)[2]
				want := v / hi
				if by != "max" {
					want = (v - lo) / (hi - lo)
				}
				if by == "signed" {
					want = 2*want - 1
				}
				if got := x.Train.Force(i)[0] / 0.049; math.Abs(got-want) > 1e-12 {
					t.Fatalf("%s of %s: %g pushes with %g, want %g", by, fit, v, got, want)
				}
			}
		}
	}
	// A feature and its complement together push with the full force.
	x := build(t, flowers, "task.inputs[2]={node: 9, along: -y, force: 49 mN, feature: petal length, complement: true}")
	for i := range x.Train.N {
		if f := x.Train.Force(i); math.Abs(f[0]+f[1]-0.049) > 1e-15 {
			t.Fatalf("%g and its complement %g", f[0], f[1])
		}
	}
	f := make([]float64, 2)
	x.Forces([]float64{x.Encoding.Hi[0] / 4, x.Encoding.Hi[0] / 4}, f)
	same(t, "forces of new features", f, []float64{0.049 / 4, 0.049 * 3 / 4}, nearly)
	// The authors' program takes the maximum over all rows.
	compat := build(t, flowers, "learn={method: adam, bounds: sigmoid, steepness: 5, compat: li-mao-2024}")
	if compat.Encoding.Hi[0] != 6.9 {
		t.Errorf("the replay scales by %g", compat.Encoding.Hi[0])
	}
}

func TestLinearRegression(t *testing.T) {
	text := trapezoid + `task:
  kind: regression
  data: linear
  points: 40
  range: -100..200 mN
  split: 75 %
  inputs: [{node: 11, along: y}]
  outputs: [{node: 13, along: x, slope: 0 mm/N}, {node: 13, along: y, slope: 16 mm/N}]
`
	x := build(t, text)
	same(t, "names", [][]string{x.Inputs, x.Outputs}, [][]string{{"force"}, {"node 13 along x", "node 13 along y"}})
	if x.Train.N != 30 || x.Test.N != 10 || x.Train.P != 1 || x.Train.Q != 2 {
		t.Fatalf("training set %d x %d x %d, test set %d", x.Train.N, x.Train.P, x.Train.Q, x.Test.N)
	}
	for i := range x.Test.N {
		f := x.Test.Force(i)[0]
		if f < -0.1 || f > 0.2 {
			t.Errorf("force %g", f)
		}
		same(t, "wanted", x.Test.Goal(i).Want, []float64{0, 0.016 * f}, nearly)
	}
	noisy := build(t, text, "task.noise=1 mm")
	same(t, "forces of noisy data", noisy.Train.F, x.Train.F)
	if noisy.Train.Want[0] == 0 {
		t.Error("no noise")
	}
}

func TestMeasuredRegression(t *testing.T) {
	x := build(t, trapezoid+`task:
  kind: regression
  data: files/moves.csv
  split: 100 %
  inputs: [{node: 11, along: y, force: 100 mN, feature: force}]
  outputs: [{node: 13, along: x, column: left, unit: mm}, {node: 14, along: x, column: right, unit: um}, {node: 12, along: x, column: 2}]
`)
	same(t, "outputs", x.Outputs, []string{"left", "right", "left"})
	if x.Train.N != 4 || x.Test.N != 0 {
		t.Fatalf("%d and %d samples", x.Train.N, x.Test.N)
	}
	for i, row := range x.TrainRow {
		v := x.Table.Row(row)
		same(t, "force", x.Train.Force(i), []float64{v[0]}, nearly)
		same(t, "wanted", x.Train.Goal(i).Want, []float64{1e-3 * v[1], 1e-6 * v[2], v[1]}, nearly)
	}
}

// Methods, rules and full batches.
func TestLearning(t *testing.T) {
	for method, full := range map[string]bool{"adam": false, "momentum": false, "gradient-descent": false,
		"l-bfgs": true, "levenberg-marquardt": true, "frank-wolfe": true, "pattern-search": true, "genetic": true} {
		x := build(t, push, "learn={method: "+method+"}")
		m, err := x.NewMethod()
		if err != nil || m.FullBatch() != full {
			t.Errorf("%s: %v, full batch %v", method, err, m.FullBatch())
		}
	}
	for _, name := range []string{"backprop", "finite-difference"} {
		x := build(t, push, "learn={rule: "+name+"}")
		g := make([]float64, 28)
		if _, err := x.NewProblem().Eval(x.StartPoint(), g); err != nil || g[0] == 0 {
			t.Errorf("%s: slope %g, %v", name, g[0], err)
		}
	}
	build(t, flowers, "learn={batch: 105, method: l-bfgs}") // all of them is a full batch
	if got := names("features", make([]string, 40)); len(got) != len("the features are ")+29*2+len(", ...") {
		t.Errorf("40 names: %q", got)
	}
}
