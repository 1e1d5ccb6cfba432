package experiment

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/mechanics"
)

// fewDigits is the number of digits of an answer below which a warning is due.
const fewDigits = 6

// together is the load of one unit at every input, by which accuracy is judged (len N).
func (x *Experiment) together() []float64 {
	f := make([]float64, x.Eq.C.N)
	for _, p := range x.In {
		unknowns, values := x.Eq.C.Load(p)
		for a, unknown := range unknowns {
			f[unknown] += values[a]
		}
	}
	return f
}

// Digits is how many digits of the displacements are right at the stiffness set last.
func (x *Experiment) Digits() (float64, error) {
	var outputs []mechanics.Reading
	for _, p := range x.Out {
		unknowns, values := x.Eq.C.Load(p)
		outputs = append(outputs, mechanics.Reading{Unknown: unknowns, Value: values})
	}
	lost, err := x.Eq.Lost(x.together(), outputs)
	return mechanics.Digits(lost), err
}

// roundingWarning says how many digits are left where these are few.
func (x *Experiment) roundingWarning() ([]Warning, error) {
	digits, err := x.Digits()
	if err != nil {
		return nil, err
	}
	if digits >= fewDigits {
		return x.smallDifferences()
	}
	digits = math.Round(10*digits) / 10
	return []Warning{{Code: "E0707", Digits: &digits,
		Text: fmt.Sprintf("about %.0f digits of the displacements are right: the rest is rounding, because stiffnesses differ by too much or a motion of many nodes costs almost no energy", digits),
		Help: "narrow the ranges of the bonds, or support the network better"}}, nil
}

// smallDifferences warns of an output that is the difference of displacements far larger than itself, each of which
// is rounded.
func (x *Experiment) smallDifferences() ([]Warning, error) {
	const (
		rounding = 0x1p-53
		nothing  = 1e-14 // of them: a difference that is zero, by symmetry for example
	)
	ones := make([]float64, len(x.In))
	for a := range ones {
		ones[a] = 1
	}
	m, _, err := x.under(ones, nil)
	if err != nil {
		return nil, err
	}
	u := x.Exact.Displacements()
	for o, p := range x.Out {
		unknowns, values := x.Eq.C.Load(p)
		parts, reading := 0.0, math.Abs(m.Out[o])
		for a, unknown := range unknowns {
			parts = max(parts, math.Abs(values[a]*u[unknown]))
		}
		if !(reading > nothing*parts) {
			continue
		}
		if digits := math.Round(-10*math.Log10(rounding*parts/reading)) / 10; digits < fewDigits {
			return []Warning{{Code: "E0707", Digits: &digits, Output: x.Outputs[o],
				Text: fmt.Sprintf("output %s is a difference of displacements %.1g times as large: about %.0f digits of it are right, and the rest is rounding", x.Outputs[o], parts/reading, digits),
				Help: "narrow the ranges of the bonds, or read a pair of nodes that moves more"}}, nil
		}
	}
	return nil, nil
}
