package main

import (
	"slices"
	"testing"
)

// A key of a section that a question gives beside the section counts, in whatever order JSON has them.
func TestQuestionHasSectionsFirst(t *testing.T) {
	for _, line := range []string{`{"id":1,"set":{"learn.rate":0.1,"learn":{"method":"adam"}}}`, `{"id":1,"set":{"learn":{"method":"adam"},"learn.rate":0.1}}`} {
		var q sweepQuestion
		ask, err := q.question([]byte(line))
		if want := []string{`learn={"method":"adam"}`, "learn.rate=0.1"}; err != nil || !slices.Equal(ask.Set, want) {
			t.Errorf("%s: %q %v", line, ask.Set, err)
		}
	}
}
