package train

import (
	"math"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/optim"
)

// best is the epoch that did best by Plan.BestBy, of a plan that keeps it. The training itself goes on from its last
// point, so that more epochs can follow; what is looked at when it has ended is the best.
type best struct {
	score []float64 // epoch, steps, loss, accuracy, relative error; the epoch is -1 where there is none yet
	point []float64
	rig   []optim.Field // what the rig remembered then
	last  []optim.Field // what it remembered at the end, while the best is looked at; nil at other times
}

// Best is the epoch that Plan.KeepBest keeps and its score on the part that it was chosen by; ok is false where there is none.
func (t *Trainer) Best() (epoch int, score learn.Score, ok bool) {
	if t.best.score == nil || t.best.score[0] < 0 {
		return 0, score, false
	}
	s := t.best.score
	return int(s[0]), learn.Score{Loss: s[2], Accuracy: s[3], Relative: s[4]}, true
}

// startBest prepares for keeping it.
func (t *Trainer) startBest() {
	if t.Plan.KeepBest && (t.Plan.Valid.N > 0 || t.Plan.BestBy == ByTrainingLoss) {
		t.best = best{score: []float64{-1, 0, 0, 0, 0}, point: make([]float64, len(t.Point)), rig: copyOf(t.remembered())}
	}
}

// remembered is the live state of the rig.
func (t *Trainer) remembered() []optim.Field {
	if rig, ok := t.Problem.Rig.(learn.Stateful); ok {
		return rig.State()
	}
	return nil
}

func copyOf(fields []optim.Field) []optim.Field {
	var list []optim.Field
	for _, f := range fields {
		list = append(list, optim.Field{Name: f.Name, Data: append([]float64(nil), f.Data...)})
	}
	return list
}

// compare keeps the present point if its record is the best so far.
func (t *Trainer) compare(r Record) {
	now := r.Valid
	if t.Plan.BestBy == ByTrainingLoss {
		now = r.Train
	}
	if t.best.score == nil || t.best.last != nil || r.Epoch == 0 || math.IsNaN(now.Loss) {
		return
	}
	if _, was, ok := t.Best(); ok {
		better := now.Loss < was.Loss
		if byAccuracy := t.Plan.BestBy == ByAccuracyThenLoss || t.Plan.BestBy == ByAccuracy; byAccuracy && now.Accuracy != was.Accuracy && !math.IsNaN(now.Accuracy) {
			better = now.Accuracy > was.Accuracy
		}
		if !better {
			return
		}
	}
	copy(t.best.score, []float64{float64(r.Epoch), float64(r.Steps), now.Loss, now.Accuracy, now.Relative})
	copy(t.best.point, t.Point)
	for i, f := range t.remembered() {
		copy(t.best.rig[i].Data, f.Data)
	}
}

// chosen is the point that is looked at: the last, or the best where that is kept and training has ended. It gives the rig what
// it remembered there.
func (t *Trainer) chosen() []float64 {
	if _, _, ok := t.Best(); !ok || !t.Done {
		return t.Point
	}
	if t.best.last == nil {
		t.best.last = copyOf(t.remembered())
		if t.best.last == nil {
			t.best.last = []optim.Field{}
		}
		for i, f := range t.remembered() {
			copy(f.Data, t.best.rig[i].Data)
		}
	}
	return t.best.point
}

// RigState is what the rig remembers at the last point, whatever is looked at: for checkpoints.
func (t *Trainer) RigState() []optim.Field {
	if t.best.last != nil {
		return t.best.last
	}
	return t.remembered()
}

// BestState is what is kept of the best epoch, for checkpoints: live slices, none where nothing is kept.
func (t *Trainer) BestState() []optim.Field {
	if t.best.score == nil {
		return nil
	}
	list := []optim.Field{{Name: "score", Data: t.best.score}, {Name: "point", Data: t.best.point}}
	for _, f := range t.best.rig {
		list = append(list, optim.Field{Name: "rig/" + f.Name, Data: f.Data})
	}
	return list
}

// goOn takes up the last point again.
func (b *best) goOn(live []optim.Field) {
	for i, f := range b.last {
		copy(live[i].Data, f.Data)
	}
	b.last = nil
}
