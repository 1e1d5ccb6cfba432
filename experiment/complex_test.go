package experiment_test

import (
	"os"
	"testing"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/learn/verify"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
)

// bent is a rule that takes the slope of the first parameter a millionth too large.
type bent struct{ rule.Backprop }

func (b *bent) Gradient(r learn.Rig, loss task.Loss, batch learn.Batch, g []float64) (float64, error) {
	v, err := b.Backprop.Gradient(r, loss, batch, g)
	for i := range g {
		g[i] *= 1 + 1e-6
	}
	return v, err
}

// Complex steps are taken where inputs set stiffnesses of springs, listed ones and hubs; a gradient that is wrong by a millionth shows.
func TestComplexStepsWhereInputsSetStiffnesses(t *testing.T) {
	xor, err := os.ReadFile("../examples/xor.yaml")
	if err != nil {
		t.Fatal(err)
	}
	hubs := "elastrain: 1\nhubs: {features: 4, number: 5, branches: 3, outputs: 3}\ntask: {kind: classification, data: iris, encode: {by: min-max}}\nlearn: {method: adam, batch: 10, epochs: 1}\n"
	for name, text := range map[string]string{"xor": string(xor), "hubs": hubs} {
		f, err := spec.Parse(name+".yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		x, err := experiment.Build(f, func(file string) ([]byte, error) { return os.ReadFile("../examples/" + file) }, experiment.Options{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		k := make([]float64, x.Parameters())
		x.Design.Init(k)
		c := verify.Case{Rig: x.Rig, In: x.In, Out: x.Out, K: k, Loss: x.Loss, Batch: learn.Batch{Set: x.Train}}
		r, err := verify.Gradient(c)
		if err != nil || r.Skipped != "" || r.ComplexBonds != len(k) || !(r.ComplexStep < 1e-12) {
			t.Errorf("%s: %v; %q; %d of %d parameters, error %.1e", name, err, r.Skipped, r.ComplexBonds, len(k), r.ComplexStep)
		}
		c.Rule = &bent{}
		if r, err = verify.Gradient(c); err != nil || !(r.ComplexStep > 1e-7) {
			t.Errorf("%s, bent: %v; error %.1e", name, err, r.ComplexStep)
		}
	}
}
