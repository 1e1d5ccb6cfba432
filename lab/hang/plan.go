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
	Model       Model                  // in place of an equilibrium of linear springs; nil: that
	Forward     []float64              // elongations under the input, m; len M, or Answer.E of the Model. nil: the elongations themselves are wanted
	Want        []lab.Force            // signed; N
	Strings     []Strings
	Stock       Stock
	Gravity     float64    // m/s^2; 0 means StandardGravity
	Limits      lab.Limits // force, total force, displacement and elongation, as far as known
	Sigma       float64    // standard deviation of a marker coordinate in one look, m
	Repeats     int        // looks that are averaged; 0 means 1

	// Near hangs the wanted load as near as the box makes it; without, a load of any size
	// is taken that promises the best gradient. What is near does not depend on Sigma.
	Near   bool
	Single bool // only what hangs at one time
	AsIs   bool // only the load itself, not its opposite, which software would turn back

	// Accept is a predicted error that is good enough: of the options within it
	// the one with the fewest shots is taken. Where none is, or at 0, the one with
	// the least error.
	Accept float64
	// Refuse is the predicted error from which no plan is made; 0 means 0.5. With Near it is
	// of each load how far it may be from the one that is wanted, as a share of what that does.
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
	// Elongations says that predictions are of the elongations under the load, because no gradient is a product of them.
	Elongations bool `json:"elongations,omitempty"`
}

// Shots are those of the option taken.
func (p *Plan) Shots() []Shot { return p.Options[p.Taken].Shots }

// AsWanted is the plan for loads that hang as they are wanted, where no box of weights
// is known: one weight at each node, along its force.
func AsWanted(p Problem) (*Plan, error) {
	if p.Gravity == 0 {
		p.Gravity = StandardGravity
	}
	p.Repeats = max(p.Repeats, 1)
	p.Stock, p.Strings = Stock{{1, 1}}, nil // so that check has nothing to say of them
	if err := p.check(); err != nil {
		return nil, err
	}
	p.Want = merge(p.Want)
	s := newScene(&p)
	if s.err != nil {
		return nil, s.err
	}
	o := Option{Name: "as it is wanted", Exact: true}
	shot := Shot{Factor: 1}
	var hangers []hanger
	var forces []float64
	for _, l := range p.Want {
		size := norm(l.F)
		if size == 0 {
			continue
		}
		pull := Pull{Dir: scaled(l.F, 1/size), Name: toward(l.F)}
		shot.Hangs = append(shot.Hangs, Hang{Node: l.Node, Pull: pull, Mass: size / p.Gravity})
		hangers, forces = append(hangers, hanger{l.Node, pull, size}), append(forces, size)
	}
	o.Shots = []Shot{shot}
	if s.size > 0 {
		o.Prediction = newTable(s, hangers).predict([][]float64{forces}, []float64{1})
	}
	return &Plan{Options: []Option{o}, Gravity: p.Gravity}, s.err
}

// toward says where a force points.
func toward(f [3]float64) string {
	var words []string
	for axis, v := range f {
		switch share := v / norm(f); {
		case math.Abs(share) > 1-1e-6 && share < 0:
			return "pulling along -" + mechanics.AxisName(axis)
		case math.Abs(share) > 1-1e-6:
			return "pulling along " + mechanics.AxisName(axis)
		case math.Abs(share) > 1e-6:
			words = append(words, fmt.Sprintf("%+.3f %s", share, mechanics.AxisName(axis)))
		}
	}
	return "pulling along " + strings.Join(words, " ")
}

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
	p.Want = merge(p.Want)
	if p.Near && p.Limits.Force == 0 && p.Stock.endless() { // nothing beyond that is near
		for _, l := range p.Want {
			p.Limits.Force = max(p.Limits.Force, (1+p.Refuse)*norm(l.F))
		}
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	s := newScene(&p)
	if s.err != nil {
		return nil, s.err
	}
	if !(s.size > 0) {
		return nil, fmt.Errorf("the wanted load gives no gradient: no bond is stretched by both the input and this load, so there is nothing to measure")
	}
	plan := &Plan{Stock: p.Stock, Gravity: p.Gravity, Options: p.options(s), Taken: -1}
	for i := range plan.Options {
		if o := &plan.Options[i]; o.Hindrance == "" && (plan.Taken < 0 || p.prefers(o, &plan.Options[plan.Taken])) {
			plan.Taken = i
		}
	}
	var refused error
	if plan.Taken < 0 || p.off(&plan.Options[plan.Taken]) > p.Refuse {
		refused = p.explain(s, plan)
	}
	if s.err != nil { // what was searched is not to be trusted
		return nil, s.err
	}
	if refused != nil {
		return nil, refused
	}
	return plan, nil
}

func (p *Problem) prefers(a, b *Option) bool {
	enough, other := p.off(a) <= p.Accept, p.off(b) <= p.Accept
	if enough && other && (p.Near || len(a.Shots) != len(b.Shots)) {
		return len(a.Shots) < len(b.Shots)
	}
	return p.off(a) < p.off(b)*(1-1e-6)
}

// off is the error by which options are compared.
func (p *Problem) off(o *Option) float64 {
	if p.Near {
		return o.Rounding
	}
	return o.Error
}

// model is what answers loads.
func (p *Problem) model() Model {
	if p.Model != nil {
		return p.Model
	}
	return bars{p.Network, p.Equilibrium}
}

// check wants a problem that can be worked on.
func (p *Problem) check() error {
	if p.Network == nil || p.Model == nil && (p.Equilibrium == nil || len(p.Equilibrium.C.Unknown) != len(p.Network.Pos)) {
		panic("hang: no network, or an equilibrium of another one")
	}
	model := p.model()
	nodes, dim := model.Size()
	if modes := len(model.Spread()); p.Forward != nil && len(p.Forward) != modes {
		panic(fmt.Sprintf("hang: %d forward elongations for %d modes", len(p.Forward), modes))
	}
	if err := p.Stock.check(); err != nil {
		return err
	}
	if err := checkStrings(p.Strings, nodes, dim); err != nil {
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
