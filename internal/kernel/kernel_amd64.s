//go:build amd64 && !purego

#include "textflag.h"

// Rows are two YMM registers of four columns. Products are rounded before they
// are added (VMULPD, then VADDPD or VSUBPD), as the Go definitions do.

// func forward8(b, l *float64, start *int32, inv *float64, n int)
TEXT ·forward8(SB), NOSPLIT, $0-40
	MOVQ b+0(FP), DI      // row j of b
	MOVQ l+8(FP), SI      // column j of L; columns follow one another
	MOVQ start+16(FP), DX
	MOVQ inv+24(FP), CX
	MOVQ n+32(FP), BX

column:
	VBROADCASTSD (CX), Y0
	VMULPD (DI), Y0, Y1
	VMULPD 32(DI), Y0, Y2
	VMOVUPD Y1, (DI)
	VMOVUPD Y2, 32(DI)
	MOVL 4(DX), R8
	SUBL (DX), R8         // entries of the column
	ADDQ $8, SI           // past the diagonal
	LEAQ 64(DI), R9       // row j+1

below:
	DECL R8
	JLE  next
	VBROADCASTSD (SI), Y3
	VMULPD Y1, Y3, Y4
	VMULPD Y2, Y3, Y5
	VMOVUPD (R9), Y6
	VMOVUPD 32(R9), Y7
	VSUBPD Y4, Y6, Y6
	VSUBPD Y5, Y7, Y7
	VMOVUPD Y6, (R9)
	VMOVUPD Y7, 32(R9)
	ADDQ $8, SI
	ADDQ $64, R9
	JMP  below

next:
	ADDQ $64, DI
	ADDQ $4, DX
	ADDQ $8, CX
	DECQ BX
	JNZ  column
	VZEROUPPER
	RET

// func backward8(b, l *float64, start *int32, inv *float64, n int)
TEXT ·backward8(SB), NOSPLIT, $0-40
	MOVQ b+0(FP), DI
	MOVQ l+8(FP), R10
	MOVQ start+16(FP), DX
	MOVQ inv+24(FP), CX
	MOVQ n+32(FP), BX
	LEAQ -1(BX), AX
	LEAQ (DX)(AX*4), DX   // start of the last column
	LEAQ (CX)(AX*8), CX
	SHLQ $6, AX
	ADDQ AX, DI           // last row of b

column:
	MOVLQSX (DX), R11
	LEAQ 8(R10)(R11*8), SI // first entry below the diagonal
	MOVL 4(DX), R8
	SUBL (DX), R8
	VMOVUPD (DI), Y1
	VMOVUPD 32(DI), Y2
	LEAQ 64(DI), R9

below:
	DECL R8
	JLE  next
	VBROADCASTSD (SI), Y3
	VMULPD (R9), Y3, Y4
	VMULPD 32(R9), Y3, Y5
	VSUBPD Y4, Y1, Y1
	VSUBPD Y5, Y2, Y2
	ADDQ $8, SI
	ADDQ $64, R9
	JMP  below

next:
	VBROADCASTSD (CX), Y0
	VMULPD Y1, Y0, Y1
	VMULPD Y2, Y0, Y2
	VMOVUPD Y1, (DI)
	VMOVUPD Y2, 32(DI)
	SUBQ $64, DI
	SUBQ $4, DX
	SUBQ $8, CX
	DECQ BX
	JNZ  column
	VZEROUPPER
	RET

// func gather8(e, u *float64, ptr, col *int32, val *float64, rows int)
TEXT ·gather8(SB), NOSPLIT, $0-48
	MOVQ e+0(FP), DI
	MOVQ u+8(FP), R10
	MOVQ ptr+16(FP), DX
	MOVQ col+24(FP), CX
	MOVQ val+32(FP), SI
	MOVQ rows+40(FP), BX
	MOVLQSX (DX), R11
	LEAQ (CX)(R11*4), CX
	LEAQ (SI)(R11*8), SI

row:
	VXORPD Y1, Y1, Y1
	VXORPD Y2, Y2, Y2
	MOVL 4(DX), R8
	SUBL (DX), R8
	JLE  store

entry:
	MOVLQSX (CX), R9
	SHLQ $6, R9
	VBROADCASTSD (SI), Y3
	VMULPD (R10)(R9*1), Y3, Y4
	VMULPD 32(R10)(R9*1), Y3, Y5
	VADDPD Y4, Y1, Y1
	VADDPD Y5, Y2, Y2
	ADDQ $4, CX
	ADDQ $8, SI
	DECL R8
	JNZ  entry

store:
	VMOVUPD Y1, (DI)
	VMOVUPD Y2, 32(DI)
	ADDQ $64, DI
	ADDQ $4, DX
	DECQ BX
	JNZ  row
	VZEROUPPER
	RET
