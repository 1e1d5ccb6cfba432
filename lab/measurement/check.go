package measurement

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/network"
)

// Verdict is what a check says.
type Verdict string

// Verdicts of a Finding.
const (
	Pass Verdict = "pass"
	Warn Verdict = "warn"
	Fail Verdict = "fail"
)

// Finding is one number that a check of a bench found.
type Finding struct {
	Name    string  `json:"name"`
	Value   float64 `json:"value"` // NaN where nothing can be told, which is null in JSON
	Sigma   float64 `json:"sigma"` // standard error of Value; 0 where it has none worth telling
	Unit    string  `json:"unit"`  // "" for a share
	WarnAt  float64 `json:"warn_at"`
	FailAt  float64 `json:"fail_at"`
	Verdict Verdict `json:"verdict"`
	Means   string  `json:"means"`
	Do      string  `json:"do,omitempty"` // unless it passed
}

// MarshalJSON implements json.Marshaler: a number that could not be told is null.
func (f Finding) MarshalJSON() ([]byte, error) {
	type plain Finding // without this method
	out := struct {
		Name  string   `json:"name"`
		Value *float64 `json:"value"`
		Sigma *float64 `json:"sigma"`
		plain
	}{Name: f.Name, plain: plain(f)}
	for _, v := range []struct {
		from float64
		to   **float64
	}{{f.Value, &out.Value}, {f.Sigma, &out.Sigma}} {
		if !math.IsNaN(v.from) && !math.IsInf(v.from, 0) {
			*v.to = &v.from
		}
	}
	return json.Marshal(out)
}

// Checkup is what to check a bench with. The two ports should be far apart and
// lie as loads of the training will: an input and an output.
type Checkup struct {
	A, B  network.Port
	Force float64 // N; the checks load with it and with half of it
	Looks int     // frames of the unloaded lattice for the noise; 0 for 10
	// Finite, when set, is what a load does in theory when displacements are not small (m;
	// len nodes*Dim). It tells a lattice that is loaded too far from one that slips.
	Finite func(load []lab.Force) ([]float64, error)
	// Hang, when set, says what hangs for a load, as the box of weights makes it; answers are scaled
	// back by its factor. nil hangs what is wanted.
	Hang func(load []lab.Force) (Shot, error)
	Hold time.Duration // how long to watch the loaded lattice creep; 0 for 20 s
}

// shares judges the size of a difference by what it is compared with.
type difference struct{ value, sigma float64 }

// relative is |d| / |u| with the noise of d taken out, and its standard error,
// over the coordinates whose noise is known.
func relative(d, variance, u []float64) difference {
	square, noise, size, spread := 0.0, 0.0, 0.0, 0.0
	for i := range d {
		square, noise, size = square+d[i]*d[i], noise+variance[i], size+u[i]*u[i]
		spread += 2*variance[i]*variance[i] + 4*variance[i]*d[i]*d[i]
	}
	value := math.Sqrt(max(0, square-noise))
	sigma := math.Sqrt(math.Sqrt(spread)) // where value is 0, its square is known to sqrt(spread)
	if value > sigma {
		sigma = math.Sqrt(spread) / (2 * value)
	}
	return difference{value / math.Sqrt(size), sigma / math.Sqrt(size)}
}

// judged fills in the verdict. A value below a threshold that the noise would
// hide if it were above is a warning: nothing is known then.
func judged(f Finding, do string) Finding {
	switch {
	case math.IsNaN(f.Value) || math.IsNaN(f.Sigma):
		return untold(f, "no mark was seen well enough to tell; clean the marks and look at the light")
	case f.Value > f.FailAt && f.Value > 2*f.Sigma:
		f.Verdict = Fail
	case f.Value > f.WarnAt && f.Value > 2*f.Sigma:
		f.Verdict = Warn
	case f.Sigma > f.WarnAt:
		f.Verdict, do = Warn, fmt.Sprintf("the noise hides it: only %.2g could be seen; take more repeats or a larger load", 2*f.Sigma)
	default:
		f.Verdict, do = Pass, ""
	}
	f.Do = do
	return f
}

// untold is a finding that nothing could be said of: it fails, because a lattice that
// shows nothing cannot be trained.
func untold(f Finding, do string) Finding {
	f.Value, f.Sigma, f.Verdict, f.Do = math.NaN(), math.NaN(), Fail, do
	return f
}

// notMoved is what to do where marks were seen, and none of them moved.
const notMoved = "the load moves no mark: see whether it hangs, whether the bench does what it says, and whether it pulls along a support; or take a larger load"

// What a check does.
const (
	noiseLooks  = 10 // at the unloaded lattice
	checkPhases = 5  // with a load each; one more hangs while it is watched
	creepLooks  = 12
)

// Check measures whether in situ training can work on a bench: the noise, the
// symmetry that backpropagation rests on, and whether the lattice is elastic.
// The bench must be armed; it is unloaded at the end.
func (m *Measurer) Check(ctx context.Context, c Checkup) ([]Finding, error) {
	if !(c.Force > 0) {
		return nil, fmt.Errorf("a check needs a force above zero")
	}
	if c.Looks == 0 {
		c.Looks = noiseLooks
	}
	if c.Hold == 0 {
		c.Hold = 20 * time.Second
	}
	s := m.Specimen
	shots, half, err := c.shots(s)
	if err != nil {
		return nil, err
	}
	sigma, err := m.still(ctx, c.Looks)
	if err != nil {
		return nil, err
	}
	order := []int{0, 0, 0, 1, 2}
	records := make([]*Record, checkPhases)
	for i, which := range order {
		if records[i], err = m.look(ctx, shots[which].Load, nil, nil); err != nil {
			return nil, err
		}
	}
	protocol, answers, err := m.reduceAll(&c, records)
	if err != nil {
		return nil, err
	}
	asHung := answers[0]
	for i, which := range order {
		answers[i] = answers[i].times(shots[which].Factor)
	}
	late, err := m.held(ctx, shots[0].Load, c.Hold, asHung)
	if err != nil {
		return nil, err
	}
	linear := Finding{Name: "linearity", WarnAt: 0.03, FailAt: 0.1, Value: math.NaN(), Sigma: math.NaN(), Verdict: Warn,
		Means: "how far the answer to the load is from twice that to half of it",
		Do:    "the box has no weights for half of the load, so it cannot be told; add lighter ones (lab.weights.masses)"}
	if half {
		linear = s.linearity(answers[0], answers[3])
	}
	reciprocity, err := s.reciprocity(&c, answers[0], answers[4], linear)
	if err != nil {
		return nil, err
	}
	pairOf := func(i, shot int) *pair {
		return turned(lab.Scaled(shots[shot].Load, shots[shot].Factor), answers[i], nil)
	}
	noise, err := s.noiseFloor(sigma, pairOf(0, 0), pairOf(4, 2))
	if err != nil {
		return nil, err
	}
	findings := []Finding{
		noise,
		s.repeatability(answers[0], answers[1], answers[2]),
		reciprocity,
		linear,
		s.hysteresis(protocol, records[0], asHung),
		creep(late, m.Protocol.Settle.Speed),
	}
	if findings[5].Verdict == Fail {
		for i := range findings[:5] {
			if f := &findings[i]; f.Name != "noise" && f.Verdict != Pass && !math.IsNaN(f.Value) {
				f.Do = "it may follow from the creep: mend that first, and check again"
			}
		}
	}
	return findings, nil
}

// shots are what hangs at A, at A with half the force, and at B. half is false where the box has
// nothing lighter than for the whole.
func (c *Checkup) shots(s *Specimen) (shots [3]Shot, half bool, err error) {
	for i, port := range []network.Port{c.A, c.A, c.B} {
		force := c.Force
		if i == 1 {
			force /= 2
		}
		load := s.Forces([]network.Port{port}, []float64{force})
		if c.Hang == nil {
			shots[i] = Shot{load, 1}
			continue
		}
		if shots[i], err = c.Hang(load); err != nil && i != 1 {
			return shots, false, err
		}
	}
	if half = shots[1].Load != nil && !lab.Alike(shots[0].Load, shots[1].Load); !half {
		shots[1] = shots[0]
	}
	return shots, half, nil
}

// reduceAll is what the phases of a check say. A drifting zero is taken as it is: the checks tell. Where so much
// strays that a port is not seen, nothing counts as stray, because that it moves is what a check is to find.
func (m *Measurer) reduceAll(c *Checkup, records []*Record) (*Protocol, []*Response, error) {
	loose := *m.Protocol
	loose.Outlier = 1e9
	for _, p := range []*Protocol{m.Protocol, &loose} {
		answers, seen := make([]*Response, len(records)), true
		for i, r := range records {
			var err error
			answers[i], err = m.Specimen.Reduce(p, r)
			if drift := (*DriftError)(nil); err != nil && !errors.As(err, &drift) {
				return nil, nil, err
			}
			seen = seen && answers[i].Seen[c.A.Node] && answers[i].Seen[c.B.Node]
		}
		if seen || p == &loose {
			return p, answers, nil
		}
	}
	panic("lab: the loose protocol comes last")
}

// still is the noise of the unloaded lattice.
func (m *Measurer) still(ctx context.Context, looks int) (float64, error) {
	if err := m.Bench.Ready(ctx); err != nil {
		return 0, err
	}
	applied, err := m.Bench.Load(ctx, nil)
	if err != nil {
		return 0, err
	}
	r, err := m.settle(ctx, applied)
	if err != nil {
		return 0, err
	}
	frames, err := m.grab(ctx, looks, r.settled)
	if err != nil {
		return 0, err
	}
	scatter := *m.Protocol
	scatter.Sigma = 0
	for i := range frames {
		nodes := append([]lab.Mark(nil), frames[i].Nodes...)
		for j := range nodes {
			nodes[j].Sigma = 0 // what the marks say of themselves is not what is asked
		}
		frames[i].Nodes = nodes
	}
	return m.Specimen.noise(&scatter, m.Specimen.reference(frames), frames), nil
}
