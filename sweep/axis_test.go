package sweep_test

import (
	"strings"
	"testing"

	"github.com/elastrain/elastrain/sweep"
)

// Values are spread by logarithms where the word says so, or where their ends are positive and more than a factor of 10 apart.
func TestAxesInLogarithms(t *testing.T) {
	for word, want := range map[string]bool{
		"learn.rate=1e-3..1e-1": true, "learn.rate=0.01..0.05": false, "learn.rate=log:0.01..0.05": true, "learn.rate=lin:1e-3..1e-1": false,
		"learn.batch=4..64": true, "learn.batch=0..64": false, "learn.batch=4,64": true, "learn.batch=4,16": false, "learn.batch=4,64,all": false,
		"learn.rate=0,0.1,10": false, "learn.method=adam,momentum": false, "task.inputs[1].force=1..20 mN": true,
	} {
		a, err := sweep.ParseAxis(1, word, true)
		check(t, err)
		if a.Log() != want {
			t.Errorf("%s: in logarithms %v, want %v", word, a.Log(), want)
		}
	}
}

// Seeds up to the largest are values of their own, though several are one float64, and none is counted past it.
func TestLargestSeeds(t *testing.T) {
	for word, want := range map[string]string{
		"seed=18446744073709551613..18446744073709551615": "18446744073709551613 18446744073709551614 18446744073709551615",
		"seed=18446744073709551614,18446744073709551615":  "18446744073709551614 18446744073709551615",
		"seed=9007199254740992,9007199254740993":          "9007199254740992 9007199254740993",
		"seed=18446744073709551614..18446744073709551616": "past the largest whole number, 18446744073709551615",
		"seed=1..18446744073709551615":                    "more than 10000000 values",
		"seed=18446744073709551615,18446744073709551615":  "stands twice",
		"seed=100000000,1e8":                              "stands twice",
	} {
		a, err := sweep.ParseAxis(1, word, false)
		if err != nil {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %s", word, err, want)
			}
			continue
		}
		var got []string
		for i := range a.Count() {
			got = append(got, a.Value(i))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %s", word, got, want)
		}
	}
}
