package main

import (
	"fmt"
	"os"
	"path/filepath"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/figure"
)

// draw measures packings in the plane and in space, and draws the share of the tasks that are solved against the share of the bonds that are out.
func draw(name string) error {
	curves := figure.Curves{XName: "bonds out (%)", YName: fmt.Sprintf("solved, %% of %d tasks", *pairs), X: figure.Linear, Y: figure.Linear, YMin: 0, YMax: 105}
	for _, of := range []struct {
		name  string
		dim   int
		share float64
	}{{"in the plane", 2, 0.85}, {"in space", 3, 0.65}} {
		s := figure.Series{Name: of.name, X: []float64{0}, Y: []float64{0}}
		for i, out := range measure(of.dim, of.share) {
			n := float64(*pairs)
			s.X, s.Y = append(s.X, 100*out, 100*out), append(s.Y, 100*float64(i)/n, 100*float64(i+1)/n)
		}
		curves.Series = append(curves.Series, s)
	}
	image, err := figure.PNG(curves, 13*vg.Centimeter, 8*vg.Centimeter, 150)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Clean(name), image, 0o644)
}
