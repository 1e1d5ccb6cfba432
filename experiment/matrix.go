package experiment

import (
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/snapshot"
)

// matrix is C in plain data, with what its columns are.
func (x *Experiment) matrix() *snapshot.Matrix {
	if x.Solid == nil {
		c := x.Eq.C
		m := &snapshot.Matrix{Column: c.Col, Value: c.Val, Columns: make([]snapshot.Freedom, c.N)}
		m.Mode = modeOfEntries(c.Ptr)
		for at, unknown := range c.Unknown {
			if unknown >= 0 {
				m.Columns[unknown] = snapshot.Freedom{Node: at / c.Dim, Component: element.Part(at % c.Dim).String()}
			}
		}
		return m
	}
	b := x.Solid.Body
	rows, space := b.Rows(), &b.Space
	m := &snapshot.Matrix{Mode: modeOfEntries(rows.Ptr), Column: rows.Col, Value: rows.Val, Columns: make([]snapshot.Freedom, space.N+space.G)}
	for i := range m.Columns {
		m.Columns[i] = snapshot.Freedom{Node: -1, Component: "given"}
	}
	parts := len(space.Parts)
	for at, c := range space.At {
		if g, given := c.IsGiven(); c.Free() || given {
			column := int(c)
			if given {
				column = space.N + g
			}
			m.Columns[column] = snapshot.Freedom{Node: at / parts, Component: space.Parts[at%parts].String()}
		}
	}
	for i, c := range space.Strain {
		column := int(c)
		if g, given := c.IsGiven(); given {
			column = space.N + g
		} else if !c.Free() {
			continue
		}
		m.Columns[column] = snapshot.Freedom{Node: -1, Component: strains[i]}
	}
	return m
}

// modeOfEntries is the row of every entry of compressed rows.
func modeOfEntries(ptr []int32) []int32 {
	modes := make([]int32, ptr[len(ptr)-1])
	for mode := range len(ptr) - 1 {
		for at := ptr[mode]; at < ptr[mode+1]; at++ {
			modes[at] = int32(mode)
		}
	}
	return modes
}
