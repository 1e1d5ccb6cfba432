package experiment

import (
	"fmt"

	"github.com/elastrain/elastrain/spec"
)

// Misfit says why a command cannot be done with an experiment, and which value of its file hinders it.
type Misfit struct {
	Path        string // of the value; "" where it is the file as a whole
	Cause, Help string
}

func (e *Misfit) Error() string { return e.Cause + "; " + e.Help }

// Place is the error at its line; ok: it has one.
func (e *Misfit) Place(x *Experiment) (err error, ok bool) {
	if e.Path == "" || x.File == nil {
		return e, false
	}
	return spec.Errors{x.File.Errorf("E0801", e.Path, "%s", e.Cause).WithHelp("%s", e.Help)}, true
}

// GivenPath is where the file gives the first input that is a displacement, a rotation, a potential or a strain rather than a load; "" where none is.
func (x *Experiment) GivenPath() string {
	for i := range x.Spec.Task.Cases {
		for j := range x.Spec.Task.Cases[i].Push {
			if key := givenKey(&x.Spec.Task.Cases[i].Push[j]); key != "" {
				return fmt.Sprintf("task.cases[%d].push[%d].%s", i+1, j+1, key)
			}
		}
	}
	for i := range x.Spec.Task.Inputs {
		if key := givenKey(pushOf(&x.Spec.Task.Inputs[i])); key != "" {
			return fmt.Sprintf("task.inputs[%d].%s", i+1, key)
		}
	}
	return ""
}

// givenKey is the key by which a push gives something else than a load; "" where it gives a load.
func givenKey(push *spec.Push) string {
	for _, k := range sizes(push) {
		if k.value != nil && k.given {
			return k.key
		}
	}
	return ""
}
