package lattice

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/network"
)

// help holds the generators in the order in which people meet them.
var help = []struct{ name, line, numbers string }{
	{"chain", "nodes in a row; size is the number of bonds",
		"from one end to the other"},
	{"triangular", "rows of nodes, six neighbours each; rows 5-4-3-2 is the lattice of Li & Mao, size is nodes a row x rows",
		"from the top right, each row from right to left; of a periodic one from the bottom left, along x, then y"},
	{"square", "square cells with both diagonals, eight neighbours; size counts cells",
		"along x, then y: column i, row j, from 0, of a x b cells is node 1 + i + (a+1) j; periodic 1 + i + a j"},
	{"kagome", "corner-sharing triangles, four neighbours, floppy at free edges; size counts cells of three nodes",
		"cell by cell along x, then y, in each left, right, top: those of column i, row j, from 0, of a x b cells begin at 1 + 3 (i + a j)"},
	{"honeycomb", "hexagons braced by second neighbours, 3 + 6 neighbours; size counts cells of two nodes",
		"cell by cell along x, then y, in each the lower one first: those of column i, row j, from 0, of a x b cells begin at 1 + 2 (i + a j)"},
	{"cubic", "cubes with the diagonals of their faces, 6 + 12 neighbours; size counts cubes",
		"along x, then y, then z: the corner i, j, k, from 0, of a x b x c cubes is node 1 + i + (a+1) j + (a+1)(b+1) k"},
	{"fcc", "face-centred cubes, twelve neighbours; size counts cubes, spacing is the bond length",
		"along x, then y, then z, from the lowest corner: each layer of corners and faces, half a cube above the last"},
	{"disordered", "random points no two of which are close; Delaunay bonds in the plane, nearest neighbours in space",
		"in bands of one spacing: along x, then the next band in y, and in space layer by layer in z"},
	{"jammed", "contacts of discs of two sizes pressed together, without rattlers: grains, foams, emulsions; between walls, or periodic",
		"in bands of one spacing: along x, then the next band in y; last the held feet at the walls"},
	{"fibres", "straight fibres thrown at random, joined where they cross: gels, paper, the skeleton of cells; for beams",
		"from the lowest to the highest, in y"},
	{"regular", "random points with as many bonds each, whatever their distance; for degree 4 or more in the plane",
		"as of a disordered network"},
	{"layered", "layers of nodes, each joined to every node of the next: crossbars on rails, rows in the plane, sheets in space",
		"layer by layer, each along x, in space also row by row; with ground node 1 is the ground"},
}

// Names lists the generators by the names a spec uses.
func Names() []string {
	names := make([]string, len(help))
	for i, h := range help {
		names[i] = h.name
	}
	return names
}

// Help is one line about a generator, "" if there is none of that name.
func Help(name string) string {
	for _, h := range help {
		if h.name == name {
			return h.line
		}
	}
	return ""
}

// Numbering is one line about how the nodes of a generator are numbered, as people count, "" if there is none of that name.
func Numbering(name string) string {
	for _, h := range help {
		if h.name == name {
			return h.numbers
		}
	}
	return ""
}

// Error says which setting of a generator cannot be used, why, and what to do.
type Error struct {
	Lattice string // as in Names
	Setting string // "rows", "size", "spacing", "points", "dim" and the keys of one generator
	Cause   string
	Fix     string
}

// Error is one line: place, cause, way out.
func (e *Error) Error() string {
	return fmt.Sprintf("%s lattice: %s: %s; %s", e.Lattice, e.Setting, e.Cause, e.Fix)
}

// Spacings outside this range would lose squares of lengths to overflow or
// underflow.
const shortest, longest = 1e-90, 1e90

func checkSpacing(lattice string, spacing float64) error {
	if spacing >= shortest && spacing <= longest {
		return nil
	}
	return &Error{lattice, "spacing", fmt.Sprintf("%g m is not a usable bond length", spacing), "give a positive length such as 0.016"}
}

// checkSize wants counts of at least 1 and, in all, no more nodes than a
// network may have. The nodes are a float64 because their int could overflow.
func checkSize(lattice, setting string, nodes float64, size ...int) error {
	for _, s := range size {
		if s < 1 {
			return &Error{lattice, setting, fmt.Sprintf("%d is not a count", s), "give whole numbers from 1"}
		}
	}
	if nodes > network.MaxNodes {
		return &Error{lattice, setting, fmt.Sprintf("%.10g nodes are too many", nodes), fmt.Sprintf("stay at or below %d", network.MaxNodes)}
	}
	return nil
}

// halfRoot3 is the height of the equilateral triangle with side 1.
var halfRoot3 = math.Sqrt(3) / 2

// assemble makes a network of positions and bonds with nothing held.
func assemble(dim int, pos []float64, bonds []network.Element) *network.Network {
	return &network.Network{Dim: dim, Pos: pos, Elements: bonds, Held: make([]bool, len(pos))}
}

func bar(a, b int) network.Element {
	return network.Element{Kind: network.Bar, Nodes: [2]int{a, b}}
}
