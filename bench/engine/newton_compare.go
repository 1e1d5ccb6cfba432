package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

//go:embed peers/newton.py
var newtonPeer []byte

// sameStrain is by how much, as a share, two programs may differ in how far the top rises.
const sameStrain = 1e-9

// newtonTable lets Elastrain, on one thread and on more, and SciPy take turns at one equilibrium, and prints the medians of the
// rounds and of the ratios within them as Markdown. The interpreter is $PYTHON, or python3.
func newtonTable(dir, name string, force float64, rounds, threads int, out, log io.Writer) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	if err := provide(dir, name); err != nil {
		return err
	}
	script := filepath.Join(dir, "newton.py")
	if err := os.WriteFile(script, newtonPeer, 0o666); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	python := os.Getenv("PYTHON")
	if python == "" {
		python = "python3"
	}
	pull := strconv.FormatFloat(force, 'g', -1, 64)
	sides := [][]string{{self, latticeFile(dir, name), "-newton", pull, "-rounds", "9", "-threads", "1"}}
	if threads > 1 {
		sides = append(sides, []string{self, latticeFile(dir, name), "-newton", pull, "-rounds", "9", "-threads", strconv.Itoa(threads)})
	}
	sides = append(sides, []string{python, script, latticeFile(dir, name), pull, "5"})
	results := make([][]*pulled, len(sides))
	for round := range rounds {
		fmt.Fprintf(log, "%s: round %d of %d\n", name, round+1, rounds)
		for i, args := range sides {
			command := exec.Command(args[0], args[1:]...)
			command.Env = append(os.Environ(), "OPENBLAS_NUM_THREADS=1") // SuperLU's matrices are too small for more
			var problem strings.Builder
			command.Stderr = &problem
			text, err := command.Output()
			r := &pulled{}
			if err == nil {
				err = json.Unmarshal(text, r)
			}
			if err != nil {
				return fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, problem.String())
			}
			if first := results[0]; i > 0 && !(math.Abs(r.Strain-first[0].Strain) <= sameStrain*first[0].Strain) {
				return fmt.Errorf("the top rises by %.12g in %s and by %.12g in %s", first[0].Strain, first[0].Solver, r.Strain, r.Solver)
			}
			results[i] = append(results[i], r)
		}
	}
	fmt.Fprintln(out, "| | Newton steps | factorisations | wall, s | processor, s | SciPy's wall / this | SciPy's processor / this |\n|---|---|---|---|---|---|---|")
	peer := results[len(results)-1]
	for _, list := range results {
		var wall, cpu, ratio, share []float64
		for i, r := range list {
			wall, cpu = append(wall, r.Seconds), append(cpu, r.Processor)
			ratio, share = append(ratio, peer[i].Seconds/r.Seconds), append(share, peer[i].Processor/r.Processor)
		}
		name := list[0].Solver
		if list[0].Threads > 0 {
			name += fmt.Sprintf(", %d thr.", list[0].Threads)
		}
		fmt.Fprintf(out, "| %s | %d | %d | %s | %s | %s | %s |\n", name, list[0].Newton, list[0].Factorisations,
			digits(median(wall)), digits(median(cpu)), digits(median(ratio)), digits(median(share)))
	}
	fmt.Fprintf(out, "\n%d unknowns, strain %.4g, residual %.0e of the load and less. %s. Medians of %d rounds.\n",
		peer[0].N, peer[0].Strain, math.Max(results[0][0].Residual, peer[0].Residual), machine(), rounds)
	return nil
}
