package cli

import (
	"regexp"
	"strings"

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
