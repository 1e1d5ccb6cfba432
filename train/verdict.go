package train

import (
	"fmt"
	"math"
)

// Verdict says what is known when training has ended.
type Verdict struct {
	Converged   bool    `json:"converged"`
	Reason      string  `json:"reason"` // why training ended
	KKT         float64 `json:"kkt"`    // KKT residual as a share of its first value
	LowerBounds int     `json:"bonds_on_lower_bound"`
	UpperBounds int     `json:"bonds_on_upper_bound"`
	FreeBonds   int     `json:"bonds_that_learn"`
	// Of displacement targets: whether they are reached, and the loss that is
	// the best reachable one nearby when they are not.
	Feasible string `json:"feasible,omitempty"` // "reached", "infeasible", "open"
	Text     string `json:"text"`               // all of it in a sentence or two
}

const (
	// stationary is the KKT residual, as a share of the first, below which no
	// bond can improve the loss by more than rounding.
	stationary = 1e-6
	// reached is the relative displacement error that counts as the target.
	reached = 1e-6
)

// Verdict judges the present point of a training that is Done.
func (t *Trainer) Verdict() (Verdict, error) {
	kkt, err := t.KKT()
	if err != nil {
		return Verdict{}, err
	}
	score, err := t.Score()
	if err != nil {
		return Verdict{}, err
	}
	d := t.Experiment.Design
	v := Verdict{Reason: t.Why, FreeBonds: d.Dim()}
	if t.FirstKKT > 0 {
		v.KKT = kkt / t.FirstKKT
	}
	v.LowerBounds, v.UpperBounds = d.OnBounds(t.Point)
	displacements := !math.IsNaN(score.Train.Relative)
	hit := displacements && score.Train.Relative <= reached
	v.Converged = v.KKT <= stationary || hit
	bounds := fmt.Sprintf("%d of %d bonds on a bound (%d lower, %d upper)", v.LowerBounds+v.UpperBounds, v.FreeBonds, v.LowerBounds, v.UpperBounds)
	switch {
	case v.FreeBonds == 0:
		v.Converged = hit
		if displacements {
			v.Feasible = map[bool]string{true: "reached", false: "infeasible"}[hit]
		}
		v.Text = "No bond can learn: these are the numbers of the network as it is."
	case hit:
		v.Feasible = "reached"
		v.Text = fmt.Sprintf("The wanted displacements are reached to %.1e; %s.", score.Train.Relative, bounds)
	case displacements && v.Converged:
		v.Feasible = "infeasible"
		v.Text = fmt.Sprintf("The wanted displacements cannot be reached from here: the loss %.6g (relative error %.2g) is the best reachable nearby, with %s and a KKT residual of %.1e of its first value.",
			score.Train.Loss, score.Train.Relative, bounds, v.KKT)
	case v.Converged:
		v.Text = fmt.Sprintf("Converged: no bond can lower the loss %.6g to first order, with %s and a KKT residual of %.1e of its first value.", score.Train.Loss, bounds, v.KKT)
	default:
		if displacements {
			v.Feasible = "open"
		}
		more := "more epochs may improve it"
		switch {
		case t.Epoch < t.Total(): // by a stop criterion, or because the method was stuck
			more = "more epochs would not change it: another method, start or stop criterion may"
		case !t.Method.FullBatch():
			more = "more epochs, or method l-bfgs, may improve it"
		}
		v.Text = fmt.Sprintf("Not converged: %s. One bond could still lower the loss by up to %.2g (KKT residual %.1e of its first value); %s; %s.", t.Why, kkt, v.KKT, bounds, more)
	}
	return v, nil
}
