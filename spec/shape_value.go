package spec

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// quantityShape is a number with a unit: 16 mm.
var quantityShape = single[float64]{
	parse: func(text string, f *field) (float64, *Error) {
		v, err := measure(text, f.dim)
		if err == nil {
			err = f.within(v, text)
		}
		return v, err
	},
	format: func(v float64, f *field) string { return FormatQuantity(v, f.dim.tag) },
	json: func(f *field) object {
		if f.dim.tag == "fraction" && f.min != nil {
			return shareSchema(f)
		}
		return quantitySchema(f.dim, !f.positive && (f.min == nil || *f.min < 0))
	},
	words: func(f *field) string { return f.dim.noun + " such as `" + f.dim.like + "`" },
}

// numberShape is a bare number: 0.006.
var numberShape = single[float64]{
	bare: true,
	parse: func(text string, f *field) (float64, *Error) {
		number, err := bareNumber(text, "a number")
		if err != nil {
			return 0, err
		}
		v, ok := number.float()
		if !ok {
			return 0, problem("E0205", "`%s` is beyond the numbers a computer holds", text).
				WithLabel("from 1e-307 to 1e308").WithHelp("most likely an exponent is mistyped")
		}
		return v, f.within(v, text)
	},
	format: func(v float64, _ *field) string { return decimalOf(v).String() },
	json:   func(f *field) object { return limits(object{{"type", "number"}}, f) },
	words:  func(f *field) string { return "a number" + f.limitWords() },
}

// bareNumber reads a number that has no unit.
func bareNumber(text, due string) (decimal, *Error) {
	number, rest, ok := readDecimal(text)
	if ok && rest == "" {
		return number, nil
	}
	e := problem("E0201", "`%s` is not a number", text).WithLabel("here %s is due", due)
	if strings.ContainsAny(text, "_,'\u2019\u202f\u00a0") || spaced.MatchString(text) {
		e.WithHelp("write the digits without separators, and a point before decimals")
	} else if ok && rest != "" && !strings.ContainsAny(rest, ".0123456789") {
		e.WithHelp("this key has no unit: did you mean `%s`?", number)
	} else if lower := strings.ToLower(text); strings.Contains(lower, "nan") || strings.Contains(lower, "inf") {
		e.WithHelp("every number of an experiment is finite")
	}
	return decimal{}, e
}

var (
	thousands = regexp.MustCompile(`^[+-]?[0-9]{1,3}(\.[0-9]{3})+$`) // a count as it is written in German
	spaced    = regexp.MustCompile(`^[+-]?[0-9]{1,3}( [0-9]{3})+$`)
)

// wholeNumber reads an integer between the limits of the field.
func wholeNumber(text string, f *field) (int, *Error) {
	number, err := bareNumber(text, "a whole number"+f.limitWords())
	if err != nil {
		return 0, err
	}
	if thousands.MatchString(text) {
		return 0, problem("E0206", "`%s` may mean %s or %s", text, number, strings.ReplaceAll(text, ".", "")).
			WithLabel("here a whole number%s is due", f.limitWords()).WithHelp("write the one that is meant, without a point")
	}
	v, _ := number.float()
	if err := f.within(v, text); err != nil {
		return 0, err
	}
	if v != math.Trunc(v) {
		return 0, problem("E0206", "`%s` is not a whole number", text).
			WithLabel("here a whole number%s is due", f.limitWords())
	}
	if math.Abs(v) > 1<<53 {
		return 0, problem("E0205", "`%s` is too large for a count", text).WithLabel("at most 2^53")
	}
	return int(v), nil
}

// intShape is a whole number: 14.
var intShape = single[int]{
	bare:   true,
	parse:  wholeNumber,
	format: func(v int, _ *field) string { return strconv.Itoa(v) },
	json:   func(f *field) object { return limits(object{{"type", "integer"}}, f) },
	words:  func(f *field) string { return "a whole number" + f.limitWords() },
}

// seedShape is a whole number of 64 bits.
var seedShape = single[uint64]{
	bare: true,
	parse: func(text string, _ *field) (uint64, *Error) {
		v, err := strconv.ParseUint(strings.TrimPrefix(text, "+"), 10, 64)
		if err == nil {
			return v, nil
		}
		return 0, problem("E0206", "`%s` is not a seed", text).
			WithLabel("here a whole number from 0 to 2^64 - 1 is due")
	},
	format: func(v uint64, _ *field) string { return strconv.FormatUint(v, 10) },
	json: func(*field) object {
		return object{{"type", "integer"}, {"minimum", 0}, {"maximum", uint64(math.MaxUint64)}}
	},
	words: func(*field) string { return "a whole number from 0" },
}

// batchShape is a number of samples, or all.
var batchShape = single[Batch]{
	bare: true,
	parse: func(text string, f *field) (Batch, *Error) {
		if text == "all" {
			return 0, nil
		}
		one := 1.0
		v, err := wholeNumber(text, &field{key: f.key, min: &one})
		if err != nil {
			err.WithLabel("here a number of samples from 1, or `all`, is due")
		}
		return Batch(v), err
	},
	format: func(v Batch, _ *field) string {
		if v == 0 {
			return "all"
		}
		return strconv.Itoa(int(v))
	},
	json: func(*field) object {
		return object{{"anyOf", []any{
			object{{"type", "integer"}, {"minimum", 1}},
			object{{"const", "all"}},
		}}}
	},
	words: func(*field) string { return "a number of samples, or `all`" },
}

// boolShape is true or false.
var boolShape = single[bool]{
	bare: true,
	parse: func(text string, _ *field) (bool, *Error) {
		switch text {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
		e := problem("E0207", "`%s` is neither `true` nor `false`", text).WithLabel("here `true` or `false` is due")
		switch strings.ToLower(text) {
		case "yes", "on", "y", "1", "true":
			e.WithHelp("did you mean `true`?")
		case "no", "off", "n", "0", "false":
			e.WithHelp("did you mean `false`?")
		}
		return false, e
	},
	format: func(v bool, _ *field) string { return strconv.FormatBool(v) },
	json:   func(*field) object { return object{{"type", "boolean"}} },
	words:  func(*field) string { return "`true` or `false`" },
}

// wordShape is one of a few words.
var wordShape = single[string]{
	parse: func(text string, f *field) (string, *Error) {
		for _, w := range f.words {
			if text == w {
				return text, nil
			}
		}
		e := problem("E0207", "there is no %s `%s`", f.key, text)
		if near, ok := nearest(text, f.words); ok {
			return "", e.WithLabel("did you mean `%s`?", near).
				WithHelp("`%s` is one of %s", f.key, quote(f.words, "and"))
		}
		return "", e.WithLabel("not one of the allowed words").
			WithHelp("`%s` is one of %s", f.key, quote(f.words, "and"))
	},
	format: func(v string, _ *field) string { return v },
	json: func(f *field) object {
		var words []any
		for _, w := range f.words {
			words = append(words, w)
		}
		return object{{"enum", words}}
	},
	words: func(f *field) string { return quote(f.words, "or") },
}

// textShape is a text on one line; numbers and truth values stand for
// themselves, so that a class may be called 3.
var textShape = single[string]{
	parse: func(text string, f *field) (string, *Error) {
		if text == "" && f.required {
			return "", problem("E0111", "`%s` is an empty text", f.key).WithLabel("here a text is due")
		}
		for _, r := range text {
			if unicode.IsControl(r) {
				return "", problem("E0208", "this text has a line break or another control character").
					WithLabel("here one line of text is due")
			}
		}
		return text, nil
	},
	format: func(v string, _ *field) string { return plainOrQuoted(v) },
	json:   func(*field) object { return object{{"type", []any{"string", "number", "boolean"}}} },
	words:  func(*field) string { return "a text" },
}

// within checks a value against the limits of its key; text is as written.
func (f *field) within(v float64, text string) *Error {
	lower := f.min != nil && v < *f.min
	upper := f.max != nil && v > *f.max
	switch {
	case f.positive && !(v > 0):
		return problem("E0209", "`%s` is `%s`, but must be larger than zero", f.key, text).
			WithLabel("must be larger than zero")
	case f.dim != nil && f.dim.tag == "fraction" && f.min == nil && !(v > 0 && v <= 1):
		return f.percent(v, text, problem("E0209", "`%s` is `%s`, but a share is more than 0 %% and at most 100 %%", f.key, text).
			WithLabel("must be more than 0 %% and at most 100 %%"))
	case lower && f.counted() != "":
		return problem("E0209", "there is no %s `%s`", f.counted(), text).
			WithLabel("%ss count from 1", f.counted())
	case lower || upper:
		limits := strings.TrimPrefix(strings.TrimPrefix(f.limitWords(), " "), "of ")
		return f.percent(v, text, problem("E0209", "`%s` is `%s`, but must be %s", f.key, text, limits).
			WithLabel("must be %s", limits))
	}
	return nil
}

// percent adds to an error about a share that its number may have been meant in percent.
func (f *field) percent(v float64, text string, e *Error) *Error {
	if f.dim != nil && f.dim.tag == "fraction" && v > 1 && v < 100 && !strings.Contains(text, "%") {
		e.WithHelp("did you mean `%s %%`?", text)
	}
	return e
}

// counted is what a key names by number: a node or a bond; "" for others.
func (f *field) counted() string {
	switch f.key {
	case "node", "pinned":
		return "node"
	case "bond", "cut", "frozen":
		return "bond"
	}
	return ""
}

// limitWords is how a description goes on: from 1 to 3. Empty without limits.
func (f *field) limitWords() string {
	show := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	switch {
	case f.positive && f.max != nil:
		return " larger than zero and at most " + show(*f.max)
	case f.positive:
		return " larger than zero"
	case f.min != nil && f.max != nil && *f.min == *f.max:
		return " equal to " + show(*f.min)
	case f.min != nil && f.max != nil:
		return fmt.Sprintf(" from %s to %s", show(*f.min), show(*f.max))
	case f.min != nil:
		return " of at least " + show(*f.min)
	case f.max != nil:
		return " of at most " + show(*f.max)
	}
	return ""
}
