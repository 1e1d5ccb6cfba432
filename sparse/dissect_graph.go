package sparse

const leafGroupsGraph = 40

// dissect finds an order of elimination by nested dissection like
// dissectGeometric, but without coordinates.
func (g *graph) dissect() []int32 {
	n := g.groups()
	if n == 0 {
		return nil
	}
	d := &dissection{graph: g, leaf: leafGroupsGraph, order: make([]int32, n), leafEnd: make([]int32, n)}
	store := newArena(2*n, 3*len(g.adj), 0)
	d.cut(store, &piece{graph: *g, name: natural(n)}, 0, 0)
	d.running.Wait()
	d.orderLeaves()
	return d.order
}
