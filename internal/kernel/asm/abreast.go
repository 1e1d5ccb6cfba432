package main

// The loops of abreast.go: rows of eight numbers, which are one or two registers.

func (p *program) abreast() {
	p.eliminate()
	p.scatter()
	p.gather()
}

// index loads the next index into AX as the distance of its row from the first, and refuses one that is not below R8.
func (p *program) index(from string) {
	p.op("MOVL (%s), AX", from)
	p.op("SUBQ R9, AX")
	p.op("CMPQ AX, R8")
	p.op("JAE refuse")
	p.op("SHLQ $6, AX")
}

// allowed ends a function whose indices were all below the limit.
func (p *program) allowed(arg func(string) string) {
	p.op("MOVB $1, %s", arg("ok"))
	p.leave()
	p.label("refuse")
	p.op("MOVB $0, %s", arg("ok"))
	p.leave()
}

// eliminate is kernel.Eliminate for rows > 0.
//
//	DI l, SI own, BX rows, DX target, R8 limit, R9 base, R10 the row after own's, CX rows left
//	0, 1  1/d    2, 3  row of own times 1/d    4 ... 7  target and a row of own
func (p *program) eliminate() {
	arg := p.text("eliminate", "Eliminate; not ok where a target is none", "l", "limit", "base", "own", "rows", "target", "inv", "ok")
	p.op("MOVQ %s, DI", arg("l"))
	p.op("MOVQ %s, R8", arg("limit"))
	p.op("MOVQ %s, R9", arg("base"))
	p.op("MOVQ %s, SI", arg("own"))
	p.op("MOVQ %s, BX", arg("rows"))
	p.op("MOVQ %s, DX", arg("target"))
	p.op("MOVQ %s, R10", arg("inv"))
	for h := range p.parts() {
		p.op("VMOVUPD %d(R10), %s", h*p.bytes(), p.v(h))
	}
	p.label("row")
	for h := range p.parts() {
		p.op("VMULPD %d(SI), %s, %s", h*p.bytes(), p.v(h), p.v(2+h))
	}
	p.op("MOVQ SI, R10")
	p.op("MOVQ BX, CX")
	p.label("target")
	p.index("DX")
	for h := range p.parts() {
		at := h * p.bytes()
		p.op("VMOVUPD %d(DI)(AX*1), %s", at, p.v(4+h))
		p.op("VFNMADD231PD %d(R10), %s, %s", at, p.v(2+h), p.v(4+h))
		p.op("VMOVUPD %s, %d(DI)(AX*1)", p.v(4+h), at)
	}
	p.op("ADDQ $64, R10")
	p.op("ADDQ $4, DX")
	p.op("DECQ CX")
	p.op("JNZ target")
	for h := range p.parts() {
		p.op("VMOVUPD %s, %d(SI)", p.v(2+h), h*p.bytes())
	}
	p.op("ADDQ $64, SI")
	p.op("DECQ BX")
	p.op("JNZ row")
	p.allowed(arg)
}

// scatter is kernel.Scatter for rows > 0.
func (p *program) scatter() {
	arg := p.text("scatter", "Scatter; not ok where a row is none", "x", "limit", "base", "w", "rows", "row", "v", "ok")
	p.rowsOf(arg)
	p.label("next")
	p.index("DX")
	for h := range p.parts() {
		at := h * p.bytes()
		p.op("VMOVUPD %d(DI)(AX*1), %s", at, p.v(4+h))
		p.op("VFNMADD231PD %d(SI), %s, %s", at, p.v(h), p.v(4+h))
		p.op("VMOVUPD %s, %d(DI)(AX*1)", p.v(4+h), at)
	}
	p.advance()
	p.allowed(arg)
}

// gather is kernel.Gather for rows > 0.
func (p *program) gather() {
	arg := p.text("gather", "Gather; not ok where a row is none", "x", "limit", "base", "w", "rows", "row", "v", "ok")
	p.rowsOf(arg)
	p.label("next")
	p.index("DX")
	for h := range p.parts() {
		at := h * p.bytes()
		p.op("VMOVUPD %d(SI), %s", at, p.v(4+h))
		p.op("VFNMADD231PD %d(DI)(AX*1), %s, %s", at, p.v(4+h), p.v(h))
	}
	p.advance()
	for h := range p.parts() {
		p.op("VMOVUPD %s, %d(R10)", p.v(h), h*p.bytes())
	}
	p.allowed(arg)
}

// rowsOf loads what scatter and gather begin with.
//
//	DI x, SI w, BX rows, DX row, R8 limit, R9 base, R10 v
func (p *program) rowsOf(arg func(string) string) {
	p.op("MOVQ %s, DI", arg("x"))
	p.op("MOVQ %s, R8", arg("limit"))
	p.op("MOVQ %s, R9", arg("base"))
	p.op("MOVQ %s, SI", arg("w"))
	p.op("MOVQ %s, BX", arg("rows"))
	p.op("MOVQ %s, DX", arg("row"))
	p.op("MOVQ %s, R10", arg("v"))
	for h := range p.parts() {
		p.op("VMOVUPD %d(R10), %s", h*p.bytes(), p.v(h))
	}
}

func (p *program) advance() {
	p.op("ADDQ $64, SI")
	p.op("ADDQ $4, DX")
	p.op("DECQ BX")
	p.op("JNZ next")
}
