package lattice

import (
	"fmt"
	"math/rand/v2"

	"github.com/elastrain/elastrain/network"
)

// Hubs is a network of bodies on parallel rails that a picture sets: hubs that each look at a few pixels of one window, and
// outputs that hang between all hubs. A branch of a hub is two springs in series from it to the ground, of which the second
// follows a pixel, or one less it; so a hub moves far where its branches are all slack, and the outputs are weighted means.
type Hubs struct {
	Hubs, Branches, Outputs int
	Width, Height           int   // of the picture, pixels
	Windows                 []int // sides of the windows, pixels; hubs take them in turn
	Links                   int   // outputs that each hub is joined to; 0: all
	Seed                    uint64
}

// Family is what a spring of a network of hubs is for.
type Family uint8

const (
	Branch Family = iota // from a hub to the node of a branch
	Pixel                // from there to the ground; follows a pixel
	Earth                // from a hub to the ground
	Link                 // from a hub to an output
	Floor                // from an output to the ground
)

// HubNetwork is a network of hubs: node 1 is the ground, then come the outputs, the hubs and the nodes of branches.
type HubNetwork struct {
	Net    *network.Network
	Of     []Family // of each element
	Pixels []PixelSpring
	First  int // hub; from 0
}

// PixelSpring is an element that follows a pixel, numbered row by row from the top left.
type PixelSpring struct {
	Element, Pixel int
	Complement     bool
}

// mostSprings is the largest network of hubs.
const mostSprings = 20_000_000

// Grow makes the network.
func (h *Hubs) Grow() (*HubNetwork, error) {
	switch {
	case h.Hubs < 1 || h.Branches < 1 || h.Outputs < 1 || h.Width < 1 || h.Height < 1:
		return nil, fmt.Errorf("%d hubs of %d branches, %d outputs, a picture of %d x %d; each is at least 1", h.Hubs, h.Branches, h.Outputs, h.Width, h.Height)
	case len(h.Windows) == 0:
		return nil, fmt.Errorf("no window; give the side of the square that a hub looks at, in pixels")
	case h.Links < 0 || h.Links > h.Outputs:
		return nil, fmt.Errorf("each hub joins %d of %d outputs", h.Links, h.Outputs)
	case float64(h.Hubs)*float64(2*h.Branches+1+h.Outputs) > mostSprings:
		return nil, fmt.Errorf("%d hubs of %d branches and %d outputs take more than %d springs; take fewer hubs", h.Hubs, h.Branches, h.Outputs, mostSprings)
	}
	for _, side := range h.Windows {
		if w, t := min(side, h.Width), min(side, h.Height); side < 1 || w*t < h.Branches {
			return nil, fmt.Errorf("a window of %d x %d pixels has fewer than the %d branches of a hub, each of which takes a pixel of its own; take larger windows or fewer branches", w, t, h.Branches)
		}
	}
	random := rand.New(rand.NewPCG(h.Seed, 0x68756273))
	nodes := 1 + h.Outputs + h.Hubs*(1+h.Branches)
	net := &network.Network{Dim: 1, Pos: make([]float64, nodes), Held: make([]bool, nodes)}
	for i := range net.Pos {
		net.Pos[i] = float64(i) * 1e-3 // drawn one behind the other: rails lie side by side
	}
	net.Held[0] = true
	n := &HubNetwork{Net: net, First: 1 + h.Outputs}
	add := func(family Family, a, b int) int {
		net.Elements = append(net.Elements, network.Element{Nodes: [2]int{a, b}})
		n.Of = append(n.Of, family)
		return len(n.Of) - 1
	}
	window, outputs := []int{}, random.Perm(h.Outputs)
	branch := n.First + h.Hubs
	for j := range h.Hubs {
		hub, side := n.First+j, h.Windows[j%len(h.Windows)]
		w, t := min(side, h.Width), min(side, h.Height)
		left, top := random.IntN(h.Width-w+1), random.IntN(h.Height-t+1)
		window = window[:0]
		for y := range t {
			for x := range w {
				window = append(window, (top+y)*h.Width+left+x)
			}
		}
		for b := range h.Branches {
			at := b + random.IntN(len(window)-b)
			window[b], window[at] = window[at], window[b]
			add(Branch, hub, branch)
			n.Pixels = append(n.Pixels, PixelSpring{add(Pixel, 0, branch), window[b], random.IntN(2) == 1})
			branch++
		}
		add(Earth, 0, hub)
		links := h.Links
		if links == 0 {
			links = h.Outputs
		}
		for o := range links {
			to := o
			if links < h.Outputs { // in turn, so that every output has as many hubs
				to = outputs[(j*links+o)%h.Outputs]
			}
			add(Link, 1+to, hub)
		}
	}
	for o := range h.Outputs {
		add(Floor, 0, 1+o)
	}
	return n, nil
}
