package archtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// mostLines is the length of a file that still holds one idea.
const mostLines = 500

// emptyNames say nothing about what a package owns.
var emptyNames = []string{"util", "utils", "common", "helper", "helpers", "misc", "shared", "base", "lib"}

// habitProblems lists packages without a doc comment or with an empty name, and
// files that are too long.
func habitProblems(all source) (problems []string) {
	report := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	for _, dir := range all.packages() {
		doc, code := "", 0
		for _, f := range all[dir] {
			for part := range strings.SplitSeq(strings.TrimSuffix(f.path, ".go"), "/") {
				if slices.Contains(emptyNames, part) || slices.Contains(emptyNames, strings.TrimSuffix(f.clause, "_test")) {
					report("%s: a name such as %s says nothing; name it after what it owns", f.path, part)
					break
				}
			}
			if f.test {
				continue
			}
			code++
			if f.lines > mostLines {
				report("%s has %d lines, more than %d: part it by ideas", f.path, f.lines, mostLines)
			}
			if f.doc == "" {
				continue
			}
			if doc != "" {
				report("%s: package %q has two doc comments", f.path, dir)
			}
			doc = f.doc
			_, name, _ := cutLast(dir)
			want := "Package " + name + " "
			if f.clause == "main" {
				want = "Command " + name + " "
			}
			if !strings.HasPrefix(doc, want) {
				report("%s: the doc comment must begin with %q", f.path, want)
			}
		}
		if code > 0 && doc == "" {
			report("package %q has no doc comment: say its one idea", dir)
		}
	}
	return problems
}

func TestHabits(t *testing.T) {
	for _, p := range habitProblems(house(t)) {
		t.Error(p)
	}
}

// The rules must be able to fail.
func TestHabitProblemsAreFound(t *testing.T) {
	good := file{path: "a/b/c.go", clause: "b", doc: "Package b does.", lines: mostLines}
	with := func(change func(*file)) file {
		f := good
		change(&f)
		return f
	}
	for _, c := range []struct {
		name  string
		files []file
		want  string
	}{
		{"good", []file{good, {path: "a/b/d.go", clause: "b"}}, ""},
		{"no doc", []file{with(func(f *file) { f.doc = "" })}, "no doc comment"},
		{"two docs", []file{good, with(func(f *file) { f.path = "a/b/d.go" })}, "two doc comments"},
		{"other doc", []file{with(func(f *file) { f.doc = "Does." })}, "must begin with"},
		{"doc of a command", []file{with(func(f *file) { f.clause = "main" })}, "must begin with \"Command b \""},
		{"long", []file{with(func(f *file) { f.lines++ })}, "501 lines"},
		{"long test", []file{good, {path: "a/b/c_test.go", test: true, lines: 9999, clause: "b"}}, ""},
		{"only tests", []file{{path: "a/b/c_test.go", test: true, clause: "b"}}, ""},
		{"named util", []file{with(func(f *file) { f.path = "a/util/c.go" })}, "says nothing"},
		{"file named helpers", []file{with(func(f *file) { f.path = "a/b/helpers.go" })}, "says nothing"},
		{"clause common", []file{with(func(f *file) { f.clause = "common" })}, "says nothing"},
	} {
		got := habitProblems(source{"a/b": c.files})
		switch {
		case c.want == "" && len(got) > 0:
			t.Errorf("%s: %v, want no problem", c.name, got)
		case c.want != "" && (len(got) != 1 || !strings.Contains(got[0], c.want)):
			t.Errorf("%s: %v, want one problem with %q", c.name, got, c.want)
		}
	}
}
