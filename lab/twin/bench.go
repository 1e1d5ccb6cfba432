package twin

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/network"
)

// Bench implements lab.Bench.
type Bench struct {
	mu       sync.Mutex // held by every verb, so that Safe may come beside another
	config   Config
	card     lab.Card
	limits   lab.Limits // armed with
	armed    bool
	broken   error // the specimen carries nothing any more
	now      time.Duration
	loaded   time.Duration // when the loads changed last; see Limits.Rate
	commands int

	holds    []lab.Hold // with what the stage is off
	stage    source     // of its errors
	specimen *specimen
	camera   *camera
	u        []float64 // scratch, len N
	f        []float64 // scratch, len N
}

var (
	_ lab.Bench  = (*Bench)(nil)
	_ lab.Stage  = (*Bench)(nil)
	_ lab.Waiter = (*Bench)(nil)

	_ lab.Rewinder = (*Bench)(nil)
)

// New makes a bench that holds a valid network (network.Validate) whose bonds
// were designed with the stiffness k (one for each element, N/m).
func New(net *network.Network, k []float64, config Config) (*Bench, error) {
	if len(k) != len(net.Elements) {
		return nil, fmt.Errorf("twin: %d stiffnesses for %d bonds", len(k), len(net.Elements))
	}
	return newBench(net, nil, k, config)
}

// NewBody makes a bench that holds a body of any elements on a valid network, with the parameters theta that
// it was designed with. Its bonds are those of the network; a failure and the numbers of elements are of the plan.
func NewBody(net *network.Network, form *Body, theta []float64, config Config) (*Bench, error) {
	if (config.Fabrication.Hinges != Hinges{}) {
		return nil, fmt.Errorf("twin: hinges are the thinned ends of bars; a body has the ends that its elements say")
	}
	return newBench(net, form, theta, config)
}

func newBench(net *network.Network, form *Body, k []float64, config Config) (*Bench, error) {
	elements := len(net.Elements)
	if form != nil {
		elements = len(form.Plan.Elements)
	}
	if err := config.check(elements); err != nil {
		return nil, err
	}
	if config.Weights.Gravity == 0 {
		config.Weights.Gravity = gravity
	}
	if config.Camera.Period == 0 {
		config.Camera.Period = time.Second
	}
	b := &Bench{config: config, card: lab.Card{Name: "twin", Version: "1", Dim: net.Dim, Nodes: net.Nodes(), Elements: len(net.Elements),
		Stiffens: !config.Fixed, Limits: config.Limits}}
	var err error
	if b.specimen, err = newSpecimen(net, form, k, &b.config); err != nil {
		return nil, err
	}
	if s, ok := b.specimen.mechanism.(*solid); ok {
		b.card.Values, b.card.Unit, b.card.Removes = s.settings(), s.unit(), form.Written != nil
	}
	if _, err := b.card.Narrowed(config.Limits); err != nil {
		return nil, fmt.Errorf("twin: %w", err)
	}
	b.camera = newCamera(net, &b.config)
	if config.Stage != nil {
		b.card.Holds, b.stage = net.Nodes()*net.Dim, stream(config.Seed, "stage")
	}
	b.u, b.f = make([]float64, b.specimen.unknowns()), make([]float64, b.specimen.unknowns())
	return b, nil
}

// Hello implements lab.Bench.
func (b *Bench) Hello(ctx context.Context) (lab.Card, error) { return b.card, ctx.Err() }

// Ping implements lab.Bench.
func (b *Bench) Ping(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.well(ctx)
}

func (b *Bench) well(ctx context.Context) error {
	if b.broken != nil {
		return b.broken
	}
	return ctx.Err()
}

// Arm implements lab.Bench.
func (b *Bench) Arm(ctx context.Context, limits lab.Limits) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.well(ctx); err != nil {
		return err
	}
	l, err := b.card.Narrowed(limits)
	if err != nil {
		return err
	}
	b.limits, b.armed = l, true
	return nil
}

// ready refuses a verb before Arm, after a failure, and when the caller has gone.
func (b *Bench) ready(ctx context.Context, verb string) error {
	if err := b.well(ctx); err != nil {
		return err
	}
	if !b.armed {
		return &lab.RefusedError{Verb: verb, Cause: "the bench is not armed; call Arm first"}
	}
	return nil
}

// Load implements lab.Bench. Where Limits.Rate asks for it the bench takes its
// time, on its own clock.
func (b *Bench) Load(ctx context.Context, load []lab.Force) (time.Duration, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.ready(ctx, "Load"); err != nil {
		return 0, err
	}
	if err := b.card.CheckLoad(b.limits, load); err != nil {
		return 0, err
	}
	return b.apply("Load", load, nil)
}

// apply hangs weights, and holds nodes.
func (b *Bench) apply(verb string, load []lab.Force, holds []lab.Hold) (time.Duration, error) {
	load = b.config.Weights.Felt(b.card.Nodes, load)
	if err := b.card.CheckLoad(b.limits, load); err != nil {
		return 0, err // rounded up beyond the limit
	}
	if err := b.command(); err != nil {
		return 0, err
	}
	b.hang(load)
	if err := b.restWithin(verb, b.f, holds); err != nil {
		return 0, err
	}
	b.camera.keep()
	b.now += b.config.Weights.Hanging
	if b.limits.Rate > 0 {
		b.now = max(b.now, b.loaded+time.Duration(float64(time.Second)/b.limits.Rate))
	}
	b.loaded = b.now
	copy(b.specimen.load, b.f)
	b.holds = holds
	b.specimen.aim(b.u, b.now)
	return b.now, nil
}

// hang sets f to the loads.
func (b *Bench) hang(load []lab.Force) {
	clear(b.f)
	unknown, dim := b.specimen.unknown(), b.card.Dim
	for _, f := range load {
		for axis := range dim {
			if i := unknown[f.Node*dim+axis]; i >= 0 {
				b.f[i] += f.F[axis]
			}
		}
	}
}

// restWithin sets u to the equilibrium under the loads f with nodes held, with the bonds as they are now. It
// refuses one beyond the limits.
func (b *Bench) restWithin(verb string, f []float64, holds []lab.Hold) error {
	s := b.specimen
	if err := s.stiffen(b.now); err != nil {
		return err
	}
	if err := b.rest(b.u, f, holds); err != nil {
		return &lab.RefusedError{Verb: verb, Cause: err.Error(), Fell: true}
	}
	if most := b.limits.Displacement; most > 0 {
		unknown, dim := s.unknown(), b.card.Dim
		for node := range b.card.Nodes {
			far := 0.0
			for axis := range dim {
				if i := unknown[node*dim+axis]; i >= 0 {
					far = math.Hypot(far, b.u[i])
				}
			}
			if far > most {
				return &lab.RefusedError{Verb: verb, Cause: fmt.Sprintf("node %d would move by %.4g m, beyond the limit of %.4g m", node+1, far, most), Fell: true}
			}
		}
	}
	if most := b.limits.Elongation; most > 0 {
		for i, e := range s.elongations(b.u) {
			if math.Abs(e) > most {
				return &lab.RefusedError{Verb: verb, Cause: fmt.Sprintf("bond %d would grow by %.4g m, beyond the limit of %.4g m", i+1, e, most), Fell: true}
			}
		}
	}
	return nil
}

// command counts, and breaks the bonds whose time has come.
func (b *Bench) command() error {
	b.commands++
	cut := false
	for _, f := range b.config.Failures {
		if f.Command == b.commands && !b.specimen.broken(f.Element) {
			b.specimen.fail(f.Element, true)
			cut = true
			b.specimen.failed = append(b.specimen.failed, f.Element)
		}
	}
	if !cut {
		return nil
	}
	s := b.specimen
	err := s.build()
	if err == nil {
		err = s.stiffen(b.now)
	}
	if err == nil {
		if err = b.rest(b.u, s.load, b.holds); err == nil {
			s.aim(b.u, b.now)
			return nil
		}
	}
	b.broken = fmt.Errorf("a bond failed with command %d, and what is left carries nothing: %w", b.commands, err)
	return b.broken
}

// SetStiffness implements lab.Bench.
func (b *Bench) SetStiffness(ctx context.Context, k []float64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	const verb = "SetStiffness"
	if err := b.ready(ctx, verb); err != nil {
		return err
	}
	s := b.specimen
	if err := b.card.CheckStiffness(b.limits, s.asked, k); err != nil {
		return err
	}
	if err := s.allows(k); err != nil {
		return &lab.RefusedError{Verb: verb, Cause: err.Error()}
	}
	if err := b.command(); err != nil {
		return err
	}
	before, since := slices.Clone(s.given), s.changed
	for i, v := range k {
		off := 1 + b.config.Update.Error*s.update.NormFloat64()
		if s.form != nil && s.form.Written != nil && v == s.asked[i] {
			continue // nobody touches it
		}
		if s.given[i] = v; s.learns(i) {
			s.given[i] = b.config.Update.nearest(v) * off
		}
	}
	s.changed = b.now
	if err := b.restWithin(verb, s.load, b.holds); err != nil {
		s.given, s.changed = before, since
		if again := s.stiffen(b.now); again != nil {
			b.broken = again
		}
		return err
	}
	copy(s.asked, k)
	s.aim(b.u, b.now)
	return nil
}

// Measure implements lab.Bench.
func (b *Bench) Measure(ctx context.Context, repeats int) ([]lab.Frame, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.ready(ctx, "Measure"); err != nil {
		return nil, err
	}
	if repeats < 1 {
		return nil, &lab.RefusedError{Verb: "Measure", Cause: fmt.Sprintf("%d frames were asked for; ask for one or more", repeats)}
	}
	var frames []lab.Frame
	for range repeats {
		if err := b.drift(); err != nil {
			return nil, err
		}
		if f, came := b.camera.look(b.specimen.at(b.now), b.now); came {
			frames = append(frames, f)
		}
		b.now += b.config.Camera.Period
	}
	return frames, nil
}

// drift follows the stiffness of the bonds while it changes by itself.
func (b *Bench) drift() error {
	if b.config.Update.Drift == 0 {
		return nil
	}
	s := b.specimen
	err := s.stiffen(b.now)
	if err == nil {
		err = b.rest(s.target, s.load, b.holds)
	}
	b.broken = err
	return err
}

// Safe implements lab.Bench. A lattice on which nothing hangs is left as it is.
func (b *Bench) Safe(context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.armed = false
	if b.holds == nil && !slices.ContainsFunc(b.specimen.load, func(f float64) bool { return f != 0 }) {
		return nil
	}
	b.holds = nil
	clear(b.specimen.load)
	clear(b.u)
	b.specimen.aim(b.u, b.now)
	return nil
}

// Wait implements lab.Waiter: time goes by on the clock of the bench.
func (b *Bench) Wait(ctx context.Context, d time.Duration) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now += max(d, 0)
	return ctx.Err()
}

// Stiffness is what the bonds have now (N/m; len elements), or the parameters that those of a body have, which no
// bench could tell. Those of elements that broke are 0.
func (b *Bench) Stiffness() []float64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.specimen
	k := slices.Clone(s.k)
	for i := range k {
		if s.broken(s.element(i)) {
			k[i] = 0
		}
	}
	return k
}

// TruthAt is Truth with elements set to k otherwise than they were asked to be last, and nothing wrong with that; the bench stays as it is.
func (b *Bench) TruthAt(k []float64, load []lab.Force) ([]float64, error) {
	b.mu.Lock()
	s := b.specimen
	given := slices.Clone(s.given)
	for i, v := range k {
		if v != s.asked[i] {
			s.given[i] = v
		}
	}
	err := s.stiffen(s.stiff)
	b.mu.Unlock()
	var u []float64
	if err == nil {
		u, err = b.Truth(load)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	s.given = given
	return u, errors.Join(err, s.stiffen(s.stiff))
}

// Truth is where the nodes would come to rest under a load of any size (displacements, m; len nodes x dimensions,
// node-major), with the bonds as they are now and nothing in between: no camera, no creep, no weights that are whole.
func (b *Bench) Truth(load []lab.Force) ([]float64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.specimen
	f, u := slices.Clone(b.f), make([]float64, s.unknowns())
	defer copy(b.f, f)
	b.hang(load)
	if err := s.rest(u, b.f); err != nil {
		return nil, err
	}
	all := make([]float64, len(s.unknown()))
	for i, unknown := range s.unknown() {
		if unknown >= 0 {
			all[i] = u[unknown]
		}
	}
	return all, nil
}
