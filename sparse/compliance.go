package sparse

import (
	"fmt"
	"math"
)

// SelfCompliance sets s, one for each row c of C, to c A^-1 c^T for the weights given last: how far a
// unit pair of forces along the row moves itself. It returns an estimate of the largest relative
// error of these numbers, see judge. The factor must come from AnalyzeProduct.
//
// A^-1 is dense, but only its entries where L is not zero are needed, because all unknowns of a row
// lie in the front that eliminates the first of them. They are computed front by
// front from the roots down, each from those of its parent (K. Takahashi, J. Fagan and M.-S. Chen,
// 1973; A. M. Erisman and W. F. Tinney, Comm. ACM 18 (1975) 177), at the price of two to four
// factorisations:
//
//	Y    = L21 L11^-1
//	Z_up = -Z_uu Y                  Z_uu: update rows, known from the parent
//	Z_pp = L11^-T L11^-1 - Y^T Z_up
//
// The first call allocates its workspace, three panels of the largest front of the top and of the
// largest below it for each thread, and Z_uu for the roots of subtrees and the top; later ones allocate
// nothing. Within a subtree Z_uu lies where the update matrix of the front lay while factorising. The
// bits do not depend on the number of threads.
// Unknowns held by RefactorSemidefinite count as held.
func (f *Factor) SelfCompliance(s []float64) (doubt float64) {
	f.mustBeReady("SelfCompliance")
	rows, ok := f.symbolic.source.(*products)
	if !ok {
		panic("sparse: SelfCompliance needs a factor from AnalyzeProduct")
	}
	if len(s) != rows.values() {
		panic(fmt.Sprintf("sparse: SelfCompliance got %d numbers for %d rows", len(s), rows.values()))
	}
	if f.inverse == nil {
		f.inverse = f.newInverse()
	}
	clear(s) // rows without entries are in no front
	f.inverse.s = s
	f.team.Start(3 * f.symbolic.effort)
	for k := len(f.symbolic.top) - 1; k >= 0; k-- {
		f.invertTop(int(f.symbolic.top[k]))
	}
	f.team.Each(len(f.symbolic.subtrees), f, invertSubtree)
	f.team.Stop()
	f.inverse.s = nil
	return f.judge(rows, s)
}

// inverse is the workspace of SelfCompliance.
type inverse struct {
	s       []float64        // being filled
	top     inverseFront     // the front of the top that is being done
	child   *front           // of it, that is being handed its part
	given   []float64        // Z_uu of that child
	shared  []float64        // Z_uu of roots of subtrees and of the top, one after the other
	at      []int            // where that of each front begins
	below   []inverseFront   // the front that each thread does in a subtree
	scratch []inverseScratch // of each thread
	places  []int32          // 0, 1, 2, ...

	// What each entry of C adds to the diagonal of A A^-1; that diagonal less one, by place.
	share, defect []float64
	size          []float64 // of the terms of each number of s
}

// inverseScratch is what one thread needs for a part of a front.
type inverseScratch struct {
	rows []float64 // slabWidth right-hand sides for each pivot
	tile []float64 // packed: kernel.TileRows rows of Z_uu
}

func (f *Factor) newInverse() *inverse {
	s := f.symbolic
	v := &inverse{below: make([]inverseFront, f.threads), scratch: make([]inverseScratch, f.threads)}
	v.top.allocate(s, s.top)
	var below []int32 // fronts of subtrees
	for _, tree := range s.subtrees {
		for i := tree.first; i <= tree.root; i++ {
			below = append(below, i)
		}
	}
	most, shared := 0, 0
	v.at = make([]int, len(s.fronts))
	for i := range s.fronts {
		fr := &s.fronts[i]
		most = max(most, int(fr.below))
		if fr.shared {
			v.at[i] = shared
			shared += fr.updateShape().size()
		}
	}
	v.shared = alignedFloats(shared)
	for id := range f.threads {
		v.below[id].allocate(s, below)
		v.scratch[id] = inverseScratch{rows: alignedFloats(most * slabWidth), tile: alignedFloats(sumBlock * tileRows)}
	}
	v.places = natural(most)
	rows := s.source.(*products)
	v.share, v.defect, v.size = make([]float64, len(rows.value)), make([]float64, s.n), make([]float64, rows.values())
	return v
}

// store is where Z_uu of front i is kept.
func (v *inverse) store(w *worker, i int32) []float64 {
	if fr := &w.f.symbolic.fronts[i]; !fr.shared {
		return w.arena[fr.store:]
	}
	return v.shared[v.at[i]:]
}

// addCompliances sets what is asked of the rows of C whose first unknown the front eliminates.
func (e *inverseFront) addCompliances(f *Factor) {
	p, v := f.symbolic.source.(*products), f.inverse
	var room [4]int32
	for a := p.ptr[e.number]; a < p.ptr[e.number+1]; a++ {
		t := &p.terms[a]
		if t.From != p.first[t.Row] {
			continue
		}
		position := p.positions(t, &room)
		c := p.value[t.From:][:len(position)]
		sum, size := 0.0, 0.0
		for i := range c {
			x := 0.0 // of A^-1 c^T at the unknown of entry i
			for j, w := range c {
				term := w * e.entry(max(position[i], position[j]), min(position[i], position[j]))
				x += term
				size += math.Abs(c[i] * term)
			}
			sum += c[i] * x
			v.share[int(t.From)+i] = f.values[t.Row] * c[i] * x
		}
		v.s[t.Row] = sum
		v.size[t.Row] = size
	}
}

// judge estimates the largest relative error of the numbers s. One source is the sum that makes each: 4 units of
// rounding of its terms. The other is the entries of A^-1 themselves, and the diagonal of A A^-1 tells of it, all
// of whose terms were computed: by as much as it misses one, each entry may be wrong. This is a measurement and no
// bound; on trusses with contrasts of 1 to 1e8, just rigid or not, it was 1 to 20 times the true error.
func (f *Factor) judge(p *products, s []float64) float64 {
	v := f.inverse
	var room [4]int32
	for i := range v.defect {
		v.defect[i] = -1
	}
	for i := range f.symbolic.fronts {
		fr := &f.symbolic.fronts[i]
		rows := f.symbolic.rowsOf(fr)
		for a := p.ptr[i]; a < p.ptr[i+1]; a++ {
			t := &p.terms[a]
			if t.From != p.first[t.Row] {
				continue
			}
			for b, position := range p.positions(t, &room) {
				place := fr.first + position
				if position >= fr.width {
					place = rows[position-fr.below]
				}
				v.defect[place] += v.share[int(t.From)+b]
			}
		}
	}
	worst := 0.0
	for _, d := range v.defect {
		worst = max(worst, math.Abs(d))
	}
	for i, value := range s {
		if value != 0 {
			worst = max(worst, 4*0x1p-53*v.size[i]/math.Abs(value))
		}
	}
	return worst
}
