package hang

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Weight is one kind of weight in the box.
type Weight struct {
	Mass  float64 `json:"mass"`  // kg
	Count int     `json:"count"` // how many there are, or Unlimited
}

// Unlimited is the count of a weight of which there are always enough. "Any
// multiple of 0.5 g" is Weight{0.0005, Unlimited}.
const Unlimited = -1

// Stock is the weights that can hang at the same time, on all nodes together.
type Stock []Weight

const (
	mostKinds     = 64   // in a stock
	mostPieces    = 1000 // of one kind
	heaviestPiece = 1000 // kg
)

// check wants a stock that can be hung.
func (s Stock) check() error {
	if len(s) == 0 {
		return fmt.Errorf("the stock is empty: list the masses that there are, such as 0.5 g, 1 g, 2 x 2 g, 5 g")
	}
	if len(s) > mostKinds {
		return fmt.Errorf("the stock lists %d kinds of weights; at most %d can be planned with", len(s), mostKinds)
	}
	for i, w := range s {
		switch {
		case !(w.Mass > 0) || w.Mass > heaviestPiece:
			return fmt.Errorf("weight %d of the stock has a mass of %v kg: a mass is positive and at most %d kg", i+1, w.Mass, heaviestPiece)
		case w.Count != Unlimited && (w.Count < 1 || w.Count > mostPieces):
			return fmt.Errorf("weight %d of the stock, %s: its count is %d; give 1 to %d, or say that there are always enough", i+1, grams(w.Mass), w.Count, mostPieces)
		}
	}
	return nil
}

// ParseStock reads a stock as people write it: masses in grams separated by
// commas, each with a count in front where there are more than one, or `any`
// where there are always enough: "0.5 g, 1 g, 2 x 2 g, 5 g" or "any x 0.5 g".
func ParseStock(text string) (Stock, error) {
	const most = 4096 // bytes
	if len(text) > most {
		return nil, fmt.Errorf("the list of weights is longer than %d bytes", most)
	}
	var s Stock
	for number, item := range strings.Split(text, ",") {
		fail := func(cause string) (Stock, error) {
			return nil, fmt.Errorf("weight %d of the stock, %q: %s; write it as 5 g, 2 x 5 g or any x 0.5 g", number+1, strings.TrimSpace(item), cause)
		}
		w := Weight{Count: 1}
		mass := strings.TrimSpace(item)
		if count, rest, ok := strings.Cut(mass, "x"); ok {
			count, mass = strings.TrimSpace(count), strings.TrimSpace(rest)
			if count == "any" {
				w.Count = Unlimited
			} else if n, err := strconv.Atoi(count); err != nil || n < 1 || n > mostPieces {
				return fail(fmt.Sprintf("the count must be any or a number from 1 to %d", mostPieces))
			} else {
				w.Count = n
			}
		}
		value, ok := strings.CutSuffix(mass, "g")
		x, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if !ok || err != nil || math.IsNaN(x) {
			return fail("there is no mass in grams")
		}
		w.Mass = x / 1000
		s = append(s, w)
	}
	return s, s.check()
}

// endless reports whether there are always enough weights of a kind.
func (s Stock) endless() bool {
	for _, w := range s {
		if w.Count == Unlimited {
			return true
		}
	}
	return false
}

// String writes the stock as ParseStock reads it.
func (s Stock) String() string {
	words := make([]string, len(s))
	for i, w := range s {
		switch w.Count {
		case 1:
			words[i] = grams(w.Mass)
		case Unlimited:
			words[i] = "any x " + grams(w.Mass)
		default:
			words[i] = fmt.Sprintf("%d x %s", w.Count, grams(w.Mass))
		}
	}
	return strings.Join(words, ", ")
}

// grams writes a mass as a person reads it off a weight.
func grams(kg float64) string { return strconv.FormatFloat(kg*1000, 'g', 6, 64) + " g" }

// mass is what the given pieces of each kind weigh together, kg.
func (s Stock) mass(pieces []int) float64 {
	m := 0.0
	for d, n := range pieces {
		m += float64(n) * s[d].Mass
	}
	return m
}

// weight is the mass of everything in the box, kg. Unlimited weights need a limit
// of force, so nobody asks for theirs.
func (s Stock) weight() float64 {
	sum := 0.0
	for _, w := range s {
		sum += float64(w.Count) * w.Mass
	}
	return sum
}
