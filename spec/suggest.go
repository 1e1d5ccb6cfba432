package spec

import "strings"

// nearest is the candidate that a mistyped word most likely meant: the one
// with the fewest slips of the finger, if they are few for its length. Ties go
// to the first candidate. ok is false when nothing is near.
func nearest(word string, candidates []string) (best string, ok bool) {
	const longest = 40 // no key or word of a file is longer
	if len(word) > longest {
		return "", false
	}
	fewest := len(word)
	for _, c := range candidates {
		slips := distance(strings.ToLower(word), strings.ToLower(c))
		if slips < fewest && slips <= max(1, (max(len(c), len(word))+1)/3) {
			best, fewest, ok = c, slips, true
		}
	}
	return best, ok
}

// distance counts the slips between two words: letters added, dropped,
// changed, or swapped with their neighbour.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before := make([]int, len(y)+1) // row i-2
	above := make([]int, len(y)+1)  // row i-1
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row := make([]int, len(y)+1)
		row[0] = i
		for j := 1; j <= len(y); j++ {
			change := above[j-1]
			if x[i-1] != y[j-1] {
				change++
			}
			row[j] = min(change, above[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above = above, row
	}
	return above[len(y)]
}

// quote puts words in backticks and joins them: `a`, `b` and `c`.
func quote(words []string, last string) string {
	var b strings.Builder
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			b.WriteString(" " + last + " ")
		default:
			b.WriteString(", ")
		}
		b.WriteString("`" + w + "`")
	}
	return b.String()
}
