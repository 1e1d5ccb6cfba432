package experiment

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/spec"
)

// entry is one element of an entry of elements.
func (p *planner) entry(e int, nodes []int, number int, draw float64) {
	el := &p.Spec.Elements[e]
	kind, ok := element.Named(el.Kind)
	if !ok {
		panic("experiment: the file format knows a kind that package element does not: " + el.Kind)
	}
	refused := slices.ContainsFunc(p.errors, func(e *spec.Error) bool { return e.Code == "E0320" }) // one tells
	path := fmt.Sprintf("elements[%d]", e+1)
	given := el.Parameters()
	l, ok := p.law(e, kind, given, path, refused)
	if !ok {
		return
	}
	word := cmp.Or(el.Law, law.Names(el.Kind)[0])
	const list = "`elastrain explain E0320` lists kinds, laws and their parameters"
	for _, v := range given {
		if v.IsSet() && !slices.ContainsFunc(l.Params(), func(param law.Param) bool { return keyOf(param) == v.Key }) {
			if !refused {
				p.failKey("E0320", path+"."+v.Key, "the law %s of %s has no `%s`", word, article(el.Kind), v.Key).WithHelp("leave it out; " + list)
			}
			return
		}
	}
	for i, name := range el.Learn {
		if !slices.ContainsFunc(l.Params(), func(param law.Param) bool { return name == param.Name || name == keyOf(param) }) {
			if !refused {
				p.fail("E0320", fmt.Sprintf("%s.learn[%d]", path, i+1), "the law %s of %s has no `%s`", word, article(el.Kind), name).WithHelp(list)
			}
			return
		}
	}
	var ranges []span
	bond := -1
	if kind.Ends() == 2 {
		bond = number - 1
	}
	for _, param := range l.Params() {
		key := keyOf(param)
		at := slices.IndexFunc(given, func(v spec.Keyed) bool { return v.Key == key })
		if rest := p.restOfEntry(bond, el); key == "rest" && rest > 0 {
			ranges = append(ranges, fixed(rest))
			continue
		}
		if at < 0 {
			panic("experiment: the file format has no key for the parameter " + param.Name + " in " + param.Unit + " of the law " + l.Name())
		}
		v := given[at]
		if !v.IsSet() {
			if !refused {
				p.fail("E0320", path, "the law %s of %s needs `%s`", word, article(el.Kind), key).WithHelp("give it a value, or a range to learn in")
			}
			return
		}
		r := span{lo: v.Min, hi: v.Max, start: v.Min, learns: v.Learns()}
		if v.Learns() {
			width := v.Max - v.Min
			if math.IsInf(width, 1) {
				width = v.Min
			}
			r.start = v.Min + width/2
			switch {
			case v.Start != nil:
				r.start = *v.Start
			case el.Start == "random":
				r.start = v.Min + draw*width
			case el.Start == "built" && key == "rest" && bond >= 0:
				if r.start = p.Network.BondLength(bond); !(r.start >= v.Min && r.start <= v.Max) {
					p.fail("E0503", path+".rest", "bond %d is %.4g mm long as built, outside the range of rest lengths", number, 1e3*r.start).WithHelp("give a range that has it")
					return
				}
			}
			if own, ok := p.tableTheta(bond, key, spec.Range{Min: v.Min, Max: v.Max}); ok && v.Start == nil {
				r.start = own
			}
			if el.Learn != nil && !slices.Contains(el.Learn, param.Name) && !slices.Contains(el.Learn, key) {
				r.learns = false
			}
		}
		ranges = append(ranges, r)
	}
	if bond >= 0 && !slices.ContainsFunc(l.Params(), func(param law.Param) bool { return keyOf(param) == "rest" }) {
		p.noRest(bond, fmt.Sprintf("the law %s of %s", word, article(el.Kind)))
	}
	one := body.Element{Kind: kind, Law: l, Nodes: slices.Clone(nodes), Number: number}
	for axis, v := range el.Axis {
		if axis < 3 {
			one.Up[axis] = v
		}
	}
	p.add(one, ranges)
}

// law is the law of an entry.
func (p *planner) law(e int, kind element.Kind, given []spec.Keyed, path string, refused bool) (law.Law, bool) {
	if l, ok := p.laws[e]; ok {
		return l, true
	}
	el, m := &p.Spec.Elements[e], &p.Spec.Material
	g := &law.Given{Young: m.Young, Thickness: m.Thickness, Shear: m.Shear, Has: func(param string) bool {
		return param == "rest" && el.Kind == "bar" && p.bonds != nil && p.bonds.Rest != nil || slices.ContainsFunc(given, func(v spec.Keyed) bool { return v.IsSet() && (v.Key == param || nameOf(v.Key) == param) })
	}}
	var points points
	if key, curve := el.Curve(); curve.IsSet() {
		var ok bool
		if points, ok = p.points(path+"."+key, curve); !ok {
			return nil, false
		}
		g.Points = points.rows
	}
	l, err := law.For(el.Kind, el.Law, g)
	_, far := kind.(element.Finite)
	_, placeless := kind.(element.Placeless)
	if err == nil && p.finite() && !far && !placeless {
		err = fmt.Errorf("%s moves little, and the deformation is finite; use another kind, or deformation: linear", article(el.Kind))
	}
	var bad *law.PointError
	switch {
	case errors.As(err, &bad):
		p.wrongPoint(points, bad)
	case err != nil && !refused:
		p.failBy("E0320", path, err)
	}
	if err != nil {
		return nil, false
	}
	if p.laws == nil {
		p.laws = map[int]law.Law{}
	}
	p.laws[e] = l
	return l, true
}

// ofAngles are the parameters of a law whose keys in the file differ where they are measured in angles.
var ofAngles = map[string]string{"stiffness": "angular", "rest": "angle"}

// keyOf is the key of a parameter in the file.
func keyOf(param law.Param) string {
	if key, ok := ofAngles[param.Name]; ok && (strings.HasPrefix(param.Unit, "N m") || param.Unit == "rad") {
		return key
	}
	return param.Name
}

// nameOf is the name of a parameter by its key.
func nameOf(key string) string {
	for name, k := range ofAngles {
		if k == key {
			return name
		}
	}
	return key
}

// article is a kind as a message calls it: an angle, a bend.
func article(kind string) string {
	if strings.ContainsRune("aeiou", rune(kind[0])) {
		return "an " + kind
	}
	return "a " + kind
}

// isListed reports whether elements of a kind are listed by their nodes: what joins two is a bond of the network.
func isListed(kind string) bool {
	k, ok := element.Named(kind)
	return ok && k.Ends() != 2
}
