package spec

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/unit"
)

// decimal is a number as people write it, digits times ten to the exp, before
// it is rounded to a float64. Units that are powers of ten only move exp, so
// `16 mm` becomes the float64 nearest 0.016 and not 16 times the one nearest
// 0.001.
type decimal struct {
	neg    bool
	digits string // no leading zero, "0" for zero
	exp    int
}

// hugeExp bounds exponents: far outside float64, far inside int.
const hugeExp = 100000

// readDecimal reads a number from the start of s and returns what follows it.
// Digits are due on both sides of a point, except that .5 is 0.5.
func readDecimal(s string) (d decimal, rest string, ok bool) {
	i := 0
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		d.neg = s[i] == '-'
		i++
	}
	whole := digitRun(s[i:])
	i += len(whole)
	fraction := ""
	if i < len(s) && s[i] == '.' {
		fraction = digitRun(s[i+1:])
		if fraction != "" {
			i += 1 + len(fraction)
		}
	}
	if whole == "" && fraction == "" {
		return decimal{}, s, false
	}
	d.exp = -len(fraction)
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		sign, j := "", i+1
		if j < len(s) && (s[j] == '+' || s[j] == '-') {
			sign, j = s[j:j+1], j+1
		}
		if power := digitRun(s[j:]); power != "" {
			i = j + len(power)
			p, err := strconv.Atoi(sign + power)
			if err != nil || p > hugeExp || p < -hugeExp {
				p, _ = strconv.Atoi(sign + strconv.Itoa(hugeExp))
			}
			d.exp += p
		}
	}
	d.digits = strings.TrimLeft(whole+fraction, "0")
	if d.digits == "" {
		d = decimal{digits: "0"} // no negative zero either
	}
	return d, s[i:], true
}

func digitRun(s string) string {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return s[:i]
}

// decimalOf is the shortest decimal that rounds to v; v is finite.
func decimalOf(v float64) decimal {
	d, _, _ := readDecimal(strconv.FormatFloat(v, 'e', -1, 64))
	return d
}

func (d decimal) isZero() bool { return d.digits == "0" }

// times is d in a unit worth factor times ten to the exp, exactly.
func (d decimal) times(factor int64, exp int) decimal {
	if d.isZero() {
		return d
	}
	d.exp += exp
	if factor != 1 {
		n, _ := new(big.Int).SetString(d.digits, 10)
		d.digits = n.Mul(n, big.NewInt(factor)).String()
	}
	return d
}

// in is the value of d in a unit, in the SI unit: the nearest float64. ok is as
// for float.
func (d decimal) in(u unit.Unit) (v float64, ok bool) {
	d = d.times(u.Factor, u.Exp)
	if u.Divisor == 1 || d.isZero() {
		return d.float()
	}
	const most = 400 // far outside float64
	if size := len(d.digits) + d.exp; size > most || size < -most {
		return d.float() // too large or too small in either case
	}
	r, _ := new(big.Rat).SetString(d.digits + "e" + strconv.Itoa(d.exp))
	v, _ = r.Quo(r, new(big.Rat).SetInt64(u.Divisor)).Float64()
	if d.neg {
		v = -v
	}
	return v, held(v)
}

// float is the nearest float64; ok is false when d is too large for one, or
// so small that only zero is near.
func (d decimal) float() (v float64, ok bool) {
	sign := ""
	if d.neg {
		sign = "-"
	}
	v, err := strconv.ParseFloat(sign+d.digits+"e"+strconv.Itoa(d.exp), 64)
	return v, err == nil && (held(v) || d.isZero())
}

// least is the smallest number that is taken: a computer holds smaller ones with ever fewer digits, and what is computed of them has none.
const least = 1e-307

// held reports whether a computer holds a number other than zero, with all its digits.
func held(v float64) bool { return math.Abs(v) >= least && math.Abs(v) <= math.MaxFloat64 }

// String writes d without an exponent, or with one where that is much shorter.
func (d decimal) String() string {
	digits, exp := strings.TrimRight(d.digits, "0"), d.exp
	exp += len(d.digits) - len(digits)
	if digits == "" {
		return "0"
	}
	sign := ""
	if d.neg {
		sign = "-"
	}
	scientific := digits[:1]
	if len(digits) > 1 {
		scientific += "." + digits[1:]
	}
	scientific += "e" + strconv.Itoa(exp+len(digits)-1)
	point := len(digits) + exp // digits before the decimal point
	if point > 12 || point < -12 {
		return sign + scientific // also keeps the zeros below few
	}
	var plain string
	switch {
	case exp >= 0:
		plain = digits + strings.Repeat("0", exp)
	case point > 0:
		plain = digits[:point] + "." + digits[point:]
	default:
		plain = "0." + strings.Repeat("0", -point) + digits
	}
	if len(plain) > len(scientific)+4 {
		plain = scientific
	}
	return sign + plain
}
