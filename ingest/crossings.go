package ingest

import (
	"math"
	"slices"
)

// crossings notes ends that lie on another line of the drawing without being its end: such lines are drawn as joined, and are not.
func (x *drawing) crossings() {
	const most = 20_000 // segments: beyond that it takes long
	if len(x.segments) > most {
		return
	}
	order := make([]int, len(x.pos))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case x.pos[a][0] < x.pos[b][0]:
			return -1
		case x.pos[a][0] > x.pos[b][0]:
			return 1
		}
		return 0
	})
	count, example := 0, 0
	for _, b := range x.bonds {
		p, q := x.pos[b.a], x.pos[b.b]
		d := [3]float64{q[0] - p[0], q[1] - p[1], q[2] - p[2]}
		length := math.Hypot(math.Hypot(d[0], d[1]), d[2])
		lo, hi := min(p[0], q[0])-1e-6*length, max(p[0], q[0])+1e-6*length
		from, _ := slices.BinarySearchFunc(order, lo, func(node int, v float64) int {
			if x.pos[node][0] < v {
				return -1
			}
			return 1
		})
		for _, node := range order[from:] {
			r := x.pos[node]
			if r[0] > hi {
				break
			}
			if node == b.a || node == b.b {
				continue
			}
			e := [3]float64{r[0] - p[0], r[1] - p[1], r[2] - p[2]}
			along := (e[0]*d[0] + e[1]*d[1] + e[2]*d[2]) / (length * length)
			if along <= 0 || along >= 1 {
				continue
			}
			if off := math.Hypot(math.Hypot(e[0]-along*d[0], e[1]-along*d[1]), e[2]-along*d[2]); off <= 1e-6*length {
				count++
				example = b.line
			}
		}
	}
	if count > 0 {
		x.note("%d nodes lie on a line without being an end of it, such as on that of line %d: they are not joined to it; break the line there if they are to be", count, example)
	}
}
