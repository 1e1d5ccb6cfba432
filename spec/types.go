package spec

// Range is a closed interval; Max is +Inf where the file leaves the upper end
// open (`100.. N/m`). The zero Range means the key was absent.
type Range struct{ Min, Max float64 }

// IsSet reports whether the file gave the range.
func (r Range) IsSet() bool { return r != Range{} }

// Rows lists the nodes of each row of a triangular lattice from the top: `5-4-3-2`.
type Rows []int

// Size counts cells along each axis: `8 x 6`, or a single number.
type Size []int

// Direction is a unit vector; the file writes x, -y, z or a vector of any
// length such as [1, -1]. len is 0 when absent, else 3 for a named axis (the
// builder cuts it to the dimension of the network) or the length written.
type Direction []float64

// Start is where a bond starts: Kind middle, random or value.
type Start struct {
	Kind  string  // "middle", "random", "value"; "" when absent
	Value float64 // metres or N/m, when Kind is value
	Unit  string  // "m" or "N/m", when Kind is value
}

// Batch is the number of samples in a step; 0 means all of them.
type Batch int

// NodeTable holds node positions: File names a CSV, or Pos lists them (metres).
type NodeTable struct {
	File string
	Pos  [][]float64
}

// BondTable holds bonds: File names a CSV, or Pairs lists node numbers from 1. Shifts are those of the second ends in a
// periodic cell, in whole lattice vectors; nil where no bond has one.
type BondTable struct {
	File   string
	Pairs  [][2]int
	Shifts [][2]int
}

// Points is a measured curve: File names a table of two columns, or Rows lists its points in SI units, such as
// elongation (m) and force (N).
type Points struct {
	File string
	Rows [][2]float64
}

// IsSet reports whether the file gave the curve.
func (p Points) IsSet() bool { return p.File != "" || p.Rows != nil }

// Vectors are the two lattice vectors of a periodic cell, metres.
type Vectors [][]float64
