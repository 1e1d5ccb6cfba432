package spec

import (
	"strings"
	"unicode/utf8"
)

// longest is how long a line may become before a list in brackets goes on in the next.
const longest = 120

// cut takes the text between two places out and puts another there.
func (e *editor) cut(from, to place, text string) {
	first, last := []rune(e.lines[from.line-1]), []rune(e.lines[to.line-1])
	line := string(first[:min(from.column-1, len(first))]) + text + string(last[min(to.column-1, len(last)):])
	lines := append([]string(nil), e.lines[:from.line-1]...)
	lines = append(lines, strings.Split(line, "\n")...)
	e.lines = append(lines, e.lines[to.line:]...)
}

// start is where the value of a node begins.
func (n *node) start() place { return place{n.at.line, n.at.column} }

// replace puts a value in the place of a node.
func (e *editor) replace(n *node, text string) {
	if n.key.src == nil || !n.block && n.kind != null {
		e.cut(n.start(), n.end, wrap(text, n.at.column))
		return
	}
	// Behind the key's colon, where the key's own line may have a comment.
	key := place{n.key.line, n.key.column + n.key.width}
	line := []rune(e.lines[key.line-1])
	for key.column-1 < len(line) && line[key.column-1] != ':' {
		key.column++
	}
	key.column++
	if n.kind == null {
		end := key
		if n.end.line == key.line && n.end.column > key.column { // ~ or null
			end = n.end
		}
		e.cut(key, end, " "+wrap(text, n.key.column+2))
		return
	}
	rest := ""
	if n.at.line > key.line {
		rest = strings.TrimRight(string(line[min(key.column-1, len(line)):]), " ")
	}
	tail := string([]rune(e.lines[n.end.line-1])[min(n.end.column-1, utf8.RuneCountInString(e.lines[n.end.line-1])):]) // a comment behind the last value
	if rest != "" && strings.TrimSpace(tail) != "" {
		tail = ""
	}
	e.cut(key, place{n.end.line, n.end.column + utf8.RuneCountInString(tail)}, " "+wrap(text, n.key.column+2)+rest+tail)
}

// appendItem adds an entry to a list.
func (e *editor) appendItem(n *node, text string) {
	if !n.block {
		sep := ", "
		if len(n.items) == 0 {
			sep = ""
		}
		at := place{n.end.line, n.end.column - 1}
		e.cut(at, at, sep+text)
		return
	}
	e.insert(n.end.line, strings.Repeat(" ", n.dash(e.lines)-1)+"- "+wrap(text, n.dash(e.lines)+2))
}

// dash is the column of the dashes of a list.
func (n *node) dash(lines []string) int {
	first := n.items[0]
	line := []rune(lines[first.at.line-1])
	for at := min(first.at.column, len(line)) - 1; at >= 0; at-- {
		if line[at] == '-' && strings.TrimLeft(string(line[:at]), " -") == "" {
			return at + 1
		}
	}
	return n.at.column
}

// addKey adds a key to a section, behind those that come before it in the format.
func (e *editor) addKey(n *node, inner *section, key, text string) {
	if !n.block {
		sep := ", "
		if len(n.keys) == 0 {
			sep = ""
		}
		at := place{n.end.line, n.end.column - 1}
		e.cut(at, at, sep+key+": "+text)
		return
	}
	if len(n.keys) == 0 { // an empty file
		e.insert(len(e.lines), key+": "+wrap(text, 3))
		return
	}
	order := map[string]int{}
	if inner != nil {
		for i := range inner.fields {
			order[inner.fields[i].key] = i
		}
	}
	after := -1
	for i := range n.keys {
		if at, known := order[n.keys[i].key]; inner == nil || !known || at < order[key] {
			after = i
		}
	}
	column := n.keys[0].value.key.column
	line := strings.Repeat(" ", column-1) + key + ": " + wrap(text, column+2)
	if after < 0 { // before the first, which may stand behind a dash
		at := place{n.keys[0].value.key.line, column}
		e.cut(at, at, key+": "+wrap(text, column+2)+"\n"+strings.Repeat(" ", column-1))
		return
	}
	e.insert(n.keys[after].value.end.line, line)
}

// insert puts lines behind a line, counted from 1.
func (e *editor) insert(after int, text string) {
	lines := append([]string(nil), e.lines[:after]...)
	lines = append(lines, strings.Split(text, "\n")...)
	e.lines = append(lines, e.lines[after:]...)
}

// remove takes an entry out of a section or list, which keeps others.
func (e *editor) remove(from, n *node) {
	var all []*node
	for _, k := range from.keys {
		all = append(all, k.value)
	}
	all = append(all, from.items...)
	at := 0
	for i := range all {
		if all[i] == n {
			at = i
		}
	}
	begin := func(m *node) place {
		if m.key.src != nil {
			return place{m.key.line, m.key.column}
		}
		return m.start()
	}
	switch {
	case from.block && from.kind == list:
		e.lines = append(e.lines[:begin(n).line-1:begin(n).line-1], e.lines[n.end.line:]...)
	case from.block && (at > 0 || strings.TrimSpace(string([]rune(e.lines[n.key.line-1])[:n.key.column-1])) == ""):
		e.lines = append(e.lines[:n.key.line-1:n.key.line-1], e.lines[n.end.line:]...)
	case at+1 < len(all):
		e.cut(begin(n), begin(all[at+1]), "")
	default:
		e.cut(all[at-1].end, n.end, "")
	}
}

// wrap breaks a list in brackets that is too long for a line, between its entries; further lines begin in a column.
func wrap(text string, column int) string {
	if utf8.RuneCountInString(text)+column <= longest || text == "" || text[0] != '[' {
		return text
	}
	var b strings.Builder
	depth, width, quote := 0, column, rune(0)
	for _, r := range text {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'':
			quote = r
		case r == '[' || r == '{':
			depth++
		case r == ']' || r == '}':
			depth--
		case r == ' ' && depth == 1 && width > longest*3/4 && strings.HasSuffix(b.String(), ","):
			b.WriteString("\n" + strings.Repeat(" ", column-1))
			width = column
			continue
		}
		b.WriteRune(r)
		width++
	}
	return b.String()
}
