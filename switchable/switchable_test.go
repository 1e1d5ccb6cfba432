package switchable

import (
	"strings"
	"testing"
)

// Every element says where its numbers are from, and has none that cannot be.
func TestElements(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range All() {
		if seen[e.Name] || e.What == "" || e.Holds == "" || !strings.HasPrefix(e.Source, "doi:10.") && !strings.HasPrefix(e.Source, "arXiv:") {
			t.Errorf("%+v", e)
		}
		seen[e.Name] = true
		if e.Hi < e.Lo || e.Ratio != 0 && e.Ratio <= 1 || e.Levels == 1 || e.Time < 0 || e.Energy < 0 || e.Drift < 0 {
			t.Errorf("%s: %+v", e.Name, e)
		}
		if e.Sets == "stiffness" && e.Ratio == 0 && e.Hi == 0 && !strings.Contains(e.Note, "not found") {
			t.Errorf("%s: no range, and its note does not say so", e.Name)
		}
	}
	if _, ok := Find("rubber"); ok {
		t.Error("an element that is not there is found")
	}
}
