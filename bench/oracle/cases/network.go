// Package cases makes the systems on which the equilibrium of Elastrain is held
// against other solvers: 200 random spring networks and 40 stiffness matrices
// of beam frames, plates and shells. The same number always makes the same
// system, so a test in Go and a script in Python speak of the same one.
//
// Read in this order: network.go (the networks, by class), rigid.go (damage that
// leaves a network rigid), matrix.go (stiffness matrices that are no spring
// networks, after the structural ones of the Harwell-Boeing collection),
// frame.go and plate.go (their elements).
package cases

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/elastrain/elastrain/network"
)

// Network is a random network with stiffnesses and loads. It is rigid by
// construction, without the help of any solver.
type Network struct {
	Name, Class string
	Net         *network.Network
	Stiffness   []float64 // of each element, N/m
	Contrast    float64   // largest over smallest stiffness, at most
	Columns     int       // right-hand sides
	seed        uint64
}

// Recipe makes one Network. Unknowns is what it aims at; the network may come
// out some per cent smaller or larger, small ones by more.
type Recipe struct {
	Name, Class string
	Unknowns    int
	seed        uint64
	build       func(unknowns int, random *rand.Rand) *network.Network
}

// class is count recipes of from 20 to most unknowns, evenly in the logarithm.
type class struct {
	name  string
	count int
	most  float64
	build func(unknowns int, random *rand.Rand) *network.Network
}

var classes = []class{
	{"disordered 2-D", 30, 100_000, disordered2},
	{"disordered 3-D", 25, 8_000, disordered3},
	{"crystal", 20, 20_000, crystal},
	{"damaged 2-D", 30, 100_000, damaged2},
	{"damaged 3-D", 20, 8_000, damaged3},
	{"kagome", 15, 100_000, kagome},
	{"honeycomb", 15, 20_000, honeycomb},
	{"square", 15, 20_000, square},
	{"cubic", 10, 6_000, cubic},
	{"random graph", 20, 1_200, graph},
}

// Networks lists the recipes of all 200 networks.
func Networks() []Recipe {
	var list []Recipe
	for _, c := range classes {
		for i := range c.count {
			grown := 20 * math.Pow(c.most/20, float64(i)/float64(c.count-1))
			list = append(list, Recipe{
				Name: fmt.Sprintf("%s %d", c.name, i+1), Class: c.name,
				Unknowns: int(grown), seed: uint64(len(list) + 1), build: c.build,
			})
		}
	}
	return list
}

// Make builds the network of the recipe.
func (r Recipe) Make() *Network {
	random := rand.New(rand.NewPCG(r.seed, 20))
	n := &Network{Name: r.Name, Class: r.Class, seed: r.seed, Net: r.build(r.Unknowns, random)}
	n.Contrast = []float64{1.7, 1e2, 1e4, 1e6, 1e8}[(r.seed+r.seed/5)%5]
	n.Columns = columns(r.seed)
	for range n.Net.Elements {
		n.Stiffness = append(n.Stiffness, 100*math.Pow(n.Contrast, random.Float64()-0.5))
	}
	return n
}

// columns is how many right-hand sides a system has.
func columns(seed uint64) int { return []int{1, 3, 7, 8, 12}[(2*seed+seed/25)%5] }

// Loads is the right-hand sides for that many unknowns, row-major (unknowns x
// Columns), in newton: the first, third, ... columns load every unknown at
// random, and the others load a single one.
func (n *Network) Loads(unknowns int) []float64 { return loads(unknowns, n.Columns, n.seed) }

func loads(unknowns, columns int, seed uint64) []float64 {
	random := rand.New(rand.NewPCG(seed, 21))
	f := make([]float64, unknowns*columns)
	for r := range columns {
		if r%2 == 1 {
			f[random.IntN(unknowns)*columns+r] = 1
			continue
		}
		for i := range unknowns {
			f[i*columns+r] = 2*random.Float64() - 1
		}
	}
	return f
}
