package lattice

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/elastrain/elastrain/network"
)

// mostDiscs is how many discs a packing may have: pressing them together takes some thousand rounds.
const mostDiscs = 20000

// Packing says how Jammed is to press discs together.
type Packing struct {
	Points   int     // discs
	Spacing  float64 // m; the square has an area of Points times its square
	Share    float64 // of the area that discs cover, such as 0.9
	Ratio    float64 // of the two radii, such as 1.4; half of the discs are large
	Periodic bool    // else they are pressed between four walls
	Seed     uint64
}

// Jammed is the network of contacts of a packing of discs of two sizes, which
// keep it from being a crystal. They are thrown into a square and let go to rest
// under an energy 1/2 (1 - l/s)^2 of each pair nearer than the sum s of its radii.
// Discs with fewer than three contacts, rattlers, are taken away until there are
// none. Nodes are the middles of the discs, numbered in bands of one spacing, and
// bonds the contacts; between walls there is also a held node at the foot of each
// contact with a wall. The bonds are unstressed where the nodes are: what is kept
// of the packing is its network. The same seed gives the same network.
//
// Discs jam where they cover about 84 % of the area. Above it the network is rigid
// (of a periodic one, up to moving as a whole), with few bonds more than it needs.
func Jammed(p Packing) (*network.Network, error) {
	if err := checkSpacing("jammed", p.Spacing); err != nil {
		return nil, err
	}
	switch {
	case p.Points < 8 || p.Points > mostDiscs:
		return nil, &Error{"jammed", "points", fmt.Sprintf("a packing of %d discs cannot be made", p.Points), fmt.Sprintf("give from 8 to %d", mostDiscs)}
	case !(p.Share > 0 && p.Share <= 1):
		return nil, &Error{"jammed", "packing", fmt.Sprintf("a share of %g is none", p.Share), "give a share such as 0.9"}
	case !(p.Ratio >= 1 && p.Ratio <= 10):
		return nil, &Error{"jammed", "ratio", fmt.Sprintf("a ratio of %g", p.Ratio), "give from 1 to 10, such as 1.4"}
	}
	d := newDiscs(p)
	if 4*slices.Max(d.radius) >= d.side {
		return nil, &Error{"jammed", "points", "the large discs are so large that they meet themselves around the square", "give more points, or a smaller ratio"}
	}
	if !d.settle() {
		return nil, &Error{"jammed", "packing", "the discs did not come to rest", "give another seed, or a packing further above 84 %"}
	}
	touching := d.contacts(true)
	touching = d.dropRattlers(touching)
	if len(touching) == 0 {
		return nil, &Error{"jammed", "packing", fmt.Sprintf("discs that cover %.3g %% of the area do not hold each other", 100*p.Share), "they jam at about 84 %; give 90 %"}
	}
	return d.network(touching, p.Spacing), nil
}

// discs in a square, lengths in units of twice the mean radius or so: of the spacing.
type discs struct {
	side     float64
	radius   []float64
	at       [][2]float64
	periodic bool

	near []contact // pairs that may touch until someone has moved by half the margin
	seen [][2]float64
}

// contact of two discs, the second perhaps an image; or of a disc with a wall, other then -1 - wall: left, right, bottom, top.
type contact struct {
	one, other int
	shift      [2]int
}

// margin beyond touching within which pairs are kept in sight.
const margin = 0.3

func newDiscs(p Packing) *discs {
	random := rand.New(rand.NewPCG(p.Seed, jammedStream))
	d := &discs{side: math.Sqrt(float64(p.Points)), periodic: p.Periodic}
	large := p.Points / 2
	small := math.Sqrt(p.Share * d.side * d.side / (math.Pi * (float64(p.Points-large) + float64(large)*p.Ratio*p.Ratio)))
	for i := range p.Points {
		r := small
		if i%2 == 1 {
			r *= p.Ratio
		}
		d.radius = append(d.radius, r)
		room, from := d.side, 0.0
		if !d.periodic {
			room, from = d.side-2*r, r
		}
		d.at = append(d.at, [2]float64{from + room*random.Float64(), from + room*random.Float64()})
	}
	return d
}

// between is the vector from a disc to another, or to the foot on a wall, their distance and that of touching.
func (d *discs) between(c contact) (v [2]float64, l, touch float64) {
	p := d.at[c.one]
	if c.other < 0 {
		wall := -1 - c.other
		axis := wall / 2
		v[axis] = float64(wall%2)*d.side - p[axis]
		l = v[axis] * float64(2*(wall%2)-1) // below zero outside
		return v, l, d.radius[c.one]
	}
	q := d.at[c.other]
	v = [2]float64{q[0] - p[0] + float64(c.shift[0])*d.side, q[1] - p[1] + float64(c.shift[1])*d.side}
	return v, math.Hypot(v[0], v[1]), d.radius[c.one] + d.radius[c.other]
}

// contacts lists pairs that overlap, or may do so soon, in the order of their numbers.
func (d *discs) contacts(touching bool) []contact {
	reach := 2*slices.Max(d.radius) + margin
	cells := max(int(d.side/reach), 1)
	first, next := make([]int, cells*cells), make([]int, len(d.at))
	cell := func(x float64) int { return min(max(int(x/d.side*float64(cells)), 0), cells-1) }
	for i, p := range d.at {
		slot := cell(p[1])*cells + cell(p[0])
		next[i], first[slot] = first[slot], i+1
	}
	var list []contact
	add := func(c contact) {
		if _, l, touch := d.between(c); l < touch || !touching && l < touch+margin {
			list = append(list, c)
		}
	}
	visited := make([]int, cells*cells) // 1 + the disc that looked there last
	for i, p := range d.at {
		for y := cell(p[1]) - 1; y <= cell(p[1])+1; y++ {
			for x := cell(p[0]) - 1; x <= cell(p[0])+1; x++ {
				outside := x < 0 || y < 0 || x >= cells || y >= cells
				if outside && !d.periodic {
					continue
				}
				slot := (y+cells)%cells*cells + (x+cells)%cells
				if visited[slot] == i+1 {
					continue // of few cells one is on both sides
				}
				visited[slot] = i + 1
				for j := first[slot]; j > 0; j = next[j-1] {
					if j-1 > i {
						add(contact{one: i, other: j - 1, shift: d.nearest(i, j-1)})
					}
				}
			}
		}
		if !d.periodic {
			for wall := range 4 {
				add(contact{one: i, other: -1 - wall})
			}
		}
	}
	slices.SortFunc(list, func(a, b contact) int {
		return slices.Compare([]int{a.one, a.other}, []int{b.one, b.other})
	})
	return list
}

// nearest is the shift of the image of a disc nearest to another.
func (d *discs) nearest(i, j int) (shift [2]int) {
	if !d.periodic {
		return shift
	}
	for axis := range shift {
		shift[axis] = -int(math.Round((d.at[j][axis] - d.at[i][axis]) / d.side))
	}
	return shift
}

// forces sets f to what pushes each disc, and returns the largest component and the largest of a contact.
func (d *discs) forces(f [][2]float64) (left, most float64) {
	clear(f)
	for _, c := range d.near {
		v, l, touch := d.between(c)
		if l >= touch {
			continue
		}
		push := (1 - l/touch) / touch
		most = max(most, push)
		if c.other < 0 {
			wall := -1 - c.other
			f[c.one][wall/2] -= push * float64(2*(wall%2)-1)
			continue
		}
		if l == 0 {
			v, l = [2]float64{1, 0}, 1
		}
		for axis := range v {
			f[c.one][axis] -= push * v[axis] / l
			f[c.other][axis] += push * v[axis] / l
		}
	}
	for _, g := range f {
		left = max(left, math.Abs(g[0]), math.Abs(g[1]))
	}
	return left, most
}

// watch makes the list of pairs anew where someone has moved far.
func (d *discs) watch() {
	moved := d.seen == nil
	for i := 0; !moved && i < len(d.at); i++ {
		moved = math.Hypot(d.at[i][0]-d.seen[i][0], d.at[i][1]-d.seen[i][1]) > margin/2
	}
	if !moved {
		return
	}
	if d.periodic {
		for i := range d.at {
			for axis, x := range d.at[i] {
				d.at[i][axis] = x - d.side*math.Floor(x/d.side)
			}
		}
	}
	d.near = d.contacts(false)
	d.seen = append(d.seen[:0], d.at...)
}

// settle lets the discs come to rest by FIRE (Bitzek et al. 2006): they fall, and stand still whenever they move uphill.
func (d *discs) settle() bool {
	const (
		rounds            = 200000
		rest, none        = 1e-11, 1e-14 // force left over, as a share of the largest contact's; overlap that counts as none
		start, longest    = 0.05, 0.25
		faster, slower    = 1.1, 0.5
		mixing, lessMixed = 0.1, 0.99
		patience          = 5
	)
	f, v := make([][2]float64, len(d.at)), make([][2]float64, len(d.at))
	dt, mix, downhill := start, mixing, 0
	for range rounds {
		d.watch()
		left, most := d.forces(f)
		if left <= rest*most || most < none {
			return true
		}
		power, speed, force := 0.0, 0.0, 0.0
		for i := range v {
			for axis := range 2 {
				power += f[i][axis] * v[i][axis]
				speed += v[i][axis] * v[i][axis]
				force += f[i][axis] * f[i][axis]
			}
		}
		if power > 0 {
			along := mix * math.Sqrt(speed/force)
			for i := range v {
				for axis := range 2 {
					v[i][axis] = (1-mix)*v[i][axis] + along*f[i][axis]
				}
			}
			if downhill++; downhill > patience {
				dt, mix = min(dt*faster, longest), mix*lessMixed
			}
		} else {
			clear(v)
			dt, mix, downhill = dt*slower, mixing, 0
		}
		for i := range v {
			for axis := range 2 {
				v[i][axis] += dt * f[i][axis]
				d.at[i][axis] += dt * v[i][axis]
			}
		}
	}
	return false
}

// dropRattlers takes away discs with fewer than three contacts, until there are none.
func (d *discs) dropRattlers(list []contact) []contact {
	for {
		count := make([]int, len(d.at))
		for _, c := range list {
			count[c.one]++
			if c.other >= 0 {
				count[c.other]++
			}
		}
		before := len(list)
		list = slices.DeleteFunc(list, func(c contact) bool {
			return count[c.one] < 3 || c.other >= 0 && count[c.other] < 3
		})
		if len(list) == before {
			return list
		}
	}
}

// network makes nodes of the discs that have contacts, and held ones of the feet on the walls.
func (d *discs) network(list []contact, spacing float64) *network.Network {
	n := assemble(2, nil, nil)
	for i := range d.at {
		if d.periodic { // home, with the contacts' shifts counted from there
			for axis, x := range d.at[i] {
				d.at[i][axis] = x - d.side*math.Floor(x/d.side)
			}
		}
		n.Pos = append(n.Pos, d.at[i][0]*spacing, d.at[i][1]*spacing)
	}
	n.Held = make([]bool, len(n.Pos))
	bears := make([]bool, len(d.at))
	for _, c := range list {
		e := bar(c.one, c.other)
		if c.other < 0 {
			v, _, _ := d.between(c)
			e.Nodes[1] = len(n.Pos) / 2
			n.Pos = append(n.Pos, (d.at[c.one][0]+v[0])*spacing, (d.at[c.one][1]+v[1])*spacing)
			n.Held = append(n.Held, true, true)
			bears = append(bears, true)
		} else {
			s := d.nearest(c.one, c.other)
			e.Shift = [3]int{s[0], s[1]}
			bears[c.other] = true
		}
		bears[c.one] = true
		n.Elements = append(n.Elements, upwards(e))
	}
	if d.periodic {
		n.Cell = [][3]float64{{d.side * spacing}, {0, d.side * spacing}}
	}
	var keep []int
	for node, is := range bears {
		if is {
			keep = append(keep, node)
		}
	}
	slices.SortStableFunc(keep, func(a, b int) int {
		if walls := boolOrder(a >= len(d.at)) - boolOrder(b >= len(d.at)); walls != 0 {
			return walls
		}
		p, q := n.At(a), n.At(b)
		if bands := int(p[1]/spacing) - int(q[1]/spacing); bands != 0 && a < len(d.at) {
			return bands
		}
		return slices.Compare(p, q)
	})
	renumber(n, keep)
	return n
}

func boolOrder(is bool) int {
	if is {
		return 1
	}
	return 0
}
