package statics_test

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/internal/reference"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
)

// solved is a reference case as a body, solved.
type solved struct {
	t     *testing.T
	c     *reference.Case
	b     *body.Body
	q     *statics.Equilibrium
	parts []element.Part // of the dofs of a node in the file
	s, a  *body.State
}

func lawsOf(c *reference.Case, i int) string {
	switch v := c.Law.(type) {
	case string:
		return v
	case []any:
		return v[i].(string)
	}
	return "linear"
}

// plan makes the body of a case of bars and angular springs.
func barPlan(t *testing.T, c *reference.Case, rest bool) *body.Plan {
	dim := len(c.Nodes[0])
	p := &body.Plan{Dim: dim}
	for _, x := range c.Nodes {
		p.Pos = append(p.Pos, x...)
	}
	var table *law.Table
	if c.Points != nil {
		var err error
		if table, err = law.NewTable(c.Points); err != nil {
			t.Fatal(err)
		}
	}
	for i, ends := range c.Bonds {
		curve, ok := law.CurveNamed(lawsOf(c, i))
		if table != nil {
			curve, ok = table, true
		}
		if !ok {
			t.Fatalf("%s: no law %s", c.Name, lawsOf(c, i))
		}
		theta := []float64{c.K[i]}
		if curve.Scale() {
			theta = append(theta, c.S[i])
		}
		if rest {
			l := 0.0
			for axis := range dim {
				d := c.Nodes[ends[1]][axis] - c.Nodes[ends[0]][axis]
				l += d * d
			}
			l = math.Sqrt(l)
			if c.RestLength != nil {
				l = c.RestLength[i]
			}
			theta = append(theta, l)
		}
		p.Elements = append(p.Elements, body.Element{Kind: element.Bar{}, Law: law.Bond{Curve: curve, Rest: rest}, Nodes: ends[:], Theta: theta})
	}
	hooke, _ := law.CurveNamed("linear")
	angular := func(kind element.Kind, i int, nodes []int) {
		theta := []float64{c.Kappa[i]}
		if rest {
			theta = append(theta, c.A0[i])
		}
		p.Elements = append(p.Elements, body.Element{Kind: kind, Law: law.Bond{Curve: hooke, Rest: rest, Angle: true}, Nodes: nodes, Theta: theta})
	}
	for i, nodes := range c.Angles {
		angular(element.Angle{}, i, nodes[:])
	}
	for i, nodes := range c.Folds {
		angular(element.Fold{}, i, nodes[:])
	}
	return p
}

func solve(t *testing.T, c *reference.Case, p *body.Plan, parts []element.Part) *solved {
	t.Helper()
	for _, s := range c.Supports {
		p.Supports = append(p.Supports, body.Support{Node: s[0], Part: parts[s[1]]})
	}
	b, err := body.New(p)
	if err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	r := &solved{t: t, c: c, b: b, q: statics.New(b, c.Kinematics == "finite"), parts: parts, s: b.NewState(), a: b.NewState()}
	if err := r.q.Set(b.Theta()); err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	f := make([]float64, b.Space.N)
	for _, l := range c.Loads {
		statics.Port{{Node: int(l[0]), Part: parts[int(l[1])], Weight: 1}}.Put(&b.Space, l[2], f)
	}
	effort, err := r.q.Rest(&statics.Load{F: f}, r.s)
	if err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	t.Logf("%s: %d unknowns, %+v", c.Name, b.Space.N, effort)
	return r
}

// close compares a list with the reference, as a share of its largest entry.
func (r *solved) close(what string, got, want []float64, tolerance float64) {
	r.t.Helper()
	if len(got) != len(want) {
		r.t.Errorf("%s: %d of %s, want %d", r.c.Name, len(got), what, len(want))
		return
	}
	most, worst := 0.0, 0.0
	for i, v := range want {
		most, worst = max(most, math.Abs(v)), max(worst, math.Abs(got[i]-v))
		if math.IsNaN(got[i]) {
			worst = math.Inf(1)
		}
	}
	if !(worst <= tolerance*most) {
		r.t.Errorf("%s: %s is off by %.1e of its largest", r.c.Name, what, worst/most)
	}
}

func (r *solved) displacements() {
	r.t.Helper()
	var got, want []float64
	for node, row := range r.c.Displacements {
		for i, v := range row {
			got, want = append(got, r.b.Value(r.s, node, r.parts[i])), append(want, v)
		}
	}
	r.close("displacements", got, want, r.tolerance())
}

func (r *solved) tolerance() float64 {
	if r.q.Finite || !r.b.Linear() {
		return 1e-8
	}
	return 1e-9
}

// gradient finds the loss and the adjoint state, and returns dL/dtheta and dL/dX.
func (r *solved) gradient() (g, gx []float64) {
	r.t.Helper()
	loss, f := 0.0, make([]float64, r.b.Space.N)
	outputs, targets := r.c.Outputs, r.c.Targets
	if outputs == nil { // all of them
		for node, row := range r.c.Displacements {
			for i := range row {
				outputs, targets = append(outputs, [2]int{node, i}), append(targets, 0)
			}
		}
	}
	for i, o := range outputs {
		p := statics.Port{{Node: o[0], Part: r.parts[o[1]], Weight: 1}}
		d := p.Read(&r.b.Space, r.s.U, r.s.G) - targets[i]
		loss += d * d / 2
		p.Put(&r.b.Space, -d, f)
	}
	r.close("loss", []float64{loss}, []float64{r.c.Loss}, r.tolerance())
	if err := r.q.About(r.s, f, r.a); err != nil {
		r.t.Fatalf("%s: %v", r.c.Name, err)
	}
	g, gx = make([]float64, r.b.P), make([]float64, len(r.b.Pos))
	w := r.b.NewWork()
	r.b.Stand(w, r.s, r.q.Finite)
	r.b.Resist(w, r.q.Theta(), r.s)
	r.q.Gradient(w, r.s, r.a, 1, g) // with what elements that pull as built add where moving is small
	r.b.ShapeProduct(w, r.q.Theta(), r.s, r.a, r.q.Finite, 1, gx)
	return g, gx
}

// param picks one parameter of elements first..first+n.
func (r *solved) param(g []float64, first, n int, name string) (list []float64) {
	for i := first; i < first+n; i++ {
		at := -1
		for p, param := range r.b.Elements[i].Law.Params() {
			if param.Name == name {
				at = p
			}
		}
		if at < 0 {
			list = append(list, 0)
			continue
		}
		list = append(list, g[r.b.ThetaOf(i)+at])
	}
	return list
}

func TestReferenceBars(t *testing.T) {
	for _, name := range []string{"angular_chain_finite", "angular_chain_linear", "angular_kagome_finite", "angular_kagome_linear",
		"large_stretch_3d_linear", "large_stretch_green", "large_stretch_linear", "large_stretch_log", "large_stretch_log_force",
		"nl_hardening_finite", "nl_hardening_linear_kinematics", "nl_softening_finite", "nl_softening_linear_kinematics", "rest_length_prestress",
		"own_bars_hardening", "own_bars_log", "own_bars_green", "own_bars_table", "own_angles_linear", "own_angles_finite", "own_angles_places", "own_folds", "own_jammed_prestress"} {
		t.Run(name, func(t *testing.T) {
			c := reference.Load(t, name)
			r := solve(t, c, barPlan(t, c, true), element.Along(len(c.Nodes[0])))
			r.displacements()
			var tensions []float64
			for i := range c.Bonds {
				tensions = append(tensions, r.s.T[r.b.ModeOf(i)])
			}
			r.close("tensions", tensions, c.Tensions, r.tolerance())
			g, _ := r.gradient()
			n, m := len(c.Bonds), len(c.Angles)+len(c.Folds)
			for _, d := range []struct {
				what     string
				first, n int
				param    string
				want     []float64
			}{{"dL/dk", 0, n, r.b.Elements[0].Law.Params()[0].Name, c.DK}, {"dL/ds", 0, n, "scale", c.DS}, {"dL/dl0", 0, n, "rest", c.DRest},
				{"dL/dkappa", n, m, "stiffness", c.DKappa}, {"dL/da0", n, m, "rest", c.DRestAngle}} {
				if d.want != nil {
					r.close(d.what, r.param(g, d.first, d.n, d.param), d.want, r.tolerance())
				}
			}
			if c.DPositions != nil {
				free := solve(t, c, barPlan(t, c, false), element.Along(len(c.Nodes[0]))) // rest lengths follow the nodes
				_, gx := free.gradient()
				var want []float64
				for _, x := range c.DPositions {
					want = append(want, x...)
				}
				free.close("dL/dX", gx, want, r.tolerance())
			}
		})
	}
}

// beamPlan makes the body of a frame in the plane.
func beamPlan(c *reference.Case) *body.Plan {
	p := &body.Plan{Dim: 2}
	for _, x := range c.Nodes {
		p.Pos = append(p.Pos, x...)
	}
	for i, ends := range c.Beams {
		theta := []float64{c.EA[i], c.EI[i]}
		if c.GAs != nil {
			theta = append(theta, c.GAs[i])
		}
		p.Elements = append(p.Elements, body.Element{Kind: element.Beam{}, Law: law.Section{Shear: c.GAs != nil}, Nodes: ends[:], Theta: theta})
	}
	return p
}

func TestReferenceFrames(t *testing.T) {
	for _, name := range []string{"frame2d_cantilever", "frame2d_honeycomb", "frame2d_portal_fixed", "frame2d_triangular", "timoshenko_cantilever", "timoshenko_portal",
		"own_frame_plane", "own_frame_plane_shear"} {
		t.Run(name, func(t *testing.T) {
			c := reference.Load(t, name)
			n := len(c.Beams)
			r := solve(t, c, beamPlan(c), element.Turning(2))
			r.displacements()
			if c.Loss == 0 {
				return
			}
			g, _ := r.gradient()
			for _, d := range []struct {
				param string
				want  []float64
			}{{"EA", c.DEA}, {"EI", c.DEI}, {"EI", c.DEIFixed}, {"GAs", c.DGAsFixed}} {
				if d.want != nil {
					r.close("dL/d"+d.param, r.param(g, 0, n, d.param), d.want, 1e-9)
				}
			}
			if c.DWidth != nil {
				p := beamPlan(c)
				for i := range p.Elements {
					p.Elements[i].Law, p.Elements[i].Theta = law.Rectangle{Young: c.Young, Thickness: c.Thickness}, []float64{c.Width[i]}
				}
				w := solve(t, c, p, element.Turning(2))
				w.displacements()
				g, _ := w.gradient()
				w.close("dL/dw", w.param(g, 0, n, "width"), c.DWidth, 1e-9)
			}
		})
	}
}
