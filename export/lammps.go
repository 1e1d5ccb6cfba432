package export

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/elastrain/elastrain/snapshot"
)

var lammpsFormat = Format{
	Name: "lammps", Ending: ".data", Cases: OneCase,
	Holds:   "LAMMPS data in SI units: nodes as atoms with the loads of a case, linear bars as harmonic bonds, linear angles as harmonic angles; beside it an input script (`.in`) that holds the supports and finds the equilibrium",
	Opens:   "LAMMPS, OVITO",
	Refuses: refusesLAMMPS, Lacks: lacksLAMMPS,
	WriteAll: writeLAMMPS,
}

func refusesLAMMPS(in *Input) error {
	s := in.Snapshot
	if s.Drawn.Periodic() {
		return fmt.Errorf("a cell of LAMMPS does not strain as this one does; .vtu, .msh and .npz files hold it")
	}
	for i := range s.Elements {
		if el := &s.Elements[i]; joinsAtoms(s, el) {
			return nil
		}
	}
	return fmt.Errorf("the network has no linear bars or angles, and LAMMPS would have nothing to join its atoms by; .vtu, .msh and .npz files hold it")
}

// joinsAtoms reports whether an element is a bond or an angle of LAMMPS: a spring of one mode, by a length between two nodes
// or from a place, or by the angle at the second of three.
func joinsAtoms(s *snapshot.Snapshot, el *snapshot.Element) bool {
	return !el.Cut && el.Law == "linear" && len(el.Modes) == 1 && s.Blocks[el.Block].Names[0] == "stiffness" &&
		el.Modes[0].Unit == map[bool]string{true: "m", false: "rad"}[len(el.Nodes) < 3] && len(el.Nodes) <= 3
}

func lacksLAMMPS(in *Input) (list []string) {
	counts := map[string]int{} // looked up only
	var names []string
	for i := range in.Elements {
		if el := &in.Elements[i]; !el.Cut && !joinsAtoms(in.Snapshot, el) {
			name := el.Kind + " of law " + el.Law
			if counts[name] == 0 {
				names = append(names, name)
			}
			counts[name]++
		}
	}
	for _, name := range names {
		list = append(list, fmt.Sprintf("%d elements, %s, are left out: LAMMPS has no such bond", counts[name], name))
	}
	return append(list, lacksCut(in.Snapshot)...)
}

// molecule is a network as LAMMPS has it.
type molecule struct {
	s             *snapshot.Snapshot
	at            [][3]float64 // atoms: nodes, and one that is held for every spring to ground
	typ           []int        // of every atom: 1 and which axes are held, as bits
	bonds, angles []cell
	theta         []float64
	load          [][3]float64
	longest       float64
	most          float64 // of the loads, N
}

func newMolecule(in *Input) *molecule {
	s := in.Snapshot
	m := &molecule{s: s, theta: s.Theta}
	size := span(s)
	for node := range s.Drawn.Nodes() {
		var x [3]float64
		copy(x[:], s.Built.At(node))
		typ := 1
		for axis := range s.Drawn.Dim {
			if s.Drawn.Held != nil && s.Drawn.Held[node*s.Drawn.Dim+axis] {
				typ += 1 << axis
			}
		}
		m.at, m.typ = append(m.at, x), append(m.typ, typ)
	}
	for i := range s.Elements {
		el := &s.Elements[i]
		switch {
		case !joinsAtoms(s, el):
		case len(el.Nodes) == 1:
			x := m.at[el.Nodes[0]]
			for axis, v := range s.Drawn.Elements[i].Dir {
				x[axis] -= size * v
			}
			m.bonds = append(m.bonds, cell{i, []int{len(m.at), el.Nodes[0]}})
			m.at, m.typ = append(m.at, x), append(m.typ, 8)
		case len(el.Nodes) == 2:
			m.bonds = append(m.bonds, cell{i, el.Nodes})
		default:
			m.angles = append(m.angles, cell{i, el.Nodes})
		}
	}
	for _, b := range m.bonds {
		m.longest = max(m.longest, m.distance(b.points[0], b.points[1]))
	}
	m.load = make([][3]float64, len(m.at))
	if len(s.Cases) > 0 {
		c := &s.Cases[0]
		if c.Theta != nil {
			m.theta = c.Theta
		}
		for _, f := range c.Loads {
			if kind, axis := component(f.Component); kind == "force" && f.Node >= 0 {
				m.load[f.Node][axis] += f.Value
				m.most = max(m.most, math.Abs(f.Value))
			}
		}
	}
	return m
}

func (m *molecule) distance(a, b int) float64 { return length(m.between(a, b)) }

func (m *molecule) between(a, b int) (d [3]float64) {
	for axis := range d {
		d[axis] = m.at[b][axis] - m.at[a][axis]
	}
	return d
}

// angle is that of two arms at a corner, degrees.
func (m *molecule) angle(points []int) float64 {
	a, b := m.between(points[1], points[0]), m.between(points[1], points[2])
	cross := [3]float64{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
	return 180 / math.Pi * math.Atan2(length(cross), a[0]*b[0]+a[1]*b[1]+a[2]*b[2])
}

func writeLAMMPS(create Create, in *Input) error {
	m := newMolecule(in)
	if err := create(".in", func(w io.Writer) error { return m.script(w, in) }); err != nil {
		return err
	}
	return create("", func(w io.Writer) error { return m.data(w, in) })
}

// data is the data file: an atom a node, a bond type a bond. E = K (r - r0)^2, so K is half a stiffness.
func (m *molecule) data(to io.Writer, in *Input) error {
	w := bufio.NewWriter(to)
	printf := func(format string, args ...any) { fmt.Fprintf(w, format, args...) } // the first error comes out of Flush
	printf("%s, by elastrain; SI units; read by %s.in\n\n%d atoms\n%d bonds\n", line(in.Source), line(in.Name), len(m.at), len(m.bonds))
	if len(m.angles) > 0 {
		printf("%d angles\n", len(m.angles))
	}
	printf("8 atom types\n%d bond types\n", len(m.bonds))
	if len(m.angles) > 0 {
		printf("%d angle types\n", len(m.angles))
	}
	lo, hi := m.at[0], m.at[0]
	for _, x := range m.at {
		for axis, v := range x {
			lo[axis], hi[axis] = min(lo[axis], v), max(hi[axis], v)
		}
	}
	room := max(span(m.s), m.longest)
	printf("\n")
	for axis, name := range []string{"x", "y", "z"} {
		printf("%.17g %.17g %slo %shi\n", lo[axis]-room, hi[axis]+room, name, name) // none leaves it
	}
	printf("\nMasses\n\n")
	for typ := range 8 {
		printf("%d 1 # %s\n", typ+1, heldWords(typ))
	}
	printf("\nBond Coeffs # harmonic\n\n")
	for i, b := range m.bonds {
		rest := m.distance(b.points[0], b.points[1])
		printf("%d %.17g %.17g\n", i+1, m.theta[m.s.Elements[b.element].Theta]/2, m.rest(b, rest))
	}
	if len(m.angles) > 0 {
		printf("\nAngle Coeffs # harmonic\n\n")
		for i, a := range m.angles {
			printf("%d %.17g %.17g\n", i+1, m.theta[m.s.Elements[a.element].Theta]/2, 180/math.Pi*m.rest(a, math.Pi/180*m.angle(a.points)))
		}
	}
	style := map[bool]string{false: "bond", true: "angle"}[len(m.angles) > 0]
	printf("\nAtoms # %s\n\n", style)
	for i, x := range m.at {
		printf("%d 1 %d %.17g %.17g %.17g\n", i+1, m.typ[i], x[0], x[1], x[2])
	}
	printf("\nBonds\n\n")
	for i, b := range m.bonds {
		printf("%d %d %d %d\n", i+1, i+1, b.points[0]+1, b.points[1]+1)
	}
	if len(m.angles) > 0 {
		printf("\nAngles\n\n")
		for i, a := range m.angles {
			printf("%d %d %d %d %d\n", i+1, i+1, a.points[0]+1, a.points[1]+1, a.points[2]+1)
		}
	}
	printf("\nLoads\n\n")
	for i, f := range m.load {
		printf("%d %.17g %.17g %.17g\n", i+1, f[0], f[1], f[2])
	}
	return w.Flush()
}

// rest is the rest length or angle of an element: its parameter, or what it is as built.
func (m *molecule) rest(c cell, built float64) float64 {
	el := &m.s.Elements[c.element]
	for j, name := range m.s.Blocks[el.Block].Names {
		if name == "rest" {
			return m.theta[el.Theta+j]
		}
	}
	return built
}

// heldWords says which axes an atom type holds; the bits above 3 axes hold all.
func heldWords(typ int) string {
	if typ == 0 {
		return "free"
	}
	words := "held along "
	for axis := range 3 {
		if typ&(1<<axis) != 0 {
			words += "xyz"[axis : axis+1]
		}
	}
	return words
}

// script is an input script that finds the equilibrium and writes where the nodes then are.
func (m *molecule) script(to io.Writer, in *Input) error {
	w := bufio.NewWriter(to)
	printf := func(format string, args ...any) { fmt.Fprintf(w, format, args...) }
	name, file := line(in.Name), line(in.File)
	flat := m.s.Drawn.Dim < 3
	printf("# lmp -in '%s.in' writes where the nodes are in equilibrium into '%s.dump'. Displacements are finite here.\n", name, name)
	if flat {
		printf("units si\ndimension 2\nboundary f f p\n")
	} else {
		printf("units si\nboundary f f f\n")
	}
	printf("atom_style %s\natom_modify map array\nbond_style harmonic\n", map[bool]string{false: "bond", true: "angle"}[len(m.angles) > 0])
	if len(m.angles) > 0 {
		printf("angle_style harmonic\n")
	}
	printf("comm_modify cutoff %.6g\nfix load all property/atom d_fx d_fy d_fz\nread_data \"%s\" fix load NULL Loads\n", 2*m.longest, file)
	printf("compute load all property/atom d_fx d_fy d_fz\nvariable fx atom c_load[1]\nvariable fy atom c_load[2]\nvariable fz atom c_load[3]\nvariable e atom -(c_load[1]*x+c_load[2]*y+c_load[3]*z)\n")
	printf("fix push all addforce v_fx v_fy v_fz energy v_e\nfix_modify push energy yes\n")
	for typ := 1; typ < 8; typ++ {
		if !slices.Contains(m.typ, typ+1) {
			continue
		}
		words := ""
		for axis := range 3 {
			words += map[bool]string{true: " 0", false: " NULL"}[typ&(1<<axis) != 0]
		}
		printf("group held%d type %d\nfix hold%d held%d setforce%s\n", typ, typ+1, typ, typ, words)
	}
	if flat {
		printf("fix flat all enforce2d\n")
	}
	most := m.most
	if most == 0 {
		most = 1e-3
	}
	printf("min_style cg\nmin_modify dmax %.6g\nthermo 1000\nminimize 0 %.6g 1000000 10000000\n", 1e-3*m.longest, 1e-9*most)
	printf("write_dump all custom \"%s.dump\" id type x y z modify format float %%.15g sort id\n", name)
	return w.Flush()
}
