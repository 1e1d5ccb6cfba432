package network

// CombPlace is where things lie, m.
type CombPlace struct {
	Pitch                         float64 // from branch to branch along a hub bar
	Branch, Input, Hold, Link     float64 // clear lengths of the leaves of branches, of inputs, between hub bar and frame, and between hub bar and output bar
	Floor                         float64 // and between output bar and frame
	Pair, Eyes                    float64 // between the leaves of a pair of a branch or a hub, and of an input
	OutBar, HubBar, Shuttle, Long float64 // widths of output bar and hub bars across x; a shuttle is Shuttle wide and Long long
}

// Limb is what an element of a comb is.
type Limb uint8

const (
	BranchLeaf Limb = iota // from a hub bar to a shuttle
	InputLeaf              // from a shuttle to an eye
	HoldLeaf               // from a hub bar to the frame
	LinkLeaf               // from a hub bar to the output bar
	FloorLeaf              // from the output bar to the frame
	HubBar                 // a part of a hub bar
	OutBar                 // a part of the output bar
)

// Limbs are their names.
var Limbs = [...]string{"branch leaf", "input leaf", "holding leaf", "link leaf", "floor leaf", "hub bar", "output bar"}

// CombLimb is an element of a comb.
type CombLimb struct {
	Is    Limb
	Strip int // from 0
	Peg   int // of an input leaf: 0, 1, 2 for those that count 1, 2, 4
	Hub   int // in its strip, from 0; -1 of the output bar
}

// PegHole is an eye that a peg holds where its pixel says so.
type PegHole struct {
	Node       int
	Elements   [2]int // the leaves that end there
	Pixel, Peg int    // from 0
	Complement bool   // it is held where the pixel is not
}

// Comb is a comb as a frame. What is held, eyes and the frame, does not turn either: pegs have corners.
type Comb struct {
	Net      *Network
	Limbs    []CombLimb // of each element
	Holes    []PegHole
	Shuttles []int // nodes
	Loaded   []int // the end of each hub bar, where its load pulls along x
	Read     []int // the end of each output bar
	Place    CombPlace
}
