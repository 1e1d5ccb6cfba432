package inputs

import (
	"fmt"
	"math"
	"strings"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics"
)

// Way is a rig of a plan: Hubs, Woodbury or Refactor.
type Way interface {
	learn.Differentiable
	SetThreads(n int)
	Bytes(batch int) int64 // about what it takes for a batch of so many samples
}

// Choose makes the rig that answers batches of so many samples, there and back, with the fewest operations, and says why it is this one. It
// needs no stiffness.
func Choose(p *Plan, batch int) (rig Way, why string, err error) {
	if err := p.Validate(); err != nil {
		return nil, "", err
	}
	h, noHubs := NewHubs(p)
	if noHubs == nil && len(h.a.tops) <= fewTops {
		return h, h.describe(), nil
	}
	w, err := NewWoodbury(p)
	if err != nil {
		return nil, "", err
	}
	each, updated := w.refactorOperations(), w.Operations(max(batch, 1))
	both := fmt.Sprintf("a factorisation for every sample takes %s, one a step and updates for %s %s", short(each), people(len(w.springs), "input spring"), short(updated))
	if noHubs == nil {
		if n := h.Operations(); n <= min(each, updated) {
			return h, h.describe() + "; " + both, nil
		}
		both += ", the " + h.describe()
	} else {
		both += "; no network of hubs: " + noHubs.Error()
	}
	floppy := w.stands()
	if updated <= each && floppy == nil {
		return w, "Woodbury's formula; operations a sample: " + both, nil
	}
	if floppy != nil {
		both += "; " + floppy.Error()
	}
	r, err := w.refactor()
	return r, "a factorisation for every sample; operations a sample: " + both, err
}

// fewTops is up to how many tops the arrow form is the cheapest in any case: every elimination does at least what it does.
const fewTops = 100

func (h *Hubs) describe() string {
	return fmt.Sprintf("arrow form of %s with %s at %s, %s operations a sample", people(len(h.a.hubs), "hub"), people(h.branches(), "input spring"),
		people(len(h.a.tops), "node"), short(h.Operations()))
}

func people(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// short is a count in two digits.
func short(n float64) string {
	if n < 1000 {
		return fmt.Sprintf("%.0f", n)
	}
	return strings.Replace(fmt.Sprintf("%.1e", n), "e+0", "e", 1)
}

// Operations is about how many multiplications a sample takes there and back. A branch takes about 25, divisions among them.
func (h *Hubs) Operations() float64 {
	sum := 25*float64(len(h.a.rows)) + 10*float64(len(h.a.hubs)+len(h.a.straights))
	for i := range h.kinds {
		g := &h.a.groups[i]
		sum += float64(g.hubs * (len(h.kinds[i].rows) + 5*len(g.tops)))
	}
	for i, first := range h.skyline {
		wide := float64(i - int(first))
		sum += wide*wide/2 + 4*wide
	}
	return sum
}

// branches is the number of input springs.
func (h *Hubs) branches() (n int) {
	for _, p := range h.a.place {
		if p.kind == branch {
			n++
		}
	}
	return n + len(h.a.straights)
}

// factor is about what a factorisation of D0 takes, and how many numbers its factor has.
func (w *Woodbury) factor() (operations, entries float64) {
	if s, ok := w.base.Solver.(*mechanics.Sparse); ok {
		return float64(s.Symbolic().Flops()) / 2, float64(s.Symbolic().Entries())
	}
	n := float64(w.c.N)
	return n * n * n / 6, n * n / 2
}

// refactorOperations is the same for Refactor: two factorisations and two solutions.
func (w *Woodbury) refactorOperations() float64 {
	factor, entries := w.factor()
	return 2*factor + 4*entries + 8*float64(w.c.M)
}

// Operations is about how many multiplications a sample of a batch takes there and back, where every other input is on.
func (w *Woodbury) Operations(batch int) float64 {
	factor, entries := w.factor()
	m, q := float64(w.m), float64(len(w.plan.Out))
	on, n := float64(len(w.springs))/2, float64(batch)
	step := factor + 2*entries*m + float64(len(w.springs))*m*4
	sample := on*on*on/6 + on*on*(q+1) + 8*float64(len(w.springs))
	return step/n + sample + math.Min(w.products(batch), w.solves(batch))/n
}

// stands says why the network does not stand without its input springs, by equal stiffnesses of all others.
func (w *Woodbury) stands() error {
	k := make([]float64, w.c.M)
	for m := range k {
		k[m] = 1
	}
	if err := w.base.SetStiffness(k); err != nil {
		return floppy(err)
	}
	return nil
}

// Bytes implements Way.
func (r *Refactor) Bytes(batch int) int64 {
	l := r.lane(0)
	return int64(r.threads)*(l.solver.Bytes()+8*int64(3*r.c.M+r.c.N)) + 8*(int64(batch)*int64(r.c.N)+chunks*int64(r.c.M))
}
