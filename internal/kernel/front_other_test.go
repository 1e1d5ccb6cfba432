//go:build !amd64 || purego

package kernel

// atLevel calls f with an instruction set; here there is but one.
func atLevel(l int, f func()) (ran bool) {
	if l != pureGo {
		return false
	}
	f()
	return true
}
