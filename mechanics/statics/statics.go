// Package statics finds the states in which a body rests, and how they answer
// small loads.
//
// Its one idea: equilibrium is C^T t(e(u), theta) = f. Rest goes there by
// Newton's method over the tangent that the body adds up, and About answers a
// load at that tangent, which is all that an exact gradient needs. Where laws
// are linear and moving is small this is one factorisation and one solve.
package statics

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
)

// Equilibrium finds states of one body.
type Equilibrium struct {
	Body   *body.Body
	Finite bool // the ends move far; else e = C u at the places as built
	// Steps is in how many equal parts a load is put on at least. 0: as few as go.
	Steps int
	// Floppy lets a body with motions that cost nothing rest under loads that do not drive them: those motions stay where
	// they are. Where a load drives one it is an error as ever. For linear bodies.
	Floppy bool
	// Loose lets parameters be at the value that they must exceed otherwise, such as a stiffness of zero: an element that is
	// out for one sample. For linear laws.
	Loose bool

	shared *shared // with its forks
	params [][]law.Param
	work   *body.Work
	near   *near  // algebra of linear bodies; nil until it is needed
	far    *far   // of all others
	stable bool   // the tangent taken last is positive definite
	held   bool   // it is that of now, to the last bit
	of     uint64 // revision of the parameters that held is about
	null   int    // motions that cost nothing, where Floppy

	now, try, before     *body.State
	load, residual, step []float64 // len N
	bend, swing          []float64 // len N
	begin, end           []float64 // of a part of a load: where the tangents at its ends lead; len N
	none                 Load
	weight               []float64 // of each unknown in the length of a step, so that moves and turns add up; len N
	given                []float64 // the same of given values; len G
	most, noise          float64   // largest force where judge stood last, and what rounding at one element may make of it
	threads              int       // 0: as many as the program may use
	careful              bool      // answers are refined; see Judge
}

// shared is what all forks of an equilibrium see.
type shared struct {
	theta    []float64
	revision uint64       // counts changes of theta
	stress   *body.Stress // where moving is small and elements pull as built; else nil
	room     *body.Stress // for that
}

// New prepares the equilibrium of a body. Set must follow.
func New(b *body.Body, finite bool) *Equilibrium {
	q := fresh(b, &shared{theta: make([]float64, b.P)})
	if q.Finite = finite; !finite {
		q.shared.room = b.NewStress()
	}
	for i := range b.Runs {
		q.params = append(q.params, b.Runs[i].Law.Params())
	}
	q.work.SetThreads(runtime.GOMAXPROCS(0))
	q.weight, q.given = make([]float64, b.Space.N), make([]float64, b.Space.G)
	q.weigh()
	return q
}

func fresh(b *body.Body, s *shared) *Equilibrium {
	v := func() []float64 { return make([]float64, b.Space.N) }
	return &Equilibrium{Body: b, shared: s, work: b.NewWork(), now: b.NewState(), try: b.NewState(), before: b.NewState(),
		load: v(), residual: v(), step: v(), bend: v(), swing: v(), begin: v(), end: v(), none: Load{F: v()}}
}

// Fork is an equilibrium of the same body with the parameters of q, now and after every Set, for another goroutine. It
// works on one thread, shares what the pattern alone says, and finds the same bits as q.
func (q *Equilibrium) Fork() *Equilibrium {
	f := fresh(q.Body, q.shared)
	f.params, f.weight, f.given = q.params, q.weight, q.given
	f.Finite, f.Steps, f.Floppy, f.Loose, f.careful = q.Finite, q.Steps, q.Floppy, q.Loose, q.careful
	f.threads = 1
	if !q.linear() {
		f.far = q.general().fork()
	}
	return f
}

// SetThreads lets factorisations and solves use so many threads, 1 or more. Results have the same bits for any number.
func (q *Equilibrium) SetThreads(n int) {
	q.threads = n
	q.work.SetThreads(n)
	if q.near != nil {
		q.near.setThreads(n)
	}
	if q.far != nil {
		q.far.factor.SetThreads(n)
	}
}

// Set gives the elements their parameters (len P, copied). It fails where a value is none.
func (q *Equilibrium) Set(theta []float64) error {
	if len(theta) != q.Body.P {
		panic(fmt.Sprintf("statics: %d parameters for %d", len(theta), q.Body.P))
	}
	if q.shared.revision > 0 && slices.Equal(q.shared.theta, theta) {
		return nil // scoring a point and stepping from it need one factor
	}
	for at := range q.Body.Runs {
		r := &q.Body.Runs[at]
		params := q.params[at]
		for k, i := range r.Elements {
			for p := range params {
				if v := theta[r.Theta+k*r.Params+p]; !(v > params[p].Least || q.Loose && v == params[p].Least) || math.IsInf(v, 0) {
					return &ParameterError{Element: q.Body.Name(int(i)), Param: params[p].Name, Unit: params[p].Unit, Value: v, Least: params[p].Least}
				}
			}
		}
	}
	if err := q.place(theta); err != nil {
		return err
	}
	if err := q.shared.pull(q.Body, theta); err != nil {
		return errors.Join(err, q.Body.Place(q.shared.theta))
	}
	copy(q.shared.theta, theta)
	q.shared.revision++
	q.held = false
	return nil
}

// pull takes what elements pull as built.
func (s *shared) pull(b *body.Body, theta []float64) error {
	s.stress = nil
	if s.room != nil && s.room.Set(b, theta) {
		if len(b.Moves) > 0 {
			return ErrStressedPlaces
		}
		s.stress = s.room
	}
	return nil
}

// ErrStressedPlaces refuses the one pair of parameters whose derivative is not there.
var ErrStressedPlaces = errors.New("places of nodes learn beside rest lengths, or other laws that pull as built, only where deformation is finite; set statics: {deformation: finite}")

// Gradient adds scale times the derivative of a loss by every parameter to g (len P), for a state and the adjoint state of
// About.
func (q *Equilibrium) Gradient(w *body.Work, s, a *body.State, scale float64, g []float64) {
	q.Body.Gradient(w, q.shared.theta, s, a, q.Finite, scale, g)
	if t := q.shared.stress; t != nil {
		t.Product(q.Body, w, q.shared.theta, s, a, scale, g)
	}
}

// EnergyGradient adds scale times the derivative of the energy stored in a state by every parameter to g (len P).
func (q *Equilibrium) EnergyGradient(w *body.Work, s *body.State, scale float64, g []float64) {
	q.Body.EnergyGradient(w, q.shared.theta, s, q.Finite, scale, g)
	if t := q.shared.stress; t != nil {
		t.Product(q.Body, w, q.shared.theta, s, s, scale/2, g)
	}
}

// Reactions are what supports and given values exert on the body in a state.
func (q *Equilibrium) Reactions(s *body.State) []body.Reaction {
	return q.Body.ReactionsUnder(s, q.Finite, q.shared.theta, q.shared.stress)
}

// GivenForces are what it takes to tell each given value (len G) in a state, loads that fall on it included.
func (q *Equilibrium) GivenForces(s *body.State) []float64 {
	return q.Body.GivenForces(s, q.Finite, q.shared.theta, q.shared.stress)
}

// place puts nodes whose places are parameters where these have them.
func (q *Equilibrium) place(theta []float64) error {
	for i, m := range q.Body.Moves {
		if v := theta[q.Body.FirstMove()+i]; math.IsNaN(v) || math.IsInf(v, 0) {
			return &ParameterError{Element: fmt.Sprintf("node %d", m.Node+1), Param: "move along " + element.Part(m.Axis).String(), Unit: "m", Value: v, Least: math.Inf(-1)}
		}
	}
	return q.Body.Place(theta)
}

// Revision is a number that changes whenever the parameters do: who keeps answers of this equilibrium compares it to know
// whether they still hold.
func (q *Equilibrium) Revision() uint64 { return q.shared.revision }

// Theta is the parameters now (len P); do not modify.
func (q *Equilibrium) Theta() []float64 { return q.shared.theta }

// ParameterError says that a parameter has a value that its law does not know.
type ParameterError struct {
	Element, Param, Unit string
	Value, Least         float64
}

func (e *ParameterError) Error() string {
	return fmt.Sprintf("%s has %s %g %s; it must be finite and above %g", e.Element, e.Param, e.Value, e.Unit, e.Least)
}

// Load is what a body bears.
type Load struct {
	F    []float64   // forces on the free unknowns; len N
	G    []float64   // given values; len G, nil for zeros
	From *body.State // where to begin; nil: at rest as built, by a path of loads
}

// Effort is what it took.
type Effort struct {
	Iterations     int     // of Newton's method, failed attempts included
	Factorisations int     // of a tangent
	Steps          int     // parts in which the load was put on
	Residual       float64 // largest force left over; see Backward
	Unstable       int     // directions in which the state is not stable
}

// UnstableError says that a body cannot carry its load where it was: on the way a direction stops being stable.
type UnstableError struct {
	Node  int          // where the stiffness vanishes, from 0; -1 for a strain of the cell
	Part  element.Part // and along what
	Share float64      // of the load that it carried; 0: before any load
	// Stressed is set where that is because of what elements pull as built, being longer or shorter than at rest.
	Stressed bool
	// Overflow is set where a stiffness there is beyond what a computer holds, so that nothing can be said of it.
	Overflow bool
}

func (e *UnstableError) Error() string {
	where := fmt.Sprintf("node %d along %s", e.Node+1, e.Part)
	if e.Node < 0 {
		where = fmt.Sprintf("strain %d of the cell", e.Part+1)
	}
	if e.Overflow {
		return fmt.Sprintf("a stiffness at %s is beyond what a computer holds", where)
	}
	if e.Share == 0 && e.Stressed {
		return fmt.Sprintf("before any load the body buckles under what its own elements pull, at %s; bring rest lengths and rest angles nearer to those as built", where)
	}
	if e.Share == 0 {
		return fmt.Sprintf("nothing resists %s: a mechanism; add a bond or a support there", where)
	}
	return fmt.Sprintf("at %.3g of the load the body loses its stability, at %s; lower the load, follow the path past it, or begin beyond it", e.Share, where)
}

// ConvergenceError says that no equilibrium was found.
type ConvergenceError struct {
	Share    float64 // of the load that was reached
	Residual float64
	Node     int
	Part     element.Part
}

func (e *ConvergenceError) Error() string {
	return fmt.Sprintf("no equilibrium was found beyond %.3g of the load: %.3g N are left over at node %d along %s; lower the load, or put it on in more steps",
		e.Share, e.Residual, e.Node+1, e.Part)
}

// linear reports whether the body answers in proportion.
func (q *Equilibrium) linear() bool { return !q.Finite && q.Body.Linear() }

// Linear reports the same to others.
func (q *Equilibrium) Linear() bool { return q.linear() }

// Rest finds where the body rests under a load. From rest it follows the path of stable states that the growing load
// leads along, in as few parts as are safe, so that it never lands on another branch; with From the search starts at that
// state and any equilibrium near it will do. It fails with *UnstableError and *ConvergenceError.
func (q *Equilibrium) Rest(l *Load, s *body.State) (Effort, error) {
	var effort Effort
	var err error
	if l.From != nil {
		q.move(l.From)
		err = q.settle(l, &effort)
	} else {
		err = q.track(l, &effort)
	}
	if err == nil {
		s.Copy(q.now)
	}
	return effort, err
}

// Mechanisms is the number of motions that cost nothing where the tangent was taken last; of a Floppy body.
func (q *Equilibrium) Mechanisms() int { return q.null }

// About answers a small load at the tangent of a state: a.U = K^-1 f, with the given values held, and a.E the deformations
// that go with it. The answer depends on nothing that went before.
func (q *Equilibrium) About(s *body.State, f []float64, a *body.State) error {
	if q.linear() || !q.held || q.of != q.shared.revision || !same(q.now.U, s.U) || !same(q.now.G, s.G) {
		q.move(s)
		q.stand(q.now)
		if err := q.factorise(true, nil); err != nil {
			return err
		}
	}
	copy(a.U, f)
	q.solve(a.U)
	clear(a.G)
	q.Body.Deform(q.work, a)
	return nil
}

// GivenWork is a^T K_ug g: what given values g (len G) pull at the unknowns, at the tangent of a state, worked by the adjoint
// state a of About.
func (q *Equilibrium) GivenWork(s, a *body.State, g []float64) (work float64) {
	q.move(s)
	q.stand(q.now)
	pull := make([]float64, q.Body.Space.N)
	q.Body.Pull(q.work, q.now, q.Finite, g, 1, pull)
	if t := q.shared.stress; t != nil { // in proportion to what moves
		moved := q.Body.NewState()
		copy(moved.G, g)
		t.Forces(q.Body, q.work, moved, 1, pull, make([]float64, q.Body.Space.G))
	}
	for i, f := range pull {
		work += f * a.U[i]
	}
	return work
}

// move sets where q stands.
func (q *Equilibrium) move(s *body.State) {
	q.now.Copy(s)
	q.held = false
}

func same(a, b []float64) bool {
	for i, v := range a {
		if v != b[i] {
			return false
		}
	}
	return true
}

func largest(x []float64) (most float64, at int) {
	for i, v := range x {
		if v = math.Abs(v); v > most || math.IsNaN(v) {
			most, at = v, i
		}
	}
	return most, at
}
