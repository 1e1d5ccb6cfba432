package spec

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/elastrain/elastrain/internal/excerpt"
)

// source is a text that positions point into: the file, or one override.
type source struct {
	name  string
	lines []string
	first int // number of the first line, from 1
	order int // 0 for the file, n for the n-th override
}

// span is a place in a source: line and column from 1, in characters.
type span struct {
	src                 *source
	line, column, width int
}

// nodeKind is what a piece of YAML is.
type nodeKind uint8

const (
	null nodeKind = iota // a key without a value, or ~
	scalar
	list
	mapping
)

func (k nodeKind) String() string {
	return [...]string{"empty", "a value", "a list", "a section"}[k]
}

// node is a piece of YAML, reduced to what an experiment file may hold. The
// text of a scalar is as written: what it means is up to the key it stands at.
type node struct {
	kind   nodeKind
	text   string  // scalar
	quoted bool    // scalar: written in quotes
	block  bool    // list, mapping: by indentation, not in brackets
	items  []*node // list
	keys   []entry // mapping, in the order of the file, each key once
	at     span    // the value
	key    span    // its key; no src for an entry of a list and for the root
	path   string  // filled by index
	end    place   // behind its last character
}

// place is a place in the parsed text: line and column from 1, in characters.
type place struct{ line, column int }

// after is the later of two places.
func (p place) after(q place) place {
	if p.line > q.line || p.line == q.line && p.column > q.column {
		return p
	}
	return q
}

// entry is one `key: value`.
type entry struct {
	key   string
	value *node
}

// get is the value at a key of a mapping, nil when absent.
func (n *node) get(key string) *node {
	for _, e := range n.keys {
		if e.key == key {
			return e.value
		}
	}
	return nil
}

// mark is the place that stands for the node in a message: the value itself
// where it fits on one line, else its key.
func (n *node) mark() span {
	if (n.block || n.kind == null) && n.key.src != nil {
		return n.key
	}
	return n.at
}

// keyMark is the place of the key, or of the value where there is none.
func (n *node) keyMark() span {
	if n.key.src != nil {
		return n.key
	}
	return n.at
}

// overridden reports whether the command line gave the key its value.
func (n *node) overridden() bool { src := n.keyMark().src; return src != nil && src.order > 0 }

// called names the node in a message.
func (n *node) called() string {
	switch {
	case n.path == "":
		return "the file"
	case strings.HasSuffix(n.path, "]"):
		open := strings.LastIndexByte(n.path, '[')
		return fmt.Sprintf("entry %s of `%s`", n.path[open+1:len(n.path)-1], n.path[:open])
	}
	return "`" + n.path + "`"
}

// index gives every node its path and collects them all.
func (n *node) index(path string, into map[string]*node) {
	n.path = path
	into[path] = n
	for i, item := range n.items {
		item.index(path+"["+strconv.Itoa(i+1)+"]", into)
	}
	for _, e := range n.keys {
		e.value.index(join(path, e.key), into)
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// problem makes an error that has no position yet. Texts quoted from the file
// are cut and cleaned, so that a message stays one readable line.
func problem(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, clean(args)...), Width: 1}
}

func clean(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		if s, ok := a.(string); ok {
			a = clip(s)
		}
		out[i] = a
	}
	return out
}

func clip(s string) string {
	const longest = 200
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, excerpt.Of(s, longest))
}

// place puts an error at a span.
func (e *Error) place(path string, s span) *Error {
	e.Path, e.File, e.order = excerpt.Of(path, 300), s.src.name, s.src.order
	line := max(0, min(s.line-s.src.first, len(s.src.lines)-1))
	e.Source = s.src.lines[line]
	e.Line = line + s.src.first
	length := len([]rune(e.Source))
	e.Column = max(1, min(s.column, length+1))
	e.Width = max(1, min(s.width, length-e.Column+1))
	return e
}

// torn is what a decimal comma may have torn into two entries of a list in brackets, at n or in it: 50,5 mm. Two numbers with
// nothing between them but a comma; "" where there are none.
func (n *node) torn() string {
	if n.at.src == nil || n.at.line < 1 || n.at.line > len(n.at.src.lines) || n.block {
		return ""
	}
	line := []rune(n.at.src.lines[n.at.line-1])
	from := n.at.column - 1
	if from < 0 || from >= len(line) {
		return ""
	}
	text := string(line[from:])
	if n.kind == list {
		text = text[:min(len(text), len(string(line[from:min(len(line), from+max(n.at.width, 1))])))]
		if m := tornInside.FindStringSubmatch(text); m != nil {
			return strings.TrimSpace(m[1])
		}
		return ""
	}
	if m := tornHere.FindStringSubmatch(text); m != nil && n.kind == scalar && strings.HasPrefix(m[1], n.text+",") {
		return strings.TrimSpace(m[1])
	}
	return ""
}

var (
	tornHere   = regexp.MustCompile(`^([+-]?[0-9]+,[0-9]+(?: ?[A-Za-zµ%][^\],]*)?)[\],]`)
	tornInside = regexp.MustCompile(`[\[ ,]([+-]?[0-9]+,[0-9]+(?: ?[A-Za-zµ%][^\],]*)?)[\],]`)
)
