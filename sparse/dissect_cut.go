package sparse

import (
	"cmp"
	"slices"
)

// cut is a way to take a piece apart: the first groups along an axis go to the
// left and the others to the right, and those of one side that have neighbours on
// the other make the separator.
type cut struct {
	axis   int
	groups int   // on the left
	taken  int32 // side from which the separator is taken
	cost   float64
}

// chooseCut finds a cheap cut of the piece, improves its separator and
// writes the side of every group.
//
// Where a lattice is regular, the cheapest straight cut has a separator that
// cannot be improved. Where it is not, other cuts may become better ones.
func (d *dissection) chooseCut(store *arena, p *piece, side []int32) {
	free := store.free
	cuts := d.cuts(store, p)
	p.apply(cuts[0], side)
	if p.groups() >= improvedGroups {
		best := p.improveSeparator(store, side)
		if best < cuts[0].cost {
			other := store.take(p.groups())
			for _, c := range cuts[1:min(len(cuts), cutsTried)] {
				p.apply(c, other)
				if cost := p.improveSeparator(store, other); cost < best {
					best = cost
					copy(side, other)
				}
			}
		}
	}
	store.free = free
}

// cuts returns the best cuts across the long axes of a piece, cheapest first.
func (d *dissection) cuts(store *arena, p *piece) []cut {
	var extent [3]float64
	longest := 0.0
	for a, list := range p.along {
		first, last := p.name[list[0]], p.name[list[len(list)-1]]
		extent[a] = d.x[int(last)*d.dim+a] - d.x[int(first)*d.dim+a]
		longest = max(longest, extent[a])
	}
	cuts := make([]cut, 0, 3*cutBands)
	for a := range p.along {
		if extent[a] >= longEnough*longest {
			cuts = p.judgeCuts(store, a, cuts)
		}
	}
	slices.SortStableFunc(cuts, func(a, b cut) int { return cmp.Compare(a.cost, b.cost) })
	return cuts
}

// judgeCuts judges all cuts across an axis and appends the best one of each band
// of positions to cuts.
//
// A group whose farthest neighbour towards the right has rank r is in the
// separator taken from the left of every cut between its own rank and r. So one
// pass over the edges tells where separators gain and lose weight, and adding
// that up gives the weights of all of them.
func (p *piece) judgeCuts(store *arena, axis int, cuts []cut) []cut {
	n := p.groups()
	free := store.free
	list := p.along[axis]
	rank := list // along the first axis, groups are numbered by rank
	if axis > 0 {
		rank = store.take(n)
		for r, i := range list {
			rank[i] = int32(r)
		}
	}
	gain := store.take(2*n + 2) // at 2*c+s: change at cut c of the separator taken from side s
	clear(gain)
	total := int32(0)
	for i, w := range p.weight {
		own := rank[i]
		near, far := own, own
		for _, j := range p.adj[p.ptr[i]:p.ptr[i+1]] {
			near, far = min(near, rank[j]), max(far, rank[j])
		}
		gain[2*own+2+left] += w
		gain[2*far+2+left] -= w
		gain[2*near+2+right] += w
		gain[2*own+2+right] -= w
		total += w
	}

	least := int32(smallestPart * float64(total))
	perBand := cutBands / float64(total-2*least+1)
	var best [cutBands]cut
	found := false
	var before, fromLeft, fromRight int32 // weight to the left of the cut, and of its separators
	for c := 1; c < n; c++ {
		before += p.weight[list[c-1]]
		fromLeft += gain[2*c+int(left)]
		fromRight += gain[2*c+int(right)]
		after := total - before
		if min(before, after) < least && (found || before < after) {
			continue // unless heavy groups leave no better cut than the first beyond the middle
		}
		found = true
		b := &best[min(int(float64(before-least)*perBand), cutBands-1)]
		b.improve(cut{axis, c, left, separatorCost(fromLeft, before-fromLeft, after)})
		b.improve(cut{axis, c, right, separatorCost(fromRight, before, after-fromRight)})
	}
	for _, b := range best {
		if b.groups > 0 {
			cuts = append(cuts, b)
		}
	}
	store.free = free
	return cuts
}

// improve replaces the cut by another one that costs less.
func (c *cut) improve(other cut) {
	if c.groups == 0 || other.cost < c.cost {
		*c = other
	}
}

// apply writes the side of every group after the cut.
func (p *piece) apply(c cut, side []int32) {
	list := p.along[c.axis]
	for _, i := range list[:c.groups] {
		side[i] = left
	}
	for _, i := range list[c.groups:] {
		side[i] = right
	}
	from := list[:c.groups]
	if c.taken == right {
		from = list[c.groups:]
	}
	for _, i := range from {
		for _, j := range p.of(i) {
			if side[j] == 1-c.taken {
				side[i] = separator
				break
			}
		}
	}
}
