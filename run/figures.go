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
func (r *Run) writeFigures(warnings []experiment.Warning) error {
	k, err := r.Trainer.Stiffness()
	if err != nil {
		return r.mechanics(err)
	}
	x := r.Experiment
	large := len(x.Network.Elements) > largeNetwork
	lattice := Lattice(x, k)
	learning, err := r.learning()
	if err != nil {
		return err
	}
	deformation, err := Deformation(x, warnings)
	if err != nil {
		return r.mechanics(err)
	}
	pictures := []Picture{
		{Name: "network", Picture: lattice, Width: 12 * vg.Centimeter, Height: 10 * vg.Centimeter, Bitmap: large},
		{Name: "learning", Picture: learning, Width: 16 * vg.Centimeter, Height: 7 * vg.Centimeter},
		{Name: "deformation", Picture: deformation, Width: 16 * vg.Centimeter, Height: 8 * vg.Centimeter, Bitmap: large},
	}
	if x.Built(k) != x.Network {
		pictures = append(pictures, Picture{Name: "geometry", Picture: Geometry(x, k), Width: 16 * vg.Centimeter, Height: 8 * vg.Centimeter, Bitmap: large})
	}
	var answers figure.Picture
	name := "answers"
	if x.Train.Class != nil {
		answers, err = confusion(x)
		name = "confusion"
	} else {
		answers, err = scatter(x)
	}
	if err != nil {
		return r.mechanics(err)
	}
	pictures = append(pictures, Picture{Name: name, Picture: answers, Width: 16 * vg.Centimeter, Height: 9 * vg.Centimeter})
	profile, err := Profile(x)
	if err != nil {
		return r.mechanics(err)
	}
	if profile != nil {
		pictures = append(pictures, Picture{Name: "profile", Picture: profile, Width: 16 * vg.Centimeter, Height: 8 * vg.Centimeter})
	}
	sheet := figure.Grid{Title: x.Spec.Title, Columns: 2, Heights: []float64{1.1, 0.9}, Panels: append([]figure.Panel{
		{Picture: lattice}, {Picture: answers}}, learning.Panels...)}
	pictures = append(pictures, Picture{Name: "summary", Picture: sheet, Width: 24 * vg.Centimeter, Height: 17 * vg.Centimeter, Bitmap: large})
	r.drawn = nil
	for _, p := range pictures {
		r.drawn = append(r.drawn, figuresName+"/"+p.Name+".svg", figuresName+"/"+p.Name+".png")
	}
	return draw(r.fs, filepath.Join(r.Dir, figuresName), pictures)
}

// Lattice is the network of an experiment coloured by stiffness, with ports.
func Lattice(x *experiment.Experiment, k []float64) figure.Lattice {
	values, name, unit := x.Values(k)
	if unit == "m" {
		_, unit = InUnit(unit, values) // widths in mm
	}
	if unit != "" {
		name += " (" + unit + ")"
	}
	l := figure.Lattice{Network: x.Built(k), Values: values, ValueTitle: name, ScaleBar: true}
	l.Inputs, l.Outputs = figurePorts(x)
	l.Clamped, l.Earthed = x.Clamped(), x.Earthed()
	l.Angles = x.Angles()
	return l
}

// Geometry is a network as it is drawn beside what it is built like.
func Geometry(x *experiment.Experiment, k []float64) figure.Picture {
	built := Lattice(x, k)
	built.Title = "as built"
	drawn := built
	drawn.Title, drawn.Network = "as drawn", x.Network
	return figure.Grid{Plain: true, Columns: 2, Panels: []figure.Panel{{Picture: drawn}, {Picture: built}}}
}

func figurePorts(x *experiment.Experiment) (in, out []figure.Port) {
	for i, p := range x.In {
		in = append(in, drawn(p, x.Inputs[i])...)
	}
	for i, p := range x.Out {
		out = append(out, drawn(p, x.Outputs[i])...)
	}
	return in, out
}

// drawn is a port as one arrow, or of a pair as one at each node.
func drawn(p network.Port, label string) (arrows []figure.Port) {
	if p.Part == network.Strain {
		return nil // it is of the cell as a whole
	}
	for node, dir := range p.Ends {
		if p.Mean != nil {
			dir = p.Dir
		}
		arrows = append(arrows, figure.Port{Port: network.Port{Node: node, Dir: dir, Part: p.Part}, Label: label})
		label = ""
	}
	return arrows
}

// learning is the loss, and the accuracy or the relative error, against epochs.
func (r *Run) learning() (sheet figure.Grid, err error) {
	records, err := ReadMetrics(r.fs, r.Dir)
	if err != nil {
		return sheet, err
	}
	var epoch, loss, testLoss, accuracy, testAccuracy, relative, testRelative []float64
	for _, m := range records {
		epoch = append(epoch, float64(m.Epoch))
		loss, testLoss = append(loss, m.Train.Loss), append(testLoss, m.Test.Loss)
		accuracy, testAccuracy = append(accuracy, 100*m.Train.Accuracy), append(testAccuracy, 100*m.Test.Accuracy)
		relative, testRelative = append(relative, 100*m.Train.Relative), append(testRelative, 100*m.Test.Relative)
	}
	curves := func(name string, train, test []float64) figure.Curves {
		c := figure.Curves{YName: name, Series: []figure.Series{{Name: "training", X: epoch, Y: train}}}
		if r.Experiment.Test.N > 0 {
			c.Series = append(c.Series, figure.Series{Name: "test", X: epoch, Y: test, Dashed: true})
		}
		return c
	}
	second := Percent(curves("accuracy (%)", accuracy, testAccuracy))
	if r.Experiment.Train.Class == nil {
		second = curves("relative error (%)", relative, testRelative)
	}
	return Learning(r.Experiment, curves("loss", loss, testLoss), second), nil
}

// Learning puts the loss and the score of a training side by side; the loss alone
// where a few load cases are told apart from the first step to the last.
func Learning(x *experiment.Experiment, loss, score figure.Curves) figure.Grid {
	changes := x.Spec.Task.Kind != "behaviour" || x.Train.Class == nil
	for _, s := range score.Series {
		for _, v := range s.Y {
			changes = changes || v != s.Y[0]
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
	c.YMin, c.YMax = math.Max(0, 10*math.Floor((least-1)/10)), 100
	return c
}

// confusion counts which classes were taken for which, at the stiffness set.
func confusion(x *experiment.Experiment) (figure.Picture, error) {
	c := figure.Confusion{Classes: x.Outputs}
	for _, part := range []struct {
		name string
		set  *task.Set
	}{{"training", x.Train}, {"test", x.Test}} {
		if part.set.N > 0 {
			counts, err := Confusion(x.Rig, part.set)
			if err != nil {
				return nil, err
			}
			c.Parts = append(c.Parts, figure.ConfusionPart{Name: part.name, Counts: counts})
		}
	}
	return c, nil
}

// Confusion counts samples by right class and predicted class.
func Confusion(rig learn.Rig, set *task.Set) ([][]int, error) {
	counts := make([][]int, set.Q)
	for o := range counts {
		counts[o] = make([]int, set.Q)
	}
	u, err := Outputs(rig, set)
	if err != nil {
		return nil, err
	}
	for i := range set.N {
		goal := set.Goal(i)
		predicted, _ := goal.Predict(u[i*set.Q : (i+1)*set.Q])
		counts[goal.Class][predicted]++
	}
	return counts, nil
}

// scatter shows wanted against reached displacements in millimetres.
func scatter(x *experiment.Experiment) (figure.Picture, error) {
	s := figure.Scatter{XName: "wanted displacement (mm)", YName: "reached (mm)"}
	worth := 1e3
	if unit := x.OutputsUnit(); unit != "m" {
		names := map[string]string{"rad": "wanted rotation (rad)", "V": "wanted potential (V)", "1": "wanted strain", "": "wanted (m, rad or V)"}
		s.XName, s.YName, worth = names[unit], strings.Replace(names[unit], "wanted", "reached", 1), 1
	}
	var reached [2][]float64
	for part, set := range []*task.Set{x.Train, x.Test} {
		var err error
		if reached[part], err = Outputs(x.Rig, set); err != nil {
			return nil, err
		}
	}
	byPart := len(x.Outputs) > mostSeries
	for o, name := range x.Outputs {
		for part, set := range []*task.Set{x.Train, x.Test} {
			if byPart {
				name = []string{"training", "test"}[part]
			}
			points := seriesOf(&s, name)
			for i := range set.N {
				if want := set.Goal(i).Want[o]; !math.IsNaN(want) {
					points.Wanted = append(points.Wanted, worth*want)
					points.Reached = append(points.Reached, worth*reached[part][i*set.Q+o])
				}
			}
		}
	}
	if byPart && x.Test.N == 0 {
		s.Series = s.Series[:1]
		s.Series[0].Name = fmt.Sprintf("all %d outputs", len(x.Outputs))
	}
	return s, nil
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
