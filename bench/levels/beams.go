package main

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/task"
)

// The lattice of the study of stiffness levels by Sainaghi (MNNsimulation, folder DesignStudy, 2023): 21 beams of which the axial
// stiffness is chosen, with lateral and bending stiffness that stay, on 12 nodes with an axis of rotation each; nodes 1, 2, 11 and 12 are clamped. Nodes 3 and
// 8 are pushed along x by 0.5 N; node 5 shall move by 0.2 mm along x and y, node 10 by 0.2 mm along x and -0.2 mm along y. The error is
// the mean of the squared distances, mm2. Lengths m, forces N.
const (
	side   = 0.156
	width  = 0.078
	height = 0.13509996
	k55    = 237.1
	k56    = 2.11
	k66    = 25.3
)

var joins = [21][2]int{{1, 3}, {1, 4}, {2, 4}, {2, 5}, {3, 4}, {4, 5}, {3, 6}, {4, 6}, {4, 7}, {5, 7}, {6, 7}, {6, 8}, {6, 9}, {7, 9}, {7, 10}, {8, 9}, {9, 10}, {8, 11}, {9, 11}, {9, 12}, {10, 12}}

func nodeAt(n int) (x, y float64) {
	places := [12][2]float64{{1, 0}, {3, 0}, {0, 1}, {2, 1}, {4, 1}, {1, 2}, {3, 2}, {0, 3}, {2, 3}, {4, 3}, {1, 4}, {3, 4}}
	return width * places[n-1][0], height * places[n-1][1]
}

const unknowns = 24 // x, y and rotation of nodes 3 to 10

// unknown is the place of an axis of a node, -1 where it is clamped.
func unknown(node, axis int) int {
	if node < 3 || node > 10 {
		return -1
	}
	return 3*(node-3) + axis
}

// beams is the rig: D = D0 + sum of k c c^T. It is a learn.Linear and a bound.Network.
type beams struct {
	d0   [unknowns * unknowns]float64
	c    [21][unknowns]float64
	load [6][unknowns]float64 // ports: both pushes together, then x and y of nodes 5 and 10; the last is not used
	k    []float64
	l    [unknowns * unknowns]float64 // Cholesky factor
	r    *mechanics.Responses
	x    [21][unknowns]float64 // D^-1 c
	work float64
}

const inputs, outputs = 1, 4

func newBeams() *beams {
	b := &beams{k: make([]float64, 21), r: &mechanics.Responses{P: inputs, Q: outputs, Stride: 8, U: make([]float64, unknowns*8), E: make([]float64, 21*8), S: make([]float64, outputs)}}
	local := [6][6]float64{{}, {0, k55, k56, 0, -k55, k56}, {0, k56, k66, 0, -k56, k66 / 2}, {}, {0, -k55, -k56, 0, k55, -k56}, {0, k56, k66 / 2, 0, -k56, k66}}
	for e, join := range joins {
		x0, y0 := nodeAt(join[0])
		x1, y1 := nodeAt(join[1])
		cos, sin := (x1-x0)/side, (y1-y0)/side
		length := math.Hypot(cos, sin)
		across := [2]float64{-sin / length, cos / length}
		turn := [6][6]float64{{cos, sin, 0}, {across[0], across[1], 0}, {0, 0, 1}, {0, 0, 0, cos, sin, 0}, {0, 0, 0, across[0], across[1], 0}, {0, 0, 0, 0, 0, 1}}
		var at [6]int
		for a := range at {
			at[a] = unknown(join[a/3], a%3)
		}
		for a, i := range at {
			for c, j := range at {
				if i < 0 || j < 0 {
					continue
				}
				for p := range 6 {
					for q := range 6 {
						b.d0[i*unknowns+j] += turn[p][a] * local[p][q] * turn[q][c]
					}
				}
			}
			if i >= 0 {
				b.c[e][i] += turn[3][a] - turn[0][a]
			}
		}
	}
	b.load[0][unknown(3, 0)], b.load[0][unknown(8, 0)] = 1, 1
	for o, node := range []int{5, 5, 10, 10} {
		b.load[1+o][unknown(node, o%2)] = 1
	}
	return b
}

// wanted is the task.
func wanted() (*task.Set, task.MeanSquare) {
	return &task.Set{N: 1, P: inputs, Q: outputs, F: []float64{0.5}, Want: []float64{0.2e-3, 0.2e-3, 0.2e-3, -0.2e-3}}, task.MeanSquare{Scale: 1e-3}
}

// SetStiffness factorises D and solves for everything that is asked of it.
func (b *beams) SetStiffness(k []float64) error {
	copy(b.k, k)
	d := b.d0
	for e, c := range b.c {
		for i, v := range c {
			if v != 0 {
				for j, w := range c {
					d[i*unknowns+j] += k[e] * v * w
				}
			}
		}
	}
	for j := range unknowns {
		for i := j; i < unknowns; i++ {
			sum := d[i*unknowns+j]
			for p := range j {
				sum -= b.l[i*unknowns+p] * b.l[j*unknowns+p]
			}
			if i > j {
				b.l[i*unknowns+j] = sum / b.l[j*unknowns+j]
			} else if b.l[i*unknowns+i] = math.Sqrt(sum); !(sum > 0) {
				return &mechanics.SingularError{Node: j / 3, Axis: j % 3, Pivot: sum}
			}
		}
	}
	for port := range inputs + outputs {
		u := b.solve(b.load[port])
		for i, v := range u {
			b.r.U[i*8+port] = v
		}
		for e := range b.c {
			b.r.E[e*8+port] = dot(b.c[e], u)
		}
		if port == 0 {
			b.work = dot(b.load[0], u)
			for o := range outputs {
				b.r.S[o] = dot(b.load[1+o], u)
			}
		}
	}
	return nil
}

func dot(a, b [unknowns]float64) (sum float64) {
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

func (b *beams) solve(f [unknowns]float64) [unknowns]float64 {
	for i := range unknowns {
		for j := range i {
			f[i] -= b.l[i*unknowns+j] * f[j]
		}
		f[i] /= b.l[i*unknowns+i]
	}
	for i := unknowns - 1; i >= 0; i-- {
		for j := i + 1; j < unknowns; j++ {
			f[i] -= b.l[j*unknowns+i] * f[j]
		}
		f[i] /= b.l[i*unknowns+i]
	}
	return f
}

// The rig.
func (b *beams) Ports() (int, int)                      { return inputs, outputs }
func (b *beams) Modes() int                             { return 21 }
func (b *beams) Stiffness() []float64                   { return b.k }
func (b *beams) Respond() (*mechanics.Responses, error) { return b.r, nil }
func (b *beams) Responses() *mechanics.Responses        { return b.r }
func (b *beams) Pair(i, j int) float64                  { return dot(b.c[i], b.x[j]) }
func (b *beams) Work(f []float64) float64               { return b.work * f[0] * f[0] }

// Apply loads inputs and outputs.
func (b *beams) Apply(in, out []float64, m *learn.Measurement) error {
	amplitudes := make([]float64, inputs+outputs)
	copy(amplitudes, in)
	copy(amplitudes[inputs:], out)
	if len(amplitudes) != inputs+outputs {
		return fmt.Errorf("%d loads", len(amplitudes))
	}
	var f [unknowns]float64
	for port, a := range amplitudes {
		for i, v := range b.load[port] {
			f[i] += a * v
		}
	}
	u := b.solve(f)
	for o := range m.Out {
		m.Out[o] = dot(b.load[1+o], u)
	}
	for e := range m.Elongation {
		m.Elongation[e] = dot(b.c[e], u)
	}
	return nil
}

// Begin is SetStiffness and what pairs of forces along the beams do.
func (b *beams) Begin(k []float64) error {
	if err := b.SetStiffness(k); err != nil {
		return err
	}
	for e, c := range b.c {
		b.x[e] = b.solve(c)
	}
	return nil
}
