package spec

import (
	_ "embed"
	"sort"
	"strings"
)

// catalogue holds every error code of the program: a line `E0312 title`, and
// under it, indented by two spaces, what it means with a wrong and a right
// example.
//
//go:embed codes.txt
var catalogue string

// codeLength is the length of a code: E and four digits.
const codeLength = 5

// explanations is the catalogue by code.
var explanations = readCatalogue(catalogue)

func readCatalogue(text string) map[string]string {
	out := map[string]string{}
	code := ""
	for _, line := range strings.Split(text, "\n") {
		switch {
		case strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "E"):
			code = line[:codeLength]
			out[code] = line + "\n"
		case code != "":
			out[code] += strings.TrimPrefix(line, "  ") + "\n"
		}
	}
	for code, text := range out {
		out[code] = strings.TrimRight(text, "\n") + "\n"
	}
	return out
}

// Explain says what an error code means: a line with the code and its title,
// then an explanation with an example that is wrong and one that is right.
func Explain(code string) (text string, ok bool) {
	text, ok = explanations[strings.ToUpper(strings.TrimSpace(code))]
	return text, ok
}

// Codes lists every error code, in order.
func Codes() []string {
	out := make([]string, 0, len(explanations))
	for code := range explanations {
		out = append(out, code)
	}
	sort.Strings(out)
	return out
}
