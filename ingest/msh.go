package ingest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

var mshFormat = Format{
	Name: "msh", Endings: []string{".msh"}, From: "Gmsh, meshio, Elastrain",
	Reads: "Gmsh 2.2 and 4.1, text and binary: lines as bonds, or where there are none the edges of triangles, quadrangles and tetrahedra; physical groups as named sets",
	Units: "none: `unit`",
	is:    func(text []byte) bool { return isSection(text, "$MeshFormat") },
	read:  readMSH,
}

// edgesOf are the edges of the types of elements of Gmsh, and how many nodes they have.
var edgesOf = map[int]struct {
	nodes int
	edges [][2]int
}{
	15: {1, nil}, 1: {2, [][2]int{{0, 1}}}, 8: {3, nil},
	2: {3, [][2]int{{0, 1}, {1, 2}, {2, 0}}}, 3: {4, [][2]int{{0, 1}, {1, 2}, {2, 3}, {3, 0}}},
	4: {4, [][2]int{{0, 1}, {1, 2}, {2, 0}, {0, 3}, {1, 3}, {2, 3}}},
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
	cells    []mshCell
	data     map[string]map[int]float64 // values of elements by the name of the field, of step 0
}

type mshCell struct {
	number, typ, line int
	groups            []string
	nodes             []string
}

func readMSH(d *draft) error {
	m := &msh{draft: d, physical: map[[2]int]string{}, groups: map[[2]int][]int{}, data: map[string]map[int]float64{}, order: binary.LittleEndian}
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

// group is the name of a physical group.
func (m *msh) group(dim, number int) string {
	if number == 0 {
		return ""
	}
	if name := m.physical[[2]int{dim, number}]; name != "" {
		return name
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
	lined, faces := false, 0
	other := map[string]bool{}
	for _, c := range m.cells {
		lined = lined || c.typ == 1
	}
	var names []string
	m.twice = true
	for _, c := range m.cells {
		shape, known := edgesOf[c.typ]
		for _, group := range c.groups {
			for _, name := range c.nodes {
				at, err := m.find(name, c.line)
				if err != nil {
					return err
				}
				m.set(group, at)
			}
		}
		if !known || shape.edges == nil {
			if what := "elements of type " + strconv.Itoa(c.typ); c.typ != 15 && !other[what] {
				other[what] = true
				names = append(names, what)
			}
			continue
		}
		if lined && c.typ != 1 {
			faces++
			continue
		}
		for _, e := range shape.edges {
			b, err := m.join(c.nodes[e[0]], c.nodes[e[1]], c.line)
			if err != nil {
				return err
			}
			if k := m.data[stiffnessField][c.number]; c.typ == 1 && k != 0 {
				if err := m.sayStiffness(1, "N/m", c.line); err != nil {
					return err
				}
				if err := m.stiffness(b, k, c.line); err != nil {
					return err
				}
			}
		}
	}
	if !lined {
		m.note("there are no lines in the mesh, so the edges of its faces and bodies are bonds")
	}
	if faces > 0 {
		m.note("the bonds are the lines of the mesh; its %d faces and bodies are not read (a mesh without lines gives their edges)", faces)
	}
	if names != nil {
		m.note("%s not read", words(names))
	}
	return nil
}
