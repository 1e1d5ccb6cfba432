package lab

import (
	"context"
	"time"
)

// Bench is a lattice that can be loaded, looked at and changed. Nodes and
// elements count from 0, quantities are SI. One goroutine at a time may use it,
// with one exception: Safe may come while another verb is under way. The bench
// then calls that verb off, which returns an error soon, and nothing that it
// does after Safe has returned reaches the lattice or the bench's memory of it.
// A verb that fails leaves the lattice as it is; the caller then calls Safe.
type Bench interface {
	// Hello says what the bench is and can do. It touches nothing.
	Hello(ctx context.Context) (Card, error)
	// Arm makes ready to move within these limits, none of them wider than the
	// card's; before it, only Hello, Ping and Safe are allowed.
	Arm(ctx context.Context, limits Limits) error
	// Load replaces all loads by these; none means unloaded. It returns when they
	// hang, with the time of the bench's own clock. Settling is for the caller to see.
	Load(ctx context.Context, load []Force) (applied time.Duration, err error)
	// Measure looks so many times.
	Measure(ctx context.Context, repeats int) ([]Frame, error)
	// SetStiffness asks for the stiffness of every element (N/m), or where the card has Values for
	// those; len Card.Settings().
	SetStiffness(ctx context.Context, k []float64) error
	// Safe takes all loads off and switches off what can move. It may be called
	// at any time, more than once, also after an error, beside another verb, and
	// when ctx is done. Afterwards the bench must be armed anew.
	Safe(ctx context.Context) error
	// Ping answers while the bench is well.
	Ping(ctx context.Context) error
}

// Card is what a bench says of itself.
type Card struct {
	Name     string `json:"name"`
	Version  string `json:"version"`
	Dim      int    `json:"dim"`
	Nodes    int    `json:"nodes"`
	Elements int    `json:"elements"`
	// Stiffens says that SetStiffness changes the lattice; without, every trained
	// state is a new specimen.
	Stiffens bool   `json:"stiffens"`
	Limits   Limits `json:"limits"`
	// Values is how many numbers SetStiffness takes where they are not one stiffness for each
	// element, but the parameters of a body in its order, such as the widths of beams. 0: Elements.
	Values int `json:"values,omitempty"`
	// Unit is that of the values that change, where all of these have one, such as m. "" means that each has its own.
	Unit string `json:"value_unit,omitempty"`
	// Removes says that a value may be 0 and its element is out then: a spring that an input has unhooked.
	Removes bool `json:"removes,omitempty"`
	// Holds is how many places can be held at once; see Stage. 0: there is no stage.
	Holds int `json:"holds,omitempty"`
}

// Settings is how many numbers SetStiffness takes.
func (c Card) Settings() int {
	if c.Values > 0 {
		return c.Values
	}
	return c.Elements
}

// unit is what the numbers of SetStiffness are counted in.
func (c Card) unit() string {
	if c.Values > 0 {
		return c.Unit
	}
	return "N/m"
}

// Limits are what a lattice and those around it can bear. Zero means no limit
// of that kind is known. Whatever exceeds one is refused, never clamped.
type Limits struct {
	Force         float64    `json:"force,omitempty"`          // on one node, N
	TotalForce    float64    `json:"total_force,omitempty"`    // sum of the sizes, N
	Displacement  float64    `json:"displacement,omitempty"`   // of one node, m
	Elongation    float64    `json:"elongation,omitempty"`     // of one element, m
	Rate          float64    `json:"rate,omitempty"`           // loads a second
	Stiffness     [2]float64 `json:"stiffness,omitzero"`       // least and most, N/m; in Card.Unit where the card has Values
	StiffnessStep float64    `json:"stiffness_step,omitempty"` // change of one of them at a time
}

// Force acts on a node.
type Force struct {
	Node int        `json:"node"` // from 0
	F    [3]float64 `json:"f"`    // N; components beyond Dim are 0
}

// Frame is one look at the lattice.
type Frame struct {
	At     time.Duration `json:"at"`    // on the clock of the bench
	Nodes  []Mark        `json:"nodes"` // len Card.Nodes
	Fixed  []Mark        `json:"fixed"` // marks on the frame, always in the same order; may be none
	Images []Image       `json:"images,omitempty"`
}

// Mark is where a node or a mark of the frame was seen.
type Mark struct {
	X     [3]float64 `json:"x"`     // m, in the coordinates of the design
	Sigma float64    `json:"sigma"` // standard deviation of each coordinate, m; 0 unknown
	Seen  bool       `json:"seen"`  // false: it was not found, and X means nothing
}

// Image is a picture from which a frame was read.
type Image struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"` // of its bytes, in hexadecimal digits
}

// Attendant is a Bench that waits for people or programs, and says for what and
// since when; "" while it waits for nothing. It may be asked from any goroutine.
type Attendant interface {
	Waiting() (what string, since time.Time)
}

// Leaver is a Bench that lives on when this program ends, as a directory of
// orders does. Leave orders what Safe does and waits for nothing; it is for a
// program that must end now, and may be called from any goroutine.
type Leaver interface {
	Leave()
}

// Waiting is what a bench waits for, and since when, if it is an Attendant.
func Waiting(b Bench) (what string, since time.Time) {
	if a, ok := within[Attendant](b); ok {
		return a.Waiting()
	}
	return "", time.Time{}
}

// Leave leaves a bench, if it is a Leaver.
func Leave(b Bench) {
	if l, ok := within[Leaver](b); ok {
		l.Leave()
	}
}

// within looks for what a bench can do, also in benches around others, whose method
// Inner returns the one inside.
func within[T any](b Bench) (t T, ok bool) {
	for b != nil {
		if t, ok = b.(T); ok {
			return t, true
		}
		around, more := b.(interface{ Inner() Bench })
		if !more {
			break
		}
		b = around.Inner()
	}
	return t, false
}

// Waiter is a Bench whose clock stands still between its verbs, as that of a
// simulated twin. Wait lets so much time pass on it. For other benches time
// passes by itself.
type Waiter interface {
	Wait(ctx context.Context, d time.Duration) error
}
