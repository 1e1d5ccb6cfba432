package unit

import (
	"math/big"
	"strings"
)

// Times is a decimal number of units in the SI unit, exactly. The number is one
// that big.Rat reads; anything else is 0.
func (u Unit) Times(number string) *big.Rat {
	r, ok := new(big.Rat).SetString(number)
	if !ok {
		return new(big.Rat)
	}
	r.Mul(r, big.NewRat(u.Factor, u.Divisor))
	power := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(u.Exp, -u.Exp))), nil))
	if u.Exp < 0 {
		return r.Quo(r, power)
	}
	return r.Mul(r, power)
}

// Foreign are units that are known and not read, with what they are worth and in
// what a file says it instead.
var Foreign = []Alien{
	{Unit{"pm", 1, 1, -12, "picometre"}, "nm"}, {Unit{"fm", 1, 1, -15, "femtometre"}, "nm"}, {Unit{"dm", 1, 1, -1, "decimetre"}, "cm"},
	{Unit{"hm", 1, 1, 2, "hectometre"}, "m"}, {Unit{"dam", 1, 1, 1, "decametre"}, "m"},
	{Unit{"Mm", 1, 1, 6, "megametre"}, "km"}, {Unit{"Gm", 1, 1, 9, "gigametre"}, "km"},
	{Unit{"mil", 254, 1, -7, "thousandth of an inch"}, "mm"}, {Unit{"thou", 254, 1, -7, "thousandth of an inch"}, "mm"},
	{Unit{"yd", 9144, 1, -4, "yard"}, "m"}, {Unit{"mi", 1609344, 1, -3, "mile"}, "km"}, {Unit{"mile", 1609344, 1, -3, "mile"}, "km"},
	{Unit{"fN", 1, 1, -15, "femtonewton"}, "pN"}, {Unit{"cN", 1, 1, -2, "centinewton"}, "mN"}, {Unit{"dN", 1, 1, -1, "decinewton"}, "mN"},
	{Unit{"daN", 1, 1, 1, "decanewton"}, "N"}, {Unit{"hN", 1, 1, 2, "hectonewton"}, "N"}, {Unit{"GN", 1, 1, 9, "giganewton"}, "MN"},
	{Unit{"dyn", 1, 1, -5, "dyne"}, "uN"}, {Unit{"dyne", 1, 1, -5, "dyne"}, "uN"},
	{Unit{"kp", 980665, 1, -5, "kilopond"}, "kgf"}, {Unit{"pond", 980665, 1, -8, "pond"}, "gf"}, {Unit{"mgf", 980665, 1, -11, "weight of a milligram"}, "gf"},
	{Unit{"tf", 980665, 1, -2, "weight of a tonne"}, "kN"},
	{Unit{"pdl", 138254954376, 1, -12, "poundal"}, "mN"}, {Unit{"tonf", 88964432305210, 1, -10, "weight of a short ton"}, "kN"},
	{Unit{"mPa", 1, 1, -3, "millipascal"}, "Pa"}, {Unit{"uPa", 1, 1, -6, "micropascal"}, "Pa"}, {Unit{"hPa", 1, 1, 2, "hectopascal"}, "Pa"}, {Unit{"TPa", 1, 1, 12, "terapascal"}, "GPa"},
	{Unit{"bar", 1, 1, 5, "bar"}, "kPa"}, {Unit{"mbar", 1, 1, 2, "millibar"}, "Pa"}, {Unit{"kbar", 1, 1, 8, "kilobar"}, "MPa"}, {Unit{"atm", 101325, 1, 0, "standard atmosphere"}, "kPa"},
	{Unit{"Torr", 101325, 760, 0, "torr"}, "Pa"}, {Unit{"psf", 44482216152605, 9290304, -5, "lbf/ft²"}, "Pa"}, {Unit{"Msi", 44482216152605, 64516, 1, "1 000 000 psi"}, "GPa"},
	{Unit{"us", 1, 1, -6, "microsecond"}, "ms"}, {Unit{"ns", 1, 1, -9, "nanosecond"}, "ms"}, {Unit{"d", 86400, 1, 0, "day"}, "h"}, {Unit{"day", 86400, 1, 0, "day"}, "h"},
	{Unit{"ks", 1, 1, 3, "kilosecond"}, "s"},
}

// Alien is a unit of Foreign and the unit in which a file says its worth.
type Alien struct {
	Unit
	Write string
}

// Lookup finds a foreign unit among those of one quantity: the units that a file
// takes there tell which quantity it is, for a ratio both parts.
func Lookup(symbol string, dimension []Unit) (Alien, bool) {
	symbol = Canonical(symbol)
	over, under, isRatio := strings.Cut(symbol, "/")
	if !isRatio {
		for _, a := range Foreign {
			if _, same := Find(dimension, a.Write); same && a.Symbol == symbol {
				return a, true
			}
		}
		return Alien{}, false
	}
	top, writeTop, ok := anywhere(over)
	bottom, writeBottom, found := anywhere(under)
	write := writeTop + "/" + writeBottom
	if _, same := Find(dimension, write); !ok || !found || !same {
		return Alien{}, false
	}
	u := ratio(top, bottom)
	u.Symbol = symbol
	return Alien{u, write}, true
}

// anywhere is a unit of any quantity, known or foreign, and what to write for it.
func anywhere(symbol string) (u Unit, write string, ok bool) {
	if symbol == "" {
		return One[0], "", true
	}
	for _, list := range [][]Unit{Lengths, Forces, Pressures, Times} {
		if u, ok := Find(list, symbol); ok {
			return u, symbol, true
		}
	}
	for _, a := range Foreign {
		if a.Symbol == symbol {
			return a.Unit, a.Write, true
		}
	}
	if same, ok := Spelling(symbol); ok {
		return anywhere(same)
	}
	return Unit{}, "", false
}

// spellings are other ways to write a symbol that is read, of equal worth.
var spellings = map[string]string{
	"meter": "m", "metre": "m", "millimeter": "mm", "millimetre": "mm", "centimeter": "cm", "centimetre": "cm",
	"micrometer": "um", "micrometre": "um", "micron": "um", "nanometer": "nm", "nanometre": "nm", "kilometer": "km", "kilometre": "km",
	"angstrom": "Å", "ångström": "Å", "ang": "Å", "inch": "in", "inches": "in", "\"": "in", "″": "in", "foot": "ft", "feet": "ft", "'": "ft", "′": "ft",
	"newton": "N", "millinewton": "mN", "micronewton": "uN", "kilonewton": "kN", "meganewton": "MN", "nanonewton": "nN", "piconewton": "pN",
	"lb_f": "lbf", "lbsf": "lbf", "pound-force": "lbf", "poundforce": "lbf", "kipf": "kip", "klbf": "kip", "klb": "kip", "oz_f": "ozf", "gramforce": "gf", "gram-force": "gf", "kg_f": "kgf",
	"pascal": "Pa", "kilopascal": "kPa", "megapascal": "MPa", "gigapascal": "GPa",
	"N/m^2": "Pa", "N/m2": "Pa", "N/mm^2": "MPa", "N/mm2": "MPa", "kN/m^2": "kPa", "kN/m2": "kPa", "MN/m^2": "MPa", "MN/m2": "MPa", "kN/mm^2": "GPa", "kN/mm2": "GPa",
	"lbf/in^2": "psi", "lbf/in2": "psi", "lb/in^2": "psi", "lb/in2": "psi", "kip/in^2": "ksi", "kip/in2": "ksi", "kpsi": "ksi",
	"second": "s", "sec": "s", "millisecond": "ms", "msec": "ms", "minute": "min", "hour": "h", "hr": "h",
	"percent": "%", "Hz": "/s", "m^-1": "/m", "mm^-1": "/mm", "um^-1": "/um", "s^-1": "/s",
}

// Spelling finds the symbol that is read for one of equal worth: for `inch` it
// is `in`, for `newtons/mm` it is `N/mm`.
func Spelling(symbol string) (same string, ok bool) {
	symbol = Canonical(symbol)
	word := func(s string) (string, bool) {
		for _, try := range []string{s, strings.ToLower(s), strings.TrimSuffix(strings.ToLower(s), "s"), strings.TrimSuffix(s, ".")} {
			if same := spellings[try]; same != "" {
				return same, true
			}
		}
		return s, false
	}
	if same, ok = word(symbol); ok {
		return same, true
	}
	for _, u := range together {
		if strings.ReplaceAll(u.Symbol, " ", "") == strings.ReplaceAll(symbol, "^2", "2") {
			return u.Symbol, true
		}
	}
	over, under, isRatio := strings.Cut(symbol, "/")
	if !isRatio || under == "" {
		return "", false
	}
	over, first := word(over)
	under, second := word(under)
	return over + "/" + under, first || second
}

// together are the products, which people write in one word: Nmm.
var together = append(Products(Forces, Lengths), Squares(Forces, Lengths)...)
