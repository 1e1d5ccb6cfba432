package part

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// crossings puts a joint where the axes of two struts cross between their nodes, for what is made of one piece is joined there. Small
// motions of a lattice of bars stay what they are: each bar still passes on one force, and its middle goes where its ends take it.
func (p *Plan) crossings() {
	type cut struct {
		share float64 // of the length, from the first end
		joint int
	}
	cuts, places := make([][]cut, len(p.Struts)), map[[3]int64]int{}
	var first [2]int
	p.pairs(func(i, k int) bool {
		s, t, d := nearest(p.ends(i), p.ends(k))
		if d > 1e-6*min(p.length(i), p.length(k)) || min(s, 1-s)*p.length(i) <= p.Struts[k].Width/2 || min(t, 1-t)*p.length(k) <= p.Struts[i].Width/2 {
			return true
		}
		var at [3]float64
		var key [3]int64
		for a := range at {
			e := p.ends(i)
			at[a] = e[0][a] + s*(e[1][a]-e[0][a])
			key[a] = int64(math.Round(at[a] * 1e8))
		}
		n, ok := places[key]
		if !ok {
			n = len(p.Joints)
			places[key] = n
			p.Joints = append(p.Joints, Joint{At: at, Cross: [2]int{p.Struts[min(i, k)].Number, p.Struts[max(i, k)].Number}})
			if first == [2]int{} {
				first = p.Joints[n].Cross
			}
		}
		for _, c := range [][2]int{{i, 0}, {k, 1}} {
			if !slices.ContainsFunc(cuts[c[0]], func(c cut) bool { return c.joint == n }) {
				cuts[c[0]] = append(cuts[c[0]], cut{[2]float64{s, t}[c[1]], n})
			}
		}
		return true
	})
	if len(places) == 0 {
		return
	}
	var all []Strut
	for i, s := range p.Struts {
		slices.SortFunc(cuts[i], func(a, b cut) int { return cmp.Compare(a.share, b.share) })
		from := s.Ends[0]
		for _, c := range append(cuts[i], cut{1, s.Ends[1]}) {
			s.Ends = [2]int{from, c.joint}
			all = append(all, s)
			from = c.joint
		}
	}
	p.Struts = all
	for i := range p.Joints {
		p.Joints[i].Struts = nil
	}
	for i := range p.Struts {
		for _, n := range p.Struts[i].Ends {
			p.Joints[n].Struts = append(p.Joints[n].Struts, i)
		}
	}
	p.Notes = append(p.Notes, fmt.Sprintf("bonds cross at %d places where there is no node, such as bonds %d and %d; made of one piece they are joined there, which changes small motions of bars not at all and those of beams", len(places), first[0], first[1]))
}

// pairs calls with every two struts without a common joint that come near along the x axis.
func (p *Plan) pairs(yield func(i, k int) bool) {
	order := make([]int, len(p.Struts))
	left, right, widest := make([]float64, len(order)), make([]float64, len(order)), 0.0
	for i := range order {
		order[i] = i
		e := p.ends(i)
		left[i], right[i] = min(e[0][0], e[1][0]), max(e[0][0], e[1][0])
		widest = max(widest, p.thickest(i))
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(left[a], left[b]), cmp.Compare(a, b)) })
	for at, i := range order {
		for _, k := range order[at+1:] {
			if left[k] > right[i]+widest+p.gap() {
				break
			}
			a, b := &p.Struts[i], &p.Struts[k]
			if a.Ends[0] == b.Ends[0] || a.Ends[0] == b.Ends[1] || a.Ends[1] == b.Ends[0] || a.Ends[1] == b.Ends[1] {
				continue
			}
			if !yield(i, k) {
				return
			}
		}
	}
}

// ends are the places of a strut's joints, m.
func (p *Plan) ends(i int) [2][3]float64 {
	s := &p.Struts[i]
	return [2][3]float64{p.Joints[s.Ends[0]].At, p.Joints[s.Ends[1]].At}
}
