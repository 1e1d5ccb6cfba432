package main

// triangle is kernel.TriangleForward or kernel.TriangleBackward. The rows of y stay in registers, on a
// narrow machine one half of their columns after the other.
//
//	DI      y
//	SI      the triangle
//	R8      from one of its columns to the next
//	R9      a column
func (p *program) triangle(name string, forward bool) {
	arg := p.text(name, "the function of this name in front.go; ld in bytes", "y", "t", "ld", "n")
	p.op("MOVQ %s, DI", arg("y"))
	p.op("MOVQ %s, SI", arg("t"))
	p.op("MOVQ %s, R8", arg("ld"))
	p.op("MOVQ %s, AX", arg("n"))
	p.byColumns("AX", "rows")
	for n := 1; n <= width; n++ {
		p.label("rows%d", n)
		if !forward { // to the last column
			p.op("MOVQ SI, R10")
			for range n - 1 {
				p.op("ADDQ R8, R10")
			}
		}
		for h := range p.parts() {
			for j := range n {
				p.op("VMOVUPD %d(DI), %s", 64*j+h*p.bytes(), p.v(j))
			}
			if forward {
				p.op("MOVQ SI, R9")
				p.forward(n)
			} else {
				p.op("MOVQ R10, R9")
				p.backward(n)
			}
			for j := range n {
				p.op("VMOVUPD %s, %d(DI)", p.v(j), 64*j+h*p.bytes())
			}
		}
		p.leave()
	}
}

// minus subtracts entry i of the column times one row of y from another.
func (p *program) minus(i, from, to int) {
	if p.wide() {
		p.op("VFNMADD231PD.BCST %d(R9), %s, %s", 8*i, p.v(from), p.v(to))
		return
	}
	p.op("VBROADCASTSD %d(R9), %s", 8*i, p.v(8+i%4))
	p.op("VFNMADD231PD %s, %s, %s", p.v(8+i%4), p.v(from), p.v(to))
}

// timesInverse multiplies row j of y by the diagonal entry.
func (p *program) timesInverse(j int) {
	p.op("VBROADCASTSD %d(R9), %s", 8*j, p.v(12+j%2))
	p.op("VMULPD %s, %s, %s", p.v(12+j%2), p.v(j), p.v(j))
}

func (p *program) forward(n int) {
	for j := range n {
		p.timesInverse(j)
		for i := j + 1; i < n; i++ {
			p.minus(i, j, i)
		}
		if j < n-1 {
			p.op("ADDQ R8, R9")
		}
	}
}

func (p *program) backward(n int) {
	for j := n - 1; j >= 0; j-- {
		for i := j + 1; i < n; i++ {
			p.minus(i, i, j)
		}
		p.timesInverse(j)
		if j > 0 {
			p.op("SUBQ R8, R9")
		}
	}
}
