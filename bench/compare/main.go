// Command compare trains the paper's Iris network with Elastrain and with what a
// scientist would use instead, in turns on one machine, and prints a table in
// Markdown. A side whose tools are missing is left out and named.
//
//	go run ./bench/compare            # from the root of the repository
//	go run ./bench/compare -rounds 9
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
)

func main() {
	rounds := flag.Int("rounds", 5, "rounds; in each, every side trains in turn")
	python := flag.String("python", systemPython(), "interpreter that has numpy and torch")
	compiler := flag.String("cc", "gcc", "C compiler")
	flag.Parse()
	if err := do(*rounds, *python, *compiler); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

// systemPython is the interpreter that a distribution's numpy belongs to.
func systemPython() string {
	if _, err := os.Stat("/usr/bin/python3"); err == nil {
		return "/usr/bin/python3"
	}
	return "python3"
}

func do(rounds int, python, compiler string) error {
	if rounds < 1 {
		return fmt.Errorf("%d rounds: at least one is needed", rounds)
	}
	dir, err := os.MkdirTemp("", "elastrain-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a temporary directory
	s, err := prepare(dir, python, compiler)
	if err != nil {
		return err
	}
	if err := s.agree(); err != nil {
		return err
	}
	for round := range rounds {
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round+1, rounds)
		for i := range s.sides {
			side := &s.sides[i]
			m, err := side.run(s.full, side.repeat)
			if err != nil {
				return err
			}
			side.rounds = append(side.rounds, m)
		}
	}
	fmt.Print(s.markdown(machine()))
	return nil
}

// sides is who takes part; Elastrain is the first.
type sides struct {
	sides       []side
	notes       []string // who does not, and why
	full, short string   // directories with the tables of the task
	core        string   // OPENBLAS_CORETYPE, "" for OpenBLAS' own choice
}

// agree lets every side train 20 epochs and compares stiffnesses. Rounding
// grows tenfold in each ten epochs or so (Adam divides by small slopes), so
// that the ends of 100 epochs agree to some seven digits only.
func (s *sides) agree() error {
	const tolerance = 1e-9
	var want []float64
	for i := range s.sides {
		m, err := s.sides[i].run(s.short, 1)
		if err != nil {
			return err
		}
		if want == nil {
			want = m.report.Stiffness
		}
		if d := difference(m.report.Stiffness, want); !(d <= tolerance) {
			return fmt.Errorf("after %d epochs the stiffness of %s differs from Elastrain's by %.1e, more than %.0e: they do not train the same network",
				shortEpochs, s.sides[i].name, d, tolerance)
		}
	}
	return nil
}

// difference is the largest relative difference of two lists of positive numbers.
func difference(a, b []float64) float64 {
	if len(a) != len(b) {
		return 1
	}
	worst := 0.0
	for i := range a {
		worst = max(worst, (a[i]-b[i])/b[i], (b[i]-a[i])/b[i])
	}
	return worst
}

// median sorts x and returns its middle.
func median(x []float64) float64 {
	slices.Sort(x)
	n := len(x)
	return (x[(n-1)/2] + x[n/2]) / 2
}
