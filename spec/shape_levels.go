package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Levels are the stiffnesses, or widths, that a bond can have: so many over its range, or a list of them. The zero Levels means
// that the key was absent.
type Levels struct {
	Count int
	List  []float64 // in its place; rising
	Unit  string    // of the list: "N/m" or "m"
}

// IsSet reports whether the file gave levels.
func (l Levels) IsSet() bool { return l.Count > 0 || l.List != nil }

// Number is how many there are.
func (l Levels) Number() int { return max(l.Count, len(l.List)) }

// String is the number, or the list as a file has it.
func (l Levels) String() string { return levelsShape{}.write(l, nil) }

const mostLevels = 1_000_000

// levelsShape is a number of levels or a list of them.
type levelsShape struct{}

func (s levelsShape) read(d *decoder, n *node, f *field) (any, bool) {
	if n.kind != list {
		low, high := 2.0, float64(mostLevels)
		count := *f
		count.min, count.max = &low, &high
		if n.kind == scalar && n.text != "" && !n.quoted {
			if _, symbol, ok := readDecimal(n.text); ok && strings.TrimSpace(symbol) != "" {
				d.report(n, problem("E0206", "`%s` is one stiffness, and levels are a number or a list of them", n.text).
					WithLabel("here %s is due", s.due(f)).WithHelp("write a list of two or more, such as `[%s, ...]`", n.text))
				return nil, false
			}
		}
		v, ok := intShape.read(d, n, &count)
		if !ok {
			return nil, false
		}
		return Levels{Count: v.(int)}, true
	}
	var out Levels
	for _, item := range n.items {
		if item.kind != scalar {
			d.wrongKind(item, f, "a stiffness such as `1 N/mm`")
			return nil, false
		}
		start, err := startShape.parse(item.text, f)
		switch {
		case err == nil && start.Kind != "value":
			err = problem("E0201", "`%s` is not a stiffness", item.text).WithLabel("here a stiffness such as `1 N/mm` is due")
		case err == nil && out.List != nil && start.Unit != out.Unit:
			err = problem("E0203", "`%s` is of another kind than the level before it", item.text).WithLabel("stiffnesses or widths, not both")
		case err == nil && slices.Contains(out.List, start.Value):
			err = problem("E0324", "the level `%s` comes twice", item.text).WithHelp("leave one of them out")
		}
		if err != nil {
			d.report(item, err)
			return nil, false
		}
		out.List, out.Unit = append(out.List, start.Value), start.Unit
	}
	if len(out.List) < 2 {
		d.report(n, problem("E0324", "levels are two or more, and here %s", counted(len(out.List))).WithLabel("here %s is due", s.due(f)))
		return nil, false
	}
	slices.Sort(out.List)
	return out, true
}

func counted(n int) string {
	if n == 0 {
		return "is none"
	}
	return fmt.Sprintf("is %d", n)
}

func (levelsShape) write(v any, _ *field) string {
	l := v.(Levels)
	if l.List == nil {
		return strconv.Itoa(l.Count)
	}
	var parts []string
	for _, k := range l.List {
		parts = append(parts, FormatQuantity(k, l.Unit))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func (levelsShape) schema(*field) object {
	return object{{"anyOf", []any{
		object{{"type", "integer"}, {"minimum", 2}, {"maximum", mostLevels}},
		object{{"type", "array"}, {"items", object{{"anyOf", []any{quantitySchema(dimensionOf("N/m"), false), quantitySchema(dimensionOf("m"), false)}}}}, {"minItems", 2}},
	}}}
}

func (levelsShape) due(*field) string {
	return "a whole number from 2 to 1000000, or a list such as `[1 N/mm, 2 N/mm]`"
}
