package hang

import (
	"fmt"
	"math"
	"strings"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// StandardGravity turns masses into forces, m/s^2.
const StandardGravity = 9.80665

// Problem is a load that is wanted and what there is to hang it with.
type Problem struct {
	Network     *network.Network
	Equilibrium *mechanics.Equilibrium // of the network, with its stiffness set
	Forward     []float64              // elongations under the input, m; len M. nil: the elongations themselves are wanted
	Want        []lab.Force            // signed; N
	Strings     []Strings
	Stock       Stock
	Gravity     float64    // m/s^2; 0 means StandardGravity
	Limits      lab.Limits // force, total force, displacement and elongation, as far as known
	Sigma       float64    // standard deviation of a marker coordinate in one look, m
	Repeats     int        // looks that are averaged; 0 means 1

	// Accept is a predicted error that is good enough: of the options within it
	// the one with the fewest shots is taken. Where none is, or at 0, the one with
	// the least error.
	Accept float64
	// Refuse is the predicted error from which no plan is made; 0 means 0.5.
	Refuse float64
}

// Hang is one string of a shot.
type Hang struct {
	Node   int     `json:"node"` // from 0
	Pull   Pull    `json:"pull"`
	Mass   float64 `json:"mass"`   // kg
	Pieces []int   `json:"pieces"` // how many of each weight of the stock
}

// Shot is one load that hangs at one time.
type Shot struct {
	Hangs  []Hang  `json:"hangs"`
	Factor float64 `json:"factor"` // multiplies what is measured; the state that was wanted is the sum over the shots
}

// Load is the forces of a shot, N, node by node.
func (s *Shot) Load(gravity float64) []lab.Force {
	var load []lab.Force
	for _, h := range s.Hangs {
		load = append(load, lab.Force{Node: h.Node, F: scaled(h.Pull.Dir, h.Mass*gravity)})
	}
	return merge(load)
}

// Option is a way to make the wanted load from pulls.
type Option struct {
	Name       string `json:"name"`
	Shots      []Shot `json:"shots,omitempty"`
	Exact      bool   `json:"exact"` // every way to hang the stock was tried
	Prediction `json:"prediction"`
	Hindrance  string `json:"hindrance,omitempty"` // why it cannot be hung; "" if it can
}

// Plan is the options and the one taken.
type Plan struct {
	Options []Option `json:"options"`
	Taken   int      `json:"taken"` // from 0
	Stock   Stock    `json:"stock"`
	Gravity float64  `json:"gravity"` // m/s^2
}

// Shots are those of the option taken.
func (p *Plan) Shots() []Shot { return p.Options[p.Taken].Shots }

// InfeasibleError says why a load cannot be hung, and what would help.
type InfeasibleError struct{ Cause, Fix string }

func (e *InfeasibleError) Error() string {
	return "this load cannot be hung: " + e.Cause + "; " + e.Fix
}

// New plans. Input that makes no sense is an error, a load that cannot be hung
// an *InfeasibleError.
func New(p Problem) (*Plan, error) {
	if p.Gravity == 0 {
		p.Gravity = StandardGravity
	}
	if p.Repeats == 0 {
		p.Repeats = 1
	}
	if p.Refuse == 0 {
		p.Refuse = 0.5
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	p.Want = merge(p.Want)
	s := newScene(p.Network, p.Equilibrium, p.Forward, p.Want, p.Sigma, p.Repeats)
	if !(s.size > 0) {
		return nil, fmt.Errorf("the wanted load gives no gradient: no bond is stretched by both the input and this load, so there is nothing to measure")
	}
	plan := &Plan{Stock: p.Stock, Gravity: p.Gravity, Options: p.options(s), Taken: -1}
	for i := range plan.Options {
		if o := &plan.Options[i]; o.Hindrance == "" && (plan.Taken < 0 || p.prefers(o, &plan.Options[plan.Taken])) {
			plan.Taken = i
		}
	}
	if plan.Taken < 0 || plan.Options[plan.Taken].Error > p.Refuse {
		return nil, p.explain(s, plan)
	}
	return plan, nil
}

func (p *Problem) prefers(a, b *Option) bool {
	enough, other := a.Error <= p.Accept, b.Error <= p.Accept
	if enough && other && len(a.Shots) != len(b.Shots) {
		return len(a.Shots) < len(b.Shots)
	}
	return a.Error < b.Error*(1-1e-6)
}

// check wants a problem that can be worked on.
func (p *Problem) check() error {
	if p.Network == nil || p.Equilibrium == nil || len(p.Equilibrium.C.Unknown) != len(p.Network.Pos) {
		panic("hang: no network, or an equilibrium of another one")
	}
	c := p.Equilibrium.C
	if p.Forward != nil && len(p.Forward) != c.M {
		panic(fmt.Sprintf("hang: %d forward elongations for %d modes", len(p.Forward), c.M))
	}
	nodes := len(c.Unknown) / c.Dim
	if err := p.Stock.check(); err != nil {
		return err
	}
	if err := checkStrings(p.Strings, nodes, c.Dim); err != nil {
		return err
	}
	for _, v := range []struct {
		name  string
		value float64
	}{{"gravity", p.Gravity}, {"marker noise", p.Sigma}, {"accepted error", p.Accept}, {"refused error", p.Refuse}, {"limit of the force on a node", p.Limits.Force},
		{"limit of the total force", p.Limits.TotalForce}, {"limit of the displacement", p.Limits.Displacement}, {"limit of the elongation", p.Limits.Elongation}} {
		if !(v.value >= 0) || math.IsInf(v.value, 1) {
			return fmt.Errorf("the %s is %v: it must be finite and not negative", v.name, v.value)
		}
	}
	if p.Repeats < 1 {
		return fmt.Errorf("%d looks are averaged: give 1 or more", p.Repeats)
	}
	for _, l := range p.Want {
		if l.Node < 0 || l.Node >= nodes {
			return fmt.Errorf("a force is wanted on node %d: the lattice has nodes 1 to %d", l.Node+1, nodes)
		}
		if !finite(l.F) {
			return fmt.Errorf("the force wanted on node %d is %v: it must be finite", l.Node+1, l.F)
		}
	}
	for i, e := range p.Forward {
		if math.IsNaN(e) || math.IsInf(e, 0) {
			return fmt.Errorf("the forward elongation of bond %d is %v: leave bonds without data out by giving them 0", i+1, e)
		}
	}
	for _, w := range p.Stock {
		if w.Count == Unlimited && p.Limits.Force == 0 && p.Limits.TotalForce == 0 {
			return fmt.Errorf("there are always enough weights of %s, and no limit says how much a node may carry: give a limit of force", grams(w.Mass))
		}
	}
	return nil
}

func finite(f [3]float64) bool { return !math.IsNaN(norm(f)) && !math.IsInf(norm(f), 0) }

// options makes the ways to put a signed load into pulls: as it is; all of it
// turned round, which software turns back; pulls and pushes apart; one string
// at a time.
func (p *Problem) options(s *scene) []Option {
	along, alongGap := p.strings(s.c.Dim, +1)
	against, againstGap := p.strings(s.c.Dim, -1)
	options := []Option{
		p.option(s, "as it is", along, [][]int{upTo(0, len(along))}, []float64{1}, alongGap),
		p.option(s, "with its sign turned round", against, [][]int{upTo(0, len(against))}, []float64{-1}, againstGap),
	}
	both, plus := p.parts(s.c.Dim)
	if plus > 0 && plus < len(both.hangers) {
		options = append(options, p.option(s, "pulls and pushes apart", both.hangers, [][]int{upTo(0, plus), upTo(plus, len(both.hangers))}, []float64{1, -1}, both.gap))
	}
	if len(both.hangers) > 1 {
		var groups [][]int
		var signs []float64
		for h := range both.hangers {
			groups = append(groups, []int{h})
			sign := 1.0
			if h >= plus {
				sign = -1
			}
			signs = append(signs, sign)
		}
		options = append(options, p.option(s, "one string at a time", both.hangers, groups, signs, both.gap))
	}
	return options
}

// gap is a node whose force no strings give.
type gap struct {
	node    int
	missing [3]float64 // N
}

// strings composes every force, times sign, from pulls at its node.
func (p *Problem) strings(dim int, sign float64) (list []hanger, first *gap) {
	for _, l := range p.Want {
		f := scaled(l.F, sign)
		used, force, missing := compose(f, pullsAt(p.Strings, l.Node), dim)
		for i, pull := range used {
			list = append(list, hanger{l.Node, pull, force[i]})
		}
		if first == nil && missing > 1e-6*norm(f) {
			first = &gap{l.Node, remainder(f, used, force)}
		}
	}
	return list, first
}

func remainder(f [3]float64, used []Pull, force []float64) [3]float64 {
	for i, pull := range used {
		for axis := range f {
			f[axis] -= force[i] * pull.Dir[axis]
		}
	}
	return f
}

// split is a load as pulls to add and pulls to subtract.
type split struct {
	hangers []hanger // those to add first
	gap     *gap
}

// parts composes every force from pulls of either sign; plus is how many are to
// be added.
func (p *Problem) parts(dim int) (s split, plus int) {
	var minusHangers []hanger
	for _, l := range p.Want {
		pulls := pullsAt(p.Strings, l.Node)
		either := append([]Pull(nil), pulls...)
		for _, pull := range pulls {
			either = append(either, Pull{Dir: minus(pull.Dir)})
		}
		// Pulls come first in the list, so that a tie is a pull.
		used, force, missing := compose(l.F, either, dim)
		if s.gap == nil && missing > 1e-6*norm(l.F) {
			s.gap = &gap{l.Node, remainder(l.F, used, force)}
		}
		for i, u := range used {
			if at := find(pulls, u); at >= 0 {
				s.hangers = append(s.hangers, hanger{l.Node, pulls[at], force[i]})
				continue
			}
			at := find(pulls, Pull{Dir: minus(u.Dir)})
			minusHangers = append(minusHangers, hanger{l.Node, pulls[at], force[i]})
		}
	}
	plus = len(s.hangers)
	s.hangers = append(s.hangers, minusHangers...)
	return s, plus
}

func find(pulls []Pull, p Pull) int {
	for i := range pulls {
		if pulls[i].Dir == p.Dir {
			return i
		}
	}
	return -1
}

func upTo(from, to int) (list []int) {
	for i := from; i < to; i++ {
		list = append(list, i)
	}
	return list
}

// option searches the masses of every shot: groups of strings, added or
// subtracted by sign.
func (p *Problem) option(s *scene, name string, hangers []hanger, groups [][]int, signs []float64, missing *gap) Option {
	o := Option{Name: name, Exact: true}
	if len(hangers) == 0 {
		o.Hindrance = missing.String()
		return o
	}
	t := newTable(s, hangers)
	var shots [][]float64
	var factors []float64
	for at, group := range groups {
		x := make([]float64, len(hangers))
		for _, h := range group {
			x[h] = hangers[h].force
		}
		single := len(groups) == 1
		if single && signs[0] < 0 {
			for i := range t.along {
				t.along[i] = -t.along[i]
			}
		}
		search := newSearch(t, p.Stock, p.Gravity, p.Limits, x, single)
		if !(search.goal > 0) {
			continue // these strings stretch nothing that counts
		}
		exact := search.run()
		o.Exact = o.Exact && exact
		if search.found == nil {
			o.Hindrance = "no weight of the stock is within the limits of the lattice"
			if missing != nil {
				o.Hindrance = missing.String()
			}
			return o
		}
		shot, forces, factor := search.shot()
		shot.Factor = signs[at] * factor
		o.Shots = append(o.Shots, shot)
		shots, factors = append(shots, forces), append(factors, shot.Factor)
	}
	o.Prediction = t.predict(shots, factors)
	return o
}

// shot turns what the search found into strings with weights.
func (s *search) shot() (shot Shot, forces []float64, factor float64) {
	s.clear()
	forces = make([]float64, len(s.t.hangers))
	along, long := 0.0, 0.0
	for i, h := range s.active {
		for d, n := range s.found[i] {
			if n > 0 {
				s.hang(i, d, n)
			}
		}
		if mass := s.stock.mass(s.found[i]); mass > 0 {
			shot.Hangs = append(shot.Hangs, Hang{Node: s.t.hangers[h].node, Pull: s.t.hangers[h].pull, Mass: mass, Pieces: s.found[i]})
			forces[h] = mass * s.gravity
		}
	}
	for i, m := range s.q.m {
		along += m * s.target[i]
		long += m * s.q.bm[i]
	}
	return shot, forces, along / long
}

// String names the gap.
func (g *gap) String() string {
	words := make([]string, 0, 3)
	for axis, v := range g.missing {
		if math.Abs(v) > 1e-6*norm(g.missing) {
			words = append(words, fmt.Sprintf("%+.2f %s", v/norm(g.missing), mechanics.AxisName(axis)))
		}
	}
	return fmt.Sprintf("no string pulls node %d along %s", g.node+1, strings.Join(words, " "))
}
