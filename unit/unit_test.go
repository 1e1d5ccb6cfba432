package unit

import (
	"math"
	"math/big"
	"testing"
)

// What a unit is worth by its definition, as a fraction of whole numbers.
func TestWorth(t *testing.T) {
	for symbol, want := range map[string][2]int64{
		"in": {127, 5000}, "ft": {381, 1250}, "um": {1, 1000000}, "km": {1000, 1}, "lbf": {8896443230521, 2000000000000},
		"psi": {8896443230521, 1290320000}, "lbf/in": {8896443230521, 50800000000}, "N/um": {1000000, 1}, "mm/N": {1, 1000}, "/ft": {1250, 381}, "mm/min": {1, 60000},
	} {
		found := false
		for _, list := range [][]Unit{Lengths, Forces, Pressures, Times, Ratios(Forces, Lengths), Ratios(Lengths, Forces), Ratios(One, Lengths), Ratios(Lengths, Times)} {
			if u, ok := Find(list, symbol); ok {
				found = true
				if got := u.Times("1"); got.Cmp(big.NewRat(want[0], want[1])) != 0 {
					t.Errorf("1 %s is %v, want %v", symbol, got, want)
				}
			}
		}
		if !found {
			t.Errorf("%s is not read", symbol)
		}
	}
	pounds := Unit{"", 45359237, 1, -8, ""} // kilograms
	if lbf, _ := Find(Forces, "lbf"); lbf.Times("1").Cmp(pounds.Times("9.80665")) != 0 {
		t.Errorf("a pound weighs %v", lbf.Times("1"))
	}
	if ozf, _ := Find(Forces, "ozf"); ozf.Times("16").Cmp(pounds.Times("9.80665")) != 0 {
		t.Errorf("16 ounces weigh %v", ozf.Times("16"))
	}
}

func TestLength(t *testing.T) {
	for symbol, want := range map[string]float64{"mm": 1e-3, "µm": 1e-6, "Microns": 1e-6, "inch": 0.0254, "m": 1, " ft ": 0.3048, "Å": 1e-10} {
		if u, ok := Length(symbol); !ok || u.Of(1) != want {
			t.Errorf("1 %s is %v m, want %v", symbol, u.Of(1), want)
		}
	}
	for _, symbol := range []string{"px", "pixels", "", "N", "MM", "Mm"} {
		if u, ok := Length(symbol); ok {
			t.Errorf("%q is read as %v", symbol, u)
		}
	}
}

func TestOf(t *testing.T) {
	for _, c := range []struct {
		v      float64
		symbol string
		want   float64
	}{{1.1, "mm", 0.0011}, {16, "mm", 0.016}, {0.3, "um", 3e-7}, {2, "in", 0.0508}, {5, "km", 5000}, {7, "m", 7}, {1, "ft", 0.3048}} {
		if u, _ := Length(c.symbol); u.Of(c.v) != c.want {
			t.Errorf("%v %s are %v m, want %v", c.v, c.symbol, u.Of(c.v), c.want)
		}
	}
	if u, ok := Stiffness("N/mm"); !ok || u.Of(0.1) != 100 {
		t.Errorf("0.1 N/mm are %v N/m", u.Of(0.1))
	}
	if u, ok := Stiffness("lbf/in"); !ok || math.Abs(u.Of(1)-175.1268352464764) > 1e-12 {
		t.Errorf("1 lbf/in is %v N/m", u.Of(1))
	}
}

// Each symbol and spelling has one meaning.
func TestSymbolsAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, list := range [][]Unit{Lengths, Forces, Pressures, Times} {
		for _, u := range list {
			if seen[u.Symbol] {
				t.Errorf("%s is there twice", u.Symbol)
			}
			seen[u.Symbol] = true
		}
	}
	for _, a := range Foreign {
		if seen[a.Symbol] {
			t.Errorf("%s is there twice", a.Symbol)
		}
		seen[a.Symbol] = true
	}
	for s := range spellings {
		if seen[s] {
			t.Errorf("%s is a symbol and a spelling", s)
		}
	}
	for _, m := range Masses {
		if _, ok := Find(Forces, m.Weight); !ok || seen[m.Symbol] {
			t.Errorf("the mass %s", m.Symbol)
		}
	}
}

// Products are read however their sign is written.
func TestProducts(t *testing.T) {
	for symbol, want := range map[string]float64{"N mm": 1e-3, "N·mm": 1e-3, "N*m": 1, "mN * mm": 1e-6, "kN⋅m": 1e3} {
		if u, ok := Find(Products(Forces, Lengths), symbol); !ok || math.Abs(u.Float()-want) > 1e-12*want {
			t.Errorf("%q is %v, %v, want %v", symbol, u.Float(), ok, want)
		}
	}
	for symbol, want := range map[string]float64{"N mm2": 1e-6, "N·mm²": 1e-6, "N*m^2": 1} {
		if u, ok := Find(Squares(Forces, Lengths), symbol); !ok || math.Abs(u.Float()-want) > 1e-12*want {
			t.Errorf("%q is %v, %v, want %v", symbol, u.Float(), ok, want)
		}
	}
	for symbol, want := range map[string]string{"Nmm": "N mm", "kNm": "kN m", "Nmm^2": "N mm2"} {
		if same, ok := Spelling(symbol); !ok || same != want {
			t.Errorf("%q is written %q, %v, want %q", symbol, same, ok, want)
		}
	}
}
