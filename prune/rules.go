package prune

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/task"
)

// Rule is a way to choose the bond that goes next.
type Rule struct {
	Name  string
	Knows string // what it needs to know of a bond
	order func(s *state) ([]float64, error)
}

// rules are all of them; Exact is the first.
var rules = []Rule{
	{"exact", "the loss without it, of every bond", nil},
	{"gradient", "its own forward and adjoint elongations under each load: the loss is to change by -k dL/dk", (*state).gradient},
	{"saliency", "its own forward and adjoint elongations under each load: the least sum of |k e a| goes", (*state).saliency},
	{"energy", "its own elongation under each load: the least strain energy goes", (*state).energy},
	{"random", "nothing", (*state).random},
}

// Names are the words for rules.
func Names() []string {
	var names []string
	for _, r := range rules {
		names = append(names, r.Name)
	}
	return names
}

// Find is a rule by its name.
func Find(name string) (*Rule, error) {
	for i := range rules {
		if rules[i].Name == name {
			return &rules[i], nil
		}
	}
	return nil, fmt.Errorf("no rule of pruning is called %q; there are %s", name, strings.Join(Names(), ", "))
}

// state is a network between two removals, as a rule sees it.
type state struct {
	*lattice
	aim  aim
	seed uint64
	step int
}

// outputsOf is an answer at ports from outputs by inputs.
func outputsOf(s []float64, inputs int) *mechanics.Responses {
	return &mechanics.Responses{P: inputs, Q: len(s) / max(inputs, 1), S: s}
}

// rig is the network as a rule of learning measures it.
func (s *state) rig() *learn.Exact { return learn.NewExact(s.eq, s.in, s.out) }

// gradient is by how much the loss is to change when each mode goes, to first order: -k dL/dk.
func (s *state) gradient() ([]float64, error) {
	g := make([]float64, s.eq.C.M)
	err := error(nil)
	if t, is := s.aim.(*taskAim); is {
		_, err = (&rule.Backprop{}).Gradient(s.rig(), t.x.Loss, learn.Batch{Set: t.train}, g)
	} else {
		err = s.byAnswers(s.aim.(moduliAim), g)
	}
	for i := range g {
		g[i] *= -s.k[i]
	}
	return g, err
}

// byAnswers is dL/dk where the loss is one of the answers S at ports: dS/dk = -E_out E_in.
func (s *state) byAnswers(aim moduliAim, g []float64) error {
	r, err := s.rig().Respond()
	if err != nil {
		return err
	}
	slope, err := aim.slope(r.S)
	for m := range g {
		e := r.E[m*r.Stride:]
		for o := range r.Q {
			for i := range r.P {
				g[m] -= slope[o*r.P+i] * e[r.P+o] * e[i]
			}
		}
	}
	return err
}

// eachSample calls f with the elongations of every mode under a sample, and under its error hung at the outputs.
func (s *state) eachSample(adjoint bool, f func(e, a []float64)) error {
	t, is := s.aim.(*taskAim)
	if !is {
		return errors.New("this rule sees what bonds feel under the samples of a task; use exact, gradient or random where moduli are wanted")
	}
	r, err := s.rig().Respond()
	if err != nil {
		return err
	}
	set := t.train
	u, g := make([]float64, set.N*set.Q), make([]float64, set.N*set.Q)
	for i := range set.N {
		r.Outputs(u[i*set.Q:(i+1)*set.Q], set.Force(i))
	}
	if adjoint {
		task.Total(t.x.Loss, set, nil, u, g)
	}
	e, a := make([]float64, s.eq.C.M), make([]float64, s.eq.C.M)
	for i := range set.N {
		force, slope := set.Force(i), g[i*set.Q:(i+1)*set.Q]
		for m := range e {
			row := r.E[m*r.Stride:]
			e[m], a[m] = 0, 0
			for j, v := range force {
				e[m] += v * row[j]
			}
			for o, v := range slope {
				a[m] -= v * row[r.P+o]
			}
		}
		f(e, a)
	}
	return nil
}

// saliency is the sum over samples of |k e a|.
func (s *state) saliency() ([]float64, error) {
	sum := make([]float64, s.eq.C.M)
	err := s.eachSample(true, func(e, a []float64) {
		for m := range sum {
			sum[m] += math.Abs(s.k[m] * e[m] * a[m])
		}
	})
	return sum, err
}

// energy is the strain energy summed over samples.
func (s *state) energy() ([]float64, error) {
	sum := make([]float64, s.eq.C.M)
	err := s.eachSample(false, func(e, _ []float64) {
		for m := range sum {
			sum[m] += s.k[m] * e[m] * e[m] / 2
		}
	})
	return sum, err
}

// random is an order by chance.
func (s *state) random() ([]float64, error) {
	r := rand.New(rand.NewPCG(s.seed, uint64(s.step)))
	list := make([]float64, s.eq.C.M)
	for i := range list {
		list[i] = r.Float64()
	}
	return list, nil
}
