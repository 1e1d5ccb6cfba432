package inputs

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"

	"github.com/elastrain/elastrain/internal/kernel"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics"
)

// Hubs is the rig of networks of hubs. With a = s x for an input spring of stiffness s at an input x, and w the spring that
// joins it to its hub, of sample by sample
//
//	d_j = g_j + sum_o v_jo + sum of w a / (w + a)
//	S   = diag(o_o + sum_j v_jo) - V^T diag(1/d) V
//	y   = S^-1 V^T (f / d),   u_j = (f_j + (V y)_j) / d_j
//
// and the way back is the same with the load -dL/dy on the outputs: ya, ua. Derivatives are e_adj e of each spring:
// u ua (a / (w + a))^2 by w, (u_j - y_o) (ua_j - ya_o) by v_jo. So there is no matrix larger than that of the outputs, and a step
// costs the same however many nodes the branches have. Samples go side by side, 32 in a strip.
type Hubs struct {
	plan    *Plan
	a       *arrow
	k       []float64 // of every mode
	threads int

	kinds   []pattern // of each group
	skyline []int32   // row i of S is its entries from column skyline[i]; they begin at start[i]
	start   []int32
	entries int       // of S below its diagonal
	theta   []float64 // stiffnesses as the loops read them, the sum of those in parallel
	more    []float64 // of each hub, its springs to tops
	stale   bool      // theta is not that of k
	order   []int32   // modes by their slots; those of slot s are order[slots[s]:slots[s+1]]
	slots   []int32
	pieces  []piece // of prepare

	batch learn.Batch
	keep  []*kept // of each strip, as it went forward
	lanes []*strips
	crew  hubCrew
}

var (
	_ learn.Differentiable = (*Hubs)(nil)
	_ learn.Superposing    = (*Hubs)(nil)
)

// IsHubs says whether a plan is a network of hubs; the error says why it is not.
func IsHubs(p *Plan) error {
	if err := p.Validate(); err != nil {
		return err
	}
	_, err := newArrow(p)
	return err
}

// NewHubs prepares a plan; the error says why it is no network of hubs. SetStiffness must follow.
func NewHubs(p *Plan) (*Hubs, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	a, err := newArrow(p)
	if err != nil {
		return nil, err
	}
	h := &Hubs{plan: p, a: a, k: make([]float64, a.c.M), threads: runtime.GOMAXPROCS(0),
		theta: make([]float64, a.end), more: make([]float64, len(a.hubs))}
	h.shape()
	return h, nil
}

// SetThreads lets so many strips be worked on at once. Results have the same bits for any number.
func (h *Hubs) SetThreads(n int) { h.threads = max(1, n) }

// Ports implements learn.Rig: inputs are columns.
func (h *Hubs) Ports() (inputs, outputs int) { return len(h.plan.Columns), len(h.plan.Out) }

// Modes implements learn.Rig.
func (h *Hubs) Modes() int { return h.a.c.M }

// Stiffness implements learn.Rig.
func (h *Hubs) Stiffness() []float64 { return h.k }

// Superposes implements learn.Superposing: at the stiffness of a sample the network is linear.
func (h *Hubs) Superposes() {}

// softest and stiffest are what the loops multiply five at a time without leaving the numbers that a computer holds.
const softest, stiffest = 1e-60, 1e60

// SetStiffness implements learn.Rig.
func (h *Hubs) SetStiffness(k []float64) error {
	// Positive numbers have the order of their bits, above which are those of all others.
	least, most := uint64(math.MaxUint64), uint64(0)
	for _, v := range k {
		bits := math.Float64bits(v)
		least, most = min(least, bits), max(most, bits)
	}
	if least < math.Float64bits(softest) || most > math.Float64bits(stiffest) {
		return outside(k)
	}
	copy(h.k, k)
	h.stale = true
	return nil
}

// outside is the error for stiffnesses of which one is not between softest and stiffest.
func outside(k []float64) error {
	if err := stiffness(k); err != nil {
		return err
	}
	m := slices.IndexFunc(k, func(v float64) bool { return v < softest || v > stiffest })
	return &farError{mechanics.StiffnessError{Mode: m, Value: k[m]}}
}

// farError is a *mechanics.StiffnessError, so that a step that asked for it is taken back.
type farError struct{ of mechanics.StiffnessError }

func (e *farError) Error() string {
	return fmt.Sprintf("element %d has stiffness %.3g N/m; springs of hub networks have %g to %g N/m", e.of.Mode+1, e.of.Value, softest, stiffest)
}

func (e *farError) Unwrap() error { return &e.of }

// shape finds the envelope of S, and what each group adds to it.
func (h *Hubs) shape() {
	a, n := h.a, len(h.a.tops)
	h.skyline, h.start = make([]int32, n), make([]int32, n+1)
	for i := range h.skyline {
		h.skyline[i] = int32(i)
	}
	for g := range a.groups {
		for _, t := range a.groups[g].tops {
			h.skyline[t] = min(h.skyline[t], a.groups[g].tops[0])
		}
	}
	for _, p := range a.pairs {
		h.skyline[p[0]] = min(h.skyline[p[0]], p[1])
	}
	for i, first := range h.skyline {
		h.start[i+1] = h.start[i] + int32(i) - first
	}
	h.entries = int(h.start[n])
	for g := range a.groups {
		h.kinds = append(h.kinds, h.pattern(&a.groups[g]))
		for from := 0; from < a.groups[g].hubs; from += nearHubs {
			h.pieces = append(h.pieces, piece{g, from, min(from+nearHubs, a.groups[g].hubs)})
		}
	}
	h.sort()
}

// entry is the row of the sums for an entry of S below its diagonal: rows are those of S, then its diagonal, then the load.
func (h *Hubs) entry(i, j int32) int32 { return h.start[i] + j - h.skyline[i] }

// Apply implements learn.Rig.
func (h *Hubs) Apply(in, out []float64, m *learn.Measurement) error {
	if in == nil {
		return errors.New("without an input there is no stiffness: a sample sets both")
	}
	if err := h.plan.check(0, in); err != nil {
		return err
	}
	h.callable()
	h.prepare()
	h.batch = learn.Batch{}
	l, k := h.lane(0), h.kept(0)
	l.in[0] = in
	h.fill(k, l.in[:1])
	if where := h.find(l, k, out, 1); where.unknown >= 0 {
		return h.free(where)
	}
	for o := range m.Out {
		m.Out[o] = 0
		for _, t := range h.a.out[o] {
			m.Out[o] += t.by * k.y[int(t.unknown)*kernel.Strip]
		}
	}
	if m.Elongation != nil {
		h.elongations(k, m.Elongation)
	}
	return nil
}

// elongations finds the nodes of the branches as well.
func (h *Hubs) elongations(k *kept, e []float64) {
	a := h.a
	u := make([]float64, a.c.N)
	for j, unknown := range a.hubs {
		u[unknown] = k.u[j*kernel.Strip]
	}
	for i, unknown := range a.tops {
		u[unknown] = k.y[i*kernel.Strip]
	}
	for unknown, p := range a.place {
		if p.kind != branch {
			continue
		}
		t := a.slot[p.own] / 2
		w, s := h.theta[2*t], h.theta[2*t+1]*k.x[int(a.rows[t])*kernel.Strip]
		if from, to := a.ends(p.own); from < 0 || to < 0 { // its own spring is the one to ground
			w, s = s, w
		}
		u[unknown] = k.u[int(p.number)*kernel.Strip] * w / (w + s)
	}
	a.c.Elongations(e, u, 1)
}
