package body

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/internal/team"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
)

// mixed is a sheet of square cells with bars along and beams across, one corner held; periodic where it is a cell, which has
// no beams.
func mixed(t *testing.T, side int, periodic bool) *Body {
	t.Helper()
	p := &Plan{Dim: 2}
	hardening, _ := law.CurveNamed("hardening")
	random := rand.New(rand.NewPCG(3, 1))
	for y := range side {
		for x := range side {
			p.Pos = append(p.Pos, float64(x)+0.1*random.Float64(), float64(y)+0.1*random.Float64())
		}
	}
	join := func(x, y, dx, dy int) {
		to, shift := [2]int{x + dx, y + dy}, [3]int{}
		for axis := range to {
			if to[axis] >= side || to[axis] < 0 {
				shift[axis] = (to[axis]+side)/side - 1
				to[axis] = (to[axis] + side) % side
			}
		}
		outside := shift != [3]int{}
		if outside && !periodic {
			return
		}
		el := Element{Kind: element.Bar{}, Law: law.Spring{}, Nodes: []int{y*side + x, to[1]*side + to[0]}, Theta: []float64{1 + random.Float64()}}
		switch {
		case periodic:
			el.Shift = [][3]int{{}, shift}
		case dx != 0 && dy != 0:
			el.Kind, el.Law, el.Theta = element.Beam{}, law.Rectangle{Young: 100, Thickness: 0.1}, []float64{0.1 + 0.1*random.Float64()}
		case dx == 0:
			el.Law, el.Theta = law.Bond{Curve: hardening}, []float64{1, 0.3}
		}
		p.Elements = append(p.Elements, el)
	}
	for y := range side {
		for x := range side {
			join(x, y, 1, 0)
			join(x, y, 0, 1)
			join(x, y, 1, 1)
			join(x, y, -1, 1)
		}
	}
	for part := range 2 {
		p.Supports = append(p.Supports, Support{Node: 0, Part: element.Part(part)}, Support{Node: side - 1, Part: element.Part(part), Given: !periodic})
	}
	if periodic {
		p.Cell, p.Strain = [][3]float64{{float64(side)}, {0, float64(side)}}, []Strain{StrainFree, StrainGiven, StrainFree}
	}
	b, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// shaken is a state with small random displacements.
func shaken(b *Body) *State {
	random, s := rand.New(rand.NewPCG(1, 2)), b.NewState()
	for i := range s.U {
		s.U[i] = 0.02 * (random.Float64() - 0.5)
	}
	for i := range s.G {
		s.G[i] = 0.01
	}
	return s
}

// What threads share out has the same bits for any number of them, and costs no memory once there is room.
func TestThreadsChangeNoBit(t *testing.T) {
	worth := team.Worth
	team.Worth = 0
	defer func() { team.Worth = worth }()
	for _, periodic := range []bool{false, true} {
		b := mixed(t, 24, periodic)
		if len(b.chunks) < 3 {
			t.Fatalf("%d chunks are too few to share out", len(b.chunks))
		}
		theta, load := b.Theta(), make([]float64, b.Space.N)
		load[5] = 1
		for _, finite := range []bool{false, true} {
			var want []float64
			for threads := range 4 {
				w, s, a := b.NewWork(), shaken(b), shaken(b)
				w.SetThreads(threads + 1)
				tangent, left, g := b.NewTangent(), make([]float64, b.Space.N), make([]float64, b.P)
				all := func() {
					clear(g)
					b.Balance(w, theta, s, finite, load, left)
					tangent.Assemble(w, s, finite)
					b.Deform(w, a)
					b.Product(w, theta, s, a, 1, g)
				}
				all()
				got := slices.Concat(left, s.E, s.T, tangent.Values, a.E, g, []float64{s.Energy})
				if want == nil {
					want = got
				}
				if !slices.Equal(got, want) {
					t.Errorf("periodic %v, finite %v: %d threads give other bits than one", periodic, finite, threads+1)
				}
				if n := testing.AllocsPerRun(3, all); threads == 0 && n > 0 {
					t.Errorf("periodic %v, finite %v: %g allocations", periodic, finite, n)
				}
			}
		}
	}
}

// Forces are the slope of the energy and the tangent that of the forces, whoever adds them up.
func TestBalanceAndTangent(t *testing.T) {
	for _, periodic := range []bool{false, true} {
		b := mixed(t, 5, periodic)
		for _, finite := range []bool{false, true} {
			w, s, theta := b.NewWork(), shaken(b), b.Theta()
			none, left := make([]float64, b.Space.N), make([]float64, b.Space.N)
			b.Balance(w, theta, s, finite, none, left)
			tangent := b.NewTangent()
			tangent.Assemble(w, s, finite)
			pattern, values := tangent.Matrix()
			scattered := make([]float64, b.Space.N)
			b.Forces(w, s.T, -1, scattered, nil)
			step, random := make([]float64, b.Space.N), rand.New(rand.NewPCG(7, 7))
			slope := 0.0
			for i := range step {
				if math.Abs(scattered[i]-left[i]) > 1e-14 {
					t.Fatalf("forces gathered at unknown %d differ from those scattered by %g", i, scattered[i]-left[i])
				}
				step[i] = random.NormFloat64()
				slope -= left[i] * step[i]
			}
			const h = 1e-6
			at := func(by float64) (energy float64, forces []float64) {
				moved := shaken(b)
				for i, v := range step {
					moved.U[i] += by * v
				}
				forces = make([]float64, b.Space.N)
				b.Balance(w, theta, moved, finite, none, forces)
				return moved.Energy, forces
			}
			up, after := at(h)
			down, before := at(-h)
			if d := (up - down) / (2 * h); math.Abs(d-slope) > 1e-7*math.Abs(slope) {
				t.Errorf("periodic %v, finite %v: the energy changes by %g, forces say %g", periodic, finite, d, slope)
			}
			product := make([]float64, b.Space.N)
			pattern.Multiply(values, step, product, 1)
			size := 0.0
			for _, v := range product {
				size = max(size, math.Abs(v))
			}
			for i, v := range product {
				if d := (before[i] - after[i]) / (2 * h); math.Abs(d-v) > 1e-7*size {
					t.Fatalf("periodic %v, finite %v: the force at unknown %d changes by %g, the tangent says %g", periodic, finite, i, d, v)
				}
			}
		}
	}
}
