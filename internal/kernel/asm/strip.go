package main

import (
	"fmt"
	"strings"
)

// The loops of strip.go: rows of 32 numbers, which are 4 or 8 registers. A product and the sum that it goes to are rounded once.

const (
	strip     = 32 // kernel.Strip
	rowShift  = 8  // log2 of the bytes of a row
	stripRows = 6  // kernel.StripRows
	rowBytes  = 8 * strip
)

func (p *program) strips() {
	p.branches()
	p.slopes()
	p.rowProduct("product", false)
	p.rowProduct("lift", true)
	p.stretch()
	p.invert()
	p.subtractDots()
}

// vectors is how many registers a row takes.
func (p *program) vectors() int { return strip / p.lanes }

// x is the lowest 128 bits of register i, y the lowest 256.
func x(i int) string { return fmt.Sprintf("X%d", i) }
func y(i int) string { return fmt.Sprintf("Y%d", i) }

// four loads the rows of four branches into R8 to R11: rows of x, in SI, whose numbers are at DX.
func (p *program) four() {
	for j, r := range []string{"R8", "R9", "R10", "R11"} {
		p.op("MOVL %d(DX), AX", 4*j)
		p.op("SHLQ $%d, AX", rowShift)
		p.op("LEAQ (SI)(AX*1), %s", r)
	}
}

var branchRow = []string{"R8", "R9", "R10", "R11"}

// coefficient i of four branches at CX: in a register where there are many, else loaded into register spare.
func (p *program) coefficient(i, spare int) string {
	if p.wide() {
		return p.v(24 + i)
	}
	p.op("VBROADCASTSD %d(CX), %s", 8*i, p.v(spare))
	return p.v(spare)
}

func (p *program) coefficients() {
	if !p.wide() {
		return
	}
	for i := range 8 {
		p.op("VBROADCASTSD %d(CX), %s", 8*i, p.v(24+i))
	}
}

// branches is kernel.Branches for n > 0, a multiple of four.
//
//	DI k0, SI x, DX rows, CX ws, BX n
func (p *program) branches() {
	arg := p.text("branches", "Branches", "k0", "ground", "x", "rows", "ws", "n")
	p.op("MOVQ %s, DI", arg("k0"))
	p.op("VBROADCASTSD %s, %s", arg("ground"), p.v(0))
	p.op("MOVQ %s, SI", arg("x"))
	p.op("MOVQ %s, DX", arg("rows"))
	p.op("MOVQ %s, CX", arg("ws"))
	p.op("MOVQ %s, BX", arg("n"))
	for i := range p.vectors() {
		p.op("VMOVUPD %s, %d(DI)", p.v(0), i*p.bytes())
	}
	p.label("four")
	p.four()
	p.coefficients()
	for i := range p.vectors() {
		at := i * p.bytes()
		a := func(j int) string { return p.v(j) }     // a, then w a
		q := func(j int) string { return p.v(4 + j) } // w + a
		for j := range 4 {
			p.op("VMULPD %d(%s), %s, %s", at, branchRow[j], p.coefficient(2*j+1, 8), a(j))
			w := p.coefficient(2*j, 9)
			p.op("VADDPD %s, %s, %s", a(j), w, q(j))
			p.op("VMULPD %s, %s, %s", w, a(j), a(j))
		}
		for j := 0; j < 4; j += 2 {
			p.op("VMULPD %s, %s, %s", q(j+1), a(j), a(j))
			p.op("VFMADD231PD %s, %s, %s", q(j), a(j+1), a(j))
			p.op("VMULPD %s, %s, %s", q(j), q(j+1), q(j))
		}
		p.op("VMULPD %s, %s, %s", q(2), a(0), a(0))
		p.op("VFMADD231PD %s, %s, %s", q(0), a(2), a(0))
		p.op("VMULPD %s, %s, %s", q(0), q(2), q(0))
		p.op("VDIVPD %s, %s, %s", q(0), a(0), a(0))
		p.op("VADDPD %d(DI), %s, %s", at, a(0), a(0))
		p.op("VMOVUPD %s, %d(DI)", a(0), at)
	}
	p.op("ADDQ $16, DX")
	p.op("ADDQ $64, CX")
	p.op("SUBQ $4, BX")
	p.op("JNZ four")
	p.leave()
}

// slopes is kernel.Slopes; sum gets the sum of P. Wide registers keep P in room, and the narrow ones the sums.
//
//	DI g, SI x, DX rows, CX ws, BX n, R12 u, R13 a, R14 room
func (p *program) slopes() {
	arg := p.text("slopes", "Slopes; room is for 64 numbers", "to", "u", "a", "x", "rows", "ws", "n", "one", "sum", "room")
	p.op("MOVQ %s, DI", arg("to"))
	p.op("MOVQ %s, R12", arg("u"))
	p.op("MOVQ %s, R13", arg("a"))
	p.op("MOVQ %s, SI", arg("x"))
	p.op("MOVQ %s, DX", arg("rows"))
	p.op("MOVQ %s, CX", arg("ws"))
	p.op("MOVQ %s, BX", arg("n"))
	p.op("MOVQ %s, R14", arg("room"))
	p.op("MOVQ %s, R8", arg("one"))
	p.op("VBROADCASTSD (R8), %s", p.v(p.one()))
	parts := p.eighths()
	for e := range parts {
		p.op("VXORPD %s, %s, %s", y(e), y(e), y(e))
	}
	for i := range p.vectors() {
		p.op("VMOVUPD %d(R12), %s", i*p.bytes(), p.v(10))
		p.op("VMULPD %d(R13), %s, %s", i*p.bytes(), p.v(10), p.v(10))
		p.op("VADDPD %s, %s, %s", p.v(10), p.v(i%parts), p.v(i%parts))
		if p.wide() {
			p.op("VMOVUPD %s, %d(R14)", p.v(10), i*p.bytes())
		}
	}
	p.half(0, 1, 0)
	p.fold(0, 0, 12)
	p.op("MOVQ %s, R8", arg("sum"))
	p.op("VMOVSD X0, (R8)")
	p.op("TESTQ BX, BX")
	p.op("JZ done")
	if p.wide() {
		p.four()
		p.quotients(0)
	}
	p.label("four")
	if p.wide() {
		for j := range 8 {
			p.op("VXORPD %s, %s, %s", y(j), y(j), y(j))
		}
		// The quotients of one register are under way while the sums of the one before are taken.
		for i := range p.vectors() {
			var next []string
			if i+1 < p.vectors() {
				next = p.record(func() { p.quotients(i + 1) })
			}
			p.interleave(p.record(func() { p.slopeSums(i) }), next)
		}
	} else {
		p.four()
		p.op("VXORPD Y0, Y0, Y0")
		for j := range 16 {
			p.op("VMOVUPD Y0, %d(R14)", 32*j)
		}
		for i := range p.vectors() {
			p.quotients(i)
			p.slopeSums(i)
		}
	}
	p.op("ADDQ $16, DX")
	p.op("ADDQ $64, CX")
	if p.wide() {
		p.op("CMPQ BX, $4")
		p.op("JEQ last")
		p.four()
		p.quotients(0)
		p.label("last")
	}
	for j := range 4 {
		if p.wide() {
			p.half(2*j, 0, 12)
			p.half(2*j+1, 0, 13)
		} else {
			for e := range 2 {
				p.op("VMOVUPD %d(R14), %s", 64*(2*j+e), y(12+e))
				p.op("VADDPD %d(R14), %s, %s", 64*(2*j+e)+32, y(12+e), y(12+e))
			}
		}
		p.fold(12, 13, 14)
		p.op("VADDPD %d(DI), X12, X12", 16*j)
		p.op("VMOVUPD X12, %d(DI)", 16*j)
	}
	p.op("ADDQ $64, DI")
	p.op("SUBQ $4, BX")
	p.op("JNZ four")
	p.label("done")
	p.leave()
}

// eighths is how many registers have the sums of every eighth sample.
func (p *program) eighths() int { return p.vectors() / (strip / 8) }

// one is the register of ones in slopes, bank the first of eleven for a register of samples: a and w + a of four branches, products of the
// latter in pairs, and what is one by all.
func (p *program) one() int {
	if p.wide() {
		return 8
	}
	return 15
}

func (p *program) bank(i int) int {
	if p.wide() {
		return 20 - i%2*11
	}
	return 0
}

// by multiplies, or adds, coefficient i of four branches: to = from op coefficient.
func (p *program) by(op string, i int, from, to string) {
	if p.wide() {
		p.op("%s.BCST %d(CX), %s, %s", op, 8*i, from, to)
		return
	}
	p.op("VBROADCASTSD %d(CX), %s", 8*i, p.v(14))
	p.op("%s %s, %s, %s", op, p.v(14), from, to)
}

// quotients begins register i of the samples.
func (p *program) quotients(i int) {
	a := p.bank(i)
	over, q01, q23, inv := a+4, p.v(a+8), p.v(a+9), p.v(a+10)
	for j := range 4 {
		p.op("VMOVUPD %d(%s), %s", i*p.bytes(), branchRow[j], p.v(a+j))
		p.by("VMULPD", 2*j+1, p.v(a+j), p.v(a+j))
		p.by("VADDPD", 2*j, p.v(a+j), p.v(over+j))
	}
	p.op("VMULPD %s, %s, %s", p.v(over), p.v(over+1), q01)
	p.op("VMULPD %s, %s, %s", p.v(over+2), p.v(over+3), q23)
	p.op("VMULPD %s, %s, %s", q01, q23, inv)
	p.op("VDIVPD %s, %s, %s", inv, p.v(p.one()), inv)
}

// slopeSums ends it.
func (p *program) slopeSums(i int) {
	a := p.bank(i)
	over, q01, q23, t := a+4, p.v(a+8), p.v(a+9), p.v(a+10)
	p.op("VMULPD %s, %s, %s", t, q23, q23)
	p.op("VMULPD %s, %s, %s", t, q01, q01)
	p.op("VMULPD %s, %s, %s", q23, p.v(over+1), t)
	p.op("VMULPD %s, %s, %s", q23, p.v(over), p.v(over+1))
	p.op("VMULPD %s, %s, %s", q01, p.v(over+3), p.v(over))
	p.op("VMULPD %s, %s, %s", q01, p.v(over+2), p.v(over+3))
	inverse := []string{t, p.v(over + 1), p.v(over), p.v(over + 3)}
	if !p.wide() {
		p.op("VMOVUPD %d(R12), %s", i*p.bytes(), p.v(12))
		p.op("VMULPD %d(R13), %s, %s", i*p.bytes(), p.v(12), p.v(12))
	}
	for j := range 4 {
		r, h := p.v(a+j), inverse[j]
		p.op("VMULPD %s, %s, %s", h, h, h)
		p.op("VMULPD %s, %s, %s", r, h, h)
		if p.wide() {
			p.op("VMULPD %d(R14), %s, %s", i*p.bytes(), h, h)
		} else {
			p.op("VMULPD %s, %s, %s", p.v(12), h, h)
		}
		if p.wide() {
			p.op("VFMADD231PD %s, %s, %s", h, r, p.v(2*j))
			p.op("VADDPD %s, %s, %s", h, p.v(2*j+1), p.v(2*j+1))
			continue
		}
		to := 128*j + 32*(i%2)
		p.op("VFMADD213PD %d(R14), %s, %s", to, h, r)
		p.op("VMOVUPD %s, %d(R14)", r, to)
		p.op("VADDPD %d(R14), %s, %s", to+64, h, h)
		p.op("VMOVUPD %s, %d(R14)", h, to+64)
	}
}

// record is the instructions that f would write.
func (p *program) record(f func()) []string {
	before := p.Len()
	f()
	text := string(p.Bytes()[before:])
	p.Truncate(before)
	return strings.SplitAfter(text, "\n")
}

// interleave writes two lists of instructions, each in its order, evenly mixed.
func (p *program) interleave(a, b []string) {
	for i, line := range a {
		p.WriteString(line)
		for j := i * len(b) / len(a); j < (i+1)*len(b)/len(a); j++ {
			p.WriteString(b[j])
		}
	}
}

// half adds the upper four of eight sums to the lower four: those of register i, or of i and second where registers are narrow. Wide
// registers are first brought below 16.
func (p *program) half(i, second, to int) {
	if !p.wide() {
		p.op("VADDPD %s, %s, %s", y(second), y(i), y(to))
		return
	}
	p.op("VEXTRACTF64X4 $1, %s, Y14", p.v(i))
	p.op("VADDPD Y14, %s, %s", y(i), y(to))
}

// fold adds four numbers of registers a and b: the sums are the two numbers of X a.
func (p *program) fold(a, b, spare int) {
	p.op("VHADDPD %s, %s, %s", y(b), y(a), y(a))
	p.op("VEXTRACTF128 $1, %s, %s", y(a), x(spare))
	p.op("VADDPD %s, %s, %s", x(spare), x(a), x(a))
}
