package multigrid

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"

	"github.com/elastrain/elastrain/internal/kernel"
	"github.com/elastrain/elastrain/internal/team"
	"github.com/elastrain/elastrain/sparse"
)

// Options of a Solver; zero values are the usual ones.
type Options struct {
	Tolerance float64 // |f - D u| / |f| that is reached; 0: Tolerance
	Coarsest  int     // unknowns from which down a level is solved directly; 0: Coarsest
	Most      int     // iterations; 0: Most
	Threads   int     // 0: as many as the program may use
}

const (
	Tolerance = 1e-10
	Coarsest  = 500
	Most      = 1000
)

// Solver solves D u = f for one network and changing stiffnesses.
type Solver struct {
	net       *Network
	tolerance float64
	most      int
	levels    []*level

	pattern  *sparse.Pattern // of the coarsest level
	places   []int32         // of its values among those of the level
	symbolic *sparse.Symbolic
	values   []float64
	factor   *sparse.Factor

	team    *team.Team[*pass]
	threads int
	pass    pass
	hands   []*hand
	failed  []failure       // of each part
	partial [][2][8]float64 // two sums over each part, lane by lane

	p, u     []float64 // of the finest level: search directions and displacements
	run      run
	stiffest float64 // bound of |D|
	ready    bool
	Seen     Seen
}

// Seen is what the solutions so far took.
type Seen struct {
	Iterations int     // of the last block of loads
	Most       int     // of any
	Residual   float64 // |f - D u| / |f| of the last block, the largest of its loads
	Worst      float64 // of any
	Solved     int     // blocks
}

// failure is the first node of a part whose own stiffness is not positive.
type failure struct {
	node, row int
	pivot     float64
	stiffest  float64 // the largest trace of a node
}

// SingularError says that an unknown, or a group of nodes that it belongs to, offers no resistance.
type SingularError struct {
	Unknown int
	Pivot   float64
}

func (e *SingularError) Error() string {
	return fmt.Sprintf("unknown %d offers no resistance (%.3g)", e.Unknown+1, e.Pivot)
}

// NotFiniteError says that the stiffness of an unknown is no number.
type NotFiniteError struct{ Unknown int }

func (e *NotFiniteError) Error() string {
	return fmt.Sprintf("the stiffness of unknown %d is beyond what a computer holds", e.Unknown+1)
}

// New prepares for a network: groups, patterns and the memory for all numbers.
func New(net *Network, o Options) (*Solver, error) {
	s, err := Analyze(net, o)
	if err == nil {
		s.Allocate()
	}
	return s, err
}

// Analyze makes groups and patterns, from which Bytes follows; Allocate must come before Factor.
func Analyze(net *Network, o Options) (*Solver, error) {
	finest, err := newSprings(net)
	if err != nil {
		return nil, err
	}
	s := &Solver{net: net, tolerance: o.Tolerance, most: o.Most, threads: o.Threads}
	if s.tolerance == 0 {
		s.tolerance = Tolerance
	}
	if s.most == 0 {
		s.most = Most
	}
	if o.Coarsest == 0 {
		o.Coarsest = Coarsest
	}
	s.descend(finest, o.Coarsest)
	if s.threads == 0 {
		s.threads = runtime.GOMAXPROCS(0)
	}
	s.analyzeCoarsest()
	return s, nil
}

// Tolerance is the share of the loads that is left unbalanced at most.
func (s *Solver) Tolerance() float64 { return s.tolerance }

// descend makes the levels.
func (s *Solver) descend(finest *springs, coarsest int) {
	dim := finest.dim
	b := make([]float64, finest.nodes*dim*8)
	centre := make([]float64, dim)
	for i, v := range s.net.X {
		centre[i%dim] += v / float64(len(s.net.X)/dim)
	}
	x := make([]float64, dim)
	for i, node := range finest.node {
		for k := range dim {
			x[k] = s.net.X[int(node)*dim+k] - centre[k]
		}
		rigid(b[i*dim*8:][:dim*8], x)
		finest.still(i, b[i*dim*8:][:dim*8])
	}
	l := &level{size: dim, nodes: finest.nodes, springs: finest, plain: kernel.BlocksOf(dim, dim, 0), joined: &graph{finest.ptr, finest.other}}
	s.levels = []*level{l}
	for {
		next, coarse := l.coarsen(b, motions(dim))
		s.levels = append(s.levels, next)
		shrunk := 3*next.nodes < 2*l.nodes
		l, b = next, coarse
		if l.nodes*l.size <= coarsest || !shrunk {
			return
		}
	}
}

// analyzeCoarsest prepares the direct solver of the coarsest level.
func (s *Solver) analyzeCoarsest() {
	last := s.levels[len(s.levels)-1]
	n := last.size
	s.pattern = sparse.NewPattern(last.nodes*n, func(yield func(int, int) bool) {
		for i := range last.nodes {
			for _, j := range last.col[last.ptr[i]:last.ptr[i+1]] {
				for e := range n * n {
					if int(j) <= i && !yield(i*n+e/n, int(j)*n+e%n) {
						return
					}
				}
			}
		}
	})
	s.places = make([]int32, s.pattern.Entries())
	for i := range last.nodes {
		for a := last.ptr[i]; a < last.ptr[i+1]; a++ {
			for e := range n * n {
				r, c := i*n+e/n, int(last.col[a])*n+e%n
				if r >= c {
					s.places[s.pattern.Index(r, c)] = a*int32(n*n) + int32(e)
				}
			}
		}
	}
	s.symbolic = sparse.Analyze(s.pattern, sparse.Order(s.pattern))
}

// SetThreads lets Factor and Solve use so many threads, 1 or more. Results have the same bits for any number.
func (s *Solver) SetThreads(n int) {
	s.threads = n
	s.team = team.New[*pass](n)
	s.factor.SetThreads(n)
	for len(s.hands) < n {
		s.hands = append(s.hands, s.newHand())
	}
	s.hands = s.hands[:n]
}

// each does the parts of a pass on all threads.
func (s *Solver) each(parts int, work func(p *pass, worker, part int)) {
	s.team.Each(parts, &s.pass, work)
}

// effort is about the cycles that so many sweeps over the finest level take.
func (s *Solver) effort(sweeps int) float64 {
	return float64(sweeps) * float64(3*len(s.levels[0].springs.other)+len(s.u)) * 2
}

// Factor makes the matrices of all levels for the stiffness of each row of C. It fails with *SingularError and *NotFiniteError.
func (s *Solver) Factor(k []float64) error {
	s.ready = false
	s.team.Start(s.effort(20))
	err := s.refresh(k)
	s.team.Stop()
	if err != nil {
		return err
	}
	last := s.levels[len(s.levels)-1]
	for e, at := range s.places {
		s.values[e] = last.val[at]
	}
	if err := s.factor.Refactor(s.values); err != nil {
		var notPositive *sparse.NotPositiveError
		if errors.As(err, &notPositive) {
			return s.coarseFailure(notPositive.Column, notPositive.Pivot)
		}
		return &NotFiniteError{0}
	}
	s.ready = true
	return nil
}

func (s *Solver) refresh(k []float64) error {
	for at, l := range s.levels {
		p := parts(l.nodes)
		if l.springs != nil {
			s.pass = pass{s: s, l: l, from: k}
			s.each(p, setSprings)
		}
		if l.down == nil {
			return nil
		}
		s.pass = pass{s: s, l: l}
		s.each(p, invertAll)
		if l.springs != nil {
			if err := s.firstFailure(p); err != nil {
				return err
			}
			l.top = 2 // (w.(u - v))^2 <= 2 (w.u)^2 + 2 (w.v)^2
		} else {
			s.estimate(l)
		}
		next := s.levels[at+1]
		s.pass = pass{s: s, l: l, next: next}
		s.each(p, smoothAll)
		s.each(len(l.down.chunk)-1, projectAll)
		next.identity()
	}
	return nil
}

func setSprings(p *pass, _, part int) {
	p.l.springs.set(p.from, part*perPart, min((part+1)*perPart, p.l.nodes))
}

func invertAll(p *pass, _, part int) {
	f := failure{node: -1}
	for i := part * perPart; i < min((part+1)*perPart, p.l.nodes); i++ {
		row, pivot, trace := p.l.invert(i)
		f.stiffest = max(f.stiffest, trace)
		if row >= 0 && f.node < 0 {
			f.node, f.row, f.pivot = i, row, pivot
		}
	}
	p.s.failed[part] = f
}

func smoothAll(p *pass, worker, part int) {
	for i := part * perPart; i < min((part+1)*perPart, p.l.nodes); i++ {
		p.l.smoothed(p.s.hands[worker], i)
	}
}

func projectAll(p *pass, worker, chunk int) { p.l.project(p.s.hands[worker], p.next, chunk) }

// firstFailure is the error of the first node that offers no resistance by itself.
func (s *Solver) firstFailure(parts int) error {
	s.stiffest = 0
	for _, f := range s.failed[:parts] {
		s.stiffest = max(s.stiffest, 2*f.stiffest)
	}
	for _, f := range s.failed[:parts] {
		if f.node < 0 {
			continue
		}
		finest := s.levels[0].springs
		unknown := int(finest.row[f.node*finest.dim+f.row])
		if math.IsNaN(f.pivot) || math.IsInf(f.pivot, 0) {
			return &NotFiniteError{unknown}
		}
		return &SingularError{unknown, f.pivot}
	}
	return nil
}

// coarseFailure names an unknown of the network for one of the coarsest level: of the first node of its group, along the axis of the motion.
func (s *Solver) coarseFailure(unknown int, pivot float64) error {
	last := s.levels[len(s.levels)-1]
	node, axis := unknown/last.size, unknown%last.size
	for at := len(s.levels) - 2; at >= 0; at-- {
		node = slices.Index(s.levels[at].down.group, int32(node))
	}
	finest := s.levels[0].springs
	own := finest.row[node*finest.dim : (node+1)*finest.dim]
	at := own[axis%finest.dim]
	if at < 0 {
		at = slices.Max(own)
	}
	if math.IsNaN(pivot) || math.IsInf(pivot, 0) {
		return &NotFiniteError{int(at)}
	}
	return &SingularError{int(at), pivot}
}

// direct solves on the coarsest level.
func (s *Solver) direct(l *level) {
	copy(l.x, l.b)
	s.factor.Solve(l.x[:len(l.b)], 8)
}

// Unknowns is how many unknowns each level has, the finest first.
func (s *Solver) Unknowns() (list []int) {
	for _, l := range s.levels {
		n := l.nodes * l.size
		if l.springs != nil {
			n = s.net.N
		}
		list = append(list, n)
	}
	return list
}

// Threads is how many Factor and Solve use.
func (s *Solver) Threads() int { return s.threads }

// Restless sets x (len N) to the direction in which loads were last sought to be balanced: where Solve has failed, the motion that does not settle.
func (s *Solver) Restless(x []float64) {
	for row, unknown := range s.levels[0].springs.row {
		if unknown < 0 {
			continue
		}
		x[unknown] = 0
		for lane, live := range s.run.live {
			if v := s.p[8*row+lane]; live && v*v > x[unknown]*x[unknown] {
				x[unknown] = v
			}
		}
	}
}
