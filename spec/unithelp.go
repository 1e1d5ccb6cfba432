package spec

import (
	"math/big"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/unit"
)

// resolve finds the unit of a quantity of this dimension, or says what is
// wrong with it; text is the quantity as written.
func (dim *dimension) resolve(number decimal, symbol, text string) (unit.Unit, *Error) {
	if symbol == "" {
		if number.isZero() || dim.bare() {
			return unit.One[0], nil
		}
		return unit.Unit{}, problem("E0202", "`%s` has no unit", text).
			WithLabel("here %s is due", dim.noun).WithHelp("write %s", dim.spell(number))
	}
	if u, ok := dim.unit(symbol); ok {
		return u, nil
	}
	if a, ok := unit.Lookup(symbol, dim.units); ok {
		return unit.Unit{}, dim.refuseForeign(number, a)
	}
	same, spelt := unit.Spelling(symbol)
	if _, ok := dim.unit(same); spelt && ok {
		return unit.Unit{}, problem("E0204", "`%s` is written `%s`", symbol, same).WithLabel("%s", dim.due()).
			WithHelp("write `%s %s`", number, same)
	}
	if !spelt {
		same = symbol
	}
	for i := range dimensions {
		_, read := dimensions[i].unit(same)
		if _, known := unit.Lookup(same, dimensions[i].units); read || known {
			return unit.Unit{}, problem("E0203", "`%s` is %s, here %s is due", text, dimensions[i].noun, dim.noun).
				WithLabel("here %s is due: %s", dim.noun, dim.symbols())
		}
	}
	if e := dim.refuseMass(number, symbol, text); e != nil {
		return unit.Unit{}, e
	}
	if strings.HasPrefix(symbol, ",") && startsWithDigit(symbol[1:]) {
		return unit.Unit{}, problem("E0204", "`%s` has a decimal comma", text).WithLabel("%s", dim.due()).
			WithHelp("write `%s`: a decimal point, and no sign between thousands", strings.Replace(text, ",", ".", 1))
	}
	e := problem("E0204", "`%s` is not a unit known here", symbol).WithLabel("%s", dim.due())
	switch near := dim.otherCapitals(symbol); len(near) {
	case 0:
		e.WithHelp("`elastrain explain units` lists what is read")
	case 1:
		e.WithHelp("did you mean `%s %s`?", number, near[0])
	default: // mpa is a MPa or a mPa, a factor of 10^9 apart
		for i := range near {
			near[i] = number.String() + " " + near[i]
		}
		e.WithHelp("capitals count: it may be %s", quote(near, "or"))
	}
	return unit.Unit{}, e
}

// refuseForeign says the exact worth of a unit that is known and not read.
func (dim *dimension) refuseForeign(number decimal, a unit.Alien) *Error {
	write, _ := dim.unit(a.Write)
	one, _ := inUnit("1", a.Unit, write)
	e := problem("E0204", "`%s` is not read: 1 %s is %s %s", a.Symbol, a.Symbol, one, write.Symbol).WithLabel("%s", dim.due())
	if value, exact := inUnit(number.String(), a.Unit, write); exact {
		e.WithHelp("write `%s %s`", value, write.Symbol)
	}
	return e
}

// inUnit is a number of one unit in another, to twelve digits; exact tells
// whether that is all of it.
func inUnit(number string, from, to unit.Unit) (text string, exact bool) {
	if len(number) > 40 {
		return number, false
	}
	r := from.Times(number)
	r.Quo(r, to.Times("1"))
	v, _ := r.Float64()
	text = new(big.Float).SetFloat64(v).Text('g', 12)
	d, rest, ok := readDecimal(text)
	if !ok || rest != "" {
		return text, false
	}
	back, ok := new(big.Rat).SetString(text)
	return d.String(), ok && back.Cmp(r) == 0
}

// refuseMass explains that a mass is no force, the mistake of everyone who
// hangs weights on a lattice; nil if the symbol is no mass.
func (dim *dimension) refuseMass(number decimal, symbol, text string) *Error {
	mass, under, ratio := strings.Cut(symbol, "/")
	i := slices.IndexFunc(unit.Masses, func(m unit.Mass) bool { return m.Symbol == mass })
	if i < 0 {
		return nil
	}
	m := unit.Masses[i]
	weight := m.Weight
	if ratio {
		weight += "/" + under
	}
	what, isForce := "a mass", dim.tag == "N"
	if ratio {
		what, isForce = "a mass by length", dim.tag == "N/m"
	}
	if _, ok := dim.unit(weight); isForce && !ok || ratio && !isForce {
		return nil
	}
	e := problem("E0203", "`%s` is %s, here %s is due", text, what, dim.noun).WithLabel("%s", dim.due())
	if !isForce {
		return e
	}
	if ratio {
		return e.WithHelp("did you mean `%s %s`, the weight of as many %s?", number.times(1, m.Exp), weight, m.Plural)
	}
	return e.WithHelp("did you mean `%s %s`, the weight of %s %s?", number.times(1, m.Exp), weight, number, m.Plural)
}

// otherCapitals are the units of this dimension that a symbol meant if its
// capitals are wrong, those that are known and not read included: for nothing else may be
// proposed, and not one of them alone.
func (dim *dimension) otherCapitals(symbol string) (near []string) {
	add := func(s string) {
		if strings.EqualFold(s, symbol) && !slices.Contains(near, s) {
			near = append(near, s)
		}
	}
	for _, u := range dim.units {
		add(u.Symbol)
	}
	for _, a := range unit.Foreign {
		if _, ok := dim.unit(a.Write); ok {
			add(a.Symbol)
		}
	}
	if over, under, ratio := strings.Cut(symbol, "/"); ratio {
		for _, prefix := range []string{"mPa", "mN", "MN"} { // the prefixes that differ by their capital only
			if strings.EqualFold(prefix, over) {
				if u, ok := dim.unit(prefix + "/" + under); ok {
					add(u.Symbol)
				}
			}
		}
	}
	return near
}

func startsWithDigit(s string) bool { return s != "" && '0' <= s[0] && s[0] <= '9' }
