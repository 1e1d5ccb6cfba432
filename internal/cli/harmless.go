package cli

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/elastrain/elastrain/lab/driver"
)

// colour is the escape sequences by which this program colours.
var colour = regexp.MustCompile(`\x1b\[[0-9;]{0,8}m`)

// harmless makes a text with words of others in it (a driver's, a file's, a name's)
// fit for a terminal: whatever would move its cursor, change its title or hide a
// word is a question mark. Every character keeps its place, so carets stay.
func harmless(text string, coloured bool) string {
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		line, end := strings.CutSuffix(line, "\n")
		if coloured {
			var b strings.Builder
			at := 0
			for _, c := range colour.FindAllStringIndex(line, -1) {
				b.WriteString(driver.Harmless(line[at:c[0]]))
				b.WriteString(line[c[0]:c[1]])
				at = c[1]
			}
			b.WriteString(driver.Harmless(line[at:]))
			line = b.String()
		} else {
			line = driver.Harmless(line)
		}
		if end {
			line += "\n"
		}
		lines[i] = line
	}
	return strings.Join(lines, "")
}

// shown is a text of several lines with names of others in it, of directories for one, fit for a terminal: what would move its cursor, colour it or turn
// the direction of writing is a question mark. All else stays as it is.
func shown(text string) string {
	if strings.IndexFunc(text, steers) < 0 {
		return text
	}
	return strings.Map(func(r rune) rune {
		if steers(r) {
			return '?'
		}
		return r
	}, text)
}

func steers(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// Name is a name of others as a cell of a table: on one line, and nothing that steers a terminal.
func Name(text string) string { return driver.Harmless(text) }
