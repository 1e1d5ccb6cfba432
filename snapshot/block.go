package snapshot

import "github.com/elastrain/elastrain/network"

// Block is parameters that belong together: those of all elements of one kind
// under one law, one element after the other, or the places of nodes.
type Block struct {
	Kind     string   `json:"kind"`          // of the elements; "place" of nodes
	Law      string   `json:"law,omitempty"` // of the elements
	Names    []string `json:"names"`         // of the parameters of one element, in their order
	Units    []string `json:"units"`         // of these, SI
	First    int      `json:"first"`         // place of the first among all parameters, from 0
	Elements int      `json:"elements"`      // that the block has
	Learn    int      `json:"learn"`         // parameters of the block that learn
}

// Len is how many parameters a block has.
func (b *Block) Len() int { return b.Elements * len(b.Names) }

// Port is where a task pushes or reads.
type Port struct {
	Name   string     `json:"name"`             // its feature or class, or its node
	Unit   string     `json:"unit"`             // of the amplitude of an input, of the value of an output: m, N, rad, N m, V, A, 1 or N/m
	Kind   string     `json:"kind"`             // move, turn, potential, strain, or value: an input that sets stiffnesses
	Number int        `json:"node,omitempty"`   // what people call its node
	Second int        `json:"other,omitempty"`  // of a pair: what people call its other node
	Means  []int      `json:"mean,omitempty"`   // of a mean over nodes: what people call them
	Dir    [3]float64 `json:"dir"`              // unit vector; of a pair from node to other
	Given  bool       `json:"given,omitempty"`  // an input is told its displacement in place of a force
	Strain string     `json:"strain,omitempty"` // of a cell: exx, eyy or gxy
	Sets   []int      `json:"sets,omitempty"`   // of a value: places of the parameters that follow it, from 0

	Part  network.PortPart `json:"-"` // what Kind says
	Node  int              `json:"-"` // from 0; -1 for a strain or value
	Other int              `json:"-"` // of a pair, from 0
	Mean  []int            `json:"-"` // of a mean, from 0
	Pair  bool             `json:"-"` // node and other are pushed apart, or their distance is read
	Lack  bool             `json:"-"` // of an input: it follows one less its feature
}
