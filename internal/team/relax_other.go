//go:build !amd64

package team

import "runtime"

// relax lets other goroutines run.
func relax() { runtime.Gosched() }
