package spec

import (
	"strings"
	"testing"
)

// TestColumnsOfALattice names size to who means that.
func TestColumnsOfALattice(t *testing.T) {
	text := "elastrain: 1\nnetwork: {lattice: triangular, rows: 6, columns: 7, spacing: 16 mm}\n"
	_, err := Parse("mine.yaml", []byte(text))
	found := false
	if list, ok := err.(Errors); ok {
		for _, e := range list {
			found = found || strings.Contains(e.Help, "size: 6 x 7")
		}
	}
	if !found {
		t.Errorf("nothing names size: %v", err)
	}
}
