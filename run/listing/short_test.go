package listing

import (
	"strings"
	"testing"
)

// Words of a hostile log do not fill a list.
func TestShort(t *testing.T) {
	for words, want := range map[string]string{"": "", "a\nb": "a\nb", "\u2066x\u2069": "x", strings.Repeat("ä", 400): strings.Repeat("ä", 400), strings.Repeat("ä", 401): strings.Repeat("ä", 400) + "…"} {
		if got := short(words); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
