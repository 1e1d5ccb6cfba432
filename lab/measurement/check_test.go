package measurement

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/benchtest"
)

// findings checks a desk with the loads of the paper.
func findings(t *testing.T, change func(d *benchtest.Desk)) map[string]Finding {
	t.Helper()
	s, k := trapezoid()
	d := benchtest.NewDesk(s.Net, k, 2e-6, 4)
	d.Memory = true
	change(d)
	p := quick()
	p.Repeats = 6
	m := &Measurer{Bench: armed(t, d, s.Net), Specimen: s, Protocol: &p}
	list, err := m.Check(context.Background(), Checkup{A: testnet.Port(11, 0, -1), B: testnet.Port(13, 0, -1), Force: 0.1})
	check(t, err)
	if len(d.Hanging) > 0 {
		t.Errorf("%v hangs after the check", d.Hanging)
	}
	by := map[string]Finding{}
	for _, f := range list {
		by[f.Name] = f
		if (f.Verdict == Pass) != (f.Do == "") || f.Means == "" {
			t.Errorf("%s: %s, means %q, do %q", f.Name, f.Verdict, f.Means, f.Do)
		}
	}
	return by
}

// Every fault of a bench is found by the check that is there for it, and a sound
// bench passes them all.
func TestChecksFindWhatTheyAreFor(t *testing.T) {
	sound := findings(t, func(*benchtest.Desk) {})
	if len(sound) != 6 {
		t.Errorf("%d checks", len(sound))
	}
	for name, f := range sound {
		if f.Verdict != Pass {
			t.Errorf("a sound bench: %s %s: %g +- %g", f.Verdict, name, f.Value, f.Sigma)
		}
	}
	for _, c := range []struct {
		fault  string
		change func(d *benchtest.Desk)
		failed string
	}{
		{"an answer that is not symmetric", func(d *benchtest.Desk) {
			// Node 13 answers to node 11 as it should, and node 11 to node 13 too much.
			d.Tamper = func(f *lab.Frame, _ int) {
				if len(d.Hanging) == 1 && d.Hanging[0].Node == 12 {
					f.Nodes[10].X[1] -= 0.3e-3
				}
			}
		}, "reciprocity"},
		{"a lattice that stiffens", func(d *benchtest.Desk) { d.Bend = 300 }, "linearity"},
		{"a lattice that takes its time", func(d *benchtest.Desk) { d.Tau = 200e6 }, "hysteresis"},
		{"a lattice that creeps", func(d *benchtest.Desk) { d.Creep = 50e-6 }, "creep"},
		{"marks that scatter", func(d *benchtest.Desk) { d.Sigma = 200e-6 }, "noise"},
		{"a load that hangs elsewhere each time", func(d *benchtest.Desk) {
			d.Tamper = func(f *lab.Frame, _ int) {
				if len(d.Hanging) == 1 {
					for i := range f.Nodes[1:4] {
						f.Nodes[1+i].X[1] += 0.1e-3 * float64(d.Loads%5)
					}
				}
			}
		}, "repeatability"},
	} {
		f := findings(t, c.change)[c.failed]
		if f.Verdict != Fail || f.Do == "" {
			t.Errorf("%s: %s is %s: %g +- %g, fails at %g", c.fault, c.failed, f.Verdict, f.Value, f.Sigma, f.FailAt)
		}
	}
}

// A load that moves nothing, and marks that nobody sees, are said as what they are, and JSON can hold them.
func TestChecksOfWhatCannotBeTold(t *testing.T) {
	still := findings(t, func(d *benchtest.Desk) {
		d.Sigma = 0
		d.Tamper = func(f *lab.Frame, _ int) { // nothing moves
			for i := range f.Nodes {
				copy(f.Nodes[i].X[:], d.Net.At(i))
			}
		}
	})
	for _, name := range []string{"noise", "reciprocity", "linearity", "hysteresis"} {
		f := still[name]
		if f.Verdict != Fail || strings.Contains(f.Do, "clean") || !strings.Contains(f.Do, "hang") {
			t.Errorf("%s of a lattice that does not move: %s, %q", name, f.Verdict, f.Do)
		}
		if text, err := json.Marshal(f); err != nil || !strings.Contains(string(text), `"value":null`) {
			t.Errorf("%s: %s, %v", name, text, err)
		}
	}
	if text, err := json.Marshal(Finding{Name: "noise", Value: 0.5, Verdict: Warn}); err != nil ||
		string(text) != `{"name":"noise","value":0.5,"sigma":0,"unit":"","warn_at":0,"fail_at":0,"verdict":"warn","means":""}` {
		t.Errorf("%s, %v", text, err)
	}
}
