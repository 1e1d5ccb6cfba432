package ingest

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/table"
)

// draft is a file on its way to a network.
type draft struct {
	Input
	format *Format

	metre, newton     float64 // of a unit of length and of stiffness
	metreBy, newtonBy string  // who says so; "": nobody
	short             bool    // the file has fewer than three coordinates
	axes              int     // coordinates that the nodes so far have

	names []string // of the nodes, as the file has them
	pos   [][3]float64
	lines []int // of the nodes
	at    map[string]int
	bonds []bond
	sets  []Set
	notes []string
	sides *sides // of a file with faces, else nil

	shifted bool         // the file says to which images of nodes bonds go
	twice   bool         // bonds drawn twice are one: the file is a drawing
	box     [][3]float64 // of a file with a box that may be periodic, its vectors; in units of the file
	counted bool         // names of nodes count rows and say nothing
}

// bond joins two nodes. k is in N/m, rest and width in units of the file; 0: the file does not say.
type bond struct {
	a, b           int
	line           int
	k, rest, width float64
	shift          [3]int
}

func fail(line int, cause, fix string) error { return &Error{Line: line, Cause: cause, Fix: fix} }

func (d *draft) note(format string, args ...any) {
	d.notes = append(d.notes, fmt.Sprintf(format, args...))
}

// say takes a unit of length (m) that the file itself names. It must be the one that its owner says.
func (d *draft) say(metre float64, name string, line int) error {
	if d.metreBy != "" && math.Abs(metre-d.metre) > 1e-9*metre {
		return fail(line, fmt.Sprintf("the file says that its lengths are %s, and `unit` says %s", name, d.metreBy), "leave `unit` out, or mend the file")
	}
	d.metre, d.metreBy = metre, name
	return nil
}

// sayStiffness is say of the unit of stiffness, N/m.
func (d *draft) sayStiffness(newton float64, name string, line int) error {
	if d.newtonBy != "" && math.Abs(newton-d.newton) > 1e-9*newton {
		return fail(line, fmt.Sprintf("the file says that its stiffnesses are in %s, and `stiffness_unit` says %s", name, d.newtonBy), "leave `stiffness_unit` out, or mend the file")
	}
	d.newton, d.newtonBy = newton, name
	return nil
}

// node adds a node.
func (d *draft) node(name string, x [3]float64, line int) error {
	if len(d.pos) == network.MaxNodes {
		return fail(line, fmt.Sprintf("more than %d nodes", network.MaxNodes), "use a smaller network")
	}
	if d.at == nil {
		d.at = map[string]int{}
	}
	if before, ok := d.at[name]; ok {
		place := ""
		if d.lines[before] > 0 {
			place = fmt.Sprintf(" on line %d", d.lines[before])
		}
		return fail(line, fmt.Sprintf("node %s was given before%s", table.Clip(name), place), "give every node a number of its own")
	}
	d.at[name] = len(d.pos)
	d.names, d.pos, d.lines = append(d.names, name), append(d.pos, x), append(d.lines, line)
	return nil
}

// coordinates holds nodes against each other: one of fewer coordinates than the others lies nowhere.
func (d *draft) coordinates(name string, count, line int) error {
	if count == 0 {
		return fail(line, fmt.Sprintf("node %s has no place", table.Clip(name)), "give every node its coordinates")
	}
	if len(d.pos) > 0 && count != d.axes {
		return fail(line, fmt.Sprintf("node %s has %d coordinates, and the node before it %d", table.Clip(name), count, d.axes), "give every node all of its coordinates")
	}
	d.axes = count
	return nil
}

// countFrom is what the numbers of bonds count nodes from, by the least and the largest of them. Where 0 and 1 would
// both do it is not guessed: every bond would join other nodes.
func countFrom(least, most float64, nodes int) (int, error) {
	switch {
	case least == 0:
		return 0, nil
	case least < 0 || most >= float64(nodes):
		return 1, nil
	}
	return 0, &Error{Cause: fmt.Sprintf("the bonds name nodes %g to %g of %d, so they may count from 0 or from 1", least, most, nodes), Fix: "leave out the nodes without bonds, and number the others from 1"}
}

// find is the node of a name.
func (d *draft) find(name string, line int) (int, error) {
	if at, ok := d.at[name]; ok {
		return at, nil
	}
	return 0, fail(line, fmt.Sprintf("node %s does not exist", table.Clip(name)), fmt.Sprintf("the file has %d nodes: correct the number or add the node", len(d.pos)))
}

// join adds a bond between two nodes by their names.
func (d *draft) join(a, b string, line int) (*bond, error) {
	i, err := d.find(a, line)
	if err != nil {
		return nil, err
	}
	j, err := d.find(b, line)
	if err != nil {
		return nil, err
	}
	return d.bar(i, j, line)
}

func (d *draft) link(i, j, line int) (*bond, error) {
	if len(d.bonds) == network.MaxBonds {
		return nil, fail(line, fmt.Sprintf("more than %d bonds", network.MaxBonds), "use a smaller network")
	}
	if i == j {
		return nil, fail(line, fmt.Sprintf("the bond joins node %s to itself", table.Clip(d.names[i])), "give it two different ends")
	}
	d.bonds = append(d.bonds, bond{a: i, b: j, line: line})
	return &d.bonds[len(d.bonds)-1], nil
}

// set adds a node to a named set.
func (d *draft) set(name string, node int) {
	if name == "" {
		return
	}
	at := slices.IndexFunc(d.sets, func(s Set) bool { return s.Name == name })
	if at < 0 {
		if len(d.sets) == mostSets {
			return
		}
		at = len(d.sets)
		d.sets = append(d.sets, Set{Name: name})
	}
	if list := d.sets[at].Nodes; len(list) == 0 || list[len(list)-1] != node {
		d.sets[at].Nodes = append(list, node)
	}
}

// mostSets bounds the names of a file.
const mostSets = 1000

// stiffness takes a stiffness of the file for a bond; what says what the number is.
func (d *draft) stiffness(b *bond, v float64, line int) error {
	if b.k = v * d.newton; !(b.k > 0) || math.IsInf(b.k, 0) {
		return fail(line, fmt.Sprintf("a stiffness of %g", v), "a stiffness is larger than zero: remove the bond, or mend the number")
	}
	return nil
}

// restLength takes a rest length of the file for a bond.
func (d *draft) restLength(b *bond, v float64, line int) error {
	if b.rest = v; !(v > 0) || math.IsInf(v, 0) {
		return fail(line, fmt.Sprintf("a rest length of %g", v), "a rest length is larger than zero; leave it out where it is the distance of the nodes")
	}
	return nil
}

// finish makes the network.
func (d *draft) finish() (*Network, error) {
	if len(d.pos) == 0 {
		return nil, &Error{Cause: "there are no nodes in the file", Fix: "it must have nodes and bonds between them"}
	}
	if len(d.bonds) == 0 {
		return nil, &Error{Cause: "there are no bonds in the file", Fix: "it must have bonds, edges or lines between nodes"}
	}
	d.tellSides()
	d.used()
	dim := d.flat()
	for i, x := range d.pos {
		for axis, v := range x {
			if d.pos[i][axis] = v * d.metre; !(math.Abs(d.pos[i][axis]) <= 1e100) {
				return nil, fail(d.lines[i], fmt.Sprintf("node %s lies at %g", table.Clip(d.names[i]), v), "check the number and the unit")
			}
		}
	}
	if err := d.images(dim); err != nil {
		return nil, err
	}
	numbers, order := d.numbers()
	place := make([]int, len(order))
	for to, from := range order {
		place[from] = to
	}
	n := &Network{}
	pos := make([]float64, 0, dim*len(order))
	for _, from := range order {
		pos = append(pos, d.pos[from][:dim]...)
	}
	n.Nodes = network.ListedNodes(pos, dim)
	n.Nodes.Numbers = numbers
	n.Bonds = d.table(place)
	for _, s := range d.sets {
		out := Set{Name: s.Name}
		for _, node := range s.Nodes {
			out.Nodes = append(out.Nodes, place[node])
		}
		slices.Sort(out.Nodes)
		out.Nodes = slices.Compact(out.Nodes)
		n.Sets = append(n.Sets, out)
	}
	if size := extent(pos, dim); d.metreBy == "" && size >= 10 {
		d.note("the file says no unit of length, so they are metres and the network is %.4g m large; if it is not, write `unit: mm` beside `file`", size)
	} else if d.metreBy == "" {
		d.note("the file says no unit of length, so they are metres: the network is %.4g m large; `unit: mm` beside `file` says otherwise", size)
	}
	if d.newtonBy == "" && n.Bonds.Stiffness != nil {
		d.note("the file says no unit of stiffness, so they are N/m; `stiffness_unit` beside `file` says otherwise")
	}
	n.Notes = d.notes
	return n, nil
}

func extent(pos []float64, dim int) float64 {
	size := 0.0
	for axis := range dim {
		lo, hi := math.Inf(1), math.Inf(-1)
		for i := axis; i < len(pos); i += dim {
			lo, hi = min(lo, pos[i]), max(hi, pos[i])
		}
		size = max(size, hi-lo)
	}
	return size
}

// once refuses bonds that join the same two nodes, or of a drawing leaves one of them.
func (d *draft) once() error {
	type pair struct {
		a, b  int
		shift [3]int
	}
	first := make(map[pair]int, len(d.bonds))
	kept, dropped, example := d.bonds[:0], 0, 0
	way := "remove one of them"
	if d.Cell != nil {
		way += "; in a cell of so few nodes that two bonds join the same ones by other images take a larger cell"
	}
	for _, b := range d.bonds {
		p := pair{b.a, b.b, b.shift}
		if b.a > b.b {
			p = pair{b.b, b.a, [3]int{-b.shift[0], -b.shift[1], -b.shift[2]}}
		}
		if before, ok := first[p]; ok {
			if !d.twice {
				cause := fmt.Sprintf("a second bond joins nodes %s and %s", table.Clip(d.names[b.a]), table.Clip(d.names[b.b]))
				if before > 0 {
					cause += fmt.Sprintf(", as line %d does", before)
				}
				return fail(b.line, cause, way)
			}
			dropped++
			example = b.line
			continue
		}
		first[p] = b.line
		kept = append(kept, b)
	}
	d.bonds = kept
	if dropped > 0 {
		where := ""
		if example > 0 {
			where = fmt.Sprintf(", such as that of line %d", example)
		}
		d.note("%d bonds are drawn twice and count once%s", dropped, where)
	}
	return nil
}

// used leaves out nodes that no bond joins.
func (d *draft) used() {
	joined := make([]bool, len(d.pos))
	for _, b := range d.bonds {
		joined[b.a], joined[b.b] = true, true
	}
	if !slices.Contains(joined, false) {
		return
	}
	place := make([]int, len(d.pos))
	at := 0
	for i, is := range joined {
		place[i] = -1
		if is {
			place[i] = at
			d.names[at], d.pos[at], d.lines[at] = d.names[i], d.pos[i], d.lines[i]
			at++
		}
	}
	d.note("nodes without bonds are left out: %d of %d", len(d.pos)-at, len(d.pos))
	d.names, d.pos, d.lines = d.names[:at], d.pos[:at], d.lines[:at]
	for i := range d.bonds {
		d.bonds[i].a, d.bonds[i].b = place[d.bonds[i].a], place[d.bonds[i].b]
	}
	for i := range d.sets {
		list := d.sets[i].Nodes[:0]
		for _, node := range d.sets[i].Nodes {
			if place[node] >= 0 {
				list = append(list, place[node])
			}
		}
		d.sets[i].Nodes = list
	}
	d.sets = slices.DeleteFunc(d.sets, func(s Set) bool { return len(s.Nodes) == 0 })
}

// flat is the dimension of space: last coordinates that are the same for all nodes, but for rounding, are left out.
func (d *draft) flat() int {
	dim, size := 3, 0.0
	for _, x := range d.pos {
		for axis, v := range x {
			size = max(size, math.Abs(v-d.pos[0][axis]))
		}
	}
	for ; dim > 1; dim-- {
		for _, x := range d.pos {
			if math.Abs(x[dim-1]-d.pos[0][dim-1]) > 1e-9*size {
				if dim < 3 && !d.short {
					d.note("all nodes lie in the plane z = %g, so the network is plane", d.pos[0][2])
				}
				return dim
			}
		}
	}
	d.note("all nodes lie on a line along x, so the network is a chain")
	return 1
}

// numbers are what people call the nodes, nil where they count from 1, and the nodes in the order of these numbers.
func (d *draft) numbers() (numbers, order []int) {
	order = make([]int, len(d.names))
	for i := range order {
		order[i] = i
	}
	if d.counted {
		return nil, order
	}
	for _, name := range d.names {
		v, err := strconv.Atoi(name)
		if err != nil || strconv.Itoa(v) != name || v < 0 {
			d.note("the nodes have names and are numbered in the order of the file: %s is 1, %s is %d", table.Show(d.names[0]), table.Show(d.names[len(d.names)-1]), len(d.names))
			return nil, order
		}
		numbers = append(numbers, v)
	}
	slices.SortStableFunc(order, func(a, b int) int { return numbers[a] - numbers[b] })
	sorted := make([]int, len(order))
	for place, node := range order {
		sorted[place] = numbers[node]
	}
	switch last := len(sorted) - 1; {
	case sorted[0] == 1 && sorted[last] == last+1:
		return nil, order
	case sorted[0] == 0 && sorted[last] == last:
		d.note("the nodes count from 0: what is 0 there is 1 here")
		return nil, order
	case sorted[0] == 0:
		d.note("the nodes count from 0 and leave some out: what is 0 there is 1 here")
		for i := range sorted {
			sorted[i]++
		}
	}
	d.note("the numbers of the nodes leave some out; they are kept: %s", network.Numbers(sorted, 0))
	return sorted, order
}

// table is the bonds as a table of bonds has them.
func (d *draft) table(place []int) *network.BondTable {
	t := &network.BondTable{}
	var any struct{ k, width, rest bool }
	for _, b := range d.bonds {
		any.k, any.width, any.rest = any.k || b.k > 0, any.width || b.width > 0, any.rest || b.rest > 0
	}
	const slack = 1e-3 // as in tables
	for _, b := range d.bonds {
		t.Elements = append(t.Elements, network.Element{Kind: network.Bar, Nodes: [2]int{place[b.a], place[b.b]}, Shift: b.shift})
		if b.line > 0 {
			t.Lines = append(t.Lines, b.line)
		}
		if any.k {
			t.Stiffness = append(t.Stiffness, b.k)
		}
		if any.width {
			t.Width = append(t.Width, b.width*d.metre)
		}
		if !any.rest {
			continue
		}
		rest := b.rest * d.metre
		t.Rest = append(t.Rest, rest)
		length := d.length(&b)
		if rest > 0 && t.Stressed == nil && !(math.Abs(rest-length) <= slack*length) && b.shift == [3]int{} {
			t.Stressed = &Error{Line: b.line, Cause: fmt.Sprintf("the rest length of the bond between nodes %s and %s is %.6g m, and they are %.6g m apart", table.Clip(d.names[b.a]), table.Clip(d.names[b.b]), rest, length),
				Fix: "bonds of a lattice that moves little are unstressed where the nodes are: with `statics: {deformation: finite}` the rest lengths of the file hold"}
		}
	}
	if t.Stressed == nil {
		t.Rest = nil
	}
	if len(t.Lines) != len(t.Elements) {
		t.Lines = nil
	}
	if d.newtonBy == "" {
		t.Unsaid.Stiffness = "write `stiffness_unit: N/mm` beside `file`"
	}
	if d.metreBy == "" {
		t.Unsaid.Width = "write `unit: mm` beside `file`"
	}
	return t
}

// length is the distance of the nodes of a bond, m.
func (d *draft) length(b *bond) float64 {
	x, y := d.pos[b.a], d.pos[b.b]
	return math.Hypot(math.Hypot(y[0]-x[0], y[1]-x[1]), y[2]-x[2])
}

// words lists names for a message.
func words(names []string) string {
	slices.Sort(names)
	return strings.TrimSpace(table.List(slices.Compact(names)))
}
