package lab

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// Outputs is what a lattice does under its inputs, as measured.
type Outputs struct {
	// Answers are the displacements at the output ports by the force at each input
	// port (m/N; q x p), from which those of any sample follow; nil where samples
	// were measured one by one.
	Answers []float64
	U       []float64 // displacements of the samples of the batch, m; B x q
	Phases  int       // measured for it
	Frames  int       // taken for it
}

// Outputs asks for the input phases of a gradient, and for no others.
func (e *Estimator) Outputs(source Source) (*Outputs, error) {
	s, p, q, b := e.Specimen, len(e.Specimen.In), len(e.Specimen.Out), e.Batch.Len()
	r, err := e.Rig(source)
	if err != nil {
		return nil, err
	}
	out := &Outputs{U: make([]float64, b*q)}
	look := func(ask Ask, u []float64) error {
		first, _, err := r.ask(ask, nil)
		if err != nil {
			return err
		}
		var second *Response
		if e.Protocol.Alternate {
			if second, _, err = r.ask(Ask{ask.Part, ask.Number, 1, scaled(ask.Load, -1)}, nil); err != nil {
				return err
			}
		}
		return r.outputs(turned(ask.Load, first, second).Response, u, make([]float64, q))
	}
	if !e.superposes() {
		for i := range b {
			row := e.Batch.Row(i)
			if err := look(Ask{Input, row, 0, s.Forces(s.In, e.Batch.Set.Force(row))}, out.U[i*q:(i+1)*q]); err != nil {
				return nil, err
			}
		}
	} else {
		size := e.adjointSize()
		if size == 0 {
			return nil, errNothing
		}
		out.Answers = make([]float64, q*p)
		u := make([]float64, q)
		for a := range p {
			if err := look(Ask{InputPort, a, 0, s.Forces(s.In[a:a+1], []float64{size})}, u); err != nil {
				return nil, err
			}
			for o := range q {
				out.Answers[o*p+a] = u[o] / size
			}
		}
		for i := range b {
			out.answer(e.Batch.Set.Force(e.Batch.Row(i)), out.U[i*q:(i+1)*q])
		}
	}
	out.Phases, out.Frames = r.total.Phases, r.total.Frames
	return out, nil
}

// answer superposes the outputs under forces f at the inputs.
func (o *Outputs) answer(f, u []float64) {
	for i := range u {
		u[i] = 0
		for a, fa := range f {
			u[i] += o.Answers[i*len(f)+a] * fa
		}
	}
}

// Of are the outputs of every sample of a set (m; N x q), nil where they do not
// follow from what was measured.
func (o *Outputs) Of(set *task.Set) []float64 {
	if o.Answers == nil {
		return nil
	}
	u := make([]float64, set.N*set.Q)
	for i := range set.N {
		o.answer(set.Force(i), u[i*set.Q:(i+1)*set.Q])
	}
	return u
}

// Score judges outputs u of every sample of a set (m; N x q).
func Score(loss task.Loss, set *task.Set, u []float64) learn.Score {
	score := learn.Score{Loss: math.NaN(), Accuracy: math.NaN(), Relative: math.NaN()}
	if set.N == 0 || u == nil {
		return score
	}
	score.Loss = task.Total(loss, set, nil, u, make([]float64, len(u))) / float64(set.N)
	right, missed, wanted := 0, 0.0, 0.0
	for i := range set.N {
		at, goal := u[i*set.Q:(i+1)*set.Q], set.Goal(i)
		if goal.Class >= 0 {
			if goal.Right(at) {
				right++
			}
			continue
		}
		for o, want := range goal.Want {
			if !math.IsNaN(want) {
				missed += (at[o] - want) * (at[o] - want)
				wanted += want * want
			}
		}
	}
	if set.Class != nil {
		score.Accuracy = float64(right) / float64(set.N)
	} else if wanted > 0 {
		score.Relative = math.Sqrt(missed / wanted)
	}
	return score
}

// Exam measures what the lattice does under its inputs as it is now. The phases go
// into the journal; a session that goes on uses them for its next step.
func (s *Session) Exam(ctx context.Context) (*Outputs, error) {
	var out *Outputs
	_, err := s.attend(ctx, func(ctx context.Context) (Result, error) {
		if err := s.prepare(ctx); err != nil {
			return s.result(), err
		}
		s.phases = s.phases[:0]
		var err error
		out, err = s.estimator().Outputs(func(ask Ask, zero []Frame) (*Record, *Response, error) { return s.source(ctx, ask, zero) })
		if err == nil {
			// What was asked again from the journal must be there for the next step.
			err = s.rewind()
		}
		if err == nil {
			err = s.guard.Safe(ctx)
		}
		return s.result(), err
	})
	return out, err
}

// oldLook is the turn of the input phases of an exam in old journals, where the loss is of a whole set.
const oldLook = 2

// UnmeasuredError says that a journal does not have a phase that is asked for.
type UnmeasuredError struct {
	Step int // from 0
	Ask  Ask
}

func (e *UnmeasuredError) Error() string {
	return fmt.Sprintf("step %d of the journal has no phase of %s %d", e.Step+1, e.Ask.Part, e.Ask.Number+1)
}

// Looked are the outputs that were measured for a step of a journal (from 0), or
// after the last one by an exam.
func (l *Log) Looked(step int, e *Estimator) (*Outputs, error) {
	protocol := l.Start.Protocol
	again := &Estimator{Specimen: e.Specimen, Protocol: &protocol, Loss: e.Loss, Batch: e.Batch, Rule: e.Rule, Theta: l.stiffnessAt(step, e.Theta)}
	var used map[string]bool
	if step < len(l.Steps) {
		used = map[string]bool{}
		for _, uid := range l.Steps[step].Phases {
			used[uid] = true
		}
	}
	find := func(ask Ask, shot int) (*PhaseEvent, error) {
		for i := len(l.Phases) - 1; i >= 0; i-- { // the last look counts
			p := &l.Phases[i]
			if p.Step == step && p.Used && (used == nil || used[p.UID]) && p.Part == ask.Part && p.Number == ask.Number && (p.Turn == ask.Turn || ask.Turn == 0 && p.Turn == oldLook) && p.Shot == shot {
				return p, nil
			}
		}
		return nil, &UnmeasuredError{step, ask}
	}
	return again.Outputs(func(ask Ask, _ []Frame) (*Record, *Response, error) {
		p, err := find(ask, 0)
		if err != nil {
			return nil, nil, err
		}
		return gather(e.Specimen, &protocol, p, func(shot int) (*PhaseEvent, error) { return find(ask, shot) })
	})
}

// Superposes reports whether unit loads at the ports are measured instead of samples.
func (e *Estimator) Superposes() bool { return e.superposes() }

// Size is the largest nodal force of an adjoint load, N.
func (e *Estimator) Size() float64 { return e.adjointSize() }

// EndJournal writes the stop document of a journal whose session nobody runs; status
// is "success" or "abort". A journal that has ended stays as it is.
func EndJournal(fsys atomicfile.FS, path, status, reason string) error {
	j, err := openJournal(fsys, path, nil, nil)
	if err != nil {
		return err
	}
	if j.log.Start == nil {
		err = fmt.Errorf("%s has no start", path)
	} else {
		err = j.stop(status, reason)
	}
	return errors.Join(err, j.Close())
}
