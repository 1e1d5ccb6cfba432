package spec

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"
)

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	key   string
	value any
}

// MarshalJSON writes the members in order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, part := range []any{m.key, m.value} {
			if j == 1 {
				b.WriteByte(':')
			}
			if err := encode(&b, part); err != nil {
				return nil, err
			}
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// encode writes JSON that people read: < and > stay as they are.
func encode(b *bytes.Buffer, v any) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	b.Truncate(len(bytes.TrimRight(b.Bytes(), "\n")))
	return err
}

// Schema is the file format as a JSON Schema (draft 2020-12), from the same
// tags that Parse follows. Editors check and complete experiment files with
// it. It knows less than Parse: whether the ends of a range are in order, or
// how long a vector is, is beyond it.
func Schema() []byte {
	s := object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"$id", "https://github.com/elastrain/elastrain/raw/main/spec/spec.schema.json"},
		{"title", "Elastrain experiment"},
		{"description", "A network of springs, what it is made of, how it is held, and what it should learn"},
	}
	s = append(s, root.schema(nil)...)
	s = append(s, member{"$defs", object{{"place", nodeSetSection.schema(nil)}}})
	var compact, out bytes.Buffer
	if err := encode(&compact, s); err != nil {
		panic("spec: schema is not JSON: " + err.Error())
	}
	if err := json.Indent(&out, compact.Bytes(), "", "  "); err != nil {
		panic("spec: schema is not JSON: " + err.Error())
	}
	out.WriteByte('\n')
	return out.Bytes()
}

// schema describes the section, its conditions included: a key that goes only
// with another one is refused, or required, as that other key has it.
func (s *section) schema(*field) object {
	var properties object
	var required, rules []any
	for i := range s.fields {
		f := &s.fields[i]
		about := f.doc
		if f.only != nil {
			about += " (only " + strings.ReplaceAll(f.only.String(), "`", "") + ")"
		}
		p := object{{"description", about}}
		p = append(p, f.shape.schema(f)...)
		if f.byDefault != "" {
			p = append(p, member{"default", f.jsonDefault()})
		}
		properties = append(properties, member{f.key, p})
		switch {
		case f.only != nil:
			rules = append(rules, f.rule())
		case f.required && f.unless == nil:
			required = append(required, f.key)
		}
	}
	out := object{{"type", "object"}, {"additionalProperties", false}, {"properties", properties}}
	if required != nil {
		out = append(out, member{"required", required})
	}
	if rules != nil {
		out = append(out, member{"allOf", rules})
	}
	return out
}

// rule is the condition of a field as if, then, else.
func (f *field) rule() object {
	c := f.only
	present := object{{"required", []any{c.key}}}
	test := present
	switch {
	case c.absent:
		test = object{{"not", present}}
	case len(c.values) > 0:
		var values []any
		for _, v := range c.values {
			values = append(values, v)
		}
		test = append(object{{"properties", object{{c.key, object{{"enum", values}}}}}}, present...)
	}
	out := object{{"if", test}}
	elsewhere := func(key string) bool { return strings.HasPrefix(key, "/") }
	switch {
	case f.required && f.unless == nil:
		out = append(out, member{"then", object{{"required", []any{f.key}}}})
	case f.required && !slices.ContainsFunc(f.unless, elsewhere):
		one := []any{object{{"required", []any{f.key}}}}
		for _, key := range f.unless {
			one = append(one, object{{"required", []any{key}}})
		}
		out = append(out, member{"then", object{{"anyOf", one}}})
	}
	return append(out, member{"else", object{{"properties", object{{f.key, false}}}}})
}

// jsonDefault is the default as JSON has it: a bare number is a number.
func (f *field) jsonDefault() any {
	if _, rest, ok := readDecimal(f.byDefault); ok && rest == "" {
		return json.Number(f.byDefault)
	}
	return f.byDefault
}

func (s sectionList) schema(f *field) object {
	out := object{{"type", "array"}, {"items", s.entry.schema(f)}}
	if f.required {
		out = append(out, member{"minItems", 1})
	}
	return out
}

// limits adds the limits of a field to the schema of a number.
func limits(o object, f *field) object {
	if f.positive {
		o = append(o, member{"exclusiveMinimum", 0})
	}
	if f.min != nil {
		o = append(o, member{"minimum", whole(*f.min)})
	}
	if f.max != nil {
		o = append(o, member{"maximum", whole(*f.max)})
	}
	return o
}

// whole keeps 100000000 from being written 1e+08.
func whole(v float64) any {
	if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
		return int64(v)
	}
	return v
}

// Patterns of quantities. Numbers as readDecimal takes them, blanks as strings.TrimSpace takes them away.
const (
	digits   = `([0-9]+(\.[0-9]+)?|\.[0-9]+)([eE][+-]?[0-9]+)?`
	zero     = `[+-]?(0+(\.0+)?|\.0+)([eE][+-]?[0-9]+)?`
	signed   = `[+-]?` + digits
	unsigned = `(\+?` + digits + `|` + zero + `)`
	blanks   = `[\s` + "\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000" + `]*`
)

// unitPattern matches the units of a dimension in the spellings that the reader takes (unit.Canonical, unit.Find): µ for u, blanks
// around a slash, products with *, · or a blank, squares with 2, ^2, **2 or ².
func unitPattern(dim *dimension) string {
	var symbols []string
	for _, u := range dim.units {
		symbols = append(symbols, u.Symbol)
	}
	for _, sign := range []struct{ symbol, pattern string }{{"/", " {0,2}/ {0,2}"}, {" ", "( | ?[*·⋅] ?)"}} {
		if left, right, ok := factors(symbols, sign.symbol); ok {
			left := either(left)
			if left == "()" {
				left = "1?"
			}
			return "(" + left + sign.pattern + either(right) + ")"
		}
	}
	return either(symbols)
}

// factors are the symbols on both sides of a sign, where the list has each of one side with each of the other.
func factors(symbols []string, sign string) (left, right []string, ok bool) {
	for _, s := range symbols {
		a, b, found := strings.Cut(s, sign)
		if !found {
			return nil, nil, false
		}
		if !slices.Contains(left, a) {
			left = append(left, a)
		}
		if !slices.Contains(right, b) {
			right = append(right, b)
		}
	}
	return left, right, len(left)*len(right) == len(symbols)
}

// either matches one of some symbols.
func either(symbols []string) string {
	var list []string
	for _, symbol := range symbols {
		s := strings.ReplaceAll(symbol, "\u00c5", "(\u00c5|\u212b|A\u030a)")
		s = strings.ReplaceAll(s, "u", "[uµμ]")
		if strings.HasSuffix(symbol, "2") {
			s = strings.TrimSuffix(s, "2") + `(2|\^2|\*\*2|²)`
		}
		list = append(list, s)
	}
	return "(" + strings.Join(list, "|") + ")"
}

func numberPattern(negative bool) string {
	if negative {
		return signed
	}
	return unsigned
}

// sharePattern is a text that is a share: a number, with or without a percent sign.
func sharePattern(negative bool) object {
	return object{{"type", "string"}, {"pattern", "^" + numberPattern(negative) + blanks + "%?" + blanks + "$"}}
}

// shareSchema is a share between limits of its own, as a percentage or a bare number.
func shareSchema(f *field) object {
	return object{{"anyOf", []any{sharePattern(*f.min < 0), limits(object{{"type", "number"}}, f)}}}
}

// strainSchema is a share of either sign.
var strainSchema = object{{"anyOf", []any{
	sharePattern(true),
	object{{"type", "number"}},
}}}

// factorSchema is a number larger than zero.
var factorSchema = object{{"anyOf", []any{
	sharePattern(false),
	object{{"type", "number"}, {"exclusiveMinimum", 0}},
}}}

// quantitySchema is a number with a unit. A bare zero is fine where zero is,
// and a share may be a bare number.
func quantitySchema(dim *dimension, negative bool) object {
	switch dim.tag {
	case "strain":
		return strainSchema
	case "factor":
		return factorSchema
	}
	if dim.tag == "fraction" {
		return object{{"anyOf", []any{
			sharePattern(false),
			object{{"type", "number"}, {"exclusiveMinimum", 0}, {"maximum", 1}},
		}}}
	}
	text := object{{"type", "string"}, {"pattern", "^(" + numberPattern(negative) + blanks + unitPattern(dim) + "|" + zero + ")" + blanks + "$"}}
	return object{{"anyOf", []any{text, object{{"const", 0}}}}}
}

// rangeSchema is two numbers with a unit at the end, or at both; zeros need none.
func rangeSchema(dim *dimension, negative, open bool) object {
	n, u, to := numberPattern(negative), unitPattern(dim), blanks+`\.\.`+blanks
	forms := []string{n + "(" + blanks + u + ")?" + to + n + blanks + u}
	if negative {
		forms = append(forms, "("+n+blanks+u+"|"+zero+")"+to+zero)
	}
	if open {
		forms = append(forms, "("+n+blanks+u+"|"+zero+")"+to+u+"?", n+to+u)
	}
	return object{{"type", "string"}, {"pattern", "^" + blanks + "(" + strings.Join(forms, "|") + ")" + blanks + "$"}}
}

// countsSchema is whole numbers from 1 with something between them.
func countsSchema(between, times string) object {
	if times == "" {
		times = "*"
	}
	one := object{{"type", "integer"}, {"minimum", 1}, {"maximum", most}}
	return object{{"anyOf", []any{
		one,
		object{{"type", "array"}, {"items", one}, {"minItems", 1}},
		object{{"type", "string"}, {"pattern", "^0*[1-9][0-9]*(" + between + "0*[1-9][0-9]*)" + times + "$"}},
	}}}
}
