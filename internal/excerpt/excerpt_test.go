package excerpt_test

import (
	"strings"
	"testing"

	"github.com/elastrain/elastrain/internal/excerpt"
)

func TestOf(t *testing.T) {
	for _, c := range []struct {
		text string
		most int
		want string
	}{
		{"", 4, ""},
		{"four", 4, "four"},
		{"fives", 4, "five... (5 letters)"},
		{strings.Repeat("a", 1_000_000), 4, "aaaa... (1000000 letters)"},
		{"Größen", 6, "Größen"},
		{"Größen", 4, "Größ... (6 letters)"}, // letters, not bytes
		{"\xff\xfe\xfd", 2, "\xff\xfe... (3 letters)"},
	} {
		if got := excerpt.Of(c.text, c.most); got != c.want {
			t.Errorf("%q to %d: %q, want %q", c.text[:min(10, len(c.text))], c.most, got, c.want)
		}
	}
}
