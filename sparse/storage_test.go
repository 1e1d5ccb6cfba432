package sparse

import (
	"testing"

	"pgregory.net/rapid"
)

// As long as an update matrix is wanted nothing else may be written where it lies: not the
// update matrix of another front, nor, after all panels or in one that is not begun, a panel. The subtrees
// and early fronts may be done at any time before late ones.
func TestUpdatesLieWhereNothingElseIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.IntRange(2, 60).Draw(t, "nodes an edge")
		g, x := triangles(m)
		order := g.order(x, 2)
		if rapid.Bool().Draw(t, "bad order") {
			order = randomPermutation(m*m, rapid.Uint64().Draw(t, "seed"))
		}
		member := natural(2 * m * m)
		s := newSymbolic(g, member, order)
		type stretch struct {
			from, to   int
			front      int32
			born, dead int32
		}
		var inNumbers []stretch
		last := int32(len(s.fronts))
		for i := range s.fronts {
			f := &s.fronts[i]
			begun := int32(-1)
			if f.stage == late {
				begun = int32(i)
			}
			dead := f.parent
			if dead >= 0 && s.fronts[dead].stage != late {
				dead = -1 // nobody knows when, but before all late fronts
			}
			inNumbers = append(inNumbers, stretch{f.panel, f.panel + f.panelShape().size(), int32(i), begun, last})
			if size := f.updateShape().size(); f.shared && size > 0 {
				inNumbers = append(inNumbers, stretch{f.store, f.store + size, int32(i), begun, dead})
			}
		}
		apart := func(list []stretch) {
			for a := range list {
				p := &list[a]
				if p.to > s.stored+s.common {
					t.Fatalf("the update matrix of front %d ends at %d of %d", p.front, p.to, s.stored+s.common)
				}
				for b := range list[:a] {
					q := &list[b]
					if p.born <= q.dead && q.born <= p.dead && p.from < q.to && q.from < p.to {
						t.Fatalf("fronts %d and %d lie on one another: %+v %+v", q.front, p.front, *q, *p)
					}
				}
			}
		}
		apart(inNumbers)
		for _, tree := range s.subtrees {
			var arena []stretch
			for i := tree.first; i < tree.root; i++ {
				f := &s.fronts[i]
				size := f.updateShape().size()
				arena = append(arena, stretch{f.store, f.store + size, i, i, f.parent})
				if f.store < 0 || f.store+size > s.arena {
					t.Fatalf("the update matrix of front %d is at %d to %d of an arena of %d", i, f.store, f.store+size, s.arena)
				}
			}
			apart(arena)
		}
	})
}
