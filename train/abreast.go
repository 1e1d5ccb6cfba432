package train

import (
	"github.com/elastrain/elastrain/internal/kernel"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/task/data"
)

// Company is who looks after trainings that go side by side.
type Company struct {
	// See is told of the records of training i before the first epoch and after every epoch that is Recorded; may be nil.
	See func(i int, r Record)
	// Pause is asked now and then within an epoch (epochs 0) and after every one (epochs that are done). An error ends the training, as the error of Together; may be nil.
	Pause func(i, epochs int) error
}

// MostAbreast is how many trainings go side by side.
const MostAbreast = mechanics.MostLanes

// Together brings trainings to their ends: those of small networks of one pattern up to eight side by side, a network in each lane of the processor's registers, all
// others one after another. Each ends with the bits that it has alone, whatever goes beside it. The errors are those of each, nil for those
// that have come to their end.
func Together(list []*Trainer, c Company) []error {
	errs := make([]error, len(list))
	waiting := make([]int, len(list))
	for i := range waiting {
		waiting[i] = i
	}
	for len(waiting) > 0 {
		var members, rest []int
		first := list[waiting[0]]
		for _, i := range waiting {
			if len(members) == 0 || len(members) < MostAbreast && first.beside(list[i]) {
				members = append(members, i)
			} else {
				rest = append(rest, i)
			}
		}
		waiting = rest
		if g := newGroup(list, members, c); g != nil {
			g.errs = errs
			g.run()
			continue
		}
		for _, i := range members {
			errs[i] = list[i].alone(i, c, false)
		}
	}
	return errs
}

// alone brings a training to its end, from where it is; begun says that the score before its first epoch has been told.
func (t *Trainer) alone(i int, c Company, begun bool) error {
	if !begun {
		if err := t.tell(i, c); err != nil {
			return err
		}
	}
	for !t.Done {
		epoch := t.Epoch
		var paused error
		err := t.AdvanceUntil(func() bool {
			paused = c.pause(i, 0)
			return paused != nil
		})
		if err == nil && t.Epoch > epoch {
			paused = c.pause(i, t.Epoch)
		}
		switch {
		case err != nil:
			return err
		case paused != nil:
			return paused
		case t.Epoch == epoch: // there was none left
			return nil
		}
		if t.Recorded() {
			if err := t.tell(i, c); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *Company) pause(i, epochs int) error {
	if c.Pause == nil {
		return nil
	}
	return c.Pause(i, epochs)
}

// tell scores the present epoch and says so.
func (t *Trainer) tell(i int, c Company) error {
	r, err := t.EpochScore()
	if err == nil && c.See != nil {
		c.See(i, r)
	}
	return err
}

// Abreast reports whether a training can go beside others at all: a small network at its start, few data, a first-order method.
func (t *Trainer) Abreast() bool {
	_, exact := t.Problem.Rule.(*rule.Backprop)
	p := t.Plan
	return exact && worth && (p.Train.N+p.Scored.N+p.Test.N+p.Valid.N)*p.Train.P <= mostInputs && !t.Done && t.Epoch == 0 && t.Within == (Within{}) && t.Epoch < t.Total() && t.Plan.Augment == nil && !t.Method.FullBatch() && t.Problem.Abreast()
}

// mostInputs is how many inputs of all its samples a training in a lane has at most: each is held side by side with those of the others.
const mostInputs = 1 << 16

// beside reports whether another training takes the same steps on a network of the same pattern.
func (t *Trainer) beside(o *Trainer) bool {
	p, x := t.Plan, o.Plan
	return t.Abreast() && o.Abreast() && t.wholeSet() == o.wholeSet() && p.Batch == x.Batch && p.Replay == x.Replay && p.Train.N == x.Train.N &&
		p.Scored.N == x.Scored.N && p.Test.N == x.Test.N && p.Valid.N == x.Valid.N && t.Problem.Beside(o.Problem)
}

// group is trainings side by side, one a lane.
type group struct {
	Company
	list    []*Trainer
	index   []int // of each in the list that was given
	errs    []error
	live    mechanics.Lanes
	problem *learn.Abreast
	method  *optim.Abreast
	solved  mechanics.Lanes // those whose answers are those of their present variables
	scores  [3][mechanics.MostLanes]learn.Score
	scored  mechanics.Lanes // those that have scores of the present epoch
	failing mechanics.Lanes // those that are left to score by themselves
}

// newGroup is nil where there is nothing to gain.
func newGroup(list []*Trainer, members []int, c Company) *group {
	if len(members) < fewest {
		return nil
	}
	g := &group{Company: c, index: members}
	var problems []*learn.Problem
	var methods []optim.Method
	parts := make([][]*task.Set, 3)
	for lane, i := range members {
		t := list[i]
		g.list, problems, methods = append(g.list, t), append(problems, t.Problem), append(methods, t.Method)
		for p, set := range []*task.Set{t.Plan.Scored, t.Plan.Test, t.Plan.Valid} {
			parts[p] = append(parts[p], set)
		}
		g.live |= 1 << lane
	}
	if g.method = optim.NewAbreast(methods); g.method == nil {
		return nil
	}
	t := g.list[0]
	n, size := t.Plan.Train.N, t.Plan.Batch
	sizes := []int{n}
	if !t.wholeSet() {
		if sizes = []int{size}; n%size > 0 {
			sizes = append(sizes, n%size)
		}
	}
	if g.problem = learn.NewAbreast(problems, parts, sizes); g.problem == nil {
		return nil
	}
	return g
}

// fewest is how many networks are worth a lane each: fewer are quicker one after another.
const fewest = 3

// worth says whether side by side is quicker at all: not without assembly. Tests change it.
var worth = kernel.Instructions() != "plain Go"

func (g *group) run() {
	for lane := range g.live.All {
		if err := g.list[lane].tell(g.index[lane], g.Company); err != nil {
			g.end(lane, err)
		}
	}
	for lane := range g.live.All {
		g.problem.Put(lane, g.list[lane].Point)
		g.list[lane].abreast = func() (Record, bool, error) { return g.score(lane) }
	}
	for g.live != 0 {
		g.epoch()
	}
}

// end takes a training out: it is over, or has failed.
func (g *group) end(lane int, err error) {
	g.errs[g.index[lane]] = err
	g.list[lane].abreast = nil
	g.live &^= 1 << lane
	g.problem.Rest(lane)
	g.method.Rest(lane)
}

// leave lets a training go on alone, from the state that it has between two steps.
func (g *group) leave(lane int) {
	t := g.list[lane]
	g.problem.Get(lane, t.Point)
	g.method.Store(lane)
	g.end(lane, nil)
}

// epoch is Trainer.AdvanceUntil of all, and what is told of it.
func (g *group) epoch() {
	t := g.list[g.live.First()]
	if t.wholeSet() {
		for lane := range g.live.All {
			t := g.list[lane]
			copy(t.before, t.Point)
			t.Problem.Batch = learn.Batch{Set: t.Plan.Train}
			t.seen, t.steps = 0, 0
		}
		g.step()
	} else {
		g.batches(t.Plan.Train.N, t.Plan.Batch)
	}
	g.scored, g.failing = 0, 0
	for lane := range g.live.All {
		g.problem.Get(lane, g.list[lane].Point)
	}
	for lane := range g.live.All {
		g.close(lane)
	}
}

// batches takes the steps of an epoch.
func (g *group) batches(n, size int) {
	for lane := range g.live.All {
		t := g.list[lane]
		data.Shuffle(n, t.Plan.Seed, uint64(t.Epoch), t.perm)
		t.seen, t.steps = 0, 0
	}
	for from := 0; from < n && g.live != 0; from += size {
		to := min(from+size, n)
		for lane := range g.live.All {
			t := g.list[lane]
			t.Problem.Batch = learn.Batch{Set: t.Plan.Train, Rows: t.perm[from:to]}
			if t.Plan.Replay {
				t.Problem.Batch.Divisor = size
			}
		}
		g.step()
		if to < n && g.live != 0 && g.pause(g.index[g.live.First()], 0) != nil {
			for lane := range g.live.All {
				if err := g.pause(g.index[lane], 0); err != nil {
					g.end(lane, err)
				}
			}
		}
	}
}

// step is Trainer.one of all.
func (g *group) step() {
	var left mechanics.Lanes
	if g.live&^g.solved != 0 {
		left = g.problem.Solve(g.live)
	}
	g.solved = 0
	counted := g.live &^ left
	left |= g.problem.Look(counted)
	if sound := g.live &^ left; sound != 0 {
		left |= g.problem.Eval(sound)
	}
	for lane := range left.All {
		if counted.Has(lane) {
			g.problem.Undo(lane)
		}
		t := g.list[lane]
		g.leave(lane)
		t.Within = Within{Steps: t.steps, Seen: t.seen}
		g.alone(lane)
	}
	if g.live == 0 {
		return
	}
	g.method.Step(uint8(g.live), g.problem.X, g.problem.G, g.problem.Lo, g.problem.Hi)
	for lane := range g.live.All {
		t := g.list[lane]
		t.step = optim.Report{Value: g.problem.Value[lane]}
		t.Steps++
		t.seen += t.step.Value
		t.steps++
	}
}

// alone lets a training that has left go on by itself.
func (g *group) alone(lane int) {
	g.errs[g.index[lane]] = g.list[lane].alone(g.index[lane], g.Company, true)
}

// close ends the epoch of a training, and says what is to be said of it.
func (g *group) close(lane int) {
	t, i := g.list[lane], g.index[lane]
	if t.wholeSet() {
		g.problem.Return(lane, t.before)
	}
	err := t.endEpoch()
	if err == nil {
		err = g.pause(i, t.Epoch)
	}
	if err == nil && t.Recorded() {
		err = t.tell(i, g.Company)
	}
	if err != nil {
		g.end(lane, err)
		return
	}
	switch {
	case !g.live.Has(lane): // its score was not one for a lane
		g.alone(lane)
	case t.Done:
		g.leave(lane)
	}
}

// score is Trainer.epochScore of a lane. Where it is not ok the training has left, and scores by itself.
func (g *group) score(lane int) (r Record, ok bool, err error) {
	t := g.list[lane]
	if g.scored == 0 {
		g.scoreAll(t.Plan.Replay)
	}
	sound := !g.failing.Has(lane)
	if sound && !t.Plan.Replay && g.problem.Look(1<<lane) != 0 {
		g.problem.Undo(lane)
		sound = false
	}
	if !sound {
		g.leave(lane)
		if t.Plan.Replay {
			err = g.problem.ReturnRig(lane)
		}
		return Record{}, false, err
	}
	r = t.record()
	r.Train, r.Test, r.Valid = g.scores[0][lane], g.scores[1][lane], g.scores[2][lane]
	return r, true, nil
}

// scoreAll scores all parts of all: a replay at the stiffness before the last step.
func (g *group) scoreAll(replay bool) {
	g.scored = g.live
	if !replay {
		g.failing = g.problem.Solve(g.live)
		g.solved = g.live &^ g.failing
	}
	for part := range g.scores {
		var left mechanics.Lanes
		g.scores[part], left = g.problem.Evaluate(part, g.live&^g.failing)
		g.failing |= left
	}
}
