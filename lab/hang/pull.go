package hang

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/lab"
)

// Pull is a way in which a string can pull a node.
type Pull struct {
	Dir  [3]float64 `json:"dir"`            // unit vector; components beyond the dimension are 0
	Name string     `json:"name,omitempty"` // for the step card, such as "over the left pulley"; "" for hanging freely
}

// Down is a weight that hangs freely in a lattice that stands upright.
var Down = Pull{Dir: [3]float64{0, -1, 0}}

// Strings are the pulls that a bench offers at a node.
type Strings struct {
	Node  int // from 0; -1 stands for every node that is not listed
	Pulls []Pull
}

// EveryNode stands in Strings for all nodes that are not listed.
const EveryNode = -1

// pullsAt finds the pulls of a node.
func pullsAt(all []Strings, node int) []Pull {
	var rest []Pull
	for _, s := range all {
		if s.Node == node {
			return s.Pulls
		}
		if s.Node == EveryNode {
			rest = s.Pulls
		}
	}
	return rest
}

// checkStrings wants unit vectors at nodes that exist.
func checkStrings(all []Strings, nodes, dim int) error {
	seen := map[int]bool{} // looked up only
	for _, s := range all {
		who := fmt.Sprintf("node %d", s.Node+1)
		if s.Node == EveryNode {
			who = "every node"
		}
		if s.Node < EveryNode || s.Node >= nodes {
			return fmt.Errorf("the list of strings names %s: the lattice has nodes 1 to %d", who, nodes)
		}
		if seen[s.Node] {
			return fmt.Errorf("the list of strings names %s twice: put its pulls into one entry", who)
		}
		seen[s.Node] = true
		for i, p := range s.Pulls {
			size := 0.0
			for axis, v := range p.Dir {
				size += v * v
				if axis >= dim && v != 0 {
					return fmt.Errorf("%s, string %d: its direction leaves the %d dimensions of the lattice", who, i+1, dim)
				}
			}
			if !(math.Abs(size-1) < 1e-6) {
				return fmt.Errorf("%s, string %d: its direction has length %.4g; give a unit vector", who, i+1, math.Sqrt(size))
			}
		}
	}
	return nil
}

// hanger is one string of a load: a node, a pull, and the force in it.
type hanger struct {
	node  int
	pull  Pull
	force float64 // N, as it would be if masses were continuous
}

// compose finds forces in at most dim strings whose sum is nearest to f, and
// what is missing. The nearest point of a cone lies on a face of it, which as
// many generators span as it has dimensions (Caratheodory), so all such sets of
// strings are tried; a set with fewer strings wins a tie.
func compose(f [3]float64, pulls []Pull, dim int) (used []Pull, force []float64, missing float64) {
	missing = norm(f)
	slack := 1e-9 * missing
	var chosen []int
	var try func(from int)
	try = func(from int) {
		if len(chosen) > 0 {
			if a, ok := leastSquares(f, pulls, chosen); ok {
				r := f
				for i, c := range chosen {
					for axis := range r {
						r[axis] -= a[i] * pulls[c].Dir[axis]
					}
				}
				better := norm(r) < missing-slack || math.Abs(norm(r)-missing) <= slack && len(chosen) < len(used)
				if better {
					used, force, missing = used[:0:0], a, norm(r)
					for _, c := range chosen {
						used = append(used, pulls[c])
					}
				}
			}
		}
		if len(chosen) == dim {
			return
		}
		for i := from; i < len(pulls); i++ {
			chosen = append(chosen, i)
			try(i + 1)
			chosen = chosen[:len(chosen)-1]
		}
	}
	try(0)
	return used, force, missing
}

// leastSquares solves for the forces in the chosen strings by the normal
// equations (at most 3 x 3). It fails where they are dependent or a force
// would have to push.
func leastSquares(f [3]float64, pulls []Pull, chosen []int) ([]float64, bool) {
	n := len(chosen)
	var a [3][4]float64
	for i, p := range chosen {
		for j, q := range chosen {
			a[i][j] = dot(pulls[p].Dir, pulls[q].Dir)
		}
		a[i][n] = dot(pulls[p].Dir, f)
	}
	for i := range n { // the Gram matrix is positive definite: no pivoting
		if a[i][i] < 1e-9 {
			return nil, false
		}
		for r := range n {
			if r == i {
				continue
			}
			s := a[r][i] / a[i][i]
			for c := i; c <= n; c++ {
				a[r][c] -= s * a[i][c]
			}
		}
	}
	force := make([]float64, n)
	for i := range force {
		force[i] = a[i][n] / a[i][i]
		if !(force[i] > 1e-9*norm(f)) {
			return nil, false
		}
	}
	return force, true
}

// merge adds up the forces on each node, in the order in which nodes come first.
func merge(load []lab.Force) []lab.Force {
	var sum []lab.Force
	at := map[int]int{} // looked up only
	for _, l := range load {
		i, ok := at[l.Node]
		if !ok {
			i = len(sum)
			at[l.Node] = i
			sum = append(sum, lab.Force{Node: l.Node})
		}
		for axis, v := range l.F {
			sum[i].F[axis] += v
		}
	}
	return sum
}

func dot(a, b [3]float64) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func norm(a [3]float64) float64 { return math.Sqrt(dot(a, a)) }

func minus(a [3]float64) [3]float64 { return [3]float64{-a[0], -a[1], -a[2]} }
