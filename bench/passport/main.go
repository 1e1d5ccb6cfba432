// Command passport measures whether the bars of `elastrain lab predict` are as long as they say. Simulated parts have hidden bonds, cracks, marks and
// wandering; each is measured in a short session, identified, and predicted a day later at the setting that the session left and at one that it never
// had. Then it is measured, and counted where the measurement lies.
//
//	go run ./bench/passport -specimens 100 behaviour iris
//	go run ./bench/passport -rows -picture docs/images rows.csv
//	go run ./bench/passport -train -specimens 20
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
)

func main() {
	specimens := flag.Int("specimens", 100, "parts")
	first := flag.Uint64("first", 1, "seed of the first part")
	images := flag.String("picture", "", "write a picture of predictions and measurements into this directory")
	quiet := flag.Bool("quiet", false, "predict and measure without noise, so that what is known of the part alone is tested")
	rows := flag.Bool("rows", false, "make the tables of files of rows, which come on the standard error while parts are measured")
	trains := flag.Bool("train", false, "compare training with the passport and without")
	flag.Parse()
	ctx := context.Background()
	if *trains {
		if err := compare(ctx, *specimens, *first); err != nil {
			log.Fatal(err)
		}
		return
	}
	if *rows {
		if err := again(flag.Args(), *images); err != nil {
			log.Fatal(err)
		}
		return
	}
	names := flag.Args()
	if len(names) == 0 {
		names = []string{"behaviour", "iris"}
	}
	for _, name := range names {
		if err := cover(ctx, name, *specimens, *first, *images, *quiet); err != nil {
			log.Fatal(fmt.Errorf("%s: %w", name, err))
		}
	}
}
