package spec

import (
	"strings"
	"testing"
)

// Shares of zero are values like any other where nothing is left; what is beyond the limits of a key is told with both.
func TestLimitsOfShares(t *testing.T) {
	const text = "elastrain: 1\nhubs: {number: 4, branches: 2, features: 4, outputs: 3}\ntask: {kind: classification, data: iris, loss: softmax}\n"
	for _, good := range []string{"hubs.left=0 %", "task.smoothing=0 %", "hubs.left=3 %", "task.reading.gain_rate=1000", "matter.left=0 %"} {
		if _, err := Parse("a.yaml", []byte(text), good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for change, want := range map[string]string{
		"task.reading.gain_rate=1e300":  "larger than zero and at most 1000",
		"task.reading.offset_rate=0":    "larger than zero",
		"learn.beta1=1":                 "larger than zero and at most 0.9999999",
		"hubs.left=200 %":               "from 0 to 1",
		"hubs.left=3":                   "did you mean `3 %`?",
		"matter.left=3":                 "did you mean `3 %`?",
		"task.smoothing=10":             "did you mean `10 %`?",
		"task.reading.gain_rate=0.5e-3": "",
	} {
		_, err := Parse("a.yaml", []byte(text), change)
		if want == "" {
			if err != nil {
				t.Errorf("%s: %v", change, err)
			}
			continue
		}
		errs, ok := err.(Errors)
		if !ok || errs[0].Code != "E0209" || !strings.Contains(errs[0].Error()+errs[0].Help, want) {
			t.Errorf("%s: %v, want %q", change, err, want)
		}
	}
}
