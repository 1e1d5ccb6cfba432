//go:build amd64 && !purego

package kernel

// The functions of strip_avx512_amd64.s and strip_avx2_amd64.s, written by the program in asm. Distances are in bytes.

//go:noescape
func branches512(k0 *float64, ground float64, x *float64, rows *int32, ws *float64, n int)

//go:noescape
func branches256(k0 *float64, ground float64, x *float64, rows *int32, ws *float64, n int)

//go:noescape
func slopes512(to, u, a, x *float64, rows *int32, ws *float64, n int, one, sum, room *float64)

//go:noescape
func slopes256(to, u, a, x *float64, rows *int32, ws *float64, n int, one, sum, room *float64)

//go:noescape
func product512(c *float64, rows *int32, n int, m *float64, down, along int, x *float64, k int)

//go:noescape
func product256(c *float64, rows *int32, n int, m *float64, down, along int, x *float64, k int)

//go:noescape
func lift512(u, inv, f *float64, n int, m *float64, down int, x *float64, k int)

//go:noescape
func lift256(u, inv, f *float64, n int, m *float64, down int, x *float64, k int)

//go:noescape
func stretch512(to, u, a, y, b *float64, n int)

//go:noescape
func stretch256(to, u, a, y, b *float64, n int)

//go:noescape
func invert512(inv, k0 *float64, more, one float64)

//go:noescape
func invert256(inv, k0 *float64, more, one float64)

//go:noescape
func subtractDots512(c, a, b *float64, n int)

//go:noescape
func subtractDots256(c, a, b *float64, n int)
