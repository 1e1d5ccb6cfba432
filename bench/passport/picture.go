package main

import (
	"math"
	"slices"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/run"
)

// draw draws the parts in the order of what was predicted: bars of 95 % as a band, measured losses as dots.
func draw(dir, name string, all [][]shown) error {
	var pictures []run.Picture
	for at, list := range all {
		list = slices.Clone(list)
		slices.SortFunc(list, func(a, b shown) int {
			if a.bar.Median < b.bar.Median {
				return -1
			}
			return 1
		})
		predicted := figure.Series{Name: "predicted, with 95 % of cases", Marker: figure.NoMarker}
		dots := figure.Series{Name: "measured afterwards"}
		for i, s := range list {
			predicted.Y, predicted.Lo, predicted.Hi = append(predicted.Y, s.bar.Median), append(predicted.Lo, s.bar.Most[0]), append(predicted.Hi, s.bar.Most[1])
			x := float64(i + 1)
			dots.X, dots.Y = append(dots.X, x, x), append(dots.Y, s.measured, math.NaN()) // a gap after each, so that nothing joins them
		}
		p := figure.Curves{Title: name + ", " + settings[at], XName: "part, in the order of its prediction", YName: "loss on the bench", Series: []figure.Series{predicted, dots}}
		pictures = append(pictures, run.Picture{Name: "passport-" + name + map[int]string{0: "", 1: "-new"}[at], Picture: p, Width: 16 * vg.Centimeter, Height: 8 * vg.Centimeter})
	}
	return run.WritePictures(atomicfile.OS{}, dir, pictures)
}
