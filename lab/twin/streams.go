package twin

import (
	"hash/fnv"
	"math/rand/v2"
)

// source is random numbers whose state can be saved.
type source struct {
	*rand.Rand
	pcg *rand.PCG
}

// stream is the random numbers of one effect: they depend on the seed and its
// name alone.
func stream(seed uint64, name string) source {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // a hash takes all
	pcg := rand.NewPCG(seed, h.Sum64())
	return source{rand.New(pcg), pcg}
}
