package sparse

import "github.com/elastrain/elastrain/internal/kernel"

const (
	tileRows = kernel.TileRows
	// sumBlock is how many columns of Z_uu are packed at a time: a tile of them stays in
	// the nearest cache.
	sumBlock = 256
	// partHand is how many columns of a child one thread copies at a time.
	partHand = 32
)

// inverseFront is the work on one front: from the entries Z_uu of the inverse among its update rows to
// those among all its positions. Each step below is cut into parts that write different numbers.
type inverseFront struct {
	number int
	front  *front
	lower  []float64 // panel of L
	panel  []float64 // Z_pp over Z_up, stored as the panel of L
	update []float64 // Z_uu, stored as the update matrix
	across []float64 // Y^T, a row for each pivot and a column for each update row, in tiles of TileRows rows
	above  []float64 // Z_up^T likewise
}

// allocate makes room for the largest of some fronts.
func (e *inverseFront) allocate(s *Symbolic, fronts []int32) {
	panel, across := 0, 0
	for _, i := range fronts {
		fr := &s.fronts[i]
		panel = max(panel, fr.panelShape().size())
		across = max(across, (int(fr.below)+tileRows-1)/tileRows*tileRows*int(fr.update))
	}
	e.panel, e.across, e.above = alignedFloats(panel), alignedFloats(across), alignedFloats(across)
}

// begin turns to front i, whose Z_uu lies in update.
func (e *inverseFront) begin(f *Factor, i int, update []float64) {
	e.number, e.front, e.update = i, &f.symbolic.fronts[i], update
	e.lower = f.panel(e.front)
}

// The numbers of parts that the steps have.
func (e *inverseFront) groups() int { return int(e.front.height-e.front.below) / slabWidth }
func (e *inverseFront) tiles() int {
	return (int(e.front.height-e.front.below) + tileRows - 1) / tileRows
}
func (e *inverseFront) slabs() int { return e.front.panelShape().slabs() }

// entry is Z at two positions, row >= col.
func (e *inverseFront) entry(row, col int32) float64 {
	fr := e.front
	if col < fr.width {
		return e.panel[fr.panelShape().column(int(col))+int(row)]
	}
	return e.update[fr.updateShape().column(int(col-fr.below))+int(row-fr.below)]
}

// packed is where a row of across and of above begins; its columns are TileRows apart.
func (e *inverseFront) packed(row int) int {
	return row/tileRows*tileRows*int(e.front.update) + row%tileRows
}

// solveRows computes the columns of Y^T = L11^-T L21^T that belong to one group of slabWidth update rows.
func (e *inverseFront) solveRows(w *inverseScratch, places []int32, group int) {
	fr, shape := e.front, e.front.panelShape()
	width, below := int(fr.width), int(fr.below)
	x := w.rows[:below*slabWidth]
	first := slabWidth * group
	for j := range width {
		copy(x[j*slabWidth:][:slabWidth], e.lower[shape.column(j)+below+first:])
	}
	clear(x[width*slabWidth:])
	e.backward(x, places, 0)
	for lane := range min(slabWidth, int(fr.update)-first) {
		for row := 0; row < below; row += tileRows {
			to := e.across[e.packed(row)+(first+lane)*tileRows:]
			for i := range min(tileRows, below-row) {
				to[i] = x[(row+i)*slabWidth+lane]
			}
		}
	}
}

// backward solves L11^T x = b in place, down to the given slab.
func (e *inverseFront) backward(x []float64, places []int32, slab int) {
	shape, below := e.front.panelShape(), int(e.front.below)
	for s := shape.slabs() - 1; s >= slab; s-- {
		c, n := s*slabWidth, shape.width(s)
		y, l, ld := x[c*slabWidth:][:n*slabWidth], e.lower[shape.slab(s):], shape.rows-c
		if rest := places[c+slabWidth : below]; len(rest) > 0 {
			kernel.SlabTransposed(y, l[slabWidth:], ld, n, x, rest)
		}
		kernel.TriangleBackward(y, l, ld, n)
	}
}

// multiplyTile computes TileRows rows of Z_up = -Z_uu Y.
func (e *inverseFront) multiplyTile(w *inverseScratch, tile int) {
	fr, shape := e.front, e.front.panelShape()
	below, update := int(fr.below), int(fr.update)
	first := tileRows * tile
	rows := min(tileRows, int(fr.height)-below-first)
	for c := 0; c < update; c += sumBlock {
		k := min(sumBlock, update-c)
		e.packTile(w.tile, first, c, k)
		o := kernel.Operand{Ld: tileRows, Step: tileRows * k}
		for s := range shape.slabs() {
			col := s * slabWidth
			z := e.panel[shape.column(col)+below+first:]
			kernel.Update(z, shape.rows-col, w.tile, e.across[e.packed(col)+c*tileRows:], o, k, rows, shape.width(s), c == 0)
		}
	}
	for j := range int(fr.width) {
		to := e.above[e.packed(j):]
		for i, v := range e.panel[shape.column(j)+below+first:][:min(rows, update-first)] {
			to[(first+i)*tileRows] = v
		}
	}
}

// packTile copies TileRows rows of Z_uu from first on, in k columns from c on, side by side. Only
// the lower triangle is stored: what lies above it is read from the rows.
func (e *inverseFront) packTile(tile []float64, first, c, k int) {
	shape, update := e.front.updateShape(), int(e.front.update)
	end := min(first+tileRows, update)
	for j := c; j < c+k; j++ {
		to := tile[(j-c)*tileRows:][:tileRows]
		from := max(j, first)
		if from < end {
			copy(to[from-first:], e.update[shape.column(j)+from:][:end-from])
		}
		if end < first+tileRows {
			clear(to[end-first:])
		}
	}
	for i := first; i < end; i++ {
		from := max(c, i+1)
		if from >= c+k {
			continue
		}
		at := shape.column(i)
		for j, v := range e.update[at+from : at+c+k] {
			tile[(from-c+j)*tileRows+i-first] = v
		}
	}
}

// multiplySlab computes one slab of Z_pp = L11^-T L11^-1 - Y^T Z_up.
func (e *inverseFront) multiplySlab(w *inverseScratch, places []int32, slab int) {
	fr, shape := e.front, e.front.panelShape()
	below, update := int(fr.below), int(fr.update)
	col, n := slab*slabWidth, shape.width(slab)
	x := w.rows[:below*slabWidth]
	clear(x[col*slabWidth:])
	for l := range n {
		x[(col+l)*slabWidth+l] = 1
	}
	for s := slab; s < shape.slabs(); s++ {
		c, n := s*slabWidth, shape.width(s)
		y, l, ld := x[c*slabWidth:][:n*slabWidth], e.lower[shape.slab(s):], shape.rows-c
		kernel.TriangleForward(y, l, ld, n)
		if rest := places[c+slabWidth : below]; len(rest) > 0 {
			kernel.SlabTimes(x, rest, l[slabWidth:], ld, n, y)
		}
	}
	e.backward(x, places, slab)
	for l := range n {
		z := e.panel[shape.column(col+l):]
		for i := col; i < below; i++ {
			z[i] = x[i*slabWidth+l]
		}
	}
	z, ld := e.panel[shape.column(col):], shape.rows-col
	o := kernel.Operand{Ld: tileRows, Step: tileRows * update}
	for c := 0; c < update; c += sumBlock {
		k := min(sumBlock, update-c)
		b := e.above[e.packed(col)+c*tileRows:]
		for row := col; row < below; {
			rows := below - row
			if row%tileRows > 0 {
				rows = min(rows, tileRows-row%tileRows)
			}
			kernel.Update(z[row:], ld, e.across[e.packed(row)+c*tileRows:], b, o, k, rows, n, false)
			row += rows
		}
	}
}

// hand copies columns from to to of the Z_uu of a child out of the Z of this front. It is what addColumns
// does on the way up, with its face turned.
func (e *inverseFront) hand(s *Symbolic, child *front, update []float64, from, to int) {
	fr := e.front
	shape, panelShape, updateShape := child.updateShape(), fr.panelShape(), fr.updateShape()
	runs := s.runs[child.runs:child.runsEnd]
	for j := from; j < to; j++ {
		for int(runs[0].Src+runs[0].Len) <= j {
			runs = runs[1:]
		}
		skip := int32(j) - runs[0].Src // of the first run: the rows above the diagonal
		column := runs[0].Dst + skip
		source, at := e.panel, panelShape.column(int(column))
		if column >= fr.width {
			source, at = e.update, updateShape.column(int(column-fr.below))-int(fr.below)
		}
		target := update[shape.column(j):]
		for _, run := range runs {
			to := target[run.Src+skip : run.Src+run.Len]
			first := at + int(run.Dst+skip)
			for i, v := range source[first : first+len(to)] {
				to[i] = v
			}
			skip = 0
		}
	}
}
