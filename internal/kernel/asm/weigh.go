package main

// weigh is kernel.Weigh for n rows of eight numbers, n a multiple of 4 and more than 0. Four rows are taken at once and turned
// into eight registers of four numbers, which wait in room.
//
//	SI, DI, CX   the rows, g, rows left
//	R8, R9       p and q
//	R10, R11, BX weights, the column of room that they meet, how many are left
//	DX, R12      columns of outputs, how many are left
//	R13          room
func (p *program) weigh() {
	arg := p.text("weigh", "Weigh", "to", "e", "n", "p", "q", "w", "scale", "room")
	p.op("MOVQ %s, DI", arg("to"))
	p.op("MOVQ %s, SI", arg("e"))
	p.op("MOVQ %s, CX", arg("n"))
	p.op("MOVQ %s, R8", arg("p"))
	p.op("MOVQ %s, R9", arg("q"))
	p.op("MOVQ %s, R13", arg("room"))
	p.op("VBROADCASTSD %s, Y15", arg("scale"))
	p.label("rows")
	for half := range 2 {
		for r := range 4 {
			p.op("VMOVUPD %d(SI), Y%d", 64*r+32*half, r)
		}
		p.op("VUNPCKLPD Y1, Y0, Y4")
		p.op("VUNPCKHPD Y1, Y0, Y5")
		p.op("VUNPCKLPD Y3, Y2, Y6")
		p.op("VUNPCKHPD Y3, Y2, Y7")
		p.op("VPERM2F128 $0x20, Y6, Y4, Y8")
		p.op("VPERM2F128 $0x20, Y7, Y5, Y9")
		p.op("VPERM2F128 $0x31, Y6, Y4, Y10")
		p.op("VPERM2F128 $0x31, Y7, Y5, Y11")
		for c := range 4 {
			p.op("VMOVUPD Y%d, %d(R13)", 8+c, 32*(4*half+c))
		}
	}
	p.op("VXORPD Y0, Y0, Y0")
	p.op("MOVQ %s, R10", arg("w"))
	p.op("MOVQ R8, DX")
	p.op("SHLQ $5, DX")
	p.op("ADDQ R13, DX")
	p.op("MOVQ R9, R12")
	p.label("output")
	p.op("VXORPD Y1, Y1, Y1")
	p.op("MOVQ R13, R11")
	p.op("MOVQ R8, BX")
	p.label("input")
	p.op("VBROADCASTSD (R10), Y2")
	p.op("VMULPD (R11), Y2, Y2")
	p.op("VADDPD Y2, Y1, Y1")
	p.op("ADDQ $8, R10")
	p.op("ADDQ $32, R11")
	p.op("DECQ BX")
	p.op("JNZ input")
	p.op("VMULPD (DX), Y1, Y1")
	p.op("VADDPD Y1, Y0, Y0")
	p.op("ADDQ $32, DX")
	p.op("DECQ R12")
	p.op("JNZ output")
	p.op("VMULPD Y15, Y0, Y0")
	p.op("VMOVUPD Y0, (DI)")
	p.op("ADDQ $256, SI")
	p.op("ADDQ $32, DI")
	p.op("SUBQ $4, CX")
	p.op("JNZ rows")
	p.leave()
}
