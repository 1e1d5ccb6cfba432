package spec

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// Completion is what may stand at a place of an experiment file.
type Completion struct {
	Label  string `json:"label"`
	Detail string `json:"detail,omitempty"` // what is due there, in a few words
	Info   string `json:"info,omitempty"`   // what it is
	Apply  string `json:"apply,omitempty"`  // what is put in, where it is more than the label
}

// Complete lists what may stand at a line and column (from 1, in characters) of an experiment file that is being written, and need not be
// readable yet. from is the column at which the word begins that one of them replaces.
func Complete(text []byte, line, column int) (from int, list []Completion) {
	_, clean, bad := newSource("", text)
	if bad != nil {
		return column, nil
	}
	lines := strings.Split(clean, "\n")
	if line < 1 || line > len(lines) {
		return column, nil
	}
	here := []rune(lines[line-1])
	column = max(1, min(column, len(here)+1))
	c := readContext(lines[:line-1], string(here[:column-1]))
	if c.still {
		return column, nil
	}
	word := []rune(c.word)
	from = column - len(word)
	section, f := c.section()
	switch {
	case c.value && f != nil:
		return from, f.values(c.word)
	case c.value || section == nil:
		return from, nil
	}
	there := c.keys
	if !c.flow {
		there = siblings(lines, line-1, c.column)
	}
	for _, required := range []bool{true, false} {
		for i := range section.fields {
			f := &section.fields[i]
			_, given := there[f.key]
			if f.required != required || given || !strings.HasPrefix(f.key, c.word) || f.only != nil && len(f.only.values) > 0 && !f.may(section, there) {
				continue
			}
			list = append(list, f.offer(c))
		}
	}
	return from, list
}

// may reports whether the key on which a field depends leaves it room.
func (f *field) may(s *section, there map[string]string) bool {
	value, given := there[f.only.key]
	if !given {
		value = s.field(f.only.key).byDefault
	}
	return value == "" || f.only.holds(value)
}

// offer is a key as a completion.
func (f *field) offer(c *context) Completion {
	o := Completion{Label: f.key, Detail: f.shape.due(f), Info: capital(f.doc), Apply: f.key + ": "}
	if words := f.defaultWords(); words == "required" || strings.HasPrefix(words, "required ") {
		o.Info += "; " + words
	} else if words != "" {
		o.Info += "; default " + words
	}
	if f.only != nil {
		o.Info += "; " + f.only.String()
	}
	_, entries := f.shape.(sectionList)
	switch inner := f.inside(); {
	case inner == nil:
	case c.flow && entries:
		o.Apply = f.key + ": [{"
	case c.flow:
		o.Apply = f.key + ": {"
	case entries:
		o.Apply = fmt.Sprintf("%s:\n%s- ", f.key, strings.Repeat(" ", c.column+1))
	default:
		o.Apply = fmt.Sprintf("%s:\n%s", f.key, strings.Repeat(" ", c.column+1))
	}
	return o
}

// values are the words and units that may stand for a field.
func (f *field) values(word string) (list []Completion) {
	add := func(label, detail string) {
		if label != "" && strings.HasPrefix(label, word) && !slices.ContainsFunc(list, func(c Completion) bool { return c.Label == label }) {
			list = append(list, Completion{Label: label, Detail: detail})
		}
	}
	number := strings.TrimRight(word, " ")
	if f.dim != nil && len(number) < len(word) && number != "" && strings.IndexFunc(number[len(number)-1:], unicode.IsDigit) == 0 {
		units := f.dim.offer
		if units == nil {
			units = f.dim.units
		}
		for _, u := range units {
			add(number+" "+u.Symbol, f.dim.noun)
		}
		return list
	}
	for _, w := range f.words {
		detail := ""
		if w == f.byDefault {
			detail = "default"
		}
		add(w, detail)
	}
	if f.typ.Kind() == reflect.Bool {
		add("true", "")
		add("false", "")
	}
	add(f.byDefault, "default")
	if f.dim != nil {
		add(f.dim.like, f.dim.noun)
		add(f.dim.span, f.dim.noun)
	}
	return list
}

// siblings are the keys of the section in block style that a line with a key in a column belongs to, other lines' keys with what stands
// behind them.
func siblings(lines []string, at, column int) map[string]string {
	keys := map[string]string{}
	look := func(i int) bool { // whether the section goes on
		runes := []rune(lines[i])
		indent := 0
		for indent < len(runes) && runes[indent] == ' ' {
			indent++
		}
		body := string(runes[indent:])
		if body == "" || body[0] == '#' {
			return true
		}
		first := true
		for strings.HasPrefix(body, "- ") {
			trimmed := strings.TrimLeft(body[2:], " ")
			indent, body, first = indent+len(body)-len(trimmed), trimmed, false
		}
		if indent+1 == column && i != at {
			if key, value, ok := keyOf(body); ok {
				keys[key] = value
			}
		}
		return indent+1 >= column && (first || indent+1 > column)
	}
	for i := at - 1; i >= 0 && !strings.HasPrefix(strings.TrimLeft(lines[at], " "), "-") && look(i); i-- { // a dash begins an entry of its own
	}
	for i := at + 1; i < len(lines); i++ {
		if strings.HasPrefix(strings.TrimLeft(lines[i], " "), "- ") && len(lines[i])-len(strings.TrimLeft(lines[i], " "))+1 < column || !look(i) {
			break
		}
	}
	return keys
}
