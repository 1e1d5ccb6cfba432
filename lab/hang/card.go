package hang

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Card is one step for the person at the bench. Each ends with a photo, except
// the last, which takes the weights off.
type Card struct {
	Number, Of int      // from 1
	Set        []string // springs that are set first, by what and to what
	Shot       int      // whose load it hangs, from 1; 0 where nothing hangs
	Hangs      []Hang
	Wait       time.Duration // before the photo
	Photo      bool
	stock      Stock
}

// Cards are the steps of a plan: for each shot a photo without load, which is
// its zero, and one with it; then all weights come off.
func (p *Plan) Cards(wait time.Duration) []Card {
	shots := p.Shots()
	of := 2*len(shots) + 1
	var cards []Card
	for i := range shots {
		cards = append(cards,
			Card{Number: len(cards) + 1, Of: of, Wait: wait, Photo: true},
			Card{Number: len(cards) + 2, Of: of, Shot: i + 1, Hangs: shots[i].Hangs, Wait: wait, Photo: true, stock: p.Stock})
	}
	return append(cards, Card{Number: of, Of: of})
}

// Actions are what the card asks for, one thing to do each.
func (c *Card) Actions() []string {
	var list []string
	switch {
	case len(c.Hangs) == 0 && c.Number == 1:
		list = append(list, "see that no weight hangs")
	case len(c.Hangs) == 0:
		list = append(list, "take all weights off")
	}
	for _, spring := range c.Set {
		list = append(list, "set "+spring)
	}
	for _, h := range c.Hangs {
		list = append(list, "hang "+h.words(c.stock))
	}
	if c.Wait > 0 {
		list = append(list, "wait "+seconds(c.Wait))
	}
	if c.Photo {
		list = append(list, "photo")
	}
	return list
}

// String is the card on one line: "2 of 5: hang 4.5 g (2 x 2 g + 0.5 g) on node 14, wait 40 s, photo".
func (c *Card) String() string {
	return fmt.Sprintf("%d of %d: %s", c.Number, c.Of, strings.Join(c.Actions(), ", "))
}

// WriteCards writes the cards as text, one a line.
func WriteCards(w io.Writer, cards []Card) error {
	for i := range cards {
		if _, err := fmt.Fprintln(w, cards[i].String()); err != nil {
			return err
		}
	}
	return nil
}

// words is a string in words: mass, node, pull, and the pieces where a person
// might take others; "any multiple of 0.5 g" needs no list.
func (h *Hang) words(stock Stock) string {
	s := grams(h.Mass)
	if pieces := h.pieces(stock); pieces != "" {
		s += " (" + pieces + ")"
	}
	s += fmt.Sprintf(" on node %d", h.Node+1)
	if h.Pull.Name != "" {
		s += " " + h.Pull.Name
	}
	return s
}

// pieces lists the weights of a string; "" where they go without saying.
func (h *Hang) pieces(stock Stock) string {
	var kinds Stock
	pieces, counted := 0, false
	for d, n := range h.Pieces {
		if n > 0 {
			counted = counted || n > 1 && stock[d].Count != Unlimited
			kinds = append(kinds, Weight{stock[d].Mass, n})
			pieces += n
		}
	}
	if counted || pieces > 1 && len(kinds) > 1 {
		return strings.ReplaceAll(kinds.String(), ", ", " + ")
	}
	return ""
}

// String is one string of a load in words, for a card.
type String struct {
	Node int        // from 0
	F    [3]float64 // N
	Text string     // pieces and pull; "" where they go without saying
}

// Describe says how strings hang.
func Describe(hangs []Hang, stock Stock) []String {
	var all []String
	for i := range hangs {
		h := &hangs[i]
		var words []string
		for _, w := range []string{h.pieces(stock), h.Pull.Name} {
			if w != "" {
				words = append(words, w)
			}
		}
		all = append(all, String{h.Node, scaled(h.Pull.Dir, h.Mass*StandardGravity), strings.Join(words, ", ")})
	}
	return all
}

func seconds(d time.Duration) string {
	if d < time.Minute || d%time.Minute != 0 {
		return fmt.Sprintf("%g s", d.Seconds())
	}
	return fmt.Sprintf("%g min", d.Minutes())
}
