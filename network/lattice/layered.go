package lattice

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/network"
)

// mostLayered is the largest number of bonds of a layered network.
const mostLayered = 20_000_000

// Layered is a network of layers, each node of which is joined to every node of the next: on rails (dim 1) a crossbar of
// springs, whatever the distance of its nodes; in the plane layers are rows, in space nearly square sheets, one below the
// other. Nodes are numbered layer by layer. With ground, on rails, node 1 is the ground and is joined to all others: nothing
// else holds bodies that only slide.
func Layered(layers []int, dim int, ground bool, spacing float64) (*network.Network, error) {
	switch {
	case dim < 1 || dim > 3:
		return nil, &Error{"layered", "dim", fmt.Sprintf("there is no space of %d dimensions", dim), "use 1, 2 or 3"}
	case len(layers) < 2:
		return nil, &Error{"layered", "layers", fmt.Sprintf("it has %d layer", len(layers)), "give two layers or more, such as [16, 10]"}
	case ground && dim != 1:
		return nil, &Error{"layered", "ground", "only bodies on rails are joined to the ground by bonds", "leave it out and hold nodes by supports, or use `dim: 1`"}
	}
	nodes, bonds := 0., 0.
	for i, n := range layers {
		if n < 1 {
			return nil, &Error{"layered", "layers", fmt.Sprintf("layer %d has %d nodes", i+1, n), "give each at least one"}
		}
		if nodes += float64(n); i > 0 {
			bonds += float64(n) * float64(layers[i-1])
		}
	}
	if bonds > mostLayered || nodes > mostLayered {
		return nil, &Error{"layered", "layers", fmt.Sprintf("it would have %.3g bonds", bonds), fmt.Sprintf("%d are the most: every node is joined to all of the next layer", mostLayered)}
	}
	if err := checkSpacing("layered", spacing); err != nil {
		return nil, err
	}
	n := assemble(dim, nil, nil)
	place := func(x, y, z float64) {
		n.Pos = append(n.Pos, []float64{x * spacing, y * spacing, z * spacing}[:dim]...)
	}
	first := 0
	if ground {
		place(0, 0, 0)
		first = 1
	}
	for i, count := range layers {
		columns := count
		if dim == 3 {
			columns = int(math.Ceil(math.Sqrt(float64(count))))
		}
		for k := range count {
			column, row := k%columns, k/columns
			x, y := float64(column)-float64(columns-1)/2, float64(row)-float64((count-1)/columns)/2
			switch dim {
			case 1:
				place(float64(first+k), 0, 0)
			case 2:
				place(x, -float64(i), 0)
			default:
				place(x, -y, -float64(i))
			}
		}
		if ground {
			for k := range count {
				n.Elements = append(n.Elements, bar(0, first+k))
			}
		}
		if i > 0 {
			before := layers[i-1]
			for a := range before {
				for k := range count {
					n.Elements = append(n.Elements, bar(first-before+a, first+k))
				}
			}
		}
		first += count
	}
	n.Held = make([]bool, len(n.Pos))
	return n, nil
}
