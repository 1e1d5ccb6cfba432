package main

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/network"
)

type showCommand struct {
	Subject   string   `arg:"" help:"Experiment file or run directory."`
	Overrides []string `arg:"" optional:"" help:"Changes to the file."`
	Labels    bool     `help:"Number nodes and bonds."`
	Colour    string   `name:"color" enum:"k,gradient,elongation,force,moment,displacement,ux,uy,uz" default:"k" help:"What colours the bonds: k, gradient, elongation, force, moment (the largest bending moment of a beam), displacement, or its part ux, uy or uz."`
	Range     string   `placeholder:"A..B" help:"Ends of the colours with a unit, such as 20..500 N/m; 10 um is 0 to 10 um, or -10 to 10 um where signs matter."`
	Sample    int      `default:"1" help:"Training sample whose load is applied, counted within the training part (all colours but k and gradient)."`
	Scale     *float64 `placeholder:"X" help:"Magnification of the displacements: 1 is to scale, 0 draws the network at rest. Chosen where not given."`
	Out       string   `short:"o" placeholder:"FILE" help:"File to write, .svg, .png or .pdf, or - for SVG on stdout; default: NAME.svg."`
	Width     float64  `default:"14" help:"Width of the picture, cm."`
}

// Help is the part of --help that shows the command at work.
func (*showCommand) Help() string {
	return `Examples:
  elastrain show mine.yaml --labels                    the numbered lattice: mine.svg
  elastrain show mine.yaml --color force --sample 3    the bond forces under one load
  elastrain show mine.yaml --color uy --scale 20       displacements along y, drawn 20 times as large
  elastrain show mine.yaml --color k --range "0..300 N/m"  colours that two pictures share
  elastrain show runs/mine --color gradient -o g.png   a trained network`
}

func (c *showCommand) Run(s *session) error {
	var lattice drawing
	name := cli.RunName(c.Subject, nil)
	subject, err := s.ReadSubject(c.Subject, c.Overrides, experiment.Options{})
	if err == nil {
		name = subject.Name
		s.notesOf(subject)
		lattice, err = c.drawn(subject)
	} else if net := c.network(s); net != nil {
		s.Notef("the experiment has errors, so only its network is drawn; %s\n", cli.Command("check", c.Subject, c.Overrides...))
		lattice, err = figure.Lattice{Network: net, ScaleBar: true, NodeNumbers: c.Labels, BondNumbers: c.Labels}, nil
	}
	if err != nil {
		return err
	}
	if !drawable(c.Out) {
		return &cli.UsageError{Text: fmt.Sprintf("`%s` ends in none of .svg, .png and .pdf", c.Out), Help: "these are the kinds of picture; - is SVG on stdout"}
	}
	if !(c.Width >= 1 && c.Width <= widest) {
		return &cli.UsageError{Text: fmt.Sprintf("a picture %g cm wide cannot be drawn", c.Width), Help: fmt.Sprintf("--width is from 1 to %d; 14 is usual", widest)}
	}
	width := vg.Length(c.Width) * vg.Centimeter
	height := width * 0.8
	out := c.Out
	if out == "" {
		out = name + ".svg"
	}
	legend, err := lattice.Legend(width, height)
	if err != nil {
		return err
	}
	var picture []byte
	switch strings.ToLower(filepath.Ext(out)) {
	case ".png":
		picture, err = figure.PNG(lattice, width, height, 200)
	case ".pdf":
		picture, err = figure.PDF(name, figure.Page{Picture: lattice, Width: width, Height: height})
	default:
		picture, err = figure.SVG(lattice, width, height)
	}
	if err != nil {
		return err
	}
	if legend.LeftOut != nil {
		s.Notef("%s; a wider picture has more room: --width %.0f\n", strings.Join(legend.LeftOut, "; "), math.Ceil(2*c.Width))
	}
	if out == "-" {
		if s.JSON {
			object := c.object(out, legend)
			object["svg"] = string(picture)
			return s.Object(object)
		}
		_, err := s.Out.Write(picture)
		return err
	}
	if err := s.Spare(out, c.Subject); err != nil {
		return err
	}
	if err := cli.WriteOutput(out, picture); err != nil {
		return err
	}
	if s.JSON {
		return s.Object(c.object(out, legend))
	}
	s.Printf("%s\n", out)
	return nil
}

// widest is the width of a poster, cm; a PNG of it takes 450 MB while it is drawn.
const widest = 150

// drawable reports whether the name of a file says a kind of picture that show
// can draw; devices and the default have no ending.
func drawable(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case "", ".svg", ".png", ".pdf":
		return true
	}
	return false
}

// network is that of an experiment that cannot be built, or nil: the numbers in
// the picture are what one needs to mend it.
func (c *showCommand) network(s *session) *network.Network {
	file, files, err := s.ReadSpec(c.Subject, c.Overrides)
	if err != nil || c.Colour != "k" {
		return nil
	}
	net, err := experiment.BuildNetwork(file, files)
	if err != nil {
		return nil
	}
	return net
}

// object is what --json prints.
func (c *showCommand) object(out string, legend figure.Legend) map[string]any {
	object := map[string]any{"file": out, "color": c.Colour}
	if legend.Coloured {
		object["colors_from"], object["colors_to"] = legend.Min, legend.Max
		object["least"], object["greatest"] = legend.Low, legend.High
	}
	if legend.Magnification != 0 {
		object["magnification"] = legend.Magnification
	}
	if legend.LeftOut != nil {
		object["left_out"] = legend.LeftOut
	}
	return object
}
