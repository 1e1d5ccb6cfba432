package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/internal/cli"
)

// TestPruneShare refuses the whole, which is mostly a percent sign that was forgotten.
func TestPruneShare(t *testing.T) {
	for _, tt := range []struct{ text, way string }{{"1", "--until '1 %'"}, {"3", "--until '3 %'"}, {"100 %", "below 1"}, {"250 %", "below 1"}, {"-1 %", "above zero, and below 100 %"}, {"0", "above zero"}} {
		var v float64
		var usage *cli.UsageError
		if err := pruneShare("until", tt.text, false, &v); !errors.As(err, &usage) || !strings.Contains(usage.Help, tt.way) {
			t.Errorf("--until %s: %v, %+v", tt.text, err, usage)
		}
	}
	for _, text := range []string{"3 %", "0.03"} {
		var v float64
		if err := pruneShare("until", text, false, &v); err != nil || v != 0.03 {
			t.Errorf("--until %s: %g, %v", text, v, err)
		}
	}
}

// TestKeptText says nothing of a negative share.
func TestKeptText(t *testing.T) {
	if a, b := keptText(-0.25), keptText(0.5); a != "less than untrained" || b != "50 % kept" {
		t.Errorf("%q, %q", a, b)
	}
}
