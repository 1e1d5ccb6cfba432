package spec

import (
	"math"
	"math/rand"
	"regexp"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/unit"
)

func TestQuantity(t *testing.T) {
	for _, tt := range []struct {
		text, dimension string
		want            float64
	}{
		{"16 mm", "m", 0.016}, {"16mm", "m", 0.016}, {"1.6 cm", "m", 0.016}, {"16000 um", "m", 0.016},
		{"16000 µm", "m", 0.016}, {"16000 μm", "m", 0.016}, {"16e6 nm", "m", 0.016}, {" 0.016 m ", "m", 0.016},
		{"+.5 mm", "m", 0.0005}, {"-0.5 mm", "m", -0.0005}, {"5E-1 mm", "m", 0.0005}, {"0", "m", 0}, {"-0.0", "m", 0},
		{"0.3 mm", "m", 0.0003}, {"1.1 mm", "m", 0.0011}, // 1.1 * 1e-3 is another number
		{"49 mN", "N", 0.049}, {"-49 mN", "N", -0.049}, {"2 kN", "N", 2000}, {"3 uN", "N", 3e-6},
		{"1 gf", "N", 9.80665e-3}, {"5 gf", "N", 0.04903325}, {"1 kgf", "N", 9.80665}, {"0.3 gf", "N", 2.941995e-3},
		{"0.55 MPa", "Pa", 550000}, {"550 kPa", "Pa", 550000}, {"2.1 GPa", "Pa", 2.1e9}, {"7 Pa", "Pa", 7},
		{"100 N/m", "N/m", 100}, {"0.1 N/mm", "N/m", 100}, {"0.1 mN/um", "N/m", 100}, {"1 kN/m", "N/m", 1000},
		{"2 gf/cm", "N/m", 1.96133}, {"3 N / mm", "N/m", 3000},
		{"16 mm/N", "m/N", 0.016}, {"16 um/mN", "m/N", 0.016}, {"2 m/kN", "m/N", 0.002},
		{"1e5 /m", "1/m", 1e5}, {"100 /mm", "1/m", 1e5}, {"100 1/mm", "1/m", 1e5},
		{"1 km", "m", 1000}, {"1 MN", "N", 1e6}, {"1 nN", "N", 1e-9}, {"1 pN", "N", 1e-12}, {"2 Å", "m", 2e-10}, {"2 \u212b", "m", 2e-10},
		{"1 in", "m", 0.0254}, {"0.1 in", "m", 0.00254}, {"1 ft", "m", 0.3048}, {"1 lbf", "N", 4.4482216152605}, {"1 kip", "N", 4448.2216152605},
		{"16 ozf", "N", 4.4482216152605}, {"1 psi", "Pa", 6894.757293168362}, {"-1 ksi", "Pa", -6894757.293168361}, {"1 lbf/in", "N/m", 175.1268352464764},
		{"1 MN/m", "N/m", 1e6}, {"1 N/um", "N/m", 1e6}, {"1 kip/in", "N/m", 175126.83524647637}, {"1 mm/min", "m/s", 0.001 / 60}, {"1e-300 psi", "Pa", 6.894757293168361e-297},
		{"1e999 psi", "Pa", math.NaN()}, {"1e-999999 psi", "Pa", math.NaN()}, {"0 psi", "Pa", 0},
		{"70 %", "fraction", 0.7}, {"70%", "fraction", 0.7}, {"0.7", "fraction", 0.7}, {"58 %", "fraction", 0.58},
		{"1e400000000000 m", "m", math.NaN()}, {"1e-400000000000 m", "m", math.NaN()},
		{"16", "m", math.NaN()}, {"16 N", "m", math.NaN()}, {"16 m m", "m", math.NaN()}, {"1. m", "m", math.NaN()},
		{"1_0 m", "m", math.NaN()}, {"0x1 m", "m", math.NaN()}, {"1e m", "m", math.NaN()}, {"", "m", math.NaN()},
		{"inf m", "m", math.NaN()}, {"nan", "m", math.NaN()}, {"--1 m", "m", math.NaN()}, {"1 /N", "1/m", math.NaN()},
	} {
		got, err := Quantity(tt.text, tt.dimension)
		if math.IsNaN(tt.want) {
			if err == nil {
				t.Errorf("Quantity(%q, %q) = %v, want an error", tt.text, tt.dimension, got)
			}
			continue
		}
		if err != nil || math.Float64bits(got) != math.Float64bits(tt.want) {
			t.Errorf("Quantity(%q, %q) = %v, %v, want %v", tt.text, tt.dimension, got, err, tt.want)
		}
	}
}

func TestUnitHelp(t *testing.T) {
	for _, tt := range []struct{ text, dimension, code, want string }{
		{"16", "m", "E0202", "write `16 mm` or `0.016 m`"},
		{"0.016", "m", "E0202", "write `0.016 m` or `16 mm`"},
		{"16 N", "m", "E0203", "`16 N` is a force, here a length is due: m, mm, um, cm, nm"},
		{"20 g", "N", "E0203", "did you mean `20 gf`, the weight of 20 grams?"},
		{"2 kg", "N", "E0203", "did you mean `2 kgf`, the weight of 2 kilograms?"},
		{"20 g", "m", "E0203", "`20 g` is a mass, here a length is due"},
		{"1 Gpa", "Pa", "E0204", "did you mean `1 GPa`?"},
		{"1 mpa", "Pa", "E0204", "it may be `1 MPa` or `1 mPa`"},
		{"1 mn/m", "N/m", "E0204", "it may be `1 mN/m` or `1 MN/m`"},
		{"16 Mm", "m", "E0204", "1 Mm is 1000 km"},
		{"2 mil", "m", "E0204", "1 mil is 0.0254 mm"},
		{"2 mil", "m", "E0204", "write `0.0508 mm`"},
		{"3 dyn", "N", "E0204", "write `30 uN`"},
		{"3 daN/mm", "N/m", "E0204", "1 daN/mm is 10 N/mm"},
		{"1 bar", "Pa", "E0204", "1 bar is 100 kPa"},
		{"2 inches", "m", "E0204", "write `2 in`"},
		{"2 N/mm^2", "Pa", "E0204", "write `2 MPa`"},
		{"2 N/mm²", "Pa", "E0204", "write `2 MPa`"},
		{"2 N/mm^2", "N/m", "E0203", "is a pressure, here a stiffness is due"},
		{"3 newtons/meter", "N/m", "E0204", "write `3 N/m`"},
		{"5 lb", "N", "E0203", "did you mean `5 lbf`, the weight of 5 pounds?"},
		{"5 lb/in", "N/m", "E0203", "did you mean `5 lbf/in`"},
		{"2 t", "N", "E0203", "did you mean `2000 kgf`"},
		{"1 bar", "m", "E0203", "`1 bar` is a pressure, here a length is due"},
		{"1 px", "m", "E0204", "`px` is not a unit known here"},
		{"16", "m/N", "E0202", "write `16 mm/N` or `0.016 m/N`"},
		{"1e5", "1/m", "E0202", "write `100000 /m` or `100 /mm`"},
		{"100", "N/m", "E0202", "write `100 N/m` or `0.1 N/mm`"},
		{"1 parsec", "m", "E0204", "here a length is due: m, mm, um, cm, nm"},
		{"1 n/m", "N/m", "E0204", "did you mean `1 N/m`?"},
		{"1,5 N", "N", "E0204", "write `1.5 N`: a decimal point"},
		{"-0,06 mm", "m", "E0204", "write `-0.06 mm`: a decimal point"},
		{"1,000.5 N", "N", "E0204", "no sign between thousands"},
		{"3 Nmm", "N m", "E0204", "write `3 N mm`"},
		{"9 q", "Pa", "E0204", "`q` is not a unit known here"},
	} {
		_, err := Quantity(tt.text, tt.dimension)
		e, ok := err.(*Error)
		if !ok || e.Code != tt.code {
			t.Errorf("Quantity(%q, %q): %v, want %s", tt.text, tt.dimension, err, tt.code)
			continue
		}
		if all := e.Message + "\n" + e.Message + ", " + e.Label + "\n" + e.Label + "\n" + e.Help; !strings.Contains(all, tt.want) &&
			!strings.Contains(strings.Replace(all, ", here a length is due, here", ", here", 1), tt.want) {
			t.Errorf("Quantity(%q, %q) says\n%s\nwant %q", tt.text, tt.dimension, all, tt.want)
		}
	}
}

func TestFormatQuantity(t *testing.T) {
	for _, tt := range []struct {
		v               float64
		dimension, want string
	}{
		{0.016, "m", "16 mm"}, {1, "m", "1 m"}, {0.0005, "m", "0.5 mm"}, {2.5e-7, "m", "250 nm"}, {-0.0005, "m", "-0.5 mm"},
		{0, "m", "0"}, {0.049, "N", "49 mN"}, {550000, "Pa", "550 kPa"}, {1e5, "1/m", "100 /mm"}, {100, "N/m", "100 N/m"},
		{0.016, "m/N", "16 mm/N"}, {0.7, "fraction", "70 %"}, {1e-30, "m", "1e-30 m"}, {1e300, "N", "1e300 N"},
		{0.30000000000000004, "fraction", "30.000000000000004 %"}, {123456789, "N/m", "123456.789 N/mm"},
		{0.013856, "m", "13.856 mm"}, {9.80665e-3, "N", "9.80665 mN"},
	} {
		if got := FormatQuantity(tt.v, tt.dimension); got != tt.want {
			t.Errorf("FormatQuantity(%v, %q) = %q, want %q", tt.v, tt.dimension, got, tt.want)
		}
	}
}

// Whatever is written reads back to the same bits.
func TestQuantityRoundTrip(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for _, dim := range dimensions {
		for range 2000 {
			v := randomFloat(r)
			text := FormatQuantity(v, dim.tag)
			if got, err := Quantity(text, dim.tag); err != nil || got != v {
				t.Fatalf("%v was written %q and read %v, %v", v, text, got, err)
			}
		}
	}
}

// randomFloat is any number a file may hold, of either sign.
func randomFloat(r *rand.Rand) float64 {
	if r.Intn(2) == 0 { // a number as people write it
		d := decimal{neg: r.Intn(2) == 0, digits: "1", exp: r.Intn(8) - 6}
		v, _ := d.times(int64(1+r.Intn(9999)), 0).float()
		return v
	}
	return math.Ldexp(r.NormFloat64(), r.Intn(1900)-950)
}

func TestUnknownDimensionPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	FormatQuantity(1, "furlong")
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"rate", "rate", 0}, {"rte", "rate", 1}, {"raet", "rate", 1}, {"rates", "rate", 1}, {"rite", "rate", 1},
		{"seed", "rate", 4}, {"µm", "um", 1}, {"", "abc", 3}} {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
		if back := distance(tt.b, tt.a); back != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.b, tt.a, back, tt.want)
		}
	}
	if near, ok := nearest(strings.Repeat("x", 100), []string{"x"}); ok {
		t.Errorf("a hundred letters are near %q", near)
	}
}

// A quantity that is refused is never answered with another quantity: whatever a
// message offers to write is worth what was written.
func TestHelpIsWorthTheSame(t *testing.T) {
	offered := regexp.MustCompile("write `([^`]*)`|did you mean `([^`]*)`")
	for _, dim := range dimensions {
		for _, list := range [][]unit.Unit{unit.Lengths, unit.Forces, unit.Pressures, unit.Times, stiffnesses, slopes, inverses, speeds} {
			for _, u := range list {
				checkHelp(t, offered, dim.tag, u.Symbol, u)
				for _, wrong := range []string{strings.ToLower(u.Symbol), strings.ToUpper(u.Symbol)} {
					checkCapitals(t, dim.tag, wrong)
				}
			}
		}
		for _, a := range unit.Foreign {
			checkHelp(t, offered, dim.tag, a.Symbol, a.Unit)
		}
	}
}

func checkHelp(t *testing.T, offered *regexp.Regexp, tag, symbol string, worth unit.Unit) {
	t.Helper()
	_, err := Quantity("3 "+symbol, tag)
	e, ok := err.(*Error)
	if !ok {
		return
	}
	for _, m := range offered.FindAllStringSubmatch(e.Help, -1) {
		v, err := Quantity(m[1]+m[2], tag)
		want, _ := worth.Times("3").Float64()
		if err != nil || math.Abs(v-want) > 1e-12*want {
			t.Errorf("3 %s, where %s is due, is answered with %s: %v, %v, want %v", symbol, tag, m[0], v, err, want)
		}
	}
}

// checkCapitals wants no single proposal where capitals leave two.
func checkCapitals(t *testing.T, tag, symbol string) {
	t.Helper()
	_, err := Quantity("3 "+symbol, tag)
	e, ok := err.(*Error)
	if !ok || e.Code != "E0204" || !strings.Contains(e.Help, "did you mean") {
		return
	}
	n := 0
	for _, u := range dimensionOf(tag).units {
		if strings.EqualFold(u.Symbol, symbol) {
			n++
		}
	}
	if n != 1 {
		t.Errorf("3 %s, where %s is due, is answered with %q, and %d units are spelt so", symbol, tag, e.Help, n)
	}
}
