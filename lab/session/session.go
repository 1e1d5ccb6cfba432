package session

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/task"
)

// Setup is what a session trains, on what, and how.
type Setup struct {
	Bench    lab.Bench
	Specimen *measurement.Specimen
	Loss     task.Loss
	Batch    learn.Batch
	Rule     learn.Rule // nil for in situ backpropagation
	Design   *design.Design
	Method   optim.Method // nil for Resilient; of those that search only ones that ask for losses alone
	Protocol measurement.Protocol
	Limits   lab.Limits   // zero fields take those of the bench
	Enough   float64      // a session ends where it measures no larger loss; 0: goes on
	Patience lab.Patience // zero for DefaultPatience
	// Predict, when set, lets loads be checked before they are hung.
	Predict lab.Predictor
	// Hang, when set, says what hangs for a wanted load at the stiffness k (N/m): as the box of
	// weights makes it. It must say the same each time it is asked the same. nil hangs what is wanted.
	Hang func(k []float64, ask measurement.Ask) ([]measurement.Shot, error)
	// Apply turns wanted stiffnesses into those the bench is asked for, coming
	// from those it has (nil at first); nil asks for what is wanted. The
	// optimiser goes on from what was wanted, so small steps between levels add up.
	Apply func(now, wanted []float64) ([]float64, error)
	// Stands, when set, says whether the lattice stands at what a step asks for (as k is asked of the bench). A step to where it does not
	// is halved until it does.
	Stands func(k []float64) bool
	// Accept, when set, shows a person every phase; false rejects it, and it is measured again.
	Accept func(r *measurement.Record, response *measurement.Response) (ok bool, why string)
	// Committed, when set, is told of every commit.
	Committed func(StepEvent)
	// Written, when set, is told of every document of the journal that is on the disk.
	Written func()
	// Start, when set, is the stiffness that the lattice has at the start (N/m; len
	// elements); otherwise that of the design, as Apply makes it.
	Start []float64
	// Home, when set, is a place that is thought to be safe (what Design.Start is otherwise): where the lattice falls at a start that was
	// given, the session goes back towards it.
	Home []float64
	// Reopen lets a session that has ended go on, because it is given more steps.
	Reopen bool
	Info   Info
	Clock  func() time.Time // nil for the machine's
	UID    func() string    // nil for random ones
}

// Session is one training of a real lattice, with its journal. All methods but
// Interrupt belong to one goroutine.
type Session struct {
	setup    Setup
	guard    *lab.Guard
	measurer *measurement.Measurer
	journal  *Journal
	method   optim.Method

	fresh   []optim.Field // state of the method before the first step
	first   string        // state of a simulated bench before it; "" of a real one
	x       []float64     // variables now
	k       []float64     // stiffness that was learned
	has     []float64     // what the bench has: k, or what the inputs of a sample make of it; nil if nobody knows
	paused  bool
	unsure  bool // whoever had the bench before may have died under load
	resumed Resumed
	pending []PhaseEvent // of the step that a crash cut short
	past    past
	phases  []string        // uids of the phases of the present step
	asked   measurement.Ask // the phase that is being measured
	share   Share           // and its part in what was asked for

	mu         sync.Mutex // for what follows
	interrupts int
	cancel     context.CancelFunc
}

// PausedError says that a person paused the session. Run goes on.
type PausedError struct {
	Now bool // the bench was made safe in the middle of a phase, which will be repeated
}

func (e *PausedError) Error() string {
	if e.Now {
		return "paused at once: the bench is safe, and the phase that was cut short will be repeated"
	}
	return "paused at a checkpoint: the lattice is unloaded, and nothing is lost"
}

// SpecimenError says that the bench cannot change its bonds, so that the next
// step needs a new specimen.
type SpecimenError struct {
	Step      int       // to be taken, from 0
	Stiffness []float64 // N/m
}

func (e *SpecimenError) Error() string {
	return fmt.Sprintf("step %d is committed; make a specimen with the stiffnesses of the journal, mount it, and resume", e.Step)
}

// Result is how far a session came.
type Result struct {
	Steps     int // committed
	Done      bool
	Why       string // when Done
	Stiffness []float64
}

// Open starts a session with its journal at path, or resumes the one that is
// there at its last commit. Nothing moves. A second process must not have the
// same journal open; see atomicfile.Lock.
func Open(ctx context.Context, fsys atomicfile.FS, path string, setup Setup) (*Session, error) {
	if err := setup.Protocol.Validate(); err != nil {
		return nil, err
	}
	if err := setup.Design.Validate(); err != nil {
		return nil, err
	}
	if _, other := setup.Method.(optim.Searching); other && !searches(setup.Method) {
		return nil, fmt.Errorf("%s asks for gradients at several places a step or for derivatives of residuals, which a bench does not give; use resilient, adam or momentum, or pattern-search or genetic, which ask for losses alone", setup.Method.Name())
	}
	if setup.Rule != nil && searches(setup.Method) {
		return nil, fmt.Errorf("%s asks for losses alone, and no rule measures them; leave the rule out", setup.Method.Name())
	}
	if setup.Patience == (lab.Patience{}) {
		setup.Patience = lab.DefaultPatience()
	}
	s := &Session{setup: setup, method: setup.Method}
	d := setup.Design
	if s.method == nil {
		s.method = NewResilient(d.Dim(), FirstStep(d))
	}
	s.guard = lab.NewGuard(setup.Bench, setup.Specimen.Net, nil)
	s.guard.Patience, s.guard.Predict = setup.Patience, setup.Predict
	card, err := s.guard.Hello(ctx)
	if err != nil {
		return nil, err
	}
	if n := setup.Specimen.Values(); card.Settings() != n {
		return nil, fmt.Errorf("bench %s is set by %d numbers, and the lattice of the experiment by %d; connect the bench of this lattice, or correct its card", card.Name, card.Settings(), n)
	}
	if _, changes := setup.Rule.(learn.Changing); changes && !card.Stiffens {
		return nil, fmt.Errorf("%s changes stiffnesses to see what that does, and bench %s changes none; use a rule that reads elongations", setup.Rule.Name(), card.Name)
	}
	if searches(setup.Method) && !card.Stiffens {
		return nil, fmt.Errorf("%s changes stiffnesses to see what that does, and bench %s changes none; use resilient", setup.Method.Name(), card.Name)
	}
	if _, holds := setup.Rule.(learn.Holding); holds && card.Holds < len(setup.Specimen.Out) {
		return nil, fmt.Errorf("%s holds the outputs where they shall go, %d places at once, and bench %s says that it holds %d (`holds` of its card); connect a stage, or use equilibrium-propagation-positive, which nudges them by a load", setup.Rule.Name(), len(setup.Specimen.Out), card.Name, card.Holds)
	}
	if s.setup.Limits, err = card.Narrowed(setup.Limits); err != nil {
		return nil, err
	}
	if s.first, err = s.guard.State(); err != nil {
		return nil, err
	}
	if setup.Start != nil && len(setup.Start) != len(d.Gain) {
		return nil, fmt.Errorf("%d stiffnesses at the start for %d bonds", len(setup.Start), len(d.Gain))
	}
	s.measurer = &measurement.Measurer{Bench: s.guard, Specimen: setup.Specimen, Protocol: &s.setup.Protocol, Rejected: s.reject}
	s.x, s.k = make([]float64, d.Dim()), make([]float64, len(d.Gain))
	if s.journal, err = openJournal(fsys, path, setup.Clock, setup.UID); err != nil {
		return nil, err
	}
	s.journal.written = setup.Written
	if err := s.begin(card); err != nil {
		return nil, errors.Join(err, s.journal.Close())
	}
	return s, nil
}

// FirstStep is a tenth of the range of a parameter in the middle of it, as a step
// of the variables of a design.
func FirstStep(d *design.Design) float64 {
	switch d.Bounds {
	case design.Sigmoid:
		return 0.4 / d.Steepness
	case design.Softplus:
		return 0.2 / d.Steepness
	}
	if d.Log == nil {
		return 0.1
	}
	least := 1.0
	lo, hi := d.Box()
	for j := range lo {
		least = min(least, hi[j]-lo[j])
	}
	return 0.1 * least
}

// Log is what the journal holds; do not modify.
func (s *Session) Log() *Log { return s.journal.log }

// Stiffness is what the bench has, or will be given before the next load (N/m), but for what inputs set;
// do not modify.
func (s *Session) Stiffness() []float64 { return s.k }

// Guard is the bench as the session uses it.
func (s *Session) Guard() *lab.Guard { return s.guard }

// Interrupt is what Ctrl-C means: the first time, pause at the next checkpoint;
// the second time, pause now and make the bench safe. It may be called from any
// goroutine.
func (s *Session) Interrupt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.interrupts++; s.interrupts >= 2 && s.cancel != nil {
		s.cancel()
	}
}

func (s *Session) interrupted() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.interrupts
}

// Run takes steps until so many are committed in all, counted from the start of
// the journal, or nothing more can be learned. After a *PausedError or a
// *FaultError, once its cause is mended, Run goes on; it arms the bench anew.
func (s *Session) Run(ctx context.Context, steps int) (Result, error) {
	return s.attend(ctx, func(ctx context.Context) (Result, error) { return s.run(ctx, steps) })
}

// attend does something with the bench and leaves nothing hanging, whatever ends it.
func (s *Session) attend(ctx context.Context, do func(context.Context) (Result, error)) (Result, error) {
	if s.journal.log.Stop != nil {
		return s.result(), fmt.Errorf("the session was stopped (%s); start a new journal", s.journal.log.Stop.ExitStatus)
	}
	s.mu.Lock()
	ctx, s.cancel = context.WithCancel(ctx)
	asked := s.interrupts // between two calls; nothing moves then
	s.mu.Unlock()
	defer s.cancel()
	var result Result
	var err error = &PausedError{}
	if asked == 0 {
		result, err = do(ctx)
	}
	if err == nil {
		return result, nil
	}
	if cut := s.interrupted() >= 2 && errors.Is(err, context.Canceled); cut {
		err = &PausedError{Now: true}
	}
	safe := s.guard.Safe(ctx)
	kind := "fault"
	var paused *PausedError
	if errors.As(err, &paused) {
		kind = "pause"
		s.mu.Lock()
		s.interrupts = 0 // it is told now
		s.mu.Unlock()
	}
	var specimen *SpecimenError
	if errors.As(err, &specimen) {
		return s.result(), errors.Join(err, safe)
	}
	s.paused = true
	err = errors.Join(err, safe, s.interruption(kind, err.Error()), s.rewind())
	return s.result(), err
}

// prepare checks what is certain of the plan and arms the bench.
func (s *Session) prepare(ctx context.Context) error {
	s.guard.Reset()
	// What only the lattice as it is set now does not bear is found when the load comes, and the session goes back from there.
	if err := s.checkPlan(ctx); err != nil && !(lab.Fell(err) && (s.journal.log.stood() >= 0 || s.setup.Home != nil)) {
		return err
	}
	if s.paused {
		if err := s.interruption(resumes, ""); err != nil {
			return err
		}
		s.paused = false
	}
	if s.unsure {
		if err := s.guard.Safe(ctx); err != nil {
			return err
		}
		s.unsure = false
	}
	return s.guard.Arm(ctx, s.setup.Limits)
}

func (s *Session) run(ctx context.Context, steps int) (Result, error) {
	if err := s.prepare(ctx); err != nil {
		return s.result(), err
	}
	for len(s.journal.log.Steps) < steps {
		step := s.step
		if searches(s.method) {
			step = s.search
		}
		result, err := step(ctx)
		if err != nil {
			return result, err
		}
		if result.Done {
			return result, s.guard.Safe(ctx)
		}
	}
	return s.result(), s.guard.Safe(ctx)
}

func (s *Session) result() Result {
	return Result{Steps: len(s.journal.log.Steps), Stiffness: s.k}
}

func (s *Session) interruption(kind, why string) error {
	_, err := s.journal.event(InterruptionStream, InterruptionData{Kind: kind, Step: len(s.journal.log.Steps), Why: why, Operator: s.setup.Info.Operator})
	return err
}

// Stop ends the session as a success: the bench is made safe, and the journal
// gets its last document. Abort does the same and says that it was given up.
func (s *Session) Stop(ctx context.Context, reason string) error {
	return errors.Join(s.guard.Safe(ctx), s.journal.stop("success", reason))
}

// Abort ends the session; see Stop.
func (s *Session) Abort(ctx context.Context, reason string) error {
	return errors.Join(s.guard.Safe(ctx), s.journal.stop("abort", reason))
}

// Close makes the bench safe and closes the journal. Without Stop or Abort
// before, the session can be resumed.
func (s *Session) Close(ctx context.Context) error {
	return errors.Join(s.guard.Safe(ctx), s.journal.Close())
}

// estimator is what turns phases into gradients in this session.
func (s *Session) estimator() *measurement.Estimator {
	return &measurement.Estimator{Specimen: s.setup.Specimen, Protocol: &s.setup.Protocol, Loss: s.setup.Loss, Batch: s.setup.Batch, Rule: s.setup.Rule, Theta: s.k,
		Ranges: Ranges(s.setup.Design), Valued: searches(s.method)}
}

// Ranges are the stiffnesses, or other parameters, between which those of a design may be; of one that does not learn where it is.
func Ranges(d *design.Design) (ranges [2][]float64) {
	ranges[0], ranges[1] = make([]float64, len(d.Gain)), make([]float64, len(d.Gain))
	d.Init(ranges[0])
	d.Init(ranges[1])
	for _, i := range d.Free {
		ranges[0][i], ranges[1][i] = d.Gain[i]*d.Lo[i], d.Gain[i]*d.Hi[i]
	}
	return ranges
}
