//go:build petsc

package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/internal/petsc"
	"github.com/elastrain/elastrain/run"
)

// app is the command line.
type app struct {
	JSON    bool         `help:"Print one JSON object on stdout."`
	Quiet   bool         `short:"q" help:"No progress and no hints."`
	Train   trainCommand `cmd:"" help:"Train a lattice of springs on all ranks; goes on where an earlier session stopped, on any number of ranks."`
	Version struct{}     `cmd:"" help:"Print the version."`
}

const description = `Trains lattices of linear springs over MPI, when one machine is too small or too slow.

Examples:
  mpirun -n 4 elastrain-petsc train big.yaml                      result in runs/big
  mpirun -n 4 elastrain-petsc train big.yaml learn.epochs=20      with other values
  mpirun -n 8 elastrain-petsc train big.yaml                      goes on, on more ranks

Everything else (check, show, eval, export, studio) is done by elastrain, which opens the same directories.

Exit codes: 0 done, 1 a goal was not met, 2 bad usage or file, 3 mechanics, 5 storage, 75 stopped at a checkpoint.`

// MPI and PETSc are called from the main thread alone.
func init() { runtime.LockOSThread() }

func main() { os.Exit(start()) }

// start joins the ranks and returns the exit code of this one.
func start() int {
	runtime.GOMAXPROCS(2)  // ranks share out the processors; one more for signals while MPI waits
	debug.SetGCPercent(10) // most is PETSc's, and a step allocates little
	voice := new(voice)
	ending := cli.NewEnding(voice, true) // before MPI begins, which takes a while
	defer ending.Close()
	ending.GoesOn() // a rank that is told to end while the lattice is read has nothing to keep; mpirun then ends the others
	w, err := petsc.Begin()
	if err != nil {
		fmt.Fprintf(os.Stderr, "error: %v\n", err)
		return cli.Storage
	}
	code := 0
	if w.First() {
		voice.on.Store(true)
		if code, err = lead(w, ending); err == nil {
			err = w.Leave()
		}
	} else {
		err = follow(w, ending)
	}
	if err != nil { // of PETSc or MPI: the others wait for what will not come
		fmt.Fprintf(os.Stderr, "rank %d: error: %v\n", w.Rank, err)
		w.Abort(cli.Storage)
	}
	if err := w.End(); err != nil {
		fmt.Fprintf(os.Stderr, "rank %d: error: %v\n", w.Rank, err)
		return cli.Storage
	}
	return code
}

// voice writes to stderr once this is known to be rank 0: the others say nothing of signals, which all ranks get.
type voice struct{ on atomic.Bool }

func (v *voice) Write(b []byte) (int, error) {
	if !v.on.Load() {
		return len(b), nil
	}
	return cli.Lasting{Writer: os.Stderr}.Write(b)
}

// follow does what rank 0 asks for, to the end. What goes wrong with the training rank 0 says.
func follow(w *petsc.World, ending *cli.Ending) (err error) {
	var lattice *petsc.Shared
	for {
		if lattice, err = w.Follow(lattice); err != nil || lattice == nil {
			return err
		}
		if _, err := together(w, lattice, nil, nil, ending); isFatal(err) {
			return err
		}
	}
}

// lead reads the command line and does what it says. Its error is one that leaves the ranks apart.
func lead(w *petsc.World, ending *cli.Ending) (int, error) {
	t := &cli.Terminal{In: os.Stdin, Out: os.Stdout, Err: cli.Lasting{Writer: os.Stderr}, Live: term.IsTerminal(int(os.Stderr.Fd()))}
	t.Color = t.Live && os.Getenv("NO_COLOR") == ""
	words := os.Args[1:]
	for _, word := range words {
		t.JSON = t.JSON || word == "--json"
	}
	if len(words) == 0 {
		words = []string{"--help"}
	}
	var a app
	exit := -1
	parser, err := kong.New(&a, kong.Name("elastrain-petsc"), kong.Description(description), kong.Exit(func(code int) { exit = code }), kong.Writers(t.Out, t.Err))
	if err != nil {
		panic(err)
	}
	command, err := parser.Parse(words)
	if exit >= 0 {
		return exit, nil
	}
	if err != nil {
		return t.Fail(refused(words, err)), nil
	}
	t.JSON, t.Quiet = a.JSON, a.Quiet
	if command.Command() == "version" {
		if _, err := fmt.Fprintln(t.Out, run.Version); err != nil {
			return t.Fail(err), nil
		}
		return cli.Done, nil
	}
	if err := a.Train.run(w, t, ending); isFatal(err) {
		return 0, err
	} else if err != nil {
		failure := t.Describe(err)
		if failure.ExitCode == cli.Stopped && ending.Person() {
			failure.ExitCode = cli.Interrupted
		}
		t.Report(failure)
		return failure.ExitCode, nil
	}
	return cli.Done, nil
}

// isFatal reports whether an error leaves the ranks apart.
func isFatal(err error) bool { return errors.As(err, new(*petsc.Error)) }

// refused is the error for a command line that is not understood.
func refused(words []string, cause error) error {
	for _, word := range words {
		if strings.HasPrefix(word, "-") {
			continue
		}
		if word != "train" && word != "version" {
			return &cli.UsageError{Text: fmt.Sprintf("elastrain-petsc trains, and does not know `%s`", word), Help: fmt.Sprintf("`elastrain %s`, on one machine, opens the same files and directories", word)}
		}
		break
	}
	return &cli.UsageError{Text: cause.Error(), Help: "`elastrain-petsc --help` says what it takes"}
}
