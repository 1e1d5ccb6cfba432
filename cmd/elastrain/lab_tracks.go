package main

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/vision/tracks"
)

type labTracksCommand struct {
	File      []string          `arg:"" help:"File of trackpy, TrackMate (table or XML), ImageJ, MTrackJ, DeepLabCut, napari, DICe, or a table with columns x, y, u, v; several files are photographs by the numbers in their names, or DICe's marks. Changes to the experiment file may stand among them."`
	Spec      string            `required:"" placeholder:"FILE" help:"Experiment file whose lattice it shows."`
	Unit      string            `required:"" placeholder:"LENGTH" help:"One unit of the file: mm, um, m, or the length of a pixel such as 20um."`
	Origin    []float64         `placeholder:"X,Y" help:"Where the origin of the network is, in units of the file; default: 0,0."`
	Down      bool              `help:"y of the file points down, as in pictures."`
	Columns   map[string]string `placeholder:"x=NAME" mapsep:"," help:"Columns of a table that have no usual names: frame, particle, x, y, u, v, such as --columns x=cx,y=cy,frame=n."`
	Frame     *int              `placeholder:"N" help:"Frame to take; default: the last."`
	Reference *int              `placeholder:"N" help:"Frame of the unloaded lattice, in which each node is found; default: the first."`
	Gate      float64           `default:"0.3" help:"How far from its place a node may be found, as a share of the least distance of two nodes."`
}

// Help is the part of --help that shows the command at work.
func (*labTracksCommand) Help() string {
	return `Says which track is which node, and prints the nodes as the bench folder takes them. A node with two candidates is an error; one that
was lost has no row. Columns are found in any case. A column of frames, slices, times or channels that has several values in what would be
one photograph is an error, and so is a unit in the file that is not the one of --unit.
Of a displacement field a node moves as the points around it, or as the one mark at it.

Examples:
  elastrain lab tracks spots.csv --spec mine.yaml --unit mm
  elastrain lab tracks marks.csv --spec mine.yaml --unit 20um --columns x=cx,y=cy,frame=n,particle=nr
  elastrain lab tracks DICe_solution_0.txt DICe_solution_1.txt --spec mine.yaml --unit 20um
  elastrain lab tracks t.csv --spec mine.yaml --unit 20um --down --origin 512,384 > inbox/0007.csv`
}

func (c *labTracksCommand) Run(s *session) error {
	var changes []string
	if c.File, changes = fileOrChange(c.File); len(c.File) == 0 {
		return &cli.UsageError{Text: "no file of tracks is named", Help: "such as `elastrain lab tracks spots.csv --spec mine.yaml --unit mm`"}
	}
	l, err := s.lookAt(c.Spec, changes)
	if err != nil {
		return err
	}
	net := l.Experiment.Network
	if net.Dim != 2 {
		return &cli.UsageError{Text: fmt.Sprintf("tracks are in a plane, and this network is in %d dimensions", net.Dim), Help: "write a table of nodes yourself; docs/driver-protocol.md says how"}
	}
	unit, err := c.unit()
	if err != nil {
		return err
	}
	for what := range c.Columns {
		if !slices.Contains(tracks.Named, what) {
			return &cli.UsageError{Text: fmt.Sprintf("--columns %s=... names no column that is read", what), Help: "name some of " + strings.Join(tracks.Named, ", ")}
		}
	}
	unit.Columns = c.Columns
	set, err := c.read(unit)
	if err != nil {
		return err
	}
	name := c.name()
	for _, n := range set.Notes {
		s.Notef("note: %s: %s\n", name, n)
	}
	nodes, err := c.nodes(set, net)
	if err != nil {
		help := "`elastrain lab tracks --help` says which columns are read, and --columns names others"
		var two *tracks.TwoParticles
		var lost *tracks.NotFollowed
		var none *tracks.NoFrame
		switch {
		case errors.As(err, &two):
			help = "look at --unit, --origin and --down: is the file in the coordinates of the network?"
		case errors.As(err, &none):
			help = "--frame and --reference choose among its frames"
		case errors.As(err, &lost):
			help = fmt.Sprintf("a column of another name is told by `--columns particle=NAME`; `--frame %d --reference %[1]d` seeks each node in that frame alone, near its place in the network (--gate says how near)", lost.Frame)
		}
		return &cli.UsageError{Text: fmt.Sprintf("%s: %v", name, err), Help: help}
	}
	seen := 0
	var table bytes.Buffer
	table.WriteString("node,x (m),y (m),sigma (m)\n")
	list := make([]seenNode, len(nodes))
	for i, n := range nodes {
		list[i] = seenNode{Node: net.NodeNumber(i), Seen: n.Seen, X: n.X[0], Y: n.X[1], Sigma: n.Sigma, Dx: n.X[0] - net.At(i)[0], Dy: n.X[1] - net.At(i)[1]}
		if !n.Seen {
			list[i] = seenNode{Node: net.NodeNumber(i), Why: "it was not found, or lost"}
			continue
		}
		seen++
		fmt.Fprintf(&table, "%d,%.9g,%.9g,%.3g\n", net.NodeNumber(i), n.X[0], n.X[1], n.Sigma)
	}
	if s.JSON {
		if err := s.Object(map[string]any{"file": name, "format": set.Format, "nodes": list, "seen": seen}); err != nil {
			return err
		}
	} else {
		s.Printf("%s", table.String())
	}
	apart := ""
	if !set.Moves() {
		if n := set.Apart(nodes, c.last(set)); n > 0 {
			apart = fmt.Sprintf("; %d points of the frame are at no node", n)
		}
	}
	s.Notef("%s: %d of %d nodes%s\n", set.Format, seen, len(nodes), apart)
	if seen == 0 && set.Moves() {
		return &cli.NotMetError{Text: "no node was found: within --gate around each its one mark must lie, or at least three points of the field; look at --unit, --origin and --down too"}
	}
	if seen == 0 {
		return &cli.NotMetError{Text: "no node was found: look at --unit, --origin, --down and --gate"}
	}
	return nil
}

// name is how messages call the file or files.
func (c *labTracksCommand) name() string {
	if len(c.File) == 1 {
		return c.File[0]
	}
	return fmt.Sprintf("%s and %d more", c.File[0], len(c.File)-1)
}

// read reads the file or files.
func (c *labTracksCommand) read(unit tracks.Unit) (*tracks.Set, error) {
	var files []tracks.File
	for _, name := range c.File {
		f, err := os.Open(name)
		if errors.Is(err, os.ErrNotExist) {
			return nil, &cli.UsageError{Text: "there is no file " + name, Help: "look at its name, and at the directory that the command is given in"}
		}
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }() // it was only read
		files = append(files, tracks.File{Name: name, Text: f})
	}
	set, err := tracks.ReadAll(files, unit)
	if err != nil {
		text := err.Error()
		if len(files) == 1 {
			text = strings.TrimPrefix(text, c.File[0]+": ")
			text = c.File[0] + ": " + text
		}
		return nil, &cli.UsageError{Text: text, Help: "`elastrain lab tracks --help` lists the formats"}
	}
	return set, nil
}

// unit reads --unit, --origin and --down.
func (c *labTracksCommand) unit() (tracks.Unit, error) {
	text := strings.TrimSpace(c.Unit)
	if text != "" && !strings.ContainsAny(text[:1], "0123456789.+-") {
		text = "1 " + text
	}
	size, err := spec.Quantity(text, "m")
	if err != nil || !(size > 0) {
		bad := &cli.UsageError{Text: fmt.Sprintf("--unit %s is no length", c.Unit), Help: "write mm, um, m, or the length of a pixel such as 20um"}
		var e *spec.Error
		if errors.As(err, &e) && e.Help != "" && e.Code != "E0202" {
			bad.Help = e.Help
		}
		return tracks.Unit{}, bad
	}
	u := tracks.Unit{Metre: size, Down: c.Down}
	switch len(c.Origin) {
	case 0:
	case 2:
		u.Origin = [2]float64(c.Origin)
	default:
		return u, &cli.UsageError{Text: "--origin is two numbers", Help: "such as --origin 512,384"}
	}
	return u, nil
}

// nodes finds the nodes of the network in the file.
func (c *labTracksCommand) nodes(set *tracks.Set, net *network.Network) ([]tracks.Node, error) {
	if len(set.Points) == 0 {
		return nil, fmt.Errorf("it has no points")
	}
	first, last := set.Points[0].Frame, c.last(set)
	for _, p := range set.Points {
		first = min(first, p.Frame)
	}
	if c.Reference != nil {
		first = *c.Reference
	}
	places, least := make([][2]float64, net.Nodes()), math.Inf(1)
	for i := range places {
		places[i] = [2]float64(net.At(i))
		for _, other := range places[:i] {
			least = min(least, math.Hypot(places[i][0]-other[0], places[i][1]-other[1]))
		}
	}
	if err := set.Has(first, last); err != nil {
		return nil, err
	}
	if set.Moves() {
		return set.At(places, c.Gate*least, last)
	}
	return set.Follow(places, c.Gate*least, first, last)
}

// last is the frame that is taken.
func (c *labTracksCommand) last(set *tracks.Set) int {
	if c.Frame != nil {
		return *c.Frame
	}
	last := set.Points[0].Frame
	for _, p := range set.Points {
		last = max(last, p.Frame)
	}
	return last
}
