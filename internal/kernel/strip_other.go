//go:build !amd64 || purego

package kernel

func branches512(k0 *float64, ground float64, x *float64, rows *int32, ws *float64, n int) {
	panic("kernel: no assembly")
}

func branches256(k0 *float64, ground float64, x *float64, rows *int32, ws *float64, n int) {
	panic("kernel: no assembly")
}

func slopes512(to, u, a, x *float64, rows *int32, ws *float64, n int, one, sum, room *float64) {
	panic("kernel: no assembly")
}

func slopes256(to, u, a, x *float64, rows *int32, ws *float64, n int, one, sum, room *float64) {
	panic("kernel: no assembly")
}

func product512(c *float64, rows *int32, n int, m *float64, down, along int, x *float64, k int) {
	panic("kernel: no assembly")
}

func product256(c *float64, rows *int32, n int, m *float64, down, along int, x *float64, k int) {
	panic("kernel: no assembly")
}

func lift512(u, inv, f *float64, n int, m *float64, down int, x *float64, k int) {
	panic("kernel: no assembly")
}

func lift256(u, inv, f *float64, n int, m *float64, down int, x *float64, k int) {
	panic("kernel: no assembly")
}

func stretch512(to, u, a, y, b *float64, n int) { panic("kernel: no assembly") }

func stretch256(to, u, a, y, b *float64, n int) { panic("kernel: no assembly") }

func invert512(inv, k0 *float64, more, one float64) { panic("kernel: no assembly") }

func invert256(inv, k0 *float64, more, one float64) { panic("kernel: no assembly") }

func subtractDots512(c, a, b *float64, n int) { panic("kernel: no assembly") }

func subtractDots256(c, a, b *float64, n int) { panic("kernel: no assembly") }
