package insitu

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/lab/twin"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/passport"
)

// Foresight is how a part will be predicted.
type Foresight struct {
	Passport  *passport.Passport
	Asked     []float64     // what its bonds will be asked for, N/m
	After     time.Duration // from then to the measurement
	Specimens int           // that are drawn
	Seed      uint64
	Plain     bool // do not ask what bars are from
}

// Bar is where a number will be.
type Bar struct {
	Median float64    `json:"median"`
	Sd     float64    `json:"sd"`
	Half   [2]float64 `json:"in_half"` // of 2 cases
	Most   [2]float64 `json:"in_95"`   // of 100 cases
}

// Prediction is what will be measured of a part, before anything hangs.
type Prediction struct {
	Specimens int     `json:"specimens"`
	Refused   int     `json:"refused,omitempty"` // specimens that go beyond a limit of the bench
	Loss      Bar     `json:"loss"`
	Accuracy  *Bar    `json:"accuracy,omitempty"`
	Relative  *Bar    `json:"error,omitempty"`
	Outputs   []Bar   `json:"outputs,omitempty"`  // m, of tasks of up to MostOutputs of them
	Matter    float64 `json:"sd_matter"`          // of the loss, from what is not known of the part
	Reading   float64 `json:"sd_reading"`         // from the noise of the camera, and loads that are whole weights
	Linear    float64 `json:"sd_linear"`          // Matter by derivatives
	Beyond    []int   `json:"beyond,omitempty"`   // bonds that were never asked for such a stiffness
	Dominant  []Part  `json:"dominant,omitempty"` // what Matter is from, the largest first
}

// Part is the share that one cause has in a variance.
type Part struct {
	What  string  `json:"what"`
	Share float64 `json:"share"`
}

// LeastSpecimens have 95 of 100 cases between the smallest and the largest of them, by (n-1)/(n+1).
const LeastSpecimens = 39

// MostOutputs is of how many outputs a prediction tells each.
const MostOutputs = 24

// Foretell measures specimens that a passport allows on a simulated bench, as the lab will measure the part. The truth is
// as likely to be in any place among what the specimens show as they are themselves, so bars are taken between two of their
// sorted values: of 399, the 10th and the 390th have 95 % between them.
func (l *Lab) Foretell(ctx context.Context, f Foresight) (*Prediction, error) {
	noise := f.Passport.Noise
	switch {
	case l.Spec.Bench == "twin":
		noise = l.Spec.Twin.Noise
	case noise == 0:
		noise = l.Protocol.Sigma
	}
	if noise == 0 && l.Spec.Bench != "twin" {
		return nil, l.refuse("lab.protocol", "neither the passport nor the protocol says how noisy a mark is, and a bar without that would be too short", "write `protocol: {noise: 6 um}`, or `noise: 6 um` into the passport")
	}
	var loss, accuracy, relative []float64
	outputs := make([][]float64, l.Experiment.Train.N*l.Experiment.Train.Q)
	p := &Prediction{Specimens: f.Specimens}
	for i := range f.Specimens {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s, err := f.Passport.Draw(rand.New(rand.NewPCG(f.Seed, uint64(i))))
		if err != nil {
			return nil, err
		}
		u, err := l.rehearse(ctx, &f, s, noise, f.Seed+uint64(i)*1_000_003)
		var refused *lab.RefusedError
		if errors.As(err, &refused) {
			p.Refused++
			continue
		}
		if err != nil {
			return nil, err
		}
		score, err := l.Score(u)
		if err != nil {
			return nil, err
		}
		loss, accuracy, relative = append(loss, score.Loss), append(accuracy, score.Accuracy), append(relative, score.Relative)
		for o := range outputs {
			outputs[o] = append(outputs[o], u[o])
		}
	}
	if len(loss) < LeastSpecimens {
		return nil, fmt.Errorf("%d of %d specimens answer within the limits of the bench, and a bar needs %d: take smaller loads, or give `lab.limits` more", len(loss), f.Specimens, LeastSpecimens)
	}
	p.Loss = bar(loss)
	if !math.IsNaN(accuracy[0]) {
		b := bar(accuracy)
		p.Accuracy = &b
	}
	if !math.IsNaN(relative[0]) {
		b := bar(relative)
		p.Relative = &b
	}
	if len(outputs) <= MostOutputs {
		for _, o := range outputs {
			p.Outputs = append(p.Outputs, bar(o))
		}
	}
	for _, b := range f.Passport.Bonds {
		if k := f.Asked[b.Bond-1]; b.To > 0 && (k < 0.999*b.From || k > 1.001*b.To) {
			p.Beyond = append(p.Beyond, b.Bond)
		}
	}
	if f.Plain {
		return p, nil
	}
	return p, l.dissect(ctx, &f, noise, p)
}

// Score is how good outputs of the batch are.
func (l *Lab) Score(u []float64) (learn.Score, error) {
	return learn.ScoreOf(l.Experiment.Loss, l.Experiment.Train, l.inOrder(u))
}

// rehearse is what a specimen shows to the bench of the lab: displacements at the outputs (m; N x q).
func (l *Lab) rehearse(ctx context.Context, f *Foresight, s *passport.Specimen, noise float64, seed uint64) ([]float64, error) {
	config := l.TwinConfig()
	config.Seed, config.Known, config.Camera.Noise, config.Update.Drift = seed, known(s), noise, 0
	config.Finite = l.deforms()
	bench, err := twin.New(l.Experiment.Network, f.Asked, config)
	if err != nil {
		return nil, err
	}
	return l.ExamAgain(ctx, bench, f.Asked, f.After)
}

// ExamAgain is Exam, which is taken again where a mark strayed or a zero drifted, as people do.
func (l *Lab) ExamAgain(ctx context.Context, bench lab.Bench, k []float64, after time.Duration) ([]float64, error) {
	u, err := l.Exam(ctx, bench, k, after)
	for again := 0; again < mostAgain && unlucky(err); again++ {
		u, err = l.Exam(ctx, bench, k, 0)
	}
	return u, err
}

// mostAgain is how often a measurement is taken again that strayed.
const mostAgain = 5

// unlucky reports whether a measurement failed by what chance does now and then.
func unlucky(err error) bool {
	var missing *measurement.MissingError
	var drift *measurement.DriftError
	return errors.As(err, &missing) || errors.As(err, &drift)
}

// deforms reports whether displacements count as they are: not on a linear twin, nor where nodes slide on rails.
func (l *Lab) deforms() bool {
	if l.Spec.Bench == "twin" {
		return l.twinFinite()
	}
	for i := range l.Experiment.Network.Elements {
		if kind := l.Experiment.Network.Elements[i].Kind; kind != network.Bar && kind != network.Ground {
			return false
		}
	}
	return !l.Experiment.Rails()
}

// Exam measures what the lattice on a bench does under its inputs, some time after its bonds were set to k (m; N x q).
func (l *Lab) Exam(ctx context.Context, bench lab.Bench, k []float64, after time.Duration) ([]float64, error) {
	guard := lab.NewGuard(bench, l.Specimen.Net, k)
	if _, err := guard.Hello(ctx); err != nil {
		return nil, err
	}
	if err := guard.Arm(ctx, l.Limits); err != nil {
		return nil, err
	}
	if after > 0 {
		if err := guard.Wait(ctx, after); err != nil {
			return nil, err
		}
	}
	estimator := l.Estimator()
	estimator.Theta = k
	m := &measurement.Measurer{Bench: guard, Specimen: l.Specimen, Protocol: &l.Protocol}
	out, err := estimator.Outputs(func(ask measurement.Ask, zero []lab.Frame) (*measurement.Record, *measurement.Response, error) {
		if !l.boxed() || len(ask.Load) == 0 {
			return m.Phase(ctx, ask.Load, zero)
		}
		shots, err := l.shots(k, ask)
		if err != nil {
			return nil, nil, err
		}
		sum := &measurement.Sum{Want: ask.Load}
		for _, shot := range shots {
			r, response, err := m.Phase(ctx, shot.Load, zero)
			if err != nil {
				return nil, nil, err
			}
			sum.Add(r, response, shot.Factor)
		}
		return sum.Answer()
	})
	if err != nil {
		return nil, err
	}
	return out.U, guard.Safe(ctx)
}

// bar is between which of some values the next one will be.
func bar(v []float64) Bar {
	sorted := slices.Clone(v)
	slices.Sort(sorted)
	n := len(sorted)
	within := func(chance float64) [2]float64 {
		r := max(1, int(math.Floor(float64(n+1)*(1-chance)/2+1e-9))) // so many gaps are left out at each end
		return [2]float64{sorted[r-1], sorted[n-r]}
	}
	mean, square := 0.0, 0.0
	for _, x := range sorted {
		mean += x / float64(n)
	}
	for _, x := range sorted {
		square += (x - mean) * (x - mean)
	}
	return Bar{Median: (sorted[(n-1)/2] + sorted[n/2]) / 2, Sd: math.Sqrt(square / float64(n-1)), Half: within(0.5), Most: within(0.95)}
}
