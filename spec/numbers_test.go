package spec

import (
	"slices"
	"strings"
	"testing"
)

// A range in a list of numbers stands for all of its numbers, and means the same as these.
func TestRangesOfNumbers(t *testing.T) {
	const text = `
elastrain: 1
network: {lattice: triangular, rows: 5-4-3-2, spacing: 16 mm}
bonds: {stiffness: 10..100 N/m, frozen: [3, 7..9, 2]}
supports: {pinned: [1..5]}
task:
  kind: behaviour
  cases: [{push: [{node: 11, along: -y, force: 49 mN}], want: [{node: 13, along: y, move: -0.5 mm}]}]
`
	file, err := Parse("a.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if got := file.Spec.Bonds.Frozen; !slices.Equal(got, []int{3, 7, 8, 9, 2}) {
		t.Errorf("frozen: %v", got)
	}
	written, err := Parse("a.yaml", []byte(strings.ReplaceAll(text, "[1..5]", "[1, 2, 3, 4, 5]")))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(file.Resolved()), string(written.Resolved()); got != want {
		t.Errorf("a range is resolved to\n%s\nand its numbers to\n%s", got, want)
	}
	again, err := Parse("a.yaml", []byte(text), "supports.pinned=[2..2, 14]")
	if err != nil || !slices.Equal(again.Spec.Supports.Pinned, []int{2, 14}) {
		t.Errorf("by override: %v, %v", again, err)
	}
}
