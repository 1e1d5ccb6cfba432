package kernel

import "unsafe"

//go:generate go run -C asm . -o ..

// Fronts are the small dense matrices of a multifrontal factorisation. A front
// keeps its columns in slabs of Width columns. Within a slab a column is
// contiguous and ld numbers after the one before; the next slab starts Width rows
// further down and is that much shorter, so that nothing is kept above the
// diagonal:
//
//	slab 0     slab 1           column j of the front is column j % 8 of slab j / 8,
//	| x         .                stored from row 8 (j / 8) downwards
//	| x         .
//	| x         | x
//	| x         | x
//
// Heights are multiples of Width, so that every column starts on a cache line
// and no loop has a remainder in the direction of the rows.

// Operand says how the columns of a factor are stored, beginning at a row of its
// first column: a stack of slabs as above, or tiles packed one after another.
type Operand struct {
	Ld    int // from one column to the next; Width multiples
	Taper int // Width in a stack of slabs: after every Width columns, ld and the position shrink by this. 0 where packed
	Step  int // from one tile of TileRows rows to the next: TileRows in a stack of slabs
}

// TileRows is the number of rows that are computed together.
const TileRows = 24

// Update subtracts a product from n columns, 1 <= n <= Width, of a front:
//
//	C[i][j] -= sum over kk < k of A[i][kk] B[j][kk]     for i < rows, j < n
//
// or, with set, stores minus the product without reading C. Column j of C begins at c[j*ldc];
// rows is a multiple of Width. The rows of B are n consecutive rows of a matrix stored
// as A is (o without Step). The products are summed from kk = 0 upwards with one
// rounding each (fused), beginning at zero, and the sum is subtracted at the end.
func Update(c []float64, ldc int, a, b []float64, o Operand, k, rows, n int, set bool) {
	checkColumns(c, ldc, k, rows, n)
	if rows == 0 || k == 0 && !set {
		return
	}
	if k > 0 {
		checkProduct(a, b, o.reach(k-1), o.Step, rows, n)
	}
	update(c, ldc, a, b, o, k, rows, n, set, nil, 0)
}

// update is Update without checks, or UpdateSolve where there is a t; rows > 0.
func update(c []float64, ldc int, a, b []float64, o Operand, k, rows, n int, set bool, t []float64, ldt int) {
	keep := 0
	if set {
		keep = 1
	}
	switch level {
	case avx512:
		update512(&c[0], 8*ldc, unsafe.SliceData(a), unsafe.SliceData(b), 8*o.Ld, 8*o.Taper, 8*o.Step, k, rows, n, keep, unsafe.SliceData(t), 8*ldt)
	case avx2:
		update256(&c[0], 8*ldc, unsafe.SliceData(a), unsafe.SliceData(b), 8*o.Ld, 8*o.Taper, 8*o.Step, k, rows, n, keep, unsafe.SliceData(t), 8*ldt)
	default:
		updateGo(c, ldc, a, b, o, k, rows, n, set)
		if t != nil {
			solveRightGo(c, ldc, rows, n, t, ldt)
		}
	}
}

// UpdateSolve does the same as Update without set and then divides by a triangle from the right,
// C := C T^-T: for j from 0, column j is multiplied by t[j*ldt+j], the inverse of the diagonal
// entry, and t[j*ldt+i] times column j is subtracted (fused) from every column i, j < i < n.
func UpdateSolve(c []float64, ldc int, a, b []float64, o Operand, k, rows, n int, t []float64, ldt int) {
	checkColumns(c, ldc, k, rows, n)
	checkTriangle(t, ldt, n)
	if rows == 0 {
		return
	}
	if k > 0 {
		checkProduct(a, b, o.reach(k-1), o.Step, rows, n)
	}
	update(c, ldc, a, b, o, k, rows, n, false, t, ldt)
}

// Factor overwrites the lower triangle of an n x n matrix, 1 <= n <= Width, column j
// beginning at t[j*ld], with its Cholesky factor, whose diagonal is replaced by
// its inverse. It stops at the first pivot j that does not exceed least*diagonal[j] (or is not a number, or infinite) and
// returns j: columns before j are done and subtracted from those from j on, which are otherwise untouched.
// It returns n when all went well, and whether any inverse is so large that inverse*inverse*diagonal[j] exceeds most.
//
// Every column of t has Width rows; those from n on hold zeros, which they keep, and what
// is above the diagonal is neither read nor changed. Neither least nor any diagonal is negative.
func Factor(t []float64, ld, n int, diagonal []float64, least, most float64) (done int, doubtful bool) {
	checkFactor(t, ld, n, diagonal)
	return factor(t, ld, n, diagonal, least, most)
}

func factor(t []float64, ld, n int, diagonal []float64, least, most float64) (done int, doubtful bool) {
	// The assembly does ordinary pivots only, or nothing at all.
	if level != pureGo {
		if doubt, ok := factor256(&t[0], 8*ld, n, &diagonal[0], least, most); ok {
			return n, doubt != 0
		}
	}
	return factorGo(t, ld, n, diagonal, least, most)
}

// SlabTimes subtracts L y: x[idx[i]] -= sum over j < n of l[j*ld+i] y[j] for all i < len(idx), where
// x and y are matrices of rows of Width numbers, j ascending, fused. len(idx) is a multiple of Width. Rows may repeat
// in idx only where their l is zero. It panics where an index is no row of x.
func SlabTimes(x []float64, idx []int32, l []float64, ld, n int, y []float64) {
	checkSlab(idx, l, ld, n, y)
	if len(idx) == 0 {
		return
	}
	ok := true
	switch level {
	case avx512:
		ok = slabTimes512(unsafe.SliceData(x), height(x), &idx[0], len(idx), &l[0], 8*ld, n, &y[0])
	case avx2:
		ok = slabTimes256(unsafe.SliceData(x), height(x), &idx[0], len(idx), &l[0], 8*ld, n, &y[0])
	default:
		slabTimesGo(x, idx, l, ld, n, y)
	}
	if !ok {
		misuse()
	}
}

// SlabTransposed subtracts L^T x: y[j] -= sum over i < len(idx) of l[j*ld+i] x[idx[i]] for j < n, i ascending, fused onto y[j].
// It panics where an index is no row of x.
func SlabTransposed(y, l []float64, ld, n int, x []float64, idx []int32) {
	checkSlab(idx, l, ld, n, y)
	if len(idx) == 0 {
		return
	}
	ok := true
	switch level {
	case avx512:
		ok = slabTransposed512(unsafe.SliceData(x), height(x), &idx[0], len(idx), &l[0], 8*ld, n, &y[0])
	case avx2:
		ok = slabTransposed256(unsafe.SliceData(x), height(x), &idx[0], len(idx), &l[0], 8*ld, n, &y[0])
	default:
		slabTransposedGo(y, l, ld, n, x, idx)
	}
	if !ok {
		misuse()
	}
}

// TriangleForward solves T y = b in place for n rows of Width numbers; T as Factor leaves it.
func TriangleForward(y, t []float64, ld, n int) {
	checkTriangle(t, ld, n)
	if len(y) < Width*n {
		misuse()
	}
	switch level {
	case avx512:
		triangleForward512(&y[0], &t[0], 8*ld, n)
	case avx2:
		triangleForward256(&y[0], &t[0], 8*ld, n)
	default:
		triangleForwardGo(y, t, ld, n)
	}
}

// TriangleBackward solves T^T y = b in place.
func TriangleBackward(y, t []float64, ld, n int) {
	checkTriangle(t, ld, n)
	if len(y) < Width*n {
		misuse()
	}
	switch level {
	case avx512:
		triangleBackward512(&y[0], &t[0], 8*ld, n)
	case avx2:
		triangleBackward256(&y[0], &t[0], 8*ld, n)
	default:
		triangleBackwardGo(y, t, ld, n)
	}
}

// Pack copies k columns of rows rows (a multiple of Width) into tiles of TileRows rows, one after
// another, each with its columns TileRows apart: the Operand {TileRows, 0, TileRows*k}. A
// last tile that is shorter leaves the rest of its columns as it was.
func Pack(dst, a []float64, o Operand, k, rows int) {
	checkPack(dst, a, o, k, rows)
	if rows == 0 || k == 0 {
		return
	}
	switch level {
	case avx512:
		pack512(&dst[0], &a[0], 8*o.Ld, 8*o.Taper, 8*o.Step, k, rows)
	case avx2:
		pack256(&dst[0], &a[0], 8*o.Ld, 8*o.Taper, 8*o.Step, k, rows)
	default:
		packGo(dst, a, o, k, rows)
	}
}
