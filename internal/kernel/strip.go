package kernel

// Strip is the number of samples that go side by side through the loops of hub networks: rows of 32 numbers.
const Strip = 32

// StripRows is how many rows of a product are made at once.
const StripRows = 6

// Sums over the samples of a strip add every eighth of them, and then eight sums as ((0+4)+(1+5))+((2+6)+(3+7)).
// A product and the sum that it goes to are rounded once (fused), in Go as in assembly, so that both give the same bits.

// Branches writes the stiffness of a hub to ground, as every sample has it:
//
//	k0 = ground + sum of w a / (w + a), with a = s x[row]
//
// over its branches: ws holds w and s of each, rows the row of x. Branches come in fours, which share one division.
func Branches(k0 []float64, ground float64, x []float64, rows []int32, ws []float64) {
	checkBranches(x, rows, ws)
	if len(k0) < Strip {
		panic("kernel: slices do not fit together")
	}
	switch {
	case level == pureGo || len(rows) == 0:
		branchesGo(k0, ground, x, rows, ws)
	case level == avx512:
		branches512(&k0[0], ground, &x[0], &rows[0], &ws[0], len(rows))
	default:
		branches256(&k0[0], ground, &x[0], &rows[0], &ws[0], len(rows))
	}
}

func checkBranches(x []float64, rows []int32, ws []float64) {
	if len(rows)%4 != 0 || len(ws) < 2*len(rows) {
		panic("kernel: slices do not fit together")
	}
	most := uint32(0)
	for _, r := range rows {
		most = max(most, uint32(r))
	}
	if len(rows) > 0 && int(most) >= len(x)/Strip {
		panic("kernel: a branch follows a row that is not there")
	}
}

// Slopes adds to g, for each branch of a hub, two sums over the samples with P = u a of the hub:
//
//	P (a / (w + a))^2 and P a / (w + a)^2, with a = s x[row]
//
// and returns the sum of P.
func Slopes(g, u, a, x []float64, rows []int32, ws []float64) float64 {
	checkBranches(x, rows, ws)
	if len(g) < 2*len(rows) || len(u) < Strip || len(a) < Strip {
		panic("kernel: slices do not fit together")
	}
	if level == pureGo || len(rows) == 0 {
		return slopesGo(g, u, a, x, rows, ws)
	}
	var sum float64
	var room [64]float64
	one := 1.0
	if level == avx512 {
		slopes512(&g[0], &u[0], &a[0], &x[0], &rows[0], &ws[0], len(rows), &one, &sum, &room[0])
	} else {
		slopes256(&g[0], &u[0], &a[0], &x[0], &rows[0], &ws[0], len(rows), &one, &sum, &room[0])
	}
	return sum
}

// Product adds a product to rows of c: c[rows[r]] += sum over k of m[r down + k along] x[k].
func Product(c []float64, rows []int32, m []float64, down, along int, x []float64, k int) {
	if len(rows) == 0 || k == 0 {
		return
	}
	if k < 0 || down < 0 || along < 0 || len(x) < k*Strip || len(m) <= (len(rows)-1)*down+(k-1)*along {
		panic("kernel: slices do not fit together")
	}
	for _, r := range rows {
		if uint32(r) >= uint32(len(c)/Strip) {
			panic("kernel: a product for a row that is not there")
		}
	}
	if level == pureGo {
		productGo(c, rows, m, down, along, x, k)
		return
	}
	for r := 0; r < len(rows); r += StripRows {
		n := min(StripRows, len(rows)-r)
		if level == avx512 {
			product512(&c[0], &rows[r], n, &m[r*down], 8*down, 8*along, &x[0], k)
		} else {
			product256(&c[0], &rows[r], n, &m[r*down], 8*down, 8*along, &x[0], k)
		}
	}
}

// Lift sets rows of u: u[r] = (f[r] + sum over k of m[r down + k] x[k]) inv[r], for as many rows as f has. A nil f is zero.
func Lift(u, inv, f []float64, n int, m []float64, down int, x []float64, k int) {
	if n == 0 {
		return
	}
	if n < 0 || k < 0 || down < 0 || len(u) < n*Strip || len(inv) < n*Strip || f != nil && len(f) < n ||
		k > 0 && (len(x) < k*Strip || len(m) < (n-1)*down+k) {
		panic("kernel: slices do not fit together")
	}
	if level == pureGo || k == 0 {
		liftGo(u, inv, f, n, m, down, x, k)
		return
	}
	for r := 0; r < n; r += StripRows {
		rest := &noLoad[0]
		if f != nil {
			rest = &f[r]
		}
		rows := min(StripRows, n-r)
		if level == avx512 {
			lift512(&u[r*Strip], &inv[r*Strip], rest, rows, &m[r*down], 8*down, &x[0], k)
		} else {
			lift256(&u[r*Strip], &inv[r*Strip], rest, rows, &m[r*down], 8*down, &x[0], k)
		}
	}
}

var noLoad [StripRows]float64

// Stretch adds to g[o], for each row of y and b, the sum over the samples of (u - y[o]) (a - b[o]).
func Stretch(g, u, a, y, b []float64) {
	n := len(g)
	if len(u) < Strip || len(a) < Strip || len(y) < n*Strip || len(b) < n*Strip {
		panic("kernel: slices do not fit together")
	}
	switch {
	case level == pureGo || n == 0:
		stretchGo(g, u, a, y, b)
	case level == avx512:
		stretch512(&g[0], &u[0], &a[0], &y[0], &b[0], n)
	default:
		stretch256(&g[0], &u[0], &a[0], &y[0], &b[0], n)
	}
}

// Invert sets inv = 1 / (k0 + more) and makes k0 its share k0 inv.
func Invert(inv, k0 []float64, more float64) {
	if len(inv) < Strip || len(k0) < Strip {
		panic("kernel: slices do not fit together")
	}
	switch level {
	case pureGo:
		invertGo(inv, k0, more)
	case avx512:
		invert512(&inv[0], &k0[0], more, 1)
	default:
		invert256(&inv[0], &k0[0], more, 1)
	}
}

// SubtractDots takes products of n rows, one sample at a time, from a row: c -= sum over k of a[k] b[k].
func SubtractDots(c, a, b []float64, n int) {
	if n == 0 {
		return
	}
	if n < 0 || len(c) < Strip || len(a) < n*Strip || len(b) < n*Strip {
		panic("kernel: slices do not fit together")
	}
	switch level {
	case pureGo:
		subtractDotsGo(c, a, b, n)
	case avx512:
		subtractDots512(&c[0], &a[0], &b[0], n)
	default:
		subtractDots256(&c[0], &a[0], &b[0], n)
	}
}
