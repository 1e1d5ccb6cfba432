package spec

import (
	"regexp"
	"strings"
	"testing"
)

// The pattern of every unit takes each spelling that the reader takes, and no word that it refuses.
func TestSchemaTakesTheSpellingsOfUnits(t *testing.T) {
	swaps := [][2]string{{"", ""}, {"u", "µ"}, {"u", "μ"}, {"\u00c5", "\u212b"}, {"\u00c5", "A\u030a"}, {" ", "*"}, {" ", "·"}, {" ", "⋅"}, {" ", " * "}, {"2", "^2"}, {"2", "²"},
		{"2", "**2"}, {"/", " / "}, {"/", "/ "}, {"/", " /"}, {" m2", " m^2"}, {" ", ""}, {"m2", "m3"}, {"N", "n"}, {"m", "mm"}}
	taken, refused := 0, 0
	for i := range dimensions {
		dim := &dimensions[i]
		if dim.bare() {
			continue
		}
		pattern := regexp.MustCompile("^" + signed + " *" + unitPattern(dim) + "$")
		for n, u := range dim.units {
			if len(dim.units) > 40 && n%5 != i%5 { // some of a large table
				continue
			}
			for _, a := range swaps {
				for _, b := range [][2]string{{"", ""}, {"2", "\u00b2"}, {"/", " / "}, {" ", "*"}} {
					symbol := strings.ReplaceAll(strings.ReplaceAll(u.Symbol, a[0], a[1]), b[0], b[1])
					if a[0] == "" || b[0] == "" {
						symbol = u.Symbol
						for _, s := range [][2]string{a, b} {
							if s[0] != "" {
								symbol = strings.ReplaceAll(symbol, s[0], s[1])
							}
						}
					}
					text := "0.075 " + symbol
					_, err := measure(text, dim)
					if reads, matches := err == nil, pattern.MatchString(text); reads != matches {
						t.Errorf("%q as %s: the reader takes it %v, the schema %v", text, dim.noun, reads, matches)
					}
					if err == nil {
						taken++
					} else {
						refused++
					}
				}
			}
		}
	}
	if taken < 1000 || refused < 1000 {
		t.Errorf("%d spellings taken and %d refused", taken, refused)
	}
}
