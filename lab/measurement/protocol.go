package measurement

import (
	"fmt"
	"math"
	"time"
)

// Protocol is how every load is measured and how a gradient is put together. Its
// zero value is not usable; start from DefaultProtocol.
type Protocol struct {
	Repeats int `json:"repeats"` // frames a state
	Retakes int `json:"retakes"` // frames more when marks are hidden or stray
	// Outlier is how far a mark may stray from its median, in median absolute
	// deviations scaled to standard deviations.
	Outlier float64 `json:"outlier"`
	// Sigma is the noise of one coordinate where neither the frames say it nor
	// repeats show it, m.
	Sigma float64 `json:"sigma,omitempty"`

	Settle Settle `json:"settle"`
	// Drift is how far the zero may move within a phase, in standard deviations
	// of that motion; 0 takes no second zero and checks nothing.
	Drift    float64 `json:"drift"`
	Rejected int     `json:"rejected"` // phases in a row that may be rejected for drift before a person is asked

	// EndPoints measures elongations as changes of the distance of the ends;
	// otherwise the displacements are projected on the bond in the design.
	EndPoints bool `json:"end_points"`

	// MeasuredSupports takes held nodes where they are seen. Otherwise they are
	// taken to be at rest, which spares their noise.
	MeasuredSupports bool `json:"measured_supports,omitempty"`

	// Adjoint is the size of the largest nodal force of an adjoint load, N. 0
	// takes that of the largest input.
	Adjoint float64 `json:"adjoint,omitempty"`
	// Alternate measures every load pair in the order input, adjoint, -adjoint,
	// -input and halves the differences: what does not change sign with the load,
	// and what drifts evenly, cancels.
	Alternate bool `json:"alternate"`
	// PerSample measures an input and an adjoint phase for every sample even
	// where unit loads at the ports would take fewer.
	PerSample bool `json:"per_sample"`
	// Ports measures unit loads at the ports even where samples would take fewer:
	// each is a single force, which weights can hang as it stands.
	Ports bool `json:"ports,omitempty"`
	// Rows measures one response for each output beside those of the inputs, whichever are fewer: samples or input ports.
	// From them follows the derivative of every output of every sample, for Gauss-Newton steps.
	Rows bool `json:"rows,omitempty"`
	// Known is how many standard deviations a derivative must have for its bond
	// to be changed.
	Known float64 `json:"known"`

	// The next two undo remedies, so that their worth can be shown.
	SharedZero bool `json:"shared_zero,omitempty"` // one zero for the input and adjoint phases of a pair
	// RawAdjoint, where it is not 0, is the force (N m) for a slope dL/du of one: the
	// adjoint load keeps this scale, however small it becomes.
	RawAdjoint float64 `json:"raw_adjoint,omitempty"`
}

// Settle says when a loaded lattice has come to rest.
type Settle struct {
	Wait    time.Duration `json:"wait,omitempty"` // before looking
	Speed   float64       `json:"speed"`          // of the marks, m/s, below which it rests; 0 does not look
	Pause   time.Duration `json:"pause"`          // between two looks
	Timeout time.Duration `json:"timeout"`        // then it is measured as it is, and flagged
}

// DefaultProtocol is what the knowledge of this field advises: three repeats, 5
// scaled median deviations, rest below 2 um/s, a fresh zero before and after.
func DefaultProtocol() Protocol {
	return Protocol{Repeats: 3, Retakes: 2, Outlier: 5, Drift: 3, Rejected: 2, Known: 2,
		Settle: Settle{Speed: 2e-6, Pause: time.Second, Timeout: 2 * time.Minute}}
}

// Validate reports what cannot be meant.
func (p *Protocol) Validate() error {
	for _, c := range []struct {
		name  string
		value float64
	}{{"outlier", p.Outlier}, {"sigma", p.Sigma}, {"drift", p.Drift}, {"adjoint force", p.Adjoint}, {"known", p.Known}, {"raw adjoint load", p.RawAdjoint}, {"settled speed", p.Settle.Speed}} {
		if !(c.value >= 0) || math.IsInf(c.value, 0) {
			return fmt.Errorf("protocol: the %s is %g; it must be a number from 0", c.name, c.value)
		}
	}
	switch {
	case p.Repeats < 1 || p.Repeats > 1000:
		return fmt.Errorf("protocol: %d repeats; a state takes 1 to 1000 frames", p.Repeats)
	case p.Retakes < 0 || p.Rejected < 0:
		return fmt.Errorf("protocol: the retakes (%d) and rejected phases (%d) must not be negative", p.Retakes, p.Rejected)
	case p.Outlier == 0:
		return fmt.Errorf("protocol: outlier is 0, which would reject every frame; 5 is usual")
	case p.Settle.Wait < 0 || p.Settle.Pause < 0 || p.Settle.Timeout < 0:
		return fmt.Errorf("protocol: the times of settling must not be negative")
	case p.Settle.Speed > 0 && (p.Settle.Timeout == 0 || p.Settle.Pause == 0):
		return fmt.Errorf("protocol: to watch marks settle takes a pause between looks and a timeout")
	case p.PerSample && p.Ports:
		return fmt.Errorf("protocol: loads are measured by samples or by ports, not both")
	case p.Rows && p.RawAdjoint > 0:
		return fmt.Errorf("protocol: responses of single outputs are measured, and no error that could be raw")
	case p.SharedZero && p.Alternate:
		return fmt.Errorf("protocol: a shared zero cannot alternate signs")
	}
	return nil
}

// Elongated names how elongations are measured, for the record.
func (p *Protocol) Elongated() string {
	if p.EndPoints {
		return "end-point distance"
	}
	return "projection"
}
