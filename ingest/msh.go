package ingest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

var mshFormat = Format{
	Name: "msh", Endings: []string{".msh"}, From: "Gmsh, meshio, Elastrain",
	Reads: "Gmsh 2.2 and 4.1, text and binary: lines as bonds, and the edges of faces and bodies, each once; physical groups as named sets",
	Units: "none: `unit`",
	is:    func(text []byte) bool { return isSection(text, "$MeshFormat") },
	read:  readMSH,
}

// msh is a mesh on its way.
type msh struct {
	*draft
	*lines
	binary   bool
	order    binary.ByteOrder
	version  float64
	physical map[[2]int]string // name of a group by dimension and number
	groups   map[[2]int][]int  // groups of an entity, of version 4
	grouped  map[[2]int]bool   // groups that elements are in
	surfaces int               // of the geometry, of version 4
	own      bool              // this house wrote it: elements that are no lines are no faces
	cells    []mshCell
	data     map[string]map[int]float64 // values of elements by the name of the field, of step 0
}

type mshCell struct {
	number, typ, line int
	groups            [][2]int // dimension and number
	nodes             []string
}

func readMSH(d *draft) error {
	m := &msh{draft: d, physical: map[[2]int]string{}, groups: map[[2]int][]int{}, grouped: map[[2]int]bool{}, data: map[string]map[int]float64{}, order: binary.LittleEndian}
	text := bytes.ReplaceAll(d.Data, []byte("\r\n"), []byte("\n"))
	if head := text[:min(len(text), 200)]; !bytes.Contains(head, []byte(" 1 8\n")) {
		all, err := textOf(d.Data)
		if err != nil {
			return err
		}
		m.lines = all
	} else {
		m.binary = true
		m.lines = &lines{text: string(d.Data)} // its numbers may look like line ends
	}
	sections := map[string]func() error{"$MeshFormat": m.format41, "$PhysicalNames": m.names41, "$Entities": m.entities, "$Nodes": m.nodes, "$Elements": m.elements, "$ElementData": m.values}
	for {
		line, ok := m.filled("")
		if !ok {
			break
		}
		if !strings.HasPrefix(line, "$") {
			return m.fail(fmt.Sprintf("%.40q stands where a section such as $Nodes is due", line), "the file is damaged")
		}
		if strings.HasPrefix(line, "$End") {
			continue
		}
		read, known := sections[line]
		if !known {
			if !m.skip(line) {
				return m.fail(fmt.Sprintf("the section %.40s does not end", line), "the file is cut off")
			}
			continue
		}
		if err := read(); err != nil {
			return err
		}
	}
	return m.end()
}

// skip passes over a section.
func (m *msh) skip(name string) bool {
	end := "$End" + name[1:]
	at := strings.Index(m.text, end)
	if at < 0 {
		return false
	}
	m.line += strings.Count(m.text[:at], "\n")
	m.text = m.text[at:]
	return true
}

// words is the next line that is not empty, in words.
func (m *msh) words() ([]string, error) {
	line, ok := m.filled("")
	if !ok {
		return nil, m.fail("the file ends here", "it is cut off")
	}
	return strings.Fields(line), nil
}

// count reads a line of one number.
func (m *msh) count() (int, error) {
	w, err := m.words()
	if err != nil {
		return 0, err
	}
	return m.whole(w, 1)
}

func (m *msh) format41() error {
	w, err := m.words()
	if err != nil {
		return err
	}
	if m.version, err = m.number(w, 1); err != nil {
		return err
	}
	if m.version != 2.2 && m.version != 4.1 {
		return m.fail(fmt.Sprintf("this is version %s of the format", w[0]), "versions 2.2 and 4.1 are read: gmsh -save -format msh22 -o new.msh old.msh")
	}
	if m.binary {
		if len(m.text) < 4 {
			return m.fail("the file ends here", "it is cut off")
		}
		if binary.LittleEndian.Uint32([]byte(m.text)) != 1 {
			m.order = binary.BigEndian
		}
		m.text = m.text[4:]
	}
	return nil
}

func (m *msh) names41() error {
	n, err := m.count()
	if err != nil {
		return err
	}
	for range n {
		line, ok := m.filled("")
		if !ok {
			return m.fail("the file ends here", "it is cut off")
		}
		w := strings.SplitN(line, " ", 3)
		dim, err := m.whole(w, 1)
		if err != nil {
			return err
		}
		number, err := m.whole(w, 2)
		if err != nil {
			return err
		}
		if len(w) == 3 {
			m.physical[[2]int{dim, number}] = strings.Trim(strings.TrimSpace(w[2]), `"`)
		}
	}
	return nil
}

// group is the name of a physical group, by its dimension and number. Groups without a name may have one number in several dimensions.
func (m *msh) group(group [2]int) string {
	dim, number := group[0], group[1]
	if name := m.physical[group]; name != "" {
		return name
	}
	for other := range 4 {
		if other != dim && m.grouped[[2]int{other, number}] {
			return [4]string{"point", "curve", "surface", "volume"}[dim] + " group " + strconv.Itoa(number)
		}
	}
	return "group " + strconv.Itoa(number)
}

// values reads numbers of elements: of fields with a stiffness bonds take theirs.
func (m *msh) values() error {
	if m.binary {
		m.skip("$ElementData")
		return nil
	}
	var tags [3][]string
	for i := range tags {
		n, err := m.count()
		if err != nil {
			return err
		}
		for range n {
			line, ok := m.filled("")
			if !ok || n > 100 {
				return m.fail("the tags of the data do not end", "the file is cut off")
			}
			tags[i] = append(tags[i], line)
		}
	}
	if len(tags[0]) == 0 || len(tags[2]) < 3 || strings.TrimSpace(tags[2][0]) != "0" || strings.TrimSpace(tags[2][1]) != "1" {
		m.skip("$ElementData")
		return nil
	}
	name := strings.Trim(tags[0][0], `"`)
	m.own = m.own || strings.HasPrefix(name, "kind (1 ")
	if name != stiffnessField {
		m.skip("$ElementData")
		return nil
	}
	rows, err := m.whole(tags[2], 3)
	if err != nil {
		return err
	}
	field := map[int]float64{}
	for range rows {
		w, err := m.words()
		if err != nil {
			return err
		}
		number, err := m.whole(w, 1)
		if err != nil {
			return err
		}
		if field[number], err = m.number(w, 2); err != nil {
			return err
		}
	}
	m.data[name] = field
	return nil
}

// stiffnessField is the field of elements by which this house writes stiffnesses.
const stiffnessField = "stiffness (N/m)"

// end makes bonds of the elements.
func (m *msh) end() error {
	m.twice = true
	var others []string
	lines, curved := 0, 0
	for i := range m.cells {
		c := &m.cells[i]
		corners := make([]int, 0, len(c.nodes))
		for _, name := range c.nodes {
			at, err := m.find(name, c.line)
			if err != nil {
				return err
			}
			corners = append(corners, at)
		}
		for _, group := range c.groups {
			for _, at := range corners {
				m.set(m.group(group), at)
			}
		}
		shape, known := shapes[c.typ]
		switch {
		case c.typ == 15:
			continue
		case !known, m.own && c.typ != 1:
			if what := "elements of type " + strconv.Itoa(c.typ); !slices.Contains(others, what) {
				others = append(others, what)
			}
			continue
		}
		if shape.middles {
			curved++
		}
		if shape.dim > 1 {
			if err := m.face(corners, shape.edges, c.line); err != nil {
				return err
			}
			continue
		}
		lines++
		b, err := m.bar(corners[0], corners[1], c.line)
		if err != nil {
			return err
		}
		if k := m.data[stiffnessField][c.number]; k != 0 {
			if err := m.sayStiffness(1, "N/m", c.line); err != nil {
				return err
			}
			if err := m.stiffness(b, k, c.line); err != nil {
				return err
			}
		}
	}
	if curved > 0 {
		m.note("%d elements are of second order: their corners are joined, and the nodes between them are not read", curved)
	}
	if m.surfaces > 0 && m.sides == nil && lines > 0 {
		m.note("the file has %d surfaces without faces, so its lines alone are bonds: of a geometry with physical groups Gmsh saves only these; give the surfaces a group too (`Physical Surface`), or write `Mesh.SaveAll = 1`", m.surfaces)
	}
	if others != nil && m.own {
		m.note("the file is of other elements than linear springs: %s not read; what they are belongs into `elements`", words(others))
	} else if others != nil {
		m.note("%s not read", words(others))
	}
	return nil
}
