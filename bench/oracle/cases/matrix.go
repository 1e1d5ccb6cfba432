package cases

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/elastrain/elastrain/sparse"
)

// Matrix is a stiffness matrix of a beam frame, a plate or a shell: unknowns of
// mixed units (metres and radians) and diagonals that differ by many orders.
type Matrix struct {
	Name, Class string
	Pattern     *sparse.Pattern
	Values      []float64 // lower triangle in the order of Pattern.Row
	Columns     int       // right-hand sides
	seed        uint64
}

// MatrixRecipe makes one Matrix of about that many unknowns.
type MatrixRecipe struct {
	Name, Class string
	Unknowns    int
	seed        uint64
	build       func(unknowns int, random *rand.Rand) *structure
}

// Matrices lists the recipes of all 40 matrices, 10 of each class.
func Matrices() []MatrixRecipe {
	var list []MatrixRecipe
	for _, c := range []struct {
		name  string
		most  float64
		build func(unknowns int, random *rand.Rand) *structure
	}{
		{"plane frame", 20_000, planeFrame},
		{"space frame", 8_000, spaceFrame},
		{"plane stress", 20_000, planeStress},
		{"shell", 10_000, shell},
	} {
		const count = 10
		for i := range count {
			grown := 40 * math.Pow(c.most/40, float64(i)/(count-1))
			list = append(list, MatrixRecipe{
				Name: fmt.Sprintf("%s %d", c.name, i+1), Class: c.name,
				Unknowns: int(grown), seed: uint64(1001 + len(list)), build: c.build,
			})
		}
	}
	return list
}

// Make assembles the matrix of the recipe.
func (r MatrixRecipe) Make() *Matrix {
	s := r.build(r.Unknowns, rand.New(rand.NewPCG(r.seed, 20)))
	m := &Matrix{Name: r.Name, Class: r.Class, seed: r.seed, Columns: columns(r.seed)}
	m.Pattern, m.Values = s.assemble()
	return m
}

// Loads is the right-hand sides, row-major (unknowns x Columns), as those of
// Network: forces in newton, moments in newton metres.
func (m *Matrix) Loads() []float64 { return loads(m.Pattern.N, m.Columns, m.seed) }

// structure collects the stiffness matrices of elements.
type structure struct {
	unknown  []int // of each freedom, -1 where it is held
	count    int
	elements []element
}

type element struct {
	freedoms []int
	k        *mat.Dense
}

// newStructure numbers the freedoms that are not held.
func newStructure(freedoms int, held func(freedom int) bool) *structure {
	s := &structure{unknown: make([]int, freedoms)}
	for i := range s.unknown {
		if s.unknown[i] = -1; !held(i) {
			s.unknown[i] = s.count
			s.count++
		}
	}
	return s
}

// add adds an element by the nodes it joins, with the same number of freedoms
// each: those of node n are perNode n, perNode n + 1, ...
func (s *structure) add(k *mat.Dense, perNode int, nodes ...int) {
	e := element{k: k}
	for _, node := range nodes {
		for d := range perNode {
			e.freedoms = append(e.freedoms, node*perNode+d)
		}
	}
	s.elements = append(s.elements, e)
}

// entries yields the entries of all elements in the lower triangle.
func (s *structure) entries(yield func(i, j int, v float64)) {
	for _, e := range s.elements {
		for a, fa := range e.freedoms {
			for b, fb := range e.freedoms {
				if i, j := s.unknown[fa], s.unknown[fb]; j >= 0 && i >= j {
					yield(i, j, e.k.At(a, b))
				}
			}
		}
	}
}

func (s *structure) assemble() (*sparse.Pattern, []float64) {
	pattern := sparse.NewPattern(s.count, func(yield func(int, int) bool) {
		more := true
		s.entries(func(i, j int, _ float64) { more = more && yield(i, j) })
	})
	values := make([]float64, pattern.Entries())
	s.entries(func(i, j int, v float64) { values[pattern.Index(i, j)] += v })
	return pattern, values
}

// turned is T^T k T.
func turned(k, t *mat.Dense) *mat.Dense {
	var to mat.Dense
	to.Product(t.T(), k, t)
	return &to
}

// blocks is a block diagonal matrix of count copies of the rotation r.
func blocks(r *mat.Dense, count int) *mat.Dense {
	n, _ := r.Dims()
	t := mat.NewDense(n*count, n*count, nil)
	for b := range count {
		t.Slice(b*n, (b+1)*n, b*n, (b+1)*n).(*mat.Dense).Copy(r)
	}
	return t
}

// logUniform is a random number between lo and hi, evenly in its logarithm.
func logUniform(lo, hi float64, random *rand.Rand) float64 {
	return lo * math.Pow(hi/lo, random.Float64())
}
