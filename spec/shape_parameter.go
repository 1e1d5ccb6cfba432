package spec

import (
	"reflect"
	"strings"
)

// Parameter is a number of a law: a value, or a range in which it learns, with or without the value at which it
// starts. The zero Parameter means that the key was absent.
type Parameter struct {
	Min, Max float64 // equal for a value; Max is +Inf where the range is open
	Given    bool
	Start    *float64 // nil: where the element's start says
}

// Keyed is a parameter beside its key in the file.
type Keyed struct {
	Key string
	Parameter
}

// Parameters lists every parameter that an element may have, given or not, in the order of the file format.
func (e *Element) Parameters() (list []Keyed) {
	v := reflect.ValueOf(e).Elem()
	for i := range v.NumField() {
		if p, ok := v.Field(i).Interface().(Parameter); ok {
			list = append(list, Keyed{v.Type().Field(i).Tag.Get("yaml"), p})
		}
	}
	return list
}

// Curve is the measured curve of an element, and its key.
func (e *Element) Curve() (key string, p Points) {
	v := reflect.ValueOf(e).Elem()
	for i := range v.NumField() {
		if p, ok := v.Field(i).Interface().(Points); ok && p.IsSet() {
			return v.Type().Field(i).Tag.Get("yaml"), p
		}
	}
	return "", p
}

// Tables are the names of the files that say what the network is, in no order.
func (s *Spec) Tables() (names []string) {
	add := func(name string) {
		if name != "" {
			names = append(names, name)
		}
	}
	add(s.Network.Nodes.File)
	add(s.Network.Bonds.File)
	for i := range s.Elements {
		_, p := s.Elements[i].Curve()
		add(p.File)
	}
	return names
}

// IsSet reports whether the file gave the parameter.
func (p Parameter) IsSet() bool { return p.Given }

// Learns reports whether it is a range.
func (p Parameter) Learns() bool { return p.Max > p.Min }

// parameterShape is a quantity or a range of it: 2 mm, or 1.5..2.5 mm.
var parameterShape = single[Parameter]{
	parse: func(text string, f *field) (Parameter, *Error) {
		if strings.Contains(text, "..") {
			span, at, starts := strings.Cut(text, " at ")
			r, err := parseRange(span, f)
			p := Parameter{Min: r.Min, Max: r.Max, Given: true}
			if err != nil || !starts {
				return p, err
			}
			v, err := measure(strings.TrimSpace(at), f.dim)
			if err == nil && !(v >= r.Min && v <= r.Max) {
				err = problem("E0503", "the start `%s` lies outside the range", strings.TrimSpace(at)).WithLabel("start and range").WithHelp("give a start inside the range, or leave it out")
			}
			p.Start = &v
			return p, err
		}
		v, err := measure(text, f.dim)
		if err == nil {
			err = f.within(v, text)
		}
		return Parameter{Min: v, Max: v, Given: true}, err
	},
	format: func(p Parameter, f *field) string {
		if p.Learns() {
			text := formatRange(Range{p.Min, p.Max}, f.dim)
			if p.Start != nil {
				text += " at " + FormatQuantity(*p.Start, f.dim.tag)
			}
			return text
		}
		return FormatQuantity(p.Min, f.dim.tag)
	},
	json: func(f *field) object {
		return object{{"anyOf", []any{quantitySchema(f.dim, !f.positive), object{{"type", "string"}, {"pattern", "\\.\\."}}}}}
	},
	words: func(f *field) string { return f.dim.noun + " such as `" + f.dim.like + "`, or a range of it" },
}

// tuplesShape is a list of lists of whole numbers from 1.
type tuplesShape struct{}

func (tuplesShape) read(d *decoder, n *node, f *field) (any, bool) {
	if n.kind != list {
		d.wrongKind(n, f, tuplesShape{}.due(f))
		return nil, false
	}
	var out [][]int
	ok := true
	for _, item := range n.items {
		inner := *f
		inner.typ = reflect.TypeFor[[]int]()
		v, fine := numbersShape{}.read(d, item, &inner)
		if ok = ok && fine; fine {
			out = append(out, v.([]int))
		}
	}
	return out, ok
}

func (tuplesShape) write(v any, f *field) string {
	var parts []string
	for _, list := range v.([][]int) {
		parts = append(parts, numbersShape{}.write(list, f))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func (tuplesShape) schema(f *field) object {
	return object{{"type", "array"}, {"items", numbersShape{}.schema(f)}}
}

func (tuplesShape) due(*field) string { return "a list of lists of node numbers, such as [[1, 2, 3]]" }
