//go:build unix

package sweep

import (
	"syscall"
	"time"
)

// processor is the time of all processors that this process has taken.
func processor() (taken time.Duration, known bool) {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0, false
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano()), true
}
