package experiment

import (
	"errors"
	"os"
	"testing"

	"github.com/elastrain/elastrain/spec"
)

// Stiffnesses of bodies that are beyond what a computer holds are told as such, and not as mechanisms, as built and under loads.
func TestOverflowIsNoMechanism(t *testing.T) {
	for _, c := range []struct{ example, set string }{
		{"hardening", "elements[1].scale=1e-300 m"}, {"hardening", "elements[1].stiffness=1.7e308 N/m"}, {"hardening", "task.cases[1].push[1].force=1e200 N"},
		{"hardening", "task.cases[1].push[1].force=1.7e308 N"}, {"frame", "material.thickness=1.7e308 m"}, {"frame", "material.thickness=1e306 m"},
	} {
		name := c.example + ".yaml"
		text, err := os.ReadFile("../examples/" + name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := spec.Parse(name, text, c.set)
		if err != nil {
			t.Fatal(err)
		}
		x, err := Build(file, nil, Options{})
		if err == nil {
			_, err = x.NewProblem().Eval(x.StartPoint(), make([]float64, x.Design.Dim()))
		}
		var errs spec.Errors
		told, _ := Tell(err)
		if errors.As(err, &errs) {
			told.Code, told.Help = errs[0].Code, errs[0].Help
		}
		if err != nil && (told.Code != "E0704" || told.Help == "") || err == nil && c.set != "material.thickness=1e306 m" {
			t.Errorf("%s %s: %q %v", name, c.set, told.Code, err)
		}
	}
}
