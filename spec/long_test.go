package spec_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/spec"
)

// longWords are a word of a file made very long in several ways.
func longWords(word string) []string {
	return []string{strings.Repeat("a", 5000), strings.Repeat("7", 5000), word + strings.Repeat("x", 5000), word + "." + strings.Repeat("0", 5000) + "e", "'" + strings.Repeat("b c ", 1200) + "'"}
}

// Whatever word of a file is a name or a number of very many letters, what is said of it stays short, in every part of an error.
func TestLongWordsAreToldShort(t *testing.T) {
	word := regexp.MustCompile(`[A-Za-z_0-9.$*]+`)
	paths, err := filepath.Glob("../examples/*.yaml")
	if err != nil || len(paths) < 20 {
		t.Fatal(paths, err)
	}
	seen := map[string]bool{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range word.FindAllIndex(text, -1) {
			same := string(text[at[0]:at[1]])
			if seen[same] {
				continue
			}
			seen[same] = true
			for _, long := range longWords(same) {
				_, err := spec.Parse(path, []byte(string(text[:at[0]])+long+string(text[at[1]:])))
				if err == nil {
					continue
				}
				if said := len(err.Error()); said > 1500 {
					t.Errorf("%s, `%s`: %d letters: %.200s", path, text[at[0]:at[1]], said, err)
				}
				for _, e := range err.(spec.Errors) {
					for _, part := range []string{e.Message, e.Label, e.Help, e.Note, e.Path} {
						if len(part) > 1500 {
							t.Errorf("%s, `%s`: %d letters: %.200s", path, text[at[0]:at[1]], len(part), part)
						}
					}
				}
			}
		}
	}
}
