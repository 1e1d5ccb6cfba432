// A run directory is read: what happened in it (while it trains, too), and the trained network in plain data.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/run/events"
)

func main() {
	dir := "runs/frame"
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	for r, err := range events.Follow(context.Background(), dir, 1) { // until the training ends
		if err != nil {
			log.Fatal(err)
		}
		if r.Kind == events.KindEnd || r.Kind == events.KindEpoch && r.Epoch%20 == 0 {
			fmt.Printf("record %d: %s %d, loss %.2e\n", r.Seq, r.Kind, r.Epoch, *r.Loss)
		}
	}
	s, err := run.Snapshot(atomicfile.OS{}, dir)
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range s.Cases {
		for o, out := range s.Outputs {
			fmt.Printf("%s: %s reads %.4g %s\n", c.Title, out.Name, c.Output[o], out.Unit)
		}
		fmt.Printf("the first of %d mode forces is %.4g %s\n", len(c.Force), c.Force[0], s.Elements[0].Modes[0].ForceUnit)
	}
}
