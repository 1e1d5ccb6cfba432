package identify

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/network"
	"gonum.org/v1/gonum/mat"
)

// Criterion is what makes a set of load cases good.
type Criterion uint8

const (
	// DOptimal makes the volume of the error ellipsoid small: most is learnt in all.
	DOptimal Criterion = iota
	// EOptimal makes its longest axis short: the least known is known best.
	EOptimal
)

// Candidate is a load that could be hung.
type Candidate struct {
	Name string
	Load []lab.Force
}

// SingleNodes are the candidates that load one node at a time: every node that is
// free along every direction (unit vector), with the given force, N.
func SingleNodes(net *network.Network, directions [][3]float64, force float64) []Candidate {
	var list []Candidate
	for node := range net.Nodes() {
		for _, d := range directions {
			free := false
			l := lab.Force{Node: node}
			var words []string
			for axis := range net.Dim {
				l.F[axis] = force * d[axis]
				if d[axis] != 0 {
					free = free || !net.Held[node*net.Dim+axis]
					words = append(words, fmt.Sprintf("%+.3g N along %s", l.F[axis], "xyz"[axis:axis+1]))
				}
			}
			if free {
				list = append(list, Candidate{fmt.Sprintf("node %d, %s", node+1, strings.Join(words, ", ")), []lab.Force{l}})
			}
		}
	}
	return list
}

// Choice is one load of a design, with what is to be expected after it.
type Choice struct {
	Candidate int     // number in the list of candidates
	Gain      float64 // of information about all bonds, nats
	Typical   float64 // median standard deviation of ln k over the bonds, once measured
	Worst     float64 // the largest
	WorstMode int
}

// Design ranks the load cases that would tell most about the stiffnesses, each
// given those before it: greedily, and each candidate once. It starts from the
// prior and the cases that are there already (done; only their loads, what was
// seen and its noise matter), at the stiffness k (len M; nil: the design). Sigma is
// the standard deviation of a displacement that will be measured, m. Greedy is not
// optimal, but for D it is within 1 - 1/e of the gain of the best choice
// (Nemhauser, Wolsey and Fisher 1978), as information gain is submodular.
func Design(net *network.Network, prior Prior, k []float64, done []Case, candidates []Candidate, sigma float64, count int, criterion Criterion) ([]Choice, error) {
	m, err := newModel(net)
	if err != nil {
		return nil, err
	}
	if err := prior.check(m.eq.C.M); err != nil {
		return nil, err
	}
	if !(sigma > 0) || math.IsInf(sigma, 1) {
		return nil, fmt.Errorf("the noise of a displacement is %v m: give a positive number", sigma)
	}
	if k == nil {
		k = prior.Design
	}
	if err := m.at(k); err != nil {
		return nil, err
	}
	f := &fit{m: m, cases: done}
	h := prior.precision(len(m.modes), nil)
	for i := range done {
		if err := done[i].check(net); err != nil {
			return nil, fmt.Errorf("load case %d: %w", i+1, err)
		}
		f.gather(&done[i])
		if asked := done[i].Asked; asked != nil {
			then := slices.Clone(k)
			for j := range then {
				then[j] *= asked[j] / prior.Design[j]
			}
			if err := m.at(then); err != nil {
				return nil, err
			}
		}
		_, e, err := m.displace(done[i].Load)
		if err != nil {
			return nil, fmt.Errorf("load case %d: %w", i+1, err)
		}
		if len(f.seen[i]) > 0 {
			j := m.jacobian(e, f.seen[i], f.sigma[i])
			f.white[i].rows(j)
			add(h, j)
		}
	}
	if err := m.at(k); err != nil {
		return nil, err
	}
	all, noise := make([]int, m.eq.C.N), make([]float64, m.eq.C.N)
	for i := range all {
		all[i], noise[i] = i, sigma
	}
	jacobians := make([]*mat.Dense, len(candidates))
	for i, c := range candidates {
		for _, l := range c.Load {
			if l.Node < 0 || l.Node >= net.Nodes() {
				return nil, fmt.Errorf("candidate %d loads node %d: the lattice has nodes 1 to %d", i+1, l.Node+1, net.Nodes())
			}
		}
		_, e, err := m.displace(c.Load)
		if err != nil {
			return nil, fmt.Errorf("candidate %d: %w", i+1, err)
		}
		jacobians[i] = m.jacobian(e, all, noise)
	}
	return greedy(m, h, jacobians, min(count, len(candidates)), criterion)
}

func greedy(m *model, h *mat.SymDense, jacobians []*mat.Dense, count int, criterion Criterion) ([]Choice, error) {
	volume, _, err := score(h, DOptimal)
	if err != nil {
		return nil, err
	}
	var list []Choice
	taken := make([]bool, len(jacobians))
	for range count {
		best, bestScore, bestVolume := -1, 0.0, 0.0
		for i, j := range jacobians {
			if taken[i] {
				continue
			}
			s, v, err := score(sum(h, j), criterion)
			if err != nil {
				return nil, err
			}
			// While some bond is not told of at all, no candidate may shorten the
			// longest axis: then the volume decides.
			slack := 1e-9 * math.Abs(bestScore)
			if best < 0 || s > bestScore+slack || s > bestScore-slack && v > bestVolume {
				best, bestScore, bestVolume = i, s, v
			}
		}
		taken[best] = true
		add(h, jacobians[best])
		sd, _, err := deviations(h)
		if err != nil {
			return nil, err
		}
		c := Choice{Candidate: best, Gain: (bestVolume - volume) / 2}
		volume = bestVolume
		for j, v := range sd {
			if v > c.Worst {
				c.Worst, c.WorstMode = v, m.modes[j]
			}
		}
		slices.Sort(sd)
		c.Typical = sd[len(sd)/2]
		list = append(list, c)
	}
	return list, nil
}

func sum(h *mat.SymDense, j *mat.Dense) *mat.SymDense {
	s := mat.NewSymDense(h.SymmetricDim(), nil)
	s.CopySym(h)
	add(s, j)
	return s
}

// score is how good an information is (larger is better) and its log determinant.
func score(h *mat.SymDense, criterion Criterion) (value, volume float64, err error) {
	var chol mat.Cholesky
	if !chol.Factorize(h) {
		return 0, 0, fmt.Errorf("the information about the stiffnesses is not positive definite: trust the design a little more")
	}
	volume = chol.LogDet()
	if criterion == DOptimal {
		return volume, volume, nil
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(h, false) {
		return 0, 0, fmt.Errorf("the eigenvalues of the information were not found")
	}
	return eigen.Values(nil)[0], volume, nil
}

// List writes a design as a person reads it, best first.
func List(candidates []Candidate, choices []Choice) string {
	var b strings.Builder
	for i, c := range choices {
		fmt.Fprintf(&b, "%2d. %s: error bars then %.2g %% typically, %.2g %% at worst (bond %d)\n", i+1, candidates[c.Candidate].Name, 100*c.Typical, 100*c.Worst, c.WorstMode+1)
	}
	return b.String()
}
