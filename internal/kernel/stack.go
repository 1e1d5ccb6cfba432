package kernel

// A stack of slabs of some rows is how front.go keeps a lower trapezoid: slab s has the rows from Width s on. What is done to whole stacks
// is checked once and not for each slab.

// stackAt is where row 0 of column c of a stack of so many rows would be.
func stackAt(rows, c int) int {
	s := c / Width
	return Width*s*rows - Width*Width/2*s*(s-1) + (c-Width*s)*(rows-Width*s) - Width*s
}

// columnsAt says how the columns of a stack of so many rows follow one another from column c on.
func columnsAt(rows, c int) Columns {
	return Columns{Ld: rows - c&^(Width-1), Left: Width - c%Width}
}

// checkStack wants the columns before n of a stack of ld rows, down to row rows.
func checkStack(l []float64, ld, n, rows int) {
	if ld%Width != 0 || rows%Width != 0 || n < 0 || n > rows || rows > ld || n > 0 && len(l) < stackAt(ld, n-1)+rows {
		misuse()
	}
}

// FactorStack overwrites the first n columns of a stack of ld rows, down to row rows (a multiple of Width), with those of L, slab by slab: of each what
// the slabs before it leave, as Update; the diagonal block as Factor, and the rows below as UpdateSolve. It stops
// where Factor does and says how many pivots it did.
func FactorStack(l []float64, ld, n, rows int, diagonal []float64, least, most float64) (done int, doubtful bool) {
	checkStack(l, ld, n, rows)
	if len(diagonal) < n {
		misuse()
	}
	o := Operand{Ld: ld, Taper: Width, Step: TileRows}
	for c := 0; c < n; c += Width {
		w := min(Width, n-c)
		slab, ldc := l[stackAt(ld, c)+c:], ld-c
		if c > 0 {
			update(slab, ldc, l[c:], l[c:], o, c, Width, w, false, nil, 0)
		}
		pivots, doubt := factor(slab, ldc, w, diagonal[c:], least, most)
		if pivots < w {
			return c + pivots, doubtful
		}
		doubtful = doubtful || doubt
		if below := rows - c - Width; below > 0 {
			update(slab[Width:], ldc, l[c+Width:], l[c:], o, c, below, w, false, slab, ldc)
		}
	}
	return n, doubtful
}

// UpdateStack subtracts A A^T from the n columns of a stack of so many rows, or with set, stores minus the product; see Update. A is the first
// k columns of a stack of ld rows, of which a begins at the row that meets row 0.
func UpdateStack(c []float64, n, rows int, a []float64, ld, k int, set bool) {
	checkStack(c, rows, n, rows)
	if n == 0 || k == 0 && !set {
		return
	}
	o := Operand{Ld: ld, Taper: Width, Step: TileRows}
	if k < 0 || ld%Width != 0 || len(a) < rows || k > 0 && len(a) < o.reach(k-1)+rows {
		misuse()
	}
	for q := 0; q < n; q += Width {
		update(c[stackAt(rows, q)+q:], rows-q, a[q:], a[q:], o, k, rows-q, min(Width, n-q), set, nil, 0)
	}
}

// AddStack adds the columns from to to of a stack of srcRows rows to a stack of dstRows: row Src of a run to row Dst-shift, and so are the columns
// mapped. The runs ascend in both, and have all rows from the first of these columns on.
func AddStack(dst []float64, dstRows int, src []float64, srcRows int, runs []Run, from, to, shift int) {
	if from >= to {
		return
	}
	checkRuns(runs, srcRows, dstRows+shift)
	if from < 0 || shift < 0 || to > srcRows || srcRows%Width != 0 || dstRows%Width != 0 || len(src) < stackAt(srcRows, to-1)+srcRows {
		misuse()
	}
	for from < to {
		if len(runs) == 0 {
			misuse()
		}
		first := &runs[0]
		skip := from - int(first.Src)
		n := min(int(first.Len)-skip, to-from)
		if n > 0 {
			column := int(first.Dst) + skip - shift
			if skip < 0 || column < 0 || len(dst) < stackAt(dstRows, column+n-1)+dstRows {
				misuse()
			}
			addColumns(dst[stackAt(dstRows, column):], columnsAt(dstRows, column), src[stackAt(srcRows, from):], columnsAt(srcRows, from), runs, skip, shift, n)
			from += n
		}
		runs = runs[1:]
	}
}

// checkRuns wants runs that ascend from 0 to below the rows of both sides.
func checkRuns(runs []Run, srcRows, dstRows int) {
	src, dst := int32(0), int32(0)
	for i := range runs {
		r := &runs[i]
		if r.Src < src || r.Dst < dst || r.Len < 0 {
			misuse()
		}
		src, dst = r.Src+r.Len, r.Dst+r.Len
	}
	if int(src) > srcRows || int(dst) > dstRows {
		misuse()
	}
}
