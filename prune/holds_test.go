package prune

import (
	"strings"
	"testing"
)

// TestWhoHolds says of all bonds that are left why they stay.
func TestWhoHolds(t *testing.T) {
	for _, tt := range []struct {
		left, alone int
		want        string
	}{{28, 2, "without 2 of them the lattice does not hold, and without any of the other 26 the score"}, {5, 5, "without any of them the lattice does not hold"}, {7, 0, "without any of the 7 left the score"}} {
		if got := whoHolds(tt.left, tt.alone); !strings.Contains(got, tt.want) {
			t.Errorf("%d left, %d alone: %q", tt.left, tt.alone, got)
		}
	}
}
