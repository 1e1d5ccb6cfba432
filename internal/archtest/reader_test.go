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
		!slices.Contains(equipment, dir) && !slices.Contains([]string{"examples", "paper", "run/insitu", "lab/driver/serial", "studio/engine/wasm"}, dir)
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

var (
	testCommand = regexp.MustCompile("(?m)go test [^`\n#]*")
	testPattern = regexp.MustCompile(`-(?:run|fuzz) (?:'([^']*)'|(\S+))`)
	testDir     = regexp.MustCompile(` \./(\S*)`)
	testName    = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark|Example)\w*)\(`)
)

// absent are the parts of the patterns in the go test commands of a text that no test of their packages matches.
func absent(text string, tests func(dir string) []string) (missing []string) {
	for _, command := range testCommand.FindAllString(strings.ReplaceAll(text, `\|`, "|"), -1) {
		var names []string
		for _, m := range testDir.FindAllStringSubmatch(command, -1) {
			names = append(names, tests(m[1])...)
		}
		for _, m := range testPattern.FindAllStringSubmatch(command, -1) {
			pattern, _, _ := strings.Cut(m[1]+m[2], "/")
			for part := range strings.SplitSeq(pattern, "|") {
				p, err := regexp.Compile(part)
				if part != "^$" && part != "xxx" && (err != nil || !slices.ContainsFunc(names, p.MatchString)) { // xxx: benchmarks alone
					missing = append(missing, part+" of "+command)
				}
			}
		}
	}
	return missing
}

func TestTestsOfDocumentsExist(t *testing.T) {
	all := house(t)
	tests := func(dir string) (names []string) {
		under, deep := strings.CutSuffix(dir, "...")
		for _, p := range all.packages() {
			if p != dir && !(deep && strings.HasPrefix(p+"/", under)) {
				continue
			}
			for _, f := range all[p] {
				text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(f.path)))
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range testName.FindAllStringSubmatch(string(text), -1) {
					names = append(names, m[1])
				}
			}
		}
		return names
	}
	for _, pattern := range []string{"../../*.md", "../../docs/*.md"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no files, %v", pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range absent(string(text), tests) {
				t.Errorf("%s: no test matches %s", filepath.Base(file), m)
			}
		}
	}
	if got := absent("`go test ./a -run 'One\\|Two' -v`", func(string) []string { return []string{"TestOne"} }); len(got) != 1 || !strings.HasPrefix(got[0], "Two of") {
		t.Errorf("missing %q, want Two", got)
	}
}

var goFile = regexp.MustCompile(`(?:^|[\s("'` + "`" + `*])([a-z][\w./-]*\.go)\b`)

// Files of Go that pages and comments name are there: below the root, or beside the comment.
func TestFilesThatAreNamedExist(t *testing.T) {
	all, base := house(t), map[string]bool{}
	for _, files := range all {
		for _, f := range files {
			base[path.Base(f.path)] = true
		}
	}
	exists := func(dir, name string) bool {
		for _, at := range []string{name, path.Join(dir, name)} {
			if _, err := os.Stat(filepath.Join("..", "..", filepath.FromSlash(at))); err == nil {
				return true
			}
		}
		return dir == "docs" && base[name] // a page names the folder once, and then files in it
	}
	look := func(file, dir, text string) {
		for _, m := range goFile.FindAllStringSubmatch(text, -1) {
			if !exists(dir, m[1]) {
				t.Errorf("%s names %s, which does not exist", file, m[1])
			}
		}
	}
	for dir, files := range all {
		for _, f := range files {
			parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", filepath.FromSlash(f.path)), nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range parsed.Comments {
				look(f.path, dir, c.Text())
			}
		}
	}
	for _, pattern := range []string{"../../*.md", "../../docs/*.md"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no files, %v", pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			look(filepath.Base(file), "docs", string(text))
		}
	}
	if exists("docs", "lost.go") || !exists("lab", "guard.go") {
		t.Error("files that are not there are not told from those that are")
	}
}
