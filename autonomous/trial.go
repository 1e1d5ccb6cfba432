package autonomous

import (
	"context"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/automaton"
	"github.com/elastrain/elastrain/rules"
	"github.com/elastrain/elastrain/task"
)

// Scores of a life are taken at so many times that lie evenly, and at its end.
const scores = 50

// try lets one lattice live.
func (s *Study) try(ctx context.Context, x *experiment.Experiment, c automaton.Conditions, value *float64, seed uint64) (*Trial, error) {
	life, err := automaton.New(s.setup(x, c, seed), x.Train)
	if err != nil {
		return nil, err
	}
	t := &Trial{Seed: seed}
	if s.Site == 0 && c.Dead+c.Stuck > 0 {
		if t.Able, err = able(ctx, x, life); err != nil {
			return nil, err
		}
	}
	all := s.Shown + s.Left
	every := max(1, all/scores)
	random := order(seed)
	var rows []int
	for now := 0; ; now++ {
		if s.Told != nil {
			s.Told(value, seed, now, all)
		}
		if now%64 == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
		if now%every == 0 || now == all {
			score, err := judge(life, x, now)
			if err != nil {
				return nil, err
			}
			t.Scores = append(t.Scores, score)
		}
		if now == all {
			break
		}
		if now >= s.Shown {
			err = life.Leave()
		} else {
			if len(rows) == 0 {
				rows = random.Perm(x.Train.N)
			}
			err = life.Show(x.Train.Force(rows[0]), x.Train.Goal(rows[0]))
			rows = rows[1:]
		}
		if err != nil {
			return nil, err
		}
	}
	t.Deaths, t.Moves = life.Deaths, life.Moves
	if s.OpenTest && x.Test.N > 0 {
		_, t.Test, err = scoreOf(life, x.Loss, x.Test)
	}
	return t, err
}

// able is the least loss that exact slopes lead to with the bonds that can change; nil where none can, or the faults alone make none.
func able(ctx context.Context, x *experiment.Experiment, life *automaton.Life) (*float64, error) {
	d := *x.Design
	d.Free, d.Start = nil, slices.Clone(d.Start)
	for _, i := range x.Design.Free {
		d.Start[i] = life.Stiffness()[i] / d.Gain[i]
		if life.Able(int(i)) {
			d.Free = append(d.Free, i)
		}
	}
	of := *x
	of.Design = &d
	if d.Dim() == 0 {
		return nil, nil
	}
	_, least, err := rules.Optimum(ctx, &of)
	return &least, err
}

// order is the random numbers by which samples are shown.
func order(seed uint64) *rand.Rand {
	key := [32]byte{31: 1}
	binary.LittleEndian.PutUint64(key[:], seed)
	return rand.New(rand.NewChaCha8(key))
}

func judge(life *automaton.Life, x *experiment.Experiment, now int) (s Score, err error) {
	s.Shown = now
	if s.Loss, s.Train, err = scoreOf(life, x.Loss, x.Train); err != nil {
		return s, err
	}
	s.Accuracy = s.Train
	if x.Valid.N > 0 {
		_, s.Accuracy, err = scoreOf(life, x.Loss, x.Valid)
	}
	return s, err
}

func scoreOf(life *automaton.Life, loss task.Loss, set *task.Set) (float64, *float64, error) {
	u := make([]float64, 0, set.N*set.Q)
	var one []float64
	for n := range set.N {
		one = life.Outputs(set.Force(n), one)
		u = append(u, one...)
	}
	score, err := learn.ScoreOf(loss, set, u)
	if math.IsNaN(score.Accuracy) {
		return score.Loss, nil, err
	}
	return score.Loss, &score.Accuracy, err
}

// sum makes the numbers of a row of its trials.
func (r *Row) sum(start, least float64) {
	var within []float64
	var kept, final, accuracy, train, test, times []float64
	near := start - 0.9*(start-least)
	for _, t := range r.Trials {
		last := t.Scores[len(t.Scores)-max(1, len(t.Scores)/5):]
		loss, right, known := 0.0, 0.0, 0.0
		for _, s := range last {
			loss += s.Loss / float64(len(last))
			if s.Accuracy != nil {
				right += *s.Accuracy / float64(len(last))
				known += *s.Train / float64(len(last))
			}
		}
		final = append(final, loss)
		kept = append(kept, (start-loss)/(start-least))
		if t.Able != nil && *t.Able < start {
			within = append(within, (start-loss)/(start-*t.Able))
		}
		if last[0].Accuracy != nil {
			accuracy, train = append(accuracy, right), append(train, known)
		}
		if t.Test != nil {
			test = append(test, *t.Test)
		}
		if i := slices.IndexFunc(t.Scores, func(s Score) bool { return s.Loss <= near }); i >= 0 {
			times = append(times, float64(t.Scores[i].Shown))
		}
		r.Deaths += float64(t.Deaths) / float64(len(r.Trials))
		r.Moves += float64(t.Moves) / float64(len(r.Trials))
	}
	r.Within = rules.MeanOf(within)
	r.Kept, r.Final, r.Accuracy, r.Train, r.Test, r.Reached = *rules.MeanOf(kept), *rules.MeanOf(final), rules.MeanOf(accuracy), rules.MeanOf(train), rules.MeanOf(test), len(times)
	if 2*len(times) > len(r.Trials) {
		for len(times) < len(r.Trials) { // the others would have come later
			times = append(times, math.Inf(1))
		}
		slices.Sort(times)
		r.Time90 = &times[(len(times)-1)/2]
	}
}
