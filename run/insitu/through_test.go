package insitu

import (
	"errors"
	"math"
	"path/filepath"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/lab/identify"
	"github.com/elastrain/elastrain/spec"
)

// A training through a passport learns what to ask the bonds for: asked for that, the part that the passport describes has the loss that
// the training ended with, and what is asked for stays within the range of the file.
func TestTrainingThroughAPassport(t *testing.T) {
	r, p := rehearsed(t, "lab.twin.scatter=8 %", "lab.twin.noise=2 um")
	dir := t.TempDir()
	cases, k, err := r.All()
	if err != nil {
		t.Fatal(err)
	}
	prior := identify.Prior{Design: k, Own: 0.05, Common: 0.05}
	e, _, err := r.Lab.Identify(cases, prior)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.WritePassport(atomicfile.OS{}, filepath.Join(dir, "part.yaml"), cases, e, prior, k); err != nil {
		t.Fatal(err)
	}
	files := func(name string) ([]byte, error) {
		return atomicfile.ReadFile(atomicfile.OS{}, filepath.Join(dir, name), 1<<20)
	}
	build := func(asAsked bool, overrides ...string) *experiment.Experiment {
		file, err := spec.Parse("a.yaml", []byte(onTwin), append(overrides, "learn={method: l-bfgs, epochs: 100}")...)
		if err != nil {
			t.Fatal(err)
		}
		x, err := experiment.Build(file, files, experiment.Options{AsAsked: asAsked})
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	x := build(false, "lab.passport=part.yaml")
	trainer, err := x.NewTrainer()
	if err != nil {
		t.Fatal(err)
	}
	record, err := trainer.Run(nil)
	if err != nil {
		t.Fatal(err)
	}
	has := append([]float64(nil), x.Rig.Stiffness()...)
	asked := x.Asked(has)
	drawn := build(false)
	for i, share := range p.Mean().Share {
		d := drawn.Design
		if lo, hi := d.Gain[i]*d.Lo[i], d.Gain[i]*d.Hi[i]; asked[i] < lo*(1-1e-9) || asked[i] > hi*(1+1e-9) {
			t.Errorf("bond %d is asked for %g N/m, of %g to %g", i+1, asked[i], lo, hi)
		}
		if math.Abs(has[i]/(asked[i]*share)-1) > 0.02 { // the passport of the session had cracks looked for
			t.Errorf("bond %d is asked for %g N/m and has %g, a share of %g", i+1, asked[i], has[i], share)
		}
	}
	score := func(x *experiment.Experiment, k []float64) float64 {
		if err := x.Rig.SetStiffness(k); err != nil {
			t.Fatal(err)
		}
		s, err := x.NewProblem().Evaluate(x.Train)
		if err != nil {
			t.Fatal(err)
		}
		return s.Loss
	}
	if got := score(drawn, has); math.Abs(got-record.Train.Loss) > 1e-12 {
		t.Errorf("the part has a loss of %g, and the training ended with %g", got, record.Train.Loss)
	}
	if same := build(true, "lab.passport=part.yaml"); same.Asked(has) != nil || same.Design.Gain[3] != drawn.Design.Gain[3] || same.Passport != nil {
		t.Error("a bench is told what bonds are asked for, and asks itself")
	}
	var wrong spec.Errors
	file, err := spec.Parse("a.yaml", []byte(onTwin), "lab.passport=part.yaml", "network.spacing=17 mm")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := experiment.Build(file, files, experiment.Options{}); !errors.As(err, &wrong) || wrong[0].Code != "E0907" || wrong[0].File != "part.yaml" {
		t.Errorf("the passport of another lattice: %v", err)
	}
}
