package insitu

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver"
	"github.com/elastrain/elastrain/lab/driver/inbox"
	"github.com/elastrain/elastrain/lab/matter"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/passport"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
)

// Options are what a lab needs besides its experiment file.
type Options struct {
	Folder string        // beside which inbox and orders are; "" is the current one
	Person driver.Person // whom a manual bench asks
	Log    io.Writer     // receives what drivers say; may be nil
	Inbox  inbox.Options // how directories are watched
	// Overlays is the directory for pictures of what was read; "" makes none.
	Overlays string
	// Start is the stiffness of every element at the start, N/m; nil for that of the file.
	Start []float64
	// Home is what the file begins with, where Start is something else; nil otherwise.
	Home    []float64
	Session string // the directory of the session, for the table of what the bonds are set to
}

// Lab is what a lab section describes, built and checked. Nothing has moved, and no
// program runs.
type Lab struct {
	Experiment *experiment.Experiment
	Spec       *spec.Lab
	Specimen   *measurement.Specimen
	Protocol   measurement.Protocol
	Limits     lab.Limits
	Start      []float64          // stiffness at the start, N/m, len elements; of a body its parameters
	Matter     matter.Bonds       // nil: any stiffness of the range
	Sight      *Sight             // how photographs are read; nil where no layout can be made of the network
	Blind      error              // why not
	Passport   *passport.Passport // what is known of the part; nil where the file names none

	// Pinned is what a person has agreed to start; nil: the command as it is.
	Pinned *driver.Pinned

	order   []int32              // of the training samples, where inputs set stiffnesses
	theory  *statics.Equilibrium // of a body, for predictions; nil for lattices of linear springs
	files   experiment.Files
	options Options
	strung  []strung // the loads that were planned
	staged  bool     // the twin has a stage, whatever the rule
	session string   // uid of the session that sets the bonds; "" outside of one
}

// Build makes the lab of an experiment. Errors of the file are spec.Errors.
func Build(x *experiment.Experiment, files experiment.Files, o Options) (*Lab, error) {
	s := x.Spec.Lab
	if s == nil {
		return nil, spec.Errors{x.File.Errorf("E0901", "", "the experiment has no section `lab`").
			WithLabel("on which bench?").WithHelp("add `lab: {bench: twin}` to rehearse on a simulated specimen")}
	}
	l := &Lab{Experiment: x, Spec: s, files: files, options: o, Start: make([]float64, x.Parameters())}
	if err := l.counted(); err != nil {
		return nil, err
	}
	if err := x.CanLearn(); err != nil {
		return nil, err
	}
	if err := l.suits(); err != nil {
		return nil, err
	}
	var err error
	if l.Specimen, err = specimen(x); err != nil {
		return nil, err
	}
	if x.Solid != nil {
		if l.theory, err = fresh(x, x.Finite()); err != nil {
			return nil, err
		}
	}
	x.Design.Init(l.Start)
	if o.Start != nil {
		copy(l.Start, o.Start)
	}
	l.Protocol = l.protocol()
	if l.Limits, err = l.limits(); err != nil {
		return nil, err
	}
	if s.Protocol.Error == "raw" {
		if l.Protocol.RawAdjoint, err = l.rawScale(); err != nil {
			return nil, err
		}
	}
	if err := l.Protocol.Validate(); err != nil {
		return nil, l.fail("lab.protocol", err)
	}
	for _, build := range []func() error{l.buildPassport, l.buildMatter, l.checkWeights, l.needSight} {
		if err := build(); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// Look is the lab for those who only look at the lattice: whatever a bench could not do with it, photographs show it.
func Look(x *experiment.Experiment, files experiment.Files, o Options) (*Lab, error) {
	l := &Lab{Experiment: x, Spec: x.Spec.Lab, files: files, options: o}
	if err := l.counted(); err != nil {
		return nil, err
	}
	return l, l.See()
}

// counted refuses networks whose nodes are not numbered from 1 on.
func (l *Lab) counted() error {
	if x := l.Experiment; x.Network.NodeNumbers != nil {
		return spec.Errors{x.File.Errorf("E0902", "network.nodes", "the numbers of the nodes leave some out, and cards, drivers and photographs count nodes from 1").
			WithHelp("number the nodes of the table 1 to %d, and the bonds with them", x.Network.Nodes())}
	}
	return nil
}

// fail is an error of a library about a value of the file: what is wrong and,
// after a semicolon, the way out.
func (l *Lab) fail(path string, cause error) error {
	what, way, _ := strings.Cut(cause.Error(), "; ")
	e := l.Experiment.File.Errorf("E0902", path, "%s", what)
	if way != "" {
		e.WithHelp("%s", way)
	}
	return spec.Errors{e}
}

// byHand reports whether a person does what the bench is asked to.
func (l *Lab) byHand() bool {
	return l.Spec.Bench == "manual" || l.Spec.Bench == "folder" && l.Spec.Obeys == "person"
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

func (l *Lab) protocol() measurement.Protocol {
	s := &l.Spec.Protocol
	p := measurement.DefaultProtocol()
	p.Repeats, p.Retakes, p.Sigma, p.Drift, p.Known = s.Repeats, s.Retakes, s.Noise, s.Drift, s.Sure
	p.EndPoints = s.Elongation == "end-points"
	p.Adjoint, p.Alternate = s.Adjoint, s.Alternate
	p.PerSample, p.Ports = s.Loads == "samples" || l.apiece() || l.changes() || l.searches() || writes(l.Experiment) != nil, s.Loads == "ports"
	p.SharedZero, p.Rows = s.Zero == "shared", l.Spec.Method == levenberg
	p.Settle.Timeout = seconds(s.Timeout)
	if l.byHand() {
		p.Settle.Wait, p.Settle.Speed = 30*time.Second, 0      // every look is a photograph that somebody takes
		p.Ports = p.Ports || s.Loads == "auto" && !p.PerSample // and a single weight hangs as it is wanted
	}
	if s.Wait != nil {
		p.Settle.Wait = seconds(*s.Wait)
	}
	if s.Still != nil {
		p.Settle.Speed = *s.Still
	}
	return p
}

// rawScale is the scale (N m) that gives the first adjoint load, as linear theory
// predicts it, the size that a normalised one would have.
func (l *Lab) rawScale() (float64, error) {
	x := l.Experiment
	slope, err := l.slopes()
	if err != nil {
		return 0, err
	}
	steepest, most := 0.0, l.Protocol.Adjoint
	for _, v := range slope {
		steepest = max(steepest, math.Abs(v))
	}
	for i := range x.Train.N {
		if l.Protocol.Adjoint == 0 {
			most = max(most, l.largest(i))
		}
	}
	if steepest == 0 {
		return 1, nil
	}
	return most / steepest, nil
}

// slopes are the derivatives of the total loss by the outputs of every training
// sample (1/m; N x q) at the start, as linear theory has them.
func (l *Lab) slopes() ([]float64, error) {
	x, q := l.Experiment, l.Experiment.Train.Q
	if err := x.Rig.SetStiffness(l.Start); err != nil {
		return nil, err
	}
	u, slope := make([]float64, x.Train.N*q), make([]float64, x.Train.N*q)
	if x.Solid != nil {
		err := x.Solid.Rig.Forward(learn.Batch{Set: x.Train}, u)
		if err == nil {
			task.Total(x.Loss, x.Train, nil, u, slope)
		}
		return slope, err
	}
	answers, err := x.Exact.Respond()
	if err != nil {
		return nil, err
	}
	for i := range x.Train.N {
		answers.Outputs(u[i*q:(i+1)*q], x.Train.Force(i))
	}
	task.Total(x.Loss, x.Train, nil, u, slope)
	return slope, nil
}

func (l *Lab) limits() (lab.Limits, error) {
	s := &l.Spec.Limits
	limits := lab.Limits{Force: s.Force, TotalForce: s.Total, Displacement: s.Displacement, Elongation: s.Elongation, Rate: s.Rate, StiffnessStep: s.Step}
	if l.Experiment.Solid != nil {
		return l.bodyLimits(limits)
	}
	if s.Wider > 0 {
		return limits, l.refuse("lab.limits.step_width", "what this bench changes are stiffnesses", "give `step`, such as step: 5 N/m")
	}
	d := l.Experiment.Design
	for i, gain := range d.Gain {
		if l.Experiment.Network.Elements[i].Cut {
			continue
		}
		lo, hi := gain*min(d.Lo[i], d.Start[i]), gain*max(d.Hi[i], d.Start[i])
		if limits.Stiffness == [2]float64{} {
			limits.Stiffness = [2]float64{lo, hi}
		}
		limits.Stiffness = [2]float64{min(limits.Stiffness[0], lo), max(limits.Stiffness[1], hi)}
	}
	if limits.Stiffness[1] > 1e300 { // a range without an upper end
		limits.Stiffness = [2]float64{}
	}
	// Rounding on the way from a width to a stiffness must not fall out of the range.
	limits.Stiffness[0] *= 1 - 1e-9
	limits.Stiffness[1] *= 1 + 1e-9
	return limits, nil
}

// Patience is how long a bench may take. It is longer than the bench itself waits for a
// person, a program or a device, because the bench can say what did not come.
func (l *Lab) Patience() lab.Patience {
	p := lab.DefaultPatience()
	looks := time.Duration(max(1, l.Protocol.Repeats+l.Protocol.Retakes))
	if l.byHand() {
		const day = 25 * time.Hour
		p.Load, p.Measure, p.Stiffness, p.Safe = day, looks*day, 30*day, day
	}
	if l.Spec.Answer > 0 { // the driver's own watch comes first, because it knows how to end a program
		p.Load, p.Measure, p.Stiffness = seconds(l.Spec.Answer)+time.Minute, seconds(l.Spec.Answer)+time.Minute, seconds(l.Spec.Answer)+time.Minute
	}
	if l.Spec.Bench == "folder" {
		const more = time.Minute
		p.Load, p.Measure, p.Stiffness = time.Hour+more, looks*time.Hour+more, 24*time.Hour
		p.Safe = max(p.Safe, 2*time.Minute)
	}
	return p
}

// Estimator turns phases of this lab into gradients.
func (l *Lab) Estimator() *measurement.Estimator {
	return &measurement.Estimator{Specimen: l.Specimen, Protocol: &l.Protocol, Loss: l.Experiment.Loss, Batch: l.batch(), Rule: l.rule(), Theta: l.Start, Valued: l.searches(), Ranges: session.Ranges(l.Experiment.Design)}
}

// Predict is what a load will do according to the linear theory; of a body, according to that of its experiment.
func (l *Lab) Predict(k []float64, load []lab.Force) ([]float64, error) {
	if l.theory != nil {
		return displaceBody(l.theory, k, load)
	}
	eq, dim := l.Experiment.Eq, l.Experiment.Network.Dim
	if err := eq.SetStiffness(l.had(k)); err != nil {
		return nil, err
	}
	f := make([]float64, eq.C.N)
	for _, force := range load {
		for axis := range dim {
			if i := eq.C.Unknown[force.Node*dim+axis]; i >= 0 {
				f[i] += force.F[axis]
			}
		}
	}
	if err := eq.Displace(f); err != nil {
		return nil, err
	}
	u := make([]float64, len(eq.C.Unknown))
	for i, unknown := range eq.C.Unknown {
		if unknown >= 0 {
			u[i] = f[unknown]
		}
	}
	return u, nil
}

// newMethod is the optimiser of the bench in its first state.
func (l *Lab) newMethod() (optim.Method, error) {
	d, rate := l.Experiment.Design, l.Spec.Rate
	if l.Spec.Method == "resilient" {
		step := session.FirstStep(d)
		if rate > 0 {
			step *= rate / 0.1
		}
		return session.NewResilient(d.Dim(), step), nil
	}
	if l.searches() {
		return l.searcher()
	}
	if l.Spec.Method == levenberg {
		return optim.NewMeasuredLevenberg(d.Dim()), nil
	}
	if rate == 0 {
		rate = experiment.DefaultRate(l.Spec.Method)
	}
	return optim.New(l.Spec.Method, d.Dim(), rate)
}

// Setup is a session of this lab on a bench.
func (l *Lab) Setup(bench lab.Bench) (session.Setup, error) {
	if err := l.unboxed(); err != nil {
		return session.Setup{}, err
	}
	method, err := l.newMethod()
	if err != nil {
		return session.Setup{}, l.fail("lab.method", err)
	}
	x := l.Experiment
	setup := session.Setup{Bench: bench, Specimen: l.Specimen, Loss: x.Loss, Batch: l.batch(), Design: x.Design, Method: method,
		Rule: l.rule(), Protocol: l.Protocol, Limits: l.Limits, Enough: l.Spec.Enough, Patience: l.Patience(), Predict: l.Predict, Apply: l.apply(), Info: session.Info{Operator: l.Spec.Operator}}
	if setup.Stands, err = l.stands(); err != nil {
		return session.Setup{}, err
	}
	if least, ok := method.(*optim.MeasuredLevenberg); ok && setup.Stands != nil {
		k := slices.Clone(l.Start)
		least.Stands = func(at []float64) bool { x.Design.Stiffness(at, k, nil); return setup.Stands(k) }
	}
	if l.boxed() {
		setup.Hang = l.shots
	}
	return setup, nil
}

// Describe says on one line what the bench is.
func (l *Lab) Describe() string {
	s := l.Spec
	switch s.Bench {
	case "exec":
		return "the program " + strings.Join(s.Command, " ")
	case "serial":
		return fmt.Sprintf("the device at %s", s.Port)
	case "manual":
		return "a person, photographs in " + l.beside(s.Inbox)
	case "folder":
		return "tables in " + l.beside(s.Inbox)
	}
	return "the simulated twin"
}

// hello asks a bench for its card and sees that it holds this lattice.
func (l *Lab) hello(ctx context.Context, bench lab.Bench) (lab.Card, error) {
	card, err := bench.Hello(ctx)
	if err == nil {
		err = card.Fits(l.Specimen.Net)
	}
	if err == nil {
		err = l.sets(card)
	}
	if err == nil {
		err = l.removable(card)
	}
	return card, err
}
