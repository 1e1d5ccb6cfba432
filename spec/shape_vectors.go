package spec

import "strings"

// vectorsShape is the lattice vectors of a periodic cell: [[20 mm, 0 mm], [0 mm, 30 mm]].
type vectorsShape struct{}

func (s vectorsShape) read(d *decoder, n *node, f *field) (any, bool) {
	if n.kind != list {
		d.wrongKind(n, f, s.due(f))
		return nil, false
	}
	var out Vectors
	good := len(n.items) == 2
	for _, item := range n.items {
		if item.kind != list || len(item.items) != 2 {
			good = false
			continue
		}
		var vector []float64
		for _, part := range item.items {
			v, ok := quantityShape.read(d, part, f)
			if !ok {
				return nil, false
			}
			vector = append(vector, v.(float64))
		}
		out = append(out, vector)
	}
	if !good {
		d.report(n, problem("E0215", "%s is not two vectors of the plane", n.called()).WithLabel("here %s is due", s.due(f)))
	}
	return out, good
}

func (s vectorsShape) write(v any, f *field) string {
	var out []string
	for _, vector := range v.(Vectors) {
		var parts []string
		for _, x := range vector {
			parts = append(parts, FormatQuantity(x, f.dim.tag))
		}
		out = append(out, "["+strings.Join(parts, ", ")+"]")
	}
	return "[" + strings.Join(out, ", ") + "]"
}

func (s vectorsShape) schema(f *field) object {
	vector := object{{"type", "array"}, {"items", quantitySchema(f.dim, true)}, {"minItems", 2}, {"maxItems", 2}}
	return object{{"type", "array"}, {"items", vector}, {"minItems", 2}, {"maxItems", 2}}
}

func (s vectorsShape) due(*field) string {
	return "a list of two vectors such as `[[20 mm, 0 mm], [0 mm, 30 mm]]`"
}
