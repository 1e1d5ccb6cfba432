package driver

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestTerminal(t *testing.T) {
	var out strings.Builder
	p := NewTerminal(strings.NewReader("\nmaybe\nre\nrej\n too dark \n"), &out)
	if err := p.Tell(t.Context(), "look"); err != nil {
		t.Fatal(err)
	}
	if got, err := p.Ask(t.Context(), "well?", "accept", "reject", "retake"); got != "reject" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := p.Ask(t.Context(), "why?"); got != "too dark" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := p.Ask(t.Context(), "more?", "yes"); !errors.Is(err, &Error{Code: Stopped}) {
		t.Errorf("at the end: %v", err)
	}
	if want := "look\n" + strings.Repeat("well? [accept, reject, retake] ", 4) + "why? more? [yes] "; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
	reader, _ := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := NewTerminal(reader, &out).Ask(ctx, "?"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
