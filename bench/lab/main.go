// Command lab trains on the simulated twin as one would on a bench, with every remedy
// against noise and with each of them switched off, and writes what that costs as
// a page of Markdown:
//
//	go run ./bench/lab > docs/lab-results.md
//
// It takes some minutes. -seeds and -only make it shorter.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
)

func main() {
	seeds := flag.Int("seeds", 10, "specimens and noises a row")
	first := flag.Int("first", 11, "the first seed; settings were chosen on 1 to 10")
	only := flag.String("only", "", "the task whose name contains this")
	images := flag.String("pictures", "", "write the pictures of docs/lab-guide.md into this directory instead")
	flag.Parse()
	if *images != "" {
		if err := pictures(context.Background(), *images); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if err := page(context.Background(), *first, *seeds, *only); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func page(ctx context.Context, first, seeds int, only string) error {
	fmt.Print(head)
	for _, s := range studies {
		if !strings.Contains(s.title, only) {
			continue
		}
		if err := s.write(ctx, first-1, seeds); err != nil {
			return fmt.Errorf("%s: %w", s.title, err)
		}
	}
	return nil
}

const head = `# In situ training on the twin

Written by ` + "`go run ./bench/lab > docs/lab-results.md`" + `. Each row is several trainings, each with a specimen and noise of its own
(mean ± standard deviation over the seeds 11 to 20; settings were chosen on others). The twin has bars that turn and stretch as they do (finite deformation), 6 um of noise in each
coordinate of every look, weights of half a gram, and 3 % scatter of the stiffness of each bond, unless the row says otherwise. A load
is one hanging of weights that is measured; a look is one photograph, those of the unloaded lattice included. What came out is judged
without noise, on the specimen as it then is; noise-free is the same specimen, trained without noise and with any load.

A row ends when no derivative stands out of its noise by two standard deviations, or every bond is at its bound, or all steps are taken
(40, of Iris 100).

`
