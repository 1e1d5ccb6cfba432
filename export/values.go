package export

import (
	"math"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/snapshot"
)

// column is numbers with a name, one row an element, a mode or a node. NaN says that there is none.
type column struct {
	name, unit string
	parts      int // numbers a row
	at         func(row, part int) float64
}

// head is the name of a column with its unit, for tables.
func (c *column) head() string {
	if c.unit == "" || c.unit == "1" {
		return c.name
	}
	return c.name + " (" + c.unit + ")"
}

// identifier makes a name that every program takes: letters, digits and _.
func identifier(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, name)
}

// forceName is what the force of a mode is called: that along a bond, a current, or the moment of a bending.
func forceName(m snapshot.Mode) string {
	switch m.ForceUnit {
	case "N":
		return "force"
	case "A":
		return "current"
	}
	return "moment_of_" + identifier(m.Name)
}

// parameters are a column for every parameter that elements have, by name and unit; row is the place in Elements.
func parameters(s *snapshot.Snapshot, theta []float64, prefix string) (list []column) {
	type key struct{ name, unit string }
	var known []key
	for b := range s.Blocks {
		if s.Blocks[b].Kind == "place" {
			continue
		}
		for j, name := range s.Blocks[b].Names {
			k := key{name, s.Blocks[b].Units[j]}
			if slices.Contains(known, k) {
				continue
			}
			known = append(known, k)
			place := make([]int, len(s.Blocks)) // of the parameter in elements of each block, -1 for none
			for at := range s.Blocks {
				place[at] = -1
				for i := range s.Blocks[at].Names {
					if (key{s.Blocks[at].Names[i], s.Blocks[at].Units[i]}) == k {
						place[at] = i
					}
				}
			}
			list = append(list, column{name: prefix + identifier(name), unit: k.unit, parts: 1, at: func(row, _ int) float64 {
				el := &s.Elements[row]
				if el.Theta < 0 || place[el.Block] < 0 {
					return math.NaN()
				}
				return theta[el.Theta+place[el.Block]]
			}})
		}
	}
	for i := range list { // parameters of one name and several units
		for j := range list {
			if i != j && list[i].name == list[j].name {
				list[i].name += "_" + identifier(list[i].unit)
				break
			}
		}
	}
	return list
}

// modes are a column for every deformation of elements in a case and one for every force.
func modes(s *snapshot.Snapshot, c *snapshot.Case) (list []column) {
	add := func(name, unit string, values []float64, same func(m snapshot.Mode) bool) {
		for i := range list {
			if list[i].name == name {
				return
			}
		}
		where := map[*snapshot.Group]int{} // the mode that a group has of it
		list = append(list, column{name: name, unit: unit, parts: 1, at: func(row, _ int) float64 {
			el := &s.Elements[row]
			at, known := where[el.Group]
			if !known {
				at = slices.IndexFunc(el.Modes, same)
				where[el.Group] = at
			}
			if at < 0 || el.Cut {
				return math.NaN()
			}
			return values[el.Mode+at]
		}})
	}
	for _, g := range groups(s) {
		for _, m := range g.Modes {
			add(identifier(m.Name), m.Unit, c.Deformation, func(o snapshot.Mode) bool { return o.Name == m.Name })
		}
	}
	for _, g := range groups(s) {
		for _, m := range g.Modes {
			add(forceName(m), m.ForceUnit, c.Force, func(o snapshot.Mode) bool { return forceName(o) == forceName(m) })
		}
	}
	return list
}

// groups are those of all elements, in the order in which they come.
func groups(s *snapshot.Snapshot) (list []*snapshot.Group) {
	for i := range s.Elements {
		if g := s.Elements[i].Group; len(list) == 0 || g != list[len(list)-1] && !slices.Contains(list, g) {
			list = append(list, g)
		}
	}
	return list
}

// atElements are all columns of elements: parameters in force, widths, gradient, and what a case does to them.
func atElements(s *snapshot.Snapshot, c *snapshot.Case) []column {
	theta := s.Theta
	if c != nil && c.Theta != nil {
		theta = c.Theta
	}
	list := parameters(s, theta, "")
	if s.Gradient != nil {
		list = append(list, parameters(s, s.Gradient, "gradient_")...)
		for i := range list {
			if strings.HasPrefix(list[i].name, "gradient_") {
				list[i].unit = "1/(" + list[i].unit + ")" // of a loss, which is a number
			}
		}
	}
	drawn := func(values []float64) func(row, _ int) float64 {
		return func(row, _ int) float64 {
			if row >= len(values) || s.Elements[row].Cut {
				return math.NaN()
			}
			return values[row]
		}
	}
	for _, side := range sections(s, theta) {
		if !slices.ContainsFunc(list, func(c column) bool { return c.name == side.name }) {
			list = append(list, column{name: side.name, unit: "m", parts: 1, at: drawn(side.values)})
		}
	}
	if c != nil {
		list = append(list, modes(s, c)...)
		if c.Moment != nil {
			list = append(list, column{name: "largest_moment", unit: "N m", parts: 1, at: drawn(c.Moment)})
		}
	}
	return list
}

// side is a measure of the cross-section of every bond, m.
type side struct {
	name   string
	values []float64 // NaN where nothing says it
}

// sections are the widths and heights of bonds, or their diameters; none where nothing says them.
func sections(s *snapshot.Snapshot, theta []float64) (list []side) {
	width, height, diameter := side{name: "width"}, side{name: "height"}, side{name: "diameter"}
	all := s.Sections(theta)
	for _, of := range []*side{&width, &height, &diameter} {
		of.values = make([]float64, len(all))
		said := false
		for i, b := range all {
			v := b.Width
			if of == &height {
				v = b.Height
			}
			if v == 0 || b.Round != (of == &diameter) {
				v = math.NaN()
			}
			of.values[i], said = v, said || v == v
		}
		if said {
			list = append(list, *of)
		}
	}
	return list
}

// forces spreads forces on nodes into columns by what they are: force, moment and current.
func forces(s *snapshot.Snapshot, name string, list []snapshot.Force) (columns []column) {
	n := s.Drawn.Nodes()
	vectors := map[string][]float64{}
	for _, f := range list {
		kind, axis := component(f.Component)
		if f.Node < 0 || kind == "" {
			continue
		}
		if vectors[kind] == nil {
			vectors[kind] = make([]float64, 3*n)
		}
		vectors[kind][3*f.Node+axis] += f.Value
	}
	add := func(kind, name, unit string, parts int) {
		if v := vectors[kind]; v != nil {
			columns = append(columns, column{name: name, unit: unit, parts: parts, at: func(row, part int) float64 { return v[3*row+part] }})
		}
	}
	if vectors["force"] == nil {
		vectors["force"] = make([]float64, 3*n)
	}
	add("force", name, "N", 3)
	add("moment", name+"_moment", "N m", 3)
	add("current", name+"_current", "A", 1)
	return columns
}

// component is what a component of a node is: a force along an axis, a moment about it, or a current.
func component(name string) (kind string, axis int) {
	switch {
	case name == "potential":
		return "current", 0
	case len(name) == 1:
		return "force", max(strings.Index("xyz", name), 0)
	case strings.HasPrefix(name, "turn about "):
		return "moment", max(strings.Index("xyz", name[len(name)-1:]), 0)
	}
	return "", 0
}

// ports is the number of the first port at every node, from 1; 0 where there is none.
func ports(s *snapshot.Snapshot, list []snapshot.Port) []int {
	at := make([]int, s.Drawn.Nodes())
	mark := func(node, port int) {
		if node >= 0 && at[node] == 0 {
			at[node] = port + 1
		}
	}
	for i := range list {
		p := &list[i]
		if len(p.Mean) > 0 {
			for _, node := range p.Mean {
				mark(node, i)
			}
			continue
		}
		mark(p.Node, i)
		if p.Pair {
			mark(p.Other, i)
		}
	}
	return at
}

// length is that of a vector.
func length(v [3]float64) float64 { return math.Hypot(math.Hypot(v[0], v[1]), v[2]) }
