package engine

import (
	"maps"
	"slices"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/serve/message"
	"github.com/elastrain/elastrain/snapshot"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
)

// opened is an experiment with the parameters that its rig has now.
type opened struct {
	x     *experiment.Experiment
	from  source
	plain *snapshot.Snapshot // of it; its Theta are the parameters

	training *training // under way, or over; nil: none

	used  int  // the call that used it last
	ready bool // the rig has the parameters
}

// source is what an experiment is made of.
type source struct {
	name, text string
	overrides  []string
	files      files
}

func (q *request) source() (source, error) {
	list, err := q.files()
	if q.Name == "" {
		q.Name = "experiment.yaml"
	}
	return source{q.Name, q.Text, q.Overrides, list}, err
}

// parse reads the experiment, with more changes to it.
func (s *source) parse(more ...string) (*spec.File, error) {
	return spec.Parse(s.name, []byte(s.text), slices.Concat(s.overrides, more)...)
}

// options are how experiments are computed here.
func (e *Engine) options() experiment.Options {
	left := e.Memory
	if left == 0 {
		left = defaultMemory
	}
	for _, o := range e.open {
		left -= o.x.Memory.Total()
		if o.training != nil {
			left -= o.training.x.Memory.Total()
		}
	}
	return experiment.Options{Memory: max(left, 1), Threads: e.Threads}
}

// build makes an experiment. Where there is no room those go that were used longest ago, but for one.
func (e *Engine) build(file *spec.File, list files, but *opened) (*experiment.Experiment, error) {
	for {
		x, err := experiment.Build(file, list.read, e.options())
		if err == nil || !tooLarge(err) || !e.makeRoom(but) {
			return x, err
		}
	}
}

// tooLarge reports whether an experiment was refused for the memory that it takes.
func tooLarge(err error) bool {
	for _, f := range failures(err) {
		if f.Code == "E0705" {
			return true
		}
	}
	return false
}

// makeRoom closes the experiment that was used longest ago, but for one; false where there is none.
func (e *Engine) makeRoom(but *opened) bool {
	oldest := -1
	for _, id := range slices.Sorted(maps.Keys(e.open)) {
		if o := e.open[id]; o != but && (oldest < 0 || o.used < e.open[oldest].used) {
			oldest = id
		}
	}
	delete(e.open, oldest)
	return oldest >= 0
}

// keep gives an experiment its number.
func (e *Engine) keep(x *experiment.Experiment, from source) (int, *opened, error) {
	plain, err := x.Snapshot(experiment.View{})
	if err != nil {
		return 0, nil, err
	}
	for len(e.open) >= MostOpen {
		e.makeRoom(nil)
	}
	if e.open == nil {
		e.open = map[int]*opened{}
	}
	e.last++
	o := &opened{x: x, from: from, plain: plain, used: e.uses, ready: true}
	e.open[e.last] = o
	return e.last, o, nil
}

// openOne builds an experiment and says what it is.
func (e *Engine) openOne(q *request) (*answer, error) {
	from, err := q.source()
	if err != nil {
		return nil, err
	}
	file, err := from.parse()
	if err != nil {
		return nil, err
	}
	theta, err := q.theta()
	if err != nil {
		return nil, err
	}
	x, err := e.build(file, from.files, nil)
	if err != nil {
		return nil, err
	}
	return e.opens(x, from, theta, nil)
}

// opens keeps an experiment, with parameters if there are some, and answers with what it is.
func (e *Engine) opens(x *experiment.Experiment, from source, theta []float64, more map[string]any) (*answer, error) {
	id, o, err := e.keep(x, from)
	if err != nil {
		return nil, err
	}
	if err := o.adopt(theta); err != nil {
		delete(e.open, id)
		return nil, err
	}
	shape, arrays, err := shapeOf(o)
	if err != nil {
		delete(e.open, id)
		return nil, err
	}
	head := map[string]any{"id": id, "shape": shape, "notes": append([]string{}, x.Notes...)}
	maps.Copy(head, more)
	return &answer{head, arrays}, nil
}

// closeOne forgets an experiment.
func (e *Engine) closeOne(q *request) (*answer, error) {
	if _, err := e.one(q); err != nil {
		return nil, err
	}
	delete(e.open, q.ID)
	return &answer{head: struct{}{}}, nil
}

// one is the experiment of a request, with its parameters.
func (e *Engine) one(q *request) (*opened, error) {
	o, ok := e.open[q.ID]
	if !ok {
		return nil, message.Refuse("open it again", "experiment %d is not open", q.ID)
	}
	o.used = e.uses
	theta, err := q.theta()
	if err != nil {
		return nil, err
	}
	return o, o.adopt(theta)
}

// adopt gives the rig parameters; nil leaves those that it has.
func (o *opened) adopt(theta []float64) error {
	if theta == nil {
		if !o.ready {
			return message.Refuse("send parameters that the network can have", "the network has no parameters: those sent last were refused")
		}
		return nil
	}
	if len(theta) != len(o.plain.Theta) {
		return message.Refuse("", "array theta has %d numbers, and the network %d parameters", len(theta), len(o.plain.Theta))
	}
	if o.ready && slices.Equal(theta, o.plain.Theta) {
		return nil
	}
	copy(o.plain.Theta, theta)
	o.ready = false
	if err := o.x.Rig.SetStiffness(slices.Clone(theta)); err != nil {
		return err
	}
	o.ready = true
	return nil
}

// part is a part of the data by name: the training part, or the one that stands beside it.
func (o *opened) part(name string) (*task.Set, error) {
	if name == "training" || name == "" {
		return o.x.Train, nil
	}
	if beside, called := o.x.Beside(); name == called && beside.N > 0 {
		return beside, nil
	}
	return nil, message.Refuse("`open` lists the parts", "the experiment shows no %s part", name)
}

// load is the input that a request asks for, and the set that its sample is of.
func (o *opened) load(q *request) (input []float64, set *task.Set, err error) {
	if q.Sample == nil {
		if q.Input == nil {
			q.Input = make([]float64, len(o.x.In))
		}
		if len(q.Input) != len(o.x.In) {
			return nil, nil, message.Refuse("", "%d amplitudes are given, and the experiment has %d inputs", len(q.Input), len(o.x.In))
		}
		return q.Input, o.x.Train, nil
	}
	if set, err = o.part(q.Sample.Part); err != nil {
		return nil, nil, err
	}
	if q.Sample.I < 0 || q.Sample.I >= set.N {
		return nil, nil, message.Refuse("", "there is no sample %d (from 0) in a part of %d", q.Sample.I, set.N)
	}
	return set.Force(q.Sample.I), set, nil
}
