package main

import (
	"bufio"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"os"
	"time"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/inputs"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// hubTask is a hub network with a batch, as every side gets it.
type hubTask struct {
	h, m, q, n, pixels int
	rows               []int32 // of each branch: pixel, or pixels + pixel for its complement
	w, s, g, v, o      []float64
	x                  []float64 // pixels of each sample; n x pixels
	slope              []float64 // dL/dy; n x q
}

func newHubTask(h, m, q, n, pixels int) *hubTask {
	r := rand.New(rand.NewPCG(11, 1))
	t := &hubTask{h: h, m: m, q: q, n: n, pixels: pixels}
	spring := func(count int, base float64) (k []float64) {
		for range count {
			k = append(k, base*math.Exp(r.NormFloat64()))
		}
		return k
	}
	t.w, t.s, t.g, t.v, t.o = spring(h*m, 1), spring(h*m, 10), spring(h, 0.3), spring(h*q, 0.02), spring(q, 0.3)
	for range h * m {
		t.rows = append(t.rows, int32(r.IntN(2*pixels)))
	}
	for range n * pixels {
		t.x = append(t.x, r.Float64())
	}
	for range n * q {
		t.slope = append(t.slope, r.NormFloat64())
	}
	return t
}

// write hands the task to the other sides, with complements and the batch as the fast index.
func (t *hubTask) write(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(f)
	table := make([]float64, 2*t.pixels*t.n)
	for b := range t.n {
		for p := range t.pixels {
			v := t.x[b*t.pixels+p]
			table[p*t.n+b], table[(t.pixels+p)*t.n+b] = v, 1-v
		}
	}
	head := []int64{int64(t.h), int64(t.m), int64(t.q), int64(t.n), int64(2 * t.pixels)}
	for _, part := range []any{head, t.rows, t.w, t.s, t.g, t.v, t.o, table, t.slope} {
		if err := binary.Write(out, binary.LittleEndian, part); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// plan is the network of the task, every spring and node of it, and the stiffnesses. Elements are those of the tops, then of one hub after the
// other: its ground, its springs to tops, its branches.
func (t *hubTask) plan() (*inputs.Plan, []float64) {
	net := &network.Network{Dim: 1}
	p := &inputs.Plan{Net: net, Columns: make([]inputs.Column, t.pixels)}
	var k []float64
	node := func() int {
		net.Pos, net.Held = append(net.Pos, float64(len(net.Pos))), append(net.Held, false)
		return len(net.Pos) - 1
	}
	join := func(from, to int, stiffness float64) {
		e := network.Element{Nodes: [2]int{from, to}}
		if from == to {
			e.Kind, e.Dir = network.Ground, [3]float64{1}
		}
		net.Elements, k = append(net.Elements, e), append(k, stiffness)
	}
	port := func(n int) network.Port { return network.Port{Node: n, Dir: [3]float64{1}} }
	for i := range t.q {
		n := node()
		join(n, n, t.o[i])
		p.Out = append(p.Out, port(n))
	}
	for j := range t.h {
		hub := node()
		join(hub, hub, t.g[j])
		p.Probe = append(p.Probe, inputs.Load{At: port(hub), Force: 1})
		for i := range t.q {
			join(i, hub, t.v[j*t.q+i])
		}
		for b := j * t.m; b < (j+1)*t.m; b++ {
			n := node()
			join(hub, n, t.w[b])
			join(n, n, t.s[b])
			p.Written = append(p.Written, inputs.Written{Element: len(k) - 1, Column: int(t.rows[b]) % t.pixels, Complement: int(t.rows[b]) >= t.pixels})
		}
	}
	return p, k
}

// side runs steps of the task through package inputs.
func (t *hubTask) side(threads int) (side, error) {
	p, k := t.plan()
	rig, err := inputs.NewHubs(p)
	if err != nil {
		return nil, err
	}
	rig.SetThreads(threads)
	return step(rig, threads, k, t.set(), t.slope, t.sums), nil
}

func (t *hubTask) set() *task.Set { return &task.Set{N: t.n, P: t.pixels, Q: t.q, F: t.x} }

// sums are those of readings and of the derivatives of each kind of spring, in the order of plan.
func (t *hubTask) sums(out, g []float64) []float64 {
	sums := make([]float64, 6)
	sums[0] = size(out)
	for i, v := range g {
		kind := 5 // of tops to ground
		if at := (i - t.q) % (1 + t.q + 2*t.m); i >= t.q {
			switch {
			case at == 0:
				kind = 3
			case at <= t.q:
				kind = 4
			default:
				kind = 1 + (at-1-t.q)%2
			}
		}
		sums[kind] += math.Abs(v)
	}
	return sums
}

// side does some steps, and returns the seconds of the fastest and sums of absolute results, by which sides are compared. Seconds of one thread
// are those of its processor, which others on the machine hardly change; those of several pass on the clock.
type side func(steps int) (best float64, sums []float64, err error)

func step(rig inputs.Way, threads int, k []float64, set *task.Set, slope []float64, sums func(out, g []float64) []float64) side {
	out, g := make([]float64, set.N*set.Q), make([]float64, len(k))
	return func(steps int) (float64, []float64, error) {
		best := math.Inf(1)
		for range steps {
			start, busy := time.Now(), processor()
			if err := rig.SetStiffness(k); err != nil {
				return 0, nil, err
			}
			if err := rig.Forward(learn.Batch{Set: set}, out); err != nil {
				return 0, nil, err
			}
			if err := rig.Backward(slope, g); err != nil {
				return 0, nil, err
			}
			took := time.Since(start).Seconds()
			if busy = processor() - busy; threads == 1 && busy > 0 {
				took = busy
			}
			best = min(best, took)
		}
		return best, sums(out, g), nil
	}
}

func size(x []float64) (sum float64) {
	for _, v := range x {
		sum += math.Abs(v)
	}
	return sum
}
