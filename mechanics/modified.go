package mechanics

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/sparse"
)

// Modified answers what a network would do if a few of its bonds were cut, changed or added, without
// factorising anew. With c_e the row of a bond, x = D^-1 c_e and s_e = c_e^T x its self-compliance,
// the stiffness matrix without the bond has the inverse (Sherman and Morrison 1950)
//
//	D'^-1 = D^-1 + k_e/(1 - k_e s_e) x x^T
//
// so that, after a cut, the outputs at the ports follow from the elongations under unit loads there:
//
//	S' = S + k_e/(1 - k_e s_e) E_out,e E_in,e^T
//
// k_e s_e is the share of the bond in resisting a pair of forces along itself. Where it is one
// the bond alone resists a motion, and its cut leaves a mechanism. The shares of
// all bonds add up to N.
//
// A Modified is for the ports and the stiffness it was begun with, and belongs to one goroutine.
type Modified struct {
	Refactored int // answers for which digits had been lost, so that D' was factorised after all

	c      *Compatibility
	k      []float64 // stiffness of each mode that Begin found; len M
	base   *Responses
	factor *sparse.Factor
	s      []float64 // self-compliance of each mode, m/N; len M
	doubt  float64   // estimate of the largest relative error of s

	spare *Sparse // for factorising D' after all; nil until then
	again *Responses
	in    []network.Port
	out   []network.Port

	// Motions D^-1 c_e of bonds whose 1 - k s has lost digits, a few at once.
	asked [8]int // their modes, -1 for none
	x, f  []float64
	left  [8]float64 // 1 - k s of them
	soft  [8]bool    // whether without the bond its motion costs no energy
}

const (
	// lostDigits is the largest relative error that Cut lets pass in 1 - k s and in the change of S.
	lostDigits = 1e-11
	lostInS    = 1e-10
	// noise is the relative error of displacements after a correction by elements, with some room.
	noise = 64 * 0x1p-53
)

// NewModified prepares for an equilibrium and ports; Begin must follow.
func NewModified(q *Equilibrium, in, out []network.Port) *Modified {
	m := &Modified{c: q.C, k: make([]float64, q.C.M), s: make([]float64, q.C.M), in: in, out: out}
	m.base = NewResponses(q.C, in, out)
	return m
}

// Begin takes over the stiffness that the equilibrium has now, its answers at the ports, and computes the self-compliance
// of every mode: at the price of a few factorisations. It fails with *SingularError, and with *FactorError where no factor is there and one would be
// far larger than what the solver has.
func (m *Modified) Begin(q *Equilibrium) error {
	if q.C != m.c {
		panic("mechanics: Begin with an equilibrium of another network")
	}
	copy(m.k, q.k)
	lent, ready := q.Solver.(lender)
	if ready {
		m.factor, ready = lent.lend()
	}
	if !ready || !q.ready {
		plan := analyse(m.c, 0)
		if g, ok := q.Solver.(*Multigrid); ok && plan.bytes() > 2*g.Bytes()+affordable {
			return &FactorError{plan.bytes()}
		}
		own := plan.solver()
		if err := own.Factor(m.k); err != nil {
			return err
		}
		m.factor = own.factor
	}
	m.respond(m.factor, m.base)
	m.doubt = m.factor.SelfCompliance(m.s)
	m.Refactored = 0
	for i := range m.asked {
		m.asked[i] = -1
	}
	return nil
}

// respond fills r from a factor for m.k. One correction by elements makes small elongations of large displacements
// exact, which the residual of an assembled matrix would not see.
func (m *Modified) respond(factor *sparse.Factor, r *Responses) {
	r.placeLoads(r.U)
	factor.Solve(r.U, r.Stride)
	m.correct(factor, r.U, r.Stride, r.placeLoads)
	m.c.Elongations(r.E, r.U, r.Stride)
	r.takeOutputs()
}

// correct adds to u, a block of width solutions of D u = f, what D^-1 makes of its residual.
func (m *Modified) correct(factor *sparse.Factor, u []float64, width int, loads func(f []float64)) {
	if len(m.f) < len(u) {
		m.f = make([]float64, len(u))
	}
	f := m.f[:len(u)]
	loads(f)
	m.c.subtractForces(f, u, m.k, width)
	factor.Solve(f, width)
	for i, v := range f {
		u[i] += v
	}
}

// SelfCompliance is c_e^T D^-1 c_e of every mode, m/N (len M); do not modify. It is 0 for bonds that the network
// itself has cut.
func (m *Modified) SelfCompliance() []float64 { return m.s }

// Responses are the answers at the ports of the network as it is.
func (m *Modified) Responses() *Responses { return m.base }

// MechanismError says that a network without some bonds, or with others, no longer holds.
type MechanismError struct {
	Modes  []int  // that were changed, from 0
	Motion Motion // what moves then at no cost
}

func (e *MechanismError) Error() string {
	numbers := make([]string, len(e.Modes))
	for i, mode := range e.Modes {
		numbers[i] = fmt.Sprint(mode + 1)
	}
	word := "bond"
	if len(e.Modes) > 1 {
		word = "bonds"
	}
	return fmt.Sprintf("without %s %s the network is a mechanism: %s", word, strings.Join(numbers, ", "), e.Motion)
}

// Cut computes the outputs by inputs S' (Q x P, into s) of the network without one mode, in O(PQ).
// It fails with *MechanismError where a motion is left that costs no energy, by the measure and to the tolerance by
// which factorising refuses: sparse.PivotTolerance times the sum of D'_ii x_i^2 over the motion x.
//
// Cancellation is watched. Where 1 - k s keeps too few digits it is computed from the motion x instead, as the share
// of the other bonds in its energy, a sum that cancels nothing. Where S' still would have an
// error above 1e-10 of its largest entry, by estimate, D' is factorised.
func (m *Modified) Cut(mode int, s []float64) error {
	r := m.base
	if len(s) != r.Q*r.P {
		panic(fmt.Sprintf("mechanics: Cut got %d numbers for %d outputs by %d inputs", len(s), r.Q, r.P))
	}
	copy(s, r.S)
	share := m.k[mode] * m.s[mode]
	if share == 0 {
		return nil // cut in the network itself, or between supports
	}
	left, doubt := 1-share, m.doubt*share
	if m.lost(share) {
		lane := m.motionOf(mode)
		if m.soft[lane] {
			return m.mechanism(mode)
		}
		left = m.left[lane]
		doubt = lostDigits * left
	}
	if m.addCut(mode, m.k[mode]/left, doubt/left, s) {
		return nil
	}
	return m.refactorWithout(mode, s)
}

// addCut adds gain E_out E_in^T to s and says whether the estimate of its error is small enough. relative is
// the error of gain.
func (m *Modified) addCut(mode int, gain, relative float64, s []float64) bool {
	r, c := m.base, m.c
	e := r.E[mode*r.Stride:][:r.P+r.Q]
	// An elongation is a difference of displacements, and those are right to rounding.
	slack := func(column int) float64 {
		sum := 0.0
		for a := c.Ptr[mode]; a < c.Ptr[mode+1]; a++ {
			sum += math.Abs(c.Val[a] * r.U[int(c.Col[a])*r.Stride+column])
		}
		return noise * sum
	}
	inMost, inSlack := 0.0, 0.0
	for i := range r.P {
		inMost, inSlack = max(inMost, math.Abs(e[i])), max(inSlack, slack(i))
	}
	wrong, largest := 0.0, 0.0
	for o := range r.Q {
		out := e[r.P+o]
		size, slack := math.Abs(out), slack(r.P+o)
		wrong = max(wrong, gain*(size*inMost*relative+size*inSlack+slack*inMost+slack*inSlack))
		row := s[o*r.P : (o+1)*r.P]
		for i := range row {
			row[i] += gain * out * e[i]
			largest = max(largest, math.Abs(row[i]))
		}
	}
	return wrong <= lostInS*largest
}

// motionOf is the lane of m.x that holds D^-1 c_e of a mode. If there is none, it is found together with those of
// the next modes that will be asked for, because eight cost hardly more than one.
func (m *Modified) motionOf(mode int) (lane int) {
	if lane = slices.Index(m.asked[:], mode); lane >= 0 {
		return lane
	}
	width := len(m.asked)
	if m.x == nil {
		m.x = make([]float64, m.c.N*width)
	}
	lane = 0
	for next := mode; next < m.c.M && lane < width; next++ {
		if share := m.k[next] * m.s[next]; next == mode || share > 0 && m.lost(share) {
			m.asked[lane] = next
			lane++
		}
	}
	for ; lane < width; lane++ {
		m.asked[lane] = -1
	}
	m.placePairs(m.x)
	m.factor.Solve(m.x, width)
	m.correct(m.factor, m.x, width, m.placePairs)
	m.weighMotions()
	return 0
}

// placePairs sets x to the rows c_e of the bonds asked for.
func (m *Modified) placePairs(x []float64) {
	clear(x)
	for lane, mode := range m.asked {
		if mode < 0 {
			continue
		}
		for a := m.c.Ptr[mode]; a < m.c.Ptr[mode+1]; a++ {
			x[int(m.c.Col[a])*len(m.asked)+lane] += m.c.Val[a]
		}
	}
}

// lost is whether 1 - share keeps too few digits.
func (m *Modified) lost(share float64) bool { return !(m.doubt*share <= lostDigits*(1-share)) }

// weighMotions computes 1 - k s from the energy of each motion, and whether the other bonds resist it.
func (m *Modified) weighMotions() {
	const width = len(m.asked)
	var w [width]weighing
	var own, most [width]float64
	c := m.c
	for at, v := range m.x {
		most[at%width] = max(most[at%width], math.Abs(v))
	}
	for i, k := range m.k {
		var e, squares [width]float64
		sum := 0.0
		for a := c.Ptr[i]; a < c.Ptr[i+1]; a++ {
			x := (*[width]float64)(m.x[int(c.Col[a])*width:])
			sum += math.Abs(c.Val[a])
			for lane := range e {
				v := c.Val[a] * x[lane]
				e[lane] += v
				squares[lane] += v * v
			}
		}
		for lane, v := range e {
			if m.asked[lane] == i {
				own[lane] = k * v * v
				continue
			}
			w[lane].add(k, v, squares[lane], sum*most[lane])
		}
	}
	for lane := range m.asked {
		m.left[lane] = w[lane].energy / (w[lane].energy + own[lane])
		m.soft[lane] = w[lane].soft()
	}
}

// weighing tells whether bonds resist a motion x.
type weighing struct{ energy, scale, rounding float64 }

// add takes in a bond: its stiffness, elongation, the sum of squares of the terms of the elongation, and how large these
// could be.
func (w *weighing) add(k, e, squares, most float64) {
	w.energy += k * e * e
	w.scale += k * squares
	w.rounding += k * (noise * most) * (noise * most)
}

// soft is whether the motion costs no energy: not more than factorising lets pass, and not more than rounding
// of displacements makes.
func (w *weighing) soft() bool {
	return !(w.energy > max(sparse.PivotTolerance*w.scale, w.rounding))
}

// mechanism is the error for the cut of a mode, named by its motion.
func (m *Modified) mechanism(mode int) error {
	lane, u := m.motionOf(mode), make([]float64, m.c.N)
	for i := range u {
		u[i] = m.x[i*len(m.asked)+lane]
	}
	return &MechanismError{Modes: []int{mode}, Motion: newMotion(m.c, u, 1e-6)}
}

// refactorWithout computes S' from a factorisation of D'.
func (m *Modified) refactorWithout(mode int, s []float64) error {
	m.Refactored++
	if m.spare == nil {
		m.spare = &Sparse{c: m.c, factor: m.factor.Symbolic().NewFactor()}
		m.again = NewResponses(m.c, m.in, m.out)
	}
	k := m.k[mode]
	m.k[mode] = 0
	err := m.spare.Factor(m.k)
	if err == nil {
		m.respond(m.spare.factor, m.again)
	}
	m.k[mode] = k
	if errors.As(err, new(*SingularError)) {
		return m.mechanism(mode)
	}
	copy(s, m.again.S)
	return err
}

// subtractForces computes f -= C^T K C u for a block of width vectors.
func (c *Compatibility) subtractForces(f, u, k []float64, width int) {
	e := make([]float64, width)
	for i, stiffness := range k {
		clear(e)
		for a := c.Ptr[i]; a < c.Ptr[i+1]; a++ {
			v, x := c.Val[a], u[int(c.Col[a])*width:][:width]
			for r := range e {
				e[r] += v * x[r]
			}
		}
		for a := c.Ptr[i]; a < c.Ptr[i+1]; a++ {
			v, to := stiffness*c.Val[a], f[int(c.Col[a])*width:][:width]
			for r := range e {
				to[r] -= v * e[r]
			}
		}
	}
}
