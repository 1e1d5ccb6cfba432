package train

import (
	"cmp"
	"fmt"
	"math"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// Verdict says what is known when training has ended.
type Verdict struct {
	Converged   bool    `json:"converged"`
	Reason      string  `json:"reason"` // why training ended
	KKT         float64 `json:"kkt"`    // KKT residual as a share of its first value
	LowerBounds int     `json:"bonds_on_lower_bound"`
	UpperBounds int     `json:"bonds_on_upper_bound"`
	FreeBonds   int     `json:"bonds_that_learn"`
	Endless     int     `json:"bonds_without_end,omitempty"` // whose range has no upper end, and that went a million times as far as they began
	// Of displacement targets: whether they are reached, and the loss that is
	// the best reachable one nearby when they are not.
	Feasible string `json:"feasible,omitempty"` // "reached", "infeasible", "open"
	// Whether the loss has come down to learn.stop.loss: "met" or "missed"; absent
	// where the spec has no such goal.
	Goal string `json:"goal,omitempty"`
	// Of classes learned from data: the accuracy on the training part that naming
	// always its most frequent class has, and whether the network does no better.
	Chance   float64 `json:"chance_accuracy,omitempty"`
	AtChance bool    `json:"at_chance,omitempty"`
	// Of matter with levels that were searched for: how good the best network is among those that were found.
	Levels *Levels `json:"levels,omitempty"`
	// Of a training that a score ended which stood still.
	Early *EarlyStop `json:"early_stop,omitempty"`
	// Of method fewest-changes: how many bonds have changed.
	Changes int    `json:"changes,omitempty"`
	Text    string `json:"text"` // all of it in a few sentences
}

const (
	// stationary is the KKT residual, as a share of the first, below which no
	// bond can improve the loss by more than rounding. A first residual that is
	// larger than the loss at the end, or than its natural size of one, is no
	// measure: a start far away would make everything after it look converged.
	stationary = 1e-6
	// rounding is the KKT residual, as a share of the loss, that is none: where
	// learning starts at an optimum the first residual is no measure either.
	rounding = 1e-9
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
	d := t.Problem.Design
	count := func(n int) int { return int(t.Problem.Joined().Total(float64(n))) }
	v := Verdict{Reason: t.Why, FreeBonds: count(d.Dim()), Early: t.early()}
	if t.FirstKKT > 0 {
		v.KKT = kkt / t.FirstKKT
	}
	lower, upper := d.OnBounds(t.chosen())
	v.LowerBounds, v.UpperBounds = count(lower), count(upper)
	displacements := !math.IsNaN(score.Train.Relative)
	hit := displacements && score.Train.Relative <= reached
	flat := t.flat() && score.Train.Loss > 0
	limit := max(stationary*min(t.FirstKKT, max(1, score.Train.Loss)), rounding*score.Train.Loss)
	v.Converged = hit || kkt <= limit && !flat
	one, wanted := cmp.Or(t.Plan.Learns, "bond"), cmp.Or(t.Plan.Wanted, "displacements")
	bounds := fmt.Sprintf("%d of %d %ss on a bound (%d lower, %d upper)", v.LowerBounds+v.UpperBounds, v.FreeBonds, one, v.LowerBounds, v.UpperBounds)
	_, untaught := t.Problem.Rule.(learn.Untaught)
	switch {
	case untaught && v.FreeBonds > 0:
		v.Converged, v.Feasible = kkt <= stationary*t.FirstKKT, ""
		v.Text = fmt.Sprintf("At rest: no %s grows or wastes any more, with %s; the rule follows no target, and the loss %.6g is what it makes of the task.", one, bounds, score.Train.Loss)
		if !v.Converged {
			v.Text = fmt.Sprintf("Not at rest: %s. Growth is still at %.1e of what it was at first, with %s; the rule follows no target, and the loss %.6g is what it makes of the task.", t.Why, v.KKT, bounds, score.Train.Loss)
		}
	case v.FreeBonds == 0:
		v.Converged = hit
		if displacements {
			v.Feasible = map[bool]string{true: "reached", false: "infeasible"}[hit]
		}
		v.Text = "No " + one + " can learn: these are the numbers of the network as it is."
	case hit:
		v.Feasible = "reached"
		v.Text = fmt.Sprintf("The wanted %s are reached to %.1e; %s.", wanted, score.Train.Relative, bounds)
	case displacements && v.Converged:
		v.Feasible = "infeasible"
		v.Text = fmt.Sprintf("The wanted %s cannot be reached from here: the loss %.6g (relative error %.2g) is the best reachable nearby, with %s and a KKT residual of %.1e of its first value.",
			wanted, score.Train.Loss, score.Train.Relative, bounds, v.KKT)
	case v.Converged:
		v.Text = fmt.Sprintf("Converged: no %s can lower the loss %.6g to first order, with %s and a KKT residual of %.1e of its first value.", one, score.Train.Loss, bounds, v.KKT)
	case flat:
		if displacements {
			v.Feasible = "open"
		}
		v.Text = fmt.Sprintf("Not converged: %s. Every slope is zero, so nothing says which way to go: symmetry holds the outputs, or they do not answer to the %ss. Choose other ports, or `start: random`.", t.Why, one)
	case !t.wholeSet():
		if displacements {
			v.Feasible = "open"
		}
		v.Text = t.byBatches(bounds)
	default:
		if displacements {
			v.Feasible = "open"
		}
		more := "more epochs may improve it"
		switch {
		case v.Early != nil:
			more = "more epochs would not change it, more `learn.stop.patience` may"
		case t.Epoch < t.Total(): // by a stop criterion, or because the method was stuck
			more = "more epochs would not change it: another method, start or stop criterion may"
		case !t.Method.FullBatch():
			more = "more epochs, or method l-bfgs, may improve it"
		}
		could := fmt.Sprintf("One %s could still lower the loss by up to %.2g", one, kkt)
		if kkt >= score.Train.Loss && score.Train.Loss > 0 { // to first order, within the range of the bond; no loss falls below zero
			could = fmt.Sprintf("The slope of one %s leads to first order below zero, so the loss %.2g can still fall, nobody knows how far", one, score.Train.Loss)
		}
		v.Text = fmt.Sprintf("Not converged: %s. %s (KKT residual %.1e of its first value); %s; %s.", t.Why, could, v.KKT, bounds, more)
	}
	t.byLevels(&v, score, bounds)
	t.byChanges(&v, score)
	if v.Endless = count(d.Endless(t.chosen())); v.Endless > 0 && !hit {
		v.Text += fmt.Sprintf(" %d of the %ss have no upper end and went a million times as far as they began: nothing but an end of their range stops them.", v.Endless, one)
	}
	if goal := t.Plan.Stop.Loss; goal > 0 {
		v.Goal = "met"
		if !(score.Train.Loss <= goal) {
			v.Goal = "missed"
			v.Text += fmt.Sprintf(" The goal is missed: the loss is %.6g, and learn.stop.loss asks for %.6g.", score.Train.Loss, goal)
		}
	}
	v.chance(t.Plan, score)
	return v, nil
}

// flat reports whether the slope of every bond that learns is exactly zero at the
// point evaluated last.
func (t *Trainer) flat() bool {
	g := t.Problem.StiffnessGradient()
	slopes := false
	for _, i := range t.Problem.Design.Free {
		slopes = slopes || g[i] != 0
	}
	return !t.Problem.Joined().Any(slopes)
}

// chance says where accuracies are no better than guessing.
func (v *Verdict) chance(x *Plan, score Record) {
	if !x.FromData || x.Train.Class == nil {
		return
	}
	v.Chance, v.AtChance = Chance(x.Scored, score.Train.Accuracy)
	level, accuracy, part := v.Chance, score.Train.Accuracy, "training"
	if test, at := Chance(x.Test, score.Test.Accuracy); at && !v.AtChance {
		level, accuracy, part = test, score.Test.Accuracy, "test"
	} else if !v.AtChance {
		return
	}
	v.Text += fmt.Sprintf(" The %s accuracy of %.4g %% is at chance level: naming always the most frequent class gives %.4g %%. %s",
		part, 100*accuracy, 100*level, cmp.Or(x.Advice, "Other ports may tell the classes apart; `elastrain ports` looks for them."))
}

// Chance is the accuracy on a set of naming always its most frequent class, and
// whether an accuracy is no better than that by two standard deviations of guessing.
func Chance(set *task.Set, accuracy float64) (level float64, at bool) {
	if set.N == 0 || set.Class == nil {
		return 0, false
	}
	count := map[int32]int{}
	most := 0
	for _, class := range set.Class {
		count[class]++
		most = max(most, count[class])
	}
	level = float64(most) / float64(set.N)
	return level, accuracy < 1 && accuracy <= level+2*math.Sqrt(level*(1-level)/float64(set.N))
}
