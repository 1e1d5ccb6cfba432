package main

// The loops of many_optim.go: variables, from slopes to steps to stiffnesses.

// adamMoments is kernel.AdamMoments.
//
//	DI mean, SI square, DX g, BX variables left    0, 1, 2, 3 decays and what they leave    4 sum
func (p *program) adamMoments() {
	arg := p.text("adamMoments", "AdamMoments", "mean", "square", "grad", "n", "decay", "sum")
	p.load(arg, "mean", "DI", "square", "SI", "grad", "DX", "n", "BX", "decay", "CX")
	for i := range 4 {
		p.op("VMOVUPD %d(CX), %s", i*laneBytes, p.v(i))
	}
	p.none(4)
	p.label("variable")
	p.op("VMOVUPD (DX), %s", p.v(5))
	p.op("VMULPD (DI), %s, %s", p.v(0), p.v(6))
	p.op("VMULPD %s, %s, %s", p.v(5), p.v(1), p.v(7))
	p.op("VADDPD %s, %s, %s", p.v(7), p.v(6), p.v(6))
	p.op("VMOVUPD %s, (DI)", p.v(6))
	p.op("VMULPD (SI), %s, %s", p.v(2), p.v(6))
	p.op("VMULPD %s, %s, %s", p.v(5), p.v(3), p.v(7))
	p.op("VMULPD %s, %s, %s", p.v(5), p.v(7), p.v(7))
	p.op("VADDPD %s, %s, %s", p.v(7), p.v(6), p.v(6))
	p.op("VMOVUPD %s, (SI)", p.v(6))
	p.op("VADDPD %s, %s, %s", p.v(6), p.v(4), p.v(4))
	p.op("ADDQ $64, DI")
	p.op("ADDQ $64, SI")
	p.op("ADDQ $64, DX")
	p.op("DECQ BX")
	p.op("JNZ variable")
	p.op("MOVQ %s, CX", arg("sum"))
	p.op("VMOVUPD %s, (CX)", p.v(4))
	p.leave()
}

// clip holds 4 between the rows at R8 and R9, unless R8 is 0. Of two zeros the bound is taken below and the number above; what is no number stays.
// It uses 5, 6 and 7.
func (p *program) clip() {
	p.op("TESTQ R8, R8")
	p.op("JZ free")
	p.op("VMAXPD (R8), %s, %s", p.v(4), p.v(5))
	if p.wide() {
		p.op("VCMPPD $%d, %s, %s, K1", unordered, p.v(4), p.v(4))
		p.op("VMOVAPD %s, K1, %s", p.v(4), p.v(5))
	} else {
		p.op("VCMPPD $%d, %s, %s, %s", unordered, p.v(4), p.v(4), p.v(6))
		p.op("VBLENDVPD %s, %s, %s, %s", p.v(6), p.v(4), p.v(5), p.v(5))
	}
	p.op("VMOVUPD (R9), %s", p.v(6))
	p.op("VMINPD %s, %s, %s", p.v(5), p.v(6), p.v(4))
	p.op("ADDQ $64, R8")
	p.op("ADDQ $64, R9")
	p.label("free")
}

// adamMove is kernel.AdamMove.
//
//	DI x, SI mean, DX square, BX variables left, R8 lo or 0, R9 hi    0 grow2, 1 epsilon, 2 grow1, 3 rate, 8 zero
func (p *program) adamMove() {
	arg := p.text("adamMove", "AdamMove", "x", "mean", "square", "n", "scale", "lo", "hi")
	p.load(arg, "x", "DI", "mean", "SI", "square", "DX", "n", "BX", "scale", "CX", "lo", "R8", "hi", "R9")
	for i := range 4 {
		p.op("VMOVUPD %d(CX), %s", i*laneBytes, p.v(i))
	}
	p.none(8)
	p.label("variable")
	p.op("VMULPD (DX), %s, %s", p.v(0), p.v(5))
	p.op("VSQRTPD %s, %s", p.v(5), p.v(5))
	p.op("VADDPD %s, %s, %s", p.v(1), p.v(5), p.v(5))
	p.op("VMULPD (SI), %s, %s", p.v(2), p.v(6))
	p.op("VMULPD %s, %s, %s", p.v(6), p.v(3), p.v(6))
	p.op("VDIVPD %s, %s, %s", p.v(5), p.v(6), p.v(6))
	p.keep(greater, 5, 8, 6, 6, 7)
	p.op("VMOVUPD (DI), %s", p.v(4))
	p.op("VSUBPD %s, %s, %s", p.v(6), p.v(4), p.v(4))
	p.clip()
	p.op("VMOVUPD %s, (DI)", p.v(4))
	p.op("ADDQ $64, DI")
	p.op("ADDQ $64, SI")
	p.op("ADDQ $64, DX")
	p.op("DECQ BX")
	p.op("JNZ variable")
	p.leave()
}

// momentumMove is kernel.MomentumMove.
//
//	DI x, SI v, DX g, BX variables left, R8 lo or 0, R9 hi    0 decay, 1 rate, 2 v
func (p *program) momentumMove() {
	arg := p.text("momentumMove", "MomentumMove", "x", "v", "grad", "n", "scale", "lo", "hi")
	p.load(arg, "x", "DI", "v", "SI", "grad", "DX", "n", "BX", "scale", "CX", "lo", "R8", "hi", "R9")
	for i := range 2 {
		p.op("VMOVUPD %d(CX), %s", i*laneBytes, p.v(i))
	}
	p.label("variable")
	p.op("VMULPD (SI), %s, %s", p.v(0), p.v(2))
	p.op("VADDPD (DX), %s, %s", p.v(2), p.v(2))
	p.op("VMULPD %s, %s, %s", p.v(2), p.v(1), p.v(3))
	p.op("VMOVUPD (DI), %s", p.v(4))
	p.op("VSUBPD %s, %s, %s", p.v(3), p.v(4), p.v(4))
	p.op("TESTQ R8, R8")
	p.op("JZ store")
	p.op("VMOVUPD (R8), %s", p.v(5))
	p.keep(notLess, 4, 5, 2, 2, 6)
	p.op("VMOVUPD (R9), %s", p.v(5))
	p.keep(notGreater, 4, 5, 2, 2, 6)
	p.label("store")
	p.op("VMOVUPD %s, (SI)", p.v(2))
	p.clip()
	p.op("VMOVUPD %s, (DI)", p.v(4))
	p.op("ADDQ $64, DI")
	p.op("ADDQ $64, SI")
	p.op("ADDQ $64, DX")
	p.op("DECQ BX")
	p.op("JNZ variable")
	p.leave()
}

// putMode stores register i as the stiffness of the next mode: R10 list of modes, R9 k.
func (p *program) putMode(i int) {
	p.op("MOVLQSX (R10), AX")
	p.op("SHLQ $6, AX")
	p.op("VMOVUPD %s, (R9)(AX*1)", p.v(i))
	p.op("ADDQ $4, R10")
}

// linearRows is kernel.LinearRows.
//
//	R9 k, R10 modes, SI x, DX lo, CX hi, R8 gain, R11 speed, BX variables left    10 one
func (p *program) linearRows() {
	arg := p.text("linearRows", "LinearRows", "k", "mode", "x", "lo", "hi", "gain", "speed", "n")
	p.load(arg, "k", "R9", "mode", "R10", "x", "SI", "lo", "DX", "hi", "CX", "gain", "R8", "speed", "R11", "n", "BX")
	p.constant(10, one)
	p.label("variable")
	p.op("VMOVUPD (R11), %s", p.v(0))
	p.op("VMULPD (SI), %s, %s", p.v(0), p.v(0))
	p.op("VSUBPD %s, %s, %s", p.v(0), p.v(10), p.v(1))
	p.op("VMULPD (DX), %s, %s", p.v(1), p.v(1))
	p.op("VMULPD (CX), %s, %s", p.v(0), p.v(0))
	p.op("VADDPD %s, %s, %s", p.v(0), p.v(1), p.v(1))
	p.op("VMULPD (R8), %s, %s", p.v(1), p.v(1))
	p.putMode(1)
	for _, r := range []string{"SI", "DX", "CX", "R8", "R11"} {
		p.op("ADDQ $64, %s", r)
	}
	p.op("DECQ BX")
	p.op("JNZ variable")
	p.leave()
}

// The numbers of math.Exp, by their bits.
var taylor = []string{"0x3efa01a01a01a01a", "0x3f2a01a01a01a01a", "0x3f56c16c16c16c17", "0x3f81111111111111", "0x3fa5555555555555", "0x3fc5555555555555", "0x3fe0000000000000"}

const (
	log2e     = "0x3ff71547652b82fe"
	ln2Upper  = "0x3fe62e42fefa3000"
	ln2Lower  = "0x3d53de6af278ece6"
	sixteenth = "0x3fb0000000000000"
	two       = "0x4000000000000000"
	far       = "0x4085e00000000000" // 700: e to the power of less is normal
)

// sigmoidRows is kernel.SigmoidRows. Its exponential is, operation by operation, that of package math on processors with fused products.
//
//	R9 k, R10 modes, SI x, DX lo, CX width, R8 gain, R11 speed, R12 slope, BX variables, R13 variables done
func (p *program) sigmoidRows() {
	arg := p.text("sigmoidRows", "SigmoidRows", "k", "slope", "mode", "x", "lo", "width", "gain", "speed", "steep", "from", "n", "done")
	p.load(arg, "k", "R9", "slope", "R12", "mode", "R10", "x", "SI", "lo", "DX", "width", "CX", "gain", "R8", "speed", "R11", "n", "BX", "from", "R13")
	p.op("LEAQ (R10)(R13*4), R10")
	p.op("MOVQ R13, AX")
	p.op("SHLQ $6, AX")
	for _, r := range []string{"SI", "DX", "CX", "R8", "R11", "R12"} {
		p.op("ADDQ AX, %s", r)
	}
	p.constant(10, one)
	p.constant(11, noSign)
	p.constant(12, two)
	p.constant(13, sixteenth)
	p.op("VBROADCASTSD %s, %s", arg("steep"), p.v(14))
	p.label("variable")
	p.op("CMPQ R13, BX")
	p.op("JGE end")
	p.constant(15, signOnly)
	p.op("VXORPD %s, %s, %s", p.v(15), p.v(14), p.v(0)) // -steep
	p.op("VMOVUPD (R11), %s", p.v(1))
	p.op("VMULPD (SI), %s, %s", p.v(1), p.v(1))
	p.op("VMULPD %s, %s, %s", p.v(1), p.v(0), p.v(0))
	p.op("VANDPD %s, %s, %s", p.v(11), p.v(0), p.v(1))
	p.constant(2, far)
	p.op("VMAXPD %s, %s, %s", p.v(1), p.v(2), p.v(3)) // NaN stays
	p.all(equal, 2, 3, 4, "end")
	p.constant(1, log2e)
	p.op("VMULPD %s, %s, %s", p.v(0), p.v(1), p.v(1))
	half, exponent := "Y", "Y9" // 32-bit integers take half a register
	if !p.wide() {
		half = "X"
		exponent = "X9"
		p.op("VCVTPD2DQY %s, X9", p.v(1))
	} else {
		p.op("VCVTPD2DQ %s, Y9", p.v(1))
	}
	p.op("VCVTDQ2PD %s, %s", exponent, p.v(1))
	p.constant(2, ln2Upper)
	p.op("VFNMADD231PD %s, %s, %s", p.v(2), p.v(1), p.v(0))
	p.constant(2, ln2Lower)
	p.op("VFNMADD231PD %s, %s, %s", p.v(2), p.v(1), p.v(0))
	p.op("VMULPD %s, %s, %s", p.v(13), p.v(0), p.v(0))
	p.constant(1, taylor[0])
	for _, t := range taylor[1:] {
		p.constant(2, t)
		p.op("VFMADD213PD %s, %s, %s", p.v(2), p.v(0), p.v(1))
	}
	p.op("VFMADD213PD %s, %s, %s", p.v(10), p.v(0), p.v(1))
	p.op("VMULPD %s, %s, %s", p.v(1), p.v(0), p.v(0))
	for range 3 {
		p.op("VADDPD %s, %s, %s", p.v(12), p.v(0), p.v(1))
		p.op("VMULPD %s, %s, %s", p.v(1), p.v(0), p.v(0))
	}
	p.op("VADDPD %s, %s, %s", p.v(12), p.v(0), p.v(1))
	p.op("VFMADD213PD %s, %s, %s", p.v(10), p.v(1), p.v(0))
	p.op("MOVL $0x3ff, AX")
	p.op("VMOVD AX, X2")
	p.op("VPBROADCASTD X2, %s2", half)
	p.op("VPADDD %s2, %s9, %s9", half, half, half)
	p.op("VPMOVSXDQ %s9, %s", half, p.v(2))
	p.op("VPSLLQ $52, %s, %s", p.v(2), p.v(2))
	p.op("VMULPD %s, %s, %s", p.v(2), p.v(0), p.v(0)) // exp(-steep x)
	p.op("VADDPD %s, %s, %s", p.v(0), p.v(10), p.v(0))
	p.op("VDIVPD %s, %s, %s", p.v(0), p.v(10), p.v(0)) // s
	p.op("VMOVUPD (CX), %s", p.v(1))
	p.op("VMULPD %s, %s, %s", p.v(0), p.v(1), p.v(2))
	p.op("VADDPD (DX), %s, %s", p.v(2), p.v(2))
	p.op("VMULPD (R8), %s, %s", p.v(2), p.v(2))
	p.putMode(2)
	p.op("VMULPD %s, %s, %s", p.v(14), p.v(1), p.v(1))
	p.op("VMULPD %s, %s, %s", p.v(0), p.v(1), p.v(1))
	p.op("VSUBPD %s, %s, %s", p.v(0), p.v(10), p.v(2))
	p.op("VMULPD %s, %s, %s", p.v(2), p.v(1), p.v(1))
	p.op("VMULPD (R11), %s, %s", p.v(1), p.v(1))
	p.op("VMULPD (R8), %s, %s", p.v(1), p.v(1))
	p.op("VMOVUPD %s, (R12)", p.v(1))
	for _, r := range []string{"SI", "DX", "CX", "R8", "R11", "R12"} {
		p.op("ADDQ $64, %s", r)
	}
	p.op("INCQ R13")
	p.op("JMP variable")
	p.label("end")
	p.op("MOVQ R13, %s", arg("done"))
	p.leave()
}

// chainRows is kernel.ChainRows.
//
//	DI g, SI gk, DX mode, CX slope or 0, BX variables left    0 zero where all are finite
func (p *program) chainRows() {
	arg := p.text("chainRows", "ChainRows", "grad", "gk", "mode", "slope", "n", "finite")
	p.load(arg, "grad", "DI", "gk", "SI", "mode", "DX", "slope", "CX", "n", "BX")
	p.none(0)
	p.label("variable")
	p.op("MOVLQSX (DX), AX")
	p.op("SHLQ $6, AX")
	p.op("VMOVUPD (SI)(AX*1), %s", p.v(1))
	p.op("TESTQ CX, CX")
	p.op("JZ store")
	p.op("VMULPD (CX), %s, %s", p.v(1), p.v(1))
	p.op("ADDQ $64, CX")
	p.label("store")
	p.op("VMOVUPD %s, (DI)", p.v(1))
	p.op("VSUBPD %s, %s, %s", p.v(1), p.v(1), p.v(1))
	p.op("VADDPD %s, %s, %s", p.v(1), p.v(0), p.v(0))
	p.op("ADDQ $4, DX")
	p.op("ADDQ $64, DI")
	p.op("DECQ BX")
	p.op("JNZ variable")
	p.op("MOVQ %s, CX", arg("finite"))
	p.op("VMOVUPD %s, (CX)", p.v(0))
	p.leave()
}

// spanRows is kernel.SpanRows.
//
//	SI k, BX modes left, DX span    0 least, 1 most, 2 zero where all are finite
func (p *program) spanRows() {
	arg := p.text("spanRows", "SpanRows", "span", "k", "modes")
	p.load(arg, "span", "DX", "k", "SI", "modes", "BX")
	p.op("VMOVUPD (SI), %s", p.v(0))
	p.op("VMOVUPD (SI), %s", p.v(1))
	p.none(2)
	p.label("mode")
	p.op("VMOVUPD (SI), %s", p.v(3))
	p.op("VMINPD %s, %s, %s", p.v(3), p.v(0), p.v(0))
	p.op("VMAXPD %s, %s, %s", p.v(3), p.v(1), p.v(1))
	p.op("VSUBPD %s, %s, %s", p.v(3), p.v(3), p.v(3))
	p.op("VADDPD %s, %s, %s", p.v(3), p.v(2), p.v(2))
	p.op("ADDQ $64, SI")
	p.op("DECQ BX")
	p.op("JNZ mode")
	p.op("VMOVUPD %s, (DX)", p.v(0))
	p.op("VMOVUPD %s, 64(DX)", p.v(1))
	p.op("VMOVUPD %s, 128(DX)", p.v(2))
	p.leave()
}
