package main

// addRuns is kernel.AddRuns; it returns how many runs were done before one that leaves src or dst.
// Lengths and positions are taken as unsigned, so that negative ones are too large.
//
//	R8, R9   dst, src
//	R10, R11 their lengths
//	R12, R13 runs left, the run
func (p *program) addRuns() {
	arg := p.text("addRuns", "AddRuns; done counts runs before one that does not fit",
		"dst", "dstLen", "src", "srcLen", "runs", "n", "done")
	p.op("MOVQ %s, R8", arg("dst"))
	p.op("MOVQ %s, R10", arg("dstLen"))
	p.op("MOVQ %s, R9", arg("src"))
	p.op("MOVQ %s, R11", arg("srcLen"))
	p.op("MOVQ %s, R13", arg("runs"))
	p.op("MOVQ %s, R12", arg("n"))
	if p.wide() {
		p.op("MOVL $-1, R14")
	}
	p.label("run")
	p.op("MOVL (R13), SI")
	p.op("MOVL 4(R13), DI")
	p.op("MOVL 8(R13), CX")
	p.op("LEAQ (SI)(CX*1), AX")
	p.op("CMPQ AX, R11")
	p.op("JHI done")
	p.op("LEAQ (DI)(CX*1), AX")
	p.op("CMPQ AX, R10")
	p.op("JHI done")
	p.op("LEAQ (R9)(SI*8), SI")
	p.op("LEAQ (R8)(DI*8), DI")
	p.op("SUBQ $%d, CX", p.lanes)
	p.op("JLT tail")
	p.label("full")
	p.op("VMOVUPD (SI), %s", p.v(0))
	p.op("VADDPD (DI), %s, %s", p.v(0), p.v(0))
	p.op("VMOVUPD %s, (DI)", p.v(0))
	p.op("ADDQ $%d, SI", p.bytes())
	p.op("ADDQ $%d, DI", p.bytes())
	p.op("SUBQ $%d, CX", p.lanes)
	p.op("JGE full")
	p.label("tail")
	p.op("ADDQ $%d, CX", p.lanes)
	p.op("JZ next")
	if p.wide() {
		p.op("BZHIL CX, R14, AX")
		p.op("KMOVW AX, K1")
		p.op("VMOVUPD.Z (SI), K1, Z0")
		p.op("VADDPD.Z (DI), Z0, K1, Z0")
		p.op("VMOVUPD Z0, K1, (DI)")
	} else {
		p.label("one")
		p.op("VMOVSD (SI), X0")
		p.op("VADDSD (DI), X0, X0")
		p.op("VMOVSD X0, (DI)")
		p.op("ADDQ $8, SI")
		p.op("ADDQ $8, DI")
		p.op("DECQ CX")
		p.op("JNZ one")
	}
	p.label("next")
	p.op("ADDQ $12, R13")
	p.op("DECQ R12")
	p.op("JNZ run")
	p.label("done")
	p.op("MOVQ %s, AX", arg("n"))
	p.op("SUBQ R12, AX")
	p.op("MOVQ AX, %s", arg("done"))
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
