//go:build amd64 && !purego

package kernel

import "golang.org/x/sys/cpu"

// assembly says whether this processor has what the assembly needs.
var assembly = cpu.X86.HasAVX

// The functions of kernel_amd64.s do what their Go definitions do.

//go:noescape
func forward8(b, l *float64, start *int32, inv *float64, n int)

//go:noescape
func backward8(b, l *float64, start *int32, inv *float64, n int)

//go:noescape
func gather8(e, u *float64, ptr, col *int32, val *float64, rows int)
