package main

// addColumns is kernel.AddColumns.
//
//	DI, R8   the column of dst, less shift rows, and from it to the next
//	SI, R9   the column of src, and from it to the next
//	R10, R11 rows of src and dst where the first run begins in this column, in bytes
//	BX       its length
//	R12, R13 runs left, the run
//	AX, DX, CX what is added, to what, how many
//
// The columns left, here and in the slabs, are counted where they were handed over.
func (p *program) addColumns() {
	arg := p.text("addColumns", "AddColumns; distances in bytes", "dst", "ldd", "leftd", "src", "lds", "lefts", "runs", "n", "skip", "shift", "columns")
	p.op("MOVQ %s, DI", arg("dst"))
	p.op("MOVQ %s, R8", arg("ldd"))
	p.op("MOVQ %s, SI", arg("src"))
	p.op("MOVQ %s, R9", arg("lds"))
	p.op("MOVQ %s, R13", arg("runs"))
	p.op("MOVQ %s, AX", arg("skip"))
	p.op("MOVL (R13), R10")
	p.op("MOVL 4(R13), R11")
	p.op("MOVL 8(R13), BX")
	p.op("ADDQ AX, R10")
	p.op("ADDQ AX, R11")
	p.op("SUBQ AX, BX")
	p.op("SHLQ $3, R10")
	p.op("SHLQ $3, R11")
	p.op("SUBQ %s, DI", arg("shift"))
	p.label("column")
	p.op("LEAQ (SI)(R10*1), AX")
	p.op("LEAQ (DI)(R11*1), DX")
	p.op("MOVQ BX, CX")
	p.op("MOVQ %s, R13", arg("runs"))
	p.op("MOVQ %s, R12", arg("n"))
	p.label("run")
	p.op("CMPQ CX, $%d", p.lanes)
	p.op("JLE tail")
	p.label("full")
	p.op("VMOVUPD (AX), %s", p.v(0))
	p.op("VADDPD (DX), %s, %s", p.v(0), p.v(0))
	p.op("VMOVUPD %s, (DX)", p.v(0))
	p.op("ADDQ $%d, AX", p.bytes())
	p.op("ADDQ $%d, DX", p.bytes())
	p.op("SUBQ $%d, CX", p.lanes)
	p.op("CMPQ CX, $%d", p.lanes)
	p.op("JGT full")
	p.label("tail")
	if p.wide() {
		p.op("MOVL $-1, R14")
		p.op("BZHIL CX, R14, R14")
		p.op("KMOVW R14, K1")
		p.op("VMOVUPD.Z (AX), K1, Z0")
		p.op("VADDPD.Z (DX), Z0, K1, Z0")
		p.op("VMOVUPD Z0, K1, (DX)")
	} else {
		p.op("JLT few")
		p.op("VMOVUPD (AX), Y0")
		p.op("VADDPD (DX), Y0, Y0")
		p.op("VMOVUPD Y0, (DX)")
		p.op("JMP next")
		p.label("few")
		p.op("BTL $1, CX")
		p.op("JCC odd")
		p.op("VMOVUPD (AX), X0")
		p.op("VADDPD (DX), X0, X0")
		p.op("VMOVUPD X0, (DX)")
		p.op("ADDQ $16, AX")
		p.op("ADDQ $16, DX")
		p.label("odd")
		p.op("BTL $0, CX")
		p.op("JCC next")
		p.op("VMOVSD (AX), X0")
		p.op("VADDSD (DX), X0, X0")
		p.op("VMOVSD X0, (DX)")
	}
	p.label("next")
	p.op("DECQ R12")
	p.op("JZ done")
	p.op("ADDQ $12, R13")
	p.op("MOVL (R13), AX")
	p.op("MOVL 4(R13), DX")
	p.op("MOVL 8(R13), CX")
	p.op("LEAQ (SI)(AX*8), AX")
	p.op("LEAQ (DI)(DX*8), DX")
	p.op("JMP run")
	p.label("done")
	p.op("DECQ %s", arg("columns"))
	p.op("JZ out")
	p.op("ADDQ $8, R10")
	p.op("ADDQ $8, R11")
	p.op("DECQ BX")
	p.op("DECQ %s", arg("leftd"))
	p.op("JNZ samed")
	p.op("MOVQ $%d, %s", width, arg("leftd"))
	p.op("SUBQ $%d, R8", 8*width)
	p.label("samed")
	p.op("ADDQ R8, DI")
	p.op("DECQ %s", arg("lefts"))
	p.op("JNZ sames")
	p.op("MOVQ $%d, %s", width, arg("lefts"))
	p.op("SUBQ $%d, R9", 8*width)
	p.label("sames")
	p.op("ADDQ R9, SI")
	p.op("JMP column")
	p.label("out")
	p.leave()
}

// moveRows is kernel.TakeRows or kernel.GiveRows for n > 0; it says whether every index was below height.
func (p *program) moveRows(name string, take bool) {
	arg := p.text(name, "the function of this name in rows.go", "dst", "src", "idx", "n", "height", "ok")
	p.op("MOVQ %s, DI", arg("dst"))
	p.op("MOVQ %s, SI", arg("src"))
	p.op("MOVQ %s, DX", arg("idx"))
	p.op("MOVQ %s, CX", arg("n"))
	p.op("MOVQ %s, R10", arg("height"))
	p.label("row")
	p.op("MOVL (DX), AX")
	p.op("CMPQ AX, R10")
	p.op("JCC refuse")
	p.op("SHLQ $6, AX")
	from, to := "%d(SI)", "%d(DI)(AX*1)"
	if take {
		from, to = "%d(SI)(AX*1)", "%d(DI)"
	}
	for h := range p.parts() {
		p.op("VMOVUPD "+from+", %s", h*p.bytes(), p.v(h))
	}
	for h := range p.parts() {
		p.op("VMOVUPD %s, "+to, p.v(h), h*p.bytes())
	}
	if take {
		p.op("ADDQ $64, DI")
	} else {
		p.op("ADDQ $64, SI")
	}
	p.op("ADDQ $4, DX")
	p.op("DECQ CX")
	p.op("JNZ row")
	p.op("MOVB $1, %s", arg("ok"))
	p.leave()
	p.label("refuse")
	p.op("MOVB $0, %s", arg("ok"))
	p.leave()
}

// pack is kernel.Pack, with registers as in update; DI is in the copy.
func (p *program) pack() {
	arg := p.text("pack", "Pack; distances in bytes", "dst", "a", "ld", "taper", "step", "k", "rows")
	p.op("MOVQ %s, DI", arg("dst"))
	p.op("MOVQ %s, SI", arg("a"))
	p.op("MOVQ %s, R12", arg("taper"))
	p.op("MOVQ %s, R11", arg("rows"))
	p.label("tile")
	p.op("MOVQ %s, R9", arg("ld"))
	p.op("MOVQ %s, R10", arg("k"))
	p.op("MOVQ SI, CX")
	p.op("CMPQ R11, $16")
	p.op("JEQ slab16")
	p.op("JLT slab8")
	for _, rows := range []int{24, 16, 8} {
		p.label("slab%d", rows)
		p.op("MOVQ $8, AX")
		p.op("CMPQ R10, AX")
		p.op("CMOVQLT R10, AX")
		p.op("SUBQ AX, R10")
		p.label("column%d", rows)
		for i := range rows / p.lanes {
			p.op("VMOVUPD %d(CX), %s", i*p.bytes(), p.v(i))
		}
		for i := range rows / p.lanes {
			p.op("VMOVUPD %s, %d(DI)", p.v(i), i*p.bytes())
		}
		p.op("ADDQ R9, CX")
		p.op("ADDQ $%d, DI", 8*tileRows)
		p.op("DECQ AX")
		p.op("JNZ column%d", rows)
		p.op("SUBQ R12, R9")
		p.op("SUBQ R12, CX")
		p.op("TESTQ R10, R10")
		p.op("JNZ slab%d", rows)
		if rows == 24 {
			p.op("ADDQ %s, SI", arg("step"))
			p.op("SUBQ $24, R11")
			p.op("JNZ tile")
		}
		p.leave()
	}
}
