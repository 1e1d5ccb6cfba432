package kernel

import "unsafe"

// Lanes is how many matrices go side by side through the loops of a factorisation abreast, and Row their numbers in one place.
const Lanes = 8

// Row is a number of each.
type Row = [Lanes]float64

// Eliminate takes a column out of matrices of which l has the entries from number base on: with v the rows of own and x = v inv,
//
//	l[target - base] -= v[i] x[b]
//
// for every row b and every row i from b on, in this order, and own becomes x. A product and what it is taken from are rounded once, in
// Go as in assembly.
func Eliminate(l []Row, base int, own []Row, target []int32, inv *Row) {
	rows := len(own)
	if len(target) != rows*(rows+1)/2 {
		misuse()
	}
	ok := true
	switch {
	case level == pureGo || rows == 0 || len(l) == 0:
		eliminateGo(l, base, own, target, inv)
	case level == avx512:
		ok = eliminate512(unsafe.SliceData(l), len(l), base, unsafe.SliceData(own), rows, unsafe.SliceData(target), inv)
	default:
		ok = eliminate256(unsafe.SliceData(l), len(l), base, unsafe.SliceData(own), rows, unsafe.SliceData(target), inv)
	}
	if !ok {
		misuse()
	}
}

// Scatter takes products from rows of x, of which the first has number base: x[row[i] - base] -= w[i] v.
func Scatter(x []Row, base int, w []Row, row []int32, v *Row) {
	if len(w) != len(row) {
		misuse()
	}
	ok := true
	switch {
	case level == pureGo || len(w) == 0 || len(x) == 0:
		scatterGo(x, base, w, row, v)
	case level == avx512:
		ok = scatter512(unsafe.SliceData(x), len(x), base, unsafe.SliceData(w), len(w), unsafe.SliceData(row), v)
	default:
		ok = scatter256(unsafe.SliceData(x), len(x), base, unsafe.SliceData(w), len(w), unsafe.SliceData(row), v)
	}
	if !ok {
		misuse()
	}
}

// Gather takes the products of rows of x, of which the first has number base, from v: v -= sum of w[i] x[row[i] - base].
func Gather(v *Row, w, x []Row, base int, row []int32) {
	if len(w) != len(row) {
		misuse()
	}
	ok := true
	switch {
	case level == pureGo || len(w) == 0 || len(x) == 0:
		gatherGo(v, w, x, base, row)
	case level == avx512:
		ok = gather512(unsafe.SliceData(x), len(x), base, unsafe.SliceData(w), len(w), unsafe.SliceData(row), v)
	default:
		ok = gather256(unsafe.SliceData(x), len(x), base, unsafe.SliceData(w), len(w), unsafe.SliceData(row), v)
	}
	if !ok {
		misuse()
	}
}

func eliminateGo(l []Row, base int, own []Row, target []int32, inv *Row) {
	for b := range own {
		var x Row
		for i, v := range own[b] {
			x[i] = v * inv[i]
		}
		for i := range own[b:] {
			t, v := &l[int(target[i])-base], &own[b+i]
			for lane := range t {
				t[lane] = fused(-v[lane], x[lane], t[lane])
			}
		}
		target = target[len(own)-b:]
		own[b] = x
	}
}

func scatterGo(x []Row, base int, w []Row, row []int32, v *Row) {
	for i, r := range row {
		to := &x[int(r)-base]
		for lane := range to {
			to[lane] = fused(-w[i][lane], v[lane], to[lane])
		}
	}
}

func gatherGo(v *Row, w, x []Row, base int, row []int32) {
	for i, r := range row {
		from := &x[int(r)-base]
		for lane := range v {
			v[lane] = fused(-w[i][lane], from[lane], v[lane])
		}
	}
}
