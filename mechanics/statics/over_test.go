package statics_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/internal/team"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
)

// grid is a square grid of bars with both diagonals, its bonds along the axes, whose inner nodes may move where places learn;
// the lowest row is held.
func grid(t *testing.T, side int, places bool) *body.Body {
	t.Helper()
	p := &body.Plan{Dim: 2}
	for y := range side {
		for x := range side {
			p.Pos = append(p.Pos, float64(x), float64(y))
			node := y*side + x
			for _, to := range [][2]int{{1, 0}, {0, 1}, {1, 1}, {-1, 1}} {
				if i, j := x+to[0], y+to[1]; i >= 0 && i < side && j < side {
					p.Elements = append(p.Elements, body.Element{Kind: element.Bar{}, Law: law.Spring{}, Nodes: []int{node, j*side + i}, Theta: []float64{1}})
				}
			}
			if y == 0 {
				p.Supports = append(p.Supports, body.Support{Node: node, Part: element.X}, body.Support{Node: node, Part: element.Y})
			} else if places && x > 0 && x < side-1 && y < side-1 {
				p.Moves = append(p.Moves, body.Move{Node: node, Axis: 0}, body.Move{Node: node, Axis: 1})
			}
		}
	}
	b, err := body.New(p)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// answersOf are the answers to loads at a few ports.
func answersOf(q *statics.Equilibrium, columns int) *statics.Answers {
	a := q.NewAnswers(columns)
	for i := range columns {
		a.Load(i, statics.Port{{Node: len(q.Body.Pos)/2 - 1 - i, Part: element.Part(i % 2), Weight: 1}}, &q.Body.Space)
	}
	return a
}

// Where places learn the pattern is analysed once, with bonds that are along an axis and later are not: a step neither
// allocates nor depends on those before it.
func TestPlacesLeaveNoTrace(t *testing.T) {
	b := grid(t, 9, true)
	theta := func(seed float64) []float64 {
		list := b.Theta()
		for i := range list[b.FirstMove():] {
			list[b.FirstMove()+i] = 0.1 * seed * float64(i%7-3) / 3
		}
		return list
	}
	q := statics.New(b, false)
	q.SetThreads(1)
	a := answersOf(q, 5)
	respond := func(q *statics.Equilibrium, a *statics.Answers, seed float64) {
		if err := q.Set(theta(seed)); err != nil {
			t.Fatal(err)
		}
		if err := q.Respond(a); err != nil {
			t.Fatal(err)
		}
	}
	for _, seed := range []float64{0, 1, -1, 0, 0.5} {
		respond(q, a, seed)
	}
	fresh := statics.New(grid(t, 9, true), false)
	other := answersOf(fresh, 5)
	respond(fresh, other, 0.5)
	if !slices.Equal(a.U, other.U) || !slices.Equal(a.E, other.E) {
		t.Error("answers after other places differ from those of a body that was never there")
	}
	one, two := theta(1), theta(-1)
	if n := testing.AllocsPerRun(10, func() {
		one, two = two, one
		if err := q.Set(one); err != nil {
			t.Fatal(err)
		}
		if err := q.Respond(a); err != nil {
			t.Fatal(err)
		}
	}); n > 4 { // of Set and of Refill, a few words each, whatever the size
		t.Errorf("a step with other places allocates %g times", n)
	}
}

// Answers have the same bits on any number of threads, whatever their width.
func TestAnswersOnThreads(t *testing.T) {
	worth := team.Worth
	team.Worth = 0
	defer func() { team.Worth = worth }()
	for _, columns := range []int{1, 3, 7, 9} {
		var u, e []float64
		for threads := 1; threads <= 3; threads++ {
			q := statics.New(grid(t, 40, false), false)
			q.SetThreads(threads)
			if err := q.Set(q.Body.Theta()); err != nil {
				t.Fatal(err)
			}
			a := answersOf(q, columns)
			if err := q.Respond(a); err != nil {
				t.Fatal(err)
			}
			if u == nil {
				u, e = a.U, a.E
			}
			if !slices.Equal(u, a.U) || !slices.Equal(e, a.E) {
				t.Errorf("%d columns: %d threads give other bits than one", columns, threads)
			}
		}
	}
}

// What soft elements add is lost beside stiff ones, so answers are refined as soon as stiffnesses differ that much.
func TestStiffnessesFarApartAreRefined(t *testing.T) {
	q := statics.New(grid(t, 5, false), false)
	theta := q.Body.Theta()
	for _, c := range []struct {
		soft float64
		want bool
	}{{1, false}, {1e-5, false}, {1e-8, true}, {1, false}} {
		theta[7] = c.soft
		if err := q.Set(theta); err != nil {
			t.Fatal(err)
		}
		if err := q.Respond(answersOf(q, 2)); err != nil {
			t.Fatal(err)
		}
		if got := q.Careful(); got != c.want {
			t.Errorf("a stiffness of %g beside those of 1: refined %v, want %v", c.soft, got, c.want)
		}
	}
}

// Products are the sums that they say, for any number of columns and threads.
func TestProducts(t *testing.T) {
	worth := team.Worth
	team.Worth = 0
	defer func() { team.Worth = worth }()
	for _, c := range [][2]int{{4, 3}, {4, 0}, {1, 1}, {2, 5}, {5, 6}} {
		inputs, outputs := c[0], c[1]
		q := statics.New(grid(t, 40, false), false)
		q.SetThreads(2)
		if err := q.Set(q.Body.Theta()); err != nil {
			t.Fatal(err)
		}
		a := answersOf(q, inputs+outputs)
		if err := q.Respond(a); err != nil {
			t.Fatal(err)
		}
		weights, g := make([]float64, inputs*outputs), make([]float64, q.Body.M)
		for i := range weights {
			weights[i] = float64(i%5) - 1.5
		}
		q.Products(a, inputs, outputs, weights, g)
		for m, got := range g {
			want, size := 0.0, 0.0
			for o := range outputs {
				for i := range inputs {
					v := weights[o*inputs+i] * a.E[m*a.Stride+i] * a.E[m*a.Stride+inputs+o]
					want, size = want+v, size+math.Abs(v)
				}
			}
			if math.Abs(got-want) > 1e-14*size {
				t.Fatalf("%d inputs and %d outputs: the product of mode %d is %g, want %g", inputs, outputs, m, got, want)
			}
		}
	}
}

// The same parameters once more change nothing, so that what is known of them holds.
func TestTheSameParametersAgain(t *testing.T) {
	for _, finite := range []bool{false, true} {
		q := statics.New(grid(t, 5, true), finite)
		theta := q.Body.Theta()
		if err := q.Set(theta); err != nil {
			t.Fatal(err)
		}
		first := q.Revision()
		if err := q.Set(slices.Clone(theta)); err != nil || q.Revision() != first {
			t.Errorf("finite %v: error %v, revision %d after %d", finite, err, q.Revision(), first)
		}
		theta[3] = 2
		if err := q.Set(theta); err != nil || q.Revision() == first {
			t.Errorf("finite %v: other parameters have revision %d too, error %v", finite, first, err)
		}
		theta[3] = -1
		var parameter *statics.ParameterError
		if err := q.Set(theta); !errors.As(err, &parameter) {
			t.Errorf("finite %v: a negative stiffness gives %v", finite, err)
		}
		if theta[3] = 2; q.Set(theta) != nil || q.Theta()[3] != 2 {
			t.Errorf("finite %v: after an error the parameters are %v", finite, q.Theta())
		}
	}
}
