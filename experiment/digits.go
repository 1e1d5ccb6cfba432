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
	if err != nil || digits >= fewDigits {
		return nil, err
	}
	digits = math.Round(10*digits) / 10
	return []Warning{{Code: "E0707", Digits: &digits,
		Text: fmt.Sprintf("about %.0f digits of the displacements are right: the rest is rounding, because stiffnesses differ by too much or a motion of many nodes costs almost no energy", digits),
		Help: "narrow the ranges of the bonds, or support the network better"}}, nil
}
