package prune

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics"
)

// Study is what is wanted of taking bonds out.
type Study struct {
	Rule    string  `json:"rule"`
	Moduli  *Moduli `json:"moduli,omitempty"` // of a cell, in place of its task
	Until   float64 `json:"until"`            // relative error, or share of wrong classes, at which it is done; above 0. 0: as long as Keep allows
	Keep    float64 `json:"keep"`             // by which the error, or the share of wrong classes, may grow
	Most    int     `json:"most"`             // bonds to take out; 0: any number
	Grow    bool    `json:"grow,omitempty"`   // bonds that the network has cut may be put in as well, where that lowers the loss; by rule exact
	Keeps   bool    `json:"keeps,omitempty"`  // no bond goes: they are only put in
	Ends    bool    `json:"ends,omitempty"`   // a node that bears nothing goes with its bonds
	Relearn int     `json:"relearn"`          // epochs that the others learn when a bond is out, before they are judged; 0: none
	Width   int     `json:"width,omitempty"`  // networks that a search goes on from; 0 or 1: the best alone. By rule exact
	Threads int     `json:"-"`
	Learner Learner `json:"-"` // that lets them learn; needed with Relearn, and where Quick says no

	Passed func(out int, best Verdict) `json:"-"` // where set, a search tells how many bonds it has out, and how well the best network without them does
}

// ErrNoScore says that a task asks for nothing whose error has a size; the words after the semicolon are the way out.
var ErrNoScore = errors.New("every displacement that is wanted is zero, so there is no relative error to go by; want one that is not zero")

// ErrBody says what a network that is no lattice of springs cannot be asked for; the words after the semicolon are the way out.
var ErrBody = errors.New("this network is no lattice or cell of linear springs that move little, so it is built and solved for every bond, by rule exact and for its task alone; leave --rule, --poisson, --bulk-shear, --grow, --ends and --width out")

// ErrWidth says what a search cannot be asked for; the words after the semicolon are the way out.
var ErrWidth = errors.New("a search goes on from several networks by the loss without each bond, which is rule exact, and neither learns nor puts bonds in; leave --width out, or --rule, --relearn and --grow")

// Learner builds a network without some bonds (from 1), with nodes held that have none left (as people count them), and lets it learn so many epochs from parameters theta of x, which has fewer of them cut. It
// returns the network and what it has learnt; nil where no network can have that.
type Learner func(x *experiment.Experiment, theta []float64, gone, loose []int, epochs int) (*experiment.Experiment, []float64, error)

// Step is a bond that went, or was put in.
type Step struct {
	Added bool  `json:"added,omitempty"`
	Node  int   `json:"node,omitempty"` // that bore nothing, as people count nodes: it went with its bonds
	Also  []int `json:"also,omitempty"` // bonds of the node besides
	Bond  int   `json:"bond"`           // from 1
	Left  int   `json:"left"`           // bonds afterwards
	Tried int   `json:"tried"`          // bonds that were looked at before, in the order of the rule, and stayed
	Then  []int `json:"then,omitempty"` // bonds that a search has found to go next, from 1
	Verdict
}

// Kept is a bond that cannot go, and what would move without it.
type Kept struct {
	Bond   int    `json:"bond"`
	Motion string `json:"mechanism"`
}

// Report is what a study found.
type Report struct {
	Study
	Spec       string  `json:"spec"`
	Judged     string  `json:"judged_on"` // part of the data by which bonds go or stay
	Bonds      int     `json:"bonds"`     // at first
	Left       int     `json:"left"`
	Before     Verdict `json:"before"`
	After      Verdict `json:"after"`
	Met        bool    `json:"met"` // what was wanted
	Why        string  `json:"ended"`
	Steps      []Step  `json:"removed"`
	Kept       []Kept  `json:"kept"`       // of those that are left
	Factorised int     `json:"factorised"` // answers that the low-rank formula had lost too many digits for

	Gone  []int                  `json:"-"`               // bonds that went or were put in, from 1
	Loose []int                  `json:"loose,omitempty"` // nodes without a bond, as people count them
	X     *experiment.Experiment `json:"-"`               // that has learnt last: at first the one that was given
	Theta []float64              `json:"-"`               // its parameters
}

// Store keeps steps, so that a study that was stopped goes on.
type Store interface {
	Load() ([]Step, error)
	Append(Step) error
}

// Run takes bonds out of the network of an experiment that fits, with parameters theta. done is told of each new bond.
func (s *Study) Run(ctx context.Context, x *experiment.Experiment, theta []float64, store Store, done func(Step)) (*Report, error) {
	chosen, err := Find(s.Rule)
	if err != nil {
		return nil, err
	}
	var aim aim = newTaskAim(x)
	if s.Moduli != nil {
		aim = moduliAim{s.Moduli}
	}
	in, out := aim.ports()
	p := &pruning{Study: s, rule: chosen, aim: aim, x: x, theta: theta, body: !Quick(x)}
	if p.body && (s.Rule != "exact" || s.Moduli != nil || s.Grow || s.Ends || s.Width > 1) {
		return nil, ErrBody
	}
	if s.Width > 1 && (s.Rule != "exact" || s.Relearn > 0 || s.Grow) {
		return nil, ErrWidth
	}
	k := theta
	if !p.body {
		k = stiffness(x, theta)
	}
	p.lattice = newLattice(x, k, in, out, s.Threads)
	p.seed, p.s = x.Spec.Seed, make([]float64, len(in)*len(out))
	report := &Report{Study: *s, Spec: x.File.Name, Judged: aim.part(), Bonds: p.left()}
	if err := p.look(); err != nil {
		return nil, err
	}
	report.Before, p.before = p.now, p.now.miss()
	if math.IsNaN(p.before) {
		return nil, ErrNoScore
	}
	known, err := store.Load()
	if err != nil {
		return nil, err
	}
	if known, err = p.replay(ctx, known); err != nil {
		return nil, err
	}
	report.Steps = append(report.Steps, known...)
	for {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if report.Met, report.Why = p.over(); report.Why != "" {
			break
		}
		step, err := p.drop()
		if step == nil && err == nil && !p.full {
			step, err = p.step(ctx)
		}
		if err != nil {
			return nil, err
		}
		if p.full {
			report.Met, report.Why = p.Until == 0, p.spent()
			break
		}
		if step == nil {
			report.Why = p.stuck()
			report.Met = p.Until == 0
			break
		}
		step.Then = p.plan
		if err := store.Append(*step); err != nil {
			return nil, err
		}
		report.Steps = append(report.Steps, *step)
		done(*step)
	}
	report.After, report.Left = p.now, p.left()
	report.X, report.Theta, report.Gone, report.Loose = p.x, p.theta, p.gone, p.loose
	if report.Kept, err = p.kept(); err != nil {
		return nil, err
	}
	if report.Why == noneGoes {
		report.Why = whoHolds(report.Left, len(report.Kept))
	}
	if !p.body {
		report.Factorised = p.lost + p.mod.Refactored
	}
	return report, nil
}

// pruning is a study under way.
type pruning struct {
	*Study
	*lattice
	rule    *Rule
	aim     aim
	seed    uint64
	gone    []int // bonds that went or were put in, from 1
	refused int   // networks since the last removal that could not be factorised
	loose   []int // nodes that are out, as people count them
	plan    []int // bonds that a search has found to go next, from 1
	full    bool  // the node that goes next has more bonds than may still go
	now     Verdict
	before  float64 // what it missed at first
	s       []float64

	body  bool                   // it is built and solved for every bond
	x     *experiment.Experiment // that has learnt last
	theta []float64              // its parameters
}

// replay takes out what an earlier session did, as far as bonds may go now, and returns that.
func (p *pruning) replay(ctx context.Context, known []Step) ([]Step, error) {
	for i, step := range known {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		bonds := append([]int{step.Bond}, step.Also...)
		for _, bond := range slices.Concat(bonds, step.Then) {
			if bond < 1 || bond > p.bars {
				return nil, fmt.Errorf("the journal names bond %d, and the bonds are 1 to %d: it is damaged; remove the directory, and prune again", bond, p.bars)
			}
		}
		if p.Most > 0 && len(p.gone)+len(bonds) > p.Most {
			known = known[:i]
			break
		}
		p.plan = step.Then
		if step.Node > 0 {
			p.again(&step)
			continue
		}
		if p.Relearn > 0 || p.body {
			if _, err := p.remove(step.Bond - 1); err != nil {
				return nil, err
			}
			continue
		}
		p.turn(step.Bond - 1)
		p.gone = append(p.gone, step.Bond)
	}
	if len(known) == 0 {
		return nil, nil
	}
	return known, p.look()
}

// step takes the next bond out or puts it in; nil where none is left that may.
func (p *pruning) step(ctx context.Context) (*Step, error) {
	bond, tried, err := p.planned(ctx)
	if err == nil && bond < 0 {
		bond, tried, err = p.next(ctx)
	}
	if err != nil || bond < 0 {
		return nil, err
	}
	return &Step{Bond: bond + 1, Added: !p.net.Elements[bond].Cut, Left: p.left(), Tried: tried, Verdict: p.now}, nil
}

// remove takes a bond out (from 0), or puts it in, lets the others learn, and judges what is left. Where they cannot learn nothing is changed, and ok is false.
func (p *pruning) remove(bond int) (ok bool, err error) {
	gone := append(slices.Clone(p.gone), bond+1)
	if p.Relearn > 0 || p.body {
		x, theta, err := p.Learner(p.x, p.theta, gone, p.loose, p.Relearn)
		if err != nil || x == nil {
			return false, err
		}
		if p.x, p.theta = x, theta; !p.body {
			p.k = stiffness(x, theta)
		}
	}
	p.gone = gone
	p.turn(bond)
	if err := p.look(); err != nil {
		return false, fmt.Errorf("without bond %d: %w", bond+1, err)
	}
	return true, nil
}

// look builds the network as it is and judges it.
func (p *pruning) look() (err error) {
	if p.body {
		return p.lookBody()
	}
	if err = p.build(); err != nil {
		return err
	}
	if err = p.whole(p.s); err != nil {
		return err
	}
	if p.now, err = p.aim.judge(p.s); err == nil && (math.IsNaN(p.now.Loss) || math.IsInf(p.now.Loss, 0)) {
		err = &learn.NotFiniteError{What: "the loss"}
	}
	return err
}

// over says whether the study is at its end: what was wanted is there, or the budget spent.
func (p *pruning) over() (met bool, why string) {
	switch {
	case p.Until > 0 && p.now.miss() <= p.Until:
		return true, "what was wanted is reached"
	case p.Most > 0 && len(p.gone) >= p.Most:
		return p.Until == 0, p.spent()
	}
	return false, ""
}

func (p *pruning) spent() string {
	bonds, is, was := fmt.Sprintf("%d bonds", len(p.gone)), "are", "were"
	if len(p.gone) == 1 {
		bonds, is, was = "1 bond", "is", "was"
	}
	how := is + " out"
	switch {
	case p.Keeps:
		how = was + " put in"
	case p.Grow:
		how = "went or " + was + " put in"
	}
	return bonds + " " + how + ", as many as were allowed"
}

const noneGoes = "no bond can go any more"

// whoHolds says why none of the bonds that are left goes where the score is kept: some alone resist a motion, and without any of the others it
// would be worse than allowed.
func whoHolds(left, alone int) string {
	switch score := left - alone; {
	case left == 0:
		return noneGoes
	case score <= 0:
		return noneGoes + ": without any of them the lattice does not hold"
	case alone == 0:
		return fmt.Sprintf("%s: without any of the %d left the score is worse than allowed", noneGoes, left)
	default:
		return fmt.Sprintf("%s: without %d of them the lattice does not hold, and without any of the other %d the score is worse than allowed", noneGoes, alone, score)
	}
}

// stuck says why no bond goes any more.
func (p *pruning) stuck() string {
	if p.refused > mostRefused {
		return "what is left is so nearly a mechanism that nothing more can be judged"
	}
	if p.Until == 0 {
		return noneGoes
	}
	if p.rule.Name == "gradient" {
		return "no removal lowers the loss, of those that are to lower it by the gradient"
	}
	if p.Keeps {
		return "no bond that could be put in lowers the loss any more"
	}
	if p.Grow {
		return "neither a removal nor a bond that could be put in lowers the loss any more"
	}
	return "no removal lowers the loss any more"
}

// candidate is a bond that may go.
type candidate struct {
	bond  int // from 0
	value float64
}

// next takes out the bond (from 0) that goes, -1 for none: the first in the order of the rule whose removal lowers the loss, or keeps what is
// to be kept.
func (p *pruning) next(ctx context.Context) (bond, tried int, err error) {
	p.refused = 0
	list, err := p.ordered(ctx)
	if err != nil {
		return -1, 0, err
	}
	for _, c := range list {
		if ctx.Err() != nil {
			return -1, 0, ctx.Err()
		}
		if p.refused > mostRefused {
			break
		}
		if p.Until > 0 && p.Relearn == 0 && p.rule.Name == "gradient" && c.value >= 0 {
			break
		}
		v, err := p.try(c.bond)
		if err != nil {
			return -1, 0, err
		}
		if v != nil && (p.Relearn > 0 || p.accepts(&p.now, v)) {
			if out, err := p.goes(c.bond); err != nil || out {
				return c.bond, tried, err
			}
		}
		tried++
	}
	return -1, tried, nil
}

// mostRefused is how many networks that cannot be factorised are tried between two removals: where one that does stand is as soft as that, so is what any removal leaves.
const mostRefused = 8

// goes takes a bond out for good, or puts it back where the others have learnt without it and it is missed, or where what is left is so nearly a
// mechanism that it cannot be factorised.
func (p *pruning) goes(bond int) (out bool, err error) {
	x, theta, k, gone, now := p.x, p.theta, p.k, p.gone, p.now
	ok, err := p.remove(bond)
	soft := errors.As(err, new(*mechanics.SingularError))
	switch {
	case err != nil && !soft:
		return false, err
	case !soft && (!ok || p.Relearn == 0 || p.accepts(&now, &p.now)):
		return ok, nil
	}
	if soft {
		p.refused++
	}
	p.x, p.theta, p.k, p.gone = x, theta, k, gone
	p.turn(bond)
	return false, p.look()
}

// accepts reports whether a network that does so may take the place of one that does as it does now.
func (p *pruning) accepts(now, v *Verdict) bool {
	if p.Until > 0 {
		return v.Loss < now.Loss
	}
	return v.miss() <= p.before+p.Keep
}

// ordered are the bonds that are there in the order of the rule; bonds of one value by their numbers.
func (p *pruning) ordered(ctx context.Context) (list []candidate, err error) {
	var values []float64
	if p.rule.order != nil {
		if values, err = p.rule.order(&state{p.lattice, p.aim, p.seed, len(p.gone)}); err != nil {
			return nil, err
		}
	}
	for i := range p.bars {
		if p.net.Elements[i].Cut && !p.Grow || !p.net.Elements[i].Cut && p.Keeps {
			continue
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		c := candidate{bond: i}
		if values != nil {
			c.value = values[p.eq.C.Mode[i]]
		} else if v, err := p.try(i); err != nil {
			return nil, err
		} else if v == nil {
			continue
		} else {
			c.value = v.Loss
		}
		list = append(list, c)
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(a.value, b.value) })
	return list, nil
}

// try judges the network without one more bond, or with one of those that are cut; nil where it would not hold.
func (p *pruning) try(bond int) (*Verdict, error) {
	if p.body {
		return p.tryBody(bond)
	}
	change := p.without
	if p.net.Elements[bond].Cut {
		change = p.with
	}
	err := change(bond, p.s)
	if errors.As(err, new(*mechanics.MechanismError)) || errors.Is(err, errSoft) || errors.Is(err, errFixed) || errors.As(err, new(*mechanics.ChangeError)) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("bond %d: %w", bond+1, err)
	}
	v, err := p.aim.judge(p.s)
	if err != nil || math.IsNaN(v.Loss) {
		return nil, nil // it answers nothing that can be judged
	}
	return &v, nil
}

// kept are the bonds without any one of which something would move.
func (p *pruning) kept() (list []Kept, err error) {
	if p.body {
		return p.keptBody()
	}
	for i := range p.bars {
		if p.net.Elements[i].Cut {
			continue
		}
		var left *mechanics.MechanismError
		if err := p.without(i, p.s); errors.As(err, &left) {
			list = append(list, Kept{i + 1, left.Motion.String()})
		} else if errors.Is(err, errSoft) {
			list = append(list, Kept{i + 1, err.Error()})
		} else if err != nil && !errors.Is(err, errFixed) {
			return nil, fmt.Errorf("bond %d: %w", i+1, err)
		}
	}
	return list, nil
}
