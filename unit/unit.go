// Package unit knows the units of quantities: what each is worth, exactly.
//
// Its one idea is one table ([Lengths], [Forces], [Pressures], [Times]) from which
// the experiment file, the headers of tables, the documentation and the messages
// all take their units. What a factory or an old instrument measures in and this
// program does not take is in [Foreign], with its exact worth, so that a message
// can say it.
package unit

import (
	"math"
	"strings"
)

// Unit is worth Factor / Divisor times ten to the Exp of the SI unit, exactly.
type Unit struct {
	Symbol  string
	Factor  int64
	Divisor int64 // 1 for all but the ratios of inches and feet
	Exp     int
	Name    string // in words, for the table of units
}

// SI is true for a unit that only moves the decimal point.
func (u Unit) SI() bool { return u.Factor == 1 && u.Divisor == 1 }

// Float is the worth of one unit as the nearest number.
func (u Unit) Float() float64 { return u.Of(1) }

// Of is a number of units in the SI unit. Powers of ten below one divide, so that 1.1 mm
// is 0.0011 m and not a bit beside it.
func (u Unit) Of(v float64) float64 {
	if u.Factor != 1 {
		v *= float64(u.Factor)
	}
	if u.Exp > 0 {
		v *= math.Pow10(u.Exp)
	}
	if divisor := float64(u.Divisor) * math.Pow10(max(-u.Exp, 0)); divisor != 1 {
		v /= divisor
	}
	return v
}

// The units that are read. The SI unit comes first, then what people use most.
var (
	Lengths = []Unit{{"m", 1, 1, 0, "metre"}, {"mm", 1, 1, -3, "millimetre"}, {"um", 1, 1, -6, "micrometre, also µm"}, {"cm", 1, 1, -2, "centimetre"},
		{"nm", 1, 1, -9, "nanometre"}, {"km", 1, 1, 3, "kilometre"}, {"Å", 1, 1, -10, "ångström"},
		{"in", 254, 1, -4, "inch"}, {"ft", 3048, 1, -4, "foot"}}
	Forces = []Unit{{"N", 1, 1, 0, "newton"}, {"mN", 1, 1, -3, "millinewton"}, {"uN", 1, 1, -6, "micronewton, also µN"}, {"kN", 1, 1, 3, "kilonewton"},
		// Standard gravity is 9.80665 m/s^2, and a pound 0.45359237 kg, both exactly.
		{"gf", 980665, 1, -8, "weight of a gram"}, {"kgf", 980665, 1, -5, "weight of a kilogram"},
		{"MN", 1, 1, 6, "meganewton"}, {"nN", 1, 1, -9, "nanonewton"}, {"pN", 1, 1, -12, "piconewton"},
		{"lbf", 44482216152605, 1, -13, "weight of a pound"}, {"ozf", 27801385095378125, 1, -17, "weight of an ounce"}, {"kip", 44482216152605, 1, -10, "1000 lbf"}}
	Pressures = []Unit{{"Pa", 1, 1, 0, "pascal, N/m²"}, {"kPa", 1, 1, 3, "kilopascal"}, {"MPa", 1, 1, 6, "megapascal, N/mm²"}, {"GPa", 1, 1, 9, "gigapascal"},
		{"psi", 44482216152605, 64516, -5, "lbf/in²"}, {"ksi", 44482216152605, 64516, -2, "1000 psi"}}
	Times  = []Unit{{"s", 1, 1, 0, "second"}, {"ms", 1, 1, -3, "millisecond"}, {"min", 60, 1, 0, "minute"}, {"h", 3600, 1, 0, "hour"}}
	Shares = []Unit{{"%", 1, 1, -2, "per cent"}}
	Angles = []Unit{{"rad", 1, 1, 0, "radian"}, {"mrad", 1, 1, -3, "milliradian"}}
	// Of flow and resistor networks; of a fluid read V as Pa and A as m³/s.
	Potentials   = []Unit{{"V", 1, 1, 0, "volt"}, {"mV", 1, 1, -3, "millivolt"}, {"uV", 1, 1, -6, "microvolt"}, {"kV", 1, 1, 3, "kilovolt"}}
	Currents     = []Unit{{"A", 1, 1, 0, "ampere"}, {"mA", 1, 1, -3, "milliampere"}, {"uA", 1, 1, -6, "microampere"}}
	Conductances = []Unit{{"S", 1, 1, 0, "siemens"}, {"mS", 1, 1, -3, "millisiemens"}, {"uS", 1, 1, -6, "microsiemens"}}
	One          = []Unit{{"", 1, 1, 0, ""}}
)

// Masses are no forces, and only here to say so: each with the force that it
// weighs, and how many of that one of it is, as a power of ten.
var Masses = []Mass{{"g", "grams", "gf", 0}, {"kg", "kilograms", "kgf", 0}, {"mg", "milligrams", "gf", -3}, {"t", "tonnes", "kgf", 3},
	{"lb", "pounds", "lbf", 0}, {"lbs", "pounds", "lbf", 0}, {"lbm", "pounds", "lbf", 0}, {"oz", "ounces", "ozf", 0}}

// Mass is a unit of mass.
type Mass struct {
	Symbol, Plural, Weight string
	Exp                    int
}

// Ratios are the units a/b.
func Ratios(a, b []Unit) []Unit {
	var out []Unit
	for _, x := range a {
		for _, y := range b {
			out = append(out, ratio(x, y))
		}
	}
	return out
}

func ratio(x, y Unit) Unit {
	factor, divisor := x.Factor, x.Divisor*y.Factor
	for _, p := range []int64{2, 3, 5, 127} { // the primes of inches, feet, minutes and hours
		for factor%p == 0 && divisor%p == 0 {
			factor, divisor = factor/p, divisor/p
		}
	}
	exp := x.Exp - y.Exp
	for divisor%10 == 0 {
		divisor, exp = divisor/10, exp-1
	}
	return Unit{Symbol: x.Symbol + "/" + y.Symbol, Factor: factor * y.Divisor, Divisor: divisor, Exp: exp}
}

// Find finds a unit by its symbol, spelt in any of the usual ways.
func Find(units []Unit, symbol string) (Unit, bool) {
	symbol = Canonical(symbol)
	product := products.Replace(symbol)
	for _, u := range units {
		if u.Symbol == symbol || u.Symbol == product {
			return u, true
		}
	}
	return Unit{}, false
}

// products are spelt with a space: N*mm and N·mm are N mm.
var products = strings.NewReplacer("*", " ", "^2", "2")

// Length finds a unit of length by its symbol or its name: mm, µm, inches. Capitals
// of symbols count.
func Length(symbol string) (Unit, bool) { return named(Lengths, symbol) }

// Stiffness finds a unit of force by length by its symbol or its names.
func Stiffness(symbol string) (Unit, bool) { return named(stiffnesses, symbol) }

var stiffnesses = Ratios(Forces, Lengths)

func named(units []Unit, symbol string) (Unit, bool) {
	if u, ok := Find(units, symbol); ok {
		return u, true
	}
	if same, ok := Spelling(symbol); ok {
		return Find(units, same)
	}
	return Unit{}, false
}

// spaces around signs, and letters that have several codes.
var tidy = strings.NewReplacer("µ", "u", "μ", "u", "\u212b", "Å", "A\u030a", "Å", "²", "^2", "³", "^3",
	" / ", "/", " /", "/", "/ ", "/", "·", "*", "⋅", "*", " * ", "*", "**", "^")

// Canonical spells a unit as the tables do: u for micro, no spaces around the
// slash, /m for 1/m.
func Canonical(symbol string) string {
	symbol = tidy.Replace(strings.TrimSpace(symbol))
	if strings.HasPrefix(symbol, "1/") {
		symbol = symbol[1:]
	}
	return symbol
}

// Products are the units of a force times a length: N mm.
func Products(forces, lengths []Unit) []Unit {
	var out []Unit
	for _, f := range forces {
		for _, l := range lengths {
			out = append(out, Unit{f.Symbol + " " + l.Symbol, f.Factor * l.Factor, f.Divisor * l.Divisor, f.Exp + l.Exp, ""})
		}
	}
	return out
}

// Squares are the units of a force times the square of a length: N mm2.
func Squares(forces, lengths []Unit) []Unit {
	var out []Unit
	for _, f := range forces {
		for _, l := range lengths {
			out = append(out, Unit{f.Symbol + " " + l.Symbol + "2", f.Factor * l.Factor * l.Factor, f.Divisor * l.Divisor * l.Divisor, f.Exp + 2*l.Exp, ""})
		}
	}
	return out
}
