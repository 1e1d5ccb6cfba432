package cases

import (
	"math"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/sparse"
)

const most = 1500 // unknowns of the systems that are looked at here

func TestNetworks(t *testing.T) {
	all := Networks()
	if len(all) != 200 {
		t.Errorf("%d networks", len(all))
	}
	names, contrasts, columns := map[string]bool{}, map[float64]bool{}, map[int]bool{}
	for _, r := range all {
		names[r.Name] = true
		if r.Unknowns > most {
			continue
		}
		n := r.Make()
		contrasts[n.Contrast], columns[n.Columns] = true, true
		for _, p := range n.Net.Validate() {
			t.Errorf("%s: %v", n.Name, p)
		}
		c := mechanics.NewCompatibility(n.Net)
		if found := mechanics.FindMechanisms(n.Net, c).Mechanisms; found > 0 {
			t.Errorf("%s has %d mechanisms", n.Name, found)
		}
		if c.N < 4 || c.N > 2*r.Unknowns || r.Unknowns > 500 && c.N < r.Unknowns/3 {
			t.Errorf("%s has %d unknowns, not about %d", n.Name, c.N, r.Unknowns)
		}
		if len(n.Stiffness) != c.M {
			t.Errorf("%s: %d stiffnesses for %d modes", n.Name, len(n.Stiffness), c.M)
		}
		if lo, hi := slices.Min(n.Stiffness), slices.Max(n.Stiffness); !(lo > 0 && hi <= n.Contrast*lo*(1+1e-12)) {
			t.Errorf("%s: stiffness from %g to %g", n.Name, lo, hi)
		}
		again := r.Make()
		if !again.Net.Equal(n.Net) || !slices.Equal(again.Stiffness, n.Stiffness) || !slices.Equal(again.Loads(c.N), n.Loads(c.N)) {
			t.Errorf("%s comes out differently the second time", n.Name)
		}
	}
	if len(names) != len(all) || len(contrasts) != 5 || len(columns) != 5 {
		t.Errorf("%d names, %d contrasts, %d numbers of loads", len(names), len(contrasts), len(columns))
	}
}

// Hardly more bonds than freedoms, as their names promise.
func TestIsostatic(t *testing.T) {
	for _, r := range Networks() {
		if r.Unknowns < 500 || r.Unknowns > most || !slices.Contains([]string{"kagome", "honeycomb", "square"}, r.Class) {
			continue
		}
		n := r.Make()
		c := mechanics.NewCompatibility(n.Net)
		if count := n.Net.Maxwell(); count.Balance < 0 || count.Balance > c.N/4 {
			t.Errorf("%s: %d more bonds than its %d freedoms", n.Name, count.Balance, c.N)
		}
	}
}

func TestLoads(t *testing.T) {
	f := loads(50, 3, 1)
	for side, want := range []int{50, 1, 50} {
		loaded := 0
		for i := range 50 {
			if f[i*3+side] != 0 {
				loaded++
			}
		}
		if loaded != want {
			t.Errorf("load %d is at %d unknowns, not %d", side+1, loaded, want)
		}
	}
}

// A row of squares: nodes 0 and 1 at the left, a cut diagonal in each square.
func row(squares int) *network.Network {
	net := &network.Network{Dim: 2}
	for x := range squares + 1 {
		net.Pos = append(net.Pos, float64(x), 0, float64(x), 1)
		at := 2 * x
		net.Elements = append(net.Elements, network.Element{Nodes: [2]int{at, at + 1}})
		if x > 0 {
			net.Elements = append(net.Elements,
				network.Element{Nodes: [2]int{at - 2, at}}, network.Element{Nodes: [2]int{at - 1, at + 1}},
				network.Element{Nodes: [2]int{at - 2, at + 1}, Cut: true})
		}
	}
	net.Held = make([]bool, len(net.Pos))
	return net
}

func TestBrace(t *testing.T) {
	count := func(net *network.Network) (cut, ground int) {
		for _, el := range net.Elements {
			if el.Cut {
				cut++
			}
			if el.Kind == network.Ground {
				ground++
			}
		}
		return cut, ground
	}
	held := row(5)
	hold(held, 0)
	hold(held, 1)
	brace(held) // the diagonals do
	if cut, ground := count(held); cut != 0 || ground != 0 {
		t.Errorf("a held row keeps %d cuts and needs %d springs", cut, ground)
	}
	free := row(5)
	brace(free) // three supports and the diagonals
	if cut, ground := count(free); cut != 0 || ground != 3 {
		t.Errorf("a free row keeps %d cuts and needs %d springs", cut, ground)
	}
	sound := row(1)
	sound.Elements = append(sound.Elements,
		network.Element{Kind: network.Ground, Nodes: [2]int{0, 0}, Dir: [3]float64{1}},
		network.Element{Kind: network.Ground, Nodes: [2]int{3, 3}, Dir: [3]float64{1}},
		network.Element{Kind: network.Ground, Nodes: [2]int{1, 1}, Dir: [3]float64{1}, Cut: true})
	sound.Held[1], sound.Held[5] = true, true
	brace(sound) // held already, so its diagonal stays cut
	if cut, ground := count(sound); cut != 2 || ground != 3 {
		t.Errorf("a sound square is left with %d cuts and %d springs", cut, ground)
	}
}

func TestMatrices(t *testing.T) {
	all := Matrices()
	if len(all) != 40 {
		t.Errorf("%d matrices", len(all))
	}
	widest := 1.0
	for _, r := range all {
		if r.Unknowns > most {
			continue
		}
		m := r.Make()
		if err := m.Pattern.Check(); err != nil {
			t.Fatal(err)
		}
		if n := m.Pattern.N; n < 20 || n > 2*r.Unknowns || n < r.Unknowns/2 {
			t.Errorf("%s has %d unknowns, not about %d", m.Name, n, r.Unknowns)
		}
		if err := sparse.Analyze(m.Pattern, sparse.Order(m.Pattern)).NewFactor().Refactor(m.Values); err != nil {
			t.Errorf("%s: %v", m.Name, err)
		}
		lo, hi := math.Inf(1), 0.0
		for _, q := range m.Pattern.Ptr[:m.Pattern.N] {
			lo, hi = min(lo, m.Values[q]), max(hi, m.Values[q])
		}
		widest = max(widest, hi/lo)
		again := r.Make()
		if !slices.Equal(again.Values, m.Values) || !slices.Equal(again.Loads(), m.Loads()) || len(m.Loads()) != m.Pattern.N*m.Columns {
			t.Errorf("%s comes out differently the second time", m.Name)
		}
	}
	if widest < 1e5 {
		t.Errorf("diagonals differ by %.0e at most", widest)
	}
}
