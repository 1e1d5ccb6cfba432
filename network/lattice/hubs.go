package lattice

import (
	"fmt"
	"math/rand/v2"

	"github.com/elastrain/elastrain/network"
)

// Hubs is a network of bodies on parallel rails that a picture sets: hubs that each look at a few pixels of one window, and
// outputs that hang between all hubs, or some. A branch of a hub is two springs in series from it to the ground, of which the second
// follows a pixel, or one less it; so a hub moves far where its branches are all slack, and the outputs are weighted means.
type Hubs struct {
	Hubs, Branches, Outputs int   // Hubs and Branches are not read where there is a stride
	Width, Height           int   // of the picture, pixels
	Windows                 []int // sides of the windows, pixels; hubs take them in turn
	// Stride is the distance of windows that cover the picture, pixels; 0: they lie at random. Of each window there is a hub with all
	// its pixels, and one with their complements, for each set of outputs that hubs are joined to.
	Stride int
	Links  int // outputs that each hub is joined to; 0: all
	Wiring Wiring
	Posts  int // points of each output, which then is an elastic bar along which its hubs are joined in turn; 0: it is rigid
	Seed   uint64
}

// Family is what a spring of a network of hubs is for.
type Family uint8

const (
	Branch  Family = iota // from a hub to the node of a branch
	Pixel                 // from there to the ground; follows a pixel
	Earth                 // from a hub to the ground
	Link                  // from a hub to an output
	Floor                 // from an output to the ground
	Segment               // between neighbouring points of an output
)

// HubNetwork is a network of hubs: node 1 is the ground, then come the outputs, each with all its points, the hubs and the nodes of branches.
type HubNetwork struct {
	Net    *network.Network
	Of     []Family // of each element
	Pixels []PixelSpring
	First  int   // hub; from 0
	Read   []int // node of each output that is read: the middle of a bar
	Hubs   []Hub
}

// Hub is a hub with what it looks at and what it moves.
type Hub struct {
	Left, Top, Width, Height int   // its window, pixels
	Pixels                   []int // its branches, by their places in HubNetwork.Pixels
	Outputs                  []int // that it is joined to, from 0
	Earth                    int   // element to the ground
	Links                    []int // elements to its outputs
}

// PixelSpring is an element that follows a pixel, numbered row by row from the top left. The spring between it and its hub is the
// element before it.
type PixelSpring struct {
	Element, Pixel int
	Complement     bool
}

// mostSprings is the largest network of hubs.
const mostSprings = 20_000_000

// Springs is how many springs the network has, about where it is too large to grow.
func (h *Hubs) Springs() float64 {
	hubs, branches := float64(h.Hubs), float64(h.Branches)
	if h.Stride > 0 {
		hubs, branches = 0, 0
		for _, side := range h.Windows {
			w, t := min(side, h.Width), min(side, h.Height)
			n := 2 * float64(places(h.Width, w, h.Stride)) * float64(places(h.Height, t, h.Stride)) * float64(h.sets())
			hubs, branches = hubs+n, max(branches, float64(w)*float64(t))
		}
	}
	links := h.Links
	if links == 0 {
		links = h.Outputs
	}
	return hubs*float64(2*branches+1+float64(links)) + float64(h.Outputs)*float64(max(h.Posts, 1))
}

// places is how many windows lie side by side along a side of the picture.
func places(picture, window, stride int) int { return (picture-window+stride-1)/stride + 1 }

// Grow makes the network.
func (h *Hubs) Grow() (*HubNetwork, error) {
	if err := h.check(); err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(h.Seed, 0x68756273))
	sets := h.joined(random.Perm(h.Outputs))
	var looks []look
	if h.Stride > 0 {
		looks = h.cover(len(sets))
	} else {
		looks = h.scatter(random)
	}
	return h.build(looks, sets), nil
}

func (h *Hubs) check() error {
	switch {
	case h.Outputs < 1 || h.Width < 1 || h.Height < 1 || h.Stride == 0 && (h.Hubs < 1 || h.Branches < 1):
		return fmt.Errorf("%d hubs of %d branches, %d outputs, a picture of %d x %d; each is at least 1", h.Hubs, h.Branches, h.Outputs, h.Width, h.Height)
	case len(h.Windows) == 0:
		return fmt.Errorf("no window; give the side of the square that a hub looks at, in pixels")
	case h.Links < 0 || h.Links > h.Outputs:
		return fmt.Errorf("each hub joins %d of %d outputs", h.Links, h.Outputs)
	case h.Stride < 0 || h.Posts < 0:
		return fmt.Errorf("a stride of %d pixels, %d points; neither is below 0", h.Stride, h.Posts)
	}
	for _, side := range h.Windows {
		w, t := min(side, h.Width), min(side, h.Height)
		if side < 1 || h.Stride == 0 && w*t < h.Branches {
			return fmt.Errorf("a window of %d x %d pixels has fewer than the %d branches of a hub, each of which takes a pixel of its own; take larger windows or fewer branches", w, t, h.Branches)
		}
		if h.Stride > side {
			return fmt.Errorf("windows of %d pixels at a distance of %d leave pixels out; take a stride of %d or less", side, h.Stride, side)
		}
	}
	if err := h.checkWiring(); err != nil {
		return err
	}
	if h.Springs() > mostSprings {
		return fmt.Errorf("this network takes more than %d springs; take fewer hubs", mostSprings)
	}
	return nil
}

// look is what a hub looks at.
type look struct {
	left, top, width, height int
	pixels                   []int
	complement               []bool
}

// scatter draws windows and pixels at random.
func (h *Hubs) scatter(random *rand.Rand) []look {
	looks, window, sets := make([]look, h.Hubs), []int{}, h.sets()
	for j := range looks {
		turn := j
		if h.Wiring != Random && shareFactor(len(h.Windows), sets) { // else some outputs would have windows of one size only
			turn = j / sets
		}
		side := h.Windows[turn%len(h.Windows)]
		l := look{width: min(side, h.Width), height: min(side, h.Height)}
		l.left, l.top = random.IntN(h.Width-l.width+1), random.IntN(h.Height-l.height+1)
		window = h.window(window[:0], &l)
		for b := range h.Branches {
			at := b + random.IntN(len(window)-b)
			window[b], window[at] = window[at], window[b]
			l.pixels, l.complement = append(l.pixels, window[b]), append(l.complement, random.IntN(2) == 1)
		}
		looks[j] = l
	}
	return looks
}

func shareFactor(a, b int) bool {
	for b > 0 {
		a, b = b, a%b
	}
	return a > 1
}

// cover lays windows side by side, the last of a row where the picture ends. Hubs of one window follow each other, one for each set.
func (h *Hubs) cover(sets int) (looks []look) {
	for _, side := range h.Windows {
		w, t := min(side, h.Width), min(side, h.Height)
		for y := range places(h.Height, t, h.Stride) {
			for x := range places(h.Width, w, h.Stride) {
				l := look{left: min(x*h.Stride, h.Width-w), top: min(y*h.Stride, h.Height-t), width: w, height: t}
				l.pixels = h.window(nil, &l)
				for _, complement := range []bool{false, true} {
					l.complement = make([]bool, len(l.pixels))
					for i := range l.complement {
						l.complement[i] = complement
					}
					for range sets {
						looks = append(looks, l)
					}
				}
			}
		}
	}
	return looks
}

// window lists the pixels of a window.
func (h *Hubs) window(list []int, l *look) []int {
	for y := range l.height {
		for x := range l.width {
			list = append(list, (l.top+y)*h.Width+l.left+x)
		}
	}
	return list
}

// build joins hubs to what they look at and to outputs, which they take set by set.
func (h *Hubs) build(looks []look, sets [][]int) *HubNetwork {
	posts, branches := max(h.Posts, 1), 0
	for i := range looks {
		branches += len(looks[i].pixels)
	}
	n := &HubNetwork{First: 1 + h.Outputs*posts, Hubs: make([]Hub, len(looks))}
	nodes := n.First + len(looks) + branches
	net := &network.Network{Dim: 1, Pos: make([]float64, nodes), Held: make([]bool, nodes)}
	for i := range net.Pos {
		net.Pos[i] = float64(i) * 1e-3 // drawn one behind the other: rails lie side by side
	}
	net.Held[0] = true
	n.Net = net
	add := func(family Family, a, b int) int {
		net.Elements = append(net.Elements, network.Element{Nodes: [2]int{a, b}})
		n.Of = append(n.Of, family)
		return len(n.Of) - 1
	}
	branch, next := n.First+len(looks), make([]int, h.Outputs)
	for j := range looks {
		l, node, hub := &looks[j], n.First+j, &n.Hubs[j]
		*hub = Hub{Left: l.left, Top: l.top, Width: l.width, Height: l.height, Outputs: sets[j%len(sets)]}
		for b, pixel := range l.pixels {
			add(Branch, node, branch)
			hub.Pixels = append(hub.Pixels, len(n.Pixels))
			n.Pixels = append(n.Pixels, PixelSpring{add(Pixel, 0, branch), pixel, l.complement[b]})
			branch++
		}
		hub.Earth = add(Earth, 0, node)
		for _, o := range hub.Outputs {
			hub.Links = append(hub.Links, add(Link, 1+o*posts+next[o]%posts, node))
			next[o]++
		}
	}
	for o := range h.Outputs {
		first := 1 + o*posts
		n.Read = append(n.Read, first+(posts-1)/2)
		add(Floor, 0, n.Read[o])
		for i := range posts - 1 {
			add(Segment, first+i, first+i+1)
		}
	}
	return n
}
