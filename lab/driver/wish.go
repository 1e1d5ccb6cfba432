package driver

import "github.com/elastrain/elastrain/lab"

// Wish is what a person is asked for, in parts: what Tell and Ask say in words, for a page
// that draws it.
type Wish struct {
	Kind string // see below

	Card    int // number of the card that holds now; 0 before the first
	Title   string
	Actions []Action
	Note    string
	Bare    bool      // the card takes all weights off
	Set     []float64 // what the bench is set to when the card is done; of ToSet

	Number, Of int        // of the photographs of one look, from 1
	File       string     // the photograph that it is about
	Picture    string     // in which the marks that were found are drawn
	Marks      []lab.Mark // of the nodes, where they were found
	Why        string     // it cannot be read
}

// Kinds of wishes. After each but ToPhotograph and Reading comes an Ask.
const (
	ToLoad       = "load"       // do what the card says: hang weights, or take them off
	ToSet        = "set"        // do what the card says: change bonds
	ToPhotograph = "photograph" // take one
	Reading      = "reading"    // one has come, or none is waited for any more; nothing is asked
	ToJudge      = "judge"      // accept or reject what was read
	ToExplain    = "explain"    // say why it was rejected
	ToRetake     = "retake"     // it cannot be read: take another
)

// Action is one line of a card. Node is from 1, and 0 if it concerns no node.
type Action struct {
	Node int
	Text string
	F    [3]float64 // N
}

// Attentive is a Person that hears of every wish in parts before it is told or asked in words.
// About returns at once.
type Attentive interface {
	Person
	About(r Wish)
}

// About tells a person of a wish, if it listens.
func About(p Person, r Wish) {
	if a, ok := p.(Attentive); ok {
		a.About(r)
	}
}
