package main

import "math"

// factor is kernel.Factor where every pivot passes and lies between 2^-500 and 2^500;
// otherwise it returns false and writes nothing. Rows 0 to 3 of a column lie in one
// register and rows 4 to 7 in another. With the pivot p of column a, the columns after
// it lose (a a^T) / p, and a becomes a / sqrt(p).
//
// Only a quotient and one fused multiplication lie between one pivot and the next: the
// next pivot is made apart from its column, in all lanes of a register, from
// copies of two entries that were there before the quotient.
//
//	DI, R8  the column, from one to the next
//	SI      the diagonal
//	R14     whether a pivot is doubtful
//	R9, R10 the least pivot, and by how much others may exceed it, as integers
func (p *program) factor() {
	arg := p.text("factor", "Factor, if all pivots are of ordinary size", "t", "ld", "n", "diagonal", "least", "most", "doubtful", "ok")
	p.op("MOVQ %s, DI", arg("t"))
	p.op("MOVQ %s, R8", arg("ld"))
	p.op("MOVQ %s, SI", arg("diagonal"))
	p.op("XORL R14, R14")
	p.op("MOVQ $%#x, R9", math.Float64bits(math.Ldexp(1, -500)))
	p.op("MOVQ $%#x, R10", math.Float64bits(math.Ldexp(1, 500))-math.Float64bits(math.Ldexp(1, -500)))
	p.op("MOVQ $%#x, R11", math.Float64bits(1))
	p.op("MOVQ %s, AX", arg("n"))
	p.byColumns("AX", "order")
	for n := 1; n <= width; n++ {
		p.label("order%d", n)
		p.factorOf(arg, n)
		p.op("MOVQ R14, %s", arg("doubtful"))
		p.op("MOVB $1, %s", arg("ok"))
		p.leave()
	}
	p.label("refuse")
	p.op("MOVB $0, %s", arg("ok"))
	p.leave()
}

// factorOf factorises n columns.
func (p *program) factorOf(arg func(string) string, n int) {
	// Columns 0 to 3 have two halves where n > 4, the others have the second only.
	halves := func(j int) (list []int) {
		if j < 4 {
			list = append(list, 0)
		}
		if n > 4 {
			list = append(list, 1)
		}
		return list
	}
	register := map[[2]int]string{}
	for j := range n {
		for _, h := range halves(j) {
			register[[2]int{j, h}] = p.v(len(register))
		}
	}
	at := func(j, half int) string { return register[[2]int{j, half}] }
	free := func(i int) string { return p.v(len(register) + i) }
	pivot, quotient, entry, product := free(0), free(1), free(2), free(3)
	broadcast := func(row, column int, to string) {
		p.op("VPERMPD $%#x, %s, %s", row%4*0x55, at(column, row/4), to)
	}
	p.op("MOVQ DI, R13")
	for j := range n {
		for _, h := range halves(j) {
			p.op("VMOVUPD %d(R13), %s", 32*h, at(j, h))
		}
		p.op("ADDQ R8, R13")
	}
	p.op("VBROADCASTSD (DI), %s", pivot)
	for j := range n {
		p.op("VMOVQ X%s, AX", pivot[1:])
		p.op("VMOVSD %d(SI), X%s", 8*j, product[1:])
		p.op("VMULSD %s, X%s, X%s", arg("least"), product[1:], product[1:])
		p.op("VUCOMISD X%s, X%s", product[1:], pivot[1:])
		p.op("JLS refuse")
		p.op("SUBQ R9, AX")
		p.op("CMPQ AX, R10")
		p.op("JHI refuse")
		p.op("VMOVQ R11, X%s", quotient[1:])
		p.op("VPBROADCASTQ X%s, %s", quotient[1:], quotient)
		p.op("VDIVPD %s, %s, %s", pivot, quotient, quotient)
		for later := j + 1; later < n; later++ {
			broadcast(later, j, entry)
			if later == j+1 {
				broadcast(later, later, pivot)
				p.op("VMULPD %s, %s, %s", entry, entry, product)
				p.op("VFNMADD231PD %s, %s, %s", product, quotient, pivot)
			}
			for _, h := range halves(later) {
				p.op("VMULPD %s, %s, %s", entry, at(j, h), product)
				p.op("VFNMADD231PD %s, %s, %s", product, quotient, at(later, h))
			}
		}
		p.op("VSQRTPD %s, %s", quotient, quotient)
		for _, h := range halves(j) {
			p.op("VMULPD %s, %s, %s", quotient, at(j, h), at(j, h))
		}
		p.op("VMULSD X%s, X%s, X%s", quotient[1:], quotient[1:], product[1:])
		p.op("VMULSD %d(SI), X%s, X%s", 8*j, product[1:], product[1:])
		p.op("VUCOMISD %s, X%s", arg("most"), product[1:])
		p.op("JLS sound%d_%d", n, j)
		p.op("MOVL $1, R14")
		p.label("sound%d_%d", n, j)
		p.op("VBLENDPD $%d, %s, %s, %s", 1<<(j%4), quotient, at(j, j/4), at(j, j/4))
	}
	for j := range n {
		for _, h := range halves(j) {
			if h == j/4 && j%4 > 0 { // what is above the diagonal stays
				p.op("VBLENDPD $%d, %d(DI), %s, %s", 1<<(j%4)-1, 32*h, at(j, h), at(j, h))
			}
			p.op("VMOVUPD %s, %d(DI)", at(j, h), 32*h)
		}
		p.op("ADDQ R8, DI")
	}
}
