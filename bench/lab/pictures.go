package main

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/twin"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/run/insitu"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/vision/render"
)

// pictures writes those of docs/lab-guide.md: a rendered photograph of the lattice
// of examples/lab-behaviour.yaml under its load, and what is read from it.
func pictures(ctx context.Context, dir string) error {
	const path = "examples/lab-behaviour.yaml"
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	file, err := spec.Parse(path, text)
	if err != nil {
		return err
	}
	x, err := experiment.Build(file, nil, experiment.Options{})
	if err != nil {
		return err
	}
	l, err := insitu.Build(x, nil, insitu.Options{})
	if err == nil {
		err = l.See()
	}
	if err != nil {
		return err
	}
	ideal, err := twin.New(x.Network, l.Start, twin.Config{Finite: true})
	if err != nil {
		return err
	}
	if err := ideal.Arm(ctx, lab.Limits{}); err != nil {
		return err
	}
	if _, err := ideal.Load(ctx, l.Specimen.Forces(x.In, x.Train.Force(0))); err != nil {
		return err
	}
	frames, err := ideal.Measure(ctx, 1)
	if err != nil {
		return err
	}
	photo := filepath.Join(dir, "lab-photo.jpg")
	if err := photograph(photo, x.Network, l.Sight, frames[0]); err != nil {
		return err
	}
	grey, reading, err := l.Sight.Read(photo, nil)
	if err != nil {
		return err
	}
	text, err = l.Sight.Overlay(grey, reading, nil)
	if err != nil {
		return err
	}
	overlay, err := png.Decode(bytes.NewReader(text))
	if err != nil {
		return err
	}
	if err := writeJPEG(filepath.Join(dir, "lab-read.jpg"), overlay); err != nil {
		return err
	}
	return atomicfile.WriteFile(atomicfile.OS{}, filepath.Join(dir, "lab-sheet.svg"), []byte(l.Sheet()))
}

// photograph renders a lattice of grey bars with black marks on a white sheet.
func photograph(path string, net *network.Network, sight *insitu.Sight, f lab.Frame) error {
	s := render.Scene{Width: 640, Height: 480, Paper: 0.9, Blur: 0.7, Light: render.Light{Level: 0.9, Slope: [2]float64{0.15, -0.1}, Corner: 0.1},
		Sensor: render.Sensor{FullWell: 10000, Read: 0.005, SRGB: true, Seed: 1}}
	var middle [2]float64
	for _, spot := range sight.Layout.Frame {
		for axis := range 2 {
			middle[axis] += spot.X[axis] / float64(len(sight.Layout.Frame))
		}
		s.Discs = append(s.Discs, render.Disc{X: spot.X, Diameter: spot.Diameter, Reflectance: 0.05})
	}
	s.View = render.Pose{Target: middle, Distance: 0.4, Tilt: 0.12, Towards: math.Pi / 3, Roll: 0.03, Focal: 2000, Centre: [2]float64{320, 250}}.View()
	at := func(node int) [2]float64 { return [2]float64{f.Nodes[node].X[0], f.Nodes[node].X[1]} }
	for i := range net.Elements {
		if el := &net.Elements[i]; el.Kind == network.Bar && !el.Cut {
			s.Bars = append(s.Bars, render.Bar{A: at(el.Nodes[0]), B: at(el.Nodes[1]), Width: 2e-3, Reflectance: 0.62})
		}
	}
	for node := range net.Nodes() {
		// A white label below the mark keeps bars from touching it.
		s.Discs = append(s.Discs, render.Disc{X: at(node), Diameter: 1.9 * sight.Layout.MarkerDiameter, Reflectance: 0.9},
			render.Disc{X: at(node), Diameter: sight.Layout.MarkerDiameter, Reflectance: 0.05})
	}
	img, err := s.Image()
	if err != nil {
		return err
	}
	return writeJPEG(path, img)
}

func writeJPEG(path string, img image.Image) error {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 85}); err != nil {
		return err
	}
	return atomicfile.WriteFile(atomicfile.OS{}, path, b.Bytes())
}
