package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// mention is a command line in the middle of a text: in backquotes, to the end
// of the line, or to what follows four blanks or a semicolon.
var mention = regexp.MustCompile("(?:^|[^/\\w`])(`?)elastrain ([^`\\n;]*)")

// placeholders stand for what a person fills in.
var placeholders = strings.NewReplacer("%s", "word", "%d", "1", "%q", "word")

// notCommands are words after elastrain that begin no command.
var notCommands = regexp.MustCompile(`^(that wrote|reads it|COMMAND\b|(help|completion) [A-Z]+|lab\)|%s|\(%s|CODE\b|elastrain\b)`)

const wordsAfter = `,? (lists|says|makes|writes|prints|describes|measures|draws|for|to|and|again|first|in|on|of|by|or|takes|search)\b.*$`

var (
	proseAfter       = regexp.MustCompile(wordsAfter + `|[).,:"](\s.*)?$|\s\(.*$`)
	proseAfterQuotes = regexp.MustCompile(wordsAfter + `|[).,:](\s.*)?$|\s\(.*$`)
)

// mentioned lists what is wrong with the commands that a text mentions. Words that
// a person or the program adds may be missing; a command or flag that does not
// exist may not be there.
func mentioned(text string) (wrong []string, count int) {
	for line := range strings.Lines(text) {
		if strings.Contains(line, "wrong:  ") {
			continue
		}
		for _, m := range mention.FindAllStringSubmatch(strings.ReplaceAll(line, "    ", "\n"), -1) {
			rest := m[2]
			if notCommands.MatchString(rest) || strings.TrimSpace(rest) == "" {
				continue
			}
			rest = comment.ReplaceAllString(rest, "")
			if m[1] == "" { // prose goes on after the command
				end := proseAfter
				if strings.Count(rest, `"`)%2 == 0 { // those are of words of the command
					end = proseAfterQuotes
				}
				rest = strings.TrimRight(end.ReplaceAllString(rest, ""), " ")
			}
			words, _ := split(placeholders.Replace("elastrain " + rest))
			count++
			if err := parses(words[1:]); err != nil && !strings.HasPrefix(err.Error(), "expected \"<") && !strings.HasPrefix(err.Error(), "missing flags") &&
				!(strings.HasPrefix(err.Error(), "expected one of") && strings.HasSuffix(strings.TrimSpace(rest), "lab")) {
				wrong = append(wrong, "`elastrain "+rest+"`: "+err.Error())
			}
		}
	}
	return wrong, count
}

// Every command that the program or a page mentions exists, with its flags.
func TestMentionedCommandsExist(t *testing.T) {
	total := 0
	look := func(place, text string) {
		wrong, n := mentioned(text)
		total += n
		for _, w := range wrong {
			t.Errorf("%s: %s", place, w)
		}
	}
	for _, pattern := range []string{"../../*.md", "../../docs/*.md", "../../spec/codes.txt", "../../examples/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			look(file, string(text))
		}
	}
	files := token.NewFileSet()
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if name := ""; err == nil {
				if name = d.Name(); name == "testdata" || name == "tools" || name == "bench" || strings.HasPrefix(name, ".") && len(name) > 2 || name == "runs" {
					return fs.SkipDir
				}
			}
			return err
		}
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				if text, err := strconv.Unquote(literal.Value); err == nil && !strings.Contains(text, "complete -") && !strings.Contains(text, "compdef") {
					look(files.Position(literal.Pos()).String(), text)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if total < 150 {
		t.Errorf("only %d commands are mentioned", total)
	}
}

// What does not exist is found.
func TestMentionsAreRead(t *testing.T) {
	for text, wrong := range map[string]int{
		"run `elastrain lab train` first":                     0,
		"`elastrain trian mine.yaml`":                         1,
		"`elastrain train mine.yaml --ouput x`":               1,
		"next  elastrain eval %s    elastrain damage %s --al": 1,
		"elastrain show mine.yaml --lables":                   1,
		"the version of elastrain that wrote it":              0,
		"wrong:  elastrain trian iris.yaml":                   0,
		`elastrain runs --where "accuracy>90%" --sort loss`:   0,
		`say "elastrain trian mine.yaml" to it`:               1,
	} {
		if got, _ := mentioned(text); len(got) != wrong {
			t.Errorf("%q: %q, want %d mistakes", text, got, wrong)
		}
	}
}
