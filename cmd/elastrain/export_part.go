package main

import (
	"fmt"
	"slices"

	"github.com/elastrain/elastrain/export"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/part"
	"github.com/elastrain/elastrain/spec"
)

// partFlags say how a part is made of a network.
type partFlags struct {
	Round     bool   `help:"Of a part: struts are round, of the same cross-section."`
	Fillet    string `placeholder:"LENGTH" help:"Of a part: radius in the corners at nodes, such as 1mm."`
	Pins      string `placeholder:"LENGTH" help:"Of a part: diameter of holes at the nodes that supports hold."`
	Ears      string `placeholder:"LENGTH" help:"Of a part: diameter of the holes in ears for weights, at the nodes that are pushed."`
	Dots      string `placeholder:"LENGTH" help:"Of a part: diameter of dots on the nodes, for a camera."`
	Frame     string `placeholder:"LENGTH" help:"Of a part: width of a frame around, tied to what supports hold."`
	Feature   string `placeholder:"LENGTH" help:"Of a part: least width that the machine makes; what is thinner is refused with its bond."`
	Kerf      string `placeholder:"LENGTH" help:"Of an outline: width of the laser's cut; the outline lies half of it outside."`
	Thickness string `placeholder:"LENGTH" help:"Of a part: its thickness; default: that of the material."`
	Young     string `placeholder:"MODULUS" help:"Of a part: Young's modulus, such as 2MPa, by which stiffnesses become widths; default: that of the material."`
}

// options are the flags as package part takes them.
func (c *partFlags) options(format *export.Format) (part.Options, error) {
	o := part.Options{Round: c.Round}
	given := ""
	for _, f := range []struct {
		name, text, unit string
		to               *float64
	}{
		{"fillet", c.Fillet, "m", &o.Fillet}, {"pins", c.Pins, "m", &o.Pins}, {"ears", c.Ears, "m", &o.Ears}, {"dots", c.Dots, "m", &o.Dots},
		{"frame", c.Frame, "m", &o.Frame}, {"feature", c.Feature, "m", &o.Feature}, {"kerf", c.Kerf, "m", &o.Kerf},
		{"thickness", c.Thickness, "m", &o.Thickness}, {"young", c.Young, "Pa", &o.Young},
	} {
		if f.text == "" {
			continue
		}
		given = "--" + f.name
		v, err := spec.Quantity(f.text, f.unit)
		if err != nil {
			return o, &cli.UsageError{Text: fmt.Sprintf("--%s %s: %v", f.name, f.text, err), Help: map[string]string{"m": "write a length with its unit, such as 0.5mm", "Pa": "write a modulus with its unit, such as 2MPa"}[f.unit]}
		}
		if !(v > 0) {
			return o, &cli.UsageError{Text: fmt.Sprintf("--%s %s is not positive", f.name, f.text), Help: "leave it out for none"}
		}
		*f.to = v
	}
	if c.Round {
		given = "--round"
	}
	made := []string{"stl", "3mf", "svg", "dxf", "bonds"}
	if given != "" && !slices.Contains(made, format.Name) {
		return o, &cli.UsageError{Text: fmt.Sprintf("%s says how a part is made, and a %s file holds none", given, format.Name), Help: "leave it out, or write stl, 3mf, svg, dxf or bonds"}
	}
	if o.Kerf > 0 && (format.Name == "stl" || format.Name == "3mf") {
		return o, &cli.UsageError{Text: "--kerf is of outlines that a laser cuts", Help: "leave it out for a body, or write svg or dxf"}
	}
	return o, nil
}
