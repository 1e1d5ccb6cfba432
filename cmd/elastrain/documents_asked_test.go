package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// The questions of docs/how-to-tune.md are answered, the first as the page says.
func TestQuestionsOfDocuments(t *testing.T) {
	text, err := os.ReadFile("../../docs/how-to-tune.md")
	if err != nil {
		t.Fatal(err)
	}
	var command, questions, answer string
	asked := 0
	for line := range strings.Lines(string(text)) {
		switch line = strings.TrimSpace(line); {
		case strings.HasPrefix(line, "elastrain sweep ") && strings.Contains(line, "--stdio"):
			command = line
		case strings.HasPrefix(line, `{"id": `):
			questions += line + "\n"
			asked++
		case strings.HasPrefix(line, `{"id":`):
			answer, _, _ = strings.Cut(line, `,"score":`)
		}
	}
	if command == "" || asked < 3 || answer == "" {
		t.Fatalf("the page has the command %q, %d questions, the answer %q", command, asked, answer)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(stage(t))); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	words, _ := split(command)
	var out, said bytes.Buffer
	if code := Main(words[1:], strings.NewReader(questions), &out, &said); code != 0 {
		t.Fatalf("exit code %d\n%s", code, &said)
	}
	if n := strings.Count(out.String(), "\n"); n != asked || strings.Contains(out.String(), `"error"`) {
		t.Errorf("%d answers to %d questions:\n%s", n, asked, &out)
	}
	if strings.Contains(answer, "loss") && !strings.Contains(out.String(), answer) {
		t.Errorf("no answer is that of the page, %s:\n%s", answer, &out)
	}
}
