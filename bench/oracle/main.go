// Command oracle solves the systems of package cases with Elastrain and writes
// systems and solutions as .npz files, for other solvers to judge:
//
//	go run ./bench/oracle -out DIR
//	python3 bench/oracle/peers/compare.py DIR
//
// bench/oracle/run.sh does both.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/elastrain/elastrain/bench/oracle/cases"
	"github.com/elastrain/elastrain/export/npz"
)

func main() {
	if err := do(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(1)
	}
}

// do runs the command with these arguments. It says on w which systems the solver
// refused and how many files there are.
func do(args []string, w io.Writer) error {
	flags := flag.NewFlagSet("oracle", flag.ContinueOnError)
	flags.SetOutput(w)
	out := flags.String("out", "", "directory for the .npz files, one a system")
	most := flags.Int("most", 1<<30, "leave out systems of more unknowns")
	class := flags.String("class", "", "only classes whose name contains this")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *out == "" {
		return errors.New("say with -out where the files go")
	}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		return err
	}
	written := 0
	save := func(name string, arrays []npz.Array, refused error) error {
		written++
		if refused != nil {
			fmt.Fprintf(w, "%s: refused: %v\n", name, refused)
		}
		return write(filepath.Join(*out, strings.ReplaceAll(name, " ", "-")+".npz"), arrays)
	}
	for _, r := range cases.Networks() {
		if r.Unknowns <= *most && strings.Contains(r.Class, *class) {
			arrays, refused := solveNetwork(r.Make())
			if err := save(r.Name, arrays, refused); err != nil {
				return err
			}
		}
	}
	for _, r := range cases.Matrices() {
		if r.Unknowns <= *most && strings.Contains(r.Class, *class) {
			arrays, refused := solveMatrix(r.Make())
			if err := save(r.Name, arrays, refused); err != nil {
				return err
			}
		}
	}
	fmt.Fprintf(w, "%d systems in %s\n", written, *out)
	return nil
}

func write(path string, arrays []npz.Array) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(npz.Write(f, arrays), f.Close())
}
