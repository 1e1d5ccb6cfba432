package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every command line of the README runs, in its order, in one directory that
// holds the examples. Only the reproduction is cut to one figure: it is tested
// whole in package paper.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.CopyFS("examples", os.DirFS(examples)); err != nil {
		t.Fatal(err)
	}
	flowers, err := os.ReadFile("examples/flowers.csv")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("flowers.csv", flowers, 0o666); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for line := range strings.Lines(string(readme)) {
		command, _, _ := strings.Cut(strings.TrimSpace(line), "#")
		command = strings.TrimSpace(strings.Replace(command, "go run ./cmd/elastrain", "elastrain", 1))
		words := strings.Fields(command)
		if len(words) < 2 || words[0] != "elastrain" {
			continue
		}
		words = words[1:]
		if words[0] == "reproduce" {
			words = append(words, "--only", "2")
		}
		file := ""
		if n := len(words); n > 2 && words[n-2] == ">" {
			words, file = words[:n-2], words[n-1]
		}
		var out, errs bytes.Buffer
		if code := Main(words, strings.NewReader(""), &out, &errs); code != 0 {
			t.Fatalf("%s: exit code %d\n%s", command, code, errs.String())
		}
		if file != "" {
			if err := os.WriteFile(file, out.Bytes(), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		ran++
	}
	if ran < 11 {
		t.Errorf("the README has %d commands", ran)
	}
	for _, name := range []string{"runs/iris/figures/summary.png", "runs/iris/result.json", "runs/iris/damage/damage.csv", "mine.svg", "runs/iris+regression/result.json"} {
		if _, err := os.Stat(name); err != nil {
			t.Errorf("after the README: %v", err)
		}
	}
}
