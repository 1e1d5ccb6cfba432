package main

// The loops of strip.go over whole rows: products of a few of them, and what is added, inverted and subtracted row by row.

// rowProduct is kernel.Product for at most stripRows rows, or kernel.Lift.
//
//	DI c or u, DX rows or inv, CX m, BX x, R8, R9, R10 down, its triple and fivefold
//	R11 along, R12 k, AX k left, R13, R14 m and x of one k, SI f
func (p *program) rowProduct(name string, lift bool) {
	var arg func(string) string
	if lift {
		arg = p.text(name, "Lift for at most six rows; distances in bytes", "u", "inv", "f", "n", "m", "down", "x", "k")
		p.op("MOVQ %s, DI", arg("u"))
		p.op("MOVQ %s, DX", arg("inv"))
		p.op("MOVQ %s, SI", arg("f"))
		p.op("MOVQ $8, R11")
	} else {
		arg = p.text(name, "Product for at most six rows; distances in bytes", "c", "rows", "n", "m", "down", "along", "x", "k")
		p.op("MOVQ %s, DI", arg("c"))
		p.op("MOVQ %s, DX", arg("rows"))
		p.op("MOVQ %s, R11", arg("along"))
	}
	p.op("MOVQ %s, CX", arg("m"))
	p.op("MOVQ %s, BX", arg("x"))
	p.op("MOVQ %s, R8", arg("down"))
	p.op("LEAQ (R8)(R8*2), R9")
	p.op("LEAQ (R8)(R8*4), R10")
	p.op("MOVQ %s, R12", arg("k"))
	p.op("MOVQ %s, AX", arg("n"))
	for n := 1; n < stripRows; n++ {
		p.op("CMPQ AX, $%d", n)
		p.op("JEQ rows%d", n)
	}
	for n := stripRows; n >= 1; n-- {
		p.label("rows%d", n)
		if p.wide() {
			p.tile(lift, n, 0, 4, 0)
		} else {
			for pass := range 4 {
				p.tile(lift, n, pass, 2, pass*64)
			}
		}
		p.leave()
	}
}

// place is where row r of m is, from R13 on.
func place(r int) string {
	return []string{"(R13)", "(R13)(R8*1)", "(R13)(R8*2)", "(R13)(R9*1)", "(R13)(R8*4)", "(R13)(R10*1)"}[r]
}

// tile is n rows of so many registers from a place of the strip on.
func (p *program) tile(lift bool, n, pass, vectors, from int) {
	sums := n * vectors
	row := func(r int) {
		p.op("MOVL %d(DX), R14", 4*r)
		p.op("SHLQ $%d, R14", rowShift)
		p.op("ADDQ DI, R14")
	}
	for r := range n {
		if lift {
			for i := range vectors {
				p.op("VBROADCASTSD %d(SI), %s", 8*r, p.v(r*vectors+i))
			}
			continue
		}
		row(r)
		for i := range vectors {
			p.op("VMOVUPD %d(R14), %s", from+i*p.bytes(), p.v(r*vectors+i))
		}
	}
	p.op("MOVQ CX, R13")
	p.op("MOVQ BX, R14")
	p.op("MOVQ R12, AX")
	p.label("k%d_%d", n, pass)
	// Registers: sums, the row of x, the number.
	number := sums + vectors
	for i := range vectors {
		p.op("VMOVUPD %d(R14), %s", from+i*p.bytes(), p.v(sums+i))
	}
	for r := range n {
		p.op("VBROADCASTSD %s, %s", place(r), p.v(number))
		for i := range vectors {
			p.op("VFMADD231PD %s, %s, %s", p.v(sums+i), p.v(number), p.v(r*vectors+i))
		}
	}
	p.op("ADDQ R11, R13")
	p.op("ADDQ $%d, R14", rowBytes)
	p.op("DECQ AX")
	p.op("JNZ k%d_%d", n, pass)
	for r := range n {
		if !lift {
			row(r)
		}
		for i := range vectors {
			at := from + i*p.bytes()
			if lift {
				p.op("VMULPD %d(DX), %s, %s", r*rowBytes+at, p.v(r*vectors+i), p.v(r*vectors+i))
				p.op("VMOVUPD %s, %d(DI)", p.v(r*vectors+i), r*rowBytes+at)
				continue
			}
			p.op("VMOVUPD %s, %d(R14)", p.v(r*vectors+i), at)
		}
	}
}

// stretch is kernel.Stretch for n > 0.
func (p *program) stretch() {
	arg := p.text("stretch", "Stretch", "to", "u", "a", "y", "b", "n")
	p.op("MOVQ %s, DI", arg("to"))
	p.op("MOVQ %s, R12", arg("u"))
	p.op("MOVQ %s, R13", arg("a"))
	p.op("MOVQ %s, SI", arg("y"))
	p.op("MOVQ %s, DX", arg("b"))
	p.op("MOVQ %s, BX", arg("n"))
	if p.wide() {
		for i := range p.vectors() {
			p.op("VMOVUPD %d(R12), %s", i*p.bytes(), p.v(i))
			p.op("VMOVUPD %d(R13), %s", i*p.bytes(), p.v(4+i))
		}
	}
	parts := p.eighths()
	p.label("top")
	for e := range parts {
		p.op("VXORPD %s, %s, %s", y(8+e), y(8+e), y(8+e))
	}
	for i := range p.vectors() {
		at := i * p.bytes()
		u, a := p.v(i), p.v(4+i)
		if !p.wide() {
			u, a = p.v(0), p.v(1)
			p.op("VMOVUPD %d(R12), %s", at, u)
			p.op("VMOVUPD %d(R13), %s", at, a)
		}
		p.op("VSUBPD %d(SI), %s, %s", at, u, p.v(10))
		p.op("VSUBPD %d(DX), %s, %s", at, a, p.v(11))
		p.op("VFMADD231PD %s, %s, %s", p.v(11), p.v(10), p.v(8+i%parts))
	}
	p.half(8, 9, 8)
	p.fold(8, 8, 12)
	p.op("VADDSD (DI), X8, X8")
	p.op("VMOVSD X8, (DI)")
	p.op("ADDQ $8, DI")
	p.op("ADDQ $%d, SI", rowBytes)
	p.op("ADDQ $%d, DX", rowBytes)
	p.op("DECQ BX")
	p.op("JNZ top")
	p.leave()
}

// invert is kernel.Invert.
func (p *program) invert() {
	arg := p.text("invert", "Invert", "inv", "k0", "more", "one")
	p.op("MOVQ %s, DI", arg("inv"))
	p.op("MOVQ %s, SI", arg("k0"))
	p.op("VBROADCASTSD %s, %s", arg("more"), p.v(0))
	p.op("VBROADCASTSD %s, %s", arg("one"), p.v(1))
	for i := range p.vectors() {
		at := i * p.bytes()
		p.op("VMOVUPD %d(SI), %s", at, p.v(2))
		p.op("VADDPD %s, %s, %s", p.v(0), p.v(2), p.v(3))
		p.op("VDIVPD %s, %s, %s", p.v(3), p.v(1), p.v(3))
		p.op("VMOVUPD %s, %d(DI)", p.v(3), at)
		p.op("VMULPD %s, %s, %s", p.v(3), p.v(2), p.v(2))
		p.op("VMOVUPD %s, %d(SI)", p.v(2), at)
	}
	p.leave()
}

// subtractDots is kernel.SubtractDots for n > 0.
func (p *program) subtractDots() {
	arg := p.text("subtractDots", "SubtractDots", "c", "a", "b", "n")
	p.op("MOVQ %s, DI", arg("c"))
	p.op("MOVQ %s, SI", arg("a"))
	p.op("MOVQ %s, DX", arg("b"))
	p.op("MOVQ %s, BX", arg("n"))
	for i := range p.vectors() {
		p.op("VMOVUPD %d(DI), %s", i*p.bytes(), p.v(i))
	}
	p.label("k")
	for i := range p.vectors() {
		p.op("VMOVUPD %d(SI), %s", i*p.bytes(), p.v(8+i%4))
		p.op("VFNMADD231PD %d(DX), %s, %s", i*p.bytes(), p.v(8+i%4), p.v(i))
	}
	p.op("ADDQ $%d, SI", rowBytes)
	p.op("ADDQ $%d, DX", rowBytes)
	p.op("DECQ BX")
	p.op("JNZ k")
	for i := range p.vectors() {
		p.op("VMOVUPD %s, %d(DI)", p.v(i), i*p.bytes())
	}
	p.leave()
}
