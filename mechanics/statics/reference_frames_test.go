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

// equilibrium of a plan with its own parameters.
func equilibrium(t *testing.T, p *body.Plan, finite bool) (*body.Body, *statics.Equilibrium) {
	t.Helper()
	b, err := body.New(p)
	if err != nil {
		t.Fatal(err)
	}
	q := statics.New(b, finite)
	if err := q.Set(b.Theta()); err != nil {
		t.Fatal(err)
	}
	return b, q
}

// Euler's four columns, by the number of beams.
func TestReferenceBucklingColumn(t *testing.T) {
	c := reference.Load(t, "buckling_column")
	var ea, ei, length float64
	var ends map[string]struct {
		ByBeams map[string]float64 `json:"by_number_of_beams"`
		Exact   float64            `json:"P_cr"`
	}
	c.Get(t, "EA", &ea)
	c.Get(t, "EI", &ei)
	c.Get(t, "length", &length)
	c.Get(t, "supports", &ends)
	for name, want := range ends {
		for count, load := range want.ByBeams {
			n := map[string]int{"1": 1, "2": 2, "4": 4, "8": 8, "16": 16, "32": 32}[count]
			if n == 0 {
				t.Fatalf("%s beams", count)
			}
			var points [][2]float64
			for i := range n + 1 {
				points = append(points, [2]float64{0, length * float64(i) / float64(n)})
			}
			supports := [][2]int{{0, 0}, {0, 1}, {0, 2}}
			switch name {
			case "pinned-pinned":
				supports = [][2]int{{0, 0}, {0, 1}, {n, 0}}
			case "clamped-pinned":
				supports = append(supports, [2]int{n, 0})
			case "clamped-free":
			default: // both rotations held
				supports = append(supports, [2]int{n, 0}, [2]int{n, 2})
				if n == 1 {
					continue // nothing is left that could bend
				}
			}
			b, q := equilibrium(t, chainOfBeams(points, ea, ei, supports), true)
			f := make([]float64, b.Space.N)
			statics.Port{{Node: n, Part: element.Y, Weight: -1}}.Put(&b.Space, 1, f)
			got, err := q.Buckle(&statics.Load{F: f})
			if err != nil {
				t.Fatalf("%s, %d beams: %v", name, n, err)
			}
			if math.Abs(got.Share-load) > 1e-8*load || n >= 16 && math.Abs(got.Share-want.Exact) > 4e-5*want.Exact {
				t.Errorf("%s, %d beams: %.9g N, the file has %.9g and exact is %.9g", name, n, got.Share, load, want.Exact)
			}
		}
	}
}

// A clamped strip under a dead load across its tip, against elliptic integrals; and one rolled up to a full circle by a moment.
func TestReferenceElastica(t *testing.T) {
	for _, name := range []string{"elastica_cantilever", "own_elastica"} {
		t.Run(name, func(t *testing.T) { elastica(t, reference.Load(t, name)) })
	}
}

func elastica(t *testing.T, c *reference.Case) {
	var rows [][4]float64
	c.Get(t, "exact_elliptic_integrals", &rows)
	tip := func(n int, alpha, moment float64) (angle, short, down float64) {
		var points [][2]float64
		for i := range n + 1 {
			points = append(points, [2]float64{float64(i) / float64(n), 0})
		}
		b, q := equilibrium(t, chainOfBeams(points, 1e9, 1, [][2]int{{0, 0}, {0, 1}, {0, 2}}), true)
		f := make([]float64, b.Space.N)
		statics.Port{{Node: n, Part: element.Y, Weight: 1}}.Put(&b.Space, alpha, f)
		statics.Port{{Node: n, Part: element.TurnZ, Weight: 1}}.Put(&b.Space, moment, f)
		q.Steps = 8
		s := b.NewState()
		if _, err := q.Rest(&statics.Load{F: f}, s); err != nil {
			t.Fatal(err)
		}
		return b.Value(s, n, element.TurnZ), -b.Value(s, n, element.X), b.Value(s, n, element.Y)
	}
	for _, row := range rows {
		alpha := row[0]
		a1, x1, y1 := tip(20, alpha, 0)
		a2, x2, y2 := tip(40, alpha, 0)
		for i, v := range []float64{a2 + (a2-a1)/3, x2 + (x2-x1)/3, y2 + (y2-y1)/3} { // errors fall with the square
			if math.Abs(v-row[1+i]) > 2e-6*(1+alpha) {
				t.Errorf("alpha %g: column %d is %.9g, want %.9g", alpha, i, v, row[1+i])
			}
		}
	}
	angle, short, down := tip(8, 0, 2*math.Pi)
	if math.Abs(angle-2*math.Pi) > 1e-9 || math.Abs(short-1) > 1e-8 || math.Abs(down) > 1e-8 {
		t.Errorf("rolled up: turned by %.12g, tip at %.3g, %.3g", angle, 1-short, down)
	}
}

// Space trusses with published optimal designs.
func TestReferenceTrusses(t *testing.T) {
	for _, name := range []string{"published_25_bar_truss", "published_72_bar_truss"} {
		t.Run(name, func(t *testing.T) {
			c := reference.Load(t, name)
			var bars [][2]int
			var group []int
			var areas []float64
			var young float64
			c.Get(t, "bars", &bars)
			c.Get(t, "group_of_bar", &group)
			c.Get(t, "group_areas", &areas)
			c.Get(t, "E", &young)
			p := &body.Plan{Dim: 3}
			for _, x := range c.Nodes {
				p.Pos = append(p.Pos, x...)
			}
			for i, ends := range bars {
				p.Elements = append(p.Elements, body.Element{Kind: element.Bar{}, Law: law.Strip{Young: young, Thickness: 1}, Nodes: ends[:], Theta: []float64{areas[group[i]]}})
			}
			for _, s := range c.Supports {
				p.Supports = append(p.Supports, body.Support{Node: s[0], Part: element.Part(s[1])})
			}
			b, q := equilibrium(t, p, false)
			for _, n := range []string{"1", "2"} {
				var loads [][4]float64
				var u [][]float64
				var stresses []float64
				c.Get(t, "loads_case_"+n, &loads)
				c.Get(t, "displacements_case_"+n, &u)
				c.Get(t, "stresses_case_"+n, &stresses)
				f := make([]float64, b.Space.N)
				for _, l := range loads {
					for axis := range 3 {
						statics.Port{{Node: int(l[0]), Part: element.Part(axis), Weight: 1}}.Put(&b.Space, l[1+axis], f)
					}
				}
				r := &solved{t: t, c: c, b: b, q: q, s: b.NewState(), parts: element.Along(3)}
				if _, err := q.Rest(&statics.Load{F: f}, r.s); err != nil {
					t.Fatal(err)
				}
				c.Displacements = u
				r.displacements()
				var got []float64
				for i := range bars {
					got = append(got, r.s.T[b.ModeOf(i)]/areas[group[i]])
				}
				r.close("stresses", got, stresses, 1e-9)
			}
		})
	}
}

// Two stable states under one load, each found from where it is, with its gradients.
func TestReferenceBistableLattice(t *testing.T) {
	c := reference.Load(t, "bistable_lattice")
	var states map[string]struct {
		Start, Displacements [][]float64
		Tensions             []float64
		Loss                 float64     `json:"loss_value"`
		DK                   []float64   `json:"dL_dk"`
		DS                   []float64   `json:"dL_ds"`
		DRest                []float64   `json:"dL_drest_length"`
		StartDisplacements   [][]float64 `json:"start_displacements"`
	}
	c.Get(t, "states", &states)
	if len(states) != 2 {
		t.Fatalf("%d states", len(states))
	}
	for name, want := range states {
		t.Run(name, func(t *testing.T) {
			p := barPlan(t, c, true)
			for _, s := range c.Supports {
				p.Supports = append(p.Supports, body.Support{Node: s[0], Part: element.Part(s[1])})
			}
			b, q := equilibrium(t, p, true)
			f := make([]float64, b.Space.N)
			for _, l := range c.Loads {
				statics.Port{{Node: int(l[0]), Part: element.Part(int(l[1])), Weight: 1}}.Put(&b.Space, l[2], f)
			}
			from := b.NewState()
			for node, row := range want.StartDisplacements {
				for axis, v := range row {
					if col := b.Space.Column(node, element.Part(axis)); col.Free() {
						from.U[col] = v
					}
				}
			}
			one := *c
			one.Displacements, one.Loss = want.Displacements, want.Loss
			r := &solved{t: t, c: &one, b: b, q: q, s: b.NewState(), a: b.NewState(), parts: element.Along(2)}
			effort, err := q.Rest(&statics.Load{F: f, From: from}, r.s)
			if err != nil || effort.Unstable != 0 {
				t.Fatalf("%+v, %v", effort, err)
			}
			r.displacements()
			g, _ := r.gradient()
			n := len(c.Bonds)
			r.close("dL/dk", r.param(g, 0, n, "stiffness"), want.DK, 1e-8)
			r.close("dL/ds", r.param(g, 0, n, "scale"), want.DS, 1e-8)
			r.close("dL/dl0", r.param(g, 0, n, "rest"), want.DRest, 1e-8)
		})
	}
}

// The sway of a portal with hinged bases.
func TestReferencePortalSway(t *testing.T) {
	c := reference.Load(t, "buckling_portal_sway")
	var height, span, column, girder float64
	var byBeams map[string]float64
	c.Get(t, "height", &height)
	c.Get(t, "span", &span)
	c.Get(t, "EI_column", &column)
	c.Get(t, "EI_beam", &girder)
	c.Get(t, "numeric_EA_6.3e8_by_beams_per_member", &byBeams)
	for count, want := range byBeams {
		n := map[string]int{"1": 1, "2": 2, "4": 4, "8": 8}[count]
		var points [][2]float64
		for i := range n {
			points = append(points, [2]float64{0, height * float64(i) / float64(n)})
		}
		for i := range n {
			points = append(points, [2]float64{span * float64(i) / float64(n), height})
		}
		for i := range n + 1 {
			points = append(points, [2]float64{span, height * float64(n-i) / float64(n)})
		}
		p := chainOfBeams(points, 6.3e8, column, [][2]int{{0, 0}, {0, 1}, {3 * n, 0}, {3 * n, 1}})
		for i := n; i < 2*n; i++ {
			p.Elements[i].Theta = []float64{6.3e8, girder}
		}
		b, q := equilibrium(t, p, true)
		f := make([]float64, b.Space.N)
		for _, knee := range []int{n, 2 * n} {
			statics.Port{{Node: knee, Part: element.Y, Weight: -1}}.Put(&b.Space, 1, f)
		}
		got, err := q.Buckle(&statics.Load{F: f})
		if err != nil || math.Abs(got.Share-want) > 1e-8*want {
			t.Errorf("%d beams: %v, %.12g, want %.12g", n, err, got.Share, want)
		}
	}
}

// A network of fibres welded at their crossings, of which one is moved as told.
func TestReferenceFibreNetwork(t *testing.T) {
	c := reference.Load(t, "disorder_fibre_network")
	var crossings [][4]float64
	var frame struct {
		Crossing      []int    `json:"crossing_of_node"`
		Beams         [][2]int `json:"beams"`
		EA, EI        float64
		Supports      [][2]int   `json:"supports_node_dof"`
		Load          [3]float64 `json:"load_node_ux_uy"`
		Displacements [][]float64
	}
	c.Get(t, "crossings_x_y_fibre_fibre", &crossings)
	c.Get(t, "frame", &frame)
	var points [][2]float64
	for _, i := range frame.Crossing {
		points = append(points, [2]float64{crossings[i][0], crossings[i][1]})
	}
	p := chainOfBeams(points, frame.EA, frame.EI, frame.Supports)
	p.Elements = p.Elements[:0]
	for _, ends := range frame.Beams {
		p.Elements = append(p.Elements, body.Element{Kind: element.Beam{}, Law: law.Section{}, Nodes: ends[:], Theta: []float64{frame.EA, frame.EI}})
	}
	b, q := equilibrium(t, p, false)
	f := make([]float64, b.Space.N)
	for axis := range 2 {
		statics.Port{{Node: int(frame.Load[0]), Part: element.Part(axis), Weight: 1}}.Put(&b.Space, frame.Load[1+axis], f)
	}
	r := &solved{t: t, c: c, b: b, q: q, s: b.NewState(), parts: element.Turning(2)}
	if _, err := q.Rest(&statics.Load{F: f}, r.s); err != nil {
		t.Fatal(err)
	}
	c.Displacements = frame.Displacements
	r.displacements()
}

// The contact network of a jammed packing, unstressed, as a periodic cell.
func TestReferenceJammedPacking(t *testing.T) {
	c := reference.Load(t, "disorder_jammed_packing")
	var positions [][2]float64
	var contacts [][4]int
	var stiffness []float64
	var want struct{ E1, E2, G12, Nu12, Nu21 float64 }
	c.Get(t, "positions", &positions)
	c.Get(t, "contacts_node_node_shift", &contacts)
	c.Get(t, "contact_stiffness_1_over_s2", &stiffness)
	c.Get(t, "unstressed_contact_network", &want)
	p := &body.Plan{Dim: 2, Cell: [][3]float64{{1}, {0, 1}}, Strain: make([]body.Strain, 3),
		Supports: []body.Support{{Node: 0, Part: element.X}, {Node: 0, Part: element.Y}}}
	for _, x := range positions {
		p.Pos = append(p.Pos, x[0], x[1])
	}
	for i, contact := range contacts {
		p.Elements = append(p.Elements, body.Element{Kind: element.Bar{}, Law: law.Spring{}, Nodes: contact[:2], Shift: [][3]int{{}, {contact[2], contact[3]}}, Theta: []float64{stiffness[i]}})
	}
	_, q := equilibrium(t, p, false)
	m, err := q.Moduli()
	if err != nil {
		t.Fatal(err)
	}
	r := &solved{t: t, c: c}
	r.close("moduli", []float64{m.E1, m.E2, m.G12, m.Nu12, m.Nu21}, []float64{want.E1, want.E2, want.G12, want.Nu12, want.Nu21}, 1e-9)
}
