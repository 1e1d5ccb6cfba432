package kernel

import "math"

// What the assembly relies on: it checks nothing but indices.

func misuse() { panic("kernel: slices do not fit together") }

// reach is where column k of a matrix begins. It panics where a column does not begin
// after those before it.
func (o Operand) reach(k int) int {
	slabs := int(uint(k) / Width)
	if o.Taper < 0 || o.Ld < o.Taper*slabs {
		misuse()
	}
	return k*o.Ld - o.Taper*slabs*(1+k-(slabs+1)*(Width/2))
}

func checkColumns(c []float64, ldc, k, rows, n int) {
	if uint(n-1) >= Width || rows < 0 || rows%Width != 0 || k < 0 || ldc < 0 || len(c) < (n-1)*ldc+rows {
		misuse()
	}
}

// checkProduct wants column at, the last one, of A and B, and the distance of tiles.
func checkProduct(a, b []float64, at, step, rows, n int) {
	tiles := uint(rows-1) / TileRows
	if len(b) < at+n || len(a) < at+int(tiles)*(step-TileRows)+rows || tiles > 0 && step < TileRows {
		misuse()
	}
}

func checkPack(dst, a []float64, o Operand, k, rows int) {
	if rows < 0 || rows%Width != 0 || k < 0 {
		misuse()
	}
	if rows == 0 || k == 0 {
		return
	}
	at := o.reach(k - 1)
	tiles := (rows - 1) / TileRows
	last := rows - tiles*TileRows
	if len(a) < at+tiles*o.Step+last || len(dst) < (tiles*k+k-1)*TileRows+last || tiles > 0 && o.Step < TileRows {
		misuse()
	}
}

func checkFactor(t []float64, ld, n int, diagonal []float64) {
	if uint(n-1) >= Width || ld < 0 || len(t) < (n-1)*ld+Width || len(diagonal) < n {
		misuse()
	}
}

func checkTriangle(t []float64, ld, n int) {
	if uint(n-1) >= Width || ld < 0 || len(t) < (n-1)*ld+n {
		misuse()
	}
}

func checkSlab(idx []int32, l []float64, ld, n int, y []float64) {
	if uint(n-1) >= Width || len(idx)%Width != 0 || ld < 0 || len(l) < (n-1)*ld+len(idx) || len(y) < Width*n {
		misuse()
	}
}

// height is the number of rows of x that an index can mean.
func height(x []float64) int { return min(len(x)/Width, math.MaxInt32) }
