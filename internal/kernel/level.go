package kernel

// The instruction sets that the loops of front.go are written in.
const (
	pureGo = iota
	avx2   // with FMA
	avx512 // F, DQ and VL
)
