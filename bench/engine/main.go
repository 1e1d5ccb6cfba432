// Command engine measures the linear algebra of a training step (factorise D for
// new stiffnesses, solve for the ports, multiply elongations bond by bond) on
// lattices of a thousand to a million unknowns, and compares it with the direct
// solvers of other people. bench/engine/run.sh compiles those and calls it.
//
//	go run ./bench/engine t1e4 -rounds 9           # one lattice, Elastrain alone
//	go run ./bench/engine FILE.lat -threads 2      # a lattice from a file
//	go run ./bench/engine -generate t1e4 FILE.lat  # write that file for the peers
//	go run ./bench/engine -compare DIR t1e4 f1e4   # the table; peers and lattices in DIR
//	go run ./bench/engine t1e4 -newton 0.22        # an equilibrium at 11 % strain by Newton's method
//	go run ./bench/engine -compare DIR t1e4 -newton 0.22  # the same, and SciPy, in turns
//	go run ./bench/engine -growth growth.svg       # how the cost grows with the size
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
)

func main() {
	if err := do(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "engine:", err)
		os.Exit(1)
	}
}

// do runs the command; progress goes to log.
func do(args []string, out, log io.Writer) error {
	flags := flag.NewFlagSet("engine", flag.ContinueOnError)
	flags.SetOutput(log)
	rounds := flags.Int("rounds", 0, "steps of one lattice (9), or rounds of the table (3), in which all sides take turns")
	threads := flags.Int("threads", runtime.NumCPU(), "threads of Elastrain; the table has one thread and this many")
	asJSON := flags.Bool("json", false, "print JSON")
	write := flags.String("generate", "", "write the lattice of this name to the file")
	compare := flags.String("compare", "", "print the table; peers and lattice files are in this directory")
	clock := flags.String("clock", "", "measure steps by this clock: processor, for one thread on a busy machine; or wall")
	growth := flags.String("growth", "", "measure how the cost grows and draw it into this SVG file")
	most := flags.Float64("most", 1e6, "most unknowns of -growth (3e5 in space)")
	pull := flags.Float64("newton", 0, "pull the nodes of the top of the lattice by this force each, in finite deformation, and print JSON")
	solver := flags.String("solver", "sparse", "solver of one lattice of bars: sparse or multigrid")
	var names []string
	for { // flags may come after names
		if err := flags.Parse(args); err != nil {
			return err
		}
		if flags.NArg() == 0 {
			break
		}
		names, args = append(names, flags.Arg(0)), flags.Args()[1:]
	}
	if iterative = *solver == "multigrid"; !iterative && *solver != "sparse" {
		return fmt.Errorf("there is no solver %q here: sparse or multigrid", *solver)
	}
	if *threads < 1 {
		return fmt.Errorf("%d threads: at least one is needed", *threads)
	}
	switch *clock {
	case "":
	case "processor", "wall":
		byProcessor = *clock == "processor"
		if err := os.Setenv("ENGINE_CLOCK", *clock); err != nil { // for the processes of all sides
			return err
		}
	default:
		return fmt.Errorf("there is no clock %q: wall or processor", *clock)
	}
	either := func(usual int) int {
		if *rounds > 0 {
			return *rounds
		}
		return usual
	}
	switch {
	case *compare != "" && *pull != 0:
		if len(names) != 1 {
			return fmt.Errorf("name one lattice to pull, not %d", len(names))
		}
		return newtonTable(*compare, names[0], *pull, either(3), *threads, out, log)
	case *compare != "":
		return table(*compare, names, either(3), *threads, out, log)
	case *growth != "":
		return grow(*growth, *most, *threads, out, log)
	case len(names) != 1:
		return fmt.Errorf("name one lattice or file, not %d; -h lists what else there is", len(names))
	case *write != "":
		l, err := generate(*write)
		if err != nil {
			return err
		}
		return writeLattice(names[0], l)
	}
	if *pull != 0 {
		return newton(names[0], *pull, either(9), *threads, out)
	}
	return one(names[0], either(9), *threads, *asJSON, out)
}

// one measures one lattice in this process.
func one(name string, runs, threads int, asJSON bool, out io.Writer) error {
	runtime.GOMAXPROCS(threads)
	l, err := named(name)
	if err != nil {
		return err
	}
	ownMatrix := func() (*matrix, error) { return l.assemble(), nil }
	if strings.HasSuffix(name, ".lat") {
		ownMatrix = func() (*matrix, error) { return readMatrix(name) }
	}
	r, err := measure(l, ownMatrix, runs, threads)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if asJSON {
		return json.NewEncoder(out).Encode(r)
	}
	fmt.Fprintln(out, r.line())
	return nil
}
