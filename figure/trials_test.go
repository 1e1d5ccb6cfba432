package figure

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
)

// search is so many trials over so many keys, every tenth of which failed.
func search(trials, keys int) Trials {
	p := Trials{YName: "loss", Name: "a training", BestName: "best setting", FailedName: "failed", Scores: uniform(trials, 1, 2), Best: make([]bool, trials)}
	for i := 9; i < trials; i += 10 {
		p.Scores[i] = math.NaN()
	}
	p.Best[0] = true
	for i := range keys {
		p.Keys = append(p.Keys, TrialKey{Name: "key " + string(rune('a'+i)), Values: uniform(trials+i, 1, 100)[:trials], Log: i%2 == 0})
	}
	return p
}

// Every trial is a dot in every panel: trials that failed are crosses of two lines, the best are another colour.
func TestTrialsAreDots(t *testing.T) {
	for keys := 1; keys <= 8; keys++ {
		svg := mustSVG(t, search(20, keys), 17*vg.Centimeter, 12*vg.Centimeter)
		for name, c := range map[string]struct {
			colour string
			want   int
		}{"trials": {"fill-opacity", 17 * keys}, "best": {"fill:#D55E00", keys + 1}, "lines of failed": {"stroke:#555555", 2 * (2*keys + 1)}} { // and one of each in the legend
			if got := strings.Count(svg, c.colour); got != c.want {
				t.Errorf("%d keys: %d %s, want %d", keys, got, name, c.want)
			}
		}
		for _, k := range search(20, keys).Keys {
			if strings.Count(svg, ">"+k.Name+"<") != 1 {
				t.Errorf("%d keys: %s does not stand once", keys, k.Name)
			}
		}
	}
}

// Ten thousand trials over eight keys stay a small file.
func TestManyTrialsAreSmall(t *testing.T) {
	svg := mustSVG(t, search(10000, 8), 17*vg.Centimeter, 12*vg.Centimeter)
	if len(svg) > 1_000_000 {
		t.Errorf("%d bytes", len(svg))
	}
	t.Logf("%d bytes", len(svg))
}

// A key in factors has its values in equal factors apart at equal distances; scores do not reach the strip of the trials that failed.
func TestAxesOfTrials(t *testing.T) {
	a := TrialKey{Values: []float64{1e-3, 1e-2, 1e-1}, Log: true}.axis()
	if d := a.place(1e-2) - a.place(1e-3) - (a.place(1e-1) - a.place(1e-2)); math.Abs(d) > 1e-9 || a.place(1e-3) < 0 || a.place(1e-1) > 1 {
		t.Errorf("places differ by %g", d)
	}
	for _, a := range []axis{{lo: 1, hi: 3}, {lo: 1e-3, hi: 10, log: true}} {
		low := a.lowered(9, 90)
		if got := low.place(a.lo); math.Abs(got-0.1) > 1e-9 || math.Abs(low.place(a.hi)-1) > 1e-9 {
			t.Errorf("%v: the data begin at %g of the axis, want 0.1", a, got)
		}
	}
}

// Names that have no room are broken at their hyphens; those that have room stay whole, and signs of numbers are no hyphens.
func TestNamesOfTrials(t *testing.T) {
	k := TrialKey{Names: []string{"adam", "gradient-descent", "[1,-2]"}}
	if lines, size := k.lines(110); size != smallSize || len(lines[1]) != 2 || lines[1][0] != "gradient-" || lines[1][1] != "descent" || len(lines[2]) != 1 {
		t.Errorf("%q", lines)
	}
	if lines, size := k.lines(300); size != textSize || len(lines[1]) != 1 {
		t.Errorf("%q", lines)
	}
}
