package main

import "fmt"

// The loops of block.go: rows of eight numbers, which are one or two registers. A product and the sum that it goes to are rounded once.

// blockShapes are those of kernel.Blocks, in their order; distances are in bytes.
var blockShapes = []struct{ rows, cols, down, along, size int }{
	{1, 1, 8, 8, 8}, {2, 2, 16, 8, 32}, {3, 3, 24, 8, 72}, {6, 6, 48, 8, 288},
	{1, 1, 64, 8, 64}, {2, 3, 64, 8, 128}, {3, 3, 64, 8, 192}, {3, 6, 64, 8, 192}, {6, 6, 64, 8, 384},
	{1, 1, 8, 64, 64}, {3, 2, 8, 64, 128}, {3, 3, 8, 64, 192}, {6, 3, 8, 64, 192}, {6, 6, 8, 64, 384},
}

func (p *program) smallBlocks() {
	p.blockRow()
	p.pull()
}

// scaled adds a number in memory times a vector to a vector: registers of both, and one that may be spent.
func (p *program) scaled(at string, x, sum []int, spare int) {
	if p.wide() {
		p.op("VFMADD231PD.BCST %s, %s, %s", at, p.v(x[0]), p.v(sum[0]))
		return
	}
	p.op("VBROADCASTSD %s, %s", at, p.v(spare))
	for h := range sum {
		p.op("VFMADD231PD %s, %s, %s", p.v(x[h]), p.v(spare), p.v(sum[h]))
	}
}

// row is the registers of a row of eight numbers, counted from a first one.
func (p *program) row(first, i int) (r []int) {
	for h := range p.parts() {
		r = append(r, first+i*p.parts()+h)
	}
	return r
}

// blockRow is kernel.BlockRow for n > 0.
//
//	DI y, SI x, DX col, CX at, BX n, R8 val, AX block of x, R9 block of val
func (p *program) blockRow() {
	arg := p.text("blockRow", "BlockRow", "shape", "y", "x", "col", "at", "n", "val")
	p.op("MOVQ %s, AX", arg("shape"))
	p.op("MOVQ %s, DI", arg("y"))
	p.op("MOVQ %s, SI", arg("x"))
	p.op("MOVQ %s, DX", arg("col"))
	p.op("MOVQ %s, CX", arg("at"))
	p.op("MOVQ %s, BX", arg("n"))
	p.op("MOVQ %s, R8", arg("val"))
	for i := range blockShapes {
		p.op("CMPQ AX, $%d", i)
		p.op("JEQ shape%d", i)
	}
	for number, s := range blockShapes {
		p.label("shape%d", number)
		last := 14 / p.parts() * p.parts()
		x, spare := p.row(last-p.parts(), 0), 15
		for i := range s.rows {
			for _, r := range p.row(0, i) {
				p.op("VXORPD %s, %s, %s", y(r), y(r), y(r))
			}
		}
		p.label("block%d", number)
		p.op("MOVLQSX (DX), AX")
		p.op("IMULQ $%d, AX", 64*s.cols)
		p.op("ADDQ SI, AX")
		p.op("MOVLQSX (CX), R9")
		p.op("IMULQ $%d, R9", s.size)
		p.op("ADDQ R8, R9")
		for k := range s.cols {
			for h, r := range x {
				p.op("VMOVUPD %d(AX), %s", 64*k+h*p.bytes(), p.v(r))
			}
			for i := range s.rows {
				p.scaled(at("R9", i*s.down+k*s.along), x, p.row(0, i), spare)
			}
		}
		p.op("ADDQ $4, DX")
		p.op("ADDQ $4, CX")
		p.op("DECQ BX")
		p.op("JNZ block%d", number)
		for i := range s.rows {
			for h, r := range p.row(0, i) {
				p.op("VMOVUPD %s, %d(DI)", p.v(r), 64*i+h*p.bytes())
			}
		}
		p.leave()
	}
}

// pull is kernel.Pull for n > 0. Narrow registers hold no own displacements: those are subtracted from in memory.
//
//	DI y, SI own, CX x, DX other, BX n, R8 w, AX block of x
//	sums, own, differences, e, a number of w
func (p *program) pull() {
	arg := p.text("pull", "Pull", "dim", "y", "own", "x", "other", "n", "w")
	p.op("MOVQ %s, AX", arg("dim"))
	p.op("MOVQ %s, DI", arg("y"))
	p.op("MOVQ %s, SI", arg("own"))
	p.op("MOVQ %s, CX", arg("x"))
	p.op("MOVQ %s, DX", arg("other"))
	p.op("MOVQ %s, BX", arg("n"))
	p.op("MOVQ %s, R8", arg("w"))
	for dim := 1; dim <= 3; dim++ {
		p.op("CMPQ AX, $%d", dim)
		p.op("JEQ dim%d", dim)
	}
	for dim := 1; dim <= 3; dim++ {
		sum := func(k int) []int { return p.row(0, k) }
		own := func(k int) []int { return p.row(dim*p.parts(), k) } // only where registers are wide
		spare, e, difference := 15, p.row(12, 0), p.row(10, 0)
		p.label("dim%d", dim)
		for k := range dim {
			for h, r := range sum(k) {
				p.op("VXORPD %s, %s, %s", y(r), y(r), y(r))
				if p.wide() {
					p.op("VMOVUPD %d(SI), %s", 64*k+h*p.bytes(), p.v(own(k)[h]))
				}
			}
		}
		p.label("spring%d", dim)
		p.op("MOVLQSX (DX), AX")
		p.op("IMULQ $%d, AX", 64*dim)
		p.op("ADDQ CX, AX")
		for k := range dim {
			for h, r := range difference {
				from := 64*k + h*p.bytes()
				if p.wide() {
					p.op("VSUBPD %d(AX), %s, %s", from, p.v(own(k)[h]), p.v(r))
				} else {
					p.op("VMOVUPD %d(SI), %s", from, p.v(r))
					p.op("VSUBPD %d(AX), %s, %s", from, p.v(r), p.v(r))
				}
			}
			if k > 0 {
				p.scaled(at("R8", 8*k), difference, e, spare)
				continue
			}
			p.op("VBROADCASTSD (R8), %s", p.v(spare))
			for h, r := range e {
				p.op("VMULPD %s, %s, %s", p.v(difference[h]), p.v(spare), p.v(r))
			}
		}
		for k := range dim {
			p.scaled(at("R8", 8*k), e, sum(k), spare)
		}
		p.op("ADDQ $4, DX")
		p.op("ADDQ $%d, R8", 8*dim)
		p.op("DECQ BX")
		p.op("JNZ spring%d", dim)
		for k := range dim {
			for h, r := range sum(k) {
				p.op("VMOVUPD %s, %d(DI)", p.v(r), 64*k+h*p.bytes())
			}
		}
		p.leave()
	}
}

// at is a place in memory.
func at(register string, distance int) string { return fmt.Sprintf("%d(%s)", distance, register) }
