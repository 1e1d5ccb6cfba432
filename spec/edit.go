package spec

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Change gives a key of an experiment file another value: its path as in an override, and the value as one would write it on one line.
// A list may get one entry more than it has.
type Change struct{ Path, Value string }

// Edit is the text of an experiment file with some keys changed or added, and then some taken out. Everything else stays as it
// is written: comments, order, blanks. What an entry loses are comments within a value that is replaced. The result is read again and
// compared with what it shall say; the error is of type Errors.
func Edit(text []byte, set []Change, remove []string) ([]byte, error) {
	crlf := strings.Contains(string(text), "\r\n")
	for _, c := range set {
		var err error
		if text, err = edit(text, c.Path, c.Value, false); err != nil {
			return nil, err
		}
	}
	for _, path := range remove {
		var err error
		if text, err = edit(text, path, "", true); err != nil {
			return nil, err
		}
	}
	if crlf {
		text = []byte(strings.ReplaceAll(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n", "\r\n"))
	}
	return text, nil
}

// edit makes one change.
func edit(text []byte, path, value string, remove bool) ([]byte, error) {
	o := &overrider{text: path + "=" + value, src: &source{name: "command line", first: 1, order: 1, lines: []string{clip(path + "=" + value)}}}
	if strings.ContainsAny(o.text, "\n\r") || !utf8.ValidString(o.text) || path == "" {
		return nil, o.refuse(0, 1, problem("E0802", "a change is a path and a value of one line"))
	}
	src, clean, bad := newSource("experiment", text)
	if bad != nil {
		return nil, Errors{bad}
	}
	tree, errs := parseYAML(src, clean, 0)
	if errs != nil {
		return nil, errs
	}
	steps, errs := o.steps(path)
	if errs != nil {
		return nil, errs
	}
	var replacement *node
	if !remove {
		if replacement, errs = parseYAML(o.src, value, utf8.RuneCountInString(path)+1); errs != nil {
			return nil, errs
		}
		if replacement.kind == null {
			return nil, o.refuse(0, len(path), problem("E0802", "`%s` gets no value", path).WithHelp("take the key out instead"))
		}
		if replacement.block {
			return nil, o.refuse(len(path)+1, len(o.text), problem("E0802", "a value that is put into a file stands on one line").WithHelp("write lists as `[1, 2]` and sections as `{key: value}`"))
		}
	}
	e := &editor{lines: append([]string(nil), src.lines...), value: strings.TrimSpace(value)}
	if tree.kind == null && !remove {
		tree = &node{kind: mapping, block: true, at: span{src, 1, 1, 1}, end: place{len(e.lines), 1}}
	}
	if what := e.try(tree, steps, remove); what != "" {
		return nil, o.refuse(0, len(path), problem("E0802", "`%s`: %s", path, what))
	}
	result := strings.Join(e.lines, "\n")
	wanted := put(tree, steps, replacement)
	again, clean, bad := newSource("experiment", []byte(result))
	if bad != nil {
		return nil, Errors{bad}
	}
	got, errs := parseYAML(again, clean, 0)
	if errs != nil || !got.says(wanted) {
		return nil, o.refuse(0, len(path), problem("E0802", "`%s` is laid out in a way that cannot be changed in its place", path).WithHelp("change it by hand"))
	}
	return []byte(result), nil
}

// put is a tree as a change makes it; replacement nil takes out what is there, and sections that are empty then.
func put(n *node, steps []step, replacement *node) *node {
	if len(steps) == 0 {
		return replacement
	}
	if n == nil || n.kind == null {
		if n = (&node{kind: mapping}); steps[0].entry > 0 {
			n.kind = list
		}
	}
	out := &node{kind: n.kind, text: n.text, quoted: n.quoted}
	s := steps[0]
	if s.entry > 0 {
		out.items = append(out.items, n.items...)
		for s.entry > len(out.items) {
			out.items = append(out.items, nil)
		}
		if out.items[s.entry-1] = put(out.items[s.entry-1], steps[1:], replacement); out.items[s.entry-1] == nil {
			out.items = append(out.items[:s.entry-1], out.items[s.entry:]...)
		}
	} else {
		found := false
		for _, e := range n.keys {
			if e.key == s.key {
				found = true
				e.value = put(e.value, steps[1:], replacement)
			}
			if e.value != nil {
				out.keys = append(out.keys, e)
			}
		}
		if !found {
			out.keys = append(out.keys, entry{s.key, put(nil, steps[1:], replacement)})
		}
	}
	if replacement == nil && len(out.items)+len(out.keys) == 0 {
		return nil
	}
	return out
}

// says reports whether two trees say the same, wherever they stand. The order of keys does not matter.
func (n *node) says(other *node) bool {
	if other == nil {
		return n.kind == null
	}
	if n.kind != other.kind || n.text != other.text || n.quoted != other.quoted || len(n.items) != len(other.items) || len(n.keys) != len(other.keys) {
		return false
	}
	for i, item := range n.items {
		if !item.says(other.items[i]) {
			return false
		}
	}
	for _, e := range n.keys {
		if o := other.get(e.key); o == nil || !e.value.says(o) {
			return false
		}
	}
	return true
}

// editor changes lines in place.
type editor struct {
	lines []string
	value string
}

// try is walk. The YAML library is a guest: where it has places that are not in the text, the text stays.
func (e *editor) try(n *node, steps []step, remove bool) (what string) {
	defer func() {
		if recover() != nil {
			what = "it is laid out in a way that cannot be changed in its place"
		}
	}()
	return e.walk(n, steps, remove)
}

// walk goes down to what changes and changes it; the answer is why it cannot, "" where it could.
func (e *editor) walk(n *node, steps []step, remove bool) string {
	var up []*node // sections and lists around n
	inner := root
	for i, s := range steps {
		up = append(up, n)
		var child *node
		var f *field
		if s.entry > 0 {
			if n.kind != list {
				return "this is no list"
			}
			if s.entry <= len(n.items) {
				child = n.items[s.entry-1]
			} else if s.entry > len(n.items)+1 || remove {
				return fmt.Sprintf("there is no entry %d", s.entry)
			}
		} else {
			if n.kind != mapping {
				return "this is no section"
			}
			child = n.get(s.key)
			if inner != nil {
				f = inner.field(s.key)
			}
		}
		if child == nil || child.kind == null && !remove && i < len(steps)-1 {
			if remove {
				return "it is not there"
			}
			for _, below := range steps[i+1:] {
				if below.entry > 1 {
					return fmt.Sprintf("there is no entry %d", below.entry)
				}
			}
			text := nested(steps[i+1:], e.value)
			switch {
			case child != nil:
				e.replace(child, text)
			case s.entry > 0:
				e.appendItem(n, text)
			default:
				e.addKey(n, inner, s.key, text)
			}
			return ""
		}
		if f != nil {
			inner = f.inside()
		} else if s.entry == 0 {
			inner = nil
		}
		n = child
	}
	if !remove {
		e.replace(n, e.value)
		return ""
	}
	// A section or list that would be empty goes as a whole.
	for len(up) > 1 && len(up[len(up)-1].keys)+len(up[len(up)-1].items) == 1 {
		n, up = up[len(up)-1], up[:len(up)-1]
	}
	e.remove(up[len(up)-1], n)
	return ""
}

// nested is a value below further steps, in braces.
func nested(steps []step, value string) string {
	for i := len(steps) - 1; i >= 0; i-- {
		if steps[i].entry > 0 {
			value = "[" + value + "]"
		} else {
			value = "{" + steps[i].key + ": " + value + "}"
		}
	}
	return value
}
