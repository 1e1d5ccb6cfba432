package unit

import (
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

func TestMetres(t *testing.T) {
	for symbol, want := range map[string]float64{"mm": 1e-3, "µm": 1e-6, "Microns": 1e-6, "inch": 0.0254, "m": 1, " ft ": 0.3048, "Å": 1e-10} {
		if got, ok := Metres(symbol); !ok || got != want {
			t.Errorf("1 %s is %v m, want %v", symbol, got, want)
		}
	}
	for _, symbol := range []string{"px", "pixels", "", "N", "MM", "Mm"} {
		if got, ok := Metres(symbol); ok {
			t.Errorf("%q is read as %v m", symbol, got)
		}
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
