package spec

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// field is one key of a section, as the tags of its struct field have it.
type field struct {
	key, doc  string
	typ       reflect.Type
	index     int        // of the struct field
	dim       *dimension // nil for what is not a quantity
	other     *dimension // of the second column of a curve
	byDefault string     // as one would write it; "" for none
	words     []string   // tag oneof
	required  bool
	unless    []string // keys beside which it is not required
	positive  bool
	closed    bool
	nodes     bool // numbers are of nodes
	min, max  *float64
	only      *condition
	shape     shape
}

// condition is the tag only: another key of the section has one of the
// values, is absent (none), or is present (no values).
type condition struct {
	key    string
	values []string
	absent bool
}

// section is a struct: a list of fields in their order.
type section struct {
	typ    reflect.Type
	fields []field
}

// root is the file format.
var root = func() *section {
	*nodeSetSection = *newSection(reflect.TypeFor[NodeSet]())
	return newSection(reflect.TypeFor[Spec]())
}()

// newSection reads the tags of a struct. A bad tag is a programming error
// and panics when the program starts.
func newSection(typ reflect.Type) *section {
	s := &section{typ: typ}
	for i := range typ.NumField() {
		s.fields = append(s.fields, newField(typ, i))
	}
	for _, f := range s.fields {
		if f.only != nil && s.field(f.only.key) == nil {
			panic(fmt.Sprintf("spec: tag only of %s.%s names no key", typ.Name(), f.key))
		}
	}
	return s
}

func newField(typ reflect.Type, i int) field {
	sf := typ.Field(i)
	tag := sf.Tag
	f := field{
		key: tag.Get("yaml"), doc: tag.Get("doc"), typ: sf.Type, index: i,
		byDefault: tag.Get("default"),
		required:  tag.Get("required") == "true",
		positive:  tag.Get("positive") == "true",
		closed:    tag.Get("closed") == "true",
		nodes:     tag.Get("nodes") == "true",
		min:       limit(tag, "min"),
		max:       limit(tag, "max"),
	}
	if f.key == "" || f.doc == "" {
		panic(fmt.Sprintf("spec: %s.%s needs the tags yaml and doc", typ.Name(), sf.Name))
	}
	if u := tag.Get("unit"); u != "" {
		u, other, two := strings.Cut(u, ",")
		if f.dim = dimensionOf(u); two {
			f.other = dimensionOf(other)
		}
	}
	if words := tag.Get("oneof"); words != "" {
		f.words = strings.Split(words, "|")
	}
	f.only = conditionOf(tag.Get("only"))
	if unless := tag.Get("unless"); unless != "" {
		f.unless = strings.Split(unless, "|")
	}
	f.shape = shapeOf(&f)
	return f
}

// conditionOf reads key=a|b, key=none or key; nil for nothing.
func conditionOf(text string) *condition {
	if text == "" {
		return nil
	}
	key, values, given := strings.Cut(text, "=")
	c := &condition{key: key, absent: values == "none"}
	if given && !c.absent {
		c.values = strings.Split(values, "|")
	}
	return c
}

func limit(tag reflect.StructTag, name string) *float64 {
	text, ok := tag.Lookup(name)
	if !ok {
		return nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(fmt.Sprintf("spec: tag %s:%q is not a number", name, text))
	}
	return &v
}

// field finds a field by its key, nil when there is none.
func (s *section) field(key string) *field {
	for i := range s.fields {
		if s.fields[i].key == key {
			return &s.fields[i]
		}
	}
	return nil
}

// names lists the keys of the section.
func (s *section) names() []string {
	var out []string
	for _, f := range s.fields {
		out = append(out, f.key)
	}
	return out
}

// inside is the section that a field holds, alone or as entries of a list;
// nil for other fields.
func (f *field) inside() *section {
	if s, ok := f.shape.(sectionList); ok {
		return s.entry
	}
	return f.section()
}

// section is the section that a field holds alone, nil for other fields.
func (f *field) section() *section {
	switch s := f.shape.(type) {
	case *section:
		return s
	case optionalSection:
		return s.section
	}
	return nil
}

// ownerOf looks for the one section that does have a key, to help people who
// wrote it in another.
func (s *section) ownerOf(key, path string) (owner string, ok bool) {
	for _, f := range s.fields {
		inner := f.inside()
		if inner == nil {
			continue
		}
		here := join(path, f.key)
		if inner.field(key) != nil {
			return here, true
		}
		if owner, ok := inner.ownerOf(key, here); ok {
			return owner, true
		}
	}
	return "", false
}

// holds says whether the condition is met, given the value of its key ("" when
// absent).
func (c *condition) holds(value string) bool {
	if c.absent {
		return value == ""
	}
	if len(c.values) == 0 {
		return value != ""
	}
	for _, v := range c.values {
		if v == value {
			return true
		}
	}
	return false
}

// String says where the field applies: with `kind: regression`.
func (c *condition) String() string {
	switch {
	case c.absent:
		return "without `" + c.key + "`"
	case len(c.values) == 0:
		return "with `" + c.key + "`"
	}
	var words []string
	for _, v := range c.values {
		words = append(words, c.key+": "+v)
	}
	return "with " + quote(words, "or")
}
