package train_test

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/spec"
)

// notNumbers are NaN and infinities as Go prints them.
var notNumbers = regexp.MustCompile(`\b(NaN|[+-]?Inf)\b`)

// analyse does what check, gradient, train and eval do: it returns the numbers that they print.
func analyse(text string, files experiment.Files, overrides ...string) (numbers []float64, err error) {
	file, err := spec.Parse("test.yaml", []byte(text), overrides...)
	if err != nil {
		return nil, err
	}
	x, err := experiment.Build(file, files, experiment.Options{})
	if err != nil {
		return nil, err
	}
	numbers = append(numbers, x.Eq.Stiffness()...)
	g := make([]float64, x.Eq.C.M)
	value, err := (&rule.Backprop{}).Gradient(x.Rig, x.Loss, learn.Batch{Set: x.Train}, g)
	if err != nil {
		return nil, err
	}
	numbers = append(append(numbers, value, x.Eq.Condition()), g...)
	warnings, err := x.Warnings()
	if err != nil {
		return nil, err
	}
	for _, w := range warnings {
		if notNumbers.MatchString(w.String()) {
			return nil, fmt.Errorf("a warning of %s", w)
		}
		numbers = append(numbers, w.Move, w.Share, w.Stretch, w.Turn)
		for _, v := range []*float64{w.Linear, w.Finite, w.Carried, w.Digits} {
			if v != nil {
				numbers = append(numbers, *v)
			}
		}
	}
	trainer, err := x.NewTrainer()
	if err != nil {
		return nil, err
	}
	for range 3 {
		if err := trainer.Advance(); err != nil {
			return nil, err
		}
		r, err := trainer.EpochScore()
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, r.Train.Loss)
		if x.Train.Class == nil && !math.IsNaN(r.Train.Relative) {
			numbers = append(numbers, r.Train.Relative)
		}
	}
	u := make([]float64, x.Train.N*x.Train.Q)
	if err := learn.Outputs(x.Rig, learn.Batch{Set: x.Train}, u); err != nil {
		return nil, err
	}
	return append(numbers, u...), nil
}

const linear = lattice + `
task:
  kind: regression
  data: linear
  points: 20
  range: 2..20 mN
  inputs: [{node: 11, along: -y}]
  outputs: [{node: 13, along: y, slope: -16 mm/N}, {node: 14, along: y, slope: -17 mm/N}]
learn: {method: adam, epochs: 3}
`

const table = lattice + `
task:
  kind: regression
  data: table.csv
  inputs: [{node: 11, along: -y, force: 49 mN, feature: a}]
  outputs: [{node: 13, along: y, column: b, unit: mm}]
learn: {method: l-bfgs, epochs: 3}
`

const springs = `
elastrain: 1
network: {nodes: [[0 mm, 0 mm], [100 mm, 0 mm], [50 mm, -50 mm]], bonds: [[1, 3], [2, 3]]}
bonds: {stiffness: 50..200 N/m, start: 100 N/m}
supports: {pinned: [1, 2], springs: [{node: 3, along: y, stiffness: 10 N/m}]}
task:
  kind: behaviour
  cases: [{push: [{node: 3, along: -y, force: 1 mN}], want: [{node: 3, along: y, move: -0.6 mm}]}]
learn: {method: adam, epochs: 3}
`

// However large or small a quantity of a file is: either every number that is printed is one, or the file is
// refused with a code, a place, and words without NaN or Inf.
func TestQuantitiesAtTheEndsOfNumbers(t *testing.T) {
	sizes := []string{"1e308", "1e200", "1e155", "1e100", "1e30", "1e-30", "1e-100", "1e-155", "1e-200", "1e-300", "2e-307"}
	refused, tried := 0, 0
	try := func(name, text string, files experiment.Files, overrides ...string) {
		tried++
		numbers, err := analyse(text, files, overrides...)
		where := fmt.Sprintf("%s with %q", name, overrides)
		if err == nil {
			if i := slices.IndexFunc(numbers, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }); i >= 0 {
				t.Errorf("%s: number %d is %v", where, i, numbers[i])
			}
			return
		}
		refused++
		var all spec.Errors
		if !errors.As(err, &all) {
			t.Errorf("%s: not an error of the file: %v", where, err)
			return
		}
		if says := all.Render(false); notNumbers.MatchString(says) {
			t.Errorf("%s:\n%s", where, says)
		}
		for _, e := range all {
			if e.Line == 0 || e.Help == "" {
				t.Errorf("%s: no place or no way out:\n%s", where, e.Render(false))
			}
		}
	}
	for _, size := range sizes {
		for _, test := range []struct{ name, text, key, value string }{
			{"displacements", displacements("-0.6"), "task.cases[1].push[1].force", "%s N"},
			{"displacements", displacements("-0.6"), "task.cases[1].want[1].move", "%s m"},
			{"displacements", displacements("-0.6"), "task.scale", "%s m"},
			{"displacements", displacements("-0.6"), "network.spacing", "%s m"},
			{"displacements", displacements("-0.6"), "material.young", "%s Pa"},
			{"displacements", displacements("-0.6"), "material.thickness", "%s m"},
			{"displacements", displacements("-0.6"), "bonds", "{width: %[1]s..%[1]s m}"},
			{"displacements", displacements("-0.6"), "bonds", "{width: %[1]s.. m}"},
			{"displacements, adam", strings.Replace(displacements("-0.6"), "levenberg-marquardt", "adam", 1), "learn.rate", "%s"},
			{"displacements, descent", strings.Replace(displacements("-0.6"), "levenberg-marquardt", "gradient-descent", 1), "learn.rate", "%s"},
			{"ratio", ratio, "task.cases[1].push[1].force", "%s N"},
			{"iris", iris, "task.inputs[1].force", "%s N"},
			{"iris softmax", strings.Replace(iris, "cross-entropy", "softmax", 1), "task.sharpness", "%s /m"},
			{"iris softmax", strings.Replace(iris, "cross-entropy", "softmax", 1), "task.inputs[2].force", "%s N"},
			{"iris hinge", strings.Replace(iris, "cross-entropy", "hinge", 1), "task.margin", "%s m"},
			{"iris fisher", strings.Replace(iris, "cross-entropy", "fisher", 1), "task.inputs[2].force", "%s N"},
			{"linear", linear, "task.outputs[1].slope", "%s m/N"},
			{"linear", linear, "task.noise", "%s m"},
			{"linear", linear, "task.range", "0..%s N"},
			{"springs", springs, "supports.springs[1].stiffness", "%s N/m"},
			{"springs", springs, "bonds", "{stiffness: %[1]s..%[1]s N/m}"},
			{"springs", springs, "bonds", "{stiffness: %[1]s.. N/m}"},
			{"springs", springs, "bonds.each", "[{bond: 1, stiffness: %[1]s..%[1]s N/m, start: %[1]s N/m}]"},
			{"springs", springs, "network.nodes", "[[0 mm, 0 mm], [100 mm, 0 mm], [50 mm, -%s m]]"},
			{"springs", springs, "network.nodes", "[[0 mm, 0 mm], [%[1]s m, 0 mm], [50 mm, -%[1]s m]]"},
			{"springs", springs, "network.nodes", "[[-%[1]s m, 0 mm], [%[1]s m, 0 mm], [50 mm, -%[1]s m]]"},
		} {
			try(test.name, test.text, nil, test.key+"="+fmt.Sprintf(test.value, size))
		}
		for _, csv := range []string{"a,b\n1,1\n%s,2\n3,3\n4,4\n", "a,b\n1,1\n-%[1]s,2\n%[1]s,3\n4,4\n", "a,b\n1,1\n2,%s\n3,3\n4,4\n", "a,b\n%[1]s,%[1]s\n2,%[1]s\n3,%[1]s\n4,%[1]s\n"} {
			for _, by := range []string{"min-max", "max", "signed"} {
				try("table "+fmt.Sprintf(csv, size), table, func(string) ([]byte, error) { return []byte(fmt.Sprintf(csv, size)), nil }, "task.encode.by="+by)
			}
		}
	}
	t.Logf("%d of %d refused", refused, tried)
}
