package experiment

import (
	"math"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/sparse"
	"github.com/elastrain/elastrain/spec"
)

// mostMotions is how many motions of a floppy network are worked out.
const mostMotions = 12

// Motions are the first motions of the network of a file that cost nothing, for a picture of why it does not stand. They are nil where
// it stands, where it is too large to look, and where the file has no network.
func Motions(file *spec.File, files Files) []mechanics.Motion {
	b := &builder{Experiment: Experiment{File: file, Spec: &file.Spec}, files: files}
	b.buildNetwork()
	if len(b.errors) > 0 {
		return nil
	}
	if b.isSolid() {
		if b.buildSolid(); b.Solid == nil {
			return nil
		}
		return b.Solid.motions(b.Network.NodeNumbers)
	}
	c := mechanics.NewCompatibility(b.Network)
	if c.N == 0 || c.N > mechanismLimit {
		return nil
	}
	var free []mechanics.Motion
	for _, m := range mechanics.FindMechanisms(b.Network, c).Motions {
		if !m.Soft {
			free = append(free, m)
		}
	}
	return free
}

// motions are those of a body that deform no element: the null vectors of C. Rotations are measured by the length of the body, so that
// a motion has one size.
func (s *Solid) motions(numbers []int) (list []mechanics.Motion) {
	b := s.Body
	space, rows := &b.Space, b.Rows()
	if space.N == 0 || space.N > mechanismLimit {
		return nil
	}
	length := 0.0
	for _, x := range b.Pos {
		length = max(length, math.Abs(x-b.Pos[0]))
	}
	if length == 0 {
		length = 1
	}
	worth, parts := make([]float64, space.N), len(space.Parts) // of a unit of each unknown
	for i := range worth {
		worth[i] = 1
	}
	for at, c := range space.At {
		if part := space.Parts[at%parts]; c.Free() && part >= element.TurnX && part <= element.TurnZ {
			worth[c] = 1 / length
		}
	}
	p := &sparse.Product{N: space.N, Ptr: make([]int32, 1, len(rows.Ptr))}
	for i := range len(rows.Ptr) - 1 {
		for at := rows.Ptr[i]; at < rows.Ptr[i+1]; at++ {
			if c := int(rows.Col[at]); c < space.N { // others are given
				p.Col, p.Val = append(p.Col, int32(c)), append(p.Val, worth[c]*rows.Val[at])
			}
		}
		p.Ptr = append(p.Ptr, int32(len(p.Col)))
	}
	factor := sparse.AnalyzeProduct(p).NewFactor()
	unit := make([]float64, len(p.Ptr)-1)
	for i := range unit {
		unit[i] = 1
	}
	null, err := factor.RefactorSemidefinite(unit, sparse.PivotTolerance)
	if err != nil {
		return nil // rounding hides it; whoever solves it is to judge
	}
	x, dim := make([]float64, space.N), space.Dim
	for _, column := range null[:min(len(null), mostMotions)] {
		factor.NullVector(column, x)
		m := mechanics.Motion{Dim: dim, Numbers: numbers, U: make([]float64, len(b.Pos))}
		for at, c := range space.At {
			if part := space.Parts[at%parts]; c.Free() && int(part) < dim {
				m.U[at/parts*dim+int(part)] = x[c]
			}
		}
		if m.Scale(); len(m.Nodes) > 0 { // else a potential or a turn is free, which no picture shows
			list = append(list, m)
		}
	}
	return list
}
