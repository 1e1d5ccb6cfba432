package spec

import (
	"reflect"
	"strings"
)

// Source is an experiment file that is read once and then changed in many ways. Any number of goroutines may use it, and what Parse gives is what the
// function Parse does. Files of one Source may have lists in common, which nobody may write to.
type Source struct {
	name string
	text []byte
	tree *node // nil where the text has faults
	file *File // without changes; nil where that has faults, or names sets whose nodes are not known yet

	written []string // the sections of the file at the top, as the resolved file has them
}

// NewSource reads a file as Parse does. What is wrong with it, Parse says.
func NewSource(name string, text []byte) *Source {
	s := &Source{name: name, text: text}
	tree, errs := readTree(name, text)
	if errs != nil {
		return s
	}
	s.tree = tree
	if file, err := parseTree(name, text, tree.clone(), nil, nil); err == nil && !file.pending {
		s.file = file
		for i := range root.fields {
			w := &writer{}
			w.field(root, &root.fields[i], reflect.ValueOf(file.Spec), "")
			s.written = append(s.written, w.String())
		}
	}
	return s
}

// Parse is the function Parse for this file.
func (s *Source) Parse(overrides ...string) (*File, error) {
	switch {
	case s.tree == nil:
		return Parse(s.name, s.text, overrides...)
	case s.file == nil || !apart(overrides):
		file, err := parseTree(s.name, s.text, s.tree.clone(), nil, overrides)
		if err == nil {
			file.source = s
		}
		return file, err
	}
	return s.with(overrides)
}

// standAlone are the sections on whose keys no other section depends when it is read.
var standAlone = map[string]bool{"seed": true, "learn": true}

// top is the section at the top that a path or an override is in.
func top(path string) string {
	if end := strings.IndexAny(path, ".[="); end >= 0 {
		return path[:end]
	}
	return path
}

func apart(overrides []string) bool {
	for _, o := range overrides {
		if !standAlone[top(o)] {
			return false
		}
	}
	return true
}

// with is Parse where the changes are in sections that stand alone: the others are as they were read before.
func (s *Source) with(overrides []string) (*File, error) {
	tree := *s.file.tree
	tree.keys = make([]entry, len(s.file.tree.keys))
	for i, e := range s.file.tree.keys {
		if standAlone[e.key] {
			e.value = e.value.clone()
		}
		tree.keys[i] = e
	}
	var errs Errors
	for i, o := range overrides {
		errs = append(errs, override(&tree, o, i+1)...)
	}
	file := &File{Name: s.name, Text: s.text, Spec: s.file.Spec, tree: &tree, nodes: map[string]*node{"": &tree}, source: s, apart: true}
	for _, e := range tree.keys {
		if standAlone[e.key] {
			e.value.index(e.key, file.nodes)
		}
	}
	d := &decoder{errs: errs, root: &tree}
	for key := range standAlone {
		out := reflect.ValueOf(&file.Spec).Elem()
		f := root.field(key)
		out.Field(f.index).SetZero()
		root.readField(d, &tree, f, out)
	}
	if d.errs != nil {
		return parseTree(s.name, s.text, s.tree.clone(), nil, overrides) // with all that it says
	}
	return file, nil
}

// section is the i-th section at the top of a spec as the resolved file has it, where it is that of the file without changes; v can be addressed.
func (s *Source) section(i int, v reflect.Value) (text string, ok bool) {
	if s == nil || s.file == nil {
		return "", false
	}
	f := &root.fields[i]
	if f.only != nil || !reflect.DeepEqual(v.Field(f.index).Addr().Interface(), reflect.ValueOf(&s.file.Spec).Elem().Field(f.index).Addr().Interface()) {
		return "", false
	}
	return s.written[i], true
}

// clone is a tree that may be changed.
func (n *node) clone() *node {
	own := *n
	if n.items != nil {
		own.items = make([]*node, len(n.items))
		for i, item := range n.items {
			own.items[i] = item.clone()
		}
	}
	if n.keys != nil {
		own.keys = make([]entry, len(n.keys))
		for i, e := range n.keys {
			own.keys[i] = entry{e.key, e.value.clone()}
		}
	}
	return &own
}
