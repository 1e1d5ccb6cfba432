package main

// block is a part of a tile whose sums stay in registers: rows from the top of the tile
// and some of the columns.
type block struct {
	vectors int // registers to a column
	first   int // column
	columns int
}

// blocks splits n columns so that the sums of each part, one register of B and those of A
// fit into the registers.
func (p *program) blocks(vectors, n int) []block {
	if p.wide() || n*vectors+min(vectors, n)+1 <= 16 {
		return []block{{vectors, 0, n}}
	}
	half := (n + 1) / 2
	return []block{{vectors, 0, half}, {vectors, half, n - half}}
}

// update is kernel.Update, and kernel.UpdateSolve where t is not nil. Distances are
// in bytes. Registers that last:
//
//	SI, DI  the tile of A, the tile of C
//	R8      from one column of C to the next
//	R11     rows left
//	R12     taper
//
// and within a tile:
//
//	CX, BX  the columns of A and B
//	R9      from one column to the next
//	R10     columns left after this slab
//	AX      columns left in it
//	R13     a column of C
//	R14     a column of the triangle
//	DX      passes over a tile
func (p *program) update() {
	arg := p.text("update", "Update, and UpdateSolve where t is not nil; distances in bytes",
		"c", "ldc", "a", "b", "ld", "taper", "step", "k", "rows", "n", "set", "t", "ldt")
	p.op("MOVQ %s, DI", arg("c"))
	p.op("MOVQ %s, R8", arg("ldc"))
	p.op("MOVQ %s, SI", arg("a"))
	p.op("MOVQ %s, R12", arg("taper"))
	p.op("MOVQ %s, R11", arg("rows"))
	p.op("MOVQ %s, AX", arg("n"))
	p.byColumns("AX", "columns")
	for n := 1; n <= width; n++ {
		p.label("columns%d", n)
		if p.wide() {
			p.tiles(arg, n, 24, 1)
			p.rest(arg, n, 16)
			p.rest(arg, n, 8)
			p.leave()
			continue
		}
		// Half tiles of 12 rows, or whole ones where few columns leave the registers.
		if n <= 2 {
			p.tiles(arg, n, 24, 1)
		} else {
			p.tiles(arg, n, 24, 2)
		}
		p.label("rest%d", n)
		p.op("CMPQ R11, $8")
		p.op("JLT done%d", n)
		p.blocksOf(arg, n, 8, "rest")
		p.op("ADDQ $64, SI")
		p.op("ADDQ $64, DI")
		p.op("SUBQ $8, R11")
		p.op("JMP rest%d", n)
		p.label("done%d", n)
		p.leave()
	}
}

// tiles writes the loop over full tiles, each in so many passes.
func (p *program) tiles(arg func(string) string, n, rows, passes int) {
	p.op("SUBQ $%d, R11", rows)
	p.op("JLT few%d", n)
	p.label("tile%d", n)
	if passes > 1 {
		p.op("MOVQ $%d, DX", passes)
		p.label("pass%d", n)
	}
	p.prefetch(arg, n, rows/passes)
	p.blocksOf(arg, n, rows/passes, "tile")
	p.op("ADDQ $%d, DI", 8*rows/passes)
	if passes > 1 {
		p.op("ADDQ $%d, SI", 8*rows/passes)
		p.op("DECQ DX")
		p.op("JNZ pass%d", n)
		p.op("SUBQ $%d, SI", 8*rows)
	}
	p.op("ADDQ %s, SI", arg("step"))
	p.op("SUBQ $%d, R11", rows)
	p.op("JGE tile%d", n)
	p.label("few%d", n)
	p.op("ADDQ $%d, R11", rows)
}

// rest writes a last tile of just so many rows.
func (p *program) rest(arg func(string) string, n, rows int) {
	p.op("CMPQ R11, $%d", rows)
	p.op("JNE not%d_%d", n, rows)
	p.blocksOf(arg, n, rows, "rest")
	p.label("not%d_%d", n, rows)
}

// prefetch asks for C where the product takes long enough for it to arrive.
func (p *program) prefetch(arg func(string) string, n, rows int) {
	p.op("CMPQ %s, $16", arg("k"))
	p.op("JLT near%d", n)
	p.op("MOVQ DI, R13")
	for j := range n {
		for line := 0; line < 8*rows; line += 64 {
			p.op("PREFETCHT0 %d(R13)", line)
		}
		if j < n-1 {
			p.op("ADDQ R8, R13")
		}
	}
	p.label("near%d", n)
}

// blocksOf computes all columns of some rows.
func (p *program) blocksOf(arg func(string) string, n, rows int, name string) {
	for _, b := range p.blocks(rows/p.lanes, n) {
		p.product(arg, b, label{name, n, rows, b.first})
		p.finish(arg, b, label{name, n, rows, b.first})
	}
}

// label tells blocks apart.
type label struct {
	name           string
	n, rows, first int
}

// product sums -A B^T in the registers from 0, those of a column side by side.
func (p *program) product(arg func(string) string, b block, l label) {
	sums := b.vectors * b.columns
	for i := range sums {
		p.op("VXORPD %s, %s, %s", p.zero(i), p.zero(i), p.zero(i))
	}
	p.op("MOVQ %s, R10", arg("k"))
	p.op("MOVQ SI, CX")
	p.op("MOVQ %s, BX", arg("b"))
	p.op("MOVQ %s, R9", arg("ld"))
	p.op("TESTQ R10, R10")
	p.op("JZ summed_%s%d_%d_%d", l.name, l.n, l.rows, l.first)
	p.label("slab_%s%d_%d_%d", l.name, l.n, l.rows, l.first)
	p.op("MOVQ $8, AX")
	p.op("CMPQ R10, AX")
	p.op("CMOVQLT R10, AX")
	p.op("SUBQ AX, R10")
	p.label("column_%s%d_%d_%d", l.name, l.n, l.rows, l.first)
	// The smaller of A and B waits in registers.
	if b.vectors <= b.columns {
		for i := range b.vectors {
			p.op("VMOVUPD %d(CX), %s", i*p.bytes(), p.v(sums+i))
		}
		for j := range b.columns {
			f := p.v(sums + b.vectors + p.turn(j, b.vectors, sums))
			p.op("VBROADCASTSD %d(BX), %s", 8*(b.first+j), f)
			for i := range b.vectors {
				p.op("VFNMADD231PD %s, %s, %s", f, p.v(sums+i), p.v(j*b.vectors+i))
			}
		}
	} else {
		for j := range b.columns {
			p.op("VBROADCASTSD %d(BX), %s", 8*(b.first+j), p.v(sums+j))
		}
		for i := range b.vectors {
			f := p.v(sums + b.columns + p.turn(i, b.columns, sums))
			p.op("VMOVUPD %d(CX), %s", i*p.bytes(), f)
			for j := range b.columns {
				p.op("VFNMADD231PD %s, %s, %s", f, p.v(sums+j), p.v(j*b.vectors+i))
			}
		}
	}
	p.op("ADDQ R9, CX")
	p.op("ADDQ R9, BX")
	p.op("DECQ AX")
	p.op("JNZ column_%s%d_%d_%d", l.name, l.n, l.rows, l.first)
	p.op("SUBQ R12, R9")
	p.op("SUBQ R12, CX")
	p.op("SUBQ R12, BX")
	p.op("TESTQ R10, R10")
	p.op("JNZ slab_%s%d_%d_%d", l.name, l.n, l.rows, l.first)
	p.label("summed_%s%d_%d_%d", l.name, l.n, l.rows, l.first)
}

// zero is the register that clears register i when it is combined with itself.
func (p *program) zero(i int) string { return p.v(i) }

// turn spreads temporary values over the registers that are left.
func (p *program) turn(i, held, sums int) int {
	left := 16 - sums - held
	if p.wide() {
		left = 32 - sums - held
	}
	return i % min(left, 4)
}

// finish adds the sums to C, solves with the triangle, and stores.
func (p *program) finish(arg func(string) string, b block, l label) {
	sums := b.vectors * b.columns
	eachColumn := func(first, columns int, f func(j int)) {
		p.op("MOVQ DI, R13")
		for j := range first + columns {
			if j >= first {
				f(j - first)
			}
			if j < first+columns-1 {
				p.op("ADDQ R8, R13")
			}
		}
	}
	p.op("CMPQ %s, $0", arg("set"))
	p.op("JNE store_%s%d_%d_%d", l.name, l.n, l.rows, l.first)
	eachColumn(b.first, b.columns, func(j int) {
		for i := range b.vectors {
			r := p.v(j*b.vectors + i)
			p.op("VADDPD %d(R13), %s, %s", i*p.bytes(), r, r)
		}
	})
	p.op("MOVQ %s, R14", arg("t"))
	p.op("TESTQ R14, R14")
	p.op("JZ store_%s%d_%d_%d", l.name, l.n, l.rows, l.first)
	p.op("MOVQ %s, AX", arg("ldt"))
	// Columns of blocks before this one are read again.
	if b.first > 0 {
		eachColumn(0, b.first, func(j int) {
			for i := range b.vectors {
				p.op("VMOVUPD %d(R13), %s", i*p.bytes(), p.v(sums+i))
			}
			for later := range b.columns {
				p.subtract(b, b.first+later, later, sums, sums+b.vectors)
			}
			p.op("ADDQ AX, R14")
		})
	}
	for j := range b.columns {
		p.op("VBROADCASTSD %d(R14), %s", 8*(b.first+j), p.v(sums))
		for i := range b.vectors {
			p.op("VMULPD %s, %s, %s", p.v(sums), p.v(j*b.vectors+i), p.v(j*b.vectors+i))
		}
		for later := j + 1; later < b.columns; later++ {
			p.subtract(b, b.first+later, later, j*b.vectors, sums+p.turn(later, 0, sums))
		}
		if j < b.columns-1 {
			p.op("ADDQ AX, R14")
		}
	}
	p.label("store_%s%d_%d_%d", l.name, l.n, l.rows, l.first)
	eachColumn(b.first, b.columns, func(j int) {
		for i := range b.vectors {
			p.op("VMOVUPD %s, %d(R13)", p.v(j*b.vectors+i), i*p.bytes())
		}
	})
}

// subtract takes an entry of the triangle times the column in registers from on from a
// later column of the block.
func (p *program) subtract(b block, row, later, from, temporary int) {
	p.op("VBROADCASTSD %d(R14), %s", 8*row, p.v(temporary))
	for i := range b.vectors {
		p.op("VFNMADD231PD %s, %s, %s", p.v(temporary), p.v(from+i), p.v(later*b.vectors+i))
	}
}
