package insitu

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
)

// What hinders a method that asks for losses alone is told in its words.
func TestSearchesOfABench(t *testing.T) {
	for _, c := range [][]string{
		{"no gradient", "lab.method=pattern-search", "lab.rule=spsa"},
		{"size of its steps", "lab.method=genetic", "lab.rate=0.1"},
		{"at the ports", "lab.method=pattern-search", "lab.protocol.loads=ports"},
		{"raw", "lab.method=genetic", "lab.protocol.error=raw"},
		{"share a zero", "lab.method=genetic", "lab.protocol.zero=shared"},
		{"adjoint load", "lab.method=genetic", "lab.protocol.adjoint=10 mN"},
		{"cannot be changed", "lab.method=pattern-search", "lab.twin.fixed=true"},
		{"cannot be changed", "lab.method=pattern-search", "lab.bench=manual"},
		{"only become softer", "lab.method=genetic", "lab.matter.softening=true"},
	} {
		wants(t, c[0], c[1:]...)
	}
}

// The loss that a search reads scatters as its error bar says, and as the plan says before.
func TestDoubtOfASearch(t *testing.T) {
	var values []float64
	bars, planned := 0.0, 0.0
	const looks = 40
	for _, alternate := range []string{"false", "true"} {
		l, err := build(t, onTwin, "lab.method=genetic", "lab.twin={noise: 6 um, quantum: 0 N, scatter: 0 %, deformation: linear}", "lab.protocol.noise=6 um", "lab.protocol.alternate="+alternate)
		if err != nil {
			t.Fatal(err)
		}
		bench, err := l.Twin(l.Start)
		if err != nil {
			t.Fatal(err)
		}
		guard := lab.NewGuard(bench, l.Specimen.Net, nil)
		if err := guard.Arm(t.Context(), l.Limits); err != nil {
			t.Fatal(err)
		}
		m := &measurement.Measurer{Bench: guard, Specimen: l.Specimen, Protocol: &l.Protocol}
		hung := 0
		source := func(ask measurement.Ask, zero []lab.Frame) (*measurement.Record, *measurement.Response, error) {
			hung++
			return m.Held(t.Context(), ask.Load, ask.Holds, zero)
		}
		values, bars = values[:0], 0
		for range looks {
			row, err := l.Estimator().Looks(source)
			if err != nil {
				t.Fatal(err)
			}
			loss, sigma, err := row.At(l.Start)
			if err != nil {
				t.Fatal(err)
			}
			values, bars = append(values, loss), bars+sigma/looks
		}
		if hung != looks*l.Loads() {
			t.Errorf("%d loads hung for %d looks, each of %d", hung, looks, l.Loads())
		}
		mean, square := 0.0, 0.0
		for _, v := range values {
			mean += v / looks
		}
		for _, v := range values {
			square += (v - mean) * (v - mean) / (looks - 1)
		}
		if ratio := math.Sqrt(square) / bars; ratio < 0.7 || ratio > 1.4 {
			t.Errorf("alternate %s: the loss scatters by %.2f of its error bar %g", alternate, ratio, bars)
		}
		var loss float64
		var ok bool
		if loss, planned, ok, err = l.Doubt(6e-6); err != nil || !ok || math.Abs(planned/bars-1) > 0.3 || math.Abs(loss-mean) > 4*bars {
			t.Errorf("alternate %s: the plan says %g +- %g, and it is %g +- %g; %v", alternate, loss, planned, mean, bars, err)
		}
	}
}
