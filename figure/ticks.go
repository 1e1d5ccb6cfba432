package figure

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// tick is a mark on an axis. Minor ticks have no label.
type tick struct {
	at    float64
	label string
}

// step is a round distance of ticks: the smallest of 1, 2, 2.5 and 5 times a
// power of ten that cuts span into at most n pieces.
func step(span float64, n int) float64 {
	raw := span / float64(max(n, 1))
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*power >= raw*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// linearTicks are ticks at round values in [lo, hi], about n of them, and the
// power of ten that their labels leave out.
func linearTicks(lo, hi float64, n int) (ticks []tick, exponent int) {
	d := step(hi-lo, n)
	largest := math.Max(math.Abs(lo), math.Abs(hi))
	if largest >= 1e5 || largest < 1e-2 {
		exponent = int(math.Floor(math.Log10(largest)))
	}
	unit := math.Pow(10, float64(exponent))
	decimals := 0
	for decimals < 12 && !round(d/unit*math.Pow(10, float64(decimals))) {
		decimals++
	}
	first, last := math.Ceil(lo/d-1e-9), math.Floor(hi/d+1e-9)
	for i := first; i <= last; i++ {
		at := i * d
		ticks = append(ticks, tick{at, minus(strconv.FormatFloat(at/unit, 'f', decimals, 64))})
	}
	return ticks, exponent
}

// round tells whether a number is a whole one, not zero, but for rounding.
func round(v float64) bool {
	return math.Round(v) != 0 && math.Abs(v-math.Round(v)) < 1e-6*math.Max(1, math.Abs(v))
}

// logTicks are ticks at powers of ten in [lo, hi], about n labelled ones,
// with minor ticks between them. Where fewer than two powers of ten are in
// the range, 2 and 5 times a power are labelled too.
func logTicks(lo, hi float64, n int) []tick {
	first, last := int(math.Floor(math.Log10(lo)+1e-9)), int(math.Ceil(math.Log10(hi)-1e-9))
	stride := 1
	for (last-first)/stride > max(n, 2) {
		stride++
	}
	within := func(v float64) bool { return v >= lo*(1-1e-9) && v <= hi*(1+1e-9) }
	var ticks []tick
	majors := 0
	for e := first; e <= last; e++ {
		at := math.Pow(10, float64(e))
		if within(at) {
			t := tick{at: at}
			if e%stride == 0 {
				t.label = power(e)
				majors++
			}
			ticks = append(ticks, t)
		}
		if stride > 1 {
			continue
		}
		for m := 2.0; m < 10; m++ {
			if within(m * at) {
				ticks = append(ticks, tick{at: m * at})
			}
		}
	}
	if majors >= 2 {
		return ticks
	}
	plain := lo >= 1e-2 && hi <= 1e4 // then numbers read better than powers
	for i, t := range ticks {
		e := math.Floor(math.Log10(t.at) + 1e-9)
		m := math.Round(t.at / math.Pow(10, e))
		switch {
		case plain && (m == 1 || m == 2 || m == 5):
			ticks[i].label = number(t.at)
		case !plain && t.label == "" && (m == 2 || m == 5):
			ticks[i].label = fmt.Sprintf("%g × %s", m, power(int(e)))
		}
	}
	return ticks
}

// power is 10^e as raised text.
func power(e int) string { return "10^{" + minus(strconv.Itoa(e)) + "}" }

// minus replaces the hyphen by a minus sign.
func minus(s string) string {
	if strings.Trim(s, "-0.") == "" {
		s = strings.TrimPrefix(s, "-") // no minus zero
	}
	return strings.ReplaceAll(s, "-", "−")
}

// number is a value with three significant digits, large and small ones as a
// power of ten.
func number(v float64) string {
	s := strconv.FormatFloat(v, 'g', 3, 64)
	if mantissa, exp, ok := strings.Cut(s, "e"); ok {
		e, _ := strconv.Atoi(exp) // the exponent of a formatted float is a number
		if e >= 0 && e < 5 {
			rounded, _ := strconv.ParseFloat(s, 64) // so is the float
			return minus(strconv.FormatFloat(rounded, 'f', 0, 64))
		}
		if mantissa == "1" {
			return power(e)
		}
		return minus(mantissa) + " × " + power(e)
	}
	return minus(s)
}

// niceBelow is the largest of 1, 2 and 5 times a power of ten that is at most
// v > 0.
func niceBelow(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{5, 2} {
		if m*power <= v*(1+1e-9) {
			return m * power
		}
	}
	return power
}
