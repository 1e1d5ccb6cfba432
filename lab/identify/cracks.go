package identify

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

const (
	looked   = 4    // bonds that are tried as cracked in each round
	hopeless = -8   // log odds, by the present fit, below which none is
	possible = 0.01 // probability, by the best, from which a fit is kept beside it
)

// search finds which bonds are cracked, and of several spreads which is likely. Fits that come close are kept beside the best.
func (f *fit) search() (*Estimate, error) {
	spreads := f.prior.Spreads
	if spreads == nil {
		spreads = []float64{f.prior.Own}
	}
	var all []*Estimate // every fit that was made
	f.progress = Progress{Round: 1, Spreads: len(spreads)}
	for i, own := range spreads {
		f.prior.Own, f.progress.Spread = own, i
		made, err := f.crack()
		if err != nil {
			return nil, err
		}
		all = append(all, made...)
	}
	best := all[0]
	for _, e := range all {
		if e.evidence > best.evidence {
			best = e
		}
	}
	sum := 0.0
	for _, e := range all {
		sum += math.Exp(e.evidence - best.evidence)
	}
	for _, e := range all {
		e.Weight = math.Exp(e.evidence-best.evidence) / sum
		if e != best && e.Weight > possible {
			best.Others = append(best.Others, e)
		}
	}
	return best, nil
}

// tell tells who waits that a fit is made.
func (f *fit) tell(cracked int) {
	f.progress.Fits, f.progress.Cracked = f.progress.Fits+1, cracked
	if f.prior.Watch != nil {
		f.prior.Watch(f.progress)
	}
}

// crack is the fit without a crack, and those with one bond cracked after the other, as long as the data make it more likely
// than not by the chance that a bond is.
func (f *fit) crack() ([]*Estimate, error) {
	best, err := f.run(nil)
	f.tell(0)
	if err != nil {
		return nil, err
	}
	all := []*Estimate{best}
	var cracked []int
	for f.prior.Crack > 0 {
		var better *Estimate
		var with []int
		for _, j := range f.suspects(best, cracked) {
			trial := append(slices.Clone(cracked), j)
			slices.Sort(trial)
			e, err := f.run(trial)
			f.tell(len(trial))
			if err != nil {
				continue // it does not settle, so it is no explanation
			}
			all = append(all, e)
			if e.evidence > best.evidence && (better == nil || e.evidence > better.evidence) {
				better, with = e, trial
			}
		}
		if better == nil {
			break
		}
		best, cracked = better, with
	}
	return all, nil
}

// evidence is the logarithm of the probability of the data, up to what all fits share (Laplace's approximation), times that of
// the cracks.
func (f *fit) evidence(p []float64, cracked []int, h *mat.SymDense, squares float64) (float64, error) {
	after, _, err := score(h, DOptimal)
	if err != nil {
		return 0, err
	}
	before, _, err := score(f.precision, DOptimal)
	if err != nil {
		return 0, err
	}
	e := (before - after - squares - f.unlikely(p)) / 2
	if chance := f.prior.Crack; chance > 0 {
		e += float64(len(cracked)) * math.Log(chance/(1-chance))
	}
	return e, nil
}

// suspects are the bonds (places among the modes) of which the present fit makes it most likely that they are cracked as well:
// what the data say of a bond, without its own prior, is compared with both of its priors.
func (f *fit) suspects(e *Estimate, cracked []int) []int {
	type suspect struct {
		at   int
		odds float64
	}
	own, chance := f.prior.Own*f.prior.Own, f.prior.Crack
	wide := crackSpread * crackSpread
	var list []suspect
	for j := range f.m.modes {
		if slices.Contains(cracked, j) {
			continue
		}
		told := 1/e.Covariance.At(j, j) - f.precision.At(j, j) // inverse variance by the data and the other bonds
		if !(told > 0) {
			continue
		}
		place, variance := e.Mean[j]/e.Covariance.At(j, j)/told, 1/told
		normal := func(mean, v float64) float64 { return -(place-mean)*(place-mean)/(2*v) - math.Log(v)/2 }
		odds := normal(math.Log(crackLeft), wide+variance) - normal(0, own+variance) + math.Log(chance/(1-chance))
		if odds > hopeless {
			list = append(list, suspect{j, odds})
		}
	}
	slices.SortStableFunc(list, func(a, b suspect) int {
		switch {
		case a.odds > b.odds:
			return -1
		case a.odds < b.odds:
			return 1
		}
		return 0
	})
	var at []int
	for _, s := range list[:min(len(list), looked)] {
		at = append(at, s.at)
	}
	return at
}
