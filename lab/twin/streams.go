package twin

import (
	"hash/fnv"
	"math/rand/v2"
)

// stream is the random numbers of one effect: they depend on the seed and its
// name alone.
func stream(seed uint64, name string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(name))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
