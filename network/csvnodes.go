package network

import (
	"fmt"
	"io"
	"math"

	"github.com/elastrain/elastrain/table"
	"github.com/elastrain/elastrain/unit"
)

// NodeTable is the nodes of a network, read from a table.
type NodeTable struct {
	Dim     int
	Pos     []float64 // metres, node-major; len nodes*Dim
	Numbers []int     // what people call the nodes, ascending; nil: they count from 1
	Notes   []string  // what whoever gave the table should know

	listed bool           // nothing numbers the nodes but their rows
	from   int            // 0 where the table counts from there
	words  map[string]int // nodes by the names of the table, where they have any
	count  int            // of nodes without positions
}

// Names of the columns of nodes, as table.Key makes them; the first group that is
// there counts.
var (
	nodeColumns = [][]string{{"node", "nodeid", "nodenumber", "nodeno", "nodelabel", "nodename", "knoten"}, {"id"}, {"number", "no", "nr", "#", "n°"},
		{"vertex", "vertexid", "pt", "point", "pointid", "joint", "jointid", "atom", "atomid", "particle"}, {"key"}, {"tag"}, {"label"}, {"name"}, {"index"}}
	axisColumns = [3][][]string{axisNames("x"), axisNames("y"), axisNames("z")}
)

func axisNames(x string) [][]string {
	return [][]string{{x, x + "coordinate", x + "coord", x + "pos", x + "position", "position" + x, "pos" + x, "coord" + x, "coordinate" + x, "point" + x, "points:" + x, x + "location", "location" + x, x + "u"},
		{x + "m"}, {fmt.Sprintf("points%d", x[0]-'x'), fmt.Sprintf("points:%d", x[0]-'x'), fmt.Sprintf("coord%d", x[0]-'x'), fmt.Sprintf("position%d", x[0]-'x'), fmt.Sprintf("pos%d", x[0]-'x')}, {"p" + x}, {"c" + x}}
}

// ReadNodes reads node positions. The first line names the columns: x, or x and y, or x,
// y and z, by any of their usual names and in any order, and perhaps one that numbers the
// nodes. Lengths are in the unit that the header names, as in `x (mm)`, else in that of
// the options, else in metres. Rows with numbers may come
// in any order; numbers that leave some out are kept, names are replaced by the numbers
// of the rows, and other columns are passed over: Notes says so. Every
// error is a *CSVError.
func ReadNodes(r io.Reader, o Options) (*NodeTable, error) {
	const due = "x,y or x (mm),y (mm), with or without a first column node"
	f, err := open("nodes", due, r, o)
	if err != nil {
		return nil, err
	}
	t := &NodeTable{}
	number, err := f.first(nodeColumns...)
	if err != nil {
		return nil, err
	}
	if number.At < 0 {
		number = f.unnamed()
	}
	var axes []table.Column
	var units []unit.Unit
	length := o.Length
	unitGiven := length != ""
	for axis, names := range axisColumns {
		c, err := f.first(names...)
		if err != nil {
			return nil, err
		}
		if c.At < 0 {
			continue
		}
		if axis != len(axes) {
			return nil, f.headless(fmt.Sprintf("there is a column %c and none for %c", "xyz"[axis], "xyz"[axis-1]), due)
		}
		unitGiven = unitGiven || c.HasUnit
		u, err := f.Length(c, length)
		if err != nil {
			return nil, f.wrap(err)
		}
		axes, units = append(axes, c), append(units, u)
	}
	for _, c := range axes {
		if unitGiven && length == "" && !c.HasUnit {
			return nil, &CSVError{Table: f.name, Line: f.Line, Column: table.Clip(f.Header[c.At]), Cause: "another coordinate has a unit, and this one has none", Fix: "write it into the header, as in `x (mm),y (mm)`"}
		}
	}
	if t.Dim = len(axes); t.Dim == 0 {
		return nil, f.headless("there is no column x", due)
	}
	f.unread(append(axes, number)...)
	numbers := numbering{column: number, what: "nodes"}
	rows := 0
	for f.Next() {
		if rows++; rows > MaxNodes {
			return nil, f.fail(-1, fmt.Sprintf("more than %d nodes", MaxNodes), "use a smaller network")
		}
		if err := numbers.add(f); err != nil {
			return nil, err
		}
		for i, c := range axes {
			v, err := f.number(c.At, "write a coordinate without a unit, which goes into the header, as in `x (mm)`")
			if err != nil {
				return nil, err
			}
			if v = units[i].Of(v); !isLength(v) {
				return nil, f.fail(c.At, fmt.Sprintf("%s is beyond %g m", table.Show(f.Cell(c.At)), farthest), "check the number and the unit")
			}
			t.Pos = append(t.Pos, v)
		}
	}
	if err := f.Err(); err != nil {
		return nil, f.wrap(err)
	}
	if rows == 0 {
		return nil, f.fail(-1, "there are no rows below the column names", "add one row for each of the nodes")
	}
	places, kept, from, err := numbers.order(f)
	if err != nil {
		return nil, err
	}
	if kept != nil {
		f.note("the numbers of the nodes leave some out; they are kept: %s", Numbers(kept, 0))
	}
	t.Numbers, t.from, t.listed = kept, from, number.At < 0 || f.Header[number.At] == "" && kept == nil
	if numbers.words != nil {
		t.words = make(map[string]int, rows)
		for row, w := range numbers.words {
			t.words[w] = row
		}
	}
	if places != nil {
		sorted := make([]float64, len(t.Pos))
		for row, node := range places {
			copy(sorted[node*t.Dim:(node+1)*t.Dim], t.Pos[row*t.Dim:])
		}
		t.Pos = sorted
	}
	if size := t.size(); !unitGiven && size >= large {
		f.note("no unit of length is given, so they are metres and the network is %.4g m large; if it is not, write `x (mm)` in the header or `unit: mm` beside `nodes`", size)
	}
	t.Notes = append(f.notes, f.Notes()...)
	return t, nil
}

// large is a size in metres that is a slip more often than not if no unit was given.
const large = 10

// size is the largest extent along an axis.
func (t *NodeTable) size() float64 {
	size := 0.0
	for axis := range t.Dim {
		lo, hi := math.Inf(1), math.Inf(-1)
		for i := axis; i < len(t.Pos); i += t.Dim {
			lo, hi = min(lo, t.Pos[i]), max(hi, t.Pos[i])
		}
		size = max(size, hi-lo)
	}
	return size
}

// ListedNodes are nodes that something else than a table gave, counted from 1.
func ListedNodes(pos []float64, dim int) *NodeTable {
	return &NodeTable{Dim: dim, Pos: pos, listed: true, from: 1}
}

// nodes is how many there are.
func (t *NodeTable) nodes() int {
	if t.Pos == nil {
		return t.count
	}
	return len(t.Pos) / t.Dim
}

// there says which nodes there are.
func (t *NodeTable) there() string {
	switch {
	case t.Numbers != nil:
		return "the network has nodes " + Numbers(t.Numbers, 0)
	case t.words != nil:
		return fmt.Sprintf("the %d nodes have names", t.nodes())
	case t.from == 0 && !t.listed:
		return fmt.Sprintf("the table of nodes has 0 to %d", t.nodes()-1)
	}
	return fmt.Sprintf("the network has nodes 1 to %d", t.nodes())
}
