package run

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/snapshot"
	"github.com/elastrain/elastrain/task"
)

// largeNetwork is the number of elements above which lattices are drawn as PNG
// only: an SVG of that many bars opens in no viewer.
const largeNetwork = 5000

// Picture is a figure with its name and size.
type Picture struct {
	Name          string
	Picture       figure.Picture
	Width, Height vg.Length
	Bitmap        bool // no SVG
}

// dpi of the PNG files.
const dpi = 200

// draw is WritePictures; tests that write a run a thousand times put less there.
var draw = WritePictures

// WritePictures writes figures as SVG and PNG into a directory.
func WritePictures(fsys atomicfile.FS, dir string, pictures []Picture) error {
	if err := atomicfile.MakeDir(fsys, dir); err != nil {
		return err
	}
	for _, p := range pictures {
		if !p.Bitmap {
			text, err := figure.SVG(p.Picture, p.Width, p.Height)
			if err != nil {
				return fmt.Errorf("figure %s: %w", p.Name, err)
			}
			if err := atomicfile.WriteFile(fsys, filepath.Join(dir, p.Name+".svg"), text); err != nil {
				return err
			}
		}
		image, err := figure.PNG(p.Picture, p.Width, p.Height, dpi)
		if err != nil {
			return fmt.Errorf("figure %s: %w", p.Name, err)
		}
		if err := atomicfile.WriteFile(fsys, filepath.Join(dir, p.Name+".png"), image); err != nil {
			return err
		}
	}
	return nil
}

// writeFigures draws what a person wants to see of a run.
func (r *Run) writeFigures(s *snapshot.Snapshot, warnings []experiment.Warning) (err error) {
	if s.History.Scores, err = scores(r.fs, r.Dir); err != nil {
		return err
	}
	pictures := Pictures(s, warnings)
	r.drawn = nil
	for _, p := range pictures {
		r.drawn = append(r.drawn, figuresName+"/"+p.Name+".svg", figuresName+"/"+p.Name+".png")
	}
	return draw(r.fs, filepath.Join(r.Dir, figuresName), pictures)
}

// Pictures are what a person wants to see of a network: itself, how its training
// went where it had one, how it deforms, what it answers, and all on one sheet.
// The snapshot has the cases and samples of [experiment.Experiment.Shown].
func Pictures(s *snapshot.Snapshot, warnings []experiment.Warning) []Picture {
	large := len(s.Drawn.Elements) > largeNetwork
	lattice := Network(s)
	pictures := []Picture{{Name: "network", Picture: lattice, Width: 12 * vg.Centimeter, Height: 10 * vg.Centimeter, Bitmap: large}}
	trained := len(s.History.Scores) > 0
	if trained {
		pictures = append(pictures, Picture{Name: "learning", Picture: learning(s), Width: 16 * vg.Centimeter, Height: 7 * vg.Centimeter})
	}
	deformed := Picture{Name: "deformation", Picture: Deformation(s, Remark(warnings)), Width: 16 * vg.Centimeter, Height: 8 * vg.Centimeter, Bitmap: large}
	if s.Hubs != nil {
		pictures[0].Width, pictures[0].Height = 18*vg.Centimeter, 12*vg.Centimeter
		deformed.Width, deformed.Height = 12*vg.Centimeter, 11*vg.Centimeter
	}
	pictures = append(pictures, deformed)
	if s.Built != s.Drawn {
		pictures = append(pictures, Picture{Name: "geometry", Picture: Geometry(s), Width: 16 * vg.Centimeter, Height: 8 * vg.Centimeter, Bitmap: large})
	}
	answers := Picture{Name: "confusion", Width: 16 * vg.Centimeter, Height: 9 * vg.Centimeter}
	if s.Classes() {
		answers.Picture = confusion(s)
	} else {
		answers.Name, answers.Picture = "answers", scatter(s)
	}
	pictures = append(pictures, answers)
	if profile := Profile(s); profile != nil {
		pictures = append(pictures, Picture{Name: "profile", Picture: profile, Width: 16 * vg.Centimeter, Height: 8 * vg.Centimeter})
	}
	if !trained {
		return pictures
	}
	sheet := figure.Grid{Title: s.Title, Columns: 2, Heights: []float64{1.1, 0.9}, Panels: append([]figure.Panel{
		{Picture: lattice}, {Picture: answers.Picture}}, learning(s).Panels...)}
	return append(pictures, Picture{Name: "summary", Picture: sheet, Width: 24 * vg.Centimeter, Height: 17 * vg.Centimeter, Bitmap: large})
}

// Network is a network with its stiffnesses, as suits it.
func Network(s *snapshot.Snapshot) figure.Picture {
	if s.Hubs != nil {
		return Hubs(s)
	}
	return Lattice(s)
}

// Lattice is a network coloured by its stiffness, or by the first parameter of each bond, with ports.
func Lattice(s *snapshot.Snapshot) figure.Lattice {
	values, name, unit := s.Parameter(s.Theta)
	if s.Springs {
		name = "stiffness k"
	}
	if unit == "m" {
		_, unit = InUnit(unit, values) // widths in mm
	}
	if unit != "" {
		name += " (" + unit + ")"
	}
	l := figure.Lattice{Network: s.Built, Values: values, ValueTitle: name, ScaleBar: true, Clamped: s.Clamped, Earthed: s.Earthed}
	l.Inputs, l.Outputs = arrows(s.Inputs), arrows(s.Outputs)
	l.Angles = s.Angles()
	l.Drives = drives(s)
	return l
}

// drives is the feature that each element follows; nil where none does, and of networks that have pictures of their own for that.
func drives(s *snapshot.Snapshot) []string {
	if s.Hubs != nil || s.Comb != nil {
		return nil
	}
	of := map[int]string{} // by the place of a parameter
	for i := range s.Inputs {
		p := &s.Inputs[i]
		name := p.Name
		if p.Lack {
			name = "1 - " + name
		}
		for _, at := range p.Sets {
			of[at] = name
		}
	}
	if len(of) == 0 {
		return nil
	}
	list := make([]string, len(s.Built.Elements))
	for i := range list {
		if el := &s.Elements[i]; el.Theta >= 0 {
			list[i] = of[el.Theta]
		}
	}
	return list
}

// Geometry is a network as it is drawn beside what it is built like.
func Geometry(s *snapshot.Snapshot) figure.Picture {
	built := Lattice(s)
	built.Title = "as built"
	drawn := built
	drawn.Title, drawn.Network = "as drawn", s.Drawn
	return figure.Grid{Plain: true, Columns: 2, Panels: []figure.Panel{{Picture: drawn}, {Picture: built}}}
}

// arrows are ports: one arrow each, or one at each node of a pair or of a mean.
func arrows(ports []snapshot.Port) (list []figure.Port) {
	var part network.PortPart
	add := func(node int, dir [3]float64, label string) {
		list = append(list, figure.Port{Port: network.Port{Node: node, Dir: dir, Part: part}, Label: label})
	}
	for i := range ports {
		p := &ports[i]
		part = p.Part
		switch {
		case p.Node < 0: // it is of the cell as a whole
		case p.Pair:
			add(p.Node, [3]float64{-p.Dir[0], -p.Dir[1], -p.Dir[2]}, p.Name)
			add(p.Other, p.Dir, "")
		case p.Mean != nil:
			for n, node := range p.Mean {
				add(node, p.Dir, map[bool]string{true: p.Name}[n == 0])
			}
		default:
			add(p.Node, p.Dir, p.Name)
		}
	}
	return list
}

// learning is the loss, and the accuracy or the relative error, against epochs.
func learning(s *snapshot.Snapshot) figure.Grid {
	var epoch, loss, testLoss, accuracy, testAccuracy, relative, testRelative []float64
	for i := range s.History.Scores {
		m := s.History.Scores[i]
		if len(s.Parts) > 1 && s.Parts[1].Name == "validation" {
			m.TestLoss, m.TestAccuracy, m.TestError = m.ValidLoss, m.ValidAccuracy, m.ValidError
		}
		epoch = append(epoch, float64(m.Epoch))
		loss, testLoss = append(loss, m.Loss), append(testLoss, m.TestLoss)
		accuracy, testAccuracy = append(accuracy, 100*m.Accuracy), append(testAccuracy, 100*m.TestAccuracy)
		relative, testRelative = append(relative, 100*m.Error), append(testRelative, 100*m.TestError)
	}
	curves := func(name string, train, test []float64) figure.Curves {
		c := figure.Curves{YName: name, Series: []figure.Series{{Name: "training", X: epoch, Y: train}}}
		if len(s.Parts) > 1 {
			c.Series = append(c.Series, figure.Series{Name: s.Parts[1].Name, X: epoch, Y: test, Dashed: true})
		}
		return c
	}
	second := Percent(curves("accuracy (%)", accuracy, testAccuracy))
	if !s.Classes() {
		second = curves("relative error (%)", relative, testRelative)
	}
	return Learning(s, curves("loss", loss, testLoss), second)
}

// Learning puts the loss and the score of a training side by side; the loss alone
// where a few load cases are told apart from the first step to the last.
func Learning(s *snapshot.Snapshot, loss, score figure.Curves) figure.Grid {
	changes := s.Task != "behaviour" || !s.Classes()
	for _, one := range score.Series {
		for _, v := range one.Y {
			changes = changes || v != one.Y[0]
		}
	}
	if !changes {
		return figure.Grid{Columns: 2, Plain: true, Panels: []figure.Panel{{Picture: loss, Span: 2}}}
	}
	return figure.Grid{Columns: 2, Plain: true, Panels: []figure.Panel{{Picture: loss}, {Picture: score}}}
}

// Percent gives curves of accuracies an axis that ends at 100.
func Percent(c figure.Curves) figure.Curves {
	least := 100.0
	for _, s := range c.Series {
		for _, v := range s.Y {
			if v < least { // not where it is NaN
				least = v
			}
		}
	}
	c.YMin, c.YMax, c.Y = math.Max(0, 10*math.Floor((least-1)/10)), 100, figure.Linear
	return c
}

// confusion counts which classes were taken for which.
func confusion(s *snapshot.Snapshot) figure.Picture {
	c := figure.Confusion{}
	for i := range s.Outputs {
		c.Classes = append(c.Classes, s.Outputs[i].Name)
	}
	for i := range s.Parts {
		p := &s.Parts[i]
		counts := make([][]int, len(s.Outputs))
		for o := range counts {
			counts[o] = make([]int, len(s.Outputs))
		}
		for n, class := range p.Class {
			counts[class][p.Predicted[n]]++
		}
		c.Parts = append(c.Parts, figure.ConfusionPart{Name: p.Name, Counts: counts})
	}
	return c
}

// Confusion counts samples by right class and predicted class.
func Confusion(rig learn.Rig, set *task.Set) ([][]int, error) {
	u, err := experiment.Outputs(rig, set)
	if err != nil {
		return nil, err
	}
	counts, _ := experiment.Confusion(set, u)
	return counts, nil
}

// scatter shows wanted against reached displacements in millimetres.
func scatter(s *snapshot.Snapshot) figure.Picture {
	p := figure.Scatter{XName: "wanted displacement (mm)", YName: "reached (mm)"}
	worth := 1e3
	if unit := s.OutputsUnit(); unit != "m" {
		names := map[string]string{"rad": "wanted rotation (rad)", "V": "wanted potential (V)", "1": "wanted strain", "": "wanted (m, rad or V)"}
		p.XName, p.YName, worth = names[unit], strings.Replace(names[unit], "wanted", "reached", 1), 1
	}
	q := len(s.Outputs)
	byPart := q > mostSeries
	for o := range s.Outputs {
		name := s.Outputs[o].Name
		for i := range 2 {
			if byPart {
				name = []string{"training", "test"}[i]
			}
			points := seriesOf(&p, name)
			if i >= len(s.Parts) {
				continue
			}
			part := &s.Parts[i]
			for n := range part.N {
				if want := part.Wanted[n*q+o]; !math.IsNaN(want) {
					points.Wanted = append(points.Wanted, worth*want)
					points.Reached = append(points.Reached, worth*part.Reached[n*q+o])
				}
			}
		}
	}
	if byPart && len(s.Parts) < 2 {
		p.Series = p.Series[:1]
		p.Series[0].Name = fmt.Sprintf("all %d outputs", q)
	}
	return p
}

// mostSeries is the number of outputs up to which each has its own points; of
// more, points are told apart by whether the network was trained on them.
const mostSeries = 7

// seriesOf is the points of a name, begun where there are none yet.
func seriesOf(s *figure.Scatter, name string) *figure.Points {
	for i := range s.Series {
		if s.Series[i].Name == name {
			return &s.Series[i]
		}
	}
	s.Series = append(s.Series, figure.Points{Name: name})
	return &s.Series[len(s.Series)-1]
}
