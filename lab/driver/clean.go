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

// Clean makes a text of somebody else fit to be shown: Harmless, without blanks around
// it, and of at most so many characters.
func Clean(text string, most int) string {
	shown := 0
	for i := range text {
		if shown++; shown > most {
			return Harmless(text[:i]) + fmt.Sprintf("... (%d bytes more)", len(text)-i)
		}
	}
	return strings.TrimSpace(Harmless(text))
}

// Harmless makes one line of a text that a terminal can show. Ends of lines and tabs
// become blanks; control characters, which begin escape sequences, and characters that are
// not seen or turn the direction of writing become question marks, one for one.
func Harmless(text string) string {
	var b strings.Builder
	for i, r := range text {
		b.WriteRune(harmless(r, text[i:]))
	}
	return b.String()
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
