package spec

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// override changes the tree as `learn.rate=0.01` says. It follows the path
// through the sections of the format and the tree at once: the first knows
// which keys may exist, the second which entries do. number is the place of
// the override on the command line, from 1.
func override(tree *node, text string, number int) Errors {
	o := &overrider{text: text, src: &source{name: "command line", first: number, order: number,
		lines: []string{clip(text)}}}
	if strings.ContainsAny(text, "\n\r") || !utf8.ValidString(text) || len(text) > maxSize {
		return o.refuse(0, 1, problem("E0802", "an override is one line of text"))
	}
	o.src.lines[0] = text
	path, value, ok := strings.Cut(text, "=")
	if !ok || path == "" {
		return o.refuse(0, len(text), problem("E0802", "`%s` is not an override", text).
			WithHelp("write `key=value`, such as `learn.rate=0.01` or `task.outputs[2].node=5`"))
	}
	steps, errs := o.steps(path)
	if errs != nil {
		return errs
	}
	replacement, errs := parseYAML(o.src, value, utf8.RuneCountInString(path)+1)
	if errs != nil {
		return errs
	}
	if word := strings.TrimSpace(value); replacement.kind == null && word != "~" && word != "null" {
		return o.refuse(0, len(text), problem("E0802", "`%s` gets no value", path).
			WithHelp("write a value behind `=`; `%s=null` takes the key out", path))
	}
	return o.apply(tree, steps, replacement)
}

type overrider struct {
	text string
	src  *source
}

// step is one part of a path: a key, or the number of an entry.
type step struct {
	key      string
	entry    int // from 1; 0 for a key
	from, to int // bytes of the override
}

// at is a part of the override as a place.
func (o *overrider) at(from, to int) span {
	return span{o.src, o.src.first, utf8.RuneCountInString(o.text[:from]) + 1,
		max(1, utf8.RuneCountInString(o.text[from:to]))}
}

func (o *overrider) refuse(from, to int, e *Error) Errors {
	return Errors{e.place("", o.at(from, min(to, len(o.text))))}
}

// steps splits task.outputs[2].node.
func (o *overrider) steps(path string) ([]step, Errors) {
	var out []step
	for i := 0; i < len(path); {
		if path[i] == '[' {
			length := strings.IndexByte(path[i:], ']')
			if length < 0 {
				return nil, o.refuse(i, len(path), problem("E0802", "a `]` is missing in `%s`", path))
			}
			v, err := strconv.Atoi(path[i+1 : i+length])
			if err != nil || v < 1 || len(out) == 0 {
				return nil, o.refuse(i, i+length+1, problem("E0802", "`%s` is not the number of an entry", path[i:i+length+1]).
					WithLabel("entries count from 1"))
			}
			out = append(out, step{entry: v, from: i, to: i + length + 1})
			i += length + 1
			continue
		}
		if len(out) > 0 {
			if path[i] != '.' {
				return nil, o.refuse(i, len(path), problem("E0802", "`%s` is not a path", path).
					WithHelp("keys are joined by `.`, as in `task.outputs[2].node`"))
			}
			i++
		}
		length := strings.IndexAny(path[i:], ".[")
		if length < 0 {
			length = len(path) - i
		}
		if length == 0 {
			return nil, o.refuse(i, i+1, problem("E0802", "`%s` is not a path", path).
				WithLabel("here a key is due").WithHelp("keys are joined by `.`, as in `task.outputs[2].node`"))
		}
		out = append(out, step{key: path[i : i+length], from: i, to: i + length})
		i += length
	}
	return out, nil
}

// apply walks down and puts the replacement in its place.
func (o *overrider) apply(tree *node, steps []step, replacement *node) Errors {
	n, here, inner := tree, "", root // inner: the section n is, nil within a list or below the format
	var f *field
	for i, s := range steps {
		last := i == len(steps)-1
		if s.entry > 0 {
			if n.kind != list {
				return o.refuse(s.from, s.to, problem("E0802", "`%s` is not a list in this file", here).
					WithLabel("there is no entry to change"))
			}
			if s.entry > len(n.items) {
				return o.refuse(s.from, s.to, problem("E0802", "`%s` has no entry %d", here, s.entry).
					WithLabel("it has %s", plural(len(n.items), "entry", "entries")))
			}
			if last {
				if replacement.kind == null {
					return o.refuse(s.from, s.to, problem("E0802", "an entry of a list cannot be taken out").
						WithHelp("write the whole list: `%s=[...]`", here))
				}
				n.items[s.entry-1] = replacement
				return nil
			}
			n, here = n.items[s.entry-1], fmt.Sprintf("%s[%d]", here, s.entry)
			if f != nil {
				inner = f.inside()
			}
			continue
		}
		if inner == nil {
			return o.refuse(s.from, s.to, problem("E0802", "`%s` has no keys", here).WithLabel("nothing below it"))
		}
		f = inner.field(s.key)
		if f == nil {
			return o.refuse(s.from, s.to, o.unknown(inner, here, s.key))
		}
		if n.kind != mapping {
			return o.refuse(s.from, s.to, problem("E0802", "`%s` is not a section in this file", here))
		}
		key := o.at(s.from, s.to)
		child := n.get(s.key)
		if last {
			replacement.key = key
			n.set(s.key, replacement)
			return nil
		}
		below := f.section()
		isSection := below != nil
		if child == nil {
			if replacement.kind == null {
				return nil // nothing there to take out
			}
			child = &node{kind: list, at: key, key: key}
			if isSection {
				child.kind = mapping
			}
			if isSection && steps[i+1].entry == 0 {
				n.set(s.key, child)
			}
		}
		n, here, inner = child, join(here, s.key), below
	}
	return nil
}

func (o *overrider) unknown(inner *section, here, key string) *Error {
	where := "an experiment"
	if here != "" {
		where = "`" + here + "`"
	}
	e := problem("E0802", "%s has no key `%s`", where, key)
	if near, ok := nearest(key, inner.names()); ok {
		return e.WithLabel("did you mean `%s`?", near)
	}
	if owner, ok := root.ownerOf(key, ""); ok {
		return e.WithLabel("no such key").WithHelp("did you mean `%s`?", join(owner, key))
	}
	return e.WithLabel("no such key").WithHelp("its keys are %s", quote(inner.names(), "and"))
}

// set puts a value at a key of a mapping, or takes the key out when the value
// is null.
func (n *node) set(key string, value *node) {
	for i, e := range n.keys {
		if e.key != key {
			continue
		}
		if value.kind == null {
			n.keys = append(n.keys[:i:i], n.keys[i+1:]...)
		} else {
			n.keys[i].value = value
		}
		return
	}
	if value.kind != null {
		n.keys = append(n.keys, entry{key, value})
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
