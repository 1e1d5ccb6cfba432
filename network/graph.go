package network

// Adjacency is the graph of a network in compressed rows: the bars that reach
// node i are the entries Ptr[i] to Ptr[i+1] of Node and Element. Cut bars and
// springs to ground are not part of it.
type Adjacency struct {
	Ptr     []int // where each node's entries start; len nodes+1
	Node    []int // the node at the other end; len Ptr[nodes], two a bar
	Element []int // the bar that leads there; len Ptr[nodes]
}

// Of is the neighbours of one node and the bars that lead to them, in the order
// of the bar numbers. Both slices share memory with the adjacency.
func (a *Adjacency) Of(node int) (nodes, elements []int) {
	lo, hi := a.Ptr[node], a.Ptr[node+1]
	return a.Node[lo:hi:hi], a.Element[lo:hi:hi]
}

// Degree is the number of bars that reach a node: its coordination.
func (a *Adjacency) Degree(node int) int { return a.Ptr[node+1] - a.Ptr[node] }

// Neighbours builds the graph of the bars that are not cut. Every element must
// name nodes that exist (see Validate).
func (n *Network) Neighbours() *Adjacency {
	nodes := n.Nodes()
	a := &Adjacency{Ptr: make([]int, nodes+1)}
	for i := range n.Elements {
		if e := &n.Elements[i]; e.Kind == Bar && !e.Cut {
			a.Ptr[e.Nodes[0]+1]++
			a.Ptr[e.Nodes[1]+1]++
		}
	}
	for node := range nodes {
		a.Ptr[node+1] += a.Ptr[node]
	}
	a.Node = make([]int, a.Ptr[nodes])
	a.Element = make([]int, a.Ptr[nodes])
	next := append([]int(nil), a.Ptr[:nodes]...)
	put := func(at, other, element int) {
		a.Node[next[at]], a.Element[next[at]] = other, element
		next[at]++
	}
	for i := range n.Elements {
		if e := &n.Elements[i]; e.Kind == Bar && !e.Cut {
			put(e.Nodes[0], e.Nodes[1], i)
			put(e.Nodes[1], e.Nodes[0], i)
		}
	}
	return a
}

// Components tells the connected pieces of the network apart. of[node] is the
// piece of a node (len Nodes()), pieces counting from 0 in the order of their
// lowest node; count is their number. Bars that are cut do not connect, and
// neither does the ground.
func (n *Network) Components() (of []int, count int) {
	adj := n.Neighbours()
	of = make([]int, n.Nodes())
	for i := range of {
		of[i] = -1
	}
	var queue []int
	for start := range of {
		if of[start] >= 0 {
			continue
		}
		of[start] = count
		queue = append(queue[:0], start)
		for len(queue) > 0 {
			node := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			next, _ := adj.Of(node)
			for _, other := range next {
				if of[other] < 0 {
					of[other] = count
					queue = append(queue, other)
				}
			}
		}
		count++
	}
	return of, count
}

// Count is Maxwell's count of constraints against freedoms.
type Count struct {
	Free    int // motions that no support holds
	Bars    int // bars that are not cut
	Springs int // springs to ground that are not cut

	// Balance is Bars + Springs - Free. By the Maxwell-Calladine theorem it
	// equals the states of self-stress minus the mechanisms, rigid motions of
	// the whole among them. Below 0 there certainly is a mechanism; at 0 or
	// above there still may be one.
	Balance int
}

// Maxwell counts the network.
func (n *Network) Maxwell() Count {
	var c Count
	for _, held := range n.Held {
		if !held {
			c.Free++
		}
	}
	for i := range n.Elements {
		switch e := &n.Elements[i]; {
		case e.Cut:
		case e.Kind == Ground:
			c.Springs++
		default:
			c.Bars++
		}
	}
	c.Balance = c.Bars + c.Springs - c.Free
	return c
}
