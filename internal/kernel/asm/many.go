package main

// The loops of many.go. A row of eight numbers is one register of AVX-512. AVX2 takes half a row at a time: its functions are
// called twice, with pointers to either half, so that both sets have the same text. Products are rounded before they are added.

// laneBytes is the distance of rows, whatever part of them a function looks at.
const laneBytes = 64

func (p *program) many() {
	p.sumRows()
	p.factorRows()
	p.forwardRows()
	p.backwardRows()
	p.outputRows()
	p.weighRows()
	p.contractRows()
	p.oddsRows()
	p.scoreRows()
	p.adamMoments()
	p.adamMove()
	p.momentumMove()
	p.linearRows()
	p.sigmoidRows()
	p.chainRows()
	p.spanRows()
}

// load reads arguments into registers, in the order of their names.
func (p *program) load(arg func(string) string, pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		p.op("MOVQ %s, %s", arg(pairs[i]), pairs[i+1])
	}
}

// none clears a register.
func (p *program) none(i int) { p.op("VXORPD %s, %s, %s", p.v(i), p.v(i), p.v(i)) }

// keep sets register to to that of value where a compares to b as asked, and to zero elsewhere. It uses mask, a free register of AVX2.
func (p *program) keep(predicate, a, b, value, to, mask int) {
	if p.wide() {
		p.op("VCMPPD $%d, %s, %s, K1", predicate, p.v(b), p.v(a))
		p.op("VMOVAPD.Z %s, K1, %s", p.v(value), p.v(to))
		return
	}
	p.op("VCMPPD $%d, %s, %s, %s", predicate, p.v(b), p.v(a), p.v(mask))
	p.op("VANDPD %s, %s, %s", p.v(value), p.v(mask), p.v(to))
}

// Predicates of comparisons. NaN compares to nothing, so that it is neither less nor greater.
const (
	equal      = 0x00
	unordered  = 0x03
	notEqual   = 0x04
	notLess    = 0x15
	notGreater = 0x1a
	greater    = 0x1e
)

// all jumps to label unless a compares to b as asked in every lane. It uses AX.
func (p *program) all(predicate, a, b, mask int, label string) {
	if p.wide() {
		p.op("VCMPPD $%d, %s, %s, K1", predicate, p.v(b), p.v(a))
		p.op("KMOVB K1, AX")
		p.op("CMPL AX, $255")
	} else {
		p.op("VCMPPD $%d, %s, %s, %s", predicate, p.v(b), p.v(a), p.v(mask))
		p.op("VMOVMSKPD %s, AX", p.v(mask))
		p.op("CMPL AX, $15")
	}
	p.op("JNE %s", label)
}

// columns writes a loop out for each number of columns up to width.
func (p *program) columns(body func(n int, label func(string) string)) {
	for n := 1; n <= width; n++ {
		p.label("columns%d", n)
		body(n, func(name string) string { return name + string(rune('0'+n)) })
		p.leave()
	}
}

// sumRows is kernel.SumRows of up to eight columns.
//
//	DI to, R10 x, DX ptr, CX col, SI val, BX rows, R11 distance of blocks    14 product, 15 number
func (p *program) sumRows() {
	arg := p.text("sumRows", "SumRows", "to", "x", "ptr", "col", "val", "rows", "stride", "columns")
	p.load(arg, "to", "DI", "x", "R10", "ptr", "DX", "col", "CX", "val", "SI", "rows", "BX", "stride", "R11", "columns", "AX")
	p.byColumns("AX", "columns")
	p.columns(func(n int, label func(string) string) {
		p.label("%s", label("row"))
		for c := range n {
			p.none(c)
		}
		p.op("MOVL 4(DX), R8")
		p.op("SUBL (DX), R8")
		p.op("JLE %s", label("store"))
		p.label("%s", label("entry"))
		p.op("MOVLQSX (CX), R9")
		p.op("IMULQ R11, R9")
		p.op("VBROADCASTSD (SI), %s", p.v(15))
		for c := range n {
			p.op("VMULPD %d(R10)(R9*1), %s, %s", c*laneBytes, p.v(15), p.v(14))
			p.op("VADDPD %s, %s, %s", p.v(14), p.v(c), p.v(c))
		}
		p.op("ADDQ $4, CX")
		p.op("ADDQ $8, SI")
		p.op("DECL R8")
		p.op("JNZ %s", label("entry"))
		p.label("%s", label("store"))
		for c := range n {
			p.op("VMOVUPD %s, %d(DI)", p.v(c), c*laneBytes)
		}
		p.op("ADDQ R11, DI")
		p.op("ADDQ $4, DX")
		p.op("DECQ BX")
		p.op("JNZ %s", label("row"))
	})
}

// factorRows is kernel.FactorRows.
//
//	DI l, SI first, DX diag, CX inv, BX n, R8 i, R9 L[i][i], R12 L[i][first], R10 j, R11 distance of j from first, R13 of a term
//	0 what is left of an entry, 1 product, 2 share of the diagonal, 3 one, 4 mask
func (p *program) factorRows() {
	arg := p.text("factorRows", "FactorRows", "l", "first", "diag", "inv", "diagonal", "share", "from", "n", "row")
	p.load(arg, "l", "DI", "first", "SI", "diag", "DX", "inv", "CX", "from", "R8", "n", "BX")
	p.op("MOVQ $0x3ff0000000000000, AX")
	p.op("VMOVQ AX, X3")
	p.op("VBROADCASTSD X3, %s", p.v(3))
	p.label("row")
	p.op("CMPQ R8, BX")
	p.op("JGE done")
	p.op("MOVLQSX (DX)(R8*4), R9")
	p.op("SHLQ $6, R9")
	p.op("ADDQ DI, R9")
	p.op("MOVLQSX (SI)(R8*4), R10")
	p.op("MOVQ R8, R12")
	p.op("SUBQ R10, R12")
	p.op("SHLQ $6, R12")
	p.op("NEGQ R12")
	p.op("ADDQ R9, R12")
	p.op("XORQ R11, R11")
	p.op("JMP more")
	p.label("column")
	p.op("VMOVUPD (R12)(R11*1), %s", p.v(0))
	p.op("MOVLQSX (DX)(R10*4), AX")
	p.op("SHLQ $6, AX")
	p.op("ADDQ DI, AX")
	p.op("SUBQ R11, AX")
	p.op("XORQ R13, R13")
	p.op("CMPQ R13, R11")
	p.op("JGE scale")
	p.label("term")
	p.op("VMOVUPD (R12)(R13*1), %s", p.v(1))
	p.op("VMULPD (AX)(R13*1), %s, %s", p.v(1), p.v(1))
	p.op("VSUBPD %s, %s, %s", p.v(1), p.v(0), p.v(0))
	p.op("ADDQ $64, R13")
	p.op("CMPQ R13, R11")
	p.op("JLT term")
	p.label("scale")
	p.op("MOVQ R10, AX")
	p.op("SHLQ $6, AX")
	p.op("VMULPD (CX)(AX*1), %s, %s", p.v(0), p.v(0))
	p.op("VMOVUPD %s, (R12)(R11*1)", p.v(0))
	p.op("INCQ R10")
	p.op("ADDQ $64, R11")
	p.label("more")
	p.op("CMPQ R10, R8")
	p.op("JLT column")
	p.op("VMOVUPD (R9), %s", p.v(0))
	p.op("MOVQ %s, R10", arg("diagonal"))
	p.op("MOVQ R8, AX")
	p.op("SHLQ $6, AX")
	p.op("VMOVUPD %s, (R10)(AX*1)", p.v(0))
	p.op("VBROADCASTSD %s, %s", arg("share"), p.v(2))
	p.op("VMULPD %s, %s, %s", p.v(0), p.v(2), p.v(2))
	p.op("CMPQ R12, R9")
	p.op("JGE pivot")
	p.label("square")
	p.op("VMOVUPD (R12), %s", p.v(1))
	p.op("VMULPD %s, %s, %s", p.v(1), p.v(1), p.v(1))
	p.op("VSUBPD %s, %s, %s", p.v(1), p.v(0), p.v(0))
	p.op("ADDQ $64, R12")
	p.op("CMPQ R12, R9")
	p.op("JLT square")
	p.label("pivot")
	p.op("LEAQ (CX)(AX*1), R10")
	p.all(greater, 0, 2, 4, "doubtful")
	p.op("VSQRTPD %s, %s", p.v(0), p.v(0))
	p.op("VDIVPD %s, %s, %s", p.v(0), p.v(3), p.v(0))
	p.op("VMOVUPD %s, (R10)", p.v(0))
	p.op("INCQ R8")
	p.op("JMP row")
	p.label("doubtful")
	p.op("VMOVUPD %s, (R10)", p.v(0))
	p.label("done")
	p.op("MOVQ R8, %s", arg("row"))
	p.leave()
}

// forwardRows is kernel.ForwardRows of up to eight columns.
//
//	DI row i of b, SI entries of L, DX first, CX inv, BX n, R8 i, R11 distance of blocks, R12 row j of b, R10 entries left
func (p *program) forwardRows() {
	arg := p.text("forwardRows", "ForwardRows", "b", "l", "first", "inv", "n", "stride", "columns")
	p.load(arg, "b", "DI", "l", "SI", "first", "DX", "inv", "CX", "n", "BX", "stride", "R11", "columns", "AX")
	p.op("XORQ R8, R8")
	p.byColumns("AX", "columns")
	p.columns(func(n int, label func(string) string) {
		p.label("%s", label("row"))
		for c := range n {
			p.op("VMOVUPD %d(DI), %s", c*laneBytes, p.v(c))
		}
		p.op("MOVLQSX (DX)(R8*4), R9")
		p.op("MOVQ R8, R10")
		p.op("SUBQ R9, R10")
		p.op("JLE %s", label("scale"))
		p.op("MOVQ R10, R12")
		p.op("IMULQ R11, R12")
		p.op("NEGQ R12")
		p.op("ADDQ DI, R12")
		p.label("%s", label("entry"))
		p.op("VMOVUPD (SI), %s", p.v(15))
		for c := range n {
			p.op("VMULPD %d(R12), %s, %s", c*laneBytes, p.v(15), p.v(14))
			p.op("VSUBPD %s, %s, %s", p.v(14), p.v(c), p.v(c))
		}
		p.op("ADDQ $64, SI")
		p.op("ADDQ R11, R12")
		p.op("DECQ R10")
		p.op("JNZ %s", label("entry"))
		p.label("%s", label("scale"))
		p.op("VMOVUPD (CX), %s", p.v(15))
		for c := range n {
			p.op("VMULPD %s, %s, %s", p.v(15), p.v(c), p.v(c))
			p.op("VMOVUPD %s, %d(DI)", p.v(c), c*laneBytes)
		}
		p.op("ADDQ $64, SI")
		p.op("ADDQ $64, CX")
		p.op("ADDQ R11, DI")
		p.op("INCQ R8")
		p.op("CMPQ R8, BX")
		p.op("JLT %s", label("row"))
	})
}

// backwardRows is kernel.BackwardRows of up to eight columns.
//
//	DI row j of b, SI l, DX down, R9 tall, CX inv, BX columns of L left, R11 distance of blocks, R12 row i of b, R10 entries left
func (p *program) backwardRows() {
	arg := p.text("backwardRows", "BackwardRows", "b", "l", "down", "tall", "inv", "n", "stride", "columns")
	p.load(arg, "b", "DI", "l", "SI", "down", "DX", "tall", "R9", "inv", "CX", "n", "BX", "stride", "R11", "columns", "R8")
	p.op("LEAQ -1(BX), AX")
	p.op("MOVQ AX, R12")
	p.op("SHLQ $6, AX")
	p.op("ADDQ AX, CX")
	p.op("IMULQ R11, R12")
	p.op("ADDQ R12, DI")
	p.byColumns("R8", "columns")
	p.columns(func(n int, label func(string) string) {
		p.label("%s", label("column"))
		for c := range n {
			p.op("VMOVUPD %d(DI), %s", c*laneBytes, p.v(c))
		}
		p.op("LEAQ (DI)(R11*1), R12")
		p.op("MOVL (R9), R10")
		p.op("TESTL R10, R10")
		p.op("JLE %s", label("scale"))
		p.label("%s", label("entry"))
		p.op("MOVLQSX (DX), AX")
		p.op("SHLQ $6, AX")
		p.op("VMOVUPD (SI)(AX*1), %s", p.v(15))
		for c := range n {
			p.op("VMULPD %d(R12), %s, %s", c*laneBytes, p.v(15), p.v(14))
			p.op("VSUBPD %s, %s, %s", p.v(14), p.v(c), p.v(c))
		}
		p.op("ADDQ $4, DX")
		p.op("ADDQ R11, R12")
		p.op("DECL R10")
		p.op("JNZ %s", label("entry"))
		p.label("%s", label("scale"))
		p.op("VMOVUPD (CX), %s", p.v(15))
		for c := range n {
			p.op("VMULPD %s, %s, %s", p.v(15), p.v(c), p.v(c))
			p.op("VMOVUPD %s, %d(DI)", p.v(c), c*laneBytes)
		}
		p.op("ADDQ $4, R9")
		p.op("SUBQ $64, CX")
		p.op("SUBQ R11, DI")
		p.op("DECQ BX")
		p.op("JNZ %s", label("column"))
	})
}
