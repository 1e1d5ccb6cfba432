package network

// Kind says what an element is. How each kind deforms and resists is the
// business of package mechanics; here it only has a place.
type Kind uint8

const (
	Bar    Kind = iota // resists a change of the distance of two nodes
	Ground             // resists the motion of one node along Dir
)

// Element joins nodes. Numbers count from 0; people see them from 1.
type Element struct {
	Kind  Kind
	Cut   bool       // true: the element is missing but keeps its number
	Nodes [2]int     // Bar: its ends; Ground: the node, twice
	Dir   [3]float64 // Ground: unit vector along which it resists
	Shift [3]int     // Bar of a periodic cell: by how many lattice vectors its second end lies away from its node
}

// Network is nodes, elements and supports in Dim dimensions.
type Network struct {
	Dim      int
	Pos      []float64 // metres, node-major; len Nodes()*Dim
	Elements []Element // bars first, then springs to ground
	Held     []bool    // true where a support holds the node along the axis; len Nodes()*Dim

	// Of bars whose ends lie beside their nodes, on rigid arms that turn with them: from each node to the end there, m, for every
	// element; nil where all end at their nodes. Such bars may join the same nodes.
	Arms [][2][2]float64

	Cell [][3]float64 // lattice vectors of a periodic cell, Dim of them, m; nil for a network that ends

	// What people call the nodes where their table leaves numbers out, ascending;
	// nil: they count from 1.
	NodeNumbers []int
}

// Port is a unit load or a reading: a node and a direction, the distance of a
// pair of nodes, or the mean of several nodes.
type Port struct {
	Node  int
	Dir   [3]float64 // unit vector; components beyond Dim are 0. Of a pair it points from Node to Other
	Pair  bool       // a load pushes Node and Other apart, a reading is how much longer their distance has become
	Other int        // of a pair
	Exact bool       // of an output at a pair: it reads the true distance, however far the nodes move; else along Dir
	Drive float64    // of an input at a pair that is Given: stiffness of the spring that stretches it, N/m; 0: it is as long as it is told
	Given bool       // of an input: it is told its displacement, m, instead of a force, N
	Part  PortPart   // what of the node it is about
	Mean  *Group     // of a mean over several nodes, in place of one: a load is spread over them evenly. Node is the first
}

// Group is several nodes. Ports over it are equal where they share it.
type Group struct{ Nodes []int }

// PortPart is what a port pushes and reads.
type PortPart uint8

const (
	Move      PortPart = iota // displacement along Dir, m, and force, N
	Turn                      // rotation about Dir, rad, and moment, N m: nodes of beams
	Potential                 // potential, V, and current, A: nodes of pipes
	Strain                    // strain of a periodic cell, and stress, N/m; Other is which: exx, eyy, gxy
	Value                     // none of a node: an input that sets the stiffness of elements, from 0 to 1
)

// Ends are the nodes that a unit load pushes, each with its force.
func (p Port) Ends(yield func(node int, force [3]float64) bool) {
	if p.Mean != nil {
		share := 1 / float64(len(p.Mean.Nodes))
		for _, node := range p.Mean.Nodes {
			if !yield(node, [3]float64{share * p.Dir[0], share * p.Dir[1], share * p.Dir[2]}) {
				return
			}
		}
		return
	}
	if !p.Pair {
		yield(p.Node, p.Dir)
		return
	}
	if yield(p.Node, [3]float64{-p.Dir[0], -p.Dir[1], -p.Dir[2]}) {
		yield(p.Other, p.Dir)
	}
}

// Nodes is the number of nodes.
func (n *Network) Nodes() int { return len(n.Pos) / n.Dim }

// At is the position of a node; len Dim.
func (n *Network) At(node int) []float64 { return n.Pos[node*n.Dim : (node+1)*n.Dim] }
