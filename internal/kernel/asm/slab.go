package main

import "fmt"

// slab is a loop over the rows of L, eight at a time, for at most as many columns as fit
// into eight registers. The indices of eight rows are compared with the height of x
// before they are used.
//
//	SI          the row of L
//	R8 ... R11  1, 3, 5 and 7 times the distance of its columns
//	DX          indices
//	CX          how many are left
//	R12, BX     x, y
//	AX          the row of x, from R12
//	DI          what of the next slab is asked for
//	0 ... 7     vector registers of y
//	8, 9        of the row of x
//	10 ... 13   entries of L
//	15          height of x in the halves of all lanes
type slab struct {
	*program
	row    func(s slab, i int) // row i of eight
	down   bool                // the slab after this one in memory comes next, else that before it
	stores bool                // y is a result
	first  int                 // column
	n      int                 // columns
}

// entry is the address of a number in column j of this pass, so many bytes below the row.
func (s slab) entry(j, below int) string {
	return fmt.Sprintf("%d", below) + []string{
		"(SI)", "(SI)(R8*1)", "(SI)(R8*2)", "(SI)(R9*1)", "(SI)(R8*4)", "(SI)(R10*1)", "(SI)(R9*2)", "(SI)(R11*1)",
	}[s.first+j]
}

// parts is the number of registers that a row of Width numbers takes.
func (p *program) parts() int { return width / p.lanes }

// ahead is how far before their use rows of L are asked for, in bytes.
const ahead = 512

func (s slab) write(name, doc string) {
	arg := s.text(name, doc, "x", "height", "idx", "rows", "l", "ld", "n", "y", "ok")
	s.op("MOVQ %s, R12", arg("x"))
	s.op("MOVQ %s, R8", arg("ld"))
	s.op("LEAQ (R8)(R8*2), R9")
	s.op("LEAQ (R8)(R8*4), R10")
	s.op("LEAQ (R9)(R8*4), R11")
	s.op("MOVQ %s, BX", arg("y"))
	s.op("VPBROADCASTD %s, Y15", arg("height"))
	s.op("MOVQ %s, AX", arg("n"))
	s.byColumns("AX", "columns")
	most := 8 / s.parts()
	for n := 1; n <= width; n++ {
		s.label("columns%d", n)
		for s.first = 0; s.first < n; s.first += most {
			s.n = min(most, n-s.first)
			s.pass(arg, fmt.Sprintf("%d_%d", n, s.first))
		}
		s.op("MOVB $1, %s", arg("ok"))
		s.leave()
	}
	s.label("refuse")
	s.op("MOVB $0, %s", arg("ok"))
	s.leave()
}

// pass is the loop for some of the columns.
func (s slab) pass(arg func(string) string, name string) {
	s.op("MOVQ %s, SI", arg("l"))
	s.op("MOVQ %s, DX", arg("idx"))
	s.op("MOVQ %s, CX", arg("rows"))
	if s.down {
		s.op("LEAQ (SI)(R8*8), DI")
	} else {
		s.op("MOVQ SI, DI")
	}
	s.eachOfY(func(r, address string) { s.op("VMOVUPD %s, %s", address, r) })
	s.label("rows%s", name)
	if s.wide() {
		s.op("VPCMPUD $2, (DX), Y15, K1") // height <= index
		s.op("KORTESTB K1, K1")
	} else {
		s.op("VPMAXUD (DX), Y15, Y14")
		s.op("VPCMPEQD (DX), Y14, Y14")
		s.op("VPTEST Y14, Y14")
	}
	s.op("JNZ refuse")
	for j := range s.n {
		s.op("PREFETCHT0 %s", s.entry(j, ahead))
	}
	// The next slab lies side by side with this one and is about as large: as many lines of it as this one has here.
	if !s.down {
		s.op("SUBQ $512, DI")
	}
	for j := range s.n {
		s.op("PREFETCHT0 %d(DI)", 64*j)
	}
	if s.down {
		s.op("ADDQ $512, DI")
	}
	for i := range width {
		s.op("MOVL %d(DX), AX", 4*i)
		s.op("SHLQ $6, AX")
		for h := range s.parts() {
			s.op("VMOVUPD %d(R12)(AX*1), %s", h*s.bytes(), s.v(8+h))
		}
		s.row(s, i)
	}
	s.op("ADDQ $64, SI")
	s.op("ADDQ $32, DX")
	s.op("SUBQ $8, CX")
	s.op("JNZ rows%s", name)
	if s.stores {
		s.eachOfY(func(r, address string) { s.op("VMOVUPD %s, %s", r, address) })
	}
}

// eachOfY visits the registers of y and where they come from.
func (s slab) eachOfY(f func(register, address string)) {
	for j := range s.n {
		for h := range s.parts() {
			f(s.v(j*s.parts()+h), fmt.Sprintf("%d(BX)", 64*(s.first+j)+h*s.bytes()))
		}
	}
}

// slabTimes is kernel.SlabTimes. Rows are taken one after another, since a row of x may come
// twice; the processor overlaps them.
func (p *program) slabTimes() {
	slab{program: p, down: true, row: func(s slab, i int) {
		for j := range s.n {
			if s.wide() {
				s.op("VFNMADD231PD.BCST %s, %s, %s", s.entry(j, 8*i), s.v(j), s.v(8))
				continue
			}
			s.op("VBROADCASTSD %s, %s", s.entry(j, 8*i), s.v(10+j))
			for h := range 2 {
				s.op("VFNMADD231PD %s, %s, %s", s.v(10+j), s.v(2*j+h), s.v(8+h))
			}
		}
		for h := range s.parts() {
			s.op("VMOVUPD %s, %d(R12)(AX*1)", s.v(8+h), h*s.bytes())
		}
	}}.write("slabTimes", "SlabTimes; ld in bytes; not ok where an index is not below height")
}

// slabTransposed is kernel.SlabTransposed.
func (p *program) slabTransposed() {
	slab{program: p, stores: true, row: func(s slab, i int) {
		for j := range s.n {
			if s.wide() {
				s.op("VFNMADD231PD.BCST %s, %s, %s", s.entry(j, 8*i), s.v(8), s.v(j))
				continue
			}
			s.op("VBROADCASTSD %s, %s", s.entry(j, 8*i), s.v(10+j))
			for h := range 2 {
				s.op("VFNMADD231PD %s, %s, %s", s.v(10+j), s.v(8+h), s.v(2*j+h))
			}
		}
	}}.write("slabTransposed", "SlabTransposed; ld in bytes; not ok where an index is not below height")
}
