package spec

import (
	"fmt"
	"strings"
)

// File is an experiment file that was read: what it says, and where.
type File struct {
	Name string // as errors show it
	Text []byte // as given, without overrides
	Spec Spec

	nodes   map[string]*node // by path, those that the file or an override gave
	tree    *node
	pending bool    // see Place
	source  *Source // that it was made of; nil: none
	apart   bool    // nodes holds only the sections that stand alone: the others are those of the source
}

// Parse reads an experiment. The name only appears in errors. Overrides such
// as learn.rate=0.01 or task.outputs[2].node=5 change the file before it is
// read, the later ones winning; key=~ takes a key out.
//
// The error is of type Errors and holds everything that is wrong with the
// file. Parse checks the file by itself; whether node 27 exists is known only
// to who builds the network, see File.Errorf.
func Parse(name string, text []byte, overrides ...string) (*File, error) {
	tree, errs := readTree(name, text)
	if tree == nil {
		return nil, errs
	}
	return parseTree(name, text, tree, errs, overrides)
}

// readTree reads a text as far as no override changes anything. A tree that is nil cannot be gone on with.
func readTree(name string, text []byte) (*node, Errors) {
	src, clean, bad := newSource(name, text)
	if bad != nil {
		return nil, Errors{bad}
	}
	tree, errs := parseYAML(src, clean, 0)
	if tree != nil && tree.kind == null {
		return nil, Errors{problem("E0110", "the file is empty").WithLabel("here an experiment is due").
			WithHelp("`elastrain new` writes one to start from").place("", span{src, 1, 1, 1})}
	}
	return tree, errs
}

// parseTree changes a tree, which is its own, and reads what it says.
func parseTree(name string, text []byte, tree *node, errs Errors, overrides []string) (*File, error) {
	for i, o := range overrides {
		errs = append(errs, override(tree, o, i+1)...)
	}
	file := &File{Name: name, Text: text, nodes: map[string]*node{}, tree: tree}
	tree.index("", file.nodes)
	if e := file.checkVersion(); e != nil {
		return nil, Errors{e} // the rest follows other rules
	}
	d := &decoder{errs: errs}
	d.sets, d.foreign = setsOf(tree)
	if v, ok := root.read(d, tree, &field{}); ok {
		file.Spec, file.pending = v.(Spec), d.pending
		d.errs = append(d.errs, file.check()...)
	}
	if d.errs != nil {
		d.errs.Sort()
		return nil, d.errs
	}
	return file, nil
}

// Given says whether the file or an override has a value at the path; false
// where the value is a default.
func (f *File) Given(path string) bool { return f.node(path) != nil }

// node is what the file or an override has at a path; nil where the value is a default.
func (f *File) node(path string) *node {
	if n := f.nodes[path]; n != nil || !f.apart || standAlone[top(path)] {
		return n
	}
	return f.source.file.nodes[path]
}

// Errorf makes an error about the value at a path such as
// task.outputs[2].node. Where the file has no such value, because it is a
// default or missing, the error points at the nearest section around it. Set
// Label, Help and Note on the result.
func (f *File) Errorf(code, path, format string, args ...any) *Error {
	n, exact := f.locate(path)
	e := problem(code, format, args...)
	if exact {
		return e.place(path, n.mark())
	}
	return e.place(path, n.keyMark())
}

// KeyErrorf is Errorf for an error about the key at the path rather than its
// value: a key that should not be there.
func (f *File) KeyErrorf(code, path, format string, args ...any) *Error {
	n, _ := f.locate(path)
	return problem(code, format, args...).place(path, n.keyMark())
}

// locate is the node at a path, or the nearest one around it.
func (f *File) locate(path string) (n *node, exact bool) {
	exact = true
	for {
		if n := f.node(path); n != nil {
			return n, exact
		}
		exact = false
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
}

// checkVersion compares the version before anything else is read: a file of
// another version follows other rules.
func (f *File) checkVersion() *Error {
	n := f.tree.get("elastrain")
	if n == nil || n.kind != scalar || n.quoted {
		return nil // the decoder will say what is wrong
	}
	number, rest, ok := readDecimal(n.text)
	if v, _ := number.float(); ok && rest == "" && v == Version {
		return nil
	}
	return problem("E0109", "this file is in version `%s` of the format", n.text).
		WithLabel("this program reads version %d", Version).
		WithHelp("use the release of elastrain that wrote the file, or write `elastrain: %d` and mend what is then reported", Version).
		place("elastrain", n.mark())
}

// Version is the version of the file format that this package reads.
const Version = 1

// check looks for what no single key shows.
func (f *File) check() Errors {
	var errs Errors
	report := func(e *Error) { errs = append(errs, e) }
	names := map[string]bool{}
	for i, set := range f.Spec.Sets {
		path := fmt.Sprintf("sets[%d]", i+1)
		switch {
		case set.Name == "" || startsWithDigit(set.Name):
			report(f.Errorf("E0325", path, "a set needs a name that begins with a letter").WithHelp("such as `{name: left, x: min}`"))
		case names[set.Name]:
			report(f.Errorf("E0325", path, "there are two sets `%s`", set.Name).WithHelp("give one of them another name"))
		case set.Empty():
			report(f.Errorf("E0325", path, "nothing says which nodes are in the set `%s`", set.Name).WithHelp("write such as `x: min`, `near: [0 mm, 16 mm]` or `nodes: [1, 5]`"))
		}
		names[set.Name] = true
	}
	b := f.Spec.Bonds
	switch {
	case f.Spec.Hubs != nil || f.Spec.Comb != nil: // they have springs of their own
	case len(f.Spec.Elements) > 0 && !b.Width.IsSet() && !b.Stiffness.IsSet(): // elements take them all
	case b.Width.IsSet() && b.Stiffness.IsSet():
		report(f.KeyErrorf("E0317", "bonds.stiffness", "bonds learn either their `width` or their `stiffness`, not both").
			WithLabel("`width` is given too").WithHelp("leave one of them out"))
	case !b.Width.IsSet() && !b.Stiffness.IsSet():
		report(f.Errorf("E0317", "bonds", "`bonds` says neither `width` nor `stiffness`").
			WithLabel("what should learn?").
			WithHelp("give the range to learn in, such as `width: 1.5..2.5 mm` or `stiffness: 100..170 N/m`"))
	default:
		f.checkStart("bonds", b.Width.IsSet(), b.Start, report)
	}
	for i, rule := range b.Each {
		path := fmt.Sprintf("bonds.each[%d]", i+1)
		switch {
		case rule.Width.IsSet() && rule.Stiffness.IsSet():
			report(f.KeyErrorf("E0317", path+".stiffness", "a bond learns either its `width` or its `stiffness`, not both").
				WithLabel("`width` is given too").WithHelp("leave one of them out"))
		case rule.Width.IsSet() || rule.Stiffness.IsSet():
			f.checkStart(path, rule.Width.IsSet(), rule.Start, report)
		case rule.Start.Kind == "":
			report(f.Errorf("E0108", path, "%s changes nothing", f.node(path).called()).
				WithLabel("bond %d as all others", rule.Bond).
				WithHelp("give it a `width`, a `stiffness` or a `start` of its own"))
		case b.Width.IsSet() != b.Stiffness.IsSet():
			f.checkStart(path, b.Width.IsSet(), rule.Start, report)
		}
	}
	return errs
}

// checkStart compares the unit of a start with that of its range.
func (f *File) checkStart(path string, width bool, s Start, report func(*Error)) {
	unit, key := "N/m", "stiffness"
	if width {
		unit, key = "m", "width"
	}
	if s.Kind == "value" && s.Unit != unit {
		dim := dimensionOf(unit)
		report(f.Errorf("E0203", path+".start", "the start is %s, but these bonds learn their %s",
			dimensionOf(s.Unit).noun, key).WithLabel("here %s is due", dim.noun))
	}
}
