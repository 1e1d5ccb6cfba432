//go:build amd64 && !purego

package kernel

// The functions of abreast_avx512_amd64.s and abreast_avx2_amd64.s, written by the program in asm. Limits and bases are numbers of rows.

//go:noescape
func eliminate512(l *Row, limit, base int, own *Row, rows int, target *int32, inv *Row) (ok bool)

//go:noescape
func eliminate256(l *Row, limit, base int, own *Row, rows int, target *int32, inv *Row) (ok bool)

//go:noescape
func scatter512(x *Row, limit, base int, w *Row, rows int, row *int32, v *Row) (ok bool)

//go:noescape
func scatter256(x *Row, limit, base int, w *Row, rows int, row *int32, v *Row) (ok bool)

//go:noescape
func gather512(x *Row, limit, base int, w *Row, rows int, row *int32, v *Row) (ok bool)

//go:noescape
func gather256(x *Row, limit, base int, w *Row, rows int, row *int32, v *Row) (ok bool)
