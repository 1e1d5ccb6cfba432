package snapshot

import (
	"slices"

	"github.com/elastrain/elastrain/network"
)

// Snapshot is a network with its task at one point of its training.
type Snapshot struct {
	Title   string
	Task    string // behaviour, regression or classification
	Springs bool   // a lattice of linear springs that move little: Theta is the stiffness of every element
	Finite  bool   // ends of elements may move far

	Drawn    *network.Network // as the experiment has it
	Built    *network.Network // as it is built: Drawn itself but where places of nodes learn
	Material Material
	Comb     *network.Comb // what the elements of a comb are; nil of other networks

	Clamped []int // nodes that neither move nor turn, from 0
	Earthed []int // nodes at potential zero, from 0

	// Elements of Drawn in its order, bonds that are cut among them and then springs
	// to ground; behind them those that join more nodes, as angles do.
	Elements []Element
	Modes    int       // in all
	Theta    []float64 // parameters of all elements, SI units
	Learns   []bool    // which of them learn; len Theta
	Blocks   []Block   // of Theta
	Places   []Place   // that learn: the last of Theta but for Reading, one by one
	Reading  *Reading  // the last of Theta; nil where the outputs are compared as they are

	Gradient []float64 // derivative of the loss of the training part by every parameter; nil where it was not asked for
	C        *Matrix   // nil where it was not asked for

	Hubs            *Hubs // of a network of hubs
	Inputs, Outputs []Port
	Note            string // what Cases were chosen from, where it is not all
	Cases           []Case
	Parts           []Part // training, and test where there is one
	History         History
}

// Element is one element under its law.
type Element struct {
	*Group          // what it has in common with others
	Number int      // what people call it, among those of its kind
	Nodes  []int    // from 0
	Shift  [][3]int // of a periodic cell: by how many lattice vectors each end lies away from its node; nil for none
	Cut    bool     // it is missing; in a lattice of springs it keeps the places of its parameter and mode
	Theta  int      // its first parameter; -1 where it has none
	Mode   int      // its first mode
}

// Group is what all elements of one kind under one law have in common.
type Group struct {
	Kind   string
	Law    string // "" of those that are cut
	Welded bool   // they turn with their nodes
	Block  int    // of their parameters
	Modes  []Mode // of each; nil where it has none
}

// Place is how far a node is moved along an axis, m.
type Place struct{ Node, Axis int }

// Reading is what makes logits of the outputs: z = gain direction (y - tare) + offset, the largest of which names the class.
type Reading struct {
	First   int       // place of the gain among Theta; offsets, tares and directions follow
	Gain    float64   // by the unit of the outputs
	Offsets []float64 // of every output
	Tares   []float64 // in the unit of the outputs

	Directions []float64 // 1 or -1
}

// Mode is a way in which elements of a kind deform.
type Mode struct{ Name, Unit, ForceUnit string }

// Matrix is C of e = C u, the deformations of a network as it is built by its displacements, entry by entry.
type Matrix struct {
	Mode, Column []int32   // of every entry, from 0
	Value        []float64 // of every entry
	Columns      []Freedom // what they are
}

// Freedom is a component of a node that may move, or is told how: x, y, z, turn about z, potential, or a strain of the cell at
// node -1. A reading that is given stands at node -1 as given.
type Freedom struct {
	Node      int // from 0
	Component string
}

// Case is how the network stands under one sample.
type Case struct {
	Part   int    // of Parts: 0 training, 1 what stands beside it
	Sample int    // row of the data or number of the case, from 1
	Title  string // "" for none

	Input     []float64 // amplitudes at the inputs
	Output    []float64 // what the outputs read
	Reading   []float64 // what the inputs read, on which their loads do work; 0 of one that sets stiffnesses
	Theta     []float64 // parameters as the inputs set them; nil: those of the snapshot
	Loads     []Force   // of the inputs on nodes: those that hang, and what it takes to give a displacement
	Reactions []Force   // of supports on what the elements pull; loads that fall on supports they take besides

	Displacement []float64  // of every node and axis, m; 0 where held
	Turns        []float64  // rotations of every node: one in the plane, three in space, rad; nil where nothing turns
	Potential    []float64  // of every node, V; nil where there is none
	Strain       [3]float64 // of a periodic cell: exx, eyy, gxy

	Deformation []float64 // of every mode
	Force       []float64 // of every mode
	Moment      []float64 // largest bending moment of every element of Drawn, N m; nil where nothing bends
	Energy      float64   // stored, J
	Residual    float64   // what is not balanced, as a share of the largest forces that meet
}

// Force is what acts on a component of a node: x, y, z, turn about z, potential, or a strain of the cell at node -1.
type Force struct {
	Node      int // from 0
	Component string
	Value     float64 // N, N m or A; of a strain N m
}

// Part is samples of the data with what the network makes of them.
type Part struct {
	Name      string // training, and validation or test
	N         int
	Rows      []int     // of the data, or numbers of cases, from 1
	Input     []float64 // N x inputs: amplitudes
	Wanted    []float64 // N x outputs, NaN where nothing is asked; nil for classes
	Reached   []float64 // N x outputs; logits where there is a Reading
	Class     []int     // output that should move most; nil for displacements
	Predicted []int     // output that does; nil for displacements
}

// History is how the training went.
type History struct {
	Epochs []int     // of the frames
	Theta  []float64 // len Epochs x len Theta, SI units
	Scores []Score   // of recorded epochs
}

// Score is a line of metrics.csv; what a task does not have is NaN.
type Score struct {
	Epoch, Steps                      int
	Loss, Accuracy, Error             float64 // training
	TestLoss, TestAccuracy, TestError float64

	ValidLoss, ValidAccuracy, ValidError float64 // of the part that validates
}

// Bonds is how many bonds the network has, cut or not.
func (s *Snapshot) Bonds() int {
	n := 0
	for n < len(s.Drawn.Elements) && s.Drawn.Elements[n].Kind == network.Bar {
		n++
	}
	return n
}

// First are the values of the first mode of every bond and spring to ground, of such
// as every mode has: what pictures colour them by.
func (s *Snapshot) First(values []float64) []float64 {
	out := make([]float64, len(s.Drawn.Elements))
	for i := range out {
		if el := &s.Elements[i]; len(el.Modes) > 0 {
			out[i] = values[el.Mode]
		}
	}
	return out
}

// Mode is the first mode of bonds; of networks of several kinds that of the first.
func (s *Snapshot) Mode() Mode {
	for i := range s.Drawn.Elements[:s.Bonds()] {
		if modes := s.Elements[i].Modes; len(modes) > 0 {
			return modes[0]
		}
	}
	return Mode{"elongation", "m", "N"}
}

// Parameter is the first parameter of every bond and spring to ground, of numbers like
// Theta, with the name and unit of those of bonds; the unit is empty where they differ.
func (s *Snapshot) Parameter(theta []float64) (values []float64, name, unit string) {
	values = make([]float64, len(s.Drawn.Elements))
	bonds := s.Bonds()
	for i := range values {
		el := &s.Elements[i]
		if el.Theta < 0 {
			continue
		}
		values[i] = theta[el.Theta]
		if i >= bonds || el.Cut {
			continue
		}
		switch b := &s.Blocks[el.Block]; {
		case name == "":
			name, unit = b.Names[0], b.Units[0]
		case name != b.Names[0] || unit != b.Units[0]:
			name, unit = "first parameter of each", ""
		}
	}
	return values, name, unit
}

// Welded are the bonds that bend with their nodes, so that a picture in the plane draws
// them as curves; nil where there are none.
func (s *Snapshot) Welded() []bool {
	var welded []bool
	for i := range s.Drawn.Elements {
		if s.Elements[i].Welded {
			if welded == nil {
				welded = make([]bool, len(s.Drawn.Elements))
			}
			welded[i] = true
		}
	}
	return welded
}

// Classes reports whether the task tells classes apart.
func (s *Snapshot) Classes() bool { return len(s.Parts) > 0 && s.Parts[0].Class != nil }

// OutputsUnit is the unit of all outputs, "" where they differ.
func (s *Snapshot) OutputsUnit() string {
	unit := ""
	for i := range s.Outputs {
		if u := s.Outputs[i].Unit; unit == "" || unit == u {
			unit = u
		} else {
			return ""
		}
	}
	return unit
}

// Angles are the elements between two arms of a node: the first, the corner, the last, from 0. Those that go to an
// image of a periodic cell are left out.
func (s *Snapshot) Angles() (angles [][3]int) {
	for i := range s.Elements {
		el := &s.Elements[i]
		if len(el.Nodes) == 3 && !slices.ContainsFunc(el.Shift, func(s [3]int) bool { return s != [3]int{} }) {
			angles = append(angles, [3]int(el.Nodes))
		}
	}
	return angles
}
