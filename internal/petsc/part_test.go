package petsc

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// A lattice of triangles whose bottom row is held, and a bond across it.
func sheet(columns, rows int) *network.Network {
	net := &network.Network{Dim: 2}
	for y := range rows {
		for x := range columns {
			net.Pos = append(net.Pos, float64(x)+0.5*float64(y%2), 0.9*float64(y))
			net.Held = append(net.Held, y == 0, y == 0 || x == 0 && y == 1)
		}
	}
	bond := func(a, b int) { net.Elements = append(net.Elements, network.Element{Nodes: [2]int{a, b}}) }
	for y := range rows {
		for x := range columns {
			n := y*columns + x
			if x+1 < columns {
				bond(n, n+1)
			}
			if y+1 < rows {
				bond(n, n+columns)
				if x+1 < columns {
					bond(n+1, n+columns)
				}
			}
		}
	}
	bond(0, columns*rows-1)
	return net
}

func ExampleBisect() {
	// Eight nodes along a line, shared out to one rank that has half of them and two that have a quarter each.
	pos := []float64{0.7, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0}
	fmt.Println(Bisect(pos, 1, []float64{2, 1, 1}))
	// Output: [2 0 0 0 1 1 2 0]
}

// Every node and bond has one rank, parts have the sizes that are asked for, and the same call gives the same.
func TestBisectSharesOutEvenly(t *testing.T) {
	net := sheet(31, 17)
	for _, ranks := range []int{1, 2, 3, 4, 7} {
		shares := make([]float64, ranks)
		for i := range shares {
			shares[i] = 1
		}
		part := Bisect(net.Pos, 2, shares)
		count := make([]int, ranks)
		for _, p := range part {
			count[p]++
		}
		if want := len(part) / ranks; slices.Min(count) < want-2 || slices.Max(count) > want+3 {
			t.Errorf("%d ranks have %v of %d nodes", ranks, count, len(part))
		}
		if !slices.Equal(part, Bisect(net.Pos, 2, shares)) {
			t.Errorf("%d ranks: another time another division", ranks)
		}
	}
}

// The parts put together are the matrix: each assembles k c c^T of its bonds, and the sum over ranks is D. And no rank has more
// entries of a row than it has made room for.
func TestPartsAreTheMatrix(t *testing.T) {
	net := sheet(9, 7)
	c := mechanics.NewCompatibility(net)
	k := make([]float64, c.M)
	for i := range k {
		k[i] = 1 + float64(i%5)
	}
	n := len(net.Pos)
	want := map[[2]int32]float64{}
	for m := range c.M {
		for a := c.Ptr[m]; a < c.Ptr[m+1]; a++ {
			for b := c.Ptr[m]; b < c.Ptr[m+1]; b++ {
				want[[2]int32{c.Col[a], c.Col[b]}] += k[m] * c.Val[a] * c.Val[b]
			}
		}
	}
	for _, shares := range [][]float64{{1}, {1, 1}, {1, 3, 2}, {1, 1, 1, 1, 1}} {
		d, err := Divide(c, shares)
		if err != nil {
			t.Fatal(err)
		}
		row := d.row()
		back := make([]int32, n) // unknown of every row
		for u, r := range row {
			back[r] = int32(u)
		}
		got := map[[2]int32]float64{}
		seen, nodes := make([]int, c.M), 0
		room := make([]int32, n)
		if err := d.Parts(func(rank int, p *Part) error {
			if p.First != nodes {
				t.Errorf("rank %d begins at node %d, and the one before ends at %d", rank, p.First, nodes)
			}
			nodes += p.Owned
			for i := range p.Owned * 2 {
				room[p.First*2+i] = 2 * (p.Inside[i/2] + p.Outside[i/2])
			}
			for i, m := range p.Modes {
				seen[m]++
				for a := p.Ptr[i]; a < p.Ptr[i+1]; a++ {
					for b := p.Ptr[i]; b < p.Ptr[i+1]; b++ {
						got[[2]int32{back[p.Touch[p.Col[a]]], back[p.Touch[p.Col[b]]]}] += k[m] * p.Val[a] * p.Val[b]
					}
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if nodes*2 != n || slices.Min(seen) != 1 || slices.Max(seen) != 1 {
			t.Errorf("%v: %d of %d nodes; bonds are there %d to %d times", shares, nodes, n/2, slices.Min(seen), slices.Max(seen))
		}
		filled := make([]int32, n)
		for at, v := range want {
			filled[row[at[0]]]++
			if math.Abs(got[at]-v) > 1e-12 {
				t.Errorf("%v: entry %v is %g, and not %g", shares, at, got[at], v)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%v: %d entries, and not %d", shares, len(got), len(want))
		}
		for r := range filled {
			if filled[r] > room[r] {
				t.Errorf("%v: row %d has %d entries, and room for %d", shares, r, filled[r], room[r])
			}
		}
	}
}

// Loads go to the ranks and displacements come back to where they were.
func TestSpreadAndCollect(t *testing.T) {
	net := sheet(8, 6)
	c := mechanics.NewCompatibility(net)
	d, err := Divide(c, []float64{1, 2, 1})
	if err != nil {
		t.Fatal(err)
	}
	b, back := make([]float64, c.N*3), make([]float64, c.N*3)
	for i := range b {
		b[i] = float64(i + 1)
	}
	for rank := range d.nodes {
		rows := make([]float64, len(d.nodes[rank])*2)
		for column := range 3 {
			d.spread(rank, b, 3, column, rows)
			d.collect(rank, rows, back, 3, column)
		}
	}
	if !slices.Equal(b, back) {
		t.Error("what is sent out and collected is not what it was")
	}
}

// With multigrid all ranks hold as much: rank 0 has the network beside its part.
func TestSharesBalanceMemory(t *testing.T) {
	for _, ranks := range []int{2, 4, 8} {
		const unknowns, bonds = 200_000, 60_000
		shares := sharesFor(ranks, true, unknowns, bonds)
		all := 0.0
		for _, s := range shares {
			all += s
		}
		first := bondBytes*bonds + levelBytes*unknowns*shares[0]/all
		other := levelBytes * unknowns * shares[1] / all
		if math.Abs(first-other) > 1e-6*other {
			t.Errorf("%d ranks: rank 0 holds %.0f bytes, the others %.0f", ranks, first, other)
		}
	}
	if s := sharesFor(4, true, 1000, 1e6); !(s[0] > 0) {
		t.Errorf("rank 0 gets %v", s)
	}
	if s := sharesFor(4, false, 300_000, 450_000); !(s[0] > 0) || s[0] >= s[3]/2 || s[1] != s[3] {
		t.Errorf("what is beside a factor is shared out as %v", s)
	}
}
