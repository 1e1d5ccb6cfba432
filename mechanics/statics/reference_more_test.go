package statics_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/elastrain/elastrain/internal/reference"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
)

func TestReferenceSpaceFrames(t *testing.T) {
	for _, name := range []string{"frame3d_crank", "frame3d_tower", "own_frame_space"} {
		t.Run(name, func(t *testing.T) {
			c := reference.Load(t, name)
			p := &body.Plan{Dim: 3}
			for _, x := range c.Nodes {
				p.Pos = append(p.Pos, x...)
			}
			for i, ends := range c.Beams {
				p.Elements = append(p.Elements, body.Element{Kind: element.Beam3D{}, Law: law.Section3D{}, Nodes: ends[:], Up: c.YAxes[i],
					Theta: []float64{c.EA[i], c.EIy[i], c.EIz[i], c.GJ[i]}})
			}
			r := solve(t, c, p, element.Turning(3))
			r.displacements()
			g, _ := r.gradient()
			for _, d := range []struct {
				param string
				want  []float64
			}{{"EA", c.DEA}, {"EIy", c.DEIy}, {"EIz", c.DEIz}, {"GJ", c.DGJ}} {
				r.close("dL/d"+d.param, append(r.param(g, 0, len(c.Beams), d.param), 1e-8), append(d.want, 1e-8), 1e-9) // some are all zero
			}
		})
	}
}

func TestReferenceFlow(t *testing.T) {
	for _, name := range []string{"flow_grid_currents", "flow_grid_potentials", "flow_ladder_unit", "own_flow_potentials"} {
		t.Run(name, func(t *testing.T) {
			c := reference.Load(t, name)
			var file struct {
				edges                             [][2]int
				conductance, potentials, currents []float64
				held, injected, fed               [][2]float64
				outputs                           []int
				targets, dg, dPower               []float64
				power                             float64
			}
			c.Get(t, "edges", &file.edges)
			c.Get(t, "conductance", &file.conductance)
			c.Get(t, "potentials", &file.potentials)
			c.Get(t, "currents", &file.currents)
			c.Get(t, "held_node_potential", &file.held)
			c.Get(t, "injected_node_current", &file.injected)
			c.Get(t, "current_fed_in_at_held_nodes", &file.fed)
			c.Get(t, "outputs", &file.outputs)
			c.Get(t, "dL_dg", &file.dg)
			c.Get(t, "power_total", &file.power)
			p := &body.Plan{Dim: 1, Pos: make([]float64, len(file.potentials))}
			for i, ends := range file.edges {
				p.Elements = append(p.Elements, body.Element{Kind: element.Pipe{}, Law: law.Conductance{}, Nodes: ends[:], Theta: []float64{file.conductance[i]}})
			}
			for _, h := range file.held {
				p.Supports = append(p.Supports, body.Support{Node: int(h[0]), Part: element.Potential, Given: true})
			}
			b, err := body.New(p)
			if err != nil {
				t.Fatal(err)
			}
			r := &solved{t: t, c: c, b: b, q: statics.New(b, false), s: b.NewState(), a: b.NewState()}
			if err := r.q.Set(b.Theta()); err != nil {
				t.Fatal(err)
			}
			at := func(node int) statics.Port { return statics.Port{{Node: node, Part: element.Potential, Weight: 1}} }
			load := &statics.Load{F: make([]float64, b.Space.N)}
			for _, h := range file.held {
				load.G = append(load.G, h[1])
			}
			for _, i := range file.injected {
				at(int(i[0])).Put(&b.Space, i[1], load.F)
			}
			if _, err := r.q.Rest(load, r.s); err != nil {
				t.Fatal(err)
			}
			var potentials []float64
			for node := range file.potentials {
				potentials = append(potentials, b.Value(r.s, node, element.Potential))
			}
			r.close("potentials", potentials, file.potentials, 1e-12)
			r.close("currents", r.s.T, file.currents, 1e-12)
			r.close("power", []float64{2 * r.s.Energy}, []float64{file.power}, 1e-12)
			// What must be fed in to hold the given potentials.
			w, fed := b.NewWork(), make([]float64, b.Space.G)
			b.Stand(w, r.s, false)
			b.Forces(w, r.s.T, 1, make([]float64, b.Space.N), fed)
			var want []float64
			for _, f := range file.fed {
				want = append(want, f[1])
			}
			r.close("fed in", fed, want, 1e-11)
			f := make([]float64, b.Space.N)
			for i, node := range file.outputs {
				at(node).Put(&b.Space, -(potentials[node] - c.Targets[i]), f)
			}
			if err := r.q.About(r.s, f, r.a); err != nil {
				t.Fatal(err)
			}
			g := make([]float64, b.P)
			b.Product(w, r.q.Theta(), r.s, r.a, 1, g)
			r.close("dL/dg", g, file.dg, 1e-12)
		})
	}
}

// Cells of bars and beams: strains under unit stresses.
func TestReferenceCells(t *testing.T) {
	for _, name := range []string{"cell_honeycomb", "cell_irregular_bars", "cell_irregular_beams", "cell_kagome_bars", "cell_kagome_beams", "cell_reentrant", "cell_triangular_bars", "cell_triangular_beams", "own_cell_beams"} {
		t.Run(name, func(t *testing.T) {
			c := reference.Load(t, name)
			var vectors [2][2]float64
			var bonds [][4]int
			var ea, ei, k, dE1, dNu []float64
			want := map[string]float64{}
			c.Get(t, "lattice_vectors_a1_a2", &vectors)
			c.Get(t, "bonds", &bonds)
			c.Get(t, "k", &k)
			frame := c.Get(t, "EA", &ea)
			c.Get(t, "EI", &ei)
			c.Get(t, "dE1_dwidth", &dE1)
			c.Get(t, "dnu12_dwidth", &dNu)
			c.Get(t, "dE1_dk", &dE1)
			c.Get(t, "dnu12_dk", &dNu)
			for _, key := range []string{"E1", "E2", "G12", "nu12", "nu21"} {
				v := 0.0
				c.Get(t, key, &v)
				want[key] = v
			}
			p := &body.Plan{Dim: 2, Cell: [][3]float64{{vectors[0][0], vectors[0][1]}, {vectors[1][0], vectors[1][1]}},
				Strain: make([]body.Strain, 3), Supports: []body.Support{{Node: 0, Part: element.X}, {Node: 0, Part: element.Y}}}
			for _, x := range c.Nodes {
				p.Pos = append(p.Pos, x...)
			}
			for i, bond := range bonds {
				el := body.Element{Kind: element.Bar{}, Law: law.Spring{}, Nodes: bond[:2], Shift: [][3]int{{}, {bond[2], bond[3]}}}
				switch {
				case frame && c.Width != nil:
					el.Kind, el.Law, el.Theta = element.Beam{}, law.Rectangle{Young: c.Young, Thickness: c.Thickness}, []float64{c.Width[i]}
				case frame:
					el.Kind, el.Law, el.Theta = element.Beam{}, law.Section{}, []float64{ea[i], ei[i]}
				default:
					el.Theta = []float64{k[i]}
				}
				p.Elements = append(p.Elements, el)
			}
			b, err := body.New(p)
			if err != nil {
				t.Fatal(err)
			}
			q := statics.New(b, false)
			q.Floppy = true
			if err := q.Set(b.Theta()); err != nil {
				t.Fatal(err)
			}
			m, err := q.Moduli()
			if err != nil {
				t.Fatal(err)
			}
			r := &solved{t: t, c: c, b: b, q: q}
			for key, v := range map[string]float64{"E1": m.E1, "E2": m.E2, "G12": m.G12, "nu12": m.Nu12, "nu21": m.Nu21} {
				r.close(key, []float64{v}, []float64{want[key]}, 1e-8)
			}
			if dE1 != nil && b.P == len(dE1) {
				r.close("dE1", m.DE1, dE1, 1e-8)
				scale := m.DE1[0] / m.E1 // where the ratio does not depend on anything
				r.close("dnu12", append(m.DNu12, scale), append(dNu, scale), 1e-8)
			}
		})
	}
}

// All equilibria of a chain of bistable bonds are found from where they are, with the number of directions in which each is not stable.
func TestReferenceBistableChain(t *testing.T) {
	for _, name := range []string{"bistable_chain", "own_bistable_chain"} {
		t.Run(name, func(t *testing.T) { bistableChain(t, reference.Load(t, name)) })
	}
}

func bistableChain(t *testing.T, c *reference.Case) {
	var length, load float64
	var all []struct {
		Elongations []float64
		Tip         float64
		Stable      bool
	}
	c.Get(t, "bond_length", &length)
	c.Get(t, "load", &load)
	c.Get(t, "all_equilibria", &all)
	curve, _ := law.CurveNamed("bistable")
	p := &body.Plan{Dim: 1, Pos: []float64{0, length, 2 * length, 3 * length}, Supports: []body.Support{{Node: 0, Part: element.X}}}
	for i := range 3 {
		p.Elements = append(p.Elements, body.Element{Kind: element.Bar{}, Law: law.Bond{Curve: curve}, Nodes: []int{i, i + 1}, Theta: []float64{c.K[i], c.S[i]}})
	}
	b, err := body.New(p)
	if err != nil {
		t.Fatal(err)
	}
	q := statics.New(b, true)
	if err := q.Set(b.Theta()); err != nil {
		t.Fatal(err)
	}
	s := b.NewState()
	if len(all) < 8 {
		t.Fatalf("%d equilibria", len(all))
	}
	for i, want := range all {
		from := b.NewState()
		sum := 0.0
		for j, e := range want.Elongations {
			sum += e * (1 + 1e-3*float64(j))
			from.U[j] = sum
		}
		effort, err := q.Rest(&statics.Load{F: []float64{0, 0, load}, From: from}, s)
		if err != nil {
			t.Fatalf("equilibrium %d: %v", i, err)
		}
		if math.Abs(s.U[2]-want.Tip) > 1e-8*math.Abs(want.Tip) || (effort.Unstable == 0) != want.Stable {
			t.Errorf("equilibrium %d: tip %g, %d unstable; want %g, stable %v", i, s.U[2], effort.Unstable, want.Tip, want.Stable)
		}
	}
	// Beyond the force that the weakest bond bears, it snaps: the path ends there, and says at what share of the load.
	_, err = q.Rest(&statics.Load{F: []float64{0, 0, 0.5}}, s)
	if err == nil {
		t.Fatal("no limit")
	}
	t.Log(fmt.Sprint(err))
}
