//go:build !amd64 || purego

package kernel

func sumRows512(to, x *float64, ptr, col *int32, val *float64, rows, stride, columns int) {
	panic("kernel: no assembly")
}

func sumRows256(to, x *float64, ptr, col *int32, val *float64, rows, stride, columns int) {
	panic("kernel: no assembly")
}

func factorRows512(l *float64, first, diag *int32, inv, diagonal *float64, share float64, from, n int) (row int) {
	panic("kernel: no assembly")
}

func factorRows256(l *float64, first, diag *int32, inv, diagonal *float64, share float64, from, n int) (row int) {
	panic("kernel: no assembly")
}

func forwardRows512(b, l *float64, first *int32, inv *float64, n, stride, columns int) {
	panic("kernel: no assembly")
}

func forwardRows256(b, l *float64, first *int32, inv *float64, n, stride, columns int) {
	panic("kernel: no assembly")
}

func backwardRows512(b, l *float64, down, tall *int32, inv *float64, n, stride, columns int) {
	panic("kernel: no assembly")
}

func backwardRows256(b, l *float64, down, tall *int32, inv *float64, n, stride, columns int) {
	panic("kernel: no assembly")
}

func outputRows512(u, s *float64, stride int, f *float64, samples, q, p int) {
	panic("kernel: no assembly")
}

func outputRows256(u, s *float64, stride int, f *float64, samples, q, p int) {
	panic("kernel: no assembly")
}

func weighRows512(w, grad, f *float64, samples, q, p int) {
	panic("kernel: no assembly")
}

func weighRows256(w, grad, f *float64, samples, q, p int) {
	panic("kernel: no assembly")
}

func contractRows512(grad, e *float64, stride int, w, mean *float64, modes, q, p int) {
	panic("kernel: no assembly")
}

func contractRows256(grad, e *float64, stride int, w, mean *float64, modes, q, p int) {
	panic("kernel: no assembly")
}

func oddsRows512(grad, u, class, product *float64, full float64, samples, q int) (done int) {
	panic("kernel: no assembly")
}

func oddsRows256(grad, u, class, product *float64, full float64, samples, q int) (done int) {
	panic("kernel: no assembly")
}

func scoreRows512(u, class, product *float64, full float64, right, size *float64, samples, q int) (done int) {
	panic("kernel: no assembly")
}

func scoreRows256(u, class, product *float64, full float64, right, size *float64, samples, q int) (done int) {
	panic("kernel: no assembly")
}

func adamMoments512(mean, square, grad *float64, n int, decay, sum *float64) {
	panic("kernel: no assembly")
}

func adamMoments256(mean, square, grad *float64, n int, decay, sum *float64) {
	panic("kernel: no assembly")
}

func adamMove512(x, mean, square *float64, n int, scale, lo, hi *float64) {
	panic("kernel: no assembly")
}

func adamMove256(x, mean, square *float64, n int, scale, lo, hi *float64) {
	panic("kernel: no assembly")
}

func momentumMove512(x, v, grad *float64, n int, scale, lo, hi *float64) {
	panic("kernel: no assembly")
}

func momentumMove256(x, v, grad *float64, n int, scale, lo, hi *float64) {
	panic("kernel: no assembly")
}

func linearRows512(k *float64, mode *int32, x, lo, hi, gain, speed *float64, n int) {
	panic("kernel: no assembly")
}

func linearRows256(k *float64, mode *int32, x, lo, hi, gain, speed *float64, n int) {
	panic("kernel: no assembly")
}

func sigmoidRows512(k, slope *float64, mode *int32, x, lo, width, gain, speed *float64, steep float64, from, n int) (done int) {
	panic("kernel: no assembly")
}

func sigmoidRows256(k, slope *float64, mode *int32, x, lo, width, gain, speed *float64, steep float64, from, n int) (done int) {
	panic("kernel: no assembly")
}

func chainRows512(grad, gk *float64, mode *int32, slope *float64, n int, finite *float64) {
	panic("kernel: no assembly")
}

func chainRows256(grad, gk *float64, mode *int32, slope *float64, n int, finite *float64) {
	panic("kernel: no assembly")
}

func spanRows512(span, k *float64, modes int) {
	panic("kernel: no assembly")
}

func spanRows256(span, k *float64, modes int) {
	panic("kernel: no assembly")
}
