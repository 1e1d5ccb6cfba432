package data

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
)

// Each random choice draws from a PCG generator of its own, seeded by the seed
// of the experiment and the constant of the choice, so that no choice disturbs
// another: more noise does not move the split. The constants are the ASCII
// bytes of their names, padded with spaces; changing one changes published results.
const (
	streamSplit    uint64 = 0x73706c6974202020 // "split   ": PCG(seed, streamSplit)
	streamShuffle  uint64 = 0x73687566666c6520 // "shuffle ": PCG(seed, streamShuffle ^ scatter(epoch))
	streamValidate uint64 = 0x76616c6964617465 // "validate": PCG(seed, streamValidate)
	streamAugment  uint64 = 0x6175676d656e7420 // "augment ": of one picture in one epoch, with m = scatter(scatter(epoch) + sample): PCG(scatter(seed ^ m), streamAugment ^ m)
	streamLinear   uint64 = 0x6c696e6561722020 // "linear  ": PCG(seed, streamLinear)
	streamNoise    uint64 = 0x6e6f697365202020 // "noise   ": PCG(seed, streamNoise)
)

// Shuffle fills perm with the order of the n samples in an epoch: a random
// permutation of 0..n-1 that depends on n, seed and epoch alone. A resumed run
// asks for the epoch it stopped in and needs no generator state.
//
// It does not allocate. len(perm) must be n; it panics otherwise, as it does
// for n beyond the range of int32.
func Shuffle(n int, seed, epoch uint64, perm []int32) {
	if len(perm) != n || n > math.MaxInt32 {
		panic(fmt.Sprintf("data: Shuffle of %d samples into a slice of %d", n, len(perm)))
	}
	var g rand.PCG
	g.Seed(seed, streamShuffle^scatter(epoch))
	permute(&g, perm)
}

// permute fills perm with a random permutation of 0..len(perm)-1 (Fisher and
// Yates, from the inside out). It is written out here, and not left to
// rand.Shuffle, because its order is part of the results people publish and
// must survive a new Go release.
func permute[T int | int32](g *rand.PCG, perm []T) {
	for i := range perm {
		j := below(g, uint64(i)+1)
		perm[i] = perm[j]
		perm[j] = T(i)
	}
}

// below draws a whole number in [0, n) without bias, by Lemire's
// multiplication: the high word of draw * n, where the few draws that would
// favour small numbers are thrown away. (Lemire 2019, doi:10.1145/3230636)
func below(g *rand.PCG, n uint64) uint64 {
	high, low := bits.Mul64(g.Uint64(), n)
	if low < n {
		biased := -n % n // 2^64 mod n
		for low < biased {
			high, low = bits.Mul64(g.Uint64(), n)
		}
	}
	return high
}

// unit draws a number in [0, 1) from the 53 bits a float64 can hold.
func unit(g *rand.PCG) float64 { return float64(g.Uint64()>>11) * 0x1p-53 }

// scatter maps neighbouring epochs to words far apart, one to one (the
// finaliser of SplitMix64; Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195).
func scatter(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
