package spec

import (
	"math"
	"strconv"
	"strings"
)

// rangeShape is an interval with a unit: 1.5..2.5 mm, or 100.. N/m.
var rangeShape = single[Range]{
	parse:  parseRange,
	format: func(r Range, f *field) string { return formatRange(r, f.dim) },
	json:   func(f *field) object { return rangeSchema(f.dim, !f.positive, !f.closed) },
	words:  func(f *field) string { return "a range such as `" + f.dim.span + "`" },
}

func parseRange(text string, f *field) (Range, *Error) {
	left, right, ok := strings.Cut(text, "..")
	left, right = strings.TrimSpace(left), strings.TrimSpace(right)
	if !ok || left == "" || strings.HasPrefix(right, ".") && strings.Contains(text, "...") {
		return Range{}, badRange(text, f)
	}
	_, leftUnit, ok := readDecimal(left)
	if !ok {
		return Range{}, badRange(text, f)
	}
	_, rightUnit, closed := readDecimal(right)
	if rightUnit = strings.TrimSpace(rightUnit); !closed && rightUnit != "" && strings.ContainsAny(rightUnit[:1], ".+-") {
		return Range{}, badRange(text, f)
	}
	if leftUnit == "" {
		left += " " + rightUnit // one unit for both ends
	}
	r := Range{Max: math.Inf(1)}
	var err *Error
	if r.Min, err = measure(strings.TrimSpace(left), f.dim); err != nil {
		if err.Code == "E0202" && rightUnit == "" {
			err.Message = problem("", "the range `%s` has no unit", text).Message
			err.WithHelp("write it at the end: `%s %s`", clip(text), f.dim.plain)
		}
		return Range{}, err
	}
	if closed {
		if r.Max, err = measure(right, f.dim); err != nil {
			return Range{}, err
		}
	} else if _, err := measure("1 "+rightUnit, f.dim); rightUnit != "" && err != nil {
		return Range{}, err
	}
	return r, f.checkRange(r, text)
}

func badRange(text string, f *field) *Error {
	e := problem("E0210", "`%s` is not a range", text).
		WithLabel("here a range is due, such as `%s`", f.dim.span).
		WithHelp("write the lower end, `..`, the upper end and the unit")
	if v, err := measure(text, f.dim); err == nil {
		number, symbol := f.dim.format(v)
		e.WithHelp("a bond that keeps one value has the range `%s..%s %s`", number[0], number[0], symbol)
	} else if strings.Count(text, " - ") == 1 {
		e.WithHelp("did you mean `%s`?", strings.Replace(text, " - ", "..", 1))
	}
	return e
}

// checkRange says what mechanics allows: a bar cannot push back less than
// nothing, and one that does not push back at all is not there.
func (f *field) checkRange(r Range, text string) *Error {
	switch {
	case r.Min > r.Max:
		return problem("E0211", "the range `%s` ends below its start", text).
			WithLabel("the lower end comes first").WithHelp("swap its ends")
	case f.positive && r.Min < 0:
		return problem("E0212", "the range `%s` starts below zero", text).
			WithLabel("a bond cannot push back less than nothing").
			WithHelp("start the range at a value larger than zero")
	case f.positive && r.Min == 0:
		return problem("E0212", "the range `%s` starts at zero", text).
			WithLabel("a bond of no %s leaves its nodes free", f.key).
			WithHelp("start the range at a value larger than zero; to remove a bond use `network.cut`")
	case f.closed && math.IsInf(r.Max, 1):
		return problem("E0211", "the range `%s` has no upper end", text).
			WithLabel("here both ends are due")
	case f.closed && r.Min == r.Max:
		return problem("E0211", "the range `%s` has no width", text).
			WithLabel("its ends are the same")
	}
	return nil
}

func formatRange(r Range, dim *dimension) string {
	if math.IsInf(r.Max, 1) {
		texts, symbol := dim.format(r.Min)
		return strings.TrimSpace(texts[0] + ".. " + symbol)
	}
	texts, symbol := dim.format(r.Min, r.Max)
	return strings.TrimSpace(texts[0] + ".." + texts[1] + " " + symbol)
}

// startShape is where learning starts: middle, random, or a quantity.
var startShape = single[Start]{
	parse: func(text string, f *field) (Start, *Error) {
		if text == "middle" || text == "random" {
			return Start{Kind: text}, nil
		}
		number, symbol, ok := readDecimal(text)
		if !ok {
			e := problem("E0207", "`%s` is not a start", text).
				WithLabel("here `middle`, `random` or a value such as `2 mm` is due")
			if near, ok := nearest(text, []string{"middle", "random"}); ok {
				e.WithHelp("did you mean `%s`?", near)
			}
			return Start{}, e
		}
		for _, tag := range startUnits {
			dim := dimensionOf(tag)
			if _, ok := dim.unit(symbol); !ok {
				continue
			}
			v, err := measure(text, dim)
			if err != nil {
				return Start{}, err
			}
			positive := field{key: f.key, positive: true}
			return Start{Kind: "value", Value: v, Unit: tag}, positive.within(v, text)
		}
		if strings.TrimSpace(symbol) == "" {
			return Start{}, problem("E0202", "`%s` has no unit", text).
				WithLabel("here a width or a stiffness is due").
				WithHelp("write `%s mm` for a width, or `%s N/m` for a stiffness", number, number)
		}
		_, err := measure(text, dimensionOf("m"))
		return Start{}, problem(err.Code, "`%s` is neither a width nor a stiffness", text).WithLabel("here a width (mm) or a stiffness (N/m) is due")
	},
	format: func(s Start, _ *field) string {
		if s.Kind != "value" {
			return s.Kind
		}
		return FormatQuantity(s.Value, s.Unit)
	},
	json: func(*field) object {
		return object{{"anyOf", []any{
			object{{"enum", []any{"middle", "random"}}},
			quantitySchema(dimensionOf("m"), false),
			quantitySchema(dimensionOf("N/m"), false),
		}}}
	},
	words: func(*field) string { return "`middle`, `random` or a value such as `2 mm`" },
}

// startUnits are the dimensions that a bond may learn in.
var startUnits = []string{"m", "N/m"}

// most is the largest count in a row or along an axis.
const most = 1000000

// rowsShape is the nodes of each row of a triangular lattice: 5-4-3-2.
var rowsShape = single[Rows]{
	parse: func(text string, _ *field) (Rows, *Error) {
		counts, ok := counts(strings.Split(text, "-"))
		if !ok {
			return nil, problem("E0213", "`%s` is not a list of rows", text).
				WithLabel("here the nodes of each row are due, such as `5-4-3-2`")
		}
		return counts, nil
	},
	format: func(v Rows, _ *field) string { return joinInts(v, "-") },
	json:   func(*field) object { return countsSchema("-", "") },
	words:  func(*field) string { return "the nodes of each row, such as `5-4-3-2`" },

	between: "-",
}

// sizeShape is the cells along each axis: 8 x 6.
var sizeShape = single[Size]{
	parse: func(text string, _ *field) (Size, *Error) {
		counts, ok := counts(strings.FieldsFunc(strings.ReplaceAll(text, " ", ""), func(r rune) bool {
			return r == 'x' || r == '×'
		}))
		if !ok || len(counts) > 3 || strings.Count(text, "x")+strings.Count(text, "×") != len(counts)-1 {
			return nil, problem("E0213", "`%s` is not a size", text).
				WithLabel("here the cells along each axis are due, such as `8 x 6`").
				WithHelp("write one, two or three whole numbers from 1, with ` x ` between them")
		}
		return counts, nil
	},
	format: func(v Size, _ *field) string { return joinInts(v, " x ") },
	json:   func(*field) object { return countsSchema(" ?[x×] ?", "{0,2}") },
	words:  func(*field) string { return "cells along each axis, such as `8 x 6`" },

	between: " x ",
}

// counts reads whole numbers from 1 to most.
func counts(parts []string) ([]int, bool) {
	var out []int
	for _, p := range parts {
		p = strings.TrimSpace(p)
		v, err := strconv.Atoi(p)
		if err != nil || v < 1 || v > most || p[0] == '+' {
			return nil, false
		}
		out = append(out, v)
	}
	return out, len(out) > 0
}

func joinInts(v []int, between string) string {
	var parts []string
	for _, x := range v {
		parts = append(parts, strconv.Itoa(x))
	}
	return strings.Join(parts, between)
}

// directionShape is a named axis, x or -y, or a vector of any length.
type directionShape struct{}

var axes = []string{"x", "y", "z", "-x", "-y", "-z"}

func (s directionShape) read(d *decoder, n *node, f *field) (any, bool) {
	if n.kind == scalar {
		for i, name := range axes {
			if n.text == name {
				v := Direction{0, 0, 0}
				v[i%3] = 1 - 2*float64(i/3)
				return v, true
			}
		}
		e := problem("E0214", "`%s` is not a direction", n.text).
			WithLabel("here %s is due", s.due(f))
		if low := strings.TrimPrefix(strings.ToLower(n.text), "+"); contains(axes, low) {
			e.WithHelp("did you mean `%s`?", low)
		}
		d.report(n, e)
		return nil, false
	}
	if n.kind != list {
		d.wrongKind(n, f, s.due(f))
		return nil, false
	}
	var v Direction
	for _, item := range n.items {
		x, ok := numberShape.read(d, item, &field{key: f.key})
		if !ok {
			return nil, false
		}
		v = append(v, x.(float64))
	}
	if len(v) < 1 || len(v) > 3 {
		d.report(n, problem("E0214", "a direction has 1, 2 or 3 components, not %d", len(v)).
			WithLabel("here %s is due", s.due(f)))
		return nil, false
	}
	if !normalise(v) {
		d.report(n, problem("E0214", "a vector of zeros has no direction").
			WithLabel("here %s is due", s.due(f)))
		return nil, false
	}
	return v, true
}

// normalise scales v to length one; false when it is all zeros. A vector that
// has length one already, to rounding, stays as it is: so a resolved file,
// which holds normalised vectors, reads back to the same bits.
func normalise(v Direction) bool {
	largest := 0.0
	for _, x := range v {
		largest = max(largest, math.Abs(x))
	}
	if largest == 0 {
		return false
	}
	sum := 0.0
	for _, x := range v {
		sum += x * x
	}
	const rounding = 1e-15
	if math.Abs(sum-1) <= rounding {
		return true
	}
	sum = 0 // scaled by the largest, it can neither overflow nor vanish
	for i, x := range v {
		v[i] = x / largest
		sum += v[i] * v[i]
	}
	for i, x := range v {
		v[i] = math.Sqrt(x * x / sum) // nearer than x / length, and never -0
		if x < 0 && v[i] > 0 {
			v[i] = -v[i]
		}
	}
	return true
}

func (s directionShape) write(v any, _ *field) string {
	direction := v.(Direction)
	if len(direction) == 3 {
		for i, name := range axes {
			axis := Direction{0, 0, 0}
			axis[i%3] = 1 - 2*float64(i/3)
			if axis[0] == direction[0] && axis[1] == direction[1] && axis[2] == direction[2] {
				return name
			}
		}
	}
	var parts []string
	for _, x := range direction {
		parts = append(parts, decimalOf(x).String())
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func (s directionShape) schema(*field) object {
	return object{{"anyOf", []any{
		object{{"enum", []any{"x", "y", "z", "-x", "-y", "-z"}}},
		object{{"type", "array"}, {"items", object{{"type", "number"}}}, {"minItems", 1}, {"maxItems", 3}},
	}}}
}

func (s directionShape) due(*field) string {
	return "an axis such as `x` or `-y`, or a vector such as `[1, -1]`"
}

func contains(words []string, word string) bool {
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}
