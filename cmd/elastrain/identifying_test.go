package main

import (
	"strings"
	"testing"
	"time"

	"github.com/elastrain/elastrain/lab/identify"
)

// TestIdentifyingText foretells the end of a round from the spreads that are done.
func TestIdentifyingText(t *testing.T) {
	p := identify.Progress{Round: 2, Spread: 2, Spreads: 6, Fits: 9, Cracked: 1}
	got := identifyingText(p, 17, 20*time.Second)
	if want := "about " + duration(40) + " to go"; !strings.Contains(got, want) || !strings.Contains(got, "spread 3 of 6") || !strings.Contains(got, "9 fits to 17 loads") {
		t.Errorf("%q lacks %q", got, want)
	}
	if p.Spread = 0; strings.Contains(identifyingText(p, 17, time.Second), "to go") {
		t.Error("it foretells an end before a spread is done")
	}
}
