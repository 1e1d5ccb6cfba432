//go:build unix

package main

import "syscall"

// usage is what the system tells of this process.
func usage() (r syscall.Rusage) {
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return syscall.Rusage{}
	}
	return r
}

// processor is the seconds of all processors that this process has taken; 0 where the system does not tell.
func processor() float64 {
	r := usage()
	return float64(r.Utime.Nano()+r.Stime.Nano()) / 1e9
}

// wakes is how often this process has waited and was woken.
func wakes() int64 {
	r := usage()
	return int64(r.Nvcsw)
}
