package lattice

import (
	"fmt"

	"github.com/elastrain/elastrain/network"
)

// Chain is bonds + 1 nodes in a row along x, node 1 at the origin, in 1, 2 or 3
// dimensions. Beyond one dimension it is floppy: nothing resists a motion across
// the chain.
func Chain(bonds int, spacing float64, dim int) (*network.Network, error) {
	if dim < 1 || dim > 3 {
		return nil, &Error{"chain", "dim", fmt.Sprintf("there is no space of %d dimensions", dim), "use 1, 2 or 3"}
	}
	if err := checkSize("chain", "size", float64(bonds)+1, bonds); err != nil {
		return nil, err
	}
	if err := checkSpacing("chain", spacing); err != nil {
		return nil, err
	}
	pos := make([]float64, (bonds+1)*dim)
	elements := make([]network.Element, bonds)
	for i := range elements {
		pos[(i+1)*dim] = float64(i+1) * spacing
		elements[i] = bar(i, i+1)
	}
	return assemble(dim, pos, elements), nil
}

// Triangular is TriangularRows with height rows of width nodes each: every
// second row is shifted to the left by half a spacing.
func Triangular(width, height int, spacing float64) (*network.Network, error) {
	if err := checkSize("triangular", "size", float64(width)*float64(height), width, height); err != nil {
		return nil, err
	}
	rows := make([]int, height)
	for i := range rows {
		rows[i] = width
	}
	return TriangularRows(rows, spacing)
}

// TriangularRows is a triangular lattice in the plane from the number of nodes
// in each row, listed from the top. Rows are a distance spacing sin 60° apart.
// Nodes are numbered row by row from the top, each row from right to left; node
// 1 is at the origin, so that x and y run below 0.
//
// Each row is shifted by half a spacing against the one above, centred under it
// if it is shorter or longer by one node. Rows of equal length alternate: the
// first of them shifts to the left, the next to the right. Rows that differ by
// more than one node are refused.
//
// Rows 5-4-3-2 are the lattice of Li & Mao: node (row i, column j), both from
// 0, lies at x = -j a - i a cos 60°, y = -i a sin 60°; 14 nodes, 28 bonds, node
// 13 bottom right and node 14 bottom left.
//
// Bonds join all nodes at the distance spacing, so that a node inside has six.
// The lattice is rigid on its own if it has two rows or more and no row of a
// single node between others.
func TriangularRows(rows []int, spacing float64) (*network.Network, error) {
	if err := checkSpacing("triangular", spacing); err != nil {
		return nil, err
	}
	nodes := 0
	for i, row := range rows {
		if err := checkSize("triangular", "rows", float64(nodes)+float64(row), row); err != nil {
			return nil, err
		}
		if i > 0 && abs(row-rows[i-1]) > 1 {
			return nil, &Error{"triangular", "rows",
				fmt.Sprintf("row %d has %d nodes and row %d has %d, which do not fit together at half a spacing", i, rows[i-1], i+1, row),
				"let neighbouring rows differ by at most one node"}
		}
		nodes += row
	}
	if nodes < 2 {
		return nil, &Error{"triangular", "rows", "there is no bond among fewer than two nodes", "list rows from the top, such as 5-4-3-2"}
	}

	right := rightEnds(rows)
	pos := make([]float64, 0, 2*nodes)
	elements := make([]network.Element, 0, 3*nodes)
	start := 0 // number of the row's first node
	for i, row := range rows {
		below := start + row
		for j := range row {
			half := right[i] - 2*j // x in half spacings
			pos = append(pos, float64(half)*(spacing/2), float64(-i)*(spacing*halfRoot3))
			node := start + j
			if j+1 < row {
				elements = append(elements, bar(node, node+1))
			}
			if i+1 == len(rows) {
				continue
			}
			for _, at := range []int{half + 1, half - 1} { // right one first: it has the lower number
				column := (right[i+1] - at) / 2
				if at <= right[i+1] && column < rows[i+1] {
					elements = append(elements, bar(node, below+column))
				}
			}
		}
		start = below
	}
	return assemble(2, pos, elements), nil
}

// rightEnds is where each row's first node lies along x, in half spacings.
func rightEnds(rows []int) []int {
	right := make([]int, len(rows))
	toLeft := true // next of the equal rows
	for i := 1; i < len(rows); i++ {
		shift := rows[i] - rows[i-1] // a shorter row starts further left, a longer one further right
		if shift == 0 {
			shift = 1
			if toLeft {
				shift = -1
			}
			toLeft = !toLeft
		}
		right[i] = right[i-1] + shift
	}
	return right
}

func abs(x int) int { return max(x, -x) }
