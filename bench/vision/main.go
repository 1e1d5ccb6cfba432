// Command vision renders photographs of lattices, reads them, and holds the
// readings against the truth and against those of another program:
//
//	go run ./bench/vision -out DIR           # render, read, write truth.csv and ours.csv
//	python3 bench/vision/peers/opencv.py DIR # the same photographs through OpenCV
//	go run ./bench/vision -table DIR         # the table
//
// bench/vision/run.sh does all three.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/elastrain/elastrain/bench/vision/photos"
)

func main() {
	if err := do(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "vision:", err)
		os.Exit(1)
	}
}

// do runs the command with these arguments and reports on w.
func do(args []string, w io.Writer) error {
	flags := flag.NewFlagSet("vision", flag.ContinueOnError)
	flags.SetOutput(w)
	out := flags.String("out", "", "directory for the photographs and what was read from them")
	table := flags.String("table", "", "directory from which to print the table")
	count := flags.Int("n", 36, "photographs of each class")
	class := flags.String("class", "", "only classes whose name contains this")
	overlays := flags.Int("overlays", 0, "write the overlay pictures of so many photographs of each class")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch {
	case *table != "":
		return printTable(w, *table)
	case *out == "":
		return errors.New("say with -out where the photographs go, or with -table where they are")
	}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		return err
	}
	var set []*photos.Photo
	for _, name := range photos.Classes() {
		for i := 0; i < *count && strings.Contains(name, *class); i++ {
			set = append(set, photos.Make(name, i))
		}
	}
	if err := render(*out, set); err != nil {
		return err
	}
	if err := writeTruth(*out, set); err != nil {
		return err
	}
	if err := readAll(*out, set, *overlays); err != nil {
		return err
	}
	fmt.Fprintf(w, "%d photographs in %s\n", len(set), *out)
	return nil
}
