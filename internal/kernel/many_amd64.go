//go:build amd64 && !purego

package kernel

// The functions of many_avx512_amd64.s and many_avx2_amd64.s, written by the program in asm. Pointers are to rows, or for AVX2 to either half of them;
// strides are in bytes.

//go:noescape
func sumRows512(to, x *float64, ptr, col *int32, val *float64, rows, stride, columns int)

//go:noescape
func sumRows256(to, x *float64, ptr, col *int32, val *float64, rows, stride, columns int)

//go:noescape
func factorRows512(l *float64, first, diag *int32, inv, diagonal *float64, share float64, from, n int) (row int)

//go:noescape
func factorRows256(l *float64, first, diag *int32, inv, diagonal *float64, share float64, from, n int) (row int)

//go:noescape
func forwardRows512(b, l *float64, first *int32, inv *float64, n, stride, columns int)

//go:noescape
func forwardRows256(b, l *float64, first *int32, inv *float64, n, stride, columns int)

//go:noescape
func backwardRows512(b, l *float64, down, tall *int32, inv *float64, n, stride, columns int)

//go:noescape
func backwardRows256(b, l *float64, down, tall *int32, inv *float64, n, stride, columns int)

//go:noescape
func outputRows512(u, s *float64, stride int, f *float64, samples, q, p int)

//go:noescape
func outputRows256(u, s *float64, stride int, f *float64, samples, q, p int)

//go:noescape
func weighRows512(w, grad, f *float64, samples, q, p int)

//go:noescape
func weighRows256(w, grad, f *float64, samples, q, p int)

//go:noescape
func contractRows512(grad, e *float64, stride int, w, mean *float64, modes, q, p int)

//go:noescape
func contractRows256(grad, e *float64, stride int, w, mean *float64, modes, q, p int)

//go:noescape
func oddsRows512(grad, u, class, product *float64, full float64, samples, q int) (done int)

//go:noescape
func oddsRows256(grad, u, class, product *float64, full float64, samples, q int) (done int)

//go:noescape
func scoreRows512(u, class, product *float64, full float64, right, size *float64, samples, q int) (done int)

//go:noescape
func scoreRows256(u, class, product *float64, full float64, right, size *float64, samples, q int) (done int)

//go:noescape
func adamMoments512(mean, square, grad *float64, n int, decay, sum *float64)

//go:noescape
func adamMoments256(mean, square, grad *float64, n int, decay, sum *float64)

//go:noescape
func adamMove512(x, mean, square *float64, n int, scale, lo, hi *float64)

//go:noescape
func adamMove256(x, mean, square *float64, n int, scale, lo, hi *float64)

//go:noescape
func momentumMove512(x, v, grad *float64, n int, scale, lo, hi *float64)

//go:noescape
func momentumMove256(x, v, grad *float64, n int, scale, lo, hi *float64)

//go:noescape
func linearRows512(k *float64, mode *int32, x, lo, hi, gain, speed *float64, n int)

//go:noescape
func linearRows256(k *float64, mode *int32, x, lo, hi, gain, speed *float64, n int)

//go:noescape
func sigmoidRows512(k, slope *float64, mode *int32, x, lo, width, gain, speed *float64, steep float64, from, n int) (done int)

//go:noescape
func sigmoidRows256(k, slope *float64, mode *int32, x, lo, width, gain, speed *float64, steep float64, from, n int) (done int)

//go:noescape
func chainRows512(grad, gk *float64, mode *int32, slope *float64, n int, finite *float64)

//go:noescape
func chainRows256(grad, gk *float64, mode *int32, slope *float64, n int, finite *float64)

//go:noescape
func spanRows512(span, k *float64, modes int)

//go:noescape
func spanRows256(span, k *float64, modes int)
