package sweep

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/spec"
)

// span is a range of values: whole numbers one after another, values spread between two ends, or ends to draw between.
type span struct {
	lo, hi float64
	unit   string // behind each value
	log    bool   // spread evenly in their logarithm
	whole  bool
	n      int    // values of a grid; 0: it is drawn from
	first  uint64 // of whole numbers one after another
	each   bool   // that is what it is
	digits int    // to which values are rounded
}

// readSpan reads lo..hi/n, log:lo..hi/n, lin:lo..hi/n, of keys that take whole numbers lo..hi, and where it is drawn from lo..hi of any number. It
// is nil where the value is none of these.
func (a *Axis) readSpan(p *wordPlace, value string, drawn bool) (*span, *spec.Error) {
	from := len(p.word) - len(value)
	text, scale := strings.TrimSpace(value), ""
	for _, s := range []string{"log:", "lin:"} {
		if rest, found := strings.CutPrefix(text, s); found {
			text, scale = rest, s
		}
	}
	ends, count, counted := strings.Cut(text, "/")
	if unit, number, perUnit := cutCount(text); perUnit { // 1..5 N/m, or 1..5 N/m/9
		ends, count, counted = unit, number, number != ""
	}
	low, high, isSpan := strings.Cut(ends, "..")
	if !isSpan || strings.ContainsAny(text, "[]{},\"'") {
		if scale != "" {
			return nil, p.fail(from, len(p.word), "`%s` is no range", value).WithHelp("write `%s=%s1e-3..1e-1/20`", a.Key, scale)
		}
		return nil, nil
	}
	if !a.known {
		return nil, nil // the format says that there is no such key
	}
	if !a.Number {
		if !counted && scale == "" {
			return nil, nil // such as the range of bonds
		}
		return nil, p.fail(from, len(p.word), "`%s` takes no single number, so that nothing can be spread between two of them", a.Key).WithHelp("list its values: `%s=a,b,c`", a.Key)
	}
	each := a.Whole && !counted && !drawn && scale == ""
	if each {
		return a.readEach(p, from, low, high)
	}
	if !counted && !drawn {
		return nil, p.fail(from, len(p.word), "nothing says how many values `%s` gets between these ends", a.Key).
			WithHelp("write `%s=%s/20` for 20 of them, or draw settings with --random 100 or --halton 100", a.Key, value)
	}
	if counted && drawn {
		return nil, p.fail(len(p.word)-len(count)-1, len(p.word), "how many settings are drawn is said once, for all keys").WithHelp("leave `/%s` out", count)
	}
	s := &span{whole: a.Whole}
	if bad := s.readEnds(a, p, from, low, high); bad != nil {
		return nil, bad
	}
	s.log = scale == "log:" || scale == "" && s.lo > 0 && s.hi > 10*s.lo
	if s.log && s.lo <= 0 {
		return nil, p.fail(from, len(p.word), "a range that is spread by logarithms begins above zero").WithHelp("raise its lower end, or leave `log:` out")
	}
	if counted {
		n, err := strconv.Atoi(strings.TrimSpace(count))
		if err != nil || n < 2 || n > most {
			return nil, p.fail(len(p.word)-len(count), len(p.word), "`%s` is no number of values", count).WithHelp("a range has 2 or more, its ends among them")
		}
		s.n = n
	}
	if !s.spread() {
		return nil, p.fail(from, len(p.word), "there are not %d different values between these ends", s.n).WithHelp("ask for fewer, or set the ends further apart")
	}
	return s, nil
}

// cutCount takes the number of values off a range whose unit has a stroke, as N/m has.
func cutCount(text string) (ends, count string, found bool) {
	first := strings.IndexByte(text, '/')
	if first < 0 || first+1 >= len(text) || strings.ContainsRune("0123456789 ", rune(text[first+1])) {
		return "", "", false
	}
	if last := strings.LastIndexByte(text, '/'); last > first {
		return text[:last], text[last+1:], true
	}
	return text, "", true
}

// readEach reads whole numbers one after another.
func (a *Axis) readEach(p *wordPlace, from int, low, high string) (*span, *spec.Error) {
	lo, err := strconv.ParseUint(strings.TrimSpace(low), 10, 64)
	hi, err2 := strconv.ParseUint(strings.TrimSpace(high), 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange) || errors.Is(err2, strconv.ErrRange):
		return nil, p.fail(from, len(p.word), "`%s..%s` goes past the largest whole number, %d", low, high, uint64(math.MaxUint64)).WithHelp("write `%s=1..10`", a.Key)
	case err != nil || err2 != nil:
		return nil, p.fail(from, len(p.word), "`%s..%s` are no whole numbers", low, high).WithHelp("write `%s=1..10`", a.Key)
	case hi <= lo:
		return nil, p.fail(from, len(p.word), "the range of `%s` does not rise", a.Key).WithHelp("write the lower end first; one value stands alone, as in `%s=%d`", a.Key, lo)
	case hi-lo >= most:
		return nil, p.fail(from, len(p.word), "these are more than %d values", most).WithHelp("ask for fewer, or write `%s=%s..%s/20` for 20 of them", a.Key, low, high)
	}
	return &span{whole: true, each: true, first: lo, n: int(hi-lo) + 1}, nil
}

// readEnds reads two numbers. The unit stands behind both or the second.
func (s *span) readEnds(a *Axis, p *wordPlace, from int, low, high string) *spec.Error {
	lowNumber, lowUnit := cutUnit(low)
	highNumber, highUnit := cutUnit(high)
	if lowUnit == "" {
		lowUnit = highUnit
	}
	var err, err2 error
	s.unit = highUnit
	s.lo, err = strconv.ParseFloat(lowNumber, 64)
	s.hi, err2 = strconv.ParseFloat(highNumber, 64)
	bad := math.IsInf(s.lo, 0) || math.IsInf(s.hi, 0) || math.IsNaN(s.lo) || math.IsNaN(s.hi)
	if err == nil && err2 == nil && !bad {
		_, err = a.number(strings.TrimSpace(lowNumber + " " + lowUnit))
		_, err2 = a.number(strings.TrimSpace(highNumber + " " + highUnit))
	}
	switch {
	case err != nil || err2 != nil || bad:
		what, example := "two numbers are due", "1..5/9`: lower end, upper end, number of values"
		if a.Whole {
			example = "1..10`"
		}
		if a.Quantity != "" && a.Quantity != "fraction" {
			what = "two numbers and a unit are due, such as " + spec.FormatQuantity(0.001, a.Quantity)
			_, unit := cutUnit(spec.FormatQuantity(0.001, a.Quantity))
			example = "1..5 " + unit + "/9`: lower end, upper end, unit, number of values"
		}
		return p.fail(from, len(p.word), "`%s..%s` is no range that `%s` takes", low, high, a.Key).WithLabel("%s", what).WithHelp("write such as `%s=%s", a.Key, example)
	case lowUnit != highUnit:
		return p.fail(from, len(p.word), "the ends of the range have two units, %s and %s", lowUnit, highUnit).WithHelp("write both ends in one of them")
	case !(s.lo < s.hi):
		return p.fail(from, len(p.word), "the range of `%s` does not rise", a.Key).WithHelp("write the lower end first")
	case s.whole && (s.lo != math.Trunc(s.lo) || s.hi != math.Trunc(s.hi) || math.Abs(s.lo) > 1<<53 || math.Abs(s.hi) > 1<<53):
		return p.fail(from, len(p.word), "`%s` takes whole numbers", a.Key).WithHelp("give whole numbers as the ends of its range")
	}
	return nil
}

// cutUnit takes a number and its unit apart.
func cutUnit(text string) (number, unit string) {
	text = strings.TrimSpace(text)
	for i := len(text); i > 0; i-- {
		if _, err := strconv.ParseFloat(strings.TrimSpace(text[:i]), 64); err == nil {
			return strings.TrimSpace(text[:i]), strings.TrimSpace(text[i:])
		}
	}
	return text, ""
}

// spread finds to how many digits values are written, so that they are short and stand where they belong; false where they are not all different.
func (s *span) spread() bool {
	if s.digits = 6; s.whole || s.n == 0 {
		for i := 1; i < s.n; i++ {
			if s.value(i) == s.value(i-1) {
				return false
			}
		}
		return true
	}
	for s.digits = 6; s.digits < 17; s.digits++ {
		if s.clear() {
			return true
		}
	}
	return s.clear()
}

// clear reports whether rounded values are as far apart as they are to be, to a part in a thousand.
func (s *span) clear() bool {
	was, wasRounded := s.lo, s.lo
	for i := 1; i < s.n; i++ {
		is := s.at(float64(i) / float64(s.n-1))
		rounded := s.round(is)
		if step := is - was; !(step > 0) || math.Abs(rounded-wasRounded-step) > 1e-3*step {
			return false
		}
		was, wasRounded = is, rounded
	}
	return true
}

// at is the value at a share of the way, before it is rounded.
func (s *span) at(share float64) float64 {
	switch {
	case share == 0:
		return s.lo
	case share == 1:
		return s.hi
	case s.log:
		return math.Exp(math.Log(s.lo) + share*(math.Log(s.hi)-math.Log(s.lo)))
	}
	return s.lo + share*(s.hi-s.lo)
}

// round rounds to the digits that are written.
func (s *span) round(v float64) float64 {
	if s.whole {
		return math.Round(v)
	}
	v, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', s.digits, 64), 64)
	if err != nil {
		return math.NaN() // of a text that was just written; never
	}
	return min(max(v, s.lo), s.hi)
}

func (s *span) value(i int) string {
	if s.each {
		return strconv.FormatUint(s.first+uint64(i), 10)
	}
	return s.text(s.at(float64(i) / float64(s.n-1)))
}

// draw is the value at u of [0, 1), whole numbers equally often.
func (s *span) draw(u float64) string {
	if s.whole && !s.log {
		return s.text(s.lo + math.Floor(u*(s.hi-s.lo+1)))
	}
	return s.text(s.at(u))
}

func (s *span) text(v float64) string {
	v = s.round(v)
	format := byte('g')
	if s.whole {
		format = 'f'
	}
	text := strconv.FormatFloat(v, format, -1, 64)
	if s.unit == "" {
		return text
	}
	return text + " " + s.unit
}
