//go:build amd64 && !purego

package kernel

import "golang.org/x/sys/cpu"

// level is the instruction set in use. Tests change it.
var level = best()

// best is the most this processor can do.
func best() int {
	x := &cpu.X86
	switch {
	case x.HasAVX512F && x.HasAVX512DQ && x.HasAVX512VL && x.HasAVX2 && x.HasFMA && x.HasBMI2:
		return avx512
	case x.HasAVX2 && x.HasFMA:
		return avx2
	}
	return pureGo
}

// The functions of front_avx512_amd64.s and front_avx2_amd64.s, written by the program in asm. Distances are in bytes,
// and so are ld, ldc, ldt, taper and step.

//go:noescape
func update512(c *float64, ldc int, a, b *float64, ld, taper, step, k, rows, n, set int, t *float64, ldt int)

//go:noescape
func update256(c *float64, ldc int, a, b *float64, ld, taper, step, k, rows, n, set int, t *float64, ldt int)

//go:noescape
func factor256(t *float64, ld, n int, diagonal *float64, least, most float64) (doubtful int, ok bool)

//go:noescape
func addColumns512(dst *float64, ldd, leftd int, src *float64, lds, lefts int, runs *Run, n, skip, shift, columns int)

//go:noescape
func addColumns256(dst *float64, ldd, leftd int, src *float64, lds, lefts int, runs *Run, n, skip, shift, columns int)

//go:noescape
func takeRows512(dst, src *float64, idx *int32, n, height int) (ok bool)

//go:noescape
func takeRows256(dst, src *float64, idx *int32, n, height int) (ok bool)

//go:noescape
func giveRows512(dst, src *float64, idx *int32, n, height int) (ok bool)

//go:noescape
func giveRows256(dst, src *float64, idx *int32, n, height int) (ok bool)

//go:noescape
func slabTimes512(x *float64, height int, idx *int32, rows int, l *float64, ld, n int, y *float64) (ok bool)

//go:noescape
func slabTimes256(x *float64, height int, idx *int32, rows int, l *float64, ld, n int, y *float64) (ok bool)

//go:noescape
func slabTransposed512(x *float64, height int, idx *int32, rows int, l *float64, ld, n int, y *float64) (ok bool)

//go:noescape
func slabTransposed256(x *float64, height int, idx *int32, rows int, l *float64, ld, n int, y *float64) (ok bool)

//go:noescape
func triangleForward512(y, t *float64, ld, n int)

//go:noescape
func triangleForward256(y, t *float64, ld, n int)

//go:noescape
func triangleBackward512(y, t *float64, ld, n int)

//go:noescape
func triangleBackward256(y, t *float64, ld, n int)

//go:noescape
func pack512(dst, a *float64, ld, taper, step, k, rows int)

//go:noescape
func pack256(dst, a *float64, ld, taper, step, k, rows int)

//go:noescape
func weigh256(to, e *float64, n, p, q int, w *float64, scale float64, room *float64)

//go:noescape
func addBars512(panel *float64, panelLen int, weights *float64, weightsLen int, values *float64, valuesLen int, bars *Bar, n int) (done, bad int)

//go:noescape
func addBars256(panel *float64, panelLen int, weights *float64, weightsLen int, values *float64, valuesLen int, bars *Bar, n int) (done, bad int)
