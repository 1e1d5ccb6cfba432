package ingest

// shape is a kind of element of a mesh: its dimension, how many nodes it has, and its edges between them.
type shape struct {
	dim, nodes int
	edges      [][2]int
	middles    bool // of second order: corners come first, then nodes between them
}

var (
	tetrahedron = [][2]int{{0, 1}, {1, 2}, {2, 0}, {0, 3}, {1, 3}, {2, 3}}
	hexahedron  = [][2]int{{0, 1}, {1, 2}, {2, 3}, {3, 0}, {4, 5}, {5, 6}, {6, 7}, {7, 4}, {0, 4}, {1, 5}, {2, 6}, {3, 7}}
	prism       = [][2]int{{0, 1}, {1, 2}, {2, 0}, {3, 4}, {4, 5}, {5, 3}, {0, 3}, {1, 4}, {2, 5}}
	pyramid     = [][2]int{{0, 1}, {1, 2}, {2, 3}, {3, 0}, {0, 4}, {1, 4}, {2, 4}, {3, 4}}
)

// shapes are those of the types of Gmsh.
var shapes = map[int]shape{
	15: {0, 1, nil, false}, 1: {1, 2, [][2]int{{0, 1}}, false}, 2: {2, 3, ring(3), false}, 3: {2, 4, ring(4), false},
	4: {3, 4, tetrahedron, false}, 5: {3, 8, hexahedron, false}, 6: {3, 6, prism, false}, 7: {3, 5, pyramid, false},
	8: {1, 3, [][2]int{{0, 1}}, true}, 9: {2, 6, ring(3), true}, 10: {2, 9, ring(4), true}, 16: {2, 8, ring(4), true},
	11: {3, 10, tetrahedron, true}, 12: {3, 27, hexahedron, true}, 17: {3, 20, hexahedron, true}, 18: {3, 15, prism, true}, 13: {3, 18, prism, true},
}

// corners is how many nodes of a shape its edges join.
func (s shape) corners() int {
	most := 0
	for _, e := range s.edges {
		most = max(most, e[0]+1, e[1]+1)
	}
	return most
}
