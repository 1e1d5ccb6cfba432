package main

import (
	"os"
	"path/filepath"
	"testing"
)

// What cannot be shared as a page is refused before anything is written.
func TestShareRefusals(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "page.html")
	for _, args := range [][]string{
		{"share", "../../examples/chain.yaml", "-o", filepath.Join(dir, "page.txt")},
		{"share", filepath.Join(dir, "gone.yaml"), "-o", out},
		{"share", "../../examples/large-lattice.yaml", "network.size=150 x 150", "-o", out},
	} {
		if code, wrong := judged(args...); code != 2 || wrong != nil {
			t.Errorf("%v ends with %d: %v", args, code, wrong)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v is left: %v", left, err)
	}
}
