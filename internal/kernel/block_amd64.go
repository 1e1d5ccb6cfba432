//go:build amd64 && !purego

package kernel

// The functions of block_avx512_amd64.s and block_avx2_amd64.s, written by the program in asm.

//go:noescape
func blockRow512(shape int, y, x *float64, col, at *int32, n int, val *float64)

//go:noescape
func blockRow256(shape int, y, x *float64, col, at *int32, n int, val *float64)

//go:noescape
func pull512(dim int, y, own, x *float64, other *int32, n int, w *float64)

//go:noescape
func pull256(dim int, y, own, x *float64, other *int32, n int, w *float64)
