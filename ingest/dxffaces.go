package ingest

import "fmt"

// Flags of a POLYLINE.
const polygonMesh, polyface = 16, 64

// vertex is what a vertex of a polyface mesh says of itself: flags, and of a face the numbers of its corners.
type vertex [5]int

// face3D takes a 3DFACE; flags have a bit for every edge that is not drawn.
func (x *drawing) face3D(points [][3]float64, flags int, layer string, line int) {
	n := len(points)
	if n == 4 && points[2] == points[3] { // a triangle
		n = 3
	}
	x.facet(points[:n], layer, line, func(edge int) bool { return flags&(1<<edge) == 0 || n == 3 && edge == 2 && flags&12 != 12 })
}

// facet takes a face whose edges are drawn or not.
func (x *drawing) facet(points [][3]float64, layer string, line int, drawn func(edge int) bool) {
	edges := [][2]int{}
	for i, e := range ring(len(points)) {
		if drawn(i) {
			edges = append(edges, e)
		} else {
			x.hidden++
		}
	}
	x.segments = append(x.segments, segment{points, edges, layer, line})
}

// polyface takes a mesh: vertices that are places, and others that are faces between them.
func (x *drawing) polyface(points [][3]float64, vertices []vertex, layer string, line int) error {
	var places [][3]float64
	for i, v := range vertices {
		if v[0]&64 != 0 {
			places = append(places, points[i])
			continue
		}
		var corners [][3]float64
		var hidden []bool
		for _, number := range v[1:] {
			at := max(number, -number)
			if at == 0 {
				continue
			}
			if at > len(places) {
				return fail(line, fmt.Sprintf("a face of the mesh has corner %d, and there are %d", at, len(places)), "the file is damaged")
			}
			corners, hidden = append(corners, places[at-1]), append(hidden, number < 0)
		}
		if len(corners) > 2 {
			x.facet(corners, layer, line, func(edge int) bool { return !hidden[edge] })
		}
	}
	return nil
}
