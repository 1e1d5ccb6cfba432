//go:build unix

package listing

import "syscall"

// nonblock opens pipes without waiting for their other end.
const nonblock = syscall.O_NONBLOCK
