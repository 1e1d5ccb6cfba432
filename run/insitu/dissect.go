package insitu

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/elastrain/elastrain/passport"
)

const (
	mostDissected = 400  // unknowns whose share in a prediction is told
	mostNamed     = 8    // causes that are named
	leastNamed    = 0.01 // share from which a cause is
	quietly       = 1e-3 // of the noise, as good as none; with none at all a bond that wanders would make marks stray
)

// dissect tells what the bar of a loss is from: the part, by the same specimens without noise and by derivatives, or the
// reading.
func (l *Lab) dissect(ctx context.Context, f *Foresight, noise float64, p *Prediction) error {
	quiet := func(s *passport.Specimen) (float64, error) {
		u, err := l.rehearse(ctx, f, s, max(noise*quietly, 1e-12), f.Seed)
		if err != nil {
			return math.NaN(), err
		}
		score, err := l.Score(u)
		return score.Loss, err
	}
	count := f.Specimens / 2
	var matter, reading []float64
	for i := range count {
		s, err := f.Passport.Draw(rand.New(rand.NewPCG(f.Seed, uint64(i))))
		if err != nil {
			return err
		}
		if v, err := quiet(s); err == nil { // one beyond a limit is counted already
			matter = append(matter, v)
		} else if ctx.Err() != nil {
			return err
		}
		if u, err := l.rehearse(ctx, f, f.Passport.Mean(), noise, f.Seed+uint64(i)*1_000_003); err == nil {
			score, err := l.Score(u)
			if err != nil {
				return err
			}
			reading = append(reading, score.Loss)
		} else if ctx.Err() != nil {
			return err
		}
	}
	if len(matter) > 1 {
		p.Matter = bar(matter).Sd
	}
	if len(reading) > 1 {
		p.Reading = bar(reading).Sd
	}
	names := f.Passport.Unknowns()
	if len(names) > mostDissected {
		return nil
	}
	covariance := f.Passport.Covariance()
	slope := mat.NewVecDense(len(names), nil)
	for i := range names {
		h := math.Sqrt(covariance.At(i, i))
		if h == 0 {
			continue
		}
		up, err := quiet(f.Passport.Beside(i, h/2))
		if err != nil {
			return nil // the mean specimen is at a limit of the bench: no derivatives there
		}
		down, err := quiet(f.Passport.Beside(i, -h/2))
		if err != nil {
			return nil
		}
		slope.SetVec(i, (up-down)/h)
	}
	var carried mat.VecDense
	carried.MulVec(covariance, slope)
	variance := mat.Dot(slope, &carried)
	if !(variance > 0) {
		return nil
	}
	p.Linear = math.Sqrt(variance)
	for i, name := range names {
		p.Dominant = append(p.Dominant, Part{name, slope.AtVec(i) * carried.AtVec(i) / variance})
	}
	slices.SortStableFunc(p.Dominant, func(a, b Part) int {
		switch {
		case a.Share > b.Share:
			return -1
		case a.Share < b.Share:
			return 1
		}
		return 0
	})
	p.Dominant = slices.DeleteFunc(p.Dominant, func(a Part) bool { return a.Share < leastNamed })
	p.Dominant = p.Dominant[:min(len(p.Dominant), mostNamed)]
	return nil
}
