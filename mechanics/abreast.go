package mechanics

import (
	"math"
	"math/bits"
	"slices"

	"github.com/elastrain/elastrain/internal/kernel"
	"github.com/elastrain/elastrain/sparse"
)

// Lanes are some of up to eight networks side by side, a bit each.
type Lanes uint8

// MostLanes is how many networks go side by side.
const MostLanes = kernel.Lanes

// Row is a number of each network.
type Row = [MostLanes]float64

// All yields the lanes from the first on.
func (l Lanes) All(yield func(lane int) bool) {
	for ; l != 0; l &= l - 1 {
		if !yield(l.First()) {
			return
		}
	}
}

// First is the first of them, one at least.
func (l Lanes) First() int { return bits.TrailingZeros8(uint8(l)) }

// Has reports whether a lane is one of them.
func (l Lanes) Has(lane int) bool { return l&(1<<lane) != 0 }

// Abreast answers unit loads at the ports of up to eight small networks of one pattern at once, each with its own stiffnesses: Equilibrium.SetStiffness and
// Respond with a dense solver, eight at a time. What it computes for a network are the bits that its Equilibrium has alone. Where that would do
// more than factorise and solve, because stiffnesses differ too much, a pivot is too small or a solution is not accurate, Abreast leaves the network
// to it.
type Abreast struct {
	P, Q, Stride int
	K            []Row // stiffness of every mode, given; len M
	E            []Row // elongations under unit loads; M x Stride
	S            []Row // outputs by inputs; Q x Stride, of which P count

	eq      []*Equilibrium
	load    []portLoad
	profile *kernel.Profile
	matrix  terms // D, entries of the profile by modes
	strain  terms // C
	out     terms // outputs by unknowns

	l, inv, diagonal []Row
	unit, u          []Row     // loads and displacements; N x Stride
	motion, one      []float64 // of a network; len N

	before [MostLanes]counted // of each network, before the answers counted last
}

// counted is what an equilibrium has counted of its answers.
type counted struct {
	solutions, turn int
	health          Health
}

func (q *Equilibrium) counted() counted { return counted{q.solutions, q.turn, q.health} }

func (q *Equilibrium) recount(c counted) {
	q.solutions, q.turn, q.health = c.solutions, c.turn, c.health
}

// terms is a sparse matrix in compressed rows.
type terms struct {
	ptr, col []int32
	val      []float64
}

// row adds a row.
func (t *terms) row(col []int32, val []float64) {
	if len(t.ptr) == 0 {
		t.ptr = []int32{0}
	}
	t.col, t.val = append(t.col, col...), append(t.val, val...)
	t.ptr = append(t.ptr, int32(len(t.col)))
}

// NewAbreast puts networks side by side whose answers are asked for by r, one of them of each. It is nil where they cannot go: patterns differ, the solver is
// another one, or displacements are given.
func NewAbreast(eq []*Equilibrium, r []*Responses) *Abreast {
	if len(eq) == 0 || len(eq) > MostLanes || len(r) != len(eq) {
		return nil
	}
	c := eq[0].C
	if c.N == 0 || c.M == 0 || r[0].P == 0 || r[0].Q == 0 {
		return nil
	}
	for i, q := range eq {
		_, dense := q.Solver.(*Dense)
		if !dense || q.doubtful || slices.Contains(eq[:i], q) || len(r[i].given) > 0 || r[i].P != r[0].P || r[i].Q != r[0].Q || !Beside(q.C, c) || !slices.EqualFunc(r[i].load, r[0].load, sameLoad) {
			return nil
		}
	}
	a := &Abreast{P: r[0].P, Q: r[0].Q, Stride: r[0].P + r[0].Q, eq: eq, load: r[0].load}
	first := make([]int32, c.N)
	for i := range first {
		first[i] = int32(i)
	}
	reach, _ := envelope(c)
	for j := c.N - 1; j >= 0; j-- {
		for i := j; i <= int(reach[j]); i++ {
			first[i] = int32(j)
		}
	}
	a.profile = kernel.NewProfile(first)
	rows := func(n int) []Row { return make([]Row, n) }
	a.K, a.E, a.S = rows(c.M), rows(c.M*a.Stride), rows(a.Q*a.Stride)
	a.l, a.inv, a.diagonal = rows(a.profile.Entries()), rows(c.N), rows(c.N)
	a.unit, a.u = rows(c.N*a.Stride), rows(c.N*a.Stride)
	a.motion, a.one = make([]float64, c.N), make([]float64, c.N)
	a.lay(c)
	return a
}

// Beside reports whether networks have the same pattern and geometry.
func Beside(a, b *Compatibility) bool {
	return a == b || a.M == b.M && a.N == b.N && slices.Equal(a.Ptr, b.Ptr) && slices.Equal(a.Col, b.Col) && slices.Equal(a.Val, b.Val)
}

func sameLoad(a, b portLoad) bool {
	return slices.Equal(a.unknown, b.unknown) && slices.Equal(a.value, b.value)
}

// lay writes the matrices down.
func (a *Abreast) lay(c *Compatibility) {
	modes, coefs := make([][]int32, a.profile.Entries()), make([][]float64, a.profile.Entries())
	for _, e := range c.addends(a.profile.At) {
		modes[e.at], coefs[e.at] = append(modes[e.at], e.mode), append(coefs[e.at], e.coef)
	}
	for i := range modes {
		a.matrix.row(modes[i], coefs[i])
	}
	for i := range c.M {
		a.strain.row(c.Col[c.Ptr[i]:c.Ptr[i+1]], c.Val[c.Ptr[i]:c.Ptr[i+1]])
	}
	for o := range a.Q {
		a.out.row(a.load[a.P+o].unknown, a.load[a.P+o].value)
	}
	for column, l := range a.load {
		for i, unknown := range l.unknown {
			for lane := range a.unit[0] {
				a.unit[int(unknown)*a.Stride+column][lane] = l.value[i]
			}
		}
	}
}

// Solve finds E and S of networks for K. It returns those that it leaves to their Equilibrium; what is in their lanes then means nothing.
func (a *Abreast) Solve(lanes Lanes) (left Lanes) {
	span := kernel.SpanRows(a.K)
	for lane := range lanes.All {
		if !(span.Finite[lane] == 0 && span.Least[lane] > 0) || span.Most[lane] > apart*span.Least[lane] {
			left |= 1 << lane
		}
	}
	left |= a.factor(lanes &^ left)
	copy(a.u, a.unit)
	kernel.ForwardRows(a.u, a.Stride, a.l, a.profile, a.inv)
	kernel.BackwardRows(a.u, a.Stride, a.l, a.profile, a.inv)
	kernel.SumRows(a.E, a.u, a.Stride, a.strain.ptr, a.strain.col, a.strain.val)
	kernel.SumRows(a.S, a.u, a.Stride, a.out.ptr, a.out.col, a.out.val)
	return left
}

// Undo takes back what Look counted last of a network.
func (a *Abreast) Undo(lane int) { a.eq[lane].recount(a.before[lane]) }

// Look counts the answers that Solve found as those of Respond, and looks at some of them, as Equilibrium does. It returns the networks whose answers are not
// accurate.
func (a *Abreast) Look(lanes Lanes) (left Lanes) {
	for lane := range lanes.All {
		a.before[lane] = a.eq[lane].counted()
	}
	for lane := range lanes.All {
		q := a.eq[lane]
		if !q.due() {
			continue
		}
		q.turn = (q.turn + 1) % len(a.load)
		a.Give(lane)
		for i := range a.one {
			a.one[i] = a.u[i*a.Stride+q.turn][lane]
		}
		if !q.see(q.backward(a.one, 1, 0, a.load[q.turn].subtract, q.norm())) {
			left |= 1 << lane
		}
	}
	return left
}

// Give lets the equilibrium of a lane have its stiffness, without a factor.
func (a *Abreast) Give(lane int) {
	q := a.eq[lane]
	for i := range q.k {
		q.k[i] = a.K[i][lane]
	}
	q.ready = false
	q.revision++
}

// Uncounted calls f, which has an equilibrium answer, and lets no answer count.
func (q *Equilibrium) Uncounted(f func()) {
	before := q.counted()
	f()
	q.recount(before)
}

// factor is Dense.Factor. It returns the networks that have none; their lanes go on with one of no meaning.
func (a *Abreast) factor(lanes Lanes) (left Lanes) {
	kernel.SumRows(a.l, a.K, 1, a.matrix.ptr, a.matrix.col, a.matrix.val)
	n := len(a.inv)
	for at := [2]int{}; ; {
		kernel.FactorRows(a.l, a.profile, a.inv, a.diagonal, questionable, &at)
		if at[0] >= n && at[1] >= n {
			return left
		}
		for h, j := range at {
			if j >= n {
				continue
			}
			for lane := 4 * h; lane < 4*h+4; lane++ {
				pivot := a.inv[j][lane]
				sound := pivot > questionable*a.diagonal[j][lane] || pivot > sparse.PivotTolerance*a.softness(j, lane)
				if lanes.Has(lane) && (!sound || math.IsInf(pivot, 0)) {
					left |= 1 << lane
				}
				a.inv[j][lane] = 1 / math.Sqrt(pivot)
			}
			at[h]++
		}
	}
}

// softness is Dense.softness of a network.
func (a *Abreast) softness(j, lane int) float64 {
	x := a.motion
	x[j] = 1
	sum := a.diagonal[j][lane]
	for i := j - 1; i >= 0; i-- {
		x[i] = 0
		for row := i + 1; row <= j && int(a.profile.First[row]) <= i; row++ {
			x[i] -= a.l[a.profile.At(int32(row), int32(i))][lane] * x[row]
		}
		x[i] *= a.inv[i][lane]
		sum += a.diagonal[i][lane] * x[i] * x[i]
	}
	return sum
}
