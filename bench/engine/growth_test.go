package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestExponent(t *testing.T) {
	x, y := []float64{1, 10, 100}, []float64{2, 2 * math.Pow(10, 1.5), 2000}
	if got := exponent(x, y); math.Abs(got-1.5) > 1e-12 {
		t.Errorf("exponent %v, want 1.5", got)
	}
	if got := exponent(x[:1], y[:1]); got != 0 {
		t.Errorf("exponent %v of one point", got)
	}
	// The slope of least squares, not the one between the ends.
	if got := exponent([]float64{1, math.E, math.E * math.E}, []float64{1, math.E, 1}); math.Abs(got) > 1e-12 {
		t.Errorf("exponent %v, want 0", got)
	}
}

func TestTablesOfGrowth(t *testing.T) {
	m := measurements{family: &families[0]}
	for _, n := range []float64{1e3, 1e4, 1e5, 1e6} {
		m.reports = append(m.reports, &report{N: int(n), Factor: 1e-9 * math.Pow(n, 1.5), Flops: 3 * math.Pow(n, 1.5), Entries: n * math.Log(n)})
	}
	var out bytes.Buffer
	writeGrowth(&out, []measurements{m})
	for _, want := range []string{"2-D triangular", "| 1000 |", "| 1000000 | 1.00 | 3e+09 |", "| 1.50, n^1.5 | 1.50, n^1.5 | 1.08, n log n | -, n log n |"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, out.String())
		}
	}
}

// The lines of theory end at the largest lattice.
func TestTheoryMeetsTheLargestLattice(t *testing.T) {
	for i := range families {
		f := &families[i]
		for _, law := range []growthLaw{f.arithmetic(), f.entries} {
			if got := law.at(8e5) / law.at(1e5); got < math.Pow(8, law.power)*(1-1e-12) {
				t.Errorf("%s: %v grows %v times for eight times the unknowns", f.name, law, got)
			}
		}
		for _, edge := range f.edges {
			l, err := generate(f.letter + "9")
			if err != nil {
				t.Fatal(err)
			}
			if n := float64(l.unknowns()); f.unknowns(9) < 0.9*n || f.unknowns(9) > 1.1*n {
				t.Errorf("%s: %v unknowns, estimated %v", f.name, n, f.unknowns(9))
			}
			if n := f.unknowns(edge); n < 900 || n > 1.01*f.most {
				t.Errorf("%s: edge %d has some %v unknowns", f.name, edge, n)
			}
		}
	}
}

func TestGrowthOfTheSmallest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "growth.svg")
	out, _, err := call(t, "-growth", path, "-most", "1200", "-threads", "1")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out, "| 968 |") || !strings.Contains(out, "3-D") {
		t.Errorf("tables:\n%s", out)
	}
	text, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(text, []byte("<svg")) || !bytes.Contains(text, []byte("2-D triangular")) {
		t.Errorf("error %v, picture of %d bytes", err, len(text))
	}
}

func TestTotal(t *testing.T) {
	x := make([]float64, 19)
	for i := range x {
		x[i] = float64(i)
	}
	if got := total(x); got != 171 {
		t.Errorf("total %v, want 171", got)
	}
}
