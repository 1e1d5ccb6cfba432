package condense

import (
	"errors"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/internal/team"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rigtest"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/task"
)

// rake is a bar of five beams with branches: from node 1 a shuttle (6) on a leaf, which two leaves tie to the ground where inputs 0 and 1
// say; from node 2 a chain of two nodes (7, 8) with one such leaf (input 2, and what is missing to it); between nodes 3 and 4 a beam that input 3
// sets; from node 5 a bar to the ground that input 0 sets. Inputs 4 and 5 push.
func rake(least float64) (s *learn.Statics, theta []float64) {
	rectangle, section := law.Rectangle{Young: 10, Thickness: 1}, law.Section{}
	p := &body.Plan{Dim: 2}
	for x := range 6 {
		p.Pos = append(p.Pos, float64(x), 0.1*float64(x%2))
	}
	p.Pos = append(p.Pos, 1.1, 1, 2, 1, 2.3, 2, 1, 2, 2, 3, 5, -1, 0, -1, 3.5, -1)
	r := rand.New(rand.NewPCG(7, 8))
	beam := func(l law.Law, a, b int) int {
		theta := []float64{0.1 + 0.1*r.Float64()}
		if l == law.Law(section) {
			theta = []float64{1 + r.Float64(), 0.01 + 0.01*r.Float64()}
		}
		p.Elements = append(p.Elements, body.Element{Kind: element.Beam{}, Law: l, Nodes: []int{a, b}, Theta: theta})
		return len(p.Elements) - 1
	}
	for x := range 5 {
		beam(rectangle, x, x+1)
	}
	beam(rectangle, 0, 12)
	beam(rectangle, 3, 13)
	beam(rectangle, 1, 6)
	beam(section, 2, 7)
	beam(rectangle, 7, 8)
	sets := []int{beam(section, 6, 9), beam(section, 6, 9), beam(section, 8, 10), beam(section, 8, 10), beam(section, 3, 4)}
	p.Elements = append(p.Elements, body.Element{Kind: element.Bar{}, Law: law.Spring{}, Nodes: []int{5, 11}, Theta: []float64{2}})
	sets = append(sets, len(p.Elements)-1)
	for _, node := range []int{9, 10, 11, 12, 13} {
		for part := range element.Parts {
			p.Supports = append(p.Supports, body.Support{Node: node, Part: element.Part(part)})
		}
	}
	b, err := body.New(p)
	if err != nil {
		panic(err)
	}
	in := make([]learn.Input, 6)
	for i, by := range []int{0, 1, 2, 2, 3, 0} {
		for q := range p.Elements[sets[i]].Theta {
			in[by].Write = append(in[by].Write, learn.Change{Parameter: b.ThetaOf(sets[i]) + q, Times: true, Least: least, Complement: i == 3})
		}
		in[by].Given = -1
	}
	at := func(node int, part element.Part) statics.Port {
		return statics.Port{{Node: node, Part: part, Weight: 1}}
	}
	in[4], in[5] = learn.Input{Port: at(0, element.X), Given: -1}, learn.Input{Port: append(at(5, element.Y), at(0, element.TurnZ)...), Given: -1}
	eq := statics.New(b, false)
	eq.Loose = true
	s = learn.NewStatics(eq, in, []statics.Port{at(5, element.X), append(at(0, element.Y), statics.Term{Node: 5, Part: element.TurnZ, Weight: -0.5})})
	theta = b.Theta()
	if err := s.SetStiffness(theta); err != nil {
		panic(err)
	}
	return s, theta
}

// pictures are samples of a rake: three inputs are grey levels, one is anything.
func pictures(n int) *task.Set {
	r := rand.New(rand.NewPCG(3, 4))
	s := &task.Set{N: n, P: 6, Q: 2}
	for range n {
		s.F = append(s.F, float64(r.IntN(2)), float64(r.IntN(3))/2, float64(r.IntN(4))/3, r.Float64(), 0.01*r.NormFloat64(), 0.01)
		s.Want = append(s.Want, 0.01*r.NormFloat64(), 0.01*r.NormFloat64())
	}
	return s
}

func condensed(t testing.TB, least float64) (*Rig, []float64) {
	t.Helper()
	s, theta := rake(least)
	r, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	return r, theta
}

// both is outputs and derivatives by one way.
func both(t testing.TB, way learn.Differentiable, batch learn.Batch) (out, g []float64) {
	t.Helper()
	out, g = make([]float64, 2*batch.Len()), make([]float64, way.Modes())
	if err := way.Forward(batch, out); err != nil {
		t.Fatal(err)
	}
	slope := make([]float64, len(out))
	for i := range slope {
		slope[i] = math.Sin(float64(i + 1))
	}
	if err := way.Backward(slope, g); err != nil {
		t.Fatal(err)
	}
	return out, g
}

// apart is the largest difference, as a share of the largest number.
func apart(a, b []float64) float64 {
	off, most := 0.0, 0.0
	for i, v := range a {
		off, most = max(off, math.Abs(v-b[i])), max(most, math.Abs(v))
	}
	return off / most
}

// Parts are what hangs on the rest by few unknowns: the shuttle, the chain as a whole, what the beam within the bar
// stands between, and the bar at a port by itself.
func TestParts(t *testing.T) {
	r, _ := condensed(t, 0.1)
	var got []string
	for _, p := range r.parts {
		got = append(got, strings.Trim(strings.Repeat("i", p.ni)+strings.Repeat("e", p.nb), ""))
	}
	slices.Sort(got)
	if want := []string{"eee", "iiieee", "iiiiiieee", "iiiiiieeeeee"}; !slices.Equal(got, want) {
		t.Errorf("parts have %v, want %v", got, want)
	}
	if want := "of 27 unknowns 12 are left"; !strings.Contains(r.Describe(), want) {
		t.Errorf("%s; want %s", r.Describe(), want)
	}
}

// A body that is condensed answers as the whole one does, in batches of every size.
func TestEqual(t *testing.T) {
	for _, least := range []float64{0, 0.1} {
		s, _ := rake(least)
		r, err := New(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{1, 7, 8, 33, block, block + 1, 2*block + 3} {
			out, g := both(t, r, learn.Batch{Set: pictures(n)})
			want, wantG := both(t, s, learn.Batch{Set: pictures(n)})
			if a, b := apart(want, out), apart(wantG, g); !(a < 1e-11) || !(b < 1e-11) {
				t.Errorf("least %g, %d samples: outputs differ by %.1e, derivatives by %.1e", least, n, a, b)
			}
		}
	}
}

func TestSuite(t *testing.T) {
	for _, least := range []float64{0, 0.1} {
		r, theta := condensed(t, least)
		for _, fault := range rigtest.Faults(rigtest.Case{Rig: r, Theta: theta, Set: pictures(11), Loss: task.MeanSquare{Scale: 0.01}, Positive: false, Small: 1e-3}) {
			t.Errorf("least %g: %s", least, fault)
		}
	}
}

// Derivatives are those by complex steps of the whole body, written out here.
func TestComplexSteps(t *testing.T) {
	r, theta := condensed(t, 0.1)
	set := pictures(13)
	_, g := both(t, r, learn.Batch{Set: set})
	want := make([]float64, len(theta))
	const step = 1e-30
	for q := range theta {
		z := make([]complex128, len(theta))
		for i, v := range theta {
			z[i] = complex(v, 0)
		}
		z[q] += complex(0, step)
		sum := 0.0
		for i := range set.N {
			for o, v := range plainOutputs(r.Statics, z, set.Force(i)) {
				sum += math.Sin(float64(2*i+o+1)) * imag(v)
			}
		}
		want[q] = sum / step
	}
	if a := apart(want, g); !(a < 1e-12) {
		t.Errorf("derivatives differ by %.1e", a)
	}
}

// plainOutputs answers one sample by dense elimination of complex numbers.
func plainOutputs(s *learn.Statics, theta []complex128, in []float64) []complex128 {
	b := s.Eq.Body
	for i := range s.In {
		for _, c := range s.In[i].Write {
			v := in[i]
			if c.Complement {
				v = 1 - v
			}
			theta = slices.Clone(theta)
			theta[c.Parameter] *= complex(c.Least+(1-c.Least)*v, 0)
		}
	}
	n := b.Space.N
	k, rows := make([][]complex128, n), b.Rows()
	for i := range k {
		k[i] = make([]complex128, n+1)
	}
	for i := range b.Elements {
		el, at := &b.Elements[i], b.ThetaOf(i)
		l := complex(el.Kind.Size(&b.Built[i]), 0)
		var w []complex128
		switch el.Law.(type) {
		case law.Spring:
			w = []complex128{theta[at]}
		case law.Rectangle:
			w = []complex128{10 * theta[at] / l, 10 * theta[at] * theta[at] * theta[at] / 12 / l, 30 * theta[at] * theta[at] * theta[at] / 12 / l}
		default:
			w = []complex128{theta[at] / l, theta[at+1] / l, 3 * theta[at+1] / l}
		}
		for m, w := range w {
			mode := b.ModeOf(i) + m
			for p := rows.Ptr[mode]; p < rows.Ptr[mode+1]; p++ {
				for q := rows.Ptr[mode]; q < rows.Ptr[mode+1]; q++ {
					k[rows.Col[p]][rows.Col[q]] += w * complex(rows.Val[p]*rows.Val[q], 0)
				}
			}
		}
	}
	f := s.Load(in).F
	for i := range k {
		k[i][n] = complex(f[i], 0)
	}
	for j := range n {
		for i := range n {
			if i != j {
				by := k[i][j] / k[j][j]
				for q := j; q <= n; q++ {
					k[i][q] -= by * k[j][q]
				}
			}
		}
	}
	out := make([]complex128, len(s.Out))
	for o, port := range s.Out {
		for _, t := range port {
			c := statics.Column(&b.Space, t)
			out[o] += complex(t.Weight, 0) * k[c][n] / k[c][c]
		}
		if cmplx.IsNaN(out[o]) {
			panic("no number")
		}
	}
	return out
}

// Any number of threads finds the same bits, and a sample the same ones in any company.
func TestBits(t *testing.T) {
	defer func(worth float64) { team.Worth = worth }(team.Worth)
	team.Worth = 0
	r, _ := condensed(t, 0.1)
	set := pictures(100)
	r.SetThreads(1)
	out, g := both(t, r, learn.Batch{Set: set})
	for _, n := range []int{2, 3, 8} {
		r.SetThreads(n)
		again, gAgain := both(t, r, learn.Batch{Set: set})
		if !slices.Equal(out, again) || !slices.Equal(g, gAgain) {
			t.Errorf("other bits on %d threads", n)
		}
	}
	some, _ := both(t, r, learn.Batch{Set: set, Rows: []int32{70, 3, 99}})
	for i, row := range []int{70, 3, 99} {
		if !slices.Equal(some[2*i:2*i+2], out[2*row:2*row+2]) {
			t.Errorf("sample %d has other bits beside others", row+1)
		}
	}
}

// Parameters that are set behind the back of the rig, and batches that change in place, are seen.
func TestNothingStale(t *testing.T) {
	s, theta := rake(0.1)
	r, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	set := pictures(9)
	both(t, r, learn.Batch{Set: set})
	for i := range theta {
		theta[i] *= 1.1
	}
	set.F[2] = 1
	if err := s.SetStiffness(theta); err != nil {
		t.Fatal(err)
	}
	out, g := both(t, r, learn.Batch{Set: set})
	want, wantG := both(t, s, learn.Batch{Set: set})
	if a, b := apart(want, out), apart(wantG, g); !(a < 1e-11) || !(b < 1e-11) {
		t.Errorf("outputs differ by %.1e, derivatives by %.1e", a, b)
	}
}

func TestNoAllocation(t *testing.T) {
	r, theta := condensed(t, 0.1)
	r.SetThreads(1)
	set := pictures(40)
	out, slope, g := make([]float64, 80), make([]float64, 80), make([]float64, len(theta))
	step := func() {
		theta[0] *= 1.0001
		if r.SetStiffness(theta) != nil || r.Forward(learn.Batch{Set: set}, out) != nil || r.Backward(slope, g) != nil {
			t.Error("a step fails")
		}
	}
	step()
	if n := testing.AllocsPerRun(5, step); n > 0 {
		t.Errorf("%g allocations a step", n)
	}
}

// Samples without an equilibrium are named with the node, in a part and in what is left; inputs out of their range too.
func TestSamplesThatFail(t *testing.T) {
	r, _ := condensed(t, 0)
	set := pictures(30)
	for i := range set.N {
		set.F[6*i] = 1
	}
	set.F[6*17+2] = 1.5
	if err := r.Forward(learn.Batch{Set: set}, make([]float64, 60)); err == nil || !strings.Contains(err.Error(), "sample 18: input 3 sets stiffnesses to 1.5") {
		t.Errorf("an input of 1.5: %v", err)
	}
	set.F[6*17+2] = 0.5
	s, theta := rake(0)
	theta[s.Eq.Body.ThetaOf(7)], theta[s.Eq.Body.ThetaOf(8)] = 0, 0 // leaf of the shuttle
	loose, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	if err := loose.SetStiffness(theta); err != nil {
		t.Fatal(err)
	}
	set.F[6*20], set.F[6*20+1] = 0, 0
	for i := range 20 {
		set.F[6*i+1] = 1
	}
	var unstable *statics.UnstableError
	if err := loose.Forward(learn.Batch{Set: set}, make([]float64, 60)); !errors.As(err, &unstable) || !strings.HasPrefix(err.Error(), "sample 21: nothing resists node 7") {
		t.Errorf("a shuttle on nothing: %v", err)
	}
}

func TestBodiesThatAreNotCondensed(t *testing.T) {
	for want, change := range map[string]func(s *learn.Statics){
		"add to parameters":   func(s *learn.Statics) { s.In[0].Write[0].Times = false },
		"two of them set one": func(s *learn.Statics) { s.In[1].Write = append(s.In[1].Write, s.In[0].Write[0]) },
		"in proportion":       func(s *learn.Statics) { s.Eq.Finite = true },
		"no input sets": func(s *learn.Statics) {
			for i := range s.In {
				s.In[i].Write = nil
			}
		},
	} {
		s, _ := rake(0)
		change(s)
		if _, err := New(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}
