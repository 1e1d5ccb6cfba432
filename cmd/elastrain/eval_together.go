package main

import (
	"math"
	"slices"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/train"
)

// together scores several networks that answer as one: by the mean of their logits. Each is a specimen of its own, with readings
// of its own; the sum is electronics outside of them.
func (c *evalCommand) together(s *session, options experiment.Options) error {
	if c.Rows {
		return &cli.UsageError{Text: "--rows lists what one network answers", Help: "leave --rows away, or evaluate the runs one by one"}
	}
	r := evaluated{Data: c.Data, Run: c.Run_}
	var of struct {
		set     task.Set
		rows    []int
		data    string
		classes []string
		logits  []float64
	}
	part := c.Data
	runs := append([]string{c.Run_}, c.With...)
	for i, dir := range runs {
		t, err := s.ReadRun(dir, options)
		if err != nil {
			return err
		}
		x := t.Experiment
		set, name, rows := x.Test, "test part", x.Rows(x.Test)
		if set.N == 0 {
			set, name, rows = x.Train, "training part", x.Rows(x.Train)
		}
		if c.Data != "" {
			labelled := false
			if set, labelled, err = s.newSamples(t, c.Data); err != nil {
				return err
			}
			if !labelled {
				return &cli.UsageError{Text: c.Data + " does not name the classes, so nothing can be scored", Help: "add a column with them, or evaluate the runs one by one with --rows", File: c.Data}
			}
			name, rows = c.Data, nil
		}
		if c.Data == "" && set == x.Test && x.Closed() {
			times, err := t.Opens(atomicfile.OS{})
			if err != nil {
				return err
			}
			r.Opened = max(r.Opened, times)
		}
		scale, ok := logit(x.Loss)
		if !ok || set.Class == nil {
			return &cli.UsageError{Text: dir + " has no logits that could be averaged: its loss is no softmax", Help: "train it with loss: softmax, or evaluate the runs one by one", File: dir}
		}
		if i == 0 {
			of.set = task.Set{N: set.N, Q: set.Q, Class: set.Class, Signed: true}
			of.rows, of.data, of.classes, of.logits = rows, x.Spec.Task.Data, x.Outputs, make([]float64, set.N*set.Q)
			part = name
		}
		if set.N != of.set.N || !slices.Equal(set.Class, of.set.Class) || !slices.Equal(rows, of.rows) || x.Spec.Task.Data != of.data || !slices.Equal(x.Outputs, of.classes) {
			return &cli.UsageError{Text: dir + " has other test samples or classes than " + c.Run_, Help: "train both on the same split (the same `seed`, or data with a test part of their own), or give new samples with --data", File: dir}
		}
		u, err := experiment.Outputs(x.Rig, set)
		if err != nil {
			return err
		}
		large, err := x.LargeUnder(samplePart(set, name))
		if err != nil {
			return err
		}
		for _, w := range large {
			w.Text = dir + ": " + w.Text
			r.Warnings = append(r.Warnings, w)
		}
		r.advice = x.Advice()
		right := 0
		for n := range set.N {
			goal := set.Goal(n)
			if goal.Right(u[n*set.Q : (n+1)*set.Q]) {
				right++
			}
		}
		r.Each = append(r.Each, float64(right)/float64(set.N))
		for j, v := range u {
			if !set.Signed {
				v = math.Abs(v)
			}
			of.logits[j] += scale * v / float64(len(runs))
		}
		r.Unfinished = r.Unfinished || t.Unfinished
		r.Epoch, r.Epochs = t.Epoch, t.Epochs
	}
	score, err := learn.ScoreOf(task.SignedSoftmax{Sharpness: 1}, &of.set, of.logits)
	if err != nil {
		return err
	}
	r.Data, r.Samples, r.Together, r.Classes = part, of.set.N, runs, of.classes
	r.Loss, r.Accuracy = run.Number(score.Loss), run.Number(score.Accuracy)
	r.Chance, r.AtChance = train.Chance(&of.set, score.Accuracy)
	r.Confusion = make([][]int, of.set.Q)
	for i := range r.Confusion {
		r.Confusion[i] = make([]int, of.set.Q)
	}
	for n := range of.set.N {
		goal := of.set.Goal(n)
		class, _ := goal.Predict(of.logits[n*of.set.Q : (n+1)*of.set.Q])
		r.Confusion[goal.Class][class]++
	}
	if !s.JSON {
		for i, dir := range runs {
			s.Printf("%-24s %.2f %%\n", dir, 100*r.Each[i])
		}
	}
	return c.report(s, &r, part)
}

// logit is by what outputs, or their magnitudes, become logits; ok is false for losses that have none.
func logit(loss task.Loss) (scale float64, ok bool) {
	switch l := loss.(type) {
	case task.Softmax:
		return l.Sharpness, true
	case task.SignedSoftmax:
		return l.Sharpness, true
	}
	return 0, false
}
