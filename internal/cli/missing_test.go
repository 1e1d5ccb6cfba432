package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/run"
)

// A run that is not there is told with those beside it whose names begin so; without any, with the command that makes one.
func TestMissingRuns(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, dir := range []string{"runs/mine@learn.epochs=20", "runs/Mine@seed=2", "runs/other", "runs/mine-figures"} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(dir, "figures") {
			continue // no run
		}
		if err := os.WriteFile(filepath.Join(dir, "manifest.json"), []byte("{}"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var term Terminal
	told := func(path string) string {
		_, err := term.ReadSubject(path, nil, experiment.Options{})
		f := term.Describe(err)
		return f.Text()
	}
	if text := told("runs/mine"); !strings.Contains(text, "there is no file or run runs/mine\n") || !strings.Contains(text, "there is runs/Mine@seed=2, runs/mine@learn.epochs=20;") {
		t.Error(text)
	}
	if text := told("runs/nothing"); !strings.Contains(text, "`elastrain train SPEC` makes a run") {
		t.Error(text)
	}
	if text := told("nowhere.yaml"); !strings.Contains(text, "there is no file nowhere.yaml") {
		t.Error(text)
	}
	_, err := term.ReadRun("runs/mine", experiment.Options{})
	if f := term.Describe(err); f.Code != "E0605" || !strings.Contains(f.Message, "no such directory") || !strings.Contains(f.Help, "runs/mine@learn.epochs=20") {
		t.Errorf("%+v", f)
	}
	if err := os.WriteFile("runs/a-file", []byte("no run"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = term.ReadRun("runs", experiment.Options{})
	if f := term.Describe(err); f.Code != "E0605" || !strings.Contains(f.Help, "it holds runs: ") || !strings.Contains(f.Help, "runs/other") || strings.Contains(f.Help, "a-file") {
		t.Errorf("%+v", f)
	}
	if err := os.WriteFile("new.yaml", []byte("elastrain: 1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	session := &run.DirectoryError{Code: "E0605", Dir: "runs/new", Cause: "not the directory of a session"}
	if f := term.Describe(session); !strings.Contains(f.Help, "`elastrain train new.yaml` makes a run") {
		t.Errorf("%+v", f)
	}
}
