package condense

import (
	"errors"
	"fmt"
	"runtime"
	"slices"

	"github.com/elastrain/elastrain/internal/team"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/sparse"
)

// Rig is a learn.Statics of which batches go there and back condensed; whatever else is asked the Statics answers. Both have the same
// parameters.
type Rig struct {
	*learn.Statics

	parts   []*part
	groups  []*group
	rows    rows            // of the rest
	pair    []int           // of its modes, pair by pair of their entries: entry of the pattern
	start   []int           // of each mode in pair
	rest    []int32         // unknown of the body of every unknown of the rest
	entry   *sparse.Pattern // of the rest
	solver  *sparse.Abreast
	fixed   []byElements // parameters that no input sets
	in      []term       // loads of the inputs, piece by piece
	of      [][]*part    // parts at each piece of the rest
	columns []int32      // of each entry of the pattern, two
	out     []term       // of the outputs
	limits  []int        // inputs that set something

	// At the parameters theta:
	theta  []float64
	work   *body.Work
	base   []float64 // entries of L before elimination, without the parts
	weight []float64 // of every mode
	span   law.Span  // handed to laws; here, so that none is allocated

	// Of a block of samples:
	batch    learn.Batch
	from, to int
	known    bool         // it went forward at theta, and is the whole batch
	u, a     []sparse.Row // columns of every strip
	l        []sparse.Row // factors of every strip; nil where they would take too much
	slope    []float64
	g        []float64
	sums     []float64 // over samples of (a_i u_j + u_i a_j)/2, of every entry of the pattern
	slopes   []float64 // dL/dw of every mode
	failed   []failure // of every piece of every strip, then of every part
	team     *team.Team[*Rig]
	lanes    []*lane
	threads  int
}

// byElements is a run of elements with one law.
type byElements struct {
	run  *body.Run
	law  law.Linear
	rate []float64
}

// term is what one of an amplitude puts on, or reads of, a column.
type term struct {
	column, port int
	by           float64
}

// failure says where a sample of the block has no equilibrium; sample is -1 where all have one.
type failure struct{ unknown, sample int32 }

// lane is what one thread works with.
type lane struct {
	scratch
	l, least []sparse.Row
}

const (
	block        = 256      // samples that are taken at once
	mostProducts = 8 << 20  // of a factorisation; a larger one is done better by fronts
	mostKept     = 64 << 20 // bytes of factors that are kept for the way back
)

var _ learn.Differentiable = (*Rig)(nil)

// New looks for parts in a body. It fails where the body is none that can be condensed, and says why.
func New(s *learn.Statics) (*Rig, error) {
	b := s.Eq.Body
	switch {
	case !s.Eq.Linear() || s.Eq.Floppy:
		return nil, errors.New("it does not answer in proportion")
	case b.Space.G > 0 || len(b.Space.Strain) > 0 || len(b.Moves) > 0:
		return nil, errors.New("it has given values, strains of a cell, or places that learn")
	}
	r := &Rig{Statics: s, work: b.NewWork(), slopes: make([]float64, b.M), weight: make([]float64, b.M)}
	changes, err := r.changes()
	if err != nil {
		return nil, err
	}
	set := make([]bool, len(b.Elements))
	for i := range set {
		set[i] = changes[i] != nil
	}
	if err := r.lay(find(s, set), changes); err != nil {
		return nil, err
	}
	for at := range b.Runs {
		run := &b.Runs[at]
		r.fixed = append(r.fixed, byElements{run, run.Law.(law.Linear), make([]float64, len(run.Elements)*run.Modes*run.Params)})
	}
	r.SetThreads(runtime.GOMAXPROCS(0))
	return r, nil
}

// written is a change of a parameter of an element by an input of the rig.
type written struct {
	change
	by int
}

// changes are what inputs do to every element; nil for one that none sets.
func (r *Rig) changes() ([][]written, error) {
	b := r.Eq.Body
	of := make([]int32, b.P)
	for i := range b.Elements {
		first := b.ThetaOf(i)
		for q := range b.Elements[i].Theta {
			of[first+q] = int32(i)
		}
	}
	list, twice, any := make([][]written, len(b.Elements)), make([]bool, b.P), false
	for i := range r.In {
		for _, c := range r.In[i].Write {
			if !c.Times || twice[c.Parameter] {
				return nil, errors.New("inputs add to parameters, or two of them set one")
			}
			twice[c.Parameter], any = true, true
			element := of[c.Parameter]
			list[element] = append(list[element], written{change{c.Parameter - b.ThetaOf(int(element)), 0, c.Least, c.Complement}, i})
		}
		if len(r.In[i].Write) > 0 {
			r.limits = append(r.limits, i)
		}
	}
	if !any {
		return nil, errors.New("no input sets a stiffness")
	}
	return list, nil
}

// SetThreads lets so many threads share the samples, 1 or more. Results have the same bits for any number.
func (r *Rig) SetThreads(n int) {
	r.Statics.SetThreads(n)
	r.threads, r.team = n, team.New[*Rig](n)
	for len(r.lanes) < n {
		r.lanes = append(r.lanes, r.newLane())
	}
}

func (r *Rig) newLane() *lane {
	l := &lane{}
	n, modes, params, columns, entries := 0, 0, 0, 0, 0
	for _, p := range r.parts {
		n = max(n, p.n())
		for i := range p.set {
			modes, params = max(modes, p.set[i].modes), max(params, len(p.set[i].span.Theta))
		}
	}
	for k := range r.solver.Pieces() {
		from, to, entry, end := r.solver.Piece(k)
		columns, entries = max(columns, to-from), max(entries, end-entry)
	}
	l.k, l.all, l.weight, l.rate = make([]float64, n*n), make([]float64, n*n), make([]float64, modes), make([]float64, modes*params)
	l.table = make([]int32, 2*block)
	l.l, l.least = make([]sparse.Row, entries), make([]sparse.Row, columns)
	return l
}

// Describe says how batches go.
func (r *Rig) Describe() string {
	inside := 0
	for _, p := range r.parts {
		inside += p.ni
	}
	n, left := len(r.parts), r.Eq.Body.Space.N-inside
	return fmt.Sprintf("inputs set %s, which %s condensed once for every state that %s in a batch; of %d unknowns %d %s left, in %s, which %s factorised for %d samples at once",
		many(n, "part"), verb(n), map[bool]string{true: "it takes", false: "they take"}[n == 1], r.Eq.Body.Space.N, left, verb(left), many(r.solver.Pieces(), "piece"), verb(r.solver.Pieces()), sparse.Lanes)
}

func many(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

func verb(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// Bytes is about what it takes for batches of so many samples.
func (r *Rig) Bytes(batch int) int64 {
	samples := int64(min(batch, block) + sparse.Lanes - 1)
	numbers := 2*samples*int64(len(r.rest)) + int64(r.threads)*int64(len(r.lanes[0].l))*sparse.Lanes
	for _, p := range r.parts {
		states := int64(min(batch, 1<<min(len(p.group.inputs), 8))) // of pegs; others have as many as samples
		numbers += states*int64(p.ni*p.nb+p.nb*(p.nb+1)) + int64(p.n()*p.n()+4*len(p.rows.val))
	}
	return 8*numbers + min(mostKept, 8*samples*int64(r.solver.Entries())) + 24*int64(r.solver.Products())
}

// ready takes the parameters as they are now.
func (r *Rig) ready() {
	now := r.Stiffness()
	if slices.Equal(r.theta, now) {
		return
	}
	b := r.Eq.Body
	r.theta = append(r.theta[:0], now...)
	r.known = false
	copy(r.weight, b.Weigh(r.work, r.theta))
	clear(r.base)
	for i, mode := range r.rows.mode {
		_, val := r.rows.row(i)
		at := r.start[i]
		for a, x := range val {
			x *= r.weight[mode]
			for _, y := range val[:a+1] {
				r.base[r.solver.EntryOf(r.pair[at])] += x * y
				at++
			}
		}
	}
	for _, p := range r.parts {
		p.build(r.weight)
	}
	for i := range r.fixed {
		f := &r.fixed[i]
		n := len(f.run.Elements)
		r.span = law.Span{N: n, Theta: r.theta[f.run.Theta:][:n*f.run.Params], Size: b.Sizes[f.run.Size:][:n]}
		f.law.WeighRate(&r.span, f.rate)
	}
}
