package listing

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/unit"
)

// Condition is what a row is to meet: a column or a key of the experiment, held against a value.
type Condition struct {
	Key, Op, Value string
}

// operators in the order in which they are looked for.
var operators = []string{"!=", "<=", ">=", "==", "=", "<", ">", "~"}

// ParseCondition reads a condition, such as loss<1e-6, state=ended, learn.rate>=0.01 or title~iris (has it in it).
func ParseCondition(text string) (c Condition, err error) {
	at, op := len(text), ""
	for _, o := range operators {
		if i := strings.Index(text, o); i >= 0 && i < at {
			at, op = i, o
		}
	}
	c = Condition{strings.TrimSpace(text[:at]), op, ""}
	if op == "" || c.Key == "" {
		return c, fmt.Errorf("`%s` is no condition", text)
	}
	if c.Value = strings.TrimSpace(text[at+len(op):]); op == "==" {
		c.Op = "="
	}
	if strings.HasPrefix(text[at+len(op):], "<") || strings.HasPrefix(text[at+len(op):], ">") { // =< and the like, which nothing would meet
		return c, fmt.Errorf("`%s` is no condition, for there is no operator %s", text, text[at:at+len(op)+1])
	}
	if number := c.Op == "<" || c.Op == ">" || c.Op == "<=" || c.Op == ">="; number && !quantityOf(c.Value).ok {
		return c, fmt.Errorf("`%s` holds `%s` against `%s`, which is no number", text, c.Key, c.Value)
	}
	return c, nil
}

// columns of a row that conditions and orders name.
var columns = map[string]func(*Row) string{
	"run":      func(r *Row) string { return r.ID },
	"name":     func(r *Row) string { return r.Name },
	"kind":     func(r *Row) string { return r.Kind },
	"title":    func(r *Row) string { return r.Title },
	"state":    func(r *Row) string { return r.State },
	"method":   func(r *Row) string { return r.Method },
	"epoch":    func(r *Row) string { return strconv.Itoa(r.Epoch) },
	"epochs":   func(r *Row) string { return strconv.Itoa(r.Epochs) },
	"loss":     func(r *Row) string { return numberText(r.Loss) },
	"accuracy": func(r *Row) string { return numberText(r.Accuracy) },
	"error":    func(r *Row) string { return numberText(r.Error) },
	"nodes":    func(r *Row) string { return strconv.Itoa(r.Nodes) },
	"elements": func(r *Row) string { return strconv.Itoa(r.Elements) },
	"seed":     func(r *Row) string { return strconv.FormatUint(r.Seed, 10) },
	"began":    func(r *Row) string { return timeText(r.Began) },
	"changed":  func(r *Row) string { return timeText(r.Changed) },
}

// Columns names the columns that conditions and orders may name.
func Columns() []string {
	var names []string
	for name := range columns {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func numberText(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'g', -1, 64)
}

func timeText(seconds float64) string {
	if seconds == 0 {
		return ""
	}
	return strconv.FormatFloat(seconds, 'f', -1, 64)
}

// Value is what a row has under a column or a key of its experiment; "" where it has none. Keys are asked for where no column has the name.
func (r *Row) Value(key string, keys func() (Keys, error)) (value string, known bool, err error) {
	if column := columns[key]; column != nil {
		return column(r), true, nil
	}
	k, err := keys()
	if err != nil {
		return "", false, err
	}
	value, known = k.Values[key]
	return value, known, nil
}

// Meets reports whether a value meets the condition. No value meets none but !=.
func (c Condition) Meets(value string) bool {
	want := c.Value
	if c.Key == "state" && want == "finished" {
		want = Ended
	}
	switch c.Op {
	case "~":
		return strings.Contains(strings.ToLower(value), strings.ToLower(want))
	case "=":
		return Compare(value, want) == 0
	case "!=":
		return Compare(value, want) != 0
	}
	a, b := quantityOf(value), quantityOf(want)
	if !a.ok || a.kind != b.kind {
		return false
	}
	switch c.Op {
	case "<":
		return a.v < b.v
	case "<=":
		return a.v <= b.v
	case ">":
		return a.v > b.v
	}
	return a.v >= b.v
}

// Compare orders two values: numbers and quantities of each kind by their worth, behind them words, and no value behind all.
func Compare(a, b string) int {
	if (a == "") != (b == "") {
		if a == "" {
			return 1
		}
		return -1
	}
	x, y := quantityOf(a), quantityOf(b)
	switch {
	case x.ok && y.ok:
		return cmp.Or(cmp.Compare(x.kind, y.kind), cmp.Compare(x.v, y.v))
	case x.ok:
		return -1
	case y.ok:
		return 1
	}
	return strings.Compare(a, b)
}

// quantity is a number with the kind of its unit.
type quantity struct {
	v    float64
	kind int
	ok   bool
}

// kinds are units of one dimension each; numbers without a unit are of the first, as are shares.
var kinds = [][]unit.Unit{append(slices.Clone(unit.One), unit.Shares...), unit.Lengths, unit.Forces, unit.Pressures, unit.Times, unit.Angles, unit.Potentials, unit.Currents, unit.Conductances,
	unit.Ratios(unit.Forces, unit.Lengths), unit.Products(unit.Forces, unit.Lengths), unit.Squares(unit.Forces, unit.Lengths)}

// quantityOf reads a number with its unit.
func quantityOf(text string) quantity {
	at := strings.LastIndexAny(text, "0123456789.") + 1
	for at > 0 && at <= len(text) { // 1e-3 ends in a digit, and so may a unit: N m2
		if v, err := strconv.ParseFloat(strings.TrimSpace(text[:at]), 64); err == nil && v-v == 0 {
			symbol := strings.TrimSpace(text[at:])
			for kind, units := range kinds {
				if u, ok := unit.Find(units, symbol); ok {
					return quantity{u.Of(v), kind, true}
				}
			}
		}
		at = strings.LastIndexAny(text[:at-1], "0123456789.") + 1
	}
	return quantity{}
}
