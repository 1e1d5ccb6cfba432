//go:build !unix

package atomicfile

// nonblock would open a pipe without waiting for its other end; here there are none among files.
const nonblock = 0
