package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/run"
)

type showCommand struct {
	Subject   string   `arg:"" help:"Experiment file or run directory."`
	Overrides []string `arg:"" optional:"" help:"Changes to the file."`
	Labels    bool     `help:"Number nodes and bonds."`
	Colour    string   `name:"color" enum:"k,gradient,elongation,force" default:"k" help:"What colours the bonds: k, gradient, elongation or force."`
	Sample    int      `default:"1" help:"Training sample whose load is applied (elongation, force)."`
	Out       string   `short:"o" placeholder:"FILE" help:"File to write, .svg or .png, or - for SVG on stdout; default: NAME.svg."`
	Width     float64  `default:"14" help:"Width of the picture, cm."`
}

// Help is the part of --help that shows the command at work.
func (*showCommand) Help() string {
	return `Examples:
  elastrain show mine.yaml --labels                    the numbered lattice: mine.svg
  elastrain show mine.yaml --color force --sample 3    the bond forces under one load
  elastrain show runs/mine --color gradient -o g.png   a trained network`
}

func (c *showCommand) Run(s *session) error {
	var lattice figure.Lattice
	name := cli.RunName(c.Subject, nil)
	subject, err := s.ReadSubject(c.Subject, c.Overrides, experiment.Options{})
	if err == nil {
		name = subject.Name
		lattice, err = c.lattice(subject)
	} else if net := c.network(s); net != nil {
		s.Notef("the experiment has errors, so only its network is drawn; %s\n", cli.Command("check", c.Subject, c.Overrides...))
		lattice, err = figure.Lattice{Network: net, ScaleBar: true, NodeNumbers: c.Labels, BondNumbers: c.Labels}, nil
	}
	if err != nil {
		return err
	}
	if !drawable(c.Out) {
		return &cli.UsageError{Text: fmt.Sprintf("`%s` ends neither in .svg nor in .png", c.Out), Help: "these are the two kinds of picture; - is SVG on stdout"}
	}
	width := vg.Length(c.Width) * vg.Centimeter
	height := width * 0.8
	out := c.Out
	if out == "" {
		out = name + ".svg"
	}
	var picture []byte
	if strings.EqualFold(filepath.Ext(out), ".png") {
		picture, err = figure.PNG(lattice, width, height, 200)
	} else {
		picture, err = figure.SVG(lattice, width, height)
	}
	if err != nil {
		return err
	}
	if out == "-" {
		_, err := s.Out.Write(picture)
		return err
	}
	if err := cli.WriteOutput(out, picture); err != nil {
		return err
	}
	if s.JSON {
		return s.Object(map[string]any{"file": out, "color": c.Colour})
	}
	s.Printf("%s\n", out)
	return nil
}

// drawable reports whether the name of a file says a kind of picture that show
// can draw; devices and the default have no ending.
func drawable(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case "", ".svg", ".png":
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

// lattice is the picture that the flags ask for.
func (c *showCommand) lattice(subject *cli.Subject) (figure.Lattice, error) {
	x := subject.Experiment
	l := run.Lattice(x, subject.Stiffness)
	l.NodeNumbers, l.BondNumbers = c.Labels, c.Labels
	if c.Sample < 1 || c.Sample > x.Train.N {
		return l, &cli.UsageError{Text: fmt.Sprintf("there is no sample %d", c.Sample), Help: fmt.Sprintf("the training samples are 1..%d", x.Train.N)}
	}
	switch c.Colour {
	case "gradient":
		g := make([]float64, x.Eq.C.M)
		if _, err := x.Rule.Gradient(x.Rig, x.Loss, learn.Batch{Set: x.Train}, g); err != nil {
			return l, err
		}
		l.Values, l.ValueTitle, l.Signed = g, "gradient dL/dk (m/N)", true
	case "elongation", "force":
		u, e, err := x.Deform(x.Train.Force(c.Sample - 1))
		if err != nil {
			return l, err
		}
		l.Displacement, l.Signed = u, true
		l.Values, l.ValueTitle = e, "elongation (µm)"
		for i := range e {
			if c.Colour == "force" {
				e[i] *= 1e3 * subject.Stiffness[i]
			} else {
				e[i] *= 1e6
			}
		}
		if c.Colour == "force" {
			l.ValueTitle = "bond force (mN)"
		}
	}
	return l, nil
}
