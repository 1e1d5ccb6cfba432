package spec

import (
	"fmt"
	"strings"
)

// Reference is the file format as a page of Markdown, from the same tags that
// Parse follows: a table of keys for each section.
func Reference() []byte {
	var b strings.Builder
	b.WriteString("# The experiment file\n\n" +
		"Every key of an experiment, by section. A key without a default may be left out unless it is required.\n\n")
	root.reference(&b, "", "")
	unitsPage(&b)
	return []byte(b.String())
}

func (s *section) reference(b *strings.Builder, path, about string) {
	if path != "" {
		fmt.Fprintf(b, "## `%s`\n\n%s.\n\n", path, capital(about))
	}
	b.WriteString("| key | what | value | default |\n|---|---|---|---|\n")
	for i := range s.fields {
		f := &s.fields[i]
		what := strings.ReplaceAll(f.doc, "|", "\\|")
		if f.only != nil {
			what += "; only " + f.only.String()
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", f.key, what, f.shape.due(f), f.defaultWords())
	}
	b.WriteByte('\n')
	for i := range s.fields {
		f := &s.fields[i]
		if inner := f.inside(); inner != nil {
			inner.reference(b, join(path, f.key)+f.brackets(), f.doc)
		}
	}
}

func (f *field) brackets() string {
	if _, ok := f.shape.(sectionList); ok {
		return "[]"
	}
	return ""
}

func (f *field) defaultWords() string {
	switch {
	case f.required && f.unless != nil:
		return "required unless `" + strings.ReplaceAll(strings.Join(f.unless, "`, `"), "/", "") + "`"
	case f.required:
		return "required"
	case f.byDefault != "":
		return "`" + f.byDefault + "`"
	}
	return ""
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// Describe explains one key of the format, or one section: learn.rate,
// task.outputs[2].node or task.outputs.node. ok is false when there is no
// such key.
func Describe(path string) (text string, ok bool) {
	s := root
	var f *field
	for _, key := range strings.Split(path, ".") {
		key, _, _ = strings.Cut(key, "[")
		if s == nil {
			return "", false
		}
		if f = s.field(key); f == nil {
			return "", false
		}
		s = f.inside()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", path, f.doc)
	fmt.Fprintf(&b, "  value    %s\n", f.shape.due(f))
	if words := f.defaultWords(); f.required {
		b.WriteString("  required\n")
	} else if words != "" {
		fmt.Fprintf(&b, "  default  %s\n", words)
	}
	if f.only != nil {
		fmt.Fprintf(&b, "  only     %s\n", f.only)
	}
	if s != nil {
		fmt.Fprintf(&b, "  keys     %s\n", quote(s.names(), "and"))
	}
	return b.String(), true
}
