package spec

import (
	"strings"
)

// numbersShape is a list of node or bond numbers, in which 12..20 stands for all from
// 12 to 20: [1, 5, 12..20].
type numbersShape struct{}

// mostNumbers is how many numbers a list may have: as many as a file of the largest
// size could write out.
const mostNumbers = maxSize / 8

func (s numbersShape) read(d *decoder, n *node, f *field) (any, bool) {
	if n.kind != list {
		e := d.wrongKind(n, f, s.due(f))
		if n.kind == scalar && startsWithDigit(n.text) { // a word would be none in brackets either
			e.WithHelp("write `%s: [%s]`", f.key, n.text)
		}
		return nil, false
	}
	var out []int
	good := true
	for _, item := range n.items {
		first, last, ok := s.entry(d, item, f)
		if good = good && ok; !ok {
			continue
		}
		if len(out)+last-first >= mostNumbers {
			d.report(item, problem("E0209", "`%s` lists more than %d numbers", f.key, mostNumbers).WithLabel("too many"))
			return nil, false
		}
		for v := first; v <= last; v++ {
			out = append(out, v)
		}
	}
	return out, good
}

// entry is a number, or the ends of a range of numbers.
func (s numbersShape) entry(d *decoder, n *node, f *field) (first, last int, ok bool) {
	low, high, ranged := strings.Cut(n.text, "..")
	if n.kind != scalar || !ranged {
		v, ok := intShape.read(d, n, f)
		if !ok {
			return 0, 0, false
		}
		return v.(int), v.(int), true
	}
	if low == "" || high == "" {
		d.report(n, problem("E0211", "`%s` is open at one end", n.text).WithLabel("both numbers are due, such as `12..20`"))
		return 0, 0, false
	}
	var ends [2]int
	for i, text := range []string{low, high} {
		v, err := intShape.parse(strings.TrimSpace(text), f)
		if err != nil {
			d.report(n, err)
			return 0, 0, false
		}
		ends[i] = v
	}
	if ends[0] > ends[1] {
		d.report(n, problem("E0211", "`%s` runs backwards", n.text).WithLabel("the lower number comes first"))
		return 0, 0, false
	}
	return ends[0], ends[1], true
}

func (s numbersShape) write(v any, _ *field) string {
	return "[" + joinInts(v.([]int), ", ") + "]"
}

func (s numbersShape) schema(f *field) object {
	return object{{"type", "array"}, {"items", object{{"anyOf", []any{
		limits(object{{"type", "integer"}}, f),
		object{{"type", "string"}, {"pattern", `^[1-9][0-9]*\.\.[1-9][0-9]*$`}},
	}}}}}
}

func (s numbersShape) due(*field) string { return "a list of numbers such as `[1, 5, 12..20]`" }

// textsShape is a list of texts: [python3, rig.py].
type textsShape struct{}

func (s textsShape) read(d *decoder, n *node, f *field) (any, bool) {
	if n.kind != list || len(n.items) == 0 {
		e := d.wrongKind(n, f, s.due(f))
		if n.kind == scalar && n.text != "" {
			e.WithHelp("write `%s: [%s]`", f.key, n.text)
		}
		return nil, false
	}
	var out []string
	good := true
	for _, item := range n.items {
		v, ok := textShape.read(d, item, f)
		if good = good && ok; ok {
			out = append(out, v.(string))
		}
	}
	return out, good
}

func (s textsShape) write(v any, _ *field) string {
	var parts []string
	for _, text := range v.([]string) {
		parts = append(parts, plainOrQuoted(text))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func (s textsShape) schema(f *field) object {
	return object{{"type", "array"}, {"minItems", 1}, {"items", textShape.schema(f)}}
}

func (s textsShape) due(*field) string { return "a list of texts such as `[python3, rig.py]`" }

// csv recognises the name of a table in a file of its own.
func csv(d *decoder, n *node, f *field, due string) (string, bool) {
	text, err := textShape.parse(n.text, f)
	if err == nil && !IsTable(text) {
		err = problem("E0215", "`%s` is neither a list nor a CSV file", n.text).
			WithLabel("here %s is due", due).WithHelp("the name of a table ends in .csv, .tsv, .txt or .dat; a file of another program is named by `file: lattice.msh`, in place of `nodes` and `bonds`")
	}
	if err != nil {
		d.report(n, err)
		return "", false
	}
	return text, true
}

// endings of tables, as programs write them.
var endings = []string{".csv", ".tsv", ".txt", ".dat"}

// IsTable says whether a name is that of a table in a file of its own.
func IsTable(name string) bool {
	for _, e := range endings {
		if strings.HasSuffix(strings.ToLower(name), e) {
			return true
		}
	}
	return false
}

var csvSchema = object{{"type", "string"}, {"pattern", `\.([cC][sS][vV]|[tT][sS][vV]|[tT][xX][tT]|[dD][aA][tT])$`}}

// nodeTableShape is the positions of nodes: nodes.csv, or a list of points.
type nodeTableShape struct{}

func (s nodeTableShape) read(d *decoder, n *node, f *field) (any, bool) {
	switch n.kind {
	case scalar:
		file, ok := csv(d, n, f, s.due(f))
		return NodeTable{File: file}, ok
	case list:
	default:
		d.wrongKind(n, f, s.due(f))
		return nil, false
	}
	var table NodeTable
	good := true
	for _, point := range n.items {
		row, ok := s.point(d, point, f)
		good = good && ok
		if ok && len(table.Pos) > 0 && len(row) != len(table.Pos[0]) {
			d.report(point, problem("E0215", "this node has %d coordinates, the first has %d", len(row), len(table.Pos[0])).
				WithLabel("every node has as many coordinates as space has dimensions"))
			good = false
			continue
		}
		table.Pos = append(table.Pos, row)
	}
	return table, good
}

func (s nodeTableShape) point(d *decoder, n *node, f *field) ([]float64, bool) {
	if n.kind != list || len(n.items) < 1 || len(n.items) > 3 {
		d.report(n, problem("E0215", "%s is not the position of a node", n.called()).
			WithLabel("here 1, 2 or 3 coordinates are due, such as `[0 mm, 16 mm]`"))
		return nil, false
	}
	var row []float64
	good := true
	for _, item := range n.items {
		x, ok := quantityShape.read(d, item, f)
		if good = good && ok; ok {
			row = append(row, x.(float64))
		}
	}
	return row, good
}

func (s nodeTableShape) write(v any, _ *field) string {
	return strings.Join(s.rows(v), ", ")
}

// rows writes the file, or one line for each node.
func (s nodeTableShape) rows(v any) []string {
	table := v.(NodeTable)
	if table.File != "" {
		return []string{plainOrQuoted(table.File)}
	}
	var out []string
	for _, p := range table.Pos {
		var parts []string
		for _, x := range p {
			parts = append(parts, FormatQuantity(x, "m"))
		}
		out = append(out, "["+strings.Join(parts, ", ")+"]")
	}
	return out
}

func (s nodeTableShape) schema(f *field) object {
	point := object{{"type", "array"}, {"items", quantitySchema(f.dim, true)}, {"minItems", 1}, {"maxItems", 3}}
	return object{{"anyOf", []any{csvSchema, object{{"type", "array"}, {"items", point}}}}}
}

func (s nodeTableShape) due(*field) string {
	return "a CSV file, or a list of positions such as `[[0 mm, 0 mm], [16 mm, 0 mm]]`"
}
