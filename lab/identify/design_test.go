package identify

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/lab"
)

// pick is the candidates of a design, in its order.
func pick(candidates []Candidate, choices []Choice) []Candidate {
	var list []Candidate
	for _, c := range choices {
		list = append(list, candidates[c.Candidate])
	}
	return list
}

// Designed load cases tell more than random ones at every number of them, as
// predicted and as measured, and each further case tells more.
func TestDesignBeatsChance(t *testing.T) {
	net := testnet.Trapezoid()
	prior := Prior{Design: uniform(28, 137.5), Own: 0.3}
	candidates := everyLoad(net)
	const most, draws = 8, 12
	random := rand.New(rand.NewPCG(2, 3))
	predicted := func(list []Candidate) (typical, worst float64) { // error bars after these cases, whatever their order
		choices, err := Design(net, prior, nil, nil, list, noise, len(list), DOptimal)
		if err != nil {
			t.Fatal(err)
		}
		last := choices[len(choices)-1]
		return last.Typical, last.Worst
	}
	missed := func(list []Candidate, seeds uint64) float64 { // root mean square of ln k/k_true
		square := 0.0
		for seed := range seeds {
			random := rand.New(rand.NewPCG(seed, 17))
			k := drawn(random, prior)
			e, err := Fit(net, measured(t, net, k, list, noise, random), prior)
			if err != nil {
				t.Fatal(err)
			}
			for i := range k {
				square += math.Pow(math.Log(e.K[i]/k[i]), 2)
			}
		}
		return math.Sqrt(square / float64(28*seeds))
	}
	for _, criterion := range []Criterion{DOptimal, EOptimal} {
		choices, err := Design(net, prior, nil, nil, candidates, noise, most, criterion)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("criterion %d:\n%s", criterion, List(candidates, choices))
		for n := 1; n <= most; n++ {
			c := choices[n-1]
			if n > 1 && (c.Worst > choices[n-2].Worst || c.Typical > choices[n-2].Typical) || !(c.Gain > 0) {
				t.Errorf("criterion %d: case %d makes the error bars wider: %+v", criterion, n, c)
			}
			typical, worst := predicted(pick(candidates, choices[:n]))
			if math.Abs(typical-c.Typical) > 1e-9 || math.Abs(worst-c.Worst) > 1e-9 {
				t.Errorf("criterion %d: after %d cases %g and %g, in another order %g and %g", criterion, n, c.Typical, c.Worst, typical, worst)
			}
			var chanceTypical, chanceWorst, chanceMissed float64
			measure := n == 2 || n == 6
			for range draws {
				var list []Candidate
				for _, i := range random.Perm(len(candidates))[:n] {
					list = append(list, candidates[i])
				}
				typical, worst := predicted(list)
				chanceTypical += typical / draws
				chanceWorst += worst / draws
				if measure {
					chanceMissed += missed(list, 2) / draws
				}
			}
			if criterion == DOptimal && c.Typical > chanceTypical || criterion == EOptimal && c.Worst > 1.05*chanceWorst {
				t.Errorf("criterion %d, %d cases: error bars %.3f typically, %.3f at worst; by chance %.3f and %.3f", criterion, n, c.Typical, c.Worst, chanceTypical, chanceWorst)
			}
			if measure {
				designed := missed(pick(candidates, choices[:n]), 24)
				t.Logf("criterion %d, %d cases: %.1f %% off, by chance %.1f %%", criterion, n, 100*designed, 100*chanceMissed)
				if designed > chanceMissed {
					t.Errorf("criterion %d, %d cases: %.4f off, by chance %.4f", criterion, n, designed, chanceMissed)
				}
			}
		}
	}
}

// The error bars that a design promises are those that a fit then gives, and what
// was measured before counts.
func TestDesignPredictsTheFit(t *testing.T) {
	net := testnet.Trapezoid()
	prior := Prior{Design: uniform(28, 137.5), Own: 0.1}
	random := rand.New(rand.NewPCG(4, 4))
	candidates := everyLoad(net)
	done := measured(t, net, prior.Design, candidates[:3], noise, random)
	choices, err := Design(net, prior, nil, done, candidates[3:], noise, 5, DOptimal)
	if err != nil {
		t.Fatal(err)
	}
	e, err := Fit(net, append(done, measured(t, net, prior.Design, pick(candidates[3:], choices), noise, random)...), prior)
	if err != nil {
		t.Fatal(err)
	}
	last := choices[4]
	sd := slices.Clone(e.Deviation)
	slices.Sort(sd)
	if math.Abs(sd[14]/last.Typical-1) > 0.05 || math.Abs(sd[27]/last.Worst-1) > 0.05 {
		t.Errorf("promised %g and %g, given %g and %g", last.Typical, last.Worst, sd[14], sd[27])
	}
}

// The first choice by volume, found by hand: the determinant of the information
// for each candidate alone.
func TestFirstChoice(t *testing.T) {
	net := testnet.TwoBars(0.6)
	prior := Prior{Design: uniform(2, 100), Own: 0.5}
	candidates := SingleNodes(net, [][3]float64{{0, -1, 0}, {1, 0, 0}}, 1)
	if len(candidates) != 2 { // the other nodes are held
		t.Fatalf("%v", candidates)
	}
	choices, err := Design(net, prior, nil, nil, candidates, 1e-4, 2, DOptimal)
	if err != nil {
		t.Fatal(err)
	}
	// Down: the tension in each bar is 1/(2 sin 0.6); along x it is 1/(2 cos 0.6),
	// smaller. Both loads spread it alike, so the former tells more.
	if choices[0].Candidate != 0 || choices[1].Candidate != 1 {
		t.Errorf("%+v", choices)
	}
	// By symmetry bars 1 and 2 are known equally well; in closed form du/dtheta_e =
	// -(t_e/k) n_e/(2 s^2), ... as rows of J: the information is that of two
	// independent combinations.
	sin, cos := math.Sincos(0.6)
	tension := 1 / (2 * sin)
	// A unit tension in bar 1 moves the node by (cos/(2 k cos^2), sin/(2 k sin^2)).
	x, y := 1/(2*100*cos), 1/(2*100*sin)
	dx, dy := tension*x/1e-4, tension*y/1e-4
	// theta_1 + theta_2 moves the node along y by twice dy, theta_1 - theta_2 along x.
	sum, difference := 1/(1/(0.5*0.5)+2*dy*dy), 1/(1/(0.5*0.5)+2*dx*dx)
	if want := math.Sqrt((sum + difference) / 2); math.Abs(choices[0].Worst-want) > 1e-12 {
		t.Errorf("error bar %g, by hand %g", choices[0].Worst, want)
	}
}

func TestDesignErrors(t *testing.T) {
	net := testnet.Trapezoid()
	prior := Prior{Design: uniform(28, 137.5), Own: 0.1}
	list := everyLoad(net)
	for say, run := range map[string]func() error{
		"noise of a displacement is 0": func() error { _, err := Design(net, prior, nil, nil, list, 0, 1, DOptimal); return err },
		"candidate 1 loads node 41": func() error {
			_, err := Design(net, prior, nil, nil, []Candidate{{Load: []lab.Force{{Node: 40}}}}, 1, 1, DOptimal)
			return err
		},
		"load case 1: 0 displacements": func() error { _, err := Design(net, prior, nil, []Case{{}}, list, 1, 1, DOptimal); return err },
		"trusted to 0": func() error {
			_, err := Design(net, Prior{Design: prior.Design}, nil, nil, list, 1, 1, EOptimal)
			return err
		},
		"a stiffness is positive": func() error { _, err := Design(net, prior, uniform(28, -1), nil, list, 1, 1, EOptimal); return err },
	} {
		if err := run(); err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("%q: %v", say, err)
		}
	}
	choices, err := Design(net, prior, nil, nil, list, noise, 1000, DOptimal)
	if err != nil || len(choices) != len(list) {
		t.Errorf("%d choices of %d, %v", len(choices), len(list), err)
	}
}
