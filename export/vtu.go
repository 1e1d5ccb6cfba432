package export

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/snapshot"
)

var vtuFormat = Format{
	Name: "vtu", Ending: ".vtu", Cases: OneCase, Wants: Wants{Gradient: true},
	Holds: "one load case: points with displacement, load, reaction, supports, ports; elements with stiffness, elongation, force, gradient, width",
	Opens: "ParaView, PyVista, VTK, meshio",
	Lacks: func(in *Input) []string { return lacksCut(in.Snapshot) },
	Write: func(w io.Writer, in *Input) error {
		var c *snapshot.Case
		if len(in.Cases) > 0 {
			c = &in.Cases[0]
		}
		return writeVTU(w, in, newMesh(in.Snapshot), c)
	},
}

// lacksCut says how many bonds are no part of what is drawn or computed.
func lacksCut(s *snapshot.Snapshot) []string {
	var list []string
	if n := missing(s); n > 0 {
		what := fmt.Sprintf("%d bonds that are cut are", n)
		if n == 1 {
			what = "1 bond that is cut is"
		}
		list = append(list, what+" left out; the others keep their numbers")
	}
	return list
}

// missing counts elements that are cut.
func missing(s *snapshot.Snapshot) (n int) {
	for i := range s.Elements {
		if s.Elements[i].Cut {
			n++
		}
	}
	return n
}

// vtuArray is an array of a .vtu file.
type vtuArray struct {
	name, unit, typ string // Float64, Int32, Int64 or UInt8
	parts, rows     int
	float           func(row, part int) float64
	whole           func(row, part int) int
}

func (a *vtuArray) size() int {
	return a.parts * a.rows * map[string]int{"Float64": 8, "Int64": 8, "Int32": 4, "UInt8": 1}[a.typ]
}

// value is a number of the array, whatever it is made of.
func (a *vtuArray) value(row, part int) float64 {
	if a.float != nil {
		return a.float(row, part)
	}
	return float64(a.whole(row, part))
}

// writeVTU writes a network in one state, or at rest if there is none.
func writeVTU(w io.Writer, in *Input, m *mesh, c *snapshot.Case) error {
	scale := in.magnified(0)
	if c == nil {
		scale = 0
	}
	points := []vtuArray{{name: "Points", unit: "m", typ: "Float64", parts: 3, float: func(p, axis int) float64 {
		if scale == 0 {
			return m.at[p][axis]
		}
		return m.at[p][axis] + scale*m.moved(c, p)[axis]
	}}}
	var ends []int // where the points of each cell end
	var joins []int
	for i := range m.cells {
		joins = append(joins, corners(m.cells[i].points)...)
		ends = append(ends, len(joins))
	}
	cells := []vtuArray{
		{name: "connectivity", typ: "Int64", parts: 1, rows: len(joins), whole: func(i, _ int) int { return joins[i] }},
		{name: "offsets", typ: "Int64", parts: 1, rows: len(m.cells), whole: func(i, _ int) int { return ends[i] }},
		{name: "types", typ: "UInt8", parts: 1, rows: len(m.cells), whole: func(i, _ int) int { return vtkType(len(m.cells[i].points)) }},
	}
	sections := []struct {
		name   string
		arrays []vtuArray
	}{
		{"PointData", m.pointArrays(c)},
		{"CellData", m.cellArrays(c)},
		{"Points", points},
		{"Cells", cells},
	}
	var head strings.Builder
	head.WriteString("<?xml version=\"1.0\"?>\n<VTKFile type=\"UnstructuredGrid\" version=\"1.0\" byte_order=\"LittleEndian\" header_type=\"UInt64\">\n")
	fmt.Fprintf(&head, "<!-- %s. SI units; points stand where the network is at rest%s; NaN: an element has no such number. -->\n", comment(in.Source),
		map[bool]string{true: fmt.Sprintf(", plus %g times the displacement", scale)}[scale != 0])
	fmt.Fprintf(&head, "<UnstructuredGrid>\n<Piece NumberOfPoints=\"%d\" NumberOfCells=\"%d\">\n", len(m.at), len(m.cells))
	// Bytes stand in the opposite order of their tags: meshio 5 rewrites offsets as it goes and finds tags by them, and
	// would take an array for another one whose offset it has rewritten.
	var backwards []*vtuArray
	offset := 0
	for i := range sections {
		for j := range sections[i].arrays {
			a := &sections[i].arrays[j]
			switch sections[i].name {
			case "PointData", "Points":
				a.rows = len(m.at)
			case "CellData":
				a.rows = len(m.cells)
			}
			offset += 8 + a.size()
			backwards = append(backwards, a)
		}
	}
	slices.Reverse(backwards)
	for i := range sections {
		fmt.Fprintf(&head, "<%s>\n", sections[i].name)
		for j := range sections[i].arrays {
			a := &sections[i].arrays[j]
			offset -= 8 + a.size()
			if a.unit != "" {
				fmt.Fprintf(&head, "<!-- %s -->", comment(a.unit))
			}
			fmt.Fprintf(&head, "<DataArray type=\"%s\" Name=\"%s\" NumberOfComponents=\"%d\" format=\"appended\" offset=\"%d\"/>\n", a.typ, a.name, a.parts, offset)
		}
		fmt.Fprintf(&head, "</%s>\n", sections[i].name)
	}
	head.WriteString("</Piece>\n</UnstructuredGrid>\n<AppendedData encoding=\"raw\">\n_")
	if _, err := io.WriteString(w, head.String()); err != nil {
		return err
	}
	for _, a := range backwards {
		if err := a.write(w); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "\n</AppendedData>\n</VTKFile>\n")
	return err
}

// write writes the bytes of an array behind their number.
func (a *vtuArray) write(w io.Writer) error {
	block := make([]byte, 0, 1<<15)
	block = binary.LittleEndian.AppendUint64(block, uint64(a.size()))
	for row := range a.rows {
		for part := range a.parts {
			switch a.typ {
			case "Float64":
				block = binary.LittleEndian.AppendUint64(block, math.Float64bits(a.float(row, part)))
			case "Int64":
				block = binary.LittleEndian.AppendUint64(block, uint64(a.whole(row, part)))
			case "Int32":
				block = binary.LittleEndian.AppendUint32(block, uint32(a.whole(row, part)))
			default:
				block = append(block, byte(a.whole(row, part)))
			}
		}
		if len(block) > 1<<15-1<<8 {
			if _, err := w.Write(block); err != nil {
				return err
			}
			block = block[:0]
		}
	}
	_, err := w.Write(block)
	return err
}

// vtkType is the kind of cell of so many points: a point, a line, a curved line along the arms of an angle, a quadrangle of
// two triangles that fold. Lines of several parts would say the same, but meshio does not read them.
func vtkType(points int) int { return [...]int{1: 1, 2: 3, 3: 21, 4: 9}[min(points, 4)] }

// corners are the points of a cell in its order: of an angle the ends and then the corner between; of a fold, whose nodes are
// wing, crease, crease, wing, around it.
func corners(points []int) []int {
	switch len(points) {
	case 3:
		return []int{points[0], points[2], points[1]}
	case 4:
		return []int{points[0], points[1], points[3], points[2]}
	}
	return points
}

// pointArrays are what points have.
func (m *mesh) pointArrays(c *snapshot.Case) []vtuArray {
	s := m.s
	in, out := ports(s, s.Inputs), ports(s, s.Outputs)
	list := []vtuArray{
		{name: "node", typ: "Int32", parts: 1, whole: func(p, _ int) int { return s.Drawn.NodeNumber(m.of[p]) }},
		{name: "held", typ: "UInt8", parts: 3, whole: func(p, axis int) int { return m.held(p, axis) }},
		{name: "input", typ: "Int32", parts: 1, whole: func(p, _ int) int { return in[m.of[p]] }},
		{name: "output", typ: "Int32", parts: 1, whole: func(p, _ int) int { return out[m.of[p]] }},
	}
	if m.shift != nil {
		list = append(list, vtuArray{name: "image", typ: "UInt8", parts: 1, whole: func(p, _ int) int {
			if m.shift[p] != [3]int{} {
				return 1
			}
			return 0
		}})
	}
	if c == nil {
		return list
	}
	list = append(list, vtuArray{name: "displacement", unit: "m", typ: "Float64", parts: 3, float: func(p, axis int) float64 { return m.moved(c, p)[axis] }})
	if c.Turns != nil {
		list = append(list, vtuArray{name: "rotation", unit: "rad", typ: "Float64", parts: 3, float: func(p, axis int) float64 { return m.turned(c, p)[axis] }})
	}
	if c.Potential != nil {
		list = append(list, vtuArray{name: "potential", unit: "V", typ: "Float64", parts: 1, float: func(p, _ int) float64 { return c.Potential[m.of[p]] }})
	}
	for _, f := range append(forces(s, "load", c.Loads), forces(s, "reaction", c.Reactions)...) {
		list = append(list, vtuArray{name: f.name, unit: f.unit, typ: "Float64", parts: f.parts, float: func(p, part int) float64 {
			if m.shift != nil && m.shift[p] != [3]int{} {
				return 0 // it stands at the node
			}
			return f.at(m.of[p], part)
		}})
	}
	return list
}

// held is 1 where a support holds a point along an axis.
func (m *mesh) held(p, axis int) int {
	net := m.s.Drawn
	if at := m.of[p]*net.Dim + axis; axis < net.Dim && net.Held != nil && net.Held[at] {
		return 1
	}
	return 0
}

// cellArrays are what elements have.
func (m *mesh) cellArrays(c *snapshot.Case) []vtuArray {
	kinds := kindsOf(m.s)
	list := []vtuArray{
		{name: "number", typ: "Int32", parts: 1, whole: func(i, _ int) int { return m.s.Elements[m.cells[i].element].Number }},
		{name: "kind", unit: strings.Join(kinds, ", "), typ: "UInt8", parts: 1, whole: func(i, _ int) int {
			for k, name := range kinds {
				if strings.HasSuffix(name, " "+m.s.Elements[m.cells[i].element].Kind) {
					return k + 1
				}
			}
			return 0
		}},
	}
	for _, v := range atElements(m.s, c) {
		list = append(list, vtuArray{name: v.name, unit: v.unit, typ: "Float64", parts: 1, float: func(i, _ int) float64 { return v.at(m.cells[i].element, 0) }})
	}
	return list
}

// kindsOf names the kinds of elements with their numbers from 1: "1 bar", "2 ground".
func kindsOf(s *snapshot.Snapshot) (list []string) {
	known := map[string]bool{}
	for _, g := range groups(s) {
		if !known[g.Kind] {
			known[g.Kind] = true
			list = append(list, fmt.Sprintf("%d %s", len(list)+1, g.Kind))
		}
	}
	return list
}

// comment makes text fit for a comment of XML.
func comment(text string) string {
	return strings.NewReplacer("--", "- -", "<", " ", ">", " ", "&", "and").Replace(strings.ToValidUTF8(text, "?"))
}
