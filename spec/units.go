package spec

import (
	"fmt"
	"math"
	"strings"

	"github.com/elastrain/elastrain/unit"
)

// dimension is what a quantity measures.
type dimension struct {
	tag   string      // value of the struct tag unit
	noun  string      // in messages: here a length is due
	units []unit.Unit // what a file may write; the first is the SI unit
	write []unit.Unit // what Resolved writes, the preferred one first; they only move the decimal point
	offer []unit.Unit // what a message lists
	plain string      // unit that people give to a number they wrote without one
	below string      // unit for numbers below one, when different
	like  string      // an example
	span  string      // an example of a range
}

// dimensions of the file format, in the order in which messages and the
// schema list them.
var dimensions = []dimension{
	{tag: "m", noun: "a length", units: unit.Lengths, write: pick(unit.Lengths, "mm", "m", "um", "nm"), offer: unit.Lengths[:5],
		plain: "mm", below: "m", like: "16 mm", span: "1.5..2.5 mm"},
	{tag: "N", noun: "a force", units: unit.Forces, write: pick(unit.Forces, "mN", "N", "uN", "kN"), offer: unit.Forces[:6],
		plain: "mN", below: "N", like: "49 mN", span: "-196..196 mN"},
	{tag: "Pa", noun: "a pressure", units: unit.Pressures, write: pick(unit.Pressures, "MPa", "kPa", "Pa", "GPa"), offer: unit.Pressures[:4],
		plain: "Pa", below: "MPa", like: "0.55 MPa"},
	{tag: "N/m", noun: "a stiffness", units: stiffnesses, write: pick(stiffnesses, "N/m", "N/mm", "kN/m", "mN/m"), plain: "N/m", like: "100 N/m", span: "100..170 N/m"},
	{tag: "m/N", noun: "a displacement by force", units: slopes, write: pick(slopes, "mm/N", "m/N", "um/N"), plain: "mm/N", below: "m/N", like: "16 mm/N"},
	{tag: "1/m", noun: "an inverse length", units: inverses, write: pick(inverses, "/m", "/mm"), offer: inverses[:5], plain: "/m", like: "1e5 /m"},
	{tag: "s", noun: "a time", units: unit.Times, write: pick(unit.Times, "s", "ms"), offer: unit.Times, plain: "s", below: "ms", like: "30 s"},
	{tag: "m/s", noun: "a speed", units: speeds, write: pick(speeds, "um/s", "mm/s", "m/s"), plain: "mm/s", below: "m/s", like: "2 um/s"},
	{tag: "1/s", noun: "a rate", units: unit.Ratios(unit.One, unit.Times[:1]), write: unit.Ratios(unit.One, unit.Times[:1]), plain: "/s", like: "2 /s"},
	{tag: "N m", noun: "a moment", units: moments, write: pick(moments, "mN mm", "N mm", "N m"), offer: moments[:4], plain: "N mm", below: "N m", like: "2 N mm", span: "1..5 N mm"},
	{tag: "N m2", noun: "a bending stiffness", units: bendings, write: pick(bendings, "N mm2", "N m2"), plain: "N mm2", below: "N m2", like: "8000 N mm2", span: "2000..9000 N mm2"},
	{tag: "rad", noun: "an angle", units: unit.Angles, write: pick(unit.Angles, "mrad", "rad"), plain: "rad", like: "0.1 rad", span: "3..3.3 rad"},
	{tag: "V", noun: "a potential", units: unit.Potentials, write: pick(unit.Potentials, "mV", "V"), plain: "V", like: "1 V"},
	{tag: "A", noun: "a current", units: unit.Currents, write: pick(unit.Currents, "mA", "A"), plain: "A", like: "20 mA"},
	{tag: "S", noun: "a conductance", units: unit.Conductances, write: pick(unit.Conductances, "mS", "S"), plain: "S", like: "1 S", span: "0.1..2 S"},
	{tag: "fraction", noun: "a share", units: unit.Shares, write: unit.Shares, plain: "%", like: "70 %"},
	{tag: "factor", noun: "a factor", units: append(unit.One[:1:1], unit.Shares...), write: unit.One, offer: unit.Shares, plain: "%", like: "1.5", span: "0.5..2"},
	{tag: "stress", noun: "a stress, force by length in the plane,", units: stiffnesses, write: pick(stiffnesses, "N/m", "N/mm", "kN/m", "mN/m"), plain: "N/m", like: "10 N/m"},
	{tag: "strain", noun: "a strain", units: unit.Shares, write: unit.Shares, plain: "%", like: "1 %"},
}

var (
	stiffnesses = unit.Ratios(unit.Forces, unit.Lengths)
	slopes      = unit.Ratios(unit.Lengths, unit.Forces)
	inverses    = unit.Ratios(unit.One, unit.Lengths)
	moments     = unit.Products(pick(unit.Forces, "N", "mN", "uN", "kN", "MN", "nN", "gf", "kgf", "lbf"), pick(unit.Lengths, "m", "mm", "um", "cm", "in", "ft"))
	bendings    = unit.Squares(pick(unit.Forces, "N", "mN", "kN", "MN", "lbf"), pick(unit.Lengths, "m", "mm", "cm", "in"))
	speeds      = unit.Ratios(unit.Lengths, unit.Times)
)

// bare reports whether a number needs no unit.
func (dim *dimension) bare() bool { return dim.units[0].Symbol == "%" || dim.units[0].Symbol == "" }

func dimensionOf(tag string) *dimension {
	for i := range dimensions {
		if dimensions[i].tag == tag {
			return &dimensions[i]
		}
	}
	panic("spec: no dimension with the tag " + tag)
}

// pick returns the units with the given symbols, in that order.
func pick(units []unit.Unit, symbols ...string) []unit.Unit {
	var out []unit.Unit
	for _, s := range symbols {
		for _, u := range units {
			if u.Symbol == s {
				out = append(out, u)
			}
		}
	}
	return out
}

// unit finds a unit of the dimension by its symbol.
func (dim *dimension) unit(symbol string) (unit.Unit, bool) { return unit.Find(dim.units, symbol) }

// symbols lists the units a message offers: the common ones.
func (dim *dimension) symbols() string {
	list := dim.offer
	if list == nil {
		list = dim.write
	}
	var names []string
	for _, u := range list {
		names = append(names, u.Symbol)
	}
	return strings.Join(names, ", ")
}

// due is how a message says what it wants: a length is due: m, mm, um, cm, nm.
func (dim *dimension) due() string {
	return fmt.Sprintf("here %s is due: %s", dim.noun, dim.symbols())
}

// measure reads a quantity of one dimension, `16 mm`, in SI units. A bare
// zero needs no unit, and a share may be a bare number.
func measure(text string, dim *dimension) (float64, *Error) {
	number, symbol, ok := readDecimal(text)
	if !ok {
		return 0, problem("E0201", "`%s` is not %s", text, dim.noun).
			WithLabel("here %s is due", dim.noun).WithHelp("write a number and a unit, such as `%s`", dim.like)
	}
	u, err := dim.resolve(number, unit.Canonical(symbol), text)
	if err != nil {
		return 0, err
	}
	v, ok := number.in(u)
	if !ok {
		return 0, problem("E0205", "`%s` is beyond the numbers a computer holds", text).
			WithLabel("from 1e-307 to 1e308, in SI units").WithHelp("most likely an exponent is mistyped")
	}
	return v, nil
}

// spell offers two ways to write a number that came without its unit, or the only one there is.
func (dim *dimension) spell(number decimal) string {
	symbol := dim.plain
	if v, _ := number.float(); dim.below != "" && (math.Abs(v) < 1 || dim.tag == "Pa" && math.Abs(v) < 1000) {
		symbol = dim.below
	}
	first, _ := dim.unit(symbol)
	other := dim.units[0]
	if symbol == other.Symbol {
		other = dim.write[0]
		if other.Symbol == symbol && len(dim.write) > 1 {
			other = dim.write[1]
		}
	}
	if other.Symbol == symbol {
		return fmt.Sprintf("`%s %s`", number, symbol)
	}
	return fmt.Sprintf("`%s %s` or `%s %s`", number, first.Symbol,
		number.times(1, first.Exp-other.Exp), other.Symbol)
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
		length := len(u.Symbol)
		for _, v := range values {
			d := decimalOf(v)
			zero = zero && d.isZero()
			now = append(now, d.times(1, -u.Exp).String())
			length += effort(now[len(now)-1])
		}
		if texts == nil || length < best {
			texts, symbol, best = now, u.Symbol, length
		}
	}
	if zero {
		symbol = ""
	}
	return texts, symbol
}
