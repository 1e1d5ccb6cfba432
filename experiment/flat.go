package experiment

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// flatness is flat of a network whose nodes the file lists.
func (b *builder) flatness() string {
	if b.Spec.Network.Lattice != "" {
		return ""
	}
	return flat(b.Network)
}

// flat says that all nodes lie in a plane or on a line of the space they are given
// in, across which no bar resists; "" if they do not. Other programs write a z of 0 to plane networks.
func flat(net *network.Network) string {
	dim := net.Dim
	constant := make([]bool, dim)
	var left []string // axes along which the nodes differ
	for axis := range dim {
		constant[axis] = true
		for node := range net.Nodes() {
			constant[axis] = constant[axis] && net.At(node)[axis] == net.Pos[axis]
		}
		if !constant[axis] {
			left = append(left, mechanics.AxisName(axis))
		}
	}
	switch {
	case dim == 3 && len(left) == 2 && constant[2]:
		return fmt.Sprintf("all nodes lie in the plane z = %g m, across which no bond resists: with the columns x and y alone the network is plane", net.Pos[2])
	case dim > 1 && len(left) == 1 && left[0] == "x":
		return "all nodes lie on a line along x, across which no bond resists: with the column x alone the network is a chain"
	}
	switch spanned(net) {
	case dim:
		return ""
	case 2:
		return "all nodes lie in one plane of space, across which no bond resists: turn it into x and y and leave z out, or hold every node across it"
	}
	return "all nodes lie on one line, across which no bond resists: turn it into x and leave the other coordinates out, or hold every node across it"
}

// spanned is how many directions the nodes spread along, by Gram and Schmidt
// on the farthest nodes.
func spanned(net *network.Network) int {
	dim := net.Dim
	var across [][]float64
	size := 0.0
	for range dim {
		var best []float64
		longest := 0.0
		for node := range net.Nodes() {
			row := make([]float64, dim)
			for axis := range dim {
				row[axis] = net.At(node)[axis] - net.Pos[axis]
			}
			for _, other := range across {
				along := 0.0
				for axis := range dim {
					along += row[axis] * other[axis]
				}
				for axis := range dim {
					row[axis] -= along * other[axis]
				}
			}
			length := 0.0
			for _, v := range row {
				length = math.Hypot(length, v)
			}
			if length > longest {
				longest, best = length, row
			}
		}
		if size == 0 {
			size = longest
		}
		if !(longest > 1e-9*size) {
			break
		}
		for axis := range best {
			best[axis] /= longest
		}
		across = append(across, best)
	}
	return len(across)
}
