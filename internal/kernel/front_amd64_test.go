//go:build amd64 && !purego

package kernel

import "testing"

// atLevel calls f with an instruction set, and skips those this processor lacks.
func atLevel(l int, f func()) (ran bool) {
	if l > best() {
		return false
	}
	defer func(old int) { level = old }(level)
	level = l
	f()
	return true
}

// TestBest: this processor runs what it says it can.
func TestBest(t *testing.T) {
	if level != best() {
		t.Errorf("level is %d at the start, and %d is possible", level, best())
	}
}
