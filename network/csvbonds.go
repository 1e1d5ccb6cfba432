package network

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/table"
	"github.com/elastrain/elastrain/unit"
)

// BondTable is the bonds of a network, read from a table.
type BondTable struct {
	Elements  []Element // bars, their nodes from 0 and their ends in the order written
	Stiffness []float64 // N/m, 0 where the cell is empty; nil without the column
	Width     []float64 // m, likewise
	Rest      []float64 // rest lengths, m, 0 where the cell is empty; nil where all are the distances of the nodes
	Stressed  error     // of the first bond whose rest length is another than the distance of its nodes; nil where Rest is
	Lines     []int     // of the file, for messages; with Stiffness or Width only
	Notes     []string  // what whoever gave the table should know
	Unsaid    Unsaid
}

// Unsaid is where a unit belongs that nobody says; "" where somebody does. Numbers are SI then.
type Unsaid struct{ Stiffness, Width string }

// Names of the columns of bonds, as table.Key makes them; the first pair of ends
// and the first group that is there count.
var (
	endColumns = [][2]string{{"a", "b"}, {"n1", "n2"}, {"node1", "node2"}, {"nodea", "nodeb"}, {"from", "to"}, {"fromnode", "tonode"}, {"source", "target"},
		{"start", "end"}, {"startnode", "endnode"}, {"nodestart", "nodeend"}, {"i", "j"}, {"nodei", "nodej"}, {"inode", "jnode"}, {"ni", "nj"}, {"u", "v"}, {"atom1", "atom2"}, {"vertex1", "vertex2"}, {"v1", "v2"},
		{"point1", "point2"}, {"p1", "p2"}, {"end1", "end2"}, {"enda", "endb"}, {"tail", "head"}, {"n0", "n1"}, {"node0", "node1"}, {"v0", "v1"}, {"p0", "p1"}, {"knoten1", "knoten2"}, {"von", "nach"}}
	bondColumns = [][]string{{"bond", "bondid", "bondnumber", "bondno", "stab"}, {"id"}, {"number", "no", "nr", "#", "n°"},
		{"edge", "edgeid", "element", "elementid", "member", "memberid", "bar", "barid", "beam", "spring"}, {"key"}, {"tag"}, {"label"}, {"name"}, {"index"}}
	stiffnessColumns = [][]string{{"stiffness", "k"}, {"springconstant", "springstiffness", "axialstiffness"}}
	widthColumns     = [][]string{{"width", "w"}}
	shiftColumns     = [2][]string{{"shift1", "shiftx", "sx", "image1"}, {"shift2", "shifty", "sy", "image2"}}
	lengthColumns    = [][]string{{"restlength", "l0", "naturallength", "lrest", "unstressedlength", "initiallength"}, {"length", "l"}}
)

// ReadBonds reads the bonds that join the nodes of a table. The first line names
// the columns: a and b, by any of their usual names and in any order, and perhaps one that
// numbers the bonds. The ends are what the table of nodes calls its nodes; where
// that has no names, they count from 1, or from 0 if a 0 is among them. A column of
// stiffnesses (N/m) or of widths is where the bonds start. A column of rest lengths that are
// the distances of the nodes says nothing more. Other columns are passed over: Notes says
// so. Every error is a *CSVError; duplicates are left to Validate.
func ReadBonds(r io.Reader, nodes *NodeTable, o Options) (*BondTable, error) {
	const due = "a,b or bond,a,b,stiffness"
	f, err := open("bonds", due, r, o)
	if err != nil {
		return nil, err
	}
	b := &bondReader{file: f, nodes: nodes}
	if err := b.columns(o, due); err != nil {
		return nil, err
	}
	t, err := b.rows(1)
	if err == errFromZero {
		f.note("the bonds count the nodes from 0: what is 0 there is node 1 here")
		f.Rewind()
		t, err = b.rows(0)
	}
	if err != nil {
		return nil, err
	}
	places, kept, _, err := b.numbers.order(f)
	if err != nil {
		return nil, err
	}
	if kept != nil {
		f.note("the numbers of the bonds leave some out, so they are numbered 1 to %d in this order: %d is 1, %d is %d", len(kept), kept[0], kept[len(kept)-1], len(kept))
	}
	if places != nil {
		t.reorder(places)
	}
	if t.Stressed == nil {
		t.Rest = nil
	}
	if t.Stressed == nil && b.slack > 1e-9 {
		f.note("the lengths of the bonds differ from the distances of their nodes by up to %.1g of them; bonds are unstressed where the nodes are", b.slack)
	}
	t.Notes = append(f.notes, f.Notes()...)
	if b.stiffness.At >= 0 && !b.stiffness.HasUnit && o.Springs == "" {
		t.Unsaid.Stiffness = fmt.Sprintf("call the column `%s (N/mm)`", table.Clip(f.Header[b.stiffness.At]))
	}
	if b.width.At >= 0 && !b.width.HasUnit && o.Length == "" {
		t.Unsaid.Width = fmt.Sprintf("call the column `%s (mm)`", table.Clip(f.Header[b.width.At]))
	}
	return t, nil
}

// bondReader is a table of bonds on its way to a BondTable.
type bondReader struct {
	*file
	nodes                              *NodeTable
	ends                               [2]table.Column
	numbers                            numbering
	stiffness, width, length           table.Column
	shift                              [2]table.Column // of a periodic cell
	stiffnessUnit, widthUnit, restUnit unit.Unit
	slack                              float64 // the largest difference of a rest length, as a share
}

func (b *bondReader) columns(o Options, due string) error {
	length := o.Length
	f := b.file
	var err error
	b.ends[0].At = -1
	for _, pair := range endColumns {
		one, err := f.first([]string{pair[0]})
		if err != nil {
			return err
		}
		other, err := f.first([]string{pair[1]})
		if err != nil {
			return err
		}
		if one.At >= 0 && other.At >= 0 {
			b.ends = [2]table.Column{one, other}
			break
		}
	}
	if b.ends[0].At < 0 {
		return f.headless("there are no two columns for the ends of the bonds", due)
	}
	b.numbers.what = "bonds"
	if b.numbers.column, err = f.first(bondColumns...); err != nil {
		return err
	}
	if b.numbers.column.At < 0 {
		b.numbers.column = f.unnamed()
	}
	if b.stiffness, err = f.first(stiffnessColumns...); err != nil {
		return err
	}
	if b.width, err = f.first(widthColumns...); err != nil {
		return err
	}
	if b.length, err = f.first(lengthColumns...); err != nil {
		return err
	}
	for i, names := range shiftColumns {
		if b.shift[i], err = f.first(names); err != nil {
			return err
		}
	}
	if b.shift[0].At < 0 != (b.shift[1].At < 0) {
		return f.headless("there is a column for one shift of the bonds, and not for the other", "shift1,shift2")
	}
	if b.stiffness.At >= 0 {
		if b.stiffnessUnit, err = f.Stiffness(b.stiffness, o.Springs); err != nil {
			return f.wrap(err)
		}
	}
	if b.widthUnit, err = f.Length(b.width, length); err != nil {
		return f.wrap(err)
	}
	if b.restUnit, err = f.Length(b.length, length); err != nil {
		return f.wrap(err)
	}
	if b.stiffness.At < 0 {
		for _, header := range f.Others() {
			if likeStiffness(header) {
				f.note("the column %s looks like stiffnesses; call it `stiffness` if bonds are to start there", table.Show(header))
			}
		}
	}
	f.unread(b.ends[0], b.ends[1], b.numbers.column, b.stiffness, b.width, b.length, b.shift[0], b.shift[1])
	return nil
}

// likeStiffness reports whether the name of a column that is not read speaks of stiffness, or has its unit.
func likeStiffness(header string) bool {
	base, symbol, hasUnit := table.Split(header)
	if hasUnit {
		if _, ok := unit.Find(unit.Ratios(unit.Forces, unit.Lengths), symbol); ok {
			return true
		}
	}
	base = strings.ToLower(base)
	return slices.ContainsFunc([]string{"stiff", "steif", "federkonst", "raideur", "rigid", "kappa", "spring k", "spring_k", "ks", "keff", "k_eff"}, func(word string) bool {
		return base == word || len(word) > 4 && strings.Contains(base, word)
	})
}

// errFromZero says that a table counts the nodes from 0.
var errFromZero = fmt.Errorf("the bonds count the nodes from 0")

func (b *bondReader) rows(from int) (*BondTable, error) {
	f, t, rows := b.file, &BondTable{}, 0
	b.numbers.numbers, b.numbers.words, b.numbers.lines, b.slack = nil, nil, nil, 0
	for f.Next() {
		if rows++; rows > MaxBonds {
			return nil, f.fail(-1, fmt.Sprintf("more than %d bonds", MaxBonds), "use a smaller network")
		}
		if err := b.numbers.add(f); err != nil {
			return nil, err
		}
		var ends [2]int
		for i, c := range b.ends {
			var err error
			if ends[i], err = b.end(c, from); err != nil {
				return nil, err
			}
		}
		shift, err := b.image()
		if err != nil {
			return nil, err
		}
		if ends[0] == ends[1] && shift == [3]int{} {
			return nil, f.fail(-1, fmt.Sprintf("the bond joins node %s to itself", f.Cell(b.ends[0].At)), "give it two different ends")
		}
		t.Elements = append(t.Elements, Element{Kind: Bar, Nodes: ends, Shift: shift})
		if shift != [3]int{} { // its length is known when the cell is
			t.Rest = append(t.Rest, 0)
		} else if err := b.rest(t, ends); err != nil {
			return nil, err
		}
		if b.stiffness.At >= 0 || b.width.At >= 0 || b.length.At >= 0 {
			t.Lines = append(t.Lines, f.Line)
		}
		if t.Stiffness, err = b.start(t.Stiffness, b.stiffness, b.stiffnessUnit, "stiffness"); err != nil {
			return nil, err
		}
		if t.Width, err = b.start(t.Width, b.width, b.widthUnit, "width"); err != nil {
			return nil, err
		}
	}
	if err := f.Err(); err != nil {
		return nil, f.wrap(err)
	}
	if rows == 0 {
		return nil, f.fail(-1, "there are no rows below the column names", "add one row for each of the bonds")
	}
	return t, nil
}

// end finds the node that a cell names.
func (b *bondReader) end(c table.Column, from int) (int, error) {
	f, n := b.file, b.nodes
	if n.words != nil {
		node, ok := n.words[f.Cell(c.At)]
		if !ok {
			return 0, f.fail(c.At, fmt.Sprintf("node %s does not exist", table.Show(f.Cell(c.At))), n.there())
		}
		return node, nil
	}
	v, err := f.Whole(c.At)
	if err != nil {
		e := f.wrap(err).(*CSVError)
		e.Fix = "write the number of a node"
		return 0, e
	}
	node, ok := v-from, false
	switch {
	case n.Numbers != nil:
		node, ok = find(n.Numbers, v, 0)
	case !n.listed:
		node = v - n.from
		ok = node >= 0 && node < n.nodes()
	case v == 0 && from == 1 && n.nodes() > 0:
		return 0, errFromZero
	default:
		ok = node >= 0 && node < n.nodes()
	}
	if ok {
		return node, nil
	}
	if v < from && n.listed {
		return 0, f.fail(c.At, fmt.Sprintf("%q is below %d", strconv.Itoa(v), from), "node numbers count from 1, or all from 0")
	}
	way := n.there()
	if from == 0 {
		way = fmt.Sprintf("a bond names node 0, so %d nodes are 0 to %d", n.nodes(), n.nodes()-1)
	}
	return 0, f.fail(c.At, fmt.Sprintf("node %d does not exist", v), way)
}

// mostShift is how many lattice vectors away an end may lie.
const mostShift = 100

// image is by how many lattice vectors the second end lies away; an empty cell is none.
func (b *bondReader) image() (shift [3]int, err error) {
	for i, c := range b.shift {
		if c.At < 0 || table.Missing(b.Cell(c.At)) {
			continue
		}
		if shift[i], err = b.Whole(c.At); err != nil {
			return shift, b.wrap(err)
		}
		if shift[i] > mostShift || shift[i] < -mostShift {
			return shift, b.fail(c.At, fmt.Sprintf("a shift of %d lattice vectors", shift[i]), fmt.Sprintf("give whole numbers up to %d", mostShift))
		}
	}
	return shift, nil
}

// start appends the start of a bond, 0 where the cell is empty.
func (b *bondReader) start(list []float64, c table.Column, u unit.Unit, what string) ([]float64, error) {
	if c.At < 0 {
		return nil, nil
	}
	if table.Missing(b.Cell(c.At)) {
		return append(list, 0), nil
	}
	v, err := b.number(c.At, "write a "+what+" without a unit, which goes into the header, or leave the cell empty")
	if err != nil {
		return nil, err
	}
	if v = u.Of(v); !(v > 0) || math.IsInf(v, 0) {
		return nil, b.fail(c.At, fmt.Sprintf("a %s of %s", what, table.Show(b.Cell(c.At))), "a "+what+" is larger than zero; leave the cell empty where the bond starts as the others, and remove bonds with `network.cut`")
	}
	return append(list, v), nil
}

// mostSlack is how far a rest length may be from the distance of the nodes, as a share of it:
// what rounding in a table makes of it, and less than a bond is strained that matters.
const mostSlack = 1e-3

// rest keeps a rest length, and sees whether it is the distance of the nodes.
func (b *bondReader) rest(t *BondTable, ends [2]int) error {
	if b.length.At < 0 || table.Missing(b.Cell(b.length.At)) || b.nodes.Pos == nil {
		t.Rest = append(t.Rest, 0)
		return nil
	}
	v, err := b.number(b.length.At, "write a length without a unit, which goes into the header, or leave the cell empty")
	if err != nil {
		return err
	}
	v = b.restUnit.Of(v)
	if !(v > 0) || !isLength(v) {
		return b.fail(b.length.At, fmt.Sprintf("a rest length of %s", table.Show(b.Cell(b.length.At))), "a rest length is larger than zero; leave the cell empty where it is the distance of the nodes")
	}
	t.Rest = append(t.Rest, v)
	d, n := 0.0, b.nodes
	for axis := range n.Dim {
		d = math.Hypot(d, n.Pos[ends[0]*n.Dim+axis]-n.Pos[ends[1]*n.Dim+axis])
	}
	if d == 0 {
		return nil // Validate says so
	}
	off := math.Abs(v-d) / d
	if !(off <= mostSlack) && t.Stressed == nil {
		t.Stressed = b.fail(b.length.At, fmt.Sprintf("the bond is %.6g m long here, and its nodes are %.6g m apart", v, d),
			"bonds of a lattice that moves little are unstressed where the nodes are: with `statics: {deformation: finite}` the rest lengths of the table hold; or place the nodes so, or name the unit in the header, as in `length (mm)`, or remove the column")
	}
	b.slack = max(b.slack, off)
	return nil
}

// reorder puts the rows in the places that their numbers give them.
func (t *BondTable) reorder(places []int) {
	t.Elements = reordered(t.Elements, places)
	t.Stiffness = reordered(t.Stiffness, places)
	t.Width = reordered(t.Width, places)
	t.Rest = reordered(t.Rest, places)
	t.Lines = reordered(t.Lines, places)
}

func reordered[T any](rows []T, places []int) []T {
	if rows == nil {
		return nil
	}
	sorted := make([]T, len(rows))
	for row, place := range places {
		sorted[place] = rows[row]
	}
	return sorted
}
