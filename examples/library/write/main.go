// An experiment is trained into a run directory, as `elastrain train` does: resumed if it was begun before.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
)

func main() {
	dir := "runs"
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	text, _ := examples.Text("frame")
	file, err := spec.Parse("frame.yaml", text)
	if err != nil {
		log.Fatal(err)
	}
	r, err := run.Open(run.Request{File: file, Parent: dir, Name: "frame", NoFigures: true})
	if err != nil {
		log.Fatal(err)
	}
	result, err := r.Train(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: loss %.2e; %s\n", r.Dir, result.Loss, result.Verdict.Text)
	if err := r.Close(); err != nil {
		log.Fatal(err)
	}
}
