package main

import (
	"bufio"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"os"

	"github.com/elastrain/elastrain/learn/inputs"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/network/lattice"
	"github.com/elastrain/elastrain/task"
)

// latticeTask is a triangular lattice with input springs beside some of its bonds, and a batch.
type latticeTask struct {
	plan  *inputs.Plan
	k     []float64
	set   *task.Set
	slope []float64
}

func newLatticeTask(columns, rows, springs, on, outputs, samples int) *latticeTask {
	r := rand.New(rand.NewPCG(5, 3))
	net, err := lattice.Triangular(columns, rows, 1)
	if err != nil {
		panic(err) // of sizes above
	}
	net.Held = make([]bool, len(net.Pos))
	for i := range 2 * columns {
		net.Held[i] = true
	}
	p := &inputs.Plan{Net: net, Columns: make([]inputs.Column, springs)}
	bonds := len(net.Elements)
	for i := range springs {
		p.Written = append(p.Written, inputs.Written{Element: bonds + i, Column: i})
		net.Elements = append(net.Elements, net.Elements[columns+r.IntN(bonds-columns)])
	}
	port := func(node int) network.Port { return network.Port{Node: node, Dir: [3]float64{0, 1}} }
	for i := range columns {
		p.Probe = append(p.Probe, inputs.Load{At: port(net.Nodes() - 1 - i), Force: 1})
	}
	for i := range outputs {
		p.Out = append(p.Out, port(net.Nodes()-1-i*columns/outputs))
	}
	t := &latticeTask{plan: p, set: &task.Set{N: samples, P: springs, Q: outputs}}
	for range net.Elements {
		t.k = append(t.k, math.Exp(0.5*r.NormFloat64()))
	}
	t.set.F = make([]float64, samples*springs)
	for s := range samples {
		for _, i := range r.Perm(springs)[:on] {
			t.set.F[s*springs+i] = 0.1 + 0.9*r.Float64()
		}
	}
	for range samples * outputs {
		t.slope = append(t.slope, r.NormFloat64())
	}
	return t
}

// write hands the task to the other sides: C in compressed rows, input springs last.
func (t *latticeTask) write(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(f)
	c := mechanics.NewCompatibility(t.plan.Net)
	load := make([]float64, c.N)
	for _, l := range t.plan.Probe {
		unknown, value := c.Load(l.At)
		for i, u := range unknown {
			load[u] += value[i] * l.Force
		}
	}
	var read []int32
	for _, o := range t.plan.Out {
		unknown, _ := c.Load(o)
		read = append(read, unknown[0])
	}
	head := []int64{int64(c.N), int64(c.M), int64(len(c.Col)), int64(t.set.P), int64(t.set.Q), int64(t.set.N)}
	for _, part := range []any{head, c.Ptr, c.Col, c.Val, t.k, load, read, t.set.F, t.slope} {
		if err := binary.Write(out, binary.LittleEndian, part); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return f.Close()
}

func (t *latticeTask) side(threads int) (side, error) {
	rig, err := inputs.NewWoodbury(t.plan)
	if err != nil {
		return nil, err
	}
	rig.SetThreads(threads)
	return step(rig, threads, t.k, t.set, t.slope, func(out, g []float64) []float64 {
		own := len(g) - t.set.P
		return []float64{size(out), size(g[:own]), size(g[own:])}
	}), nil
}
