package driver

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Longest texts of a driver that people are shown, characters.
const (
	mostMessage = 500
	mostName    = 80
)

// Clean makes a text of somebody else fit to be shown on a terminal: one line
// of at most so many characters. Line ends become blanks; control characters,
// escape sequences, and characters that are not seen or turn the direction of
// writing become question marks.
func Clean(text string, most int) string {
	var b strings.Builder
	shown := 0
	for i, r := range text {
		if shown == most {
			fmt.Fprintf(&b, "... (%d bytes more)", len(text)-i)
			break
		}
		b.WriteRune(harmless(r, text[i:]))
		shown++
	}
	return strings.TrimSpace(b.String())
}

func harmless(r rune, at string) rune {
	switch {
	case r == '\n', r == '\r', r == '\t':
		return ' '
	case r == utf8.RuneError && !strings.HasPrefix(at, string(utf8.RuneError)): // bytes that are no UTF-8
		return '?'
	case unicode.IsSpace(r):
		return ' '
	case !unicode.IsPrint(r): // controls, formats such as U+202E, private characters
		return '?'
	}
	return r
}
