package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/vision"
)

type labSeeCommand struct {
	Photos []string `arg:"" help:"Photographs (PNG, JPEG, TIFF); displacements are from the first to each. Changes to the experiment file may stand among them."`
	Spec   string   `required:"" placeholder:"FILE" help:"Experiment file whose lattice they show."`
	Out    string   `short:"o" placeholder:"DIR" help:"Where pictures of what was read go; default: beside the photographs."`
}

// Help is the part of --help that shows the command at work.
func (*labSeeCommand) Help() string {
	return `Reads photographs and draws what was read over each: NAME-read.png. Exit code 1 if one cannot be read or is doubtful.

Examples:
  elastrain lab see photo.jpg --spec mine.yaml                can it be read?
  elastrain lab see zero.jpg loaded.jpg --spec mine.yaml      how far did the nodes move?
  elastrain lab see inbox/*.jpg --spec mine.yaml --json
  elastrain lab see photo.jpg --spec mine.yaml lab.photo.diameter=3mm`
}

// seenNode is a node in a photograph.
type seenNode struct {
	Node  int     `json:"node"` // from 1
	Seen  bool    `json:"seen"`
	X     float64 `json:"x"`     // m
	Y     float64 `json:"y"`     // m
	Sigma float64 `json:"sigma"` // m
	Dx    float64 `json:"dx"`    // from the first photograph, m
	Dy    float64 `json:"dy"`
	Why   string  `json:"why,omitempty"` // it was not seen
}

type seenPhoto struct {
	Photo    string     `json:"photo"`
	Problem  string     `json:"problem,omitempty"`
	Overlay  string     `json:"overlay,omitempty"`
	Residual float64    `json:"frame_residual"` // root mean square of a coordinate, m
	Scale    float64    `json:"pixels_per_metre"`
	Nodes    []seenNode `json:"nodes,omitempty"`
	Warnings []string   `json:"warnings,omitempty"`
}

func (c *labSeeCommand) Run(s *session) error {
	photos, changes := fileOrChange(c.Photos)
	if len(photos) == 0 {
		return &cli.UsageError{Text: "no photograph is named", Help: "such as `elastrain lab see photo.jpg --spec mine.yaml`"}
	}
	l, err := s.lookAt(c.Spec, changes)
	if err != nil {
		return err
	}
	if l.Sight == nil {
		return &cli.UsageError{Text: fmt.Sprintf("photographs of this network cannot be read: %v", l.Blind), Help: "it must lie in a plane, with room for marks of lab.photo.diameter and at least five marks beside it (lab.photo.frame)"}
	}
	var all []seenPhoto
	var first *vision.Reading
	bad := 0
	for _, photo := range photos {
		grey, reading, err := l.Sight.Read(photo, first)
		p := seenPhoto{Photo: photo}
		if grey == nil {
			var file *fs.PathError
			switch {
			case errors.Is(err, vision.ErrFormat):
				return &cli.UsageError{Text: photo + " is no photograph that can be read", Help: "PNG, JPEG and TIFF can be read; HEIC of a phone has to be saved as JPEG", File: photo}
			case errors.Is(err, fs.ErrNotExist):
				return &cli.UsageError{Text: "there is no photograph " + photo, Help: "look at its name, and at the directory that the command is given in", File: photo}
			case errors.As(err, &file):
				err = file.Err
			}
			return &cli.UsageError{Text: fmt.Sprintf("the photograph %s cannot be read: %v", photo, err), File: photo}
		}
		if err != nil {
			p.Problem = err.Error()
			bad++
		}
		if reading != nil {
			if first == nil && err == nil {
				first = reading
			}
			p.fill(reading, first)
			text, err := l.Sight.Overlay(grey, reading, err)
			if err != nil {
				return err
			}
			p.Overlay = c.overlay(photo, all)
			if err := cli.WriteOutput(p.Overlay, text); err != nil {
				return err
			}
		}
		all = append(all, p)
	}
	if s.JSON {
		err = s.Object(struct {
			Photos []seenPhoto `json:"photos"`
		}{all})
	} else {
		for i := range all {
			all[i].print(s)
		}
	}
	if err == nil && bad > 0 {
		return &cli.NotMetError{Text: fmt.Sprintf("%d of %d photographs cannot be trusted", bad, len(all))}
	}
	return err
}

// overlay names the picture of what was read. Photographs of one name, from several
// directories or in several formats, get pictures of their own.
func (c *labSeeCommand) overlay(photo string, before []seenPhoto) string {
	dir := c.Out
	if dir == "" {
		dir = filepath.Dir(photo)
	}
	name := filepath.Join(dir, strings.TrimSuffix(filepath.Base(photo), filepath.Ext(photo)))
	path := name + "-read.png"
	for n := 2; slices.ContainsFunc(before, func(p seenPhoto) bool { return p.Overlay == path }); n++ {
		path = fmt.Sprintf("%s-%d-read.png", name, n)
	}
	return path
}

func (p *seenPhoto) fill(r, first *vision.Reading) {
	p.Residual, p.Scale, p.Warnings = 1e-6*r.ResidualMicrons, r.PixelsPerMetre, r.Warnings
	for i, m := range r.Nodes {
		n := seenNode{Node: i + 1, Seen: m.Seen, Why: m.Why}
		if m.Seen {
			n.X, n.Y, n.Sigma = m.X[0], m.X[1], m.Sigma
			if first != nil && first.Nodes[i].Seen {
				n.Dx, n.Dy = m.X[0]-first.Nodes[i].X[0], m.X[1]-first.Nodes[i].X[1]
			}
		}
		p.Nodes = append(p.Nodes, n)
	}
}

func (p *seenPhoto) print(s *session) {
	s.Printf("%s\n", p.Photo)
	if p.Problem != "" {
		s.Printf("  cannot be trusted: %s\n", p.Problem)
	}
	if p.Nodes == nil {
		return
	}
	seen, noise := 0, 0.0
	s.Printf("  node        x (mm)      y (mm)  sigma (um)     dx (um)     dy (um)\n")
	for _, n := range p.Nodes {
		if !n.Seen {
			s.Printf("  %-6d %s\n", n.Node, n.Why)
			continue
		}
		seen++
		noise += n.Sigma * n.Sigma
		s.Printf("  %-6d %11.4f %11.4f %11.2f %11.1f %11.1f\n", n.Node, 1e3*n.X, 1e3*n.Y, 1e6*n.Sigma, 1e6*n.Dx, 1e6*n.Dy)
	}
	s.Printf("  %d of %d nodes, noise %.2g um, marks of the frame fit to %.2g um, %.3g pixels a millimetre\n", seen, len(p.Nodes), 1e6*math.Sqrt(noise/float64(max(seen, 1))), 1e6*p.Residual, 1e-3*p.Scale)
	for _, w := range p.Warnings {
		s.Printf("  warning: %s\n", w)
	}
	s.Notef("  picture   %s\n", p.Overlay)
}
