// The generator of the assembly of package kernel: run by go generate, and no part
// of the program.
module github.com/elastrain/elastrain/internal/kernel/asm

go 1.26
