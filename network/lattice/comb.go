package lattice

import (
	"fmt"

	"github.com/elastrain/elastrain/network"
)

// Comb is a network of flat springs that can be cut from a sheet and that a picture sets: a strip for each output, a tree of its
// own. Everything moves along x. An output bar lies in the middle of its strip, and along both of its sides lie hub bars, each held
// by four leaves and joined to the output bar by two. From a hub bar hang branches: a pair of leaves, a shuttle, and a pair of
// input leaves for each peg, with an eye at its end. A peg through the eye holds it. The pegs of a pixel count 1, 2, 4 and so on, so
// they set its grey level. The hub bars of the upper side follow pixels, those of the lower one follow one less the same pixels.
type Comb struct {
	Width, Height int // of the picture, pixels
	Tile, Stride  int // side of the window that a hub bar looks at, and how far the next one lies, pixels
	Outputs, Pegs int
	Place         network.CombPlace
}

// PrintedComb is a comb of 4 mm sheet: the strip of a picture of 8 x 8 is 0.86 m long and 0.16 m wide.
var PrintedComb = network.CombPlace{Pitch: 11.5e-3, Branch: 20e-3, Input: 16e-3, Hold: 20e-3, Link: 20e-3, Floor: 40e-3, Pair: 4e-3, Eyes: 1.6e-3,
	OutBar: 12e-3, HubBar: 10e-3, Shuttle: 5e-3, Long: 10e-3}

// mostLeaves is the largest comb.
const mostLeaves = 2_000_000

// Grow makes the network.
func (c *Comb) Grow() (*network.Comb, error) {
	switch {
	case c.Width < 1 || c.Height < 1 || c.Outputs < 1:
		return nil, fmt.Errorf("a picture of %d x %d and %d outputs; each is at least 1", c.Width, c.Height, c.Outputs)
	case c.Tile < 2 || c.Tile > min(c.Width, c.Height):
		return nil, fmt.Errorf("windows of %d x %d pixels in a picture of %d x %d; a window is 2 x 2 or more, and lies in the picture", c.Tile, c.Tile, c.Width, c.Height)
	case c.Stride < 1 || (c.Width-c.Tile)%c.Stride != 0 || (c.Height-c.Tile)%c.Stride != 0:
		return nil, fmt.Errorf("windows of %d pixels that lie %d apart do not end where a picture of %d x %d ends; take another tile or stride", c.Tile, c.Stride, c.Width, c.Height)
	case c.Pegs < 1 || c.Pegs > 4:
		return nil, fmt.Errorf("%d pegs a pixel; 1 to 4 set 2 to 16 grey levels", c.Pegs)
	}
	windows := ((c.Width-c.Tile)/c.Stride + 1) * ((c.Height-c.Tile)/c.Stride + 1)
	if leaves := float64(c.Outputs) * float64(2*windows) * float64(c.Tile*c.Tile) * float64(2+2*c.Pegs); leaves > mostLeaves {
		return nil, fmt.Errorf("%d strips of %d hub bars with %d branches take more than %d leaves; take fewer windows", c.Outputs, 2*windows, c.Tile*c.Tile, mostLeaves)
	}
	g := &combGrower{of: c, Comb: &network.Comb{Net: &network.Network{Dim: 2}, Place: c.Place}}
	for strip := range c.Outputs {
		g.strip(strip, windows)
	}
	return g.Comb, nil
}

// combGrower makes a comb.
type combGrower struct {
	*network.Comb
	of  *Comb
	now network.CombLimb
	y0  float64 // of the strip that grows
}

func (g *combGrower) node(x, y float64, held bool) int {
	g.Net.Pos = append(g.Net.Pos, x, y)
	g.Net.Held = append(g.Net.Held, held, held)
	return len(g.Net.Held)/2 - 1
}

func (g *combGrower) element(is network.Limb, a, b int, arms [2][2]float64) int {
	g.now.Is = is
	g.Limbs = append(g.Limbs, g.now)
	g.Net.Elements = append(g.Net.Elements, network.Element{Nodes: [2]int{a, b}})
	g.Net.Arms = append(g.Net.Arms, arms)
	return len(g.Limbs) - 1
}

// leaf is one along y at x; from and to are how far from the nodes its ends are across x.
func (g *combGrower) leaf(is network.Limb, a, b int, x, from, to float64) int {
	return g.element(is, a, b, [2][2]float64{{x - g.Net.Pos[2*a], from}, {x - g.Net.Pos[2*b], to}})
}

// strip grows one tree: bars from left to right, each with its nodes where leaves meet it.
func (g *combGrower) strip(strip, windows int) {
	p := &g.Place
	reach := p.OutBar/2 + p.Link + p.HubBar + p.Branch + p.Shuttle + p.Input // of the strip to either side
	g.y0 = -float64(strip) * (2*reach + 40e-3)
	branches := g.of.Tile * g.of.Tile
	length := float64(branches)*p.Pitch + 26e-3 // of a hub bar with its part of the gap to the next one
	end := length/2 - 9e-3                      // where the frame holds it, from its middle
	first := 0.0
	var bar []int // nodes of the output bar
	along := func(x float64) int {
		n := g.node(x, g.y0, false)
		if len(bar) > 0 {
			g.now = network.CombLimb{Strip: strip, Hub: -1}
			g.element(network.OutBar, bar[len(bar)-1], n, [2][2]float64{})
		}
		bar = append(bar, n)
		return n
	}
	left := along(first - length/2 - 8e-3)
	for w := range windows {
		middle := first + float64(w)*length
		links := [2]int{}
		for i, at := range g.linked(branches) {
			links[i] = along(middle + g.branchAt(at, branches))
		}
		for side, sense := range [2]float64{1, -1} {
			g.now = network.CombLimb{Strip: strip, Hub: 2*w + side}
			g.hub(w, middle, end, sense, links)
		}
	}
	right := along(first + (float64(windows)-0.5)*length + 8e-3)
	g.now = network.CombLimb{Strip: strip, Hub: -1}
	for i, n := range [2]int{left, right} {
		sense := float64(1 - 2*i)
		x := g.Net.Pos[2*n]
		pad := g.node(x, g.y0+sense*(p.OutBar/2+p.Floor+3e-3), true)
		g.leaf(network.FloorLeaf, n, pad, x, sense*p.OutBar/2, -sense*3e-3)
	}
	g.Read = append(g.Read, right)
}

// branchAt is where a branch is along its hub bar, from the middle of that.
func (g *combGrower) branchAt(b, branches int) float64 {
	return (float64(b) - float64(branches-1)/2) * g.Place.Pitch
}

// linked are the branches opposite to which the output bar is joined.
func (g *combGrower) linked(branches int) [2]int {
	return [2]int{branches / 4, branches - 1 - branches/4}
}

// hub grows a hub bar with all that hangs on it; sense is 1 above the output bar and -1 below.
func (g *combGrower) hub(window int, middle, end, sense float64, links [2]int) {
	p := &g.Place
	y := g.y0 + sense*(p.OutBar/2+p.Link+p.HubBar/2)
	outer := sense * p.HubBar / 2
	branches := g.of.Tile * g.of.Tile
	linked := g.linked(branches)
	across := (g.of.Width-g.of.Tile)/g.of.Stride + 1
	x0, y0 := window%across*g.of.Stride, window/across*g.of.Stride
	last := -1
	along := func(x float64) int {
		n := g.node(x, y, false)
		if last >= 0 {
			g.element(network.HubBar, last, n, [2][2]float64{})
		}
		last = n
		return n
	}
	hold := func(x float64) int {
		n := along(x)
		pad := g.node(x, y+outer+sense*(p.Hold+4e-3), true)
		for _, by := range [2]float64{-p.Pair / 2, p.Pair / 2} {
			g.leaf(network.HoldLeaf, n, pad, x+by, outer, -sense*4e-3)
		}
		return n
	}
	hold(middle - end)
	for b := range branches {
		x := middle + g.branchAt(b, branches)
		n := along(x)
		for i, at := range linked {
			if at == b {
				g.leaf(network.LinkLeaf, links[i], n, x, sense*p.OutBar/2, -outer)
			}
		}
		g.branch(n, x, y+outer, sense, (y0+b/g.of.Tile)*g.of.Width+x0+b%g.of.Tile)
	}
	g.Loaded = append(g.Loaded, hold(middle+end))
}

// branch grows one from node n of a hub bar, whose edge is at y.
func (g *combGrower) branch(n int, x, y, sense float64, pixel int) {
	p := &g.Place
	shuttle := g.node(x, y+sense*(p.Branch+p.Shuttle/2), false)
	g.Shuttles = append(g.Shuttles, shuttle)
	for _, by := range [2]float64{-p.Pair / 2, p.Pair / 2} {
		g.leaf(network.BranchLeaf, n, shuttle, x+by, sense*p.HubBar/2, -sense*p.Shuttle/2)
	}
	apart := (p.Long - p.Eyes - 1e-3) / max(1, float64(g.of.Pegs-1))
	for peg := range g.of.Pegs {
		at := x + (float64(peg)-float64(g.of.Pegs-1)/2)*apart
		eye := g.node(at, y+sense*(p.Branch+p.Shuttle+p.Input), true)
		hole := network.PegHole{Node: eye, Pixel: pixel, Peg: peg, Complement: sense < 0}
		g.now.Peg = peg
		for i, by := range [2]float64{-p.Eyes / 2, p.Eyes / 2} {
			hole.Elements[i] = g.leaf(network.InputLeaf, shuttle, eye, at+by, sense*p.Shuttle/2, 0)
		}
		g.Holes = append(g.Holes, hole)
		g.now.Peg = 0
	}
}
