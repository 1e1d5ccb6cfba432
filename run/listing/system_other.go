//go:build !unix

package listing

// nonblock opens pipes without waiting for their other end, where there are such.
const nonblock = 0
