package ingest

import (
	"fmt"
	"math"
	"slices"
)

// names of arrays of faces and bodies. The loose ones may be anything beside an array of bonds.
var (
	faceArrays      = []string{"triangles", "tri", "tris", "faces", "simplices", "quads", "tetrahedra", "tetra", "tets", "ConnectivityList"}
	looseFaceArrays = []string{"elements", "connectivity", "cells", "elem", "elems", "t", "T"}
)

// arrayFaces finds the array of faces, nil where there is none.
func arrayFaces(all []array, bonds bool) *array {
	names := faceArrays
	if !bonds {
		names = append(slices.Clone(names), looseFaceArrays...)
	}
	for _, name := range names {
		for i := range all {
			if a := &all[i]; a.name == name && !a.other && len(a.shape) == 2 && (a.shape[1] == 3 || a.shape[1] == 4) {
				return a
			}
		}
	}
	return nil
}

// facesOfArray makes bonds of the edges of faces, whose numbers count from from.
func (d *draft) facesOfArray(a *array, from float64, dim int) error {
	n := a.shape[1]
	edges := ring(n)
	if n == 4 {
		switch {
		case slices.Contains([]string{"tetrahedra", "tetra", "tets"}, a.name):
			edges = tetrahedron
		case dim == 3 && a.name != "quads":
			return &Error{Cause: fmt.Sprintf("`%s` has four nodes in a row, so its rows may be quadrangles or tetrahedra", a.name), Fix: "call it `quads` or `tetrahedra`"}
		}
	}
	corners := make([]int, n)
	for i := range a.shape[0] {
		for c := range corners {
			v := a.data[n*i+c] - from
			if v != math.Trunc(v) || v < 0 || v >= float64(len(d.pos)) {
				return &Error{Cause: fmt.Sprintf("`%s`, row %d: node %g does not exist", a.name, i+1, v+from), Fix: fmt.Sprintf("there are %d nodes, which count from %g", len(d.pos), from)}
			}
			corners[c] = int(v)
		}
		if err := d.face(corners, edges, 0); err != nil {
			return &Error{Cause: fmt.Sprintf("`%s`, row %d: %v", a.name, i+1, err)}
		}
	}
	return nil
}
