package spec

import "strings"

// context is where a place of an unfinished text is: which sections are open around it, and what is being written.
type context struct {
	stack  []level
	flow   bool              // in braces
	value  bool              // behind a colon, or an entry of a list
	still  bool              // in a comment or a text in quotes: nothing is offered
	word   string            // so far
	column int               // of the key, from 1
	keys   map[string]string // of the braces that are open, so far
}

// level is a key, a dash or a bracket that is open.
type level struct {
	column int    // from 1; 0 in brackets
	key    string // "" of a dash or bracket
	open   rune   // [ or {; 0 in block style
	keys   map[string]string
}

// readContext reads the lines above a place, and what stands before it in its line.
func readContext(above []string, before string) *context {
	c := &context{}
	for _, line := range above {
		c.line(line)
	}
	c.still, c.value, c.word = false, false, ""
	c.line(before)
	n := len(c.stack)
	if n > 0 && c.stack[n-1].open != 0 {
		top := &c.stack[n-1]
		c.flow, c.keys = true, top.keys
		c.value = top.open == '[' || top.key != ""
	}
	c.word = strings.TrimLeft(c.word, " ")
	return c
}

// line takes up a line, or the part of one.
func (c *context) line(text string) {
	c.still, c.value, c.word = false, false, ""
	rest := text
	if !c.bracketed() {
		body := strings.TrimLeft(text, " ")
		if body == "" {
			c.column = len([]rune(text)) + 1
			c.close(c.column, false)
			return
		}
		if body[0] == '#' {
			c.still = true
			return
		}
		column := len(text) - len(body) + 1
		for body == "-" || strings.HasPrefix(body, "- ") {
			c.close(column, true)
			c.stack = append(c.stack, level{column: column})
			trimmed := strings.TrimLeft(body[1:], " ")
			column, body = column+len(body)-len(trimmed), trimmed
		}
		c.column, rest = column, body
		if key, _, ok := keyOf(body); ok {
			c.close(column, false)
			c.stack = append(c.stack, level{column: column, key: key})
			rest = body[strings.IndexByte(body, ':')+1:]
			c.value = true
		} else if body != "" && body[0] != '{' && body[0] != '[' {
			c.close(column, false)
		}
	}
	c.flows(rest)
}

// close ends the sections at a column and to the right of it. A dash leaves a key in its column open.
func (c *context) close(column int, dash bool) {
	for n := len(c.stack); n > 0; n = len(c.stack) {
		top := c.stack[n-1]
		if top.column < column || dash && top.column == column && top.key != "" {
			return
		}
		c.stack = c.stack[:n-1]
	}
}

// bracketed reports whether a bracket is open.
func (c *context) bracketed() bool { return len(c.stack) > 0 && c.stack[len(c.stack)-1].open != 0 }

// flows reads what stands behind a key, or within brackets.
func (c *context) flows(text string) {
	quote := rune(0)
	previous := ' '
	for i, r := range text {
		top := len(c.stack) - 1
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '#' && (previous == ' ' || i == 0):
			c.still = true
			return
		case (r == '"' || r == '\'') && strings.TrimSpace(c.word) == "":
			quote = r
		case r == '[' || r == '{':
			c.stack = append(c.stack, level{open: r, keys: map[string]string{}})
			c.word = ""
		case (r == ']' || r == '}') && c.bracketed():
			c.note(top)
			c.stack = c.stack[:top]
			c.word = ""
		case r == ',' && c.bracketed():
			c.note(top)
			c.stack[top].key, c.word = "", ""
		case r == ':' && c.bracketed() && c.stack[top].open == '{' && c.stack[top].key == "":
			c.stack[top].key, c.word = strings.TrimSpace(c.word), ""
		default:
			c.word += string(r)
		}
		previous = r
	}
	c.still = c.still || quote != 0
}

// note remembers a key of braces with its value.
func (c *context) note(top int) {
	if l := &c.stack[top]; l.open == '{' && l.key != "" {
		l.keys[l.key] = strings.TrimSpace(c.word)
	}
}

// section is the section that is open, and the field of the key whose value is being written.
func (c *context) section() (s *section, f *field) {
	s = root
	stack := c.stack
	for _, l := range stack {
		if l.key == "" {
			continue
		}
		if s == nil {
			return nil, nil
		}
		if f = s.field(l.key); f == nil {
			return nil, nil
		}
		s = f.inside()
	}
	return s, f
}

// keyOf is the key that a line begins with, and what stands behind its colon.
func keyOf(body string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(body, ":")
	if !ok || value != "" && value[0] != ' ' || key == "" || strings.ContainsAny(key, " \"'[]{},#") {
		return "", "", false
	}
	value, _, _ = strings.Cut(value, " #")
	return key, strings.TrimSpace(value), true
}
