package spec

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxSize is the largest experiment file, in bytes. Tables of nodes and bonds
// that are larger belong in CSV files.
const maxSize = 1 << 20

// maxDepth is how deep brackets and dashes may nest; the format needs six.
// It keeps a hostile file from exhausting the stack.
const maxDepth = 32

// maxKeys is how many keys a section may have before it is not worth parsing;
// the format needs twenty. The time of the YAML library grows with its square.
const maxKeys = 200

// maxGap is how many empty lines may follow each other.
const maxGap = 500

// newSource prepares a text for the YAML parser: no byte order mark, newlines
// as on Unix. It refuses what is not text.
func newSource(name string, text []byte) (*source, string, *Error) {
	if len(text) > maxSize {
		src := &source{name: name, lines: []string{""}, first: 1}
		return src, "", problem("E0101", "the file has %d bytes, more than the %d an experiment may have", len(text), maxSize).
			WithHelp("keep nodes and bonds in tables of their own: `nodes: nodes.csv`, `bonds: bonds.csv`; in place of `bonds.each` a column `stiffness` or `width` there says where each bond starts").
			place("", span{src, 1, 1, 1})
	}
	s := strings.TrimPrefix(string(text), "\ufeff")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	src := &source{name: name, lines: strings.Split(s, "\n"), first: 1}
	if utf8.ValidString(s) && !strings.ContainsRune(s, 0) {
		return src, s, nil
	}
	for i, line := range src.lines {
		for j, r := range []rune(line) { // a bad byte becomes one U+FFFD
			if r == utf8.RuneError && !utf8.ValidString(line) || r == 0 {
				src.lines[i] = strings.ReplaceAll(strings.ToValidUTF8(line, "\ufffd"), "\x00", "\ufffd")
				e := problem("E0102", "this file is not UTF-8 text").WithLabel("the first byte that is not text").
					WithHelp("save it as UTF-8; is it a file of another kind?")
				if name := encoding(text); name != "" {
					e.Message = "this file is " + name + ", and an experiment is UTF-8 text"
					e.WithHelp("save it again with the encoding UTF-8")
				}
				return src, "", e.place("", span{src, i + 1, j + 1, 1})
			}
		}
	}
	panic("spec: invalid UTF-8 without an invalid character")
}

// encoding names the encoding of a text that is not UTF-8, by its first bytes, by where its zeros are, or by its letters; "" for
// what may be no text at all.
func encoding(text []byte) string {
	for _, mark := range []struct{ bytes, name string }{{"\xff\xfe\x00\x00", "UTF-32 text"}, {"\x00\x00\xfe\xff", "UTF-32 text"},
		{"\xff\xfe", "UTF-16 text (little endian)"}, {"\xfe\xff", "UTF-16 text (big endian)"}} {
		if strings.HasPrefix(string(text), mark.bytes) {
			return mark.name
		}
	}
	var zeros [2]int
	plain := true
	for i, b := range text {
		if b == 0 {
			zeros[i%2]++
		}
		plain = plain && (b >= ' ' || b == '\n' || b == '\t' || b == '\r')
	}
	switch most := len(text) / 2; {
	case zeros[1] > most*3/4 && zeros[0] == 0:
		return "UTF-16 text (little endian)"
	case zeros[0] > most*3/4 && zeros[1] == 0:
		return "UTF-16 text (big endian)"
	case plain:
		return "text of a code page such as Latin-1 or Windows-1252"
	}
	return ""
}

// parseYAML turns text into a node tree. Columns of the first line are moved
// by shift. More than one error is possible: duplicate keys do not hide
// what follows them.
func parseYAML(src *source, text string, shift int) (*node, Errors) {
	t := &treeBuilder{src: src, shift: shift}
	var tokens token.Tokens
	var file *ast.File
	for _, step := range []func(){
		func() { t.gaps(text) },
		func() { tokens = t.scan(text) },
		func() { t.forbid(tokens) },
		func() { file = t.parse(tokens) },
	} {
		if step(); t.errs != nil {
			return nil, t.errs
		}
	}
	var root *node
	for _, doc := range file.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.CommentType {
			continue
		}
		if root != nil {
			t.fail("E0103", t.spanOf(doc.Body.GetToken()), "the file holds more than one document").
				WithLabel("a second one starts here").WithHelp("keep one experiment in a file")
			break
		}
		root = t.build(doc.Body)
	}
	if root == nil && t.errs == nil {
		root = &node{kind: null, at: t.span(1, 1, 1)}
	}
	return root, t.errs
}

// treeBuilder turns the tokens and the syntax tree of the YAML library into
// nodes.
type treeBuilder struct {
	src   *source
	shift int
	errs  Errors
}

func (t *treeBuilder) fail(code string, at span, format string, args ...any) *Error {
	e := problem(code, format, args...).place("", at)
	t.errs = append(t.errs, e)
	return e
}

// span is a place counted from the start of the parsed text.
func (t *treeBuilder) span(line, column, width int) span {
	if line == 1 {
		column += t.shift
	}
	return span{t.src, line + t.src.first - 1, column, width}
}

// spanOf is the place of a token: its text up to the end of the line.
func (t *treeBuilder) spanOf(tk *token.Token) span {
	text := strings.TrimLeft(tk.Origin, " \n")
	text, _, _ = strings.Cut(text, "\n")
	width := utf8.RuneCountInString(strings.TrimRight(text, " "))
	return t.span(tk.Position.Line, tk.Position.Column, max(1, width))
}

// scan splits the text into tokens. The library is a guest: should it panic
// on some text, that is an error of the text and not the end of the program.
func (t *treeBuilder) scan(text string) (tokens token.Tokens) {
	defer t.guard()
	return lexer.Tokenize(text)
}

// gaps refuses long runs of empty lines, on which the library spends a time
// that grows with the cube of their length.
func (t *treeBuilder) gaps(text string) {
	run := 0
	for i, line := range strings.Split(text, "\n") {
		if run++; strings.TrimSpace(line) != "" {
			run = 0
		}
		if run > maxGap {
			t.fail("E0104", t.span(i+1, 1, 1), "more than %d empty lines follow each other", maxGap).
				WithHelp("take them out")
			return
		}
	}
}

func (t *treeBuilder) parse(tokens token.Tokens) (file *ast.File) {
	defer t.guard()
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err == nil {
		return file
	}
	at := t.span(1, 1, 1)
	var message string
	var syntax interface {
		GetToken() *token.Token
		GetMessage() string
	}
	if errors.As(err, &syntax) {
		message = syntax.GetMessage()
		if tk := syntax.GetToken(); tk != nil && tk.Position != nil {
			at = t.spanOf(tk)
		}
	} else {
		message = err.Error() // costly for a syntax error: it draws the file
	}
	e := t.fail("E0104", at, "this is not YAML: %s", message)
	for _, s := range syntaxAdvice {
		if strings.Contains(message, s.message) {
			e.Message, e.Label, e.Help = s.say, s.label, s.help
			break
		}
	}
	return nil
}

func (t *treeBuilder) guard() {
	if r := recover(); r != nil {
		t.fail("E0104", t.span(1, 1, 1), "this is not YAML: %s", fmt.Sprint(r))
	}
}

// syntaxAdvice says in plainer words what the YAML library means.
var syntaxAdvice = []struct{ message, say, label, help string }{
	{"mapping value is not allowed", "a second `:` on the line, or a line that is indented by mistake", "here, or on the next line",
		"keys of one section start in the same column; a text with `: ` in it needs quotes"},
	{"cannot start any token", "a tab is used for indentation", "", "indent with spaces"},
	{"sequence end token ']' not found", "the list that opens here is never closed", "no `]` follows", "close it with `]`"},
	{"could not find flow mapping end token", "the section that opens here is never closed", "no `}` follows", "close it with `}`"},
	{"could not find flow map content", "a section in braces is never closed", "after this a `}` is due", "close it with `}`"},
	{"',' or '}' must be specified", "a `,` or `}` is missing", "before this", "write `{node: 2, along: x}`"},
	{"',' or ']' must be specified", "a `,` or `]` is missing", "before this", "write `[1, 5]`"},
	{"could not find end character", "the quote that opens here is never closed", "", "end the text with the same quote"},
	{"is a reserved character", "a value cannot start with this character", "", "put the text in quotes"},
	{"non-map value is specified", "this line is neither `key: value` nor `- entry`", "no `:` follows", "a key is followed by `: ` and its value"},
	{"unexpected key name", "this line is neither `key: value` nor `- entry`", "", "a key is followed by `: ` and its value"},
	{"value is not allowed in this context", "this value stands where a key is due", "", "keys of one section start in the same column"},
}

// forbid refuses, before anything is parsed, those parts of YAML that an
// experiment file does without: they make a file mean something other than
// what it shows.
func (t *treeBuilder) forbid(tokens token.Tokens) {
	refuse := func(tk *token.Token, what, help string) {
		t.fail("E0105", t.spanOf(tk), "%s", what).WithLabel("not in an experiment file").WithHelp("%s", help)
	}
	depth, dashes, line := 0, 0, 0
	var open sections
	begun := false // something stands before this token
	for _, tk := range tokens {
		if tk.Position == nil {
			continue
		}
		if tk.Position.Line != line {
			dashes, line = 0, tk.Position.Line
		}
		switch tk.Type {
		case token.AnchorType:
			refuse(tk, "YAML anchors (`&`) are not used here", "write the value out, or put the text in quotes")
		case token.AliasType:
			refuse(tk, "YAML aliases (`*`) are not used here", "write the value out, or put the text in quotes")
		case token.MergeKeyType:
			refuse(tk, "YAML merge keys (`<<`) are not used here", "write the keys out")
		case token.TagType:
			refuse(tk, "YAML tags (`!`) are not used here", "leave it out: each key knows what it holds")
		case token.DirectiveType:
			if tk.Position.Column > 1 {
				t.fail("E0104", t.spanOf(tk), "a value cannot start with `%%`").WithHelp("put the text in quotes")
				break
			}
			refuse(tk, "YAML directives (`%`) are not used here", "leave the line out")
		case token.MappingKeyType:
			refuse(tk, "YAML complex keys (`?`) are not used here", "write `key: value`")
		case token.DocumentHeaderType:
			if begun {
				t.fail("E0103", t.spanOf(tk), "the file holds more than one document").
					WithLabel("a second one starts here").WithHelp("keep one experiment in a file")
			}
		case token.SequenceEntryType:
			dashes++
			open.entry(tk.Position.Column)
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.MappingValueType:
			if depth == 0 && tk.Prev != nil && open.key(tk.Prev.Position.Column) > maxKeys {
				t.fail("E0104", t.spanOf(tk.Prev), "this section has more than %d keys", maxKeys).WithLabel("too many")
			}
		}
		if depth+dashes > maxDepth {
			t.fail("E0104", t.spanOf(tk), "lists nest more than %d deep", maxDepth).WithLabel("too deep")
		}
		begun = begun || tk.Type != token.CommentType
		if t.errs != nil {
			return // one is enough: the rest of the file may be a consequence
		}
	}
}

// sections counts the keys of the sections that are open in block style, by
// their columns; inner ones come last.
type sections []struct{ column, keys int }

// key counts a key and returns how many its section has by now. A key closes
// the sections further to the right.
func (s *sections) key(column int) int {
	s.entry(column)
	if n := len(*s); n == 0 || (*s)[n-1].column < column {
		*s = append(*s, struct{ column, keys int }{column: column})
	}
	last := &(*s)[len(*s)-1]
	last.keys++
	return last.keys
}

// entry closes the sections to the right of a dash.
func (s *sections) entry(column int) {
	for len(*s) > 0 && (*s)[len(*s)-1].column > column {
		*s = (*s)[:len(*s)-1]
	}
}

// build turns a syntax tree into nodes.
func (t *treeBuilder) build(tree ast.Node) *node {
	n := t.one(tree)
	if n.end == (place{}) {
		n.end = endOf(tree.GetToken())
	}
	for _, item := range n.items {
		n.end = n.end.after(item.end)
	}
	for _, e := range n.keys {
		n.end = n.end.after(e.value.end)
	}
	return n
}

// endOf is the place behind a token, blanks at its end left out.
func endOf(tk *token.Token) place {
	lines := strings.Split(strings.Trim(tk.Origin, " \n"), "\n")
	last := utf8.RuneCountInString(strings.TrimRight(lines[len(lines)-1], " "))
	if len(lines) == 1 {
		return place{tk.Position.Line, tk.Position.Column + last}
	}
	return place{tk.Position.Line + len(lines) - 1, 1 + last}
}

// one turns a node of the syntax tree into one of ours.
func (t *treeBuilder) one(tree ast.Node) *node {
	tk := tree.GetToken()
	at := t.spanOf(tk)
	switch v := tree.(type) {
	case *ast.MappingNode:
		n := &node{kind: mapping, at: at, block: !v.IsFlowStyle}
		if v.IsFlowStyle {
			n.at, n.end = t.flow(v.Start, v.End), endOf(v.End)
		}
		t.fill(n, v.Values, !v.IsFlowStyle)
		return n
	case *ast.MappingValueNode: // a mapping of one key
		n := &node{kind: mapping, at: at, block: true}
		t.fill(n, []*ast.MappingValueNode{v}, true)
		return n
	case *ast.SequenceNode:
		n := &node{kind: list, at: at, block: !v.IsFlowStyle}
		if v.IsFlowStyle {
			n.at, n.end = t.flow(v.Start, v.End), endOf(v.End)
		} else {
			n.at.width = 1
		}
		for _, item := range v.Values {
			n.items = append(n.items, t.build(item))
		}
		return n
	case *ast.NullNode:
		n := &node{kind: null, at: at}
		if tk.Type == token.ImplicitNullType { // it has no text
			n.end = place{1, 1}
		}
		return n
	case *ast.LiteralNode:
		return &node{kind: scalar, text: v.Value.Value, quoted: true, at: at, end: endOf(v.Value.GetToken())}
	case *ast.StringNode:
		return &node{kind: scalar, text: v.Value, quoted: tk.Type != token.StringType, at: at}
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return &node{kind: scalar, text: tk.Value, at: at}
	}
	t.fail("E0105", at, "this part of YAML is not used here")
	return &node{kind: null, at: at}
}

// flow is the place of a bracketed value: all of it if it ends on its line,
// else the bracket.
func (t *treeBuilder) flow(start, end *token.Token) span {
	at := t.spanOf(start)
	at.width = 1
	if end != nil && end.Position != nil && end.Position.Line == start.Position.Line {
		at.width = end.Position.Column - start.Position.Column + 1
	}
	return at
}

// fill adds the keys of a mapping. In block style the first key stands for
// the place of the whole.
func (t *treeBuilder) fill(n *node, values []*ast.MappingValueNode, block bool) {
	seen := map[string]*node{}
	for i, v := range values {
		tk := v.Key.GetToken()
		at := t.spanOf(tk)
		if i == 0 && block {
			n.at = at
		}
		value := t.build(v.Value)
		value.key = at
		if value.kind == null {
			value.at = at // an absent value has no place of its own
		}
		value.end = value.end.after(endOf(v.Start)) // of the colon
		key := tk.Value
		if first, twice := seen[key]; twice {
			t.fail("E0106", at, "`%s` is given twice", key).
				WithLabel("the second time").WithHelp("the first is on line %d: keep one of them", first.key.line)
			continue
		}
		seen[key] = value
		n.keys = append(n.keys, entry{key, value})
	}
}
