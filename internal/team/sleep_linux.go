package team

import "syscall"

// sleep gives the processor away for a moment: whoever is waited for does not run. It allocates nothing, unlike time.Sleep.
func sleep() {
	moment := syscall.Timespec{Nsec: 50_000}
	_ = syscall.Nanosleep(&moment, nil) // woken up too early, the thread looks again
}
