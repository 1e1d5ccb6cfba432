package spec

import (
	"fmt"
	"testing"
)

// Counts may stand in a list, and are then the same to the byte.
func TestCountsInLists(t *testing.T) {
	const text = "elastrain: 1\nnetwork: {lattice: %s, spacing: 1 mm}\nbonds: {stiffness: 1..2 N/m}\nsupports: {pinned: [1, 2]}\n" +
		"task: {kind: behaviour, cases: [{push: [{node: 3, along: x, force: 1 N}], want: [{node: 3, along: x, move: 1 mm}]}]}\n"
	for _, c := range [][2]string{{"triangular, rows: 6-5", "triangular, rows: [6, 5]"}, {"honeycomb, size: 3 x 2", "honeycomb, size: [3, 2]"}} {
		var resolved [2]string
		for i, keys := range c {
			file, err := Parse("a.yaml", fmt.Appendf(nil, text, keys))
			if err != nil {
				t.Fatalf("%s: %v", keys, err)
			}
			resolved[i] = string(file.Resolved())
		}
		if resolved[0] != resolved[1] {
			t.Errorf("%s is\n%s, and %s\n%s", c[0], resolved[0], c[1], resolved[1])
		}
	}
	for _, bad := range []string{"triangular, rows: []", "triangular, rows: [6, a]", "triangular, rows: [[6]]", "triangular, rows: [6, 0]", "honeycomb, size: [1, 2, 3, 4]", "honeycomb, size: [3.5, 2]"} {
		if _, err := Parse("a.yaml", fmt.Appendf(nil, text, bad)); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}
