//go:build unix

package atomicfile

import "syscall"

// nonblock opens a pipe without waiting for its other end, so that it can be refused.
const nonblock = syscall.O_NONBLOCK
