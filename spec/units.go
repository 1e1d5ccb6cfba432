package spec

import (
	"fmt"
	"math"
	"strings"
)

// unit is worth factor times ten to the exp of the SI unit.
type unit struct {
	symbol string
	factor int64
	exp    int
}

var (
	lengths = []unit{{"m", 1, 0}, {"mm", 1, -3}, {"um", 1, -6}, {"cm", 1, -2}, {"nm", 1, -9}}
	forces  = []unit{{"N", 1, 0}, {"mN", 1, -3}, {"uN", 1, -6}, {"kN", 1, 3},
		{"gf", 980665, -8}, {"kgf", 980665, -5}} // standard gravity, 9.80665 m/s^2, exactly
	pressures = []unit{{"Pa", 1, 0}, {"kPa", 1, 3}, {"MPa", 1, 6}, {"GPa", 1, 9}}
	shares    = []unit{{"%", 1, -2}}
	times     = []unit{{"s", 1, 0}, {"ms", 1, -3}, {"min", 60, 0}, {"h", 3600, 0}}
	masses    = []string{"g", "kg", "mg"} // only to say that they are not forces
)

// dimension is what a quantity measures.
type dimension struct {
	tag   string // value of the struct tag unit
	noun  string // in messages: here a length is due
	units []unit // what a file may write; the first is the SI unit
	write []unit // what Resolved writes, the preferred one first
	plain string // unit that people give to a number they wrote without one
	below string // unit for numbers below one, when different
	like  string // an example
	span  string // an example of a range
}

// dimensions of the file format, in the order in which messages and the
// schema list them.
var dimensions = []dimension{
	{tag: "m", noun: "a length", units: lengths, write: pick(lengths, "mm", "m", "um", "nm"),
		plain: "mm", below: "m", like: "16 mm", span: "1.5..2.5 mm"},
	{tag: "N", noun: "a force", units: forces, write: pick(forces, "mN", "N", "uN", "kN"),
		plain: "mN", below: "N", like: "49 mN", span: "-196..196 mN"},
	{tag: "Pa", noun: "a pressure", units: pressures, write: pick(pressures, "MPa", "kPa", "Pa", "GPa"),
		plain: "Pa", below: "MPa", like: "0.55 MPa"},
	{tag: "N/m", noun: "a stiffness", units: ratios(forces, lengths),
		write: pick(ratios(forces, lengths), "N/m", "N/mm", "kN/m", "mN/m"), plain: "N/m", like: "100 N/m", span: "100..170 N/m"},
	{tag: "m/N", noun: "a displacement by force", units: ratios(lengths, forces[:4]),
		write: pick(ratios(lengths, forces[:4]), "mm/N", "m/N", "um/N"), plain: "mm/N", below: "m/N", like: "16 mm/N"},
	{tag: "1/m", noun: "an inverse length", units: ratios([]unit{{"", 1, 0}}, lengths),
		write: pick(ratios([]unit{{"", 1, 0}}, lengths), "/m", "/mm"), plain: "/m", like: "1e5 /m"},
	{tag: "s", noun: "a time", units: times, write: pick(times, "s", "ms"), plain: "s", below: "ms", like: "30 s"},
	{tag: "m/s", noun: "a speed", units: ratios(lengths, times[:1]), write: pick(ratios(lengths, times[:1]), "um/s", "mm/s", "m/s"),
		plain: "mm/s", below: "m/s", like: "2 um/s"},
	{tag: "1/s", noun: "a rate", units: ratios([]unit{{"", 1, 0}}, times[:1]), write: ratios([]unit{{"", 1, 0}}, times[:1]), plain: "/s", like: "2 /s"},
	{tag: "fraction", noun: "a share", units: shares, write: shares, plain: "%", like: "70 %"},
}

func dimensionOf(tag string) *dimension {
	for i := range dimensions {
		if dimensions[i].tag == tag {
			return &dimensions[i]
		}
	}
	panic("spec: no dimension with the tag " + tag)
}

// ratios are the units a/b; b must be powers of ten.
func ratios(a, b []unit) []unit {
	var out []unit
	for _, x := range a {
		for _, y := range b {
			out = append(out, unit{x.symbol + "/" + y.symbol, x.factor, x.exp - y.exp})
		}
	}
	return out
}

// pick returns the units with the given symbols, in that order.
func pick(units []unit, symbols ...string) []unit {
	var out []unit
	for _, s := range symbols {
		for _, u := range units {
			if u.symbol == s {
				out = append(out, u)
			}
		}
	}
	return out
}

// unit finds a unit of the dimension by its symbol.
func (dim *dimension) unit(symbol string) (unit, bool) {
	for _, u := range dim.units {
		if u.symbol == symbol {
			return u, true
		}
	}
	return unit{}, false
}

// symbols lists the units a message offers: of a ratio only the common ones.
func (dim *dimension) symbols() string {
	list := dim.units
	if len(list) > 6 {
		list = dim.write
	}
	var names []string
	for _, u := range list {
		names = append(names, u.symbol)
	}
	return strings.Join(names, ", ")
}

// due is how a message says what it wants: a length is due: m, mm, um, cm, nm.
func (dim *dimension) due() string {
	return fmt.Sprintf("here %s is due: %s", dim.noun, dim.symbols())
}

// canonical spells a unit as the tables do: u for micro, no spaces around the
// slash, /m for 1/m.
func canonical(symbol string) string {
	symbol = strings.NewReplacer("µ", "u", "μ", "u", " / ", "/", " /", "/", "/ ", "/").Replace(strings.TrimSpace(symbol))
	if strings.HasPrefix(symbol, "1/") {
		symbol = symbol[1:]
	}
	return symbol
}

// measure reads a quantity of one dimension, `16 mm`, in SI units. A bare
// zero needs no unit, and a share may be a bare number.
func measure(text string, dim *dimension) (float64, *Error) {
	number, symbol, ok := readDecimal(text)
	if !ok {
		return 0, problem("E0201", "`%s` is not %s", text, dim.noun).
			WithLabel("here %s is due", dim.noun).WithHelp("write a number and a unit, such as `%s`", dim.like)
	}
	u, err := dim.resolve(number, canonical(symbol), text)
	if err != nil {
		return 0, err
	}
	v, ok := number.times(u.factor, u.exp).float()
	if !ok {
		return 0, problem("E0205", "`%s` is beyond the numbers a computer holds", text).
			WithLabel("from 1e-307 to 1e308, in SI units")
	}
	return v, nil
}

// resolve finds the unit of a quantity of this dimension, or says what is
// wrong with it; text is the quantity as written.
func (dim *dimension) resolve(number decimal, symbol, text string) (unit, *Error) {
	if symbol == "" {
		if number.isZero() || dim.tag == "fraction" {
			return unit{"", 1, 0}, nil
		}
		return unit{}, problem("E0202", "`%s` has no unit", text).
			WithLabel("here %s is due", dim.noun).WithHelp("write %s", dim.spell(number))
	}
	if u, ok := dim.unit(symbol); ok {
		return u, nil
	}
	for i := range dimensions {
		if _, ok := dimensions[i].unit(symbol); ok {
			return unit{}, problem("E0203", "`%s` is %s, here %s is due", text, dimensions[i].noun, dim.noun).
				WithLabel("here %s is due: %s", dim.noun, dim.symbols())
		}
	}
	for _, m := range masses {
		if symbol == m {
			return unit{}, dim.refuseMass(number, m, text)
		}
	}
	e := problem("E0204", "`%s` is not a unit known here", symbol).WithLabel("%s", dim.due())
	if near, ok := dim.nearest(symbol); ok {
		e.WithHelp("did you mean `%s %s`?", number, near)
	}
	return unit{}, e
}

// refuseMass explains that a mass is no force, the mistake of everyone who
// hangs weights on a lattice.
func (dim *dimension) refuseMass(number decimal, symbol, text string) *Error {
	e := problem("E0203", "`%s` is a mass, here %s is due", text, dim.noun).WithLabel("%s", dim.due())
	if dim.tag != "N" {
		return e
	}
	name, weight := "grams", number
	switch symbol {
	case "kg":
		name = "kilograms"
	case "mg":
		name, weight, symbol = "milligrams", number.times(1, -3), "g"
	}
	return e.WithHelp("did you mean `%s %sf`, the weight of %s %s?", weight, symbol, number, name)
}

// nearest is the unit that a mistyped symbol meant: one that differs only by
// capitals, or by one slip.
func (dim *dimension) nearest(symbol string) (string, bool) {
	var all []string
	for _, u := range dim.units {
		if strings.EqualFold(u.symbol, symbol) {
			return u.symbol, true
		}
		all = append(all, u.symbol)
	}
	if len(symbol) < 2 {
		return "", false
	}
	return nearest(symbol, all)
}

// spell offers two ways to write a number that came without its unit.
func (dim *dimension) spell(number decimal) string {
	symbol := dim.plain
	if v, _ := number.float(); dim.below != "" && (math.Abs(v) < 1 || dim.tag == "Pa" && math.Abs(v) < 1000) {
		symbol = dim.below
	}
	first, _ := dim.unit(symbol)
	other := dim.units[0]
	if symbol == other.symbol {
		other = dim.write[0]
		if other.symbol == symbol {
			other = dim.write[1]
		}
	}
	return fmt.Sprintf("`%s %s` or `%s %s`", number, first.symbol,
		number.times(1, first.exp-other.exp), other.symbol)
}

// Quantity reads a quantity such as `16 mm` in SI units. The dimension is a
// value of the struct tag unit: m, N, Pa, N/m, m/N, 1/m or fraction; any
// other is a programming error and panics. The error is an *Error without a
// position.
func Quantity(text, dimension string) (float64, error) {
	v, err := measure(strings.TrimSpace(text), dimensionOf(dimension))
	if err != nil {
		return 0, err
	}
	return v, nil
}

// FormatQuantity writes v, in SI units, with the unit that makes it shortest;
// Quantity reads exactly v back. v must be finite.
func FormatQuantity(v float64, dimension string) string {
	texts, symbol := dimensionOf(dimension).format(v)
	if symbol == "" {
		return texts[0]
	}
	return texts[0] + " " + symbol
}

// effort is what a number costs its reader: its characters, and as much again
// for digits before the point in excess of three, so that 13856 um becomes
// 13.856 mm.
func effort(number string) int {
	whole, _, _ := strings.Cut(strings.TrimPrefix(number, "-"), ".")
	return len(number) + max(0, len(whole)-3)
}

// format writes values in one common unit, the one that makes them shortest
// together. The text is exact: units written are powers of ten, which only
// move the decimal point. Zeros alone get no unit.
func (dim *dimension) format(values ...float64) (texts []string, symbol string) {
	best, zero := 0, true
	for _, u := range dim.write {
		var now []string
		length := len(u.symbol)
		for _, v := range values {
			d := decimalOf(v)
			zero = zero && d.isZero()
			now = append(now, d.times(1, -u.exp).String())
			length += effort(now[len(now)-1])
		}
		if texts == nil || length < best {
			texts, symbol, best = now, u.symbol, length
		}
	}
	if zero {
		symbol = ""
	}
	return texts, symbol
}
