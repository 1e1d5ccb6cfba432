package archtest

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/spec"
)

var update = flag.Bool("update", false, "write documents made from the code anew; look at the difference")

func TestSpecReferenceIsUpToDate(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "spec-reference.md")
	want := spec.Reference()
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("docs/spec-reference.md is not what the tags in spec/spec.go say; run `make generate`")
	}
}

var (
	linkPattern = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	codePattern = regexp.MustCompile("(?s)```.*?```|`[^`\n]*`")
)

// deadLinks lists the links of a Markdown text that point at no file. Links
// into the web and inside the page are not looked at.
func deadLinks(dir string, text []byte) (dead []string) {
	for _, m := range linkPattern.FindAllSubmatch(codePattern.ReplaceAll(text, nil), -1) {
		target, _, _ := strings.Cut(string(m[1]), "#")
		if target == "" || strings.Contains(target, ":") {
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(target))); err != nil {
			dead = append(dead, target)
		}
	}
	return dead
}

func TestLinksInDocuments(t *testing.T) {
	seen := 0
	for _, pattern := range []string{"../../*.md", "../../docs/*.md"} {
		pages, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, page := range pages {
			seen++
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			for _, target := range deadLinks(filepath.Dir(page), text) {
				t.Errorf("%s links to %s, which does not exist", filepath.Base(page), target)
			}
		}
	}
	if seen == 0 {
		t.Error("no documents were found")
	}
}

func TestDeadLinksAreFound(t *testing.T) {
	text := "[a](docs_test.go) [b](lost.md#part) [c](https://example.org/x) [d](#here) `[e](gone.md)`\n```\n[f](gone.md)\n```\n"
	if got := deadLinks(".", []byte(text)); len(got) != 1 || got[0] != "lost.md" {
		t.Errorf("dead links %v, want lost.md", got)
	}
}

// The page of pictures says of every picture what makes it.
func TestPicturesAreListed(t *testing.T) {
	page, err := os.ReadFile("../../docs/pictures.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir("../../docs/images")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(page), "| picture | made by |")
	if !found || len(files) == 0 {
		t.Fatal("docs/pictures.md has no table of what makes the pictures")
	}
	for _, f := range files {
		if !regexp.MustCompile(`(^|[ |])` + regexp.QuoteMeta(f.Name()) + `([ ,;|]|$)`).MatchString(table) {
			t.Errorf("docs/pictures.md does not say what makes %s", f.Name())
		}
	}
}
