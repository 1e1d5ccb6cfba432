//go:build petsc

package main

import (
	"fmt"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/internal/petsc"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/run"
)

type trainCommand struct {
	Spec      string   `arg:"" help:"Experiment file."`
	Overrides []string `arg:"" optional:"" help:"Changes to the file, such as learn.rate=0.01 seed=7."`
	Out       string   `placeholder:"DIR" help:"Run directory, which all ranks must see; default: runs/NAME."`
	NoFigures bool     `help:"Draw no pictures."`
	Solver    string   `enum:"auto,mumps,gamg" default:"auto" help:"Solver: auto, mumps (a factor) or gamg (conjugate gradients with multigrid)."`
}

// run trains on all ranks; this is rank 0.
func (c *trainCommand) run(w *petsc.World, t *cli.Terminal, ending *cli.Ending) error {
	file, files, err := t.ReadSpec(c.Spec, c.Overrides)
	if err != nil {
		return err
	}
	var solver *petsc.Solver
	var why string
	options := experiment.Options{Make: func(lattice *mechanics.Compatibility) (_ mechanics.Solver, _ string, err error) {
		solver, why, err = petsc.NewSolver(w, lattice, c.Solver)
		return solver, why, err
	}}
	request := run.Request{File: file, Overrides: c.Overrides, Files: files, Options: options, NoFigures: c.NoFigures, Parent: "runs",
		Name: atomicfile.Shorten(cli.RunName(c.Spec, c.Overrides), 240)}
	if c.Out != "" {
		out := filepath.Clean(c.Out)
		request.Parent, request.Name, request.Exact = filepath.Dir(out), filepath.Base(out), true
	}
	if p := t.NewProgress(); p != nil {
		request.Sinks = append(request.Sinks, p)
	}
	slow := time.AfterFunc(2*time.Second, func() { t.Notef("%s is read and shared out over %s\n", c.Spec, cli.Count(w.Ranks, "rank")) })
	defer slow.Stop()
	r, err := run.OpenShared(request, func(x *experiment.Experiment) error {
		slow.Stop()
		if err := fits(x); err != nil {
			return err
		}
		t.Notef("%s by %s (%s)\n", cli.Count(x.Eq.C.N, "unknown"), solver.Name(), why)
		return nil
	})
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // after an error, which counts; else it is closed below
	for _, note := range r.Mended {
		fmt.Fprintf(t.Err, "%s: %s\n", r.Dir, note)
	}
	var result *run.Result
	if r.Complete() {
		t.Notef("%s is trained already; this is its result (change a value or --out to train another)\n", r.Dir)
		result, err = r.Result()
	} else {
		result, err = learnTogether(w, r, solver, ending)
	}
	if err != nil {
		return err
	}
	if err := r.Close(); err != nil {
		return err
	}
	if t.JSON {
		err = t.Object(result)
	} else {
		t.Printf("loss            %.6g\n%s, %s, %.3g s\n%s\n", result.Loss, cli.Count(result.Epochs, "epoch"), cli.Count(result.Steps, "step"), result.Seconds, result.Verdict.Text)
		t.Notef("next      %s\n", cli.Command("eval", r.Dir))
	}
	if err == nil && result.Verdict.Goal == "missed" {
		err = &cli.NotMetError{Text: fmt.Sprintf("the goal is missed: the loss %.6g is above learn.stop.loss", result.Loss)}
	}
	return err
}

// learnTogether lets all ranks train, and writes what came out.
func learnTogether(w *petsc.World, r *run.Shared, solver *petsc.Solver, ending *cli.Ending) (*run.Result, error) {
	x := r.Experiment
	// What the experiment has solved for while it was built goes; so does the stiffness that it believes the ranks to have.
	x.Eq = mechanics.NewEquilibriumOf(x.Eq.C, solver)
	x.Exact = learn.NewExact(x.Eq, x.In, x.Out)
	x.Rig = x.Exact
	r.Trainer.Problem.Rig = x.Rig
	debug.FreeOSMemory()
	lattice := solver.Shared()
	o, err := newOrders(r, lattice)
	if err != nil {
		return nil, err
	}
	if err := w.Together(); err != nil {
		return nil, err
	}
	out, err := together(w, lattice, r, o, ending)
	if err != nil {
		return nil, err
	}
	debug.FreeOSMemory()
	return r.Finish(&out.done, out.verdict, out.best, out.k, func() error {
		defer debug.FreeOSMemory()
		return solver.Close() // tables and pictures need no matrix, and memory of their own
	})
}
