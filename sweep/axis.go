package sweep

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/elastrain/elastrain/spec"
)

// Axis is one word of a sweep: a key of the experiment file and the values that it gets in turn, or its one value.
type Axis struct {
	Key        string // such as learn.rate
	Word       string // as given
	spec.Taken        // what the key takes

	list []listed // its values one by one,
	span *span    // or a range of them

	known bool // the format has the key
}

// listed is a value of a list.
type listed struct {
	text string
	at   int // byte of the word at which it begins
}

// SeedKey is the key over whose values every setting is trained.
const SeedKey = "seed"

// most is how many trainings a sweep may have.
const most = 10_000_000

// ParseAxis reads the number-th word of a sweep. Where settings are drawn, ranges do not say how many values they have. The error is of type
// *spec.Error and has its place in the word.
func ParseAxis(number int, word string, drawn bool) (*Axis, error) {
	key, value, ok := strings.Cut(word, "=")
	p := &wordPlace{number, word}
	if !ok || key == "" {
		return nil, p.fail(0, len(word), "`%s` is not key=value", word).WithHelp("write such as learn.rate=0.01, learn.rate=0.01,0.02, learn.rate=1e-3..1e-1/20 or seed=1..10")
	}
	a := &Axis{Key: key, Word: word}
	a.Taken, a.known = spec.Takes(key) // one that is not in the format spec.Parse refuses
	var bad *spec.Error
	if a.span, bad = a.readSpan(p, value, drawn && key != SeedKey); bad == nil && a.span == nil {
		bad = a.readList(p, value)
	}
	if bad != nil {
		return nil, bad
	}
	return a, nil
}

// readList takes the values of a list apart. A comma within brackets or quotes parts nothing.
func (a *Axis) readList(p *wordPlace, value string) *spec.Error {
	from := len(p.word) - len(value)
	depth, quote, begin := 0, byte(0), 0
	add := func(end int) {
		text := value[begin:end]
		a.list = append(a.list, listed{strings.TrimSpace(text), from + begin + len(text) - len(strings.TrimLeft(text, " "))})
		begin = end + 1
	}
	for i := range len(value) {
		switch c := value[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		case c == ',' && depth == 0:
			add(i)
		}
	}
	add(len(value))
	if len(a.list) == 1 {
		a.list[0] = listed{value, from} // as `train` takes it
		return nil
	}
	seen := map[string]bool{}
	for _, v := range a.list {
		same := a.canonical(v.text)
		switch {
		case v.text == "":
			return p.fail(v.at, v.at+1, "a value of `%s` is empty", a.Key).WithHelp("write its values as `%s=a,b,c`", a.Key)
		case a.Number && len(v.text) > 1 && v.text[0] == '0' && strings.Trim(v.text, "0123456789") == "":
			return p.fail(v.at, v.at+len(v.text), "`%s` is no number", v.text).WithLabel("a comma stands between two values").WithHelp("write decimals with a point, such as `%s=0.01`", a.Key)
		case seen[same]:
			return p.fail(v.at, v.at+len(v.text), "`%s` stands twice in the list", v.text).WithHelp("give each value once; trainings of the same setting are told apart by `seed=1..5`")
		}
		seen[same] = true
	}
	return nil
}

// canonical is the same text for values that are the same.
func (a *Axis) canonical(text string) string {
	if whole, err := strconv.ParseUint(text, 10, 64); err == nil && whole > 1<<53 {
		return strconv.FormatUint(whole, 10) // several are one float64
	}
	v, err := a.number(text)
	if err != nil {
		return text
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// number is a value as a number, in SI units.
func (a *Axis) number(text string) (float64, error) {
	if !a.Number {
		return 0, strconv.ErrSyntax
	}
	if a.Quantity != "" {
		return spec.Quantity(text, a.Quantity)
	}
	return strconv.ParseFloat(text, 64)
}

// Varies reports whether the key gets more than one value.
func (a *Axis) Varies() bool { return a.span != nil || len(a.list) > 1 }

// Count is how many values the axis has on a grid.
func (a *Axis) Count() int {
	if a.span != nil {
		return a.span.n
	}
	return len(a.list)
}

// Value is the i-th value, as an override has it.
func (a *Axis) Value(i int) string {
	if a.span != nil {
		return a.span.value(i)
	}
	return a.list[i].text
}

// Draw is the value at u of [0, 1).
func (a *Axis) Draw(u float64) string {
	if a.span != nil {
		return a.span.draw(u)
	}
	return a.list[int(u*float64(len(a.list)))].text
}

// Log reports whether the values are spread by their logarithm: those of a range as it says, those of a list where they are more than a factor of 10
// apart.
func (a *Axis) Log() bool {
	if a.span != nil {
		return a.span.log
	}
	least, most := math.Inf(1), 0.0
	for _, v := range a.list {
		if v.text == "" {
			continue // a question without the key
		}
		x := a.Setting(v.text).Number
		if !(x > 0) {
			return false
		}
		least, most = min(least, x), max(most, x)
	}
	return most > 10*least
}

// wordPlace makes errors at places of a word of the command line.
type wordPlace struct {
	number int // of the word, from 1
	word   string
}

func (p *wordPlace) fail(from, to int, format string, args ...any) *spec.Error {
	from, to = min(from, len(p.word)), min(to, len(p.word))
	return spec.WordError(p.number, p.word, utf8.RuneCountInString(p.word[:from])+1, utf8.RuneCountInString(p.word[from:to]), format, args...)
}

// within moves an error about the override of a point to the word that it was made of.
func (a *Axis) within(e *spec.Error) {
	inKey := e.Column <= utf8.RuneCountInString(a.Key)
	if !a.Varies() || a.span != nil && !inKey {
		return
	}
	value := strings.TrimPrefix(e.Source, a.Key+"=")
	for _, v := range a.list {
		if v.text == value && !inKey {
			e.Column += utf8.RuneCountInString(a.Word[:v.at]) - utf8.RuneCountInString(a.Key) - 1
		}
	}
	e.Source = a.Word
}
