package lattice

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// checkDelaunay tests a triangulation against what defines it.
func checkDelaunay(t interface{ Fatalf(string, ...any) }, points []point) {
	d := delaunay(points)
	if d == nil {
		for i := 2; i < len(points); i++ {
			if orient(points[0], points[1], points[i]) != 0 {
				t.Fatalf("no triangulation, but point %d is off the line", i)
			}
		}
		return
	}
	out := d.outside()
	triangles, hull, area := 0, 0, 0.0
	used := make([]bool, len(points))
	for i, c := range d.corner {
		for side, other := range d.beside[i] {
			from, to := c[(side+1)%3], c[(side+2)%3]
			o := d.corner[other]
			k := slices.Index(d.beside[other][:], i)
			if k < 0 || o[(k+1)%3] != to || o[(k+2)%3] != from {
				t.Fatalf("triangles %d %v and %d %v do not share an edge", i, c, other, o)
			}
		}
		if out[i] {
			hull++
			continue
		}
		triangles++
		p, q, r := points[c[0]], points[c[1]], points[c[2]]
		if orient(p, q, r) <= 0 {
			t.Fatalf("triangle %v does not turn to the left", c)
		}
		area += ((q[0]-p[0])*(r[1]-p[1]) - (q[1]-p[1])*(r[0]-p[0])) / 2
		for j, s := range points {
			if inCircle(p, q, r, s) > 0 {
				t.Fatalf("point %d lies in the circle of triangle %v", j, c)
			}
		}
		for _, v := range c {
			used[v] = true
		}
	}
	if slices.Contains(used, false) {
		t.Fatalf("a point is in no triangle: %v", used)
	}
	n, edges := len(points), len(d.pairs(out))
	if n-edges+triangles != 1 || edges != 3*n-3-hull {
		t.Fatalf("Euler: %d points, %d edges, %d triangles, %d on the hull", n, edges, triangles, hull)
	}
	wantHull, wantArea := convexHull(points)
	if hull != wantHull || math.Abs(area-wantArea) > 1e-9*wantArea+1e-15 {
		t.Fatalf("hull of %d points and area %g, want %d and %g", hull, area, wantHull, wantArea)
	}
}

// convexHull is by monotone chains: the number of points on the hull, those
// within its edges counted, and its area.
func convexHull(points []point) (on int, area float64) {
	sorted := slices.Clone(points)
	slices.SortFunc(sorted, func(a, b point) int { return slices.Compare(a[:], b[:]) })
	for range 2 {
		var chain []point
		for _, p := range sorted {
			for len(chain) > 1 && orient(chain[len(chain)-2], chain[len(chain)-1], p) < 0 {
				chain = chain[:len(chain)-1]
			}
			chain = append(chain, p)
		}
		on += len(chain) - 1
		for i, p := range chain[1:] {
			area += (chain[i][0]*p[1] - chain[i][1]*p[0]) / 2
		}
		slices.Reverse(sorted)
	}
	return on, area
}

func distinct(points []point) []point {
	seen := map[point]bool{}
	return slices.DeleteFunc(points, func(p point) bool {
		was := seen[p]
		seen[p] = true
		return was
	})
}

func TestDelaunayOfRandomPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coordinate := rapid.Float64Range(0, 10)
		if rapid.Bool().Draw(t, "on a coarse grid") { // many on one line and on one circle
			coordinate = rapid.Map(rapid.IntRange(0, 5), func(i int) float64 { return float64(i) / 3 })
		}
		var points []point
		for range rapid.IntRange(2, 30).Draw(t, "n") {
			points = append(points, point{coordinate.Draw(t, "x"), coordinate.Draw(t, "y")})
		}
		if points = distinct(points); len(points) > 1 {
			checkDelaunay(t, points)
		}
	})
}

func TestDelaunayOfDegeneratePoints(t *testing.T) {
	var square, ring, spiral, nearLine []point
	for i := range 49 {
		square = append(square, point{float64(i%7) * 0.1, float64(i/7) * 0.1})
	}
	for i := range 40 {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / 40)
		ring = append(ring, point{cos, sin})
		spiral = append(spiral, point{float64(i) * cos, float64(i) * sin})
		x := float64(i) / 40
		nearLine = append(nearLine, point{x, x * (1 + float64(i%3)*0x1p-52)})
	}
	for name, points := range map[string][]point{"square grid": square, "one circle": ring, "spiral": spiral, "nearly a line": nearLine} {
		t.Run(name, func(t *testing.T) { checkDelaunay(t, points) })
	}
	line := []point{{3, 6}, {1, 2}, {0, 0}, {2, 4}}
	if delaunay(line) != nil {
		t.Error("points on a line have triangles")
	}
	if got, want := sheet(line), [][2]int{{0, 3}, {1, 2}, {1, 3}}; !slices.Equal(got, want) {
		t.Errorf("a line is joined as %v, want %v", got, want)
	}
}

// Moving all points by a whole number of units keeps the edges.
func TestDelaunayMovesWithItsPoints(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	var here, there []point
	for range 300 {
		p := point{float64(random.IntN(1 << 20)), float64(random.IntN(1 << 20))}
		here = append(here, p)
		there = append(there, point{p[0] + 4096, p[1] - 12345})
	}
	if !slices.Equal(sheet(here), sheet(there)) {
		t.Error("edges change with a translation")
	}
	// Nor does the order of the points matter, if none of them are on one circle.
	order := random.Perm(len(here))
	shuffled := make([]point, len(here))
	for i, p := range here {
		shuffled[order[i]] = p
	}
	a, b := delaunay(here), delaunay(shuffled)
	renumbered := a.pairs(a.outside())
	for i, p := range renumbered {
		renumbered[i] = [2]int{min(order[p[0]], order[p[1]]), max(order[p[0]], order[p[1]])}
	}
	if !slices.Equal(sortedPairs(renumbered), b.pairs(b.outside())) {
		t.Error("edges change with the numbering")
	}
}

// The filter must never disagree with exact arithmetic; points a few units in
// the last place off a line or circle are where it would.
func TestPredicatesAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nudge := rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.IntRange(-3, 3).Draw(t, "ulps")) * 0x1p-52 })
		on := func(i int) point {
			base := []point{{1, 0.5}, {0.5, 1}, {0, 0.5}, {0.5, 0}}[i]
			return point{base[0] + nudge.Draw(t, "x"), base[1] + nudge.Draw(t, "y")}
		}
		a, b, c, d := on(0), on(1), on(2), on(3)
		if got, want := inCircle(a, b, c, d), exactInCircle(a, b, c, d); got != want {
			t.Fatalf("inCircle(%v, %v, %v, %v) = %d, want %d", a, b, c, d, got, want)
		}
		middle := point{(a[0] + c[0]) / 2, (a[1] + c[1]) / 2}
		if orient(a, c, middle) != -orient(c, a, middle) || orient(a, c, middle) != orient(middle, a, c) {
			t.Fatalf("orient(%v, %v, %v) depends on the order", a, c, middle)
		}
	})
}

func TestDisordered(t *testing.T) {
	const a = 16 * mm
	for dim := 1; dim <= 3; dim++ {
		for _, points := range []int{2, 3, 4, 5, 8, 9, 10, 20, 60} {
			for seed := range uint64(4) {
				t.Run(fmt.Sprintf("%d points, %d-D, seed %d", points, dim, seed), func(t *testing.T) {
					n := must(t, first(Disordered(points, dim, a, seed)), nil)
					if n.Nodes() != points || n.Dim != dim {
						t.Fatalf("%d nodes in %d dimensions", n.Nodes(), n.Dim)
					}
					sound(t, n)
					side := a * math.Pow(float64(points), 1/float64(dim))
					for i := range points {
						for _, x := range n.At(i) {
							if x < 0 || x > side {
								t.Errorf("node %d at %v is outside the box", i+1, n.At(i))
							}
						}
						for j := range i {
							if d := distance(n, i, j); d < closest[dim]*a*(1-1e-12) {
								t.Errorf("nodes %d and %d are %g apart", j+1, i+1, d)
							}
						}
					}
					if m := mechanisms(n); m != 0 {
						t.Errorf("%d mechanisms", m)
					}
					if again := must(t, first(Disordered(points, dim, a, seed)), nil); !again.Equal(n) {
						t.Error("the same seed gives another network")
					}
					if other := must(t, first(Disordered(points, dim, a, seed+100)), nil); other.Equal(n) {
						t.Error("another seed gives the same network")
					}
				})
			}
		}
	}
}

// What is left at the rim of a sheet are no slivers, unless taking them would
// cut into it, and the sheet hardly shrinks.
func TestRimOfSheet(t *testing.T) {
	for seed := range uint64(10) {
		places := scatter(400, 2, rand.New(rand.NewPCG(seed, 2)))
		d := delaunay(places)
		out := d.outside()
		all := len(d.pairs(out))
		d.peel(out)
		kept := d.pairs(out)
		onRim := make([]bool, len(places))
		rim, triangles, area := 0, 0, 0.0
		eachRim := func(visit func(apex, a, b int)) {
			for i, c := range d.corner {
				for side, other := range d.beside[i] {
					if !out[i] && out[other] {
						visit(c[side], c[(side+1)%3], c[(side+2)%3])
					}
				}
			}
		}
		eachRim(func(_, a, b int) {
			onRim[a], onRim[b] = true, true
			rim++
		})
		eachRim(func(apex, a, b int) {
			if !onRim[apex] && sliver(places[apex], places[a], places[b]) {
				t.Errorf("seed %d: the bond of nodes %d and %d could have gone", seed, a+1, b+1)
			}
		})
		for i, c := range d.corner {
			if !out[i] {
				p, q, r := places[c[0]], places[c[1]], places[c[2]]
				area += ((q[0]-p[0])*(r[1]-p[1]) - (q[1]-p[1])*(r[0]-p[0])) / 2
				triangles++
			}
		}
		// One sheet without holes: Euler again, and a rim that visits each of its nodes once.
		nodesOnRim := 0
		for _, on := range onRim {
			if on {
				nodesOnRim++
			}
		}
		if 400-len(kept)+triangles != 1 || rim != nodesOnRim {
			t.Errorf("seed %d: %d bonds, %d triangles, rim of %d bonds and %d nodes", seed, len(kept), triangles, rim, nodesOnRim)
		}
		longest := 0.0
		for _, p := range kept {
			longest = max(longest, math.Sqrt(places[p[0]].squareTo(places[p[1]])))
		}
		if longest > 3 || len(kept) >= all || area < 0.85*400 {
			t.Errorf("seed %d: longest bond %.2f; %d of %d bonds kept; area %.0f of 400", seed, longest, len(kept), all, area)
		}
	}
}

// nearest against a search over all pairs.
func TestNearest(t *testing.T) {
	places := scatter(200, 3, rand.New(rand.NewPCG(5, 5)))
	g := newGrid(3, math.Cbrt(200), 1)
	for _, p := range places {
		g.add(p)
	}
	for _, k := range []int{1, 8, 60, 500} {
		var want [][2]int
		for i, p := range places {
			order := make([]int, 0, len(places))
			for j := range places {
				if j != i {
					order = append(order, j)
				}
			}
			slices.SortStableFunc(order, func(a, b int) int {
				if p.squareTo(places[a]) < p.squareTo(places[b]) {
					return -1
				}
				return 1
			})
			for _, j := range order[:min(k, len(order))] {
				want = append(want, [2]int{min(i, j), max(i, j)})
			}
		}
		if !slices.Equal(g.nearest(k), sortedPairs(want)) {
			t.Errorf("k = %d: pairs differ", k)
		}
	}
}

// Two clouds far apart need more neighbours than usual to become one network.
func TestSpaceIsOnePiece(t *testing.T) {
	var places []point
	for cloud := range 2 {
		random := rand.New(rand.NewPCG(7, uint64(cloud)))
		for range 11 {
			places = append(places, point{random.Float64(), random.Float64(), random.Float64() + 9*float64(cloud)})
		}
	}
	n := assemble(3, make([]float64, 3*len(places)), nil)
	joinNearest(n, places)
	if _, pieces := n.Components(); pieces != 1 {
		t.Errorf("%d pieces", pieces)
	}
	adj := n.Neighbours()
	for node := range places {
		if adj.Degree(node) < 11 { // ten in its own cloud, so the eleventh is in the other
			t.Errorf("node %d has %d bonds", node+1, adj.Degree(node))
		}
	}
}

func TestDisorderedCoordination(t *testing.T) {
	n := must(t, first(Disordered(3000, 3, mm, 1)), nil)
	mean := 2 * float64(len(n.Elements)) / float64(n.Nodes())
	if mean < 9 || mean > 11 {
		t.Errorf("mean coordination %.2f, want about ten", mean)
	}
	if c := n.Maxwell(); c.Balance < 3000 {
		t.Errorf("balance %d", c.Balance)
	}
}

func BenchmarkDisordered(b *testing.B) {
	for dim := 2; dim <= 3; dim++ {
		b.Run(fmt.Sprintf("%d-D", dim), func(b *testing.B) {
			for b.Loop() {
				must(b, first(Disordered(100000, dim, mm, 1)), nil)
			}
		})
	}
}

func BenchmarkTriangularMillion(b *testing.B) {
	for b.Loop() {
		must(b, first(Triangular(1000, 1000, mm)), nil)
	}
}
