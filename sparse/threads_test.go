package sparse

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/elastrain/elastrain/internal/team"
)

// bars is the product C^T K C of a lattice of bars that join neighbours in a
// block of m nodes along each axis and along the diagonals of the cells, each node tied to the ground.
func bars(dim, m int) (c *Product, weights []float64) {
	nodes := int(math.Pow(float64(m), float64(dim)))
	c = &Product{N: nodes * dim, Ptr: []int32{0}, Dim: dim}
	random := rand.New(rand.NewPCG(1, 5))
	at := func(node int) (x [3]int) {
		for a := range dim {
			x[a] = node % m
			node /= m
		}
		return x
	}
	endRow := func() {
		c.Ptr = append(c.Ptr, int32(len(c.Col)))
		weights = append(weights, math.Exp(3*random.NormFloat64()))
	}
	for node := range nodes {
		x := at(node)
		for a := range dim {
			c.Group = append(c.Group, int32(node))
			c.X = append(c.X, float64(x[a]))
			c.Col, c.Val = append(c.Col, int32(node*dim+a)), append(c.Val, 0.1)
			endRow()
		}
		for step := 1; step < 1<<dim; step++ {
			other, stride, inside, length := node, 1, true, 0.0
			for a := range dim {
				if step>>a&1 == 1 {
					other += stride
					inside = inside && x[a]+1 < m
					length++
				}
				stride *= m
			}
			if !inside {
				continue
			}
			for a := range dim {
				if step>>a&1 == 1 {
					c.Col = append(c.Col, int32(node*dim+a), int32(other*dim+a))
					c.Val = append(c.Val, -1/math.Sqrt(length), 1/math.Sqrt(length))
				}
			}
			endRow()
		}
	}
	return c, weights
}

// The same bits come out for any number of threads, wherever they are called.
func TestThreadsDoNotMatter(t *testing.T) {
	calling, sharing := team.Worth, worthSharing
	defer func() { team.Worth, worthSharing, team.Crowd = calling, sharing, false }()
	const nrhs = 11
	for _, size := range [][2]int{{1, 300}, {2, 4}, {2, 30}, {2, 100}, {3, 3}, {3, 13}} {
		c, weights := bars(size[0], size[1])
		b := randomBlock(c.N*nrhs, 6)
		var first, lower []float64
		for _, always := range []bool{false, true} {
			team.Worth, worthSharing = calling, sharing
			if always {
				team.Worth, worthSharing = 0, 0
			}
			team.Crowd = always && c.N < 1000
			s := AnalyzeProduct(c) // which fronts wait for all others follows from what is worth sharing
			f := s.NewFactor()
			for _, threads := range []int{1, 2, 3, 8} {
				f.SetThreads(threads)
				if err := f.Refactor(weights); err != nil {
					t.Fatal(err)
				}
				x := append([]float64(nil), b...)
				f.Solve(x, nrhs)
				if first == nil {
					first, lower = x, append([]float64(nil), f.lower...)
				}
				what := fmt.Sprintf("%d nodes along %d axes, %d threads, always %v", size[1], size[0], threads, always)
				sameBits(t, what+", L", lower, f.lower)
				sameBits(t, what+", solution", first, x)
				compliance := make([]float64, len(weights))
				f.SelfCompliance(compliance)
				sameBits(t, what+", L after SelfCompliance", lower, f.lower)
				if threads != 2 {
					continue
				}
				y := append([]float64(nil), b...)
				if n := testing.AllocsPerRun(3, func() {
					f.Refactor(weights)
					f.Solve(y, nrhs)
				}); n != 0 {
					t.Errorf("%s: %g allocations", what, n)
				}
			}
		}
	}
}

func sameBits(t *testing.T, what string, want, got []float64) {
	t.Helper()
	for i := range want {
		if math.Float64bits(want[i]) != math.Float64bits(got[i]) {
			t.Errorf("%s: number %d is %g, and with one thread %g", what, i, got[i], want[i])
			return
		}
	}
}
