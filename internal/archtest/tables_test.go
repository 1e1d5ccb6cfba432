package archtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tableProblems are the rows of tables that have another number of columns than the head: mostly a command with a bare | in it, whose end no reader sees.
func tableProblems(text string) (problems []string) {
	code, columns := false, 0
	for i, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			code = !code
		}
		if code || !strings.HasPrefix(line, "|") {
			columns = 0
			continue
		}
		n := strings.Count(line, "|") - strings.Count(line, `\|`)
		if columns == 0 {
			columns = n
		}
		if n != columns {
			problems = append(problems, fmt.Sprintf("line %d has %d bars, its head %d", i+1, n, columns))
		}
	}
	return problems
}

func TestTablesInDocuments(t *testing.T) {
	for _, pattern := range []string{"*.md", "docs/*.md"} {
		names, err := filepath.Glob(filepath.Join("../..", pattern))
		if err != nil || len(names) == 0 {
			t.Fatal(names, err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, problem := range tableProblems(string(text)) {
				t.Errorf("%s: %s", name, problem)
			}
		}
	}
}

func TestTableProblemsAreFound(t *testing.T) {
	head := "| a | b |\n|---|---|\n"
	if got := tableProblems(head + "| `x|y` | z |\n"); len(got) != 1 {
		t.Errorf("a bare bar: %q", got)
	}
	if got := tableProblems(head + "| `x\\|y` | |\n\n```\n| x\n```\n"); len(got) != 0 {
		t.Errorf("a good table: %q", got)
	}
}
