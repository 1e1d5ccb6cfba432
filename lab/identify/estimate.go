package identify

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// Estimate is the stiffnesses found and how well they are known.
type Estimate struct {
	K         []float64 // N/m; len M. Cut bonds keep their design
	Deviation []float64 // standard deviation of ln k: 0.05 is about 5 %; len M
	Told      []float64 // share of what was unknown before that the data removed: 1 - (Deviation / prior)^2; len M

	Modes      []int         // that were identified; the order of Covariance
	Covariance *mat.SymDense // of ln k

	// All unknowns: ln k of the modes by the design, their rates (1/h) where they wander, ln of the marks of nodes.
	Mean    []float64
	Joint   *mat.SymDense // their covariance
	Wanders bool
	Nodes   []int // whose marks are among them

	Own     float64     // spread that the prior had
	Cracked []int       // modes that are taken to be cracked
	Others  []*Estimate // with other modes cracked, or another spread, which the data leave possible
	Weight  float64     // probability of this one among all; 0 where there is one alone

	evidence float64

	Misfit  float64 // sum of squared residuals, each over its variance, by degrees of freedom: about 1 if the model and the noise are right
	Freedom float64 // degrees of freedom that the data leave
	Steps   int
}

// result is the estimate at p, with the information h of data and design
// together, and that of the data.
func (f *fit) result(p []float64, cracked []int, h, data *mat.SymDense, squares float64, steps int) (*Estimate, error) {
	sd, covariance, err := deviations(h)
	if err != nil {
		return nil, err
	}
	m, n := f.m, len(f.m.modes)
	e := &Estimate{K: append([]float64(nil), f.prior.Design...), Deviation: make([]float64, len(m.k)), Told: make([]float64, len(m.k)), Modes: m.modes, Covariance: covariance, Steps: steps,
		Mean: p, Nodes: f.nodes, Wanders: f.rates > 0, Own: f.prior.Own}
	if f.size > n {
		e.Covariance = mat.NewSymDense(n, nil)
		e.Joint = covariance
		for i := range n {
			for j := i; j < n; j++ {
				e.Covariance.SetSym(i, j, covariance.At(i, j))
			}
		}
	} else {
		e.Joint = covariance
	}
	if f.prior.Crack > 0 || f.prior.Spreads != nil {
		if e.evidence, err = f.evidence(p, cracked, h, squares); err != nil {
			return nil, err
		}
	}
	before := math.Hypot(f.prior.Own, f.prior.Common)
	for i := range e.Deviation {
		e.Deviation[i] = before
	}
	used := 0.0 // parameters that the data determine: trace of H^-1 J^T J
	for j, mode := range m.modes {
		e.K[mode] *= math.Exp(p[j])
		e.Deviation[mode] = sd[j]
		e.Told[mode] = max(1-sd[j]*sd[j]/(before*before), 0)
	}
	for _, j := range cracked {
		e.Cracked = append(e.Cracked, m.modes[j])
		e.Told[m.modes[j]] = max(1-sd[j]*sd[j]/(crackSpread*crackSpread), 0)
	}
	for j := range f.size {
		for i := range f.size {
			used += covariance.At(i, j) * data.At(i, j)
		}
	}
	count := 0
	for _, seen := range f.seen {
		count += len(seen)
	}
	if e.Freedom = float64(count) - used; e.Freedom > 0 {
		e.Misfit = squares / e.Freedom
	}
	return e, nil
}

// then is the stiffness that the bonds had in a case, N/m.
func (e *Estimate) then(design []float64, c *Case) []float64 {
	k := append([]float64(nil), e.K...)
	if c.Asked != nil {
		for i := range k {
			k[i] *= c.Asked[i] / design[i]
		}
	}
	if e.Wanders {
		for j, mode := range e.Modes {
			k[mode] *= math.Exp(e.Mean[len(e.Modes)+j] * c.Age)
		}
	}
	return k
}

// mark is how far the mark of a node is seen to move by how far it moves.
func (e *Estimate) mark(node int) float64 {
	for i, n := range e.Nodes {
		if n == node {
			return math.Exp(e.Mean[len(e.Mean)-len(e.Nodes)+i])
		}
	}
	return 1
}

// Range is where the stiffness of a bond is with the probability of so many
// standard deviations (1: 68 %, 2: 95 %), N/m.
func (e *Estimate) Range(mode int, deviations float64) (lo, hi float64) {
	factor := math.Exp(deviations * e.Deviation[mode])
	return e.K[mode] / factor, e.K[mode] * factor
}

// loose is the standard deviation of ln k from which a stiffness is no more than
// a guess, whatever was known before: a factor of 1.65 either way.
const loose = 0.5

// Unknown lists the bonds of which the data told less than half of what was
// unknown, so that their stiffness is the design's rather than a measurement, and
// those that may be off by a factor of 1.65 or more.
func (e *Estimate) Unknown() (modes []int) {
	for _, mode := range e.Modes {
		if e.Told[mode] < 0.5 || e.Deviation[mode] > loose {
			modes = append(modes, mode)
		}
	}
	return modes
}

// place is that of a mode among the unknowns.
func (e *Estimate) place(mode int) int {
	for j, m := range e.Modes {
		if m == mode {
			return j
		}
	}
	return -1
}

// CrackedBonds are the numbers of those that are taken to be cracked, from 1.
func (e *Estimate) CrackedBonds() []int {
	var bonds []int
	for _, mode := range e.Cracked {
		bonds = append(bonds, mode+1)
	}
	return bonds
}

// Fits says whether the residuals are what the noise makes likely: within five
// standard deviations of the chi-square distribution.
func (e *Estimate) Fits() bool {
	return e.Freedom <= 0 || e.Misfit < 1+5*math.Sqrt(2/e.Freedom)
}

// String is the table of bonds, one a line, with warnings below it.
func (e *Estimate) String() string {
	var b strings.Builder
	b.WriteString("bond    k (N/m)   68 % within          told by the data\n")
	for _, mode := range e.Modes {
		lo, hi := e.Range(mode, 1)
		fmt.Fprintf(&b, "%4d %10.4g   %-9.4g to %-9.4g %3.0f %%\n", mode+1, e.K[mode], lo, hi, 100*e.Told[mode])
	}
	if unknown := e.Unknown(); len(unknown) > 0 {
		words := make([]string, len(unknown))
		for i, mode := range unknown {
			words[i] = fmt.Sprint(mode + 1)
		}
		fmt.Fprintf(&b, "The loads tell little of bonds %s: what stands there is a guess from the design. Measure other load cases.\n", strings.Join(words, ", "))
	}
	for _, bond := range e.CrackedBonds() {
		fmt.Fprintf(&b, "Bond %d is cracked: %.0f %% of its stiffness are left.\n", bond, 100*math.Exp(e.Mean[e.place(bond-1)]))
	}
	if !e.Fits() {
		fmt.Fprintf(&b, "The residuals are %.3g times what the noise explains: the noise is larger than said, a load or node is wrong, or the lattice is not linear. Do not trust the error bars.\n", math.Sqrt(e.Misfit))
	}
	return b.String()
}
