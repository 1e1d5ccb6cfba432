package hang

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/mechanics"
)

// options makes the ways to put a signed load into pulls: as it is; all of it
// turned round, which software turns back; pulls and pushes apart; one string
// at a time.
func (p *Problem) options(s *scene) []Option {
	along, alongGap := p.strings(s.dim, +1)
	against, againstGap := p.strings(s.dim, -1)
	options := []Option{p.option(s, "as it is", along, [][]int{upTo(0, len(along))}, []float64{1}, alongGap)}
	if p.AsIs {
		return options
	}
	options = append(options, p.option(s, "with its sign turned round", against, [][]int{upTo(0, len(against))}, []float64{-1}, againstGap))
	if p.Single {
		return options
	}
	both, plus := p.parts(s.dim)
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
		o.Hindrance = "there is nothing to hang"
		if missing != nil {
			o.Hindrance = missing.String()
		}
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
		grown := 1.0
		if p.Near && !single { // a shot by itself may be as large as the largest; software makes it small again
			most := 0.0
			for _, h := range group {
				most = max(most, hangers[h].force)
			}
			grown = heaviest(hangers) / most
			for h := range x {
				x[h] *= grown
			}
		}
		if single && signs[0] < 0 {
			for i := range t.along {
				t.along[i] = -t.along[i]
			}
		}
		search := newSearch(t, p.Stock, p.Gravity, p.Limits, x, single)
		search.near = p.Near
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
		if p.Near && search.best > p.Refuse*p.Refuse*(1+1e-9) {
			o.Hindrance = fmt.Sprintf("the box (%s) makes nothing near %s: the nearest is off by %.3g %%", p.Stock, wanted(hangers, group, p.Gravity), 100*math.Sqrt(search.best))
			return o
		}
		shot, forces, factor := search.shot()
		shot.Factor = signs[at] * factor / grown
		o.Shots = append(o.Shots, shot)
		shots, factors = append(shots, forces), append(factors, shot.Factor)
	}
	o.Prediction = t.predict(shots, factors)
	return o
}

// heaviest is the largest force in a string, N.
func heaviest(hangers []hanger) float64 {
	most := 0.0
	for _, h := range hangers {
		most = max(most, h.force)
	}
	return most
}

// wanted is the masses of some strings if any could hang.
func wanted(hangers []hanger, group []int, gravity float64) string {
	var words []string
	for _, h := range group {
		words = append(words, fmt.Sprintf("%s on node %d", strconv.FormatFloat(1e3*hangers[h].force/gravity, 'g', 4, 64)+" g", hangers[h].node+1))
	}
	return strings.Join(words, " and ")
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
