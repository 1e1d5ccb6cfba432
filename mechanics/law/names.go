package law

import (
	"fmt"
	"slices"
)

// Curves are the curves of bonds by their names, in the order of the reference.
var Curves = []Curve{hooke{}, hardening{}, softening{}, bistable{}, exponential{}, logarithmic{}, logForce{}, green{}, oneWay{1}, oneWay{-1}}

// CurveNamed finds a curve; ok is false if there is none of that name.
func CurveNamed(name string) (c Curve, ok bool) {
	for _, c := range Curves {
		if c.Name() == name {
			return c, true
		}
	}
	return nil, false
}

// Given is what is said of elements beside the values of their parameters.
type Given struct {
	Young, Thickness, Shear float64                 // of the material: Pa, m, Pa; 0 where it is not given
	Points                  [][2]float64            // of a curve: deformation and force
	Has                     func(param string) bool // whether a parameter is given
}

// entry is a law that elements of a kind can have. The first of a kind is what it has without a word. The error says what
// is wrong and, after a semicolon, the way out.
type entry struct {
	kind, name string
	make       func(g *Given) (Law, error)
}

// laws by kind. A new law is a line here, beside its file.
var laws = append([]entry{
	{"bar", "linear", func(g *Given) (Law, error) {
		switch {
		case g.Has("width"):
			return g.solid(Strip{g.Young, g.Thickness}, "linear", g.Thickness, "young and thickness")
		case g.Has("rest"):
			return Bond{Curve: hooke{}, Rest: true}, nil
		}
		return Spring{}, nil
	}},
	{"bar", "table", func(g *Given) (Law, error) {
		c, err := NewTable(g.Points)
		return Bond{Curve: c, Rest: g.Has("rest")}, err
	}},
	{"bar", "driven", always(Driven{})},
	{"angle", "linear", angular},
	{"fold", "linear", angular},
	{"bend", "linear", always(Spring{Unit: "N m"})},
	{"beam", "rectangle", func(g *Given) (Law, error) {
		return g.solid(Rectangle{g.Young, g.Thickness, g.Shear}, "rectangle", g.Thickness, "young and thickness")
	}},
	{"beam", "section", always(Section{})},
	{"beam", "timoshenko", always(Section{Shear: true})},
	{"beam", "driven", always(DrivenBeam{})},
	{"beam3d", "rectangle", func(g *Given) (Law, error) {
		return g.solid(Block{g.Young, g.Shear}, "rectangle", g.Shear, "young and shear")
	}},
	{"beam3d", "circle", func(g *Given) (Law, error) {
		return g.solid(Rod{g.Young, g.Shear}, "circle", g.Shear, "young and shear")
	}},
	{"beam3d", "section", always(Section3D{})},
	{"beam3d", "timoshenko", always(Section3D{Shear: true})},
	{"pipe", "linear", always(Conductance{})},
}, curved()...)

// always is a law that does not depend on what is given.
func always(l Law) func(*Given) (Law, error) { return func(*Given) (Law, error) { return l, nil } }

// angular is Hooke's law of an angle, at rest as built or at an angle of its own.
func angular(g *Given) (Law, error) {
	if g.Has("rest") {
		return Bond{Curve: hooke{}, Rest: true, Angle: true}, nil
	}
	return Spring{Unit: "N m"}, nil
}

// curved are the laws of bars by their curves.
func curved() (list []entry) {
	for _, c := range Curves[1:] {
		list = append(list, entry{"bar", c.Name(), func(g *Given) (Law, error) { return Bond{Curve: c, Rest: g.Has("rest")}, nil }})
	}
	return list
}

// solid is a law that needs Young's modulus and something else of the material.
func (g *Given) solid(l Law, name string, other float64, needs string) (Law, error) {
	if g.Young == 0 || other == 0 {
		return nil, fmt.Errorf("a section of kind %s needs a material with %s; add `material: {..}` with them", name, needs)
	}
	return l, nil
}

// For is the law of a name ("" for what a kind has without a word) for elements of a kind.
// The error says what is wrong and, after a semicolon, the way out.
func For(kind, name string, g *Given) (Law, error) {
	for _, e := range laws {
		if e.kind == kind && (name == "" || e.name == name) {
			return e.make(g)
		}
	}
	names := Names(kind)
	slices.Sort(names)
	return nil, fmt.Errorf("a %s has no law %s; it has %v", kind, name, names)
}

// Names are the laws that elements of a kind can have, the first without a word.
func Names(kind string) (names []string) {
	for _, e := range laws {
		if e.kind == kind {
			names = append(names, e.name)
		}
	}
	return names
}
