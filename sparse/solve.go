package sparse

// panelWidth is how many right-hand sides go through L together. Each entry of L
// that is fetched serves all of them, and four fit the registers.
const panelWidth = 4

// panel is one row of a block of right-hand sides.
type panel [panelWidth]float64

// Solve overwrites b with the solution of A x = b for nrhs right-hand sides. b has
// len N*nrhs and holds component i of side r at b[i*nrhs+r]. It does not allocate.
// Unknowns held by RefactorSemidefinite come out as zero. It panics when there is
// no factor or b has the wrong length.
func (f *Factor) Solve(b []float64, nrhs int) {
	f.mustBeReady("Solve")
	f.symbolic.pattern.mustMatchBlock("Solve", nrhs, b)
	if nrhs == 1 {
		f.solveOne(b)
		return
	}
	for r := 0; r < nrhs; r += panelWidth {
		f.solvePanel(b, nrhs, r, min(panelWidth, nrhs-r))
	}
}

// solveOne solves L y = b, then L^T x = y.
func (f *Factor) solveOne(b []float64) {
	s, work := f.symbolic, f.work
	for k, i := range s.perm {
		work[k] = b[i]
	}
	for j := range work {
		if f.held[j] {
			work[j] = 0
			continue
		}
		y := work[j] / f.pivot[j]
		work[j] = y
		rows, column := f.column(j)
		for t, i := range rows {
			work[i] -= column[t] * y
		}
	}
	for j := len(work) - 1; j >= 0; j-- {
		if f.held[j] {
			continue
		}
		x := work[j]
		rows, column := f.column(j)
		for t, i := range rows {
			x -= column[t] * work[i]
		}
		work[j] = x / f.pivot[j]
	}
	for k, i := range s.perm {
		b[i] = work[k]
	}
}

// solvePanel does the same for width of the nrhs right-hand sides in b, starting
// with side first. Unused lanes of the panel carry zeros. Its operations on one
// side are those of solveOne in the same order, hence the same bits.
func (f *Factor) solvePanel(b []float64, nrhs, first, width int) {
	s, work := f.symbolic, f.panel
	for k, i := range s.perm {
		work[k] = panel{}
		copy(work[k][:width], b[int(i)*nrhs+first:])
	}
	for j := range work {
		if f.held[j] {
			work[j] = panel{}
			continue
		}
		y, pivot := work[j], f.pivot[j]
		for r := range y {
			y[r] /= pivot
		}
		work[j] = y
		rows, column := f.column(j)
		for t, i := range rows {
			l, x := column[t], &work[i]
			x[0] -= l * y[0]
			x[1] -= l * y[1]
			x[2] -= l * y[2]
			x[3] -= l * y[3]
		}
	}
	for j := len(work) - 1; j >= 0; j-- {
		if f.held[j] {
			continue
		}
		x0, x1, x2, x3 := work[j][0], work[j][1], work[j][2], work[j][3]
		rows, column := f.column(j)
		for t, i := range rows {
			l, x := column[t], &work[i]
			x0 -= l * x[0]
			x1 -= l * x[1]
			x2 -= l * x[2]
			x3 -= l * x[3]
		}
		pivot := f.pivot[j]
		work[j] = panel{x0 / pivot, x1 / pivot, x2 / pivot, x3 / pivot}
	}
	for k, i := range s.perm {
		copy(b[int(i)*nrhs+first:][:width], work[k][:])
	}
}

// column is column j of L below its diagonal, rows and values of equal length.
func (f *Factor) column(j int) (rows []int32, values []float64) {
	begin, end := f.symbolic.ptr[j], f.symbolic.ptr[j+1]
	rows = f.symbolic.row[begin:end]
	return rows, f.lower[begin:end][:len(rows)]
}
