// Package ports searches which nodes a classification should push and read.
// Where a network is pushed and read matters as much as its stiffnesses, and is
// free to choose on a bench. The search looks at training samples only and
// keeps count of what it tried.
package ports

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
)

// Set is one choice of ports and what came of it.
type Set struct {
	In, Out    []network.Port
	Complement []bool  // inputs that push with 1 - value
	Loss       float64 // of the training samples after a short training
	Accuracy   float64 // of the training samples
}

// Options of a search; zeros mean the defaults.
type Options struct {
	Random int // sets drawn at random; 300
	Mutate int // changes of the best sets; 300
	Steps  int // optimiser steps a set is given to show what it can; 25
	Finish int // further steps for the best ones; 200
	Keep   int // best sets kept and finished; 5
	// FixComplement keeps the complements of the spec instead of choosing them.
	FixComplement bool
	FixInputs     bool // keep the inputs of the spec and search outputs only
	Progress      func(tried, total int, best *Set)
}

func (o *Options) defaults() {
	for _, d := range []struct {
		value *int
		is    int
	}{{&o.Random, 300}, {&o.Mutate, 300}, {&o.Steps, 25}, {&o.Finish, 200}, {&o.Keep, 5}} {
		if *d.value == 0 {
			*d.value = d.is
		}
	}
}

// Result is the best sets, the best one first, and how many were tried.
type Result struct {
	Best       []Set
	Tried      int
	Complement []bool  // chosen for all sets
	Separation float64 // worst separation of two classes that it leaves, 0..1
}

// stream names the random numbers of the search.
const stream = 0x706f727473 // "ports"

// search is one search under way.
type search struct {
	x          *experiment.Experiment
	options    Options
	random     *rand.Rand
	places     [][]network.Port // of each input: where it may push along its direction
	outputs    []network.Port   // every displacement that may be read
	complement []bool
	set        *task.Set // training samples with the complements chosen
	start      []float64
	result     Result
}

// Search looks for ports of a classification. Inputs keep the direction and
// force of the spec and get other nodes; outputs get other nodes and axes. The
// experiment's rig is left at the stiffness of its start.
func Search(ctx context.Context, x *experiment.Experiment, options Options) (*Result, error) {
	if x.Train.Class == nil || x.Table == nil {
		return nil, fmt.Errorf("ports are searched for classifications from data, and this task is a %s", x.Spec.Task.Kind)
	}
	for i := range x.Spec.Task.Inputs {
		if x.Spec.Task.Inputs[i].Elements != nil {
			return nil, errors.New("ports are searched for loads, and an input sets stiffnesses; search before such inputs are added")
		}
	}
	for _, p := range append(slices.Clone(x.In), x.Out...) {
		if p.Pair || p.Mean != nil {
			return nil, errors.New("ports are searched among single nodes, and the file has one of several; give every input and output a `node`")
		}
		if p.Given {
			return nil, errors.New("ports are searched for loads, and an input is given its displacement, rotation or potential; give it a force, moment or current")
		}
	}
	if x.Reading != nil {
		return nil, errors.New("ports are searched by what the outputs do themselves, and the file has a `reading`; search without it, and add it then")
	}
	if err := x.CanLearn(); err != nil {
		return nil, err
	}
	options.defaults()
	s := &search{x: x, options: options, random: rand.New(rand.NewPCG(x.Spec.Seed, stream)), start: x.StartPoint()}
	s.collect()
	if !options.FixInputs && !s.roomForInputs() || len(s.outputs) < len(x.Out) {
		return nil, fmt.Errorf("the network has too few free nodes for %d inputs and %d outputs", len(x.In), len(x.Out))
	}
	s.chooseComplement()
	total := options.Random + options.Mutate
	for s.result.Tried < total {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		candidate := s.draw()
		if s.result.Tried >= options.Random && len(s.result.Best) > 0 {
			candidate = s.mutate(s.result.Best[s.random.IntN(len(s.result.Best))])
		}
		s.result.Tried++
		if err := s.try(&candidate, options.Steps); err != nil {
			return nil, err
		}
		s.offer(candidate)
		if options.Progress != nil && len(s.result.Best) > 0 {
			options.Progress(s.result.Tried, total, &s.result.Best[0])
		}
	}
	for i := range s.result.Best {
		if err := s.try(&s.result.Best[i], options.Finish); err != nil {
			return nil, err
		}
	}
	s.sort()
	s.result.Best = slices.DeleteFunc(s.result.Best, func(c Set) bool { return math.IsInf(c.Loss, 1) })
	return &s.result, x.Rig.SetStiffness(s.startStiffness())
}

func (s *search) startStiffness() []float64 {
	k := make([]float64, s.x.Parameters())
	s.x.Design.Init(k)
	return k
}

// collect lists the places for ports: every node that can move along the
// direction of an input, and every free displacement.
func (s *search) collect() {
	net := s.x.Network
	s.places = make([][]network.Port, len(s.x.In))
	for i, in := range s.x.In {
		for node := range net.Nodes() {
			if p := (network.Port{Node: node, Dir: in.Dir, Part: in.Part}); s.x.CanMove(p) {
				s.places[i] = append(s.places[i], p)
			}
		}
	}
	for node := range net.Nodes() {
		for _, p := range readings(node, net.Dim, s.x.Out[0].Part) {
			if s.x.CanMove(p) {
				s.outputs = append(s.outputs, p)
			}
		}
	}
}

// readings are what can be read of a node: displacements along the axes, rotations about them, or the potential.
func readings(node, dim int, part network.PortPart) (list []network.Port) {
	from := 0
	switch {
	case part == network.Potential:
		return []network.Port{{Node: node, Part: part}}
	case part == network.Turn && dim == 2:
		from, dim = 2, 3
	}
	for axis := from; axis < dim; axis++ {
		p := network.Port{Node: node, Part: part}
		p.Dir[axis] = 1
		list = append(list, p)
	}
	return list
}

// roomForInputs reports whether every input has a free node left, whichever
// nodes the others have taken; else a draw might find none.
func (s *search) roomForInputs() bool {
	for _, places := range s.places {
		if len(places) < len(s.places) {
			return false
		}
	}
	return true
}

// draw is a random set of distinct ports.
func (s *search) draw() Set {
	c := Set{In: make([]network.Port, len(s.x.In)), Out: make([]network.Port, len(s.x.Out))}
	for i := range c.In {
		if s.options.FixInputs {
			c.In[i] = s.x.In[i]
		} else {
			c.In[i] = s.freshInput(c.In[:i], i)
		}
	}
	for o := range c.Out {
		c.Out[o] = s.freshOutput(c.Out[:o])
	}
	return c
}

func (s *search) freshInput(taken []network.Port, i int) network.Port {
	for {
		p := s.places[i][s.random.IntN(len(s.places[i]))]
		if !slices.ContainsFunc(taken, func(q network.Port) bool { return q.Node == p.Node }) {
			return p
		}
	}
}

func (s *search) freshOutput(taken []network.Port) network.Port {
	for {
		if p := s.outputs[s.random.IntN(len(s.outputs))]; !slices.Contains(taken, p) {
			return p
		}
	}
}

// mutate moves one input, moves one output, or swaps two inputs.
func (s *search) mutate(from Set) Set {
	c := Set{In: slices.Clone(from.In), Out: slices.Clone(from.Out)}
	switch r := s.random.IntN(8); {
	case s.options.FixInputs:
		o := s.random.IntN(len(c.Out))
		c.Out[o] = s.freshOutput(slices.Concat(c.Out[:o], c.Out[o+1:]))
	case r < 4:
		i := s.random.IntN(len(c.In))
		c.In[i] = s.freshInput(slices.Concat(c.In[:i], c.In[i+1:]), i)
	case r < 7:
		o := s.random.IntN(len(c.Out))
		c.Out[o] = s.freshOutput(slices.Concat(c.Out[:o], c.Out[o+1:]))
	default:
		i, j := s.random.IntN(len(c.In)), s.random.IntN(len(c.In))
		one, other := c.In[i], c.In[j]
		one.Node, other.Node = other.Node, one.Node
		if s.x.CanMove(one) && s.x.CanMove(other) { // a roller may hold a node along the other's direction
			c.In[i], c.In[j] = one, other
		}
	}
	return c
}

// try trains a set for a few steps from the start and scores it. A set whose
// loss has no value, because an output cannot move, is worth nothing.
func (s *search) try(c *Set, steps int) error {
	c.Complement, c.Loss, c.Accuracy = s.complement, math.Inf(1), 0
	if err := s.x.Rig.SetStiffness(s.startStiffness()); err != nil {
		return err
	}
	rig := s.x.RigAt(c.In, c.Out)
	loss, err := s.x.ScaledLoss(rig, s.set)
	if err != nil {
		return err
	}
	if task.Check(loss) != nil {
		return nil // nothing moves, so the loss has no unit: not a choice
	}
	problem := learn.NewProblem(rig, s.x.Rule, loss, s.x.Design, learn.Batch{Set: s.set})
	method := optim.NewLBFGS(problem.Dim())
	point := slices.Clone(s.start)
	for step := range steps {
		report, err := method.Step(problem, point)
		if errors.Is(err, optim.ErrNoValue) || err == nil && math.IsNaN(report.Value) {
			if step == 0 {
				return nil // nothing moves there: not a choice
			}
			break // what was reached counts
		}
		if err != nil {
			return err
		}
		c.Loss = report.Value
		if report.Done {
			break
		}
	}
	if err := problem.Set(point); err != nil {
		return err
	}
	score, err := problem.Evaluate(s.set)
	if errors.Is(err, optim.ErrNoValue) {
		c.Loss = math.Inf(1)
		return nil
	}
	c.Loss, c.Accuracy = score.Loss, score.Accuracy
	if math.IsNaN(c.Loss) {
		c.Loss = math.Inf(1)
	}
	return err
}

// offer keeps a set if it is among the best and not there yet.
func (s *search) offer(c Set) {
	if math.IsInf(c.Loss, 1) {
		return
	}
	for _, b := range s.result.Best {
		if slices.Equal(b.In, c.In) && slices.Equal(b.Out, c.Out) || math.Abs(b.Loss-c.Loss) < 1e-9*c.Loss {
			return // the same, or its mirror image
		}
	}
	s.result.Best = append(s.result.Best, c)
	s.sort()
	s.result.Best = s.result.Best[:min(len(s.result.Best), s.options.Keep)]
}

func (s *search) sort() {
	slices.SortStableFunc(s.result.Best, func(a, b Set) int {
		switch {
		case a.Loss < b.Loss:
			return -1
		case a.Loss > b.Loss:
			return 1
		}
		return 0
	})
}

// Apply is the spec of an experiment with other ports.
func Apply(x *experiment.Experiment, set Set) (*spec.File, error) {
	changed := *x.Spec
	changed.Task.Inputs, changed.Task.Outputs = slices.Clone(changed.Task.Inputs), slices.Clone(changed.Task.Outputs)
	for i := range set.In {
		in := &changed.Task.Inputs[i]
		in.Node, in.Complement = x.Network.NodeNumber(set.In[i].Node), set.Complement[i]
	}
	for o := range set.Out {
		out := &changed.Task.Outputs[o]
		out.Node = x.Network.NodeNumber(set.Out[o].Node)
		switch set.Out[o].Part {
		case network.Move:
			out.Along = slices.Clone(set.Out[o].Dir[:])
		case network.Turn:
			if x.Network.Dim == 3 {
				out.About = "xyz"[slices.Index(set.Out[o].Dir[:], 1):][:1]
			}
		}
	}
	name := x.File.Name
	return spec.Parse(name, (&spec.File{Name: name, Spec: changed}).Resolved())
}
