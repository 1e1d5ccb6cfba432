package law

import (
	"fmt"
	"slices"
)

// Curves are the curves of bonds by their names, in the order of the reference.
var Curves = []Curve{hooke{}, hardening{}, softening{}, bistable{}, logarithmic{}, logForce{}, green{}, oneWay{1}, oneWay{-1}}

// CurveNamed finds a curve; ok is false if there is none of that name.
func CurveNamed(name string) (c Curve, ok bool) {
	for _, c := range Curves {
		if c.Name() == name {
			return c, true
		}
	}
	return nil, false
}

// Material is what a section is made of.
type Material struct{ Young, Thickness, Shear float64 } // Pa, m, Pa; 0 where it is not given

// entry is a law that elements of a kind can have. The first of a kind is what it has without a word.
type entry struct {
	kind, name string
	needs      string // keys of the material
	make       func(m Material, has func(param string) bool) Law
}

// always is a law that does not depend on what is given.
func always(l Law) func(Material, func(string) bool) Law {
	return func(Material, func(string) bool) Law { return l }
}

// laws by kind. A new law is a line here, beside its file.
var laws = append([]entry{
	{"bar", "linear", "", func(m Material, has func(string) bool) Law {
		switch {
		case has("width"):
			return Strip{m.Young, m.Thickness}
		case has("rest"):
			return Bond{Curve: hooke{}, Rest: true}
		}
		return Spring{}
	}},
	{"angle", "linear", "", func(_ Material, has func(string) bool) Law {
		if has("rest") {
			return Bond{Curve: hooke{}, Rest: true, Angle: true}
		}
		return Spring{Unit: "N m"}
	}},
	{"bend", "linear", "", always(Spring{Unit: "N m"})},
	{"beam", "rectangle", "young and thickness", func(m Material, _ func(string) bool) Law { return Rectangle(m) }},
	{"beam", "section", "", always(Section{})},
	{"beam", "timoshenko", "", always(Section{Shear: true})},
	{"beam3d", "rectangle", "young and shear", func(m Material, _ func(string) bool) Law { return Block{m.Young, m.Shear} }},
	{"beam3d", "circle", "young and shear", func(m Material, _ func(string) bool) Law { return Rod{m.Young, m.Shear} }},
	{"beam3d", "section", "", always(Section3D{})},
	{"pipe", "linear", "", always(Conductance{})},
}, curved()...)

// curved are the laws of bars by their curves.
func curved() (list []entry) {
	for _, c := range Curves[1:] {
		list = append(list, entry{"bar", c.Name(), "", func(_ Material, has func(string) bool) Law { return Bond{Curve: c, Rest: has("rest")} }})
	}
	return list
}

// For is the law of a name ("" for what a kind has without a word) for elements of a kind, given which parameters are there.
// The error says what is wrong and, after a semicolon, the way out.
func For(kind, name string, m Material, has func(param string) bool) (Law, error) {
	var names []string
	for _, e := range laws {
		if e.kind != kind {
			continue
		}
		if name != "" && e.name != name {
			names = append(names, e.name)
			continue
		}
		needs := e.needs
		if needs == "" && e.kind == "bar" && has("width") {
			needs = "young and thickness"
		}
		if needs != "" && (m.Young == 0 || needs == "young and thickness" && m.Thickness == 0 || needs == "young and shear" && m.Shear == 0) {
			return nil, fmt.Errorf("a section of kind %s needs a material with %s; add `material: {..}` with them", e.name, needs)
		}
		return e.make(m, has), nil
	}
	slices.Sort(names)
	return nil, fmt.Errorf("a %s has no law %s; it has %v", kind, name, names)
}
