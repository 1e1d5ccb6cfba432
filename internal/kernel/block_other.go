//go:build !amd64 || purego

package kernel

func blockRow512(shape int, y, x *float64, col, at *int32, n int, val *float64) {
	panic("kernel: no assembly")
}

func blockRow256(shape int, y, x *float64, col, at *int32, n int, val *float64) {
	panic("kernel: no assembly")
}

func pull512(dim int, y, own, x *float64, other *int32, n int, w *float64) {
	panic("kernel: no assembly")
}

func pull256(dim int, y, own, x *float64, other *int32, n int, w *float64) {
	panic("kernel: no assembly")
}
