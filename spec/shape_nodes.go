package spec

import (
	"math"
	"slices"
	"strings"
)

// Nodes of a network may be said by where they are: `pinned: left`, `pinned: {x: min}`, `node: {near: [0 mm, 16 mm]}`. A file
// alone does not know which these are. Parse keeps such words apart, and whoever has built the network puts numbers in
// their place, with File.Place.

// Selection is nodes that a file names, or says where they are.
type Selection struct {
	Name string   // of a set; "" where the place is said here
	Set  *NodeSet // "" for a name that the section sets does not have: the file of the network may have it
}

// Extent is where a coordinate lies: at its least or largest in the network, at a value, or in a range.
type Extent struct {
	End      string // "min" or "max"; "" for a range
	Min, Max float64
}

// IsSet reports whether the file gave it.
func (e Extent) IsSet() bool { return e != Extent{} }

// Point is a place in the network, m.
type Point []float64

// extentShape is min, max, 16 mm or 0..16 mm.
var extentShape = single[Extent]{
	parse: func(text string, f *field) (Extent, *Error) {
		if text == "min" || text == "max" {
			return Extent{End: text}, nil
		}
		if strings.Contains(text, "..") {
			r, err := parseRange(text, f)
			if err == nil && math.IsInf(r.Max, 1) {
				r.Max = math.MaxFloat64
			}
			return Extent{Min: r.Min, Max: r.Max}, err
		}
		v, err := measure(text, f.dim)
		if err != nil && err.Code == "E0201" {
			err.WithHelp("write `min`, `max`, a value such as `16 mm` or a range such as `0..16 mm`")
		}
		if v == 0 {
			return Extent{Min: math.Copysign(0, -1), Max: math.SmallestNonzeroFloat64}, err // zero, and still given
		}
		return Extent{Min: v, Max: v}, err
	},
	format: func(e Extent, f *field) string {
		switch {
		case e.End != "":
			return e.End
		case e.Min == e.Max:
			return FormatQuantity(e.Min, f.dim.tag)
		case e.Min == 0 && e.Max == math.SmallestNonzeroFloat64:
			return FormatQuantity(0, f.dim.tag)
		case e.Max == math.MaxFloat64:
			return formatRange(Range{e.Min, math.Inf(1)}, f.dim)
		}
		return formatRange(Range{e.Min, e.Max}, f.dim)
	},
	json: func(f *field) object {
		return object{{"anyOf", []any{object{{"enum", []any{"min", "max"}}}, quantitySchema(f.dim, true), rangeSchema(f.dim, true, true)}}}
	},
	words: func(*field) string { return "`min`, `max`, a length such as `16 mm` or a range such as `0..16 mm`" },
}

// pointShape is a place: [0 mm, 16 mm].
type pointShape struct{}

func (s pointShape) read(d *decoder, n *node, f *field) (any, bool) {
	row, ok := nodeTableShape{}.point(d, n, f)
	return Point(row), ok
}

func (s pointShape) write(v any, f *field) string {
	var parts []string
	for _, x := range v.(Point) {
		parts = append(parts, FormatQuantity(x, f.dim.tag))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func (s pointShape) schema(f *field) object {
	return object{{"type", "array"}, {"items", quantitySchema(f.dim, true)}, {"minItems", 1}, {"maxItems", 3}}
}

func (s pointShape) due(*field) string { return "a place such as `[0 mm, 16 mm]`" }

// nodesShape is a list of nodes: numbers, ranges of numbers, names of sets, places; or one of these alone.
type nodesShape struct{ numbersShape }

func (s nodesShape) read(d *decoder, n *node, f *field) (any, bool) {
	if n.kind == mapping || n.kind == scalar && d.isName(n) {
		n = &node{kind: list, items: []*node{n}, at: n.at, key: n.key, path: n.path}
	}
	if n.kind != list || !slices.ContainsFunc(n.items, func(item *node) bool { return item.kind == mapping || d.isName(item) }) {
		return s.numbersShape.read(d, n, f)
	}
	var out []int
	good := true
	for _, item := range n.items {
		if item.kind != mapping && !d.isName(item) {
			first, last, ok := s.entry(d, item, f)
			if good = good && ok; ok && last-first < mostNumbers {
				for v := first; v <= last; v++ {
					out = append(out, v)
				}
			}
			continue
		}
		chosen, ok := d.chosen(item)
		good = good && ok
		out = append(out, chosen...)
	}
	return slices.Clip(slices.Compact(out)), good
}

func (s nodesShape) schema(f *field) object {
	one := []any{limits(object{{"type", "integer"}}, f), object{{"type", "string"}, {"pattern", `^[1-9][0-9]*\.\.[1-9][0-9]*$`}}, nameSchema, placeSchema}
	return object{{"anyOf", []any{object{{"type", "array"}, {"items", object{{"anyOf", one}}}}, nameSchema, placeSchema}}}
}

func (s nodesShape) due(*field) string {
	return "a list of nodes such as `[1, 5, 12..20]`, a set such as `left`, or a place such as `{x: min}`"
}

// nodeShape is one node: its number, the name of a set of one node, or where it is.
type nodeShape struct{ single[int] }

func (s nodeShape) read(d *decoder, n *node, f *field) (any, bool) {
	if n.kind != mapping && !d.isName(n) {
		return s.single.read(d, n, f)
	}
	list, ok := d.chosen(n)
	switch {
	case !ok || d.choose == nil:
		return 0, ok
	case len(list) != 1:
		d.report(n, problem("E0325", "%s is %d nodes, and here one is due", d.selected(n), len(list)).
			WithHelp("say it more closely, as with `near: [0 mm, 16 mm]`, or take the mean of all: `mean` in place of `node`"))
		return 0, false
	}
	return list[0], true
}

func (s nodeShape) schema(f *field) object {
	return object{{"anyOf", []any{s.single.schema(f), nameSchema, placeSchema}}}
}

// nameSchema is the name of a set.
var nameSchema = object{{"type", "string"}, {"pattern", `^[^-+.0-9]`}}

// placeSchema is where the schema of a place stands.
var placeSchema = object{{"$ref", "#/$defs/place"}}

// nodeSetSection is a place that is said where nodes are due.
var nodeSetSection = &section{}

// isName reports whether a word is that of a set: of one in the section sets, or of the file of the network.
func (d *decoder) isName(n *node) bool {
	if n.kind != scalar || n.text == "" || startsWithDigit(strings.TrimLeft(n.text, "+-.")) {
		return false
	}
	return d.foreign || d.sets[n.text] != nil || d.similar(n.text)
}

// similar reports whether a word is nearly the name of a set.
func (d *decoder) similar(word string) bool {
	var names []string
	for name := range d.sets {
		names = append(names, name)
	}
	_, ok := nearest(word, names)
	return ok
}

// selected names a selection in a message.
func (d *decoder) selected(n *node) string {
	if n.kind == scalar {
		return "the set `" + n.text + "`"
	}
	return "this place"
}

// chosen are the numbers of the nodes of a selection; none, and it is noted that they are missing, as long as there is no network.
func (d *decoder) chosen(n *node) ([]int, bool) {
	s := Selection{}
	if n.kind == scalar {
		s.Name, s.Set = n.text, d.sets[n.text]
	} else {
		v, ok := nodeSetSection.read(d, n, &field{key: "nodes"})
		if !ok {
			return nil, false
		}
		set := v.(NodeSet)
		if set.Name != "" {
			d.reportKey(n.get("name"), problem("E0325", "a place that is said here has no name").WithHelp("define sets with names under `sets`, and name them here"))
			return nil, false
		}
		s.Set = &set
	}
	if d.choose == nil {
		d.pending = true
		return nil, true
	}
	list, err := d.choose(s)
	if err != nil {
		cause, way, _ := strings.Cut(err.Error(), "; ")
		e := problem("E0325", "%s", cause)
		if way != "" {
			e.WithHelp("%s", way)
		}
		d.report(n, e)
		return nil, false
	}
	return list, true
}

// setsOf reads the names of the sets of a file, before what uses them.
func setsOf(tree *node) (sets map[string]*NodeSet, foreign bool) {
	sets = map[string]*NodeSet{}
	if list := tree.get("sets"); list != nil {
		for _, item := range list.items {
			if v, ok := nodeSetSection.read(new(decoder), item, &field{key: "sets"}); ok {
				set := v.(NodeSet)
				sets[set.Name] = &set
			}
		}
	}
	if network := tree.get("network"); network != nil && network.kind == mapping {
		foreign = network.get("file") != nil
	}
	return sets, foreign
}

// Pending reports whether the file names nodes by sets or places whose numbers are not known yet.
func (f *File) Pending() bool { return f.pending }

// Place puts numbers of nodes where the file says sets or places; choose finds them. Its errors are Errors.
func (f *File) Place(choose func(Selection) ([]int, error)) error {
	if !f.pending {
		return nil
	}
	d := &decoder{choose: choose}
	d.sets, d.foreign = setsOf(f.tree)
	v, ok := root.read(d, f.tree, &field{})
	if !ok || d.errs != nil {
		d.errs.Sort()
		return d.errs
	}
	f.Spec, f.pending = v.(Spec), false
	return nil
}
