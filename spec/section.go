package spec

import (
	"reflect"
	"slices"
	"strings"
)

// decoder collects what is wrong while shapes read nodes.
type decoder struct {
	errs Errors
	root *node // of the file

	sets    map[string]*NodeSet            // that the file names
	foreign bool                           // the network is of a file that may have names of its own
	pending bool                           // nodes are said by sets or places, and choose is nil
	choose  func(Selection) ([]int, error) // numbers of the nodes of a selection
}

// report places an error at a node.
func (d *decoder) report(n *node, e *Error) *Error {
	if one := n.torn(); one != "" && slices.Contains([]string{"E0202", "E0214", "E0215"}, e.Code) {
		e.WithHelp("a comma ends an entry of a list: if `%s` is one number, write it with a decimal point, `%s`", one, strings.Replace(one, ",", ".", 1))
	}
	d.errs = append(d.errs, e.place(n.path, n.mark()))
	return e
}

// reportKey places an error at the key of a node.
func (d *decoder) reportKey(n *node, e *Error) *Error {
	d.errs = append(d.errs, e.place(n.path, n.keyMark()))
	return e
}

// wrongKind says that a list stands where a number is due, and the like.
func (d *decoder) wrongKind(n *node, f *field, due string) *Error {
	if n.kind == null {
		help := "give it a value, or leave the key out"
		if f.section() != nil {
			help = "indent the keys that belong to it"
		} else if f.required {
			help = "give it a value"
		}
		return d.report(n, problem("E0111", "%s has no value", n.called()).
			WithLabel("here %s is due", due).WithHelp("%s", help))
	}
	what := n.kind.String()
	if n.kind == scalar {
		what = "`" + n.text + "`"
	}
	return d.report(n, problem("E0110", "%s is %s", n.called(), what).WithLabel("here %s is due", due))
}

// read decodes a mapping into the struct of the section.
func (s *section) read(d *decoder, n *node, f *field) (any, bool) {
	if n.kind != mapping {
		d.wrongKind(n, f, s.due(f))
		return nil, false
	}
	if d.root == nil {
		d.root = n
	}
	before := len(d.errs)
	meant, torn := s.unknownKeys(d, n)
	out := reflect.New(s.typ).Elem()
	var missing []string
	for i := range s.fields {
		f := &s.fields[i]
		if torn[n.get(f.key)] {
			continue // told
		}
		switch lacks := s.readField(d, n, f, out); {
		case lacks && !contains(meant, f.key) && !f.excused(d, n):
			missing = append(missing, f.key)
		case lacks:
			f.absent(out)
		}
	}
	if missing != nil {
		s.lacks(d, n, missing)
	}
	return out.Interface(), len(d.errs) == before
}

// readField decodes the value of a key into the struct of its section. It reports whether the key is absent and due.
func (s *section) readField(d *decoder, n *node, f *field, out reflect.Value) (lacks bool) {
	child := n.get(f.key)
	applies, known := s.meets(n, f.only)
	switch {
	case child != nil && known && !applies:
		s.doesNotApply(d, n, child, f)
	case child != nil:
		if v, ok := f.shape.read(d, child, f); ok {
			out.Field(f.index).Set(reflect.ValueOf(v))
		}
	case known && !applies:
		// neither due nor of any meaning
	case f.required && known:
		return true
	default:
		f.absent(out)
	}
	return false
}

// absent sets what a key is where it is absent.
func (f *field) absent(out reflect.Value) {
	switch {
	case f.byDefault != "":
		out.Field(f.index).Set(reflect.ValueOf(f.fallback()))
	case f.inside() != nil && f.typ.Kind() == reflect.Struct && !f.required:
		// an absent section still has its defaults
		empty := &node{kind: mapping}
		if v, ok := f.shape.read(new(decoder), empty, f); ok {
			out.Field(f.index).Set(reflect.ValueOf(v))
		}
	}
}

// excused reports whether one of the keys beside which the field is not required is there.
func (f *field) excused(d *decoder, n *node) bool {
	for _, key := range f.unless {
		at := n
		if top, found := strings.CutPrefix(key, "/"); found {
			at, key = d.root, top
		}
		if at.get(key) != nil {
			return true
		}
	}
	return false
}

// fallback is the default value of a field.
func (f *field) fallback() any {
	d := new(decoder)
	v, ok := f.shape.read(d, &node{kind: scalar, text: f.byDefault}, f)
	if !ok {
		panic("spec: the default of " + f.key + " does not fit its type")
	}
	return v
}

// value is the text at a key of a section as the conditions of other keys see
// it: as written, by default, or "" when absent.
func (s *section) value(n *node, key string) string {
	child := n.get(key)
	if child == nil {
		return s.field(key).byDefault
	}
	if child.kind == scalar {
		return child.text
	}
	return child.kind.String()
}

// meets says whether the other keys of a section meet the condition of one of
// them; known is false while the key that it looks at is itself wrong.
func (s *section) meets(n *node, c *condition) (met, known bool) {
	if c == nil {
		return true, true
	}
	other := s.field(c.key)
	value := s.value(n, other.key)
	if other.required && value == "" {
		return true, false
	}
	if other.words != nil && value != "" && !contains(other.words, value) {
		return true, false
	}
	return c.holds(value), true
}

// doesNotApply reports a key that has no meaning beside the others.
func (s *section) doesNotApply(d *decoder, n, child *node, f *field) {
	c := f.only
	code := "E0412"
	if strings.HasPrefix(n.path, "network") {
		code = "E0306"
	}
	e := problem(code, "`%s` goes only %s", f.key, c.String())
	switch value := s.value(n, c.key); value {
	case "":
		e.WithLabel("here there is no `%s`", c.key)
	default:
		e.WithLabel("here `%s` is `%s`", c.key, value)
	}
	if f.key == "columns" && n.path == "network" { // of tables, and mostly meant as how large a lattice is
		d.reportKey(child, e).WithHelp("leave `columns` out, which names columns of tables; how large a lattice is says `size: 6 x 7`")
		return
	}
	if child.overridden() && len(c.values) > 0 && c.key != "kind" && c.key != "lattice" {
		d.reportKey(child, e).WithHelp("add `%s=%s`, or leave `%s` out", join(n.path, c.key), c.values[0], join(n.path, f.key))
		return
	}
	d.reportKey(child, e).WithHelp("leave `%s` out", f.key)
}

// unknownKeys reports keys that the section does not have, and returns those
// that they most likely mean: to call these missing as well would be noise. In
// braces a decimal comma tears a number: torn are the values of which it is the rest.
func (s *section) unknownKeys(d *decoder, n *node) (meant []string, torn map[*node]bool) {
	for i, e := range n.keys {
		if s.field(e.key) != nil {
			continue
		}
		where := "an experiment"
		if n.path != "" {
			where = n.called()
		}
		err := problem("E0107", "%s has no key `%s`", where, e.key)
		if i > 0 && !n.block && e.value.kind == null && startsWithDigit(e.key) && isNumber(n.keys[i-1].value) {
			before := n.keys[i-1].value
			if torn == nil {
				torn = map[*node]bool{}
			}
			torn[before] = true
			d.reportKey(e.value, problem("E0107", "`%s,%s` has a decimal comma", before.text, e.key).WithLabel("a comma ends the value before it").
				WithHelp("numbers are written with a decimal point, not a comma: `%s.%s`", before.text, e.key))
			continue
		}
		if near, ok := nearest(e.key, s.names()); ok {
			err.WithLabel("did you mean `%s`?", near)
			meant = append(meant, near)
		} else if strings.Trim(e.key, "0123456789") == "" {
			err.WithLabel("not a key of this section").WithHelp("numbers are written with a decimal point, not a comma")
		} else if owner, ok := root.ownerOf(e.key, ""); ok {
			err.WithLabel("not a key of this section").WithHelp("`%s` is a key of `%s`", e.key, owner)
		} else {
			err.WithLabel("not a key of this section").WithHelp("its keys are %s", quote(s.names(), "and"))
		}
		d.reportKey(e.value, err)
	}
	return meant, torn
}

// isNumber reports whether a value is a number without a unit.
func isNumber(n *node) bool {
	return n.kind == scalar && !n.quoted && strings.Trim(strings.TrimLeft(n.text, "+-"), "0123456789") == "" && n.text != ""
}

// lacks reports required keys that are absent, at the section.
func (s *section) lacks(d *decoder, n *node, missing []string) {
	e := problem("E0108", "%s lacks %s", n.called(), quote(missing, "and"))
	var help []string
	for _, key := range missing {
		f := s.field(key)
		help = append(help, "`"+key+"`: "+f.doc)
	}
	if n.path == "network" && contains(missing, "nodes") || contains(missing, "bonds") && n.path == "network" {
		e.WithLabel("where are its nodes and bonds?")
		help = []string{"name a `lattice`, give both `nodes` and `bonds`, or the `file` of another program"}
	}
	if n.path == "" && contains(missing, "elastrain") {
		e.WithLabel("not a complete experiment")
		help = append([]string{"every experiment starts with the line `elastrain: 1`"}, help[1:]...)
	}
	d.report(n, e.WithHelp("%s", strings.Join(help, "\n")))
}

func (s *section) due(*field) string { return "a section of `key: value` lines" }

// optionalSection is a section that has no defaults while it is absent; its
// field is a pointer.
type optionalSection struct{ *section }

func (s optionalSection) read(d *decoder, n *node, f *field) (any, bool) {
	v, ok := s.section.read(d, n, f)
	if v == nil {
		return nil, false
	}
	p := reflect.New(s.typ)
	p.Elem().Set(reflect.ValueOf(v))
	return p.Interface(), ok
}

// sectionList is a list of sections, one for each entry.
type sectionList struct{ entry *section }

func (s sectionList) read(d *decoder, n *node, f *field) (any, bool) {
	if n.kind != list {
		e := d.wrongKind(n, f, s.due(f))
		if n.kind == mapping {
			e.WithHelp("start each entry with `- `")
		}
		return nil, false
	}
	out := reflect.Zero(f.typ)
	good := true
	for _, item := range n.items {
		v, ok := s.entry.read(d, item, f)
		if good = good && ok; ok {
			out = reflect.Append(out, reflect.ValueOf(v))
		}
	}
	if len(n.items) == 0 && f.required {
		d.report(n, problem("E0108", "%s is empty", n.called()).WithLabel("here at least one entry is due"))
		return nil, false
	}
	return out.Interface(), good
}

func (s sectionList) due(f *field) string {
	var keys, some []string // needed by every entry, and by some
	for _, f := range s.entry.fields {
		switch {
		case f.required && f.only == nil:
			keys = append(keys, f.key)
		case f.required:
			some = append(some, f.key)
		}
	}
	if keys == nil {
		keys = some
	}
	return "a list of entries with " + quote(keys, "and")
}
