//go:build !linux

package team

import "runtime"

// sleep lets other goroutines run; what the system does then is its own affair.
func sleep() { runtime.Gosched() }
