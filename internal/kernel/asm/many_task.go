package main

// The loops of many_task.go: samples of a step, and what they ask of the elements.

// outputRows is kernel.OutputRows.
//
//	DI u, SI s, R11 distance of rows of s, DX f, BX samples left, R8 q, R9 p    R10 outputs left, R12 row of s, AX, CX entries
func (p *program) outputRows() {
	arg := p.text("outputRows", "OutputRows", "u", "s", "stride", "f", "samples", "q", "p")
	p.load(arg, "u", "DI", "s", "SI", "stride", "R11", "f", "DX", "samples", "BX", "q", "R8", "p", "R9")
	p.op("SHLQ $6, R9")
	p.label("sample")
	p.op("MOVQ R8, R10")
	p.op("MOVQ SI, R12")
	p.label("output")
	p.none(0)
	p.op("XORQ CX, CX")
	p.label("input")
	p.op("VMOVUPD (R12)(CX*1), %s", p.v(1))
	p.op("VMULPD (DX)(CX*1), %s, %s", p.v(1), p.v(1))
	p.op("VADDPD %s, %s, %s", p.v(1), p.v(0), p.v(0))
	p.op("ADDQ $64, CX")
	p.op("CMPQ CX, R9")
	p.op("JLT input")
	p.op("VMOVUPD %s, (DI)", p.v(0))
	p.op("ADDQ $64, DI")
	p.op("ADDQ R11, R12")
	p.op("DECQ R10")
	p.op("JNZ output")
	p.op("ADDQ R9, DX")
	p.op("DECQ BX")
	p.op("JNZ sample")
	p.leave()
}

// weighRows is kernel.WeighRows.
//
//	DI w, SI g of an output, DX f, BX samples, R8 outputs left, R9 p, R10 bytes of g in a sample, R11 bytes of f in one
func (p *program) weighRows() {
	arg := p.text("weighRows", "WeighRows", "w", "grad", "f", "samples", "q", "p")
	p.load(arg, "w", "DI", "grad", "SI", "f", "DX", "samples", "BX", "q", "R8", "p", "R9")
	p.op("MOVQ R8, R10")
	p.op("SHLQ $6, R10")
	p.op("MOVQ R9, R11")
	p.op("SHLQ $6, R11")
	p.label("output")
	p.op("XORQ R9, R9")
	p.label("input")
	p.none(0)
	p.op("MOVQ SI, AX")
	p.op("LEAQ (DX)(R9*1), CX")
	p.op("MOVQ BX, R12")
	p.label("sample")
	p.op("VMOVUPD (AX), %s", p.v(1))
	p.op("VMULPD (CX), %s, %s", p.v(1), p.v(1))
	p.op("VADDPD %s, %s, %s", p.v(1), p.v(0), p.v(0))
	p.op("ADDQ R10, AX")
	p.op("ADDQ R11, CX")
	p.op("DECQ R12")
	p.op("JNZ sample")
	p.op("VMOVUPD %s, (DI)", p.v(0))
	p.op("ADDQ $64, DI")
	p.op("ADDQ $64, R9")
	p.op("CMPQ R9, R11")
	p.op("JLT input")
	p.op("ADDQ $64, SI")
	p.op("DECQ R8")
	p.op("JNZ output")
	p.leave()
}

// contractRows is kernel.ContractRows.
//
//	DI g, SI e of a mode, R11 distance of its blocks, DX w, BX modes left, R8 q, R9 bytes of w in an output    R10 outputs left, R12 w, R13 e of an output
func (p *program) contractRows() {
	arg := p.text("contractRows", "ContractRows", "grad", "e", "stride", "w", "mean", "modes", "q", "p")
	p.load(arg, "grad", "DI", "e", "SI", "stride", "R11", "w", "DX", "mean", "AX", "modes", "BX", "q", "R8", "p", "R9")
	p.op("SHLQ $6, R9")
	p.op("VMOVUPD (AX), %s", p.v(3))
	p.label("mode")
	p.none(0)
	p.op("MOVQ R8, R10")
	p.op("MOVQ DX, R12")
	p.op("LEAQ (SI)(R9*1), R13")
	p.label("output")
	p.none(1)
	p.op("XORQ CX, CX")
	p.label("input")
	p.op("VMOVUPD (R12)(CX*1), %s", p.v(2))
	p.op("VMULPD (SI)(CX*1), %s, %s", p.v(2), p.v(2))
	p.op("VADDPD %s, %s, %s", p.v(2), p.v(1), p.v(1))
	p.op("ADDQ $64, CX")
	p.op("CMPQ CX, R9")
	p.op("JLT input")
	p.op("VMULPD (R13), %s, %s", p.v(1), p.v(1))
	p.op("VADDPD %s, %s, %s", p.v(1), p.v(0), p.v(0))
	p.op("ADDQ $64, R13")
	p.op("ADDQ R9, R12")
	p.op("DECQ R10")
	p.op("JNZ output")
	p.op("VMULPD %s, %s, %s", p.v(3), p.v(0), p.v(0))
	p.op("VMOVUPD %s, (DI)", p.v(0))
	p.op("ADDQ $64, DI")
	p.op("ADDQ R11, SI")
	p.op("DECQ BX")
	p.op("JNZ mode")
	p.leave()
}

// constant fills a register with a number, given by its bits. It uses AX.
func (p *program) constant(i int, bits string) {
	p.op("MOVQ $%s, AX", bits)
	p.op("VMOVQ AX, X%d", i)
	p.op("VBROADCASTSD X%d, %s", i, p.v(i))
}

// The numbers of a cross-entropy, by their bits.
const (
	one       = "0x3ff0000000000000"
	restShare = "0x3d719799812dea11" // 1e-12
	noSign    = "0x7fffffffffffffff"
	signOnly  = "0x8000000000000000"
)

// oddsOf reads the outputs of a sample at SI and leaves the sum of their sizes in 0, the size of the right one in 1 and the odds in 2; 3 is then
// the inverse of the right one. The class is in 4. R10 counts; 5 to 9 are free; 10 one, 11 without sign, 12 restShare.
func (p *program) oddsOf() {
	p.none(0)
	p.none(1)
	p.none(5)
	p.op("MOVQ R8, R10")
	p.op("MOVQ SI, R12")
	p.label("size")
	p.op("VANDPD (R12), %s, %s", p.v(11), p.v(6))
	p.op("VADDPD %s, %s, %s", p.v(6), p.v(0), p.v(0))
	p.keep(equal, 5, 4, 6, 7, 8)
	p.op("VORPD %s, %s, %s", p.v(7), p.v(1), p.v(1))
	p.op("VADDPD %s, %s, %s", p.v(10), p.v(5), p.v(5))
	p.op("ADDQ $64, R12")
	p.op("DECQ R10")
	p.op("JNZ size")
	p.op("VMULPD %s, %s, %s", p.v(0), p.v(12), p.v(3))
	p.op("VMAXPD %s, %s, %s", p.v(3), p.v(1), p.v(3))
	p.op("VDIVPD %s, %s, %s", p.v(3), p.v(10), p.v(3))
	p.op("VMULPD %s, %s, %s", p.v(3), p.v(0), p.v(2))
}

// oddsRows is kernel.OddsRows.
//
//	DI g, SI u, DX class, BX samples, R8 q, R9 samples done    13 product, 14 full, 15 sign
func (p *program) oddsRows() {
	arg := p.text("oddsRows", "OddsRows", "grad", "u", "class", "product", "full", "samples", "q", "done")
	p.load(arg, "grad", "DI", "u", "SI", "class", "DX", "samples", "BX", "q", "R8", "product", "CX")
	p.op("VMOVUPD (CX), %s", p.v(13))
	p.constant(10, one)
	p.constant(11, noSign)
	p.constant(12, restShare)
	p.constant(15, signOnly)
	p.op("VBROADCASTSD %s, %s", arg("full"), p.v(14))
	p.op("XORQ R9, R9")
	p.label("sample")
	p.op("VMOVUPD (DX), %s", p.v(4))
	p.oddsOf()
	p.op("VMULPD %s, %s, %s", p.v(2), p.v(13), p.v(13))
	p.op("VDIVPD %s, %s, %s", p.v(0), p.v(10), p.v(0)) // share
	p.none(5)
	p.none(9)
	p.op("MOVQ R8, R10")
	p.label("slope")
	p.op("VADDPD (SI), %s, %s", p.v(9), p.v(6)) // -0 becomes +0
	p.op("VANDPD %s, %s, %s", p.v(15), p.v(6), p.v(6))
	p.op("VORPD %s, %s, %s", p.v(6), p.v(0), p.v(7))
	p.op("VORPD %s, %s, %s", p.v(6), p.v(3), p.v(6))
	p.keep(equal, 5, 4, 6, 6, 8)
	p.op("VSUBPD %s, %s, %s", p.v(6), p.v(7), p.v(7))
	p.op("VMOVUPD %s, (DI)", p.v(7))
	p.op("VADDPD %s, %s, %s", p.v(10), p.v(5), p.v(5))
	p.op("ADDQ $64, SI")
	p.op("ADDQ $64, DI")
	p.op("DECQ R10")
	p.op("JNZ slope")
	p.op("ADDQ $64, DX")
	p.op("INCQ R9")
	p.all(notGreater, 13, 14, 8, "over")
	p.op("CMPQ R9, BX")
	p.op("JLT sample")
	p.label("over")
	p.op("VMOVUPD %s, (CX)", p.v(13))
	p.op("MOVQ R9, %s", arg("done"))
	p.leave()
}

// scoreRows is kernel.ScoreRows.
//
//	SI u, DX class, BX samples, R8 q, R9 samples done, CX product, R11 right, R13 size    13 product, 14 full, 15 the largest of the others
func (p *program) scoreRows() {
	arg := p.text("scoreRows", "ScoreRows", "u", "class", "product", "full", "right", "size", "samples", "q", "done")
	p.load(arg, "u", "SI", "class", "DX", "samples", "BX", "q", "R8", "product", "CX", "right", "R11", "size", "R13")
	p.op("VMOVUPD (CX), %s", p.v(13))
	p.constant(10, one)
	p.constant(11, noSign)
	p.constant(12, restShare)
	p.op("VBROADCASTSD %s, %s", arg("full"), p.v(14))
	p.op("XORQ R9, R9")
	p.label("sample")
	p.op("VMOVUPD (DX), %s", p.v(4))
	p.oddsOf()
	p.op("VMULPD %s, %s, %s", p.v(2), p.v(13), p.v(13))
	p.op("VADDPD (R13), %s, %s", p.v(0), p.v(0))
	p.op("VMOVUPD %s, (R13)", p.v(0))
	p.none(5)
	p.none(15)
	p.op("MOVQ R8, R10")
	p.label("rival")
	p.op("VANDPD (SI), %s, %s", p.v(11), p.v(6))
	p.keep(notEqual, 5, 4, 6, 7, 8)
	p.op("VMAXPD %s, %s, %s", p.v(7), p.v(15), p.v(15))
	p.op("VADDPD %s, %s, %s", p.v(10), p.v(5), p.v(5))
	p.op("ADDQ $64, SI")
	p.op("DECQ R10")
	p.op("JNZ rival")
	p.keep(greater, 1, 15, 10, 6, 8)
	p.op("VADDPD (R11), %s, %s", p.v(6), p.v(6))
	p.op("VMOVUPD %s, (R11)", p.v(6))
	p.op("ADDQ $64, DX")
	p.op("INCQ R9")
	p.all(notGreater, 13, 14, 8, "over")
	p.op("CMPQ R9, BX")
	p.op("JLT sample")
	p.label("over")
	p.op("VMOVUPD %s, (CX)", p.v(13))
	p.op("MOVQ R9, %s", arg("done"))
	p.leave()
}
