package kernel

// The loops of matrices that are made of small blocks, times rows of eight numbers. A product and the sum that it goes to are rounded
// once (fused), in Go as in assembly, so that both give the same bits. Whoever makes the indices answers for them: they are not looked
// at here, because a block takes a few nanoseconds.

// Blocks is a shape of blocks and how their entries stand: row after row (Plain), rows padded to eight (Wide), or blocks of Wide
// read the other way round (Turned).
type Blocks int32

const (
	Plain11 Blocks = iota
	Plain22
	Plain33
	Plain66
	Wide11
	Wide23
	Wide33
	Wide36
	Wide66
	Turned11
	Turned32
	Turned33
	Turned63
	Turned66
)

// blockShape is rows and columns of a shape, and how far apart the entries of a block are: down its rows, along its columns, in all.
type blockShape struct{ rows, cols, down, along, size int }

var blockShapes = [...]blockShape{
	Plain11: {1, 1, 1, 1, 1}, Plain22: {2, 2, 2, 1, 4}, Plain33: {3, 3, 3, 1, 9}, Plain66: {6, 6, 6, 1, 36},
	Wide11: {1, 1, 8, 1, 8}, Wide23: {2, 3, 8, 1, 16}, Wide33: {3, 3, 8, 1, 24}, Wide36: {3, 6, 8, 1, 24}, Wide66: {6, 6, 8, 1, 48},
	Turned11: {1, 1, 1, 8, 8}, Turned32: {3, 2, 1, 8, 16}, Turned33: {3, 3, 1, 8, 24}, Turned63: {6, 3, 1, 8, 24}, Turned66: {6, 6, 1, 8, 48},
}

// BlocksOf is the shape of rows by cols: 0 plain, 1 wide, 2 turned. It panics where there is none.
func BlocksOf(rows, cols, way int) Blocks {
	first, end := []Blocks{Plain11, Wide11, Turned11}[way], []Blocks{Wide11, Turned11, Turned66 + 1}[way]
	for b := first; b < end; b++ {
		if s := blockShapes[b]; s.rows == rows && s.cols == cols {
			return b
		}
	}
	panic("kernel: no blocks of that shape")
}

// BlockRow sets y to the sum over a of m_a x_a, as many rows of eight as a block has: m_a is block at[a] of val, and x_a block col[a] of
// x, as many rows of eight as a block has columns.
func BlockRow(shape Blocks, y, x []float64, col, at []int32, val []float64) {
	s := &blockShapes[shape]
	y = y[:8*s.rows]
	if len(col) == 0 {
		clear(y)
		return
	}
	at = at[:len(col)]
	switch level {
	case pureGo:
		blockRowGo(s, y, x, col, at, val)
	case avx512:
		blockRow512(int(shape), &y[0], &x[0], &col[0], &at[0], len(col), &val[0])
	default:
		blockRow256(int(shape), &y[0], &x[0], &col[0], &at[0], len(col), &val[0])
	}
}

func blockRowGo(s *blockShape, y, x []float64, col, at []int32, val []float64) {
	clear(y)
	for a, j := range col {
		m, rows := val[int(at[a])*s.size:], x[int(j)*8*s.cols:]
		for k := range s.cols {
			x := (*[8]float64)(rows[8*k:])
			for i := range s.rows {
				v, y := m[i*s.down+k*s.along], (*[8]float64)(y[8*i:])
				for lane := range y {
					y[lane] = fused(v, x[lane], y[lane])
				}
			}
		}
	}
}

// Pull sets y to what springs pull a node with: the sum over a of w_a (w_a . (own - x_a)), where w_a are dim numbers of w, and x_a is
// block other[a] of x; own, x_a and y are dim rows of eight.
func Pull(dim int, y, own, x []float64, other []int32, w []float64) {
	y, own = y[:8*dim], own[:8*dim]
	if len(other) == 0 {
		clear(y)
		return
	}
	w = w[:dim*len(other)]
	switch level {
	case pureGo:
		pullGo(dim, y, own, x, other, w)
	case avx512:
		pull512(dim, &y[0], &own[0], &x[0], &other[0], len(other), &w[0])
	default:
		pull256(dim, &y[0], &own[0], &x[0], &other[0], len(other), &w[0])
	}
}

func pullGo(dim int, y, own, x []float64, other []int32, w []float64) {
	clear(y)
	for a, j := range other {
		far, w := x[int(j)*8*dim:], w[a*dim:]
		for lane := range 8 {
			e := w[0] * (own[lane] - far[lane])
			for k := 1; k < dim; k++ {
				e = fused(w[k], own[8*k+lane]-far[8*k+lane], e)
			}
			for k := range dim {
				y[8*k+lane] = fused(w[k], e, y[8*k+lane])
			}
		}
	}
}
