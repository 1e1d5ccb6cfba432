//go:build !amd64 || purego

package kernel

const assembly = false

func forward8(b, l *float64, start *int32, inv *float64, n int) { panic("kernel: no assembly") }

func backward8(b, l *float64, start *int32, inv *float64, n int) { panic("kernel: no assembly") }

func gather8(e, u *float64, ptr, col *int32, val *float64, rows int) { panic("kernel: no assembly") }
