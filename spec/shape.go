package spec

import (
	"fmt"
	"reflect"
	"strings"
)

// shape is what a kind of value looks like in a file: how to read it, write
// it, describe it to an editor and to a person. read reports what is wrong to
// the decoder and then returns false.
type shape interface {
	read(d *decoder, n *node, f *field) (v any, ok bool)
	write(v any, f *field) string // YAML on one line, as inside brackets
	schema(f *field) object       // JSON Schema
	due(f *field) string          // a whole number from 1, a length such as `16 mm`
}

// shapeOf chooses the shape of a field by its Go type and its tags.
func shapeOf(f *field) shape {
	typ := f.typ
	switch typ {
	case reflect.TypeFor[Range]():
		return rangeShape
	case reflect.TypeFor[Rows]():
		return rowsShape
	case reflect.TypeFor[Size]():
		return sizeShape
	case reflect.TypeFor[Direction]():
		return directionShape{}
	case reflect.TypeFor[Start]():
		return startShape
	case reflect.TypeFor[Levels]():
		return levelsShape{}
	case reflect.TypeFor[Batch]():
		return batchShape
	case reflect.TypeFor[NodeTable]():
		return nodeTableShape{}
	case reflect.TypeFor[Points]():
		return pointsShape{}
	case reflect.TypeFor[Vectors]():
		return vectorsShape{}
	case reflect.TypeFor[BondTable]():
		return bondTableShape{}
	case reflect.TypeFor[Parameter]():
		return parameterShape
	case reflect.TypeFor[[][]int]():
		return tuplesShape{}
	case reflect.TypeFor[Extent]():
		return extentShape
	case reflect.TypeFor[Point]():
		return pointShape{}
	case reflect.TypeFor[[]int]():
		if f.nodes {
			return nodesShape{}
		}
		return numbersShape{}
	case reflect.TypeFor[*float64]():
		return pointerShape{quantityShape}
	case reflect.TypeFor[[]string]():
		return textsShape{}
	}
	switch typ.Kind() {
	case reflect.Struct:
		return newSection(typ)
	case reflect.Pointer:
		return optionalSection{newSection(typ.Elem())}
	case reflect.Slice:
		if typ.Elem().Kind() == reflect.Struct {
			return sectionList{newSection(typ.Elem())}
		}
	case reflect.Float64:
		if f.dim != nil {
			return quantityShape
		}
		return numberShape
	case reflect.Int:
		if f.nodes {
			return nodeShape{intShape}
		}
		return intShape
	case reflect.Uint64:
		return seedShape
	case reflect.Bool:
		return boolShape
	case reflect.String:
		if f.words != nil {
			return wordShape
		}
		return textShape
	}
	panic(fmt.Sprintf("spec: key %s has the type %v, which has no shape", f.key, typ))
}

// single is the shape of a value that stands in one piece of text. T is the
// type of its struct field.
type single[T any] struct {
	parse  func(text string, f *field) (T, *Error)
	format func(v T, f *field) string
	json   func(f *field) object
	words  func(f *field) string
	bare   bool // quotes would make it a text

	between string // of the parts of its text, which a list may have as well; "": none
}

func (s single[T]) read(d *decoder, n *node, f *field) (any, bool) {
	if n.kind == list && s.between != "" {
		return s.readList(d, n, f)
	}
	if n.kind != scalar {
		d.wrongKind(n, f, s.due(f))
		return nil, false
	}
	if s.bare && n.quoted {
		d.report(n, problem("E0110", "`%s` is written as a text, here %s is due", n.text, s.due(f)).
			WithLabel("quotes make it a text").WithHelp("write it without quotes"))
		return nil, false
	}
	v, err := s.parse(n.text, f)
	if err != nil {
		if strings.Contains(n.text, ": ") && !n.quoted {
			err.WithHelp("is a `,` missing before the next key?")
		}
		d.report(n, err)
		return nil, false
	}
	return v, true
}

// readList reads a value whose parts stand in a list: [5, 4, 3] for 5-4-3.
func (s single[T]) readList(d *decoder, n *node, f *field) (any, bool) {
	var parts []string
	for _, part := range n.items {
		if part.kind != scalar {
			d.wrongKind(part, f, s.due(f))
			return nil, false
		}
		parts = append(parts, part.text)
	}
	v, err := s.parse(strings.Join(parts, s.between), f)
	if err != nil {
		d.report(n, err)
		return nil, false
	}
	return v, true
}

func (s single[T]) write(v any, f *field) string { return s.format(v.(T), f) }
func (s single[T]) schema(f *field) object       { return s.json(f) }
func (s single[T]) due(f *field) string          { return s.words(f) }

// pointerShape is a value that may be absent where zero has a meaning.
type pointerShape struct{ single[float64] }

func (p pointerShape) read(d *decoder, n *node, f *field) (any, bool) {
	v, ok := p.single.read(d, n, f)
	if !ok {
		return nil, false
	}
	x := v.(float64)
	return &x, true
}

func (p pointerShape) write(v any, f *field) string { return p.single.write(*v.(*float64), f) }
