package automaton

import (
	"math"
	"math/rand/v2"
)

// Bit is what the driver says to all, and all that it says.
type Bit uint8

// What bits say.
const (
	Rest  Bit = iota // nothing was heard yet, or all that was asked for is done
	Free             // the input hangs
	Error            // the error hangs: alone, or beside the input
)

// Rule is what a bond makes of what it feels.
type Rule uint8

// Rules of bonds.
const (
	Product  Rule = iota // in situ backpropagation: the elongation under the input times that under the error alone
	Contrast             // equilibrium propagation: the difference of the energies with and without the error beside the input
	Attach               // the same for rest lengths: the difference of the elongations
)

// Habits are what all bonds are made to do alike.
type Habits struct {
	Rule    Rule
	Latched bool    // they go on until they hear another bit, and do not rest after Times readings
	Times   int     // readings after each bit
	Wait    float64 // time after a bit before it reads, in which the lattice comes to rest, in samples shown
	Tick    float64 // time between two readings
	Rate    float64 // change of x for each unit of what the rule measures
	Site    float64 // distance of two places of attachment, m; Attach alone
}

// bond is one automaton. What it keeps is a mean, two counts and the bit it heard.
type bond struct {
	x     float64 // place in its range, 0 to 1; of a motor the rest length it would have, in sites
	heard Bit
	mean  float64 // of what it felt under the input
	felt  int     // readings in it
	left  int     // readings until it rests
	next  float64 // time of its next tick; +Inf where it rests
	rate  float64 // of its clock
	fault Fault
	dies  float64 // time of its death; +Inf: never
}

// wait is the time to a tick.
func (b *bond) wait(h *Habits, jitter float64, random *rand.Rand) float64 {
	t := h.Tick / b.rate
	if jitter > 0 {
		t *= max(0.05, 1+jitter*random.NormFloat64())
	}
	return t
}

// hear begins what a bit asks for, at some moment of the bond's own clock.
func (b *bond) hear(bit Bit, now float64, h *Habits, random *rand.Rand) {
	b.heard, b.left = bit, h.Times
	if bit == Free {
		b.mean, b.felt = 0, 0
	}
	b.next = now + h.Wait/b.rate + random.Float64()*b.wait(h, 0, nil)
}

// tick takes in a reading e, and returns by how much x shall change.
func (b *bond) tick(e float64, h *Habits) (change float64) {
	seen := e
	if h.Rule == Contrast {
		seen = e * e / 2
	}
	switch b.heard {
	case Free:
		b.felt++
		b.mean += (seen - b.mean) / float64(b.felt)
	case Error:
		if b.felt > 0 { // else it did not hear that an input hung, and knows nothing of it
			switch h.Rule {
			case Product:
				change = -b.mean * seen
			case Contrast:
				change = -(seen - b.mean)
			case Attach:
				change = seen - b.mean
			}
			change *= h.Rate / float64(h.Times)
		}
		if b.fault == Flipped {
			change = -change
		}
	}
	if b.left--; b.left <= 0 && !h.Latched {
		if b.heard == Error {
			b.felt = 0
		}
		b.heard, b.next = Rest, math.Inf(1)
	}
	return change
}
