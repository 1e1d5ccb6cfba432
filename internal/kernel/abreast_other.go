//go:build !amd64 || purego

package kernel

func eliminate512(l *Row, limit, base int, own *Row, rows int, target *int32, inv *Row) (ok bool) {
	panic("kernel: no assembly")
}

func eliminate256(l *Row, limit, base int, own *Row, rows int, target *int32, inv *Row) (ok bool) {
	panic("kernel: no assembly")
}

func scatter512(x *Row, limit, base int, w *Row, rows int, row *int32, v *Row) (ok bool) {
	panic("kernel: no assembly")
}

func scatter256(x *Row, limit, base int, w *Row, rows int, row *int32, v *Row) (ok bool) {
	panic("kernel: no assembly")
}

func gather512(x *Row, limit, base int, w *Row, rows int, row *int32, v *Row) (ok bool) {
	panic("kernel: no assembly")
}

func gather256(x *Row, limit, base int, w *Row, rows int, row *int32, v *Row) (ok bool) {
	panic("kernel: no assembly")
}
