package body

import "github.com/elastrain/elastrain/mechanics/element"

// Stress is the mean stress of a periodic cell in the plane, sxx, syy, sxy in N/m: what the elements pull across its
// borders, by its size. w must be where Stand left it for s, and s.T where Resist did.
func (b *Body) Stress(w *Work, s *State) (stress [3]float64) {
	for i := range b.Elements {
		el, run := &b.Elements[i], &b.Runs[b.run[i]]
		if el.Shift == nil {
			continue
		}
		t, c := s.T[b.ModeOf(i):][:run.Modes], w.rows(i)
		parts := el.Kind.Parts(b.Space.Dim)
		for p := range run.Local {
			force := 0.0
			for m, v := range t {
				force += c[m*run.Local+p] * v
			}
			at := b.offset(el.Shift[p/len(parts)])
			switch parts[p%len(parts)] {
			case element.X:
				stress[0] += force * at[0]
				stress[2] += force * at[1] / 2
			case element.Y:
				stress[1] += force * at[1]
				stress[2] += force * at[0] / 2
			}
		}
	}
	for i := range stress {
		stress[i] /= b.Area
	}
	return stress
}

// offset is how far whole lattice vectors of the cell reach.
func (b *Body) offset(shift [3]int) (s [3]float64) {
	for v, count := range shift[:len(b.cell)] {
		for axis := range s {
			s[axis] += float64(count) * b.cell[v][axis]
		}
	}
	return s
}
