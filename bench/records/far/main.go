// Command far scores a trained frame at finite deformation: as it moves in earnest, and not as linear theory has it, by which it learned.
//
//	go run ./bench/records/far runs/comb-digits             # the part by which settings are chosen, or the training part
//	go run ./bench/records/far -tares 100 runs/comb-digits  # tares by more training samples
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/bench/records"
	"github.com/elastrain/elastrain/run"
	_ "github.com/elastrain/elastrain/shelf"
)

func main() {
	tares := flag.Int("tares", 50, "training samples by which tares are taken anew")
	flag.Parse()
	if err := do(flag.Args(), *tares); err != nil {
		fmt.Fprintln(os.Stderr, "far:", err)
		os.Exit(1)
	}
}

func do(args []string, tares int) error {
	if len(args) != 1 || tares < 1 {
		return fmt.Errorf("name the directory of a run; -tares is at least 1")
	}
	t, err := run.Load(atomicfile.OS{}, args[0])
	if err != nil {
		return err
	}
	set, part := t.Experiment.Valid, "validation"
	if set == nil || set.N == 0 {
		set, part = t.Experiment.Train, "training"
	}
	f, err := records.Judge(t.Experiment, t.Stiffness, set, tares)
	if err != nil {
		return err
	}
	fmt.Printf("%d samples of the %s part\n%6.2f %%  by linear theory\n%6.2f %%  at finite deformation, where readings are %+.1f to %+.1f %% of those\n%6.2f %%  with tares taken anew by %d training samples\n",
		f.Samples, part, 100*f.Linear, 100*f.Untared, 100*f.Least, 100*f.Most, 100*f.Tared, f.Tares)
	return nil
}
