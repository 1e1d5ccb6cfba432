package ingest

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/elastrain/elastrain/table"
)

// formula is an expression of numbers and parameters on its way to a value: sums, products, powers, brackets and a few functions.
type formula struct {
	text   string
	values map[string]float64
	depth  int
}

var functions = map[string]func(float64) float64{"sqrt": math.Sqrt, "sin": math.Sin, "cos": math.Cos, "tan": math.Tan, "abs": math.Abs, "exp": math.Exp, "log": math.Log, "atan": math.Atan, "asin": math.Asin, "acos": math.Acos}

// evaluate is the value of an expression such as (1-e)/2*side.
func evaluate(text string, values map[string]float64) (float64, error) {
	f := &formula{text: strings.TrimSpace(text), values: values}
	v, err := f.sum()
	if err != nil {
		return 0, err
	}
	if f.skip(); f.text != "" {
		return 0, fmt.Errorf("%s is not understood in %s", table.Show(f.text), table.Show(text))
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("%s is no finite number", table.Show(text))
	}
	return v, nil
}

func (f *formula) skip() { f.text = strings.TrimLeft(f.text, " \t") }

// take reads a sign if it is next.
func (f *formula) take(sign string) bool {
	f.skip()
	rest, ok := strings.CutPrefix(f.text, sign)
	if ok {
		f.text = rest
	}
	return ok
}

func (f *formula) sum() (float64, error) {
	if f.depth++; f.depth > 100 {
		return 0, fmt.Errorf("too many brackets")
	}
	defer func() { f.depth-- }()
	v, err := f.product()
	for err == nil {
		var w float64
		switch {
		case f.take("+"):
			w, err = f.product()
			v += w
		case f.take("-"):
			w, err = f.product()
			v -= w
		default:
			return v, nil
		}
	}
	return 0, err
}

func (f *formula) product() (float64, error) {
	v, err := f.power()
	for err == nil {
		var w float64
		switch {
		case strings.HasPrefix(strings.TrimLeft(f.text, " \t"), "**"):
			return v, nil
		case f.take("*"):
			w, err = f.power()
			v *= w
		case f.take("/"):
			w, err = f.power()
			v /= w
		default:
			return v, nil
		}
	}
	return 0, err
}

func (f *formula) power() (float64, error) {
	if f.take("-") {
		if f.depth++; f.depth > 100 {
			return 0, fmt.Errorf("too many signs")
		}
		defer func() { f.depth-- }()
		v, err := f.power()
		return -v, err
	}
	f.take("+")
	v, err := f.single()
	if err != nil {
		return 0, err
	}
	if f.take("**") || f.take("^") {
		w, err := f.power()
		return math.Pow(v, w), err
	}
	return v, nil
}

// single is a number, a parameter, a function or a bracket.
func (f *formula) single() (float64, error) {
	if f.take("(") {
		v, err := f.sum()
		if err == nil && !f.take(")") {
			err = fmt.Errorf("a bracket is not closed")
		}
		return v, err
	}
	f.skip()
	end := 0
	for i, c := range f.text {
		exponent := i > 0 && (c == '-' || c == '+') && strings.ContainsRune("eE", rune(f.text[i-1])) && unicode.IsDigit(rune(f.text[0]))
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '_' && c != '.' && !exponent {
			break
		}
		end = i + len(string(c))
	}
	word := f.text[:end]
	f.text = f.text[end:]
	if v, known := f.values[word]; known {
		return v, nil
	}
	if function, known := functions[strings.TrimPrefix(word, "np.")]; known && f.take("(") {
		v, err := f.sum()
		if err == nil && !f.take(")") {
			err = fmt.Errorf("a bracket is not closed")
		}
		return function(v), err
	}
	v, err := strconv.ParseFloat(word, 64)
	if err != nil || strings.ContainsAny(word, "xX_") || word == "" {
		if word == "" {
			word = f.text
		}
		return 0, fmt.Errorf("%s is neither a number nor a parameter", table.Show(word))
	}
	return v, nil
}
