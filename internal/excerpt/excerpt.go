// Package excerpt makes what a message repeats of somebody's file short: a name of a million letters is told by its first ones and their number.
package excerpt

import (
	"fmt"
	"unicode/utf8"
)

// Of is a text of at most so many letters as it stands, and of a longer one the first of them and how many there are.
func Of(text string, most int) string {
	shown := 0
	for i := range text {
		if shown++; shown > most {
			return fmt.Sprintf("%s... (%d letters)", text[:i], utf8.RuneCountInString(text))
		}
	}
	return text
}
