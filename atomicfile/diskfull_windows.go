package atomicfile

import (
	"errors"
	"syscall"
)

// Windows has two errors of its own for a full disk.
const (
	errorHandleDiskFull = syscall.Errno(39)
	errorDiskFull       = syscall.Errno(112)
)

func isDiskFull(err error) bool {
	for _, full := range []error{errorHandleDiskFull, errorDiskFull, syscall.ENOSPC, syscall.EDQUOT} {
		if errors.Is(err, full) {
			return true
		}
	}
	return false
}
