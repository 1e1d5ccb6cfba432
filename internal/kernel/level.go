package kernel

// The instruction sets that the loops of front.go are written in.
const (
	pureGo = iota
	avx2   // with FMA
	avx512 // F, DQ and VL
)

// Instructions names the instruction set that the loops of fronts use.
func Instructions() string { return [...]string{"plain Go", "AVX2", "AVX-512"}[level] }
