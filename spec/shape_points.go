package spec

import "strings"

// pointsShape is a measured curve: spring.csv, or a list of points [[0 mm, 0 N], [1 mm, 0.2 N]].
type pointsShape struct{}

func (s pointsShape) read(d *decoder, n *node, f *field) (any, bool) {
	switch n.kind {
	case scalar:
		file, ok := csv(d, n, f, s.due(f))
		return Points{File: file}, ok
	case list:
	default:
		d.wrongKind(n, f, s.due(f))
		return nil, false
	}
	curve := Points{Rows: [][2]float64{}}
	good := true
	for _, point := range n.items {
		if point.kind != list || len(point.items) != 2 {
			d.report(point, problem("E0215", "%s is not a point of the curve", point.called()).
				WithLabel("here %s and %s are due, such as `[%s, %s]`", f.dim.noun, f.other.noun, f.dim.like, f.other.like))
			good = false
			continue
		}
		var row [2]float64
		for i, column := range f.columns() {
			x, ok := quantityShape.read(d, point.items[i], column)
			if good = good && ok; ok {
				row[i] = x.(float64)
			}
		}
		curve.Rows = append(curve.Rows, row)
	}
	return curve, good
}

// columns are the fields of the numbers of a point.
func (f *field) columns() [2]*field {
	return [2]*field{{key: f.key, dim: f.dim}, {key: f.key, dim: f.other}}
}

func (s pointsShape) write(v any, f *field) string {
	curve := v.(Points)
	if curve.File != "" {
		return plainOrQuoted(curve.File)
	}
	var out []string
	for _, row := range curve.Rows {
		out = append(out, "["+FormatQuantity(row[0], f.dim.tag)+", "+FormatQuantity(row[1], f.other.tag)+"]")
	}
	return "[" + strings.Join(out, ", ") + "]"
}

func (s pointsShape) schema(f *field) object {
	point := object{{"type", "array"}, {"prefixItems", []any{quantitySchema(f.dim, true), quantitySchema(f.other, true)}}, {"minItems", 2}, {"maxItems", 2}}
	return object{{"anyOf", []any{csvSchema, object{{"type", "array"}, {"items", point}}}}}
}

func (s pointsShape) due(f *field) string {
	return "a CSV file of two columns with their units, or a list of points such as `[[0, 0], [" + f.dim.like + ", " + f.other.like + "]]`"
}
