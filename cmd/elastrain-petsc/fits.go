//go:build petsc

package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
)

// methods are those whose decisions are taken over all ranks.
var methods = []string{"adam", "gradient-descent", "momentum", "l-bfgs"}

const here = "train it on one machine, with `elastrain train`"

// fits refuses what ranks cannot share, at its line.
func fits(x *experiment.Experiment) error {
	refuse := func(path, what string) error {
		return x.File.Errorf("E0801", path, "elastrain-petsc does not share out %s", what).WithHelp(here)
	}
	l := &x.Spec.Learn
	_, backprop := x.Rule.(*rule.Backprop)
	switch {
	case x.Exact == nil:
		path, what := unlike(x.Spec)
		return refuse(path, what)
	case !slices.Contains(methods, l.Method):
		return x.File.Errorf("E0801", "learn.method", "elastrain-petsc does not share out the state of %s", l.Method).WithHelp("use %s; or %s", strings.Join(methods, ", "), here)
	case !backprop && l.Rule != "backprop":
		return refuse("learn.rule", "rules other than backpropagation")
	case !backprop:
		return refuse("learn", "a rule with errors of matter or of a bench")
	case slices.ContainsFunc(x.In, func(p network.Port) bool { return p.Given }):
		return refuse(given(x.Spec), "inputs that are told their displacement: give forces")
	case x.Design.Levels != nil || x.Design.Places != nil:
		return refuse("bonds", "bonds that have levels")
	case x.Train.N == 0:
		return refuse("task", "a task without samples")
	}
	return nil
}

// unlike is where a file says that its network is more than springs in a line that move little, and what it is.
func unlike(s *spec.Spec) (path, what string) {
	switch {
	case s.Hubs != nil:
		return "hubs", "bodies on rails"
	case s.Comb != nil:
		return "comb", "combs"
	case s.Network.Periodic:
		return "network.periodic", "a periodic cell"
	case s.Network.Vectors != nil:
		return "network.vectors", "a periodic cell"
	case s.Statics != nil && s.Statics.Deformation == "finite":
		return "statics.deformation", "springs that move far"
	case len(s.Geometry) > 0:
		return "geometry", "places of nodes that learn"
	case s.Task.Reading != nil:
		return "task.reading", "electronics beside the outputs"
	}
	for i := range s.Elements {
		if e := &s.Elements[i]; e.Kind != "bar" || e.Law != "" && e.Law != "linear" {
			return fmt.Sprintf("elements[%d]", i+1), "elements other than bars under the linear law"
		}
	}
	if len(s.Elements) > 0 {
		return "elements[1]", "elements: it takes plain springs, `bonds: {stiffness: ...}`"
	}
	for i := range s.Task.Inputs {
		if s.Task.Inputs[i].Elements != nil {
			return fmt.Sprintf("task.inputs[%d]", i+1), "inputs that set springs"
		}
	}
	return "task", "springs that push as cases say"
}

// given is the first push of a case that is no force; the task where pushes are not those of cases.
func given(s *spec.Spec) string {
	for i := range s.Task.Cases {
		for j := range s.Task.Cases[i].Push {
			if p := &s.Task.Cases[i].Push[j]; p.Force == nil {
				return fmt.Sprintf("task.cases[%d].push[%d]", i+1, j+1)
			}
		}
	}
	return "task"
}
