package sparse

import (
	"cmp"
	"math"
	"slices"
)

// minimumDegree finds an order of elimination that keeps the factor sparse:
// eliminate next the group with the fewest unknowns around it among those that
// remain. order[k] is the group eliminated at place k. Ties are settled the same
// way every time.
//
// Eliminating a group couples all its neighbours. Storing those couplings one by
// one would need as much memory as the factor itself, so the graph is kept as a
// quotient graph: an eliminated group becomes an element, the set of groups it
// couples. Elements that a new one contains are dropped, groups that have become
// indistinguishable are treated as one heavy group, and degrees are the upper
// bounds of Amestoy, Davis and Duff (1996), which cost one look at each element
// instead of a union of sets.
func (g *graph) minimumDegree() []int32 {
	e := newElimination(g)
	order := make([]int32, 0, g.groups())
	for {
		pivot := e.removeSmallest()
		if pivot < 0 {
			break
		}
		e.eliminate(pivot)
		order = e.appendGroups(order, pivot)
	}
	return append(order, e.dense...)
}

// elimination is the quotient graph of what remains to be eliminated. A number
// names a group until it is eliminated and an element afterwards, so sets of both
// can share one array of marks.
type elimination struct {
	neighbours [][]int32 // neighbours of group i by an edge and not yet by an element
	elements   [][]int32 // elements that contain group i
	members    [][]int32 // groups of element e; nil before it exists and after it is absorbed
	room       [][]int32 // memory of group i for its elements, at the front, and its neighbours, at the back
	size       []int32   // total weight of the members of element e
	weight     []int32   // unknowns that i stands for; 0 once it is eliminated or merged
	degree     []int32   // bound on the weight of the neighbours of group i, itself left out
	left       int32     // total weight of what remains

	nextSame, lastSame []int32 // list of the groups that i stands for

	smallest   int32   // no group has a smaller degree
	head       []int32 // first group of each degree, -1 for none
	next, prev []int32 // neighbours in that list, -1 for none

	mark    []int32  // i is in the current set when mark[i] == stamp
	stamp   int32    //
	outside []int32  // weight of the members of element e that are not in the new element
	hash    []uint32 // equal for indistinguishable groups
	set     []int32  // scratch for the members of a new element
	byHash  []int32  // scratch for mergeAlike
	dense   []int32  // groups with very many neighbours: ordered last, kept out of the graph
}

func newElimination(g *graph) *elimination {
	n := g.groups()
	e := &elimination{
		neighbours: make([][]int32, n), elements: make([][]int32, n), members: make([][]int32, n),
		room: make([][]int32, n), size: make([]int32, n), weight: slices.Clone(g.weight), degree: make([]int32, n),
		nextSame: make([]int32, n), lastSame: make([]int32, n),
		next: make([]int32, n), prev: make([]int32, n),
		mark: make([]int32, n), outside: make([]int32, n), hash: make([]uint32, n),
	}
	// A hub that touches a good part of the graph would be looked at in nearly
	// every step. It ends up last anyway, so it is put there at once.
	many := int(max(16, 10*math.Sqrt(float64(n))))
	for i := range int32(n) {
		e.nextSame[i], e.lastSame[i] = -1, i
		if len(g.of(i)) > many {
			e.dense = append(e.dense, i)
			e.weight[i] = 0
		}
		e.left += e.weight[i]
	}
	e.head = make([]int32, e.left+1)
	for d := range e.head {
		e.head[d] = -1
	}
	adj := make([]int32, len(g.adj))
	for i := int32(n) - 1; i >= 0; i-- {
		if e.weight[i] == 0 {
			continue
		}
		room := adj[g.ptr[i]:g.ptr[i+1]:g.ptr[i+1]]
		k := len(room)
		for _, j := range slices.Backward(g.of(i)) {
			if e.weight[j] > 0 {
				k--
				room[k] = j
				e.degree[i] += e.weight[j]
			}
		}
		e.room[i], e.elements[i], e.neighbours[i] = room, room[:0], room[k:]
		e.insert(i)
	}
	return e
}

// eliminate turns the group pivot into an element and updates its neighbours.
func (e *elimination) eliminate(pivot int32) {
	couples := e.formElement(pivot)
	e.left -= e.weight[pivot]
	e.weight[pivot] = 0
	e.measureOutside(couples)

	// Neighbours with nothing but the new element around them couple nothing
	// more: they are eliminated together with the pivot.
	kept := couples[:0]
	for _, i := range couples {
		e.detach(i)
		if e.prune(i, pivot) {
			kept = append(kept, i)
		} else {
			e.left -= e.weight[i]
			e.size[pivot] -= e.weight[i]
			e.join(pivot, i)
		}
	}
	kept = e.mergeAlike(kept)
	for _, i := range kept {
		rest := e.left - e.weight[i]
		e.degree[i] = min(e.degree[i]+e.size[pivot]-e.weight[i], rest)
		e.insert(i)
	}
	e.members[pivot] = slices.Clone(kept)
}

// formElement collects the neighbours of pivot, absorbs the elements they came
// from, and leaves exactly these neighbours marked.
func (e *elimination) formElement(pivot int32) []int32 {
	e.stamp++
	e.mark[pivot] = e.stamp
	e.set = e.set[:0]
	e.addToSet(pivot, e.neighbours[pivot])
	for _, absorbed := range e.elements[pivot] {
		e.addToSet(pivot, e.members[absorbed])
		e.members[absorbed] = nil
	}
	e.neighbours[pivot], e.elements[pivot] = nil, nil
	return e.set
}

func (e *elimination) addToSet(pivot int32, candidates []int32) {
	for _, i := range candidates {
		if e.weight[i] > 0 && e.mark[i] != e.stamp {
			e.mark[i] = e.stamp
			e.set = append(e.set, i)
			e.size[pivot] += e.weight[i]
		}
	}
}

// measureOutside finds, for every element that shares a group with the set, the
// weight of its members outside the set.
func (e *elimination) measureOutside(set []int32) {
	for _, i := range set {
		for _, shared := range e.elements[i] {
			e.outside[shared] = e.size[shared]
		}
	}
	for _, i := range set {
		for _, shared := range e.elements[i] {
			e.outside[shared] -= e.weight[i]
		}
	}
}

// prune rewrites the neighbourhood of group i, a member of the new element pivot,
// whose members are still marked: what the element couples already is dropped,
// and the element is added. It leaves in degree[i] a bound on the weight outside
// the element and says whether there is anything outside at all.
//
// The result fits where the old neighbourhood was, since at least the pivot or
// an element absorbed by it has gone.
func (e *elimination) prune(i, pivot int32) bool {
	var beyond int32
	hash := uint32(pivot)
	room := e.room[i]
	k := len(room)
	for _, j := range slices.Backward(e.neighbours[i]) {
		if e.weight[j] > 0 && e.mark[j] != e.stamp {
			k--
			room[k] = j
			beyond += e.weight[j]
			hash += uint32(j)
		}
	}
	e.neighbours[i] = room[k:]
	elements := e.elements[i][:0]
	for _, other := range e.elements[i] {
		switch {
		case e.members[other] == nil: // absorbed
		case e.outside[other] == 0: // all of it lies in the new element
			e.members[other] = nil
		default:
			elements = append(elements, other)
			beyond += e.outside[other]
			hash += uint32(other)
		}
	}
	alone := len(elements) == 0 && k == len(room)
	e.elements[i] = append(elements, pivot)
	e.degree[i] = min(e.degree[i], beyond)
	e.hash[i] = hash
	return !alone
}

// mergeAlike joins the groups of set that have the same neighbours and returns
// those that are left, in the order of the set.
func (e *elimination) mergeAlike(set []int32) []int32 {
	e.byHash = append(e.byHash[:0], set...)
	slices.SortFunc(e.byHash, func(a, b int32) int {
		return cmp.Or(cmp.Compare(e.hash[a], e.hash[b]), cmp.Compare(a, b))
	})
	for a, i := range e.byHash {
		if e.weight[i] == 0 {
			continue
		}
		marked := false
		for _, j := range e.byHash[a+1:] {
			if e.hash[j] != e.hash[i] {
				break
			}
			if e.weight[j] == 0 || len(e.neighbours[i]) != len(e.neighbours[j]) || len(e.elements[i]) != len(e.elements[j]) {
				continue
			}
			if !marked {
				e.markAround(i)
				marked = true
			}
			if e.allMarked(e.neighbours[j]) && e.allMarked(e.elements[j]) {
				e.weight[i] += e.weight[j]
				e.join(i, j)
			}
		}
	}
	return slices.DeleteFunc(set, func(i int32) bool { return e.weight[i] == 0 })
}

func (e *elimination) markAround(i int32) {
	e.stamp++
	for _, j := range e.neighbours[i] {
		e.mark[j] = e.stamp
	}
	for _, element := range e.elements[i] {
		e.mark[element] = e.stamp
	}
}

func (e *elimination) allMarked(set []int32) bool {
	return !slices.ContainsFunc(set, func(i int32) bool { return e.mark[i] != e.stamp })
}

// join hands the groups that j stands for over to i; j leaves the graph.
func (e *elimination) join(i, j int32) {
	e.nextSame[e.lastSame[i]] = j
	e.lastSame[i] = e.lastSame[j]
	e.weight[j] = 0
	e.neighbours[j], e.elements[j] = nil, nil
}

// appendGroups lists the groups that i stands for.
func (e *elimination) appendGroups(order []int32, i int32) []int32 {
	for ; i >= 0; i = e.nextSame[i] {
		order = append(order, i)
	}
	return order
}

// insert puts group i first in the list of its degree.
func (e *elimination) insert(i int32) {
	d := e.degree[i]
	e.next[i], e.prev[i] = e.head[d], -1
	if e.head[d] >= 0 {
		e.prev[e.head[d]] = i
	}
	e.head[d] = i
	e.smallest = min(e.smallest, d)
}

// detach takes group i out of the list of its degree.
func (e *elimination) detach(i int32) {
	if e.prev[i] >= 0 {
		e.next[e.prev[i]] = e.next[i]
	} else {
		e.head[e.degree[i]] = e.next[i]
	}
	if e.next[i] >= 0 {
		e.prev[e.next[i]] = e.prev[i]
	}
}

// removeSmallest takes out a group of smallest degree; -1 when none is left.
func (e *elimination) removeSmallest() int32 {
	if e.left == 0 {
		return -1
	}
	for e.head[e.smallest] < 0 {
		e.smallest++
	}
	i := e.head[e.smallest]
	e.detach(i)
	return i
}
