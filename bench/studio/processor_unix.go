//go:build unix

package main

import "syscall"

// processor is the seconds of all processors that this process has taken; 0 where the system does not tell.
func processor() float64 {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return float64(r.Utime.Nano()+r.Stime.Nano()) / 1e9
}
