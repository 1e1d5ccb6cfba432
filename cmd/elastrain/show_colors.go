package main

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/unit"
)

// drawing is a picture with a legend.
type drawing interface {
	figure.Picture
	Legend(width, height vg.Length) (figure.Legend, error)
}

// drawn is the picture that the flags ask for.
func (c *showCommand) drawn(subject *cli.Subject) (drawing, error) {
	if subject.Experiment.Spec.Hubs == nil || c.Colour != "k" || c.Scale != nil {
		return c.lattice(subject)
	}
	s, err := subject.Experiment.Snapshot(experiment.View{Theta: subject.Stiffness})
	if err != nil {
		return nil, err
	}
	p := run.Hubs(s)
	p.Numbers = c.Labels
	_, p.Max, err = c.ends(unit.Ratios(unit.Forces, unit.Lengths), 1, true)
	return p, err
}

// lattice is the network itself.
func (c *showCommand) lattice(subject *cli.Subject) (figure.Lattice, error) {
	x := subject.Experiment
	moved := c.Colour != "k" && c.Colour != "gradient" || c.Scale != nil
	view := experiment.View{Theta: subject.Stiffness}
	if moved && c.Sample >= 1 && c.Sample <= x.Train.N {
		view.Cases = []int{c.Sample - 1}
	}
	s, err := x.Snapshot(view)
	if err != nil {
		return figure.Lattice{}, err
	}
	l := run.Lattice(s)
	l.NodeNumbers, l.BondNumbers = c.Labels, c.Labels
	if c.Sample < 1 || c.Sample > x.Train.N {
		return l, &cli.UsageError{Text: fmt.Sprintf("there is no sample %d", c.Sample), Help: fmt.Sprintf("the training samples are 1..%d", x.Train.N)}
	}
	if c.Scale != nil && !(*c.Scale >= 0 && *c.Scale <= 1e9) {
		return l, &cli.UsageError{Text: fmt.Sprintf("--scale %g cannot be drawn", *c.Scale), Help: "1 is to scale, 20 makes displacements 20 times as large, 0 draws the network at rest"}
	}
	axis := strings.Index("xyz", strings.TrimPrefix(c.Colour, "u"))
	if axis >= x.Network.Dim {
		return l, &cli.UsageError{Text: fmt.Sprintf("the network has %d dimensions, and no %s", x.Network.Dim, c.Colour), Help: "displacement colours by how far a bond moves in all"}
	}
	units, worth := unit.Lengths, 1.0
	switch c.Colour {
	case "k":
		units = unit.Ratios(unit.Forces, unit.Lengths)
		if values, _, si := s.Parameter(s.Theta); !s.Springs {
			switch si {
			case "m":
				units = unit.Lengths
				worth, _ = run.InUnit(si, values)
			case "S":
				units = unit.Conductances
			case "N":
				units = unit.Forces
			case "N/m":
			default:
				units = unit.One
			}
		}
	case "gradient":
		g := make([]float64, x.Parameters())
		if _, err := x.Rule.Gradient(x.Rig, x.Loss, learn.Batch{Set: x.Train}, g); err != nil {
			return l, err
		}
		l.Values, l.ValueTitle, l.Signed = g, "gradient dL/dk (m/N)", true
		units = unit.Ratios(unit.Lengths, unit.Forces)
		if !s.Springs {
			var name, si string
			l.Values, name, si = s.Parameter(g)
			l.ValueTitle = "gradient of the loss by the " + name
			if si != "" {
				l.ValueTitle += " (per " + si + ")"
			}
			units = unit.One
		}
	}
	if moved {
		at := &s.Cases[0]
		l.Displacement = at.Displacement
		l.Turns, l.Bent = run.Bent(s, at)
		warnings, err := x.Warnings()
		if err != nil {
			return l, err
		}
		l.Note = run.Remark(warnings)
		if c.Scale != nil {
			l.Exaggeration = *c.Scale
		}
		if c.Scale != nil && *c.Scale == 0 {
			l.Displacement = nil
		}
		if x.Train.N > 1 {
			l.Title = fmt.Sprintf("training sample %d", c.Sample)
			if x.Table != nil {
				l.Title += fmt.Sprintf(", row %d of the data", x.Rows(x.Train)[c.Sample-1])
			} else {
				l.Title = fmt.Sprintf("load case %d", c.Sample)
			}
		}
		name, si := "", "m"
		switch {
		case c.Colour == "elongation":
			l.Values, name, l.Signed = s.First(at.Deformation), "elongation", true
			if m := s.Mode(); m.Unit == "V" {
				name, si, units = "potential "+m.Name, m.Unit, unit.Potentials
			}
		case c.Colour == "force":
			l.Values, name, l.Signed = s.First(at.Force), "bond force", true
			units, si = unit.Forces, "N"
			if m := s.Mode(); m.ForceUnit == "A" {
				name, si, units = "current", m.ForceUnit, unit.Currents
			}
		case c.Colour == "moment":
			if at.Moment == nil {
				return l, &cli.UsageError{Text: "nothing bends in this network", Help: "beams do, by `elements: [{kind: beam, ...}]`; bonds have `--color force`"}
			}
			l.Values = slices.Clone(at.Moment)
			name, si, units = "largest bending moment", "N m", unit.Products(unit.Forces, unit.Lengths)
		case c.Colour == "displacement":
			l.Values, name = run.Displaced(s, at.Displacement, -1), "displacement"
		case axis >= 0:
			l.Values, name, l.Signed = run.Displaced(s, at.Displacement, axis), "displacement along "+"xyz"[axis:axis+1], true
		}
		if name != "" {
			var prefixed string
			worth, prefixed = run.InUnit(si, l.Values)
			l.ValueTitle = name + " (" + prefixed + ")"
		}
	}
	l.Min, l.Max, err = c.ends(units, worth, l.Signed)
	return l, err
}

// rangePattern is one number or two, and a unit.
var rangePattern = regexp.MustCompile(`^\s*([-+0-9.eE]+?)(?:\.\.([-+0-9.eE]+))?\s*([^-+0-9.\s].*)?$`)

// ends are the ends of the colours that --range asks for, in the unit of the
// picture, of which one is worth so much; both 0 where it is not given.
func (c *showCommand) ends(units []unit.Unit, worth float64, signed bool) (lo, hi float64, err error) {
	if c.Range == "" {
		return 0, 0, nil
	}
	bad := func(text string) (float64, float64, error) {
		example := "10 " + units[0].Symbol
		if signed {
			example += ", which is -10.." + example
		} else {
			example = "0.." + example
		}
		return 0, 0, &cli.UsageError{Text: "--range `" + c.Range + "` " + text, Help: "such as " + example}
	}
	m := rangePattern.FindStringSubmatch(c.Range)
	if m == nil {
		return bad("is no range of numbers with a unit")
	}
	if m[3] == "" {
		return bad("has no unit")
	}
	u, ok := unit.Find(units, m[3])
	if !ok {
		return bad("has a unit that does not fit " + c.Colour)
	}
	if hi, err = strconv.ParseFloat(m[1], 64); err != nil {
		return bad("is no range of numbers with a unit")
	}
	if signed {
		lo = -hi
	}
	if m[2] != "" {
		lo = hi
		if hi, err = strconv.ParseFloat(m[2], 64); err != nil {
			return bad("is no range of numbers with a unit")
		}
	}
	if !(lo < hi) || math.IsInf(hi-lo, 0) {
		return bad("does not grow")
	}
	if signed && lo != -hi {
		return bad("is not the same on both sides of zero, which is white")
	}
	return lo * u.Float() / worth, hi * u.Float() / worth, nil
}
