// Package network says where a mechanical neural network is: its nodes, the
// bonds that join them, the springs to ground, and which motions a support
// takes away.
//
// The one idea: a Network is plain data, three slices in SI units. It knows no
// stiffness and no load. Everything else here either checks such data, counts
// in it, or carries it in and out of plain files:
//
//   - Validate lists what is wrong with a network, in terms that a caller can
//     translate into its own words.
//   - Neighbours and Components walk its graph; Maxwell counts bars against
//     free motions.
//   - ReadCSV and WriteCSV move it through two tables that any spreadsheet opens.
//
// Regular and disordered networks come from package network/lattice.
//
// In Go, nodes and elements count from 0. People count them from 1, so the
// tables and the text of every error in this package do too; the fields of a
// Problem count from 0.
package network

// MaxNodes and MaxBonds are the largest networks that the readers and
// generators of this module make. They keep a slip such as a size of
// 10000 x 10000 x 10000 from taking the machine's memory.
const (
	MaxNodes = 4_000_000
	MaxBonds = 40_000_000
)

// farthest is the largest coordinate in metres that is accepted: squares of
// lengths must neither overflow nor lose their meaning.
const farthest = 1e100
