package hang

import (
	"fmt"
	"strings"
)

// series is what shops sell, kg: the weights that are tried as additions.
var series = []float64{0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.010, 0.020, 0.050}

// explain says why no option will do, and what would help: a string, a weight,
// or other limits.
func (p *Problem) explain(s *scene, plan *Plan) error {
	// With masses as fine as one likes, would the strings do?
	if ideal := p.ideal(s); ideal > p.Refuse {
		for _, o := range plan.Options {
			if o.Hindrance != "" {
				return &InfeasibleError{Cause: o.Hindrance, Fix: "offer a string there that pulls in this direction or against it, over a pulley if need be"}
			}
		}
		if _, gap := p.strings(s.dim, 1); gap != nil {
			return &InfeasibleError{Cause: gap.String(), Fix: "offer a string there that pulls in this direction or against it, over a pulley if need be"}
		}
	}
	var cause string
	if plan.Taken < 0 {
		cause = plan.Options[0].Hindrance
	} else {
		cause = fmt.Sprintf("with the stock (%s) the best that is to be expected is a %s, and more than %.0f %% is refused", p.Stock, plan.Options[plan.Taken].Prediction, 100*p.Refuse)
		if o := plan.Options[plan.Taken]; o.Noise > o.Rounding {
			return &InfeasibleError{Cause: cause, Fix: "most of it is marker noise: average more looks, hang heavier weights, or raise the limits if the lattice can bear it"}
		}
	}
	if p.Near && plan.Taken < 0 {
		_, gap := p.strings(s.dim, 1)
		if p.AsIs && gap != nil {
			return &InfeasibleError{Cause: gap.String(), Fix: "offer a string there that pulls in this direction, over a pulley if need be: the load itself must hang, not its opposite"}
		}
		for _, o := range plan.Options { // what the box lacks says more than a string that another way does without
			if gap == nil || o.Hindrance != gap.String() {
				cause = o.Hindrance
				break
			}
		}
		return &InfeasibleError{Cause: cause, Fix: "put such masses into the box (lab.weights.masses), or ask for loads that it makes: the forces of the task, or lab.protocol.adjoint for those of the errors; the limits of the lattice are: " + p.limits()}
	}
	best, addition := 0.0, 0.0
	for _, mass := range series {
		q := *p
		q.Stock = append(append(Stock(nil), p.Stock...), Weight{mass, len(p.Want)})
		if q.Stock.check() != nil {
			continue
		}
		for _, o := range q.options(s) {
			if o.Hindrance == "" && (addition == 0 || o.Error < best) {
				best, addition = o.Error, mass
			}
		}
	}
	if addition == 0 || best > p.Refuse {
		return &InfeasibleError{Cause: cause, Fix: "no single further weight helps: check the limits of the lattice (" + p.limits() + ") and the wanted load"}
	}
	return &InfeasibleError{Cause: cause, Fix: fmt.Sprintf("add %s to the stock: %.2g %% is then to be expected", Stock{{addition, len(p.Want)}}, 100*best)}
}

// ideal is the rounding error that remains with masses as fine as one likes.
func (p *Problem) ideal(s *scene) float64 {
	least := 1.0
	for _, sign := range []float64{1, -1} {
		list, _ := p.strings(s.dim, sign)
		least = min(least, ideal(s, list, func(int) float64 { return sign }))
	}
	both, plus := p.parts(s.dim)
	return min(least, ideal(s, both.hangers, func(h int) float64 {
		if h < plus {
			return 1
		}
		return -1
	}))
}

func ideal(s *scene, list []hanger, sign func(h int) float64) float64 {
	if len(list) == 0 {
		return 1
	}
	x := make([]float64, len(list))
	for h := range list {
		x[h] = sign(h) * list[h].force
	}
	return newTable(s, list).predict([][]float64{x}, []float64{1}).Rounding
}

// limits lists the limits that hold.
func (p *Problem) limits() string {
	var words []string
	for _, l := range []struct {
		value, unit float64
		name        string
	}{{p.Limits.Force, p.Gravity / 1000, "g on a node"}, {p.Limits.TotalForce, p.Gravity / 1000, "g in all"}, {p.Limits.Displacement, 1e-3, "mm of displacement"}, {p.Limits.Elongation, 1e-3, "mm of elongation"}} {
		if l.value > 0 {
			words = append(words, fmt.Sprintf("%.3g %s", l.value/l.unit, l.name))
		}
	}
	if words == nil {
		return "none is set"
	}
	return strings.Join(words, ", ")
}

// String is the option on one line.
func (o *Option) String() string {
	switch {
	case o.Hindrance != "":
		return o.Name + ": " + o.Hindrance
	case len(o.Shots) == 1:
		return fmt.Sprintf("%s, 1 shot: %v", o.Name, o.Prediction)
	}
	return fmt.Sprintf("%s, %d shots: %v", o.Name, len(o.Shots), o.Prediction)
}

// String is the table of options, one a line, the one taken with an arrow. It
// is what a person reads before hanging anything.
func (p *Plan) String() string {
	s := p.table()
	if p.Elongations {
		s = strings.ReplaceAll(s, ": gradient error ", ": error of the elongations ")
	}
	return s
}

func (p *Plan) table() string {
	var b strings.Builder
	for i, o := range p.Options {
		mark := "  "
		if i == p.Taken {
			mark = "->"
		}
		fmt.Fprintf(&b, "%s %v\n", mark, &o)
	}
	for i, shot := range p.Shots() {
		fmt.Fprintf(&b, "shot %d, times %.4g in software:", i+1, shot.Factor)
		for at, h := range shot.Hangs {
			if at > 0 {
				b.WriteByte(';')
			}
			b.WriteString(" " + h.words(p.Stock))
		}
		b.WriteByte('\n')
	}
	return b.String()
}
