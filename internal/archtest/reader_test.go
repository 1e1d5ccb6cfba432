package archtest

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What a newcomer reads first must be there and true: an example of each package, and its line in the plan of the house.

// shown reports whether a package needs an example. Programs, their insides and what only tests use need none; nor does
// what needs a device.
func shown(dir string) bool {
	return !strings.HasPrefix(dir, "cmd/") && !strings.HasPrefix(dir, "bench/") && !strings.HasPrefix(dir, "internal/") && !strings.HasPrefix(dir, "tools") &&
		!slices.Contains(equipment, dir) && !slices.Contains([]string{"examples", "paper", "run/insitu", "lab/driver/serial"}, dir)
}

// examplesOf counts the examples of a package that are run and held against what they print.
func examplesOf(files []*ast.File) (run int) {
	for _, e := range doc.Examples(files...) {
		if e.Output != "" {
			run++
		}
	}
	return run
}

func TestEveryPackageHasAnExampleThatRuns(t *testing.T) {
	all := house(t)
	for _, dir := range all.packages() {
		if dir == "" || !shown(dir) {
			continue
		}
		var tests []*ast.File
		for _, f := range all[dir] {
			if !f.test {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", filepath.FromSlash(f.path)), nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			tests = append(tests, parsed)
		}
		if examplesOf(tests) == 0 {
			t.Errorf("%s has no Example with an Output: write one that shows its idea on something small, in example_test.go", dir)
		}
	}
}

func TestExamplesWithoutOutputDoNotCount(t *testing.T) {
	for text, want := range map[string]int{
		"package a\nfunc Example() {\n\tprintln()\n}\n":                 0,
		"package a\nfunc Example() {\n\tprintln()\n\t// Output: 1\n}\n": 1,
	} {
		parsed, err := parser.ParseFile(token.NewFileSet(), "a_test.go", text, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if got := examplesOf([]*ast.File{parsed}); got != want {
			t.Errorf("%q: %d examples, want %d", text, got, want)
		}
	}
}

var namePattern = regexp.MustCompile("`([^`]+)`")

// listed are the packages that the table of a plan names in its first column, with their rows from 0. What stands behind
// "with" lies below the first of its row.
func listed(text string) map[string]int {
	rows, row := map[string]int{}, 0
	for line := range strings.SplitSeq(text, "\n") {
		cell, ok := strings.CutPrefix(line, "| `")
		if !ok {
			continue
		}
		cell, _, _ = strings.Cut("`"+cell, "|")
		plain, below, _ := strings.Cut(cell, " with ")
		first := ""
		for i, m := range namePattern.FindAllStringSubmatch(plain, -1) {
			if i == 0 {
				first = m[1]
			}
			rows[m[1]] = row
		}
		for _, m := range namePattern.FindAllStringSubmatch(below, -1) {
			rows[path.Join(first, m[1])] = row
		}
		row++
	}
	return rows
}

func TestEveryPackageIsInThePlan(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "architecture.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), "\n## Data flow\n")
	if !ok {
		t.Fatal("docs/architecture.md has no section Data flow")
	}
	part, _, _ := strings.Cut(rest, "\n## ")
	all, rows := house(t), listed(part)
	for name := range rows {
		if len(all[name]) == 0 {
			t.Errorf("docs/architecture.md has a line for %s, and there is no such package", name)
		}
	}
	for _, dir := range all.packages() {
		row, ok := rows[dir]
		if dir == "" || strings.HasPrefix(dir, "bench/") || strings.HasPrefix(dir, "tools") {
			continue
		}
		if !ok {
			t.Errorf("docs/architecture.md has no line for %s", dir)
		}
		for _, f := range all[dir] {
			for _, name := range f.imports {
				if below, ok := rows[strings.TrimPrefix(name, module)]; ok && below > row && !f.test {
					t.Errorf("%s imports %s, which stands below it in docs/architecture.md", f.path, name)
				}
			}
		}
	}
}

func TestLinesOfThePlanAreRead(t *testing.T) {
	got := listed("| package | its one idea |\n|---|---|\n| `a`, `a/b` | c |\n| `d` with `e`, `f` | `g` |\n")
	if want := map[string]int{"a": 0, "a/b": 0, "d": 1, "d/e": 1, "d/f": 1}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
