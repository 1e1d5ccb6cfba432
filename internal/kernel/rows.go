package kernel

import "unsafe"

// Run is a stretch of consecutive rows of one matrix that are also consecutive
// in another.
type Run struct{ Src, Dst, Len int32 }

// Columns says where columns of a stack of slabs lie: row 0 of the first at the beginning, that of the next Ld numbers further,
// for the Left columns that its slab has from there on. In every slab after it, which has Width columns, Ld is Width less.
type Columns struct{ Ld, Left int }

// addColumns adds n columns of one stack of slabs to n of another: of each the rows that lie in runs, Src in the one and Dst-shift in the other. The
// first run is that of the columns themselves: column j has its rows from skip+j on, which are those below its diagonal; 0 < skip+n <= Len.
func addColumns(dst []float64, d Columns, src []float64, s Columns, runs []Run, skip, shift, n int) {
	switch level {
	case avx512:
		addColumns512(&dst[0], 8*d.Ld, d.Left, &src[0], 8*s.Ld, s.Left, &runs[0], len(runs), skip, 8*shift, n)
	case avx2:
		addColumns256(&dst[0], 8*d.Ld, d.Left, &src[0], 8*s.Ld, s.Left, &runs[0], len(runs), skip, 8*shift, n)
	default:
		addColumnsGo(dst, d, src, s, runs, skip, shift, n)
	}
}

// at is where row 0 of column j would be.
func (c Columns) at(j int) int {
	before := min(j, c.Left-1)
	at := before * c.Ld
	for j -= before; j > 0; j -= Width {
		c.Ld -= Width
		at += min(j, Width) * c.Ld
	}
	return at
}

func addColumnsGo(dst []float64, d Columns, src []float64, s Columns, runs []Run, skip, shift, n int) {
	first := runs[0]
	first.Src, first.Dst, first.Len = first.Src+int32(skip), first.Dst+int32(skip), first.Len-int32(skip)
	for j := range n {
		from, to := src[s.at(j):], dst[d.at(j):]
		addRun(to, from, first, shift)
		for _, r := range runs[1:] {
			addRun(to, from, r, shift)
		}
		first.Src, first.Dst, first.Len = first.Src+1, first.Dst+1, first.Len-1
	}
}

func addRun(dst, src []float64, r Run, shift int) {
	to := dst[int(r.Dst)-shift:][:r.Len]
	for i, v := range src[r.Src:][:r.Len] {
		to[i] += v
	}
}

// TakeRows copies rows of Width numbers: row i of dst is row idx[i] of src. It panics where an index is no row.
func TakeRows(dst, src []float64, idx []int32) {
	if len(dst) < Width*len(idx) {
		misuse()
	}
	if len(idx) == 0 {
		return
	}
	ok := true
	switch level {
	case avx512:
		ok = takeRows512(&dst[0], unsafe.SliceData(src), &idx[0], len(idx), height(src))
	case avx2:
		ok = takeRows256(&dst[0], unsafe.SliceData(src), &idx[0], len(idx), height(src))
	default:
		for i, row := range idx {
			copy(dst[i*Width:][:Width], src[int(row)*Width:][:Width])
		}
	}
	if !ok {
		misuse()
	}
}

// GiveRows is the way back: row idx[i] of dst is row i of src.
func GiveRows(dst, src []float64, idx []int32) {
	if len(src) < Width*len(idx) {
		misuse()
	}
	if len(idx) == 0 {
		return
	}
	ok := true
	switch level {
	case avx512:
		ok = giveRows512(unsafe.SliceData(dst), &src[0], &idx[0], len(idx), height(dst))
	case avx2:
		ok = giveRows256(unsafe.SliceData(dst), &src[0], &idx[0], len(idx), height(dst))
	default:
		for i, row := range idx {
			copy(dst[int(row)*Width:][:Width], src[i*Width:][:Width])
		}
	}
	if !ok {
		misuse()
	}
}
