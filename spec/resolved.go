package spec

import (
	"fmt"
	"reflect"
	"strings"
	"unicode"
)

// Resolved is the whole experiment as a file of its own, overrides included
// and every default written out. Parse reads exactly the same Spec from it,
// to the last bit.
func (f *File) Resolved() []byte {
	w := &writer{}
	v := reflect.ValueOf(&f.Spec).Elem()
	for i := range root.fields {
		if text, ok := f.source.section(i, v); ok {
			w.WriteString(text)
			continue
		}
		w.field(root, &root.fields[i], v, "")
	}
	return []byte(w.String())
}

// Without is the spec with the values at some paths, such as learn.rate, taken
// out: as a file that does not give them.
func (s Spec) Without(paths ...string) (Spec, error) {
	for _, path := range paths {
		v, f := s.at(path)
		if f == nil {
			return s, fmt.Errorf("there is no key `%s`", path)
		}
		v.SetZero()
	}
	return s, nil
}

// at finds the value at a path such as learn.rate, and its field; nil for none.
func (s *Spec) at(path string) (reflect.Value, *field) {
	v, in := reflect.ValueOf(s).Elem(), root
	var f *field
	for key := range strings.SplitSeq(path, ".") {
		if f = nil; in != nil {
			f = in.field(key)
		}
		if v.Kind() == reflect.Pointer && !v.IsNil() { // a copy: what is changed there is of s alone
			own := reflect.New(v.Type().Elem())
			own.Elem().Set(v.Elem())
			v.Set(own)
			v = own.Elem()
		}
		if f == nil || v.Kind() != reflect.Struct {
			return v, nil
		}
		v, in = v.Field(f.index), f.section()
	}
	return v, f
}

// Text is the value at a path, as the resolved file has it; "" where there is no
// such single value.
func (s Spec) Text(path string) string {
	v, f := s.at(path)
	if f == nil || f.inside() != nil {
		return ""
	}
	return f.shape.write(v.Interface(), f)
}

// writer writes sections in block style and what is inside lists on one line.
type writer struct{ strings.Builder }

func (w *writer) section(s *section, v reflect.Value, indent string) {
	for i := range s.fields {
		w.field(s, &s.fields[i], v, indent)
	}
}

// field writes the key of a section whose struct is v, where it belongs into the file.
func (w *writer) field(s *section, f *field, v reflect.Value, indent string) {
	if !s.written(f, v) {
		return
	}
	value := v.Field(f.index)
	shape := f.shape
	if optional, ok := shape.(optionalSection); ok {
		shape, value = optional.section, value.Elem()
	}
	switch shape := shape.(type) {
	case *section:
		inner := &writer{}
		inner.section(shape, value, indent+"  ")
		if inner.Len() > 0 {
			fmt.Fprintf(w, "%s%s:\n%s", indent, f.key, inner)
		}
	case sectionList:
		fmt.Fprintf(w, "%s%s:\n", indent, f.key)
		for j := range value.Len() {
			fmt.Fprintf(w, "%s  - %s\n", indent, shape.entry.write(value.Index(j).Interface(), f))
		}
	case interface{ rows(any) []string }: // tables, a row on each line
		rows := shape.rows(value.Interface())
		if len(rows) == 1 && !strings.HasPrefix(rows[0], "[") {
			fmt.Fprintf(w, "%s%s: %s\n", indent, f.key, rows[0])
			break
		}
		fmt.Fprintf(w, "%s%s:\n", indent, f.key)
		for _, row := range rows {
			fmt.Fprintf(w, "%s  - %s\n", indent, row)
		}
	default:
		fmt.Fprintf(w, "%s%s: %s\n", indent, f.key, f.shape.write(value.Interface(), f))
	}
}

// written says whether a key belongs in the resolved file: where it applies,
// and unless it is absent and has no default.
func (s *section) written(f *field, v reflect.Value) bool {
	if f.only != nil && !f.only.holds(s.sibling(f.only.key, v)) {
		return false
	}
	if f.required && f.unless == nil || f.byDefault != "" {
		if _, isStart := v.Field(f.index).Interface().(Start); !isStart {
			return true
		}
	}
	return !v.Field(f.index).IsZero()
}

// sibling is the value of a key as conditions see it, "" when absent.
func (s *section) sibling(key string, v reflect.Value) string {
	f := s.field(key)
	if v.Field(f.index).IsZero() {
		return ""
	}
	return f.shape.write(v.Field(f.index).Interface(), f)
}

// write is the section on one line: {node: 14, along: -y}.
func (s *section) write(v any, _ *field) string {
	value := reflect.ValueOf(v)
	var parts []string
	for i := range s.fields {
		f := &s.fields[i]
		if s.written(f, value) {
			parts = append(parts, f.key+": "+f.shape.write(value.Field(f.index).Interface(), f))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func (s sectionList) write(v any, f *field) string {
	list := reflect.ValueOf(v)
	var parts []string
	for i := range list.Len() {
		parts = append(parts, s.entry.write(list.Index(i).Interface(), f))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// plainOrQuoted writes a text so that YAML reads it back: as it is where that
// is safe, else in double quotes.
func plainOrQuoted(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, "\\U%08x", r)
		default:
			fmt.Fprintf(&b, "\\u%04x", r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// plain says whether a text needs no quotes: words of letters, digits and a
// few signs, which start with a letter and are not what YAML calls nothing.
func plain(s string) bool {
	if s == "" || strings.HasSuffix(s, " ") {
		return false
	}
	switch strings.ToLower(s) { // not texts to some readers of YAML
	case "null", "true", "false", "yes", "no", "on", "off", "y", "n":
		return false
	}
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789 _-./", r)) {
			return false
		}
	}
	return true
}
