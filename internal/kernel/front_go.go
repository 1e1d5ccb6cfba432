package kernel

import "math"

// The definitions of the loops in front.go, in plain Go. The assembly fuses each
// product with its sum, rounding once; here that is left to the compiler, so
// the last bits may differ from one kind of processor to another.

func updateGo(c []float64, ldc int, a, b []float64, o Operand, k, rows, n int, set bool) {
	for r := 0; r < rows; r += TileRows {
		tile := a[r/TileRows*o.Step:]
		height := min(TileRows, rows-r)
		var sum [Width][TileRows]float64
		at, ld := 0, o.Ld
		for kk := range k {
			column := tile[at:][:height]
			for j := range n {
				v, s := b[at+j], sum[j][:height]
				for i, x := range column {
					s[i] += x * v
				}
			}
			at += ld
			if kk%Width == Width-1 {
				at -= o.Taper
				ld -= o.Taper
			}
		}
		for j := range n {
			column := c[j*ldc+r:][:height]
			for i, s := range sum[j][:height] {
				if set {
					column[i] = -s
				} else {
					column[i] -= s
				}
			}
		}
	}
}

func solveRightGo(c []float64, ldc, rows, n int, t []float64, ldt int) {
	for j := range n {
		x := c[j*ldc:][:rows]
		inv := t[j*ldt+j]
		for i := range x {
			x[i] *= inv
		}
		for later := j + 1; later < n; later++ {
			v, y := t[j*ldt+later], c[later*ldc:][:rows]
			for i := range y {
				y[i] -= v * x[i]
			}
		}
	}
}

func factorGo(t []float64, ld, n int, diagonal []float64, least, most float64) (done int, doubtful bool) {
	for j := range n {
		column := t[j*ld:][:n]
		pivot := column[j]
		if !(pivot > least*diagonal[j]) || pivot > math.MaxFloat64 {
			return j, doubtful
		}
		inv := 1 / math.Sqrt(pivot)
		doubtful = doubtful || inv*inv*diagonal[j] > most
		column[j] = inv
		for i := j + 1; i < n; i++ {
			column[i] *= inv
		}
		for later := j + 1; later < n; later++ {
			v, target := column[later], t[later*ld:][:n]
			for i := later; i < n; i++ {
				target[i] -= v * column[i]
			}
		}
	}
	return n, doubtful
}

func slabTimesGo(x []float64, idx []int32, l []float64, ld, n int, y []float64) {
	for i, row := range idx {
		to := (*[Width]float64)(x[int(row)*Width:])
		for j := range n {
			v, from := l[j*ld+i], (*[Width]float64)(y[j*Width:])
			for r := range to {
				to[r] -= v * from[r]
			}
		}
	}
}

func slabTransposedGo(y, l []float64, ld, n int, x []float64, idx []int32) {
	for i, row := range idx {
		from := (*[Width]float64)(x[int(row)*Width:])
		for j := range n {
			v, to := l[j*ld+i], (*[Width]float64)(y[j*Width:])
			for r := range to {
				to[r] -= v * from[r]
			}
		}
	}
}

func triangleForwardGo(y, t []float64, ld, n int) {
	for j := range n {
		from := (*[Width]float64)(y[j*Width:])
		inv := t[j*ld+j]
		for r := range from {
			from[r] *= inv
		}
		for i := j + 1; i < n; i++ {
			v, to := t[j*ld+i], (*[Width]float64)(y[i*Width:])
			for r := range to {
				to[r] -= v * from[r]
			}
		}
	}
}

func triangleBackwardGo(y, t []float64, ld, n int) {
	for j := n - 1; j >= 0; j-- {
		to := (*[Width]float64)(y[j*Width:])
		for i := j + 1; i < n; i++ {
			v, from := t[j*ld+i], (*[Width]float64)(y[i*Width:])
			for r := range to {
				to[r] -= v * from[r]
			}
		}
		inv := t[j*ld+j]
		for r := range to {
			to[r] *= inv
		}
	}
}

func packGo(dst, a []float64, o Operand, k, rows int) {
	for r := 0; r < rows; r += TileRows {
		height := min(TileRows, rows-r)
		at, ld := r/TileRows*o.Step, o.Ld
		to := dst[r*k:]
		for kk := range k {
			copy(to[kk*TileRows:][:height], a[at:][:height])
			at += ld
			if kk%Width == Width-1 {
				at -= o.Taper
				ld -= o.Taper
			}
		}
	}
}
