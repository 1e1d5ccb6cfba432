//go:build !amd64 || purego

package kernel

const level = pureGo

func update512(c *float64, ldc int, a, b *float64, ld, taper, step, k, rows, n, set int, t *float64, ldt int) {
	panic("kernel: no assembly")
}

func update256(c *float64, ldc int, a, b *float64, ld, taper, step, k, rows, n, set int, t *float64, ldt int) {
	panic("kernel: no assembly")
}

func factor256(t *float64, ld, n int, diagonal *float64, least, most float64) (doubtful int, ok bool) {
	panic("kernel: no assembly")
}

func addColumns512(dst *float64, ldd, leftd int, src *float64, lds, lefts int, runs *Run, n, skip, shift, columns int) {
	panic("kernel: no assembly")
}

func addColumns256(dst *float64, ldd, leftd int, src *float64, lds, lefts int, runs *Run, n, skip, shift, columns int) {
	panic("kernel: no assembly")
}

func takeRows512(dst, src *float64, idx *int32, n, height int) (ok bool) {
	panic("kernel: no assembly")
}

func takeRows256(dst, src *float64, idx *int32, n, height int) (ok bool) {
	panic("kernel: no assembly")
}

func giveRows512(dst, src *float64, idx *int32, n, height int) (ok bool) {
	panic("kernel: no assembly")
}

func giveRows256(dst, src *float64, idx *int32, n, height int) (ok bool) {
	panic("kernel: no assembly")
}

func slabTimes512(x *float64, height int, idx *int32, rows int, l *float64, ld, n int, y *float64) (ok bool) {
	panic("kernel: no assembly")
}

func slabTimes256(x *float64, height int, idx *int32, rows int, l *float64, ld, n int, y *float64) (ok bool) {
	panic("kernel: no assembly")
}

func slabTransposed512(x *float64, height int, idx *int32, rows int, l *float64, ld, n int, y *float64) (ok bool) {
	panic("kernel: no assembly")
}

func slabTransposed256(x *float64, height int, idx *int32, rows int, l *float64, ld, n int, y *float64) (ok bool) {
	panic("kernel: no assembly")
}

func triangleForward512(y, t *float64, ld, n int) { panic("kernel: no assembly") }

func triangleForward256(y, t *float64, ld, n int) { panic("kernel: no assembly") }

func triangleBackward512(y, t *float64, ld, n int) { panic("kernel: no assembly") }

func triangleBackward256(y, t *float64, ld, n int) { panic("kernel: no assembly") }

func pack512(dst, a *float64, ld, taper, step, k, rows int) { panic("kernel: no assembly") }

func pack256(dst, a *float64, ld, taper, step, k, rows int) { panic("kernel: no assembly") }

func weigh256(to, e *float64, n, p, q int, w *float64, scale float64, room *float64) {
	panic("kernel: no assembly")
}

func addBars512(panel *float64, panelLen int, weights *float64, weightsLen int, values *float64, valuesLen int, bars *Bar, n int) (done, bad int) {
	panic("kernel: no assembly")
}

func addBars256(panel *float64, panelLen int, weights *float64, weightsLen int, values *float64, valuesLen int, bars *Bar, n int) (done, bad int) {
	panic("kernel: no assembly")
}
