package automaton

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
)

// Conditions are what bonds have to live with. The zero value is a perfect world.
type Conditions struct {
	Lost    float64 `json:"messages_lost"` // share of the bits that a bond does not hear
	Dead    float64 `json:"dead"`          // share of the bonds that never change; the number is rounded up
	Stuck   float64 `json:"stuck"`         // share of those that are somewhere in their range and never change
	Flipped float64 `json:"flipped"`       // share of those that change the wrong way
	Noisy   float64 `json:"noisy"`         // share of those whose readings are wrong by about as much as they are
	Drift   float64 `json:"clock_drift"`   // standard deviation of ln of the rate of the clock of a bond
	Jitter  float64 `json:"clock_jitter"`  // standard deviation of each of its ticks, as a share
	Noise   float64 `json:"noise_m"`       // standard deviation of every reading, m

	Lifetime float64 `json:"lifetime"` // mean life of a bond, in samples shown; 0: for ever
	Reborn   string  `json:"reborn"`   // where a bond is born again: start, random or neighbour

	Heat       float64 `json:"kt_j"`       // kT, J
	Relaxation float64 `json:"relaxation"` // slowest relaxation time, in samples shown; 0: at once
}

// Fault is what is wrong with a bond.
type Fault uint8

// Faults of bonds.
const (
	Sound Fault = iota
	Dead
	Stuck
	Flipped
	Noisy
)

// Words of the random streams, so that no chance changes another.
const (
	orderStream uint64 = 1 + iota
	faultStream
	clockStream
	hearStream
	readStream
	lifeStream
	heatStream
)

func stream(seed, of uint64) *rand.Rand {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	binary.LittleEndian.PutUint64(key[8:], of)
	return rand.New(rand.NewChaCha8(key))
}

// faults deals out faults among n bonds: each at least to the share that is asked for, and no bond has two.
func (c *Conditions) faults(n int, random *rand.Rand) []Fault {
	all := make([]Fault, n)
	places := random.Perm(n)
	for _, f := range []struct {
		share float64
		kind  Fault
	}{{c.Dead, Dead}, {c.Stuck, Stuck}, {c.Flipped, Flipped}, {c.Noisy, Noisy}} {
		for range min(int(math.Ceil(f.share*float64(n)-1e-9)), len(places)) {
			all[places[0]] = f.kind
			places = places[1:]
		}
	}
	return all
}
