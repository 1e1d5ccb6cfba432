package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/elastrain/elastrain/run/insitu"
)

// settings are those at which a part is predicted.
var settings = []string{"as the session left it", "never asked before"}

// shown is a prediction beside what was measured.
type shown struct {
	bar      insitu.Bar
	measured float64
}

func (s shown) within(b [2]float64) bool { return s.measured >= b[0] && s.measured <= b[1] }

// cover counts over parts how often the measured loss lies in its bars.
func cover(ctx context.Context, name string, specimens int, first uint64, images string, quiet bool) error {
	text, steps, err := example(name)
	if err != nil {
		return err
	}
	const after = 24 * time.Hour
	all := make([][]shown, len(settings))
	cracks, found, wrong := 0, 0, 0
	misfit := 0.0
	for i := range specimens {
		p, err := measured(ctx, text, name, first+uint64(i), steps)
		if err != nil {
			return fmt.Errorf("part %d: %w", i+1, err)
		}
		if quiet {
			p.lab.Spec.Twin.Noise = 1e-9 // m
		}
		misfit += p.misfit / float64(specimens)
		cracks += len(p.cracks)
		for _, c := range p.found {
			if slices.Contains(p.cracks, c) {
				found++
			} else {
				wrong++
			}
		}
		for at, k := range [][]float64{p.left, p.other()} {
			f, err := p.lab.Foretell(ctx, insitu.Foresight{Passport: p.passport, Asked: k, After: after, Specimens: 399, Seed: 7_000_000 + first + uint64(i), Plain: true})
			if err != nil {
				return fmt.Errorf("part %d: %w", i+1, err)
			}
			loss, err := p.loss(ctx, k, at, after)
			if err != nil {
				return fmt.Errorf("part %d: %w", i+1, err)
			}
			all[at] = append(all[at], shown{f.Loss, loss})
			b := f.Loss
			fmt.Fprintf(os.Stderr, "%s,%d,%s,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g\n", name, first+uint64(i), settings[at], b.Median, b.Half[0], b.Half[1], b.Most[0], b.Most[1], b.Sd, loss)
		}
	}
	fmt.Printf("\n%s: %d parts from seed %d, sessions of %d steps, measured %v after they were set; cracked bonds: %d, found %d, found wrongly %d; residuals %.3f of the noise\n\n", name, specimens, first, steps, after, cracks, found, wrong, misfit)
	return report(name, all, images)
}

// loss is what the bench reads of the part at k, some time after it was set.
func (p *part) loss(ctx context.Context, k []float64, at int, after time.Duration) (float64, error) {
	b, err := p.bench(ctx, k, at)
	if err != nil {
		return 0, err
	}
	u, err := p.lab.ExamAgain(ctx, b, k, after)
	if err != nil {
		return 0, err
	}
	score, err := p.lab.Score(u)
	return score.Loss, err
}

// atLeast is the share that is exceeded with 95 % confidence if so many of n were counted (Clopper and Pearson).
func atLeast(in, n int) float64 {
	if in == 0 {
		return 0
	}
	return distuv.Beta{Alpha: float64(in), Beta: float64(n - in + 1)}.Quantile(0.05)
}

// report is the table of some parts, and their picture.
func report(name string, all [][]shown, images string) error {
	fmt.Printf("| setting | in the bar of 95 %% | at least, with 95 %% confidence | in the bar of 50 %% | median bar (sd of the loss) | rms of (measured - median) / sd |\n|---|---|---|---|---|---|\n")
	for at, list := range all {
		in, half, z := 0, 0, 0.0
		var sds []float64
		for _, s := range list {
			if s.within(s.bar.Most) {
				in++
			}
			if s.within(s.bar.Half) {
				half++
			}
			sds = append(sds, s.bar.Sd)
			z += math.Pow((s.measured-s.bar.Median)/s.bar.Sd, 2) / float64(len(list))
		}
		slices.Sort(sds)
		fmt.Printf("| %s | %d of %d | %.1f %% | %d of %d | %.3g | %.2f |\n", settings[at], in, len(list), 100*atLeast(in, len(list)), half, len(list), sds[len(sds)/2], math.Sqrt(z))
	}
	if images == "" {
		return nil
	}
	return draw(images, name, all)
}
