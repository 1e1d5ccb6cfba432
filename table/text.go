package table

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// foreign refuses what is known to be no table, before the reader explains it in terms of quotes and fields.
func foreign(raw []byte) error {
	for _, k := range []struct{ magic, what string }{
		{"PK\x03\x04", "a spreadsheet or zip file, not text; export the sheet as CSV"},
		{"\x1f\x8b", "a gzip file, not text; decompress it first"},
		{"\xd0\xcf\x11\xe0", "a spreadsheet of an old format, not text; export the sheet as CSV"},
		{"\x89HDF", "an HDF5 file, not text; export the table as CSV"},
		{"%PDF-", "a PDF file, not text; export the table as CSV"},
		{"ITEM: TIMESTEP", "a dump of LAMMPS, not a table; keep the lines of its atoms below a header such as `id type x y`"},
		{"LAMMPS ", "a data file of LAMMPS, not a table; name it as `network: {file: ...}`"},
		{"$MeshFormat", "a mesh of Gmsh, not a table; name it as `network: {file: ...}`"},
		{"MATLAB 5.0 MAT-file", "a MAT-file, not text; name one with a whole network as `network: {file: ...}`, or export the table with writetable"},
	} {
		if bytes.HasPrefix(raw, []byte(k.magic)) {
			cause, fix, _ := strings.Cut(k.what, "; ")
			return &Error{Cause: cause, Fix: fix}
		}
	}
	return nil
}

// decode makes UTF-8 with LF line ends of the file, and refuses what is no text.
func (t *Reader) decode(raw []byte) error {
	var text []byte
	switch order := utf16Order(raw); {
	case order != nil:
		if len(raw)%2 != 0 {
			return &Error{Cause: "UTF-16 text that ends within a letter", Fix: "the file is cut off: copy it again, or save it as CSV in UTF-8"}
		}
		units := make([]uint16, len(raw)/2)
		for i := range units {
			units[i] = order.Uint16(raw[2*i:])
		}
		text = []byte(string(utf16.Decode(units)))
	default:
		text = raw
	}
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	text = lineFeeds(text)
	if !utf8.Valid(text) {
		var err error
		if text, err = t.western(text); err != nil {
			return err
		}
	}
	// Control characters have no place in a table, and could play tricks on a
	// terminal that shows a message with a name from the file.
	if at := bytes.IndexFunc(text, func(r rune) bool {
		return (r < ' ' || r >= 0x7f && r < 0xa0) && r != '\t' && r != '\n'
	}); at >= 0 {
		r, _ := utf8.DecodeRune(text[at:])
		return &Error{Line: lineAt(text, at), Cause: fmt.Sprintf("control character %#02x: not plain text", r), Fix: "save the file as CSV in UTF-8"}
	}
	t.text = text
	return nil
}

// Text is a file as UTF-8 with LF line ends, for who looks for more than a table in it.
func Text(raw []byte) (string, error) {
	t := &Reader{}
	err := t.decode(raw)
	return string(t.text), err
}

// utf16Order is the order of the bytes of UTF-16 text, nil if it is none: it has a
// mark, or every second byte of its beginning is zero.
func utf16Order(raw []byte) binary.ByteOrder {
	switch {
	case bytes.HasPrefix(raw, []byte{0xff, 0xfe}):
		return binary.LittleEndian
	case bytes.HasPrefix(raw, []byte{0xfe, 0xff}):
		return binary.BigEndian
	}
	head := raw[:min(len(raw), 16)&^1]
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	switch half := len(head) / 2; {
	case half < 2:
	case zeros[1] == half && zeros[0] == 0:
		return binary.LittleEndian
	case zeros[0] == half && zeros[1] == 0:
		return binary.BigEndian
	}
	return nil
}

// lineFeeds makes all line ends LF.
func lineFeeds(text []byte) []byte {
	if bytes.IndexByte(text, '\r') < 0 {
		return text
	}
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
}

// western reads text that is not UTF-8 as Latin-1, in which spreadsheets of Western
// Europe save µ and ü, and notes it. A byte that Latin-1 has no letter for is refused.
func (t *Reader) western(text []byte) ([]byte, error) {
	out := make([]byte, 0, len(text)+len(text)/8)
	noted := false
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			b := text[i]
			if b < 0xa0 {
				return nil, &Error{Line: lineAt(text, i), Cause: "a letter that is not UTF-8", Fix: "save the file as CSV in UTF-8"}
			}
			if r = rune(b); !noted {
				noted = true
				t.notes = append(t.notes, fmt.Sprintf("the text is not UTF-8 and is read as Latin-1, such as %c on line %d", r, lineAt(text, i)))
			}
		}
		out = utf8.AppendRune(out, r)
		i += size
	}
	return out, nil
}

func lineAt(text []byte, at int) int { return 1 + bytes.Count(text[:at], []byte("\n")) }

// marks begin a line that is a comment.
var marks = []string{"#", "%", "//", "***"}

func isComment(line string) bool {
	line = strings.TrimSpace(line)
	for _, m := range marks {
		if strings.HasPrefix(line, m) {
			return true
		}
	}
	return false
}

// comments blanks the comments, so that lines keep their numbers, and cuts off what is
// before the header. A comment above rows with numbers may be the header, as NumPy
// writes it. With words, only what is above the header is a comment.
func (t *Reader) comments(words bool) {
	var last string // comment above the header
	at, line := 0, 0
	for at < len(t.text) {
		text, rest, _ := bytes.Cut(t.text[at:], []byte("\n"))
		switch s := strings.TrimSpace(string(text[:min(len(text), 1<<16)])); {
		case s == "":
		case line == 0 && len(s) == 5 && strings.HasPrefix(strings.ToLower(s), "sep=") && strings.IndexByte(",;|\t", s[4]) >= 0:
			t.comma = rune(s[4])
		case line == 0 && strings.EqualFold(s, "sep="):
			t.comma = '\t'
		case isComment(s):
			last = s
		default:
			t.text, t.first = t.text[at:], line
			t.uncomment(last)
			if !words {
				t.text = blankComments(t.text)
			}
			return
		}
		at = len(t.text) - len(rest)
		line++
		if len(rest) == 0 {
			break
		}
	}
	t.text = nil
}

// uncomment puts a comment back as the header if it has no number, and the line
// below it has some and as many cells.
func (t *Reader) uncomment(comment string) {
	names := strings.TrimSpace(strings.TrimLeft(comment, "#%/ "))
	line, _, _ := bytes.Cut(t.text, []byte("\n"))
	for _, comma := range []rune{',', ';', '\t', '|', ' '} {
		cells, head := split(string(line), comma), split(names, comma)
		if comma != ' ' && !strings.ContainsRune(names, comma) || len(head) != len(cells) {
			continue
		}
		numbers := 0
		for i := range cells {
			if Numeric(head[i]) || head[i] == "" {
				return
			}
			if Numeric(cells[i]) {
				numbers++
			}
		}
		if numbers == 0 {
			return
		}
		if len(cells) > 0 && t.first > 0 {
			t.text = append([]byte(names+"\n"), t.text...)
			t.first-- // the comment may be further up; rows keep their numbers
		}
		return
	}
}

// blankComments empties the lines that are comments, outside quotes.
func blankComments(text []byte) []byte {
	found := false
	for _, m := range marks {
		found = found || bytes.Contains(text, []byte("\n"+m)) || bytes.Contains(text, []byte("\n "))
	}
	if !found {
		return text
	}
	out := make([]byte, 0, len(text))
	quoted := false
	for len(text) > 0 {
		line, rest, ends := bytes.Cut(text, []byte("\n"))
		if quoted || !isComment(string(line[:min(len(line), 256)])) {
			out = append(out, line...)
			if bytes.Count(line, []byte(`"`))%2 == 1 {
				quoted = !quoted
			}
		}
		if ends {
			out = append(out, '\n')
		}
		text = rest
	}
	return out
}

// split parts a line by a separator, without the rules of quotes over lines.
func split(line string, comma rune) (cells []string) {
	if comma == ' ' {
		cells, _ = blanks(line, nil)
		return cells
	}
	quoted, from := false, 0
	for i, c := range line {
		switch {
		case c == '"':
			quoted = !quoted
		case c == comma && !quoted:
			cells, from = append(cells, unquote(line[from:i])), i+1
		}
	}
	return append(cells, unquote(line[from:]))
}

func unquote(cell string) string {
	cell = strings.TrimSpace(cell)
	if len(cell) >= 2 && cell[0] == '"' && cell[len(cell)-1] == '"' {
		cell = strings.TrimSpace(cell[1 : len(cell)-1])
	}
	return cell
}
