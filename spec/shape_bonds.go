package spec

import "strings"

// bondTableShape is the ends of bonds: bonds.csv, or a list of node pairs.
type bondTableShape struct{}

func (s bondTableShape) read(d *decoder, n *node, f *field) (any, bool) {
	switch n.kind {
	case scalar:
		file, ok := csv(d, n, f, s.due(f))
		return BondTable{File: file}, ok
	case list:
	default:
		d.wrongKind(n, f, s.due(f))
		return nil, false
	}
	var table BondTable
	good := true
	one, least, most := 1.0, -100.0, 100.0
	var shifts [][2]int
	shifted := false
	for _, pair := range n.items {
		if pair.kind != list || len(pair.items) != 2 && len(pair.items) != 4 {
			d.report(pair, problem("E0215", "%s is not a bond", pair.called()).
				WithLabel("here the numbers of two nodes are due, such as `[1, 2]`, in a periodic cell perhaps with a shift, `[1, 2, 1, 0]`"))
			good = false
			continue
		}
		var numbers [4]int
		for i, item := range pair.items {
			what := &field{key: "node", min: &one}
			if i >= 2 {
				what = &field{key: "shift", min: &least, max: &most}
			}
			v, ok := intShape.read(d, item, what)
			if good = good && ok; ok {
				numbers[i] = v.(int)
			}
		}
		table.Pairs = append(table.Pairs, [2]int(numbers[:2]))
		shifts = append(shifts, [2]int(numbers[2:]))
		shifted = shifted || numbers[2] != 0 || numbers[3] != 0
	}
	if shifted {
		table.Shifts = shifts
	}
	return table, good
}

func (s bondTableShape) write(v any, _ *field) string {
	return strings.Join(s.rows(v), ", ")
}

// rows writes the file, or one line for each bond.
func (s bondTableShape) rows(v any) []string {
	table := v.(BondTable)
	if table.File != "" {
		return []string{plainOrQuoted(table.File)}
	}
	var out []string
	for i, p := range table.Pairs {
		row := p[:]
		if table.Shifts != nil && table.Shifts[i] != [2]int{} {
			row = append(append([]int{}, row...), table.Shifts[i][:]...)
		}
		out = append(out, "["+joinInts(row, ", ")+"]")
	}
	return out
}

func (s bondTableShape) schema(*field) object {
	node := object{{"type", "integer"}, {"minimum", 1}}
	shift := object{{"type", "integer"}, {"minimum", -100}, {"maximum", 100}}
	pair := object{{"type", "array"}, {"prefixItems", []any{node, node, shift, shift}}, {"minItems", 2}, {"maxItems", 4}}
	return object{{"anyOf", []any{csvSchema, object{{"type", "array"}, {"items", pair}}}}}
}

func (s bondTableShape) due(*field) string {
	return "a CSV file, or a list of node pairs such as `[[1, 2], [2, 3]]`"
}
