package experiment

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/elastrain/elastrain/spec"
)

var update = flag.Bool("update", false, "write expected outputs anew; look at the difference")

// golden compares got with a file, or writes it with -update.
func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got), see -update:\n%s", file, diff)
	}
}

// testFiles reads the files that the specs below testdata name.
func testFiles(name string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join("testdata", name))
	var p *os.PathError
	if errors.As(err, &p) {
		err = p.Err // the command line does not name the system call either
	}
	return text, err
}

// Each testdata/errors/*.yaml is refused, by the file format or by what it
// describes, and the picture of what is wrong is in the .txt beside it.
func TestErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/errors/*.yaml")
	if err != nil || len(files) < 100 {
		t.Fatalf("%d error cases, %v", len(files), err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(strings.TrimSuffix(name, ".yaml"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			parsed, err := spec.Parse(name, text)
			if err == nil {
				var x *Experiment
				if x, err = Build(parsed, testFiles, Options{}); x != nil {
					if err = x.CanLearn(); err == nil {
						t.Error("an experiment beside an error")
					}
				}
			}
			var errs spec.Errors
			if !errors.As(err, &errs) {
				t.Fatalf("built without spec.Errors: %v", err)
			}
			checkErrors(t, errs)
			golden(t, strings.TrimSuffix(file, ".yaml")+".txt", []byte(errs.Render(false)))
		})
	}
}

// checkErrors holds what is true of every error.
func checkErrors(t *testing.T, errs spec.Errors) {
	t.Helper()
	if len(errs) == 0 {
		t.Fatal("an error without errors")
	}
	for _, e := range errs {
		if _, ok := spec.Explain(e.Code); !ok {
			t.Errorf("%v: code %q is not in the catalogue", e, e.Code)
		}
		if e.Line < 1 || e.Column < 1 || e.Width < 1 || e.File == "" {
			t.Errorf("%v: position %s:%d:%d+%d", e, e.File, e.Line, e.Column, e.Width)
		}
		if e.Message == "" || strings.HasSuffix(e.Message, ".") || strings.Contains(e.Message, "\n") {
			t.Errorf("message %q", e.Message)
		}
		if strings.Contains(e.Message+e.Label+e.Help+e.Note, "%!") {
			t.Errorf("bad format in %q %q %q %q", e.Message, e.Label, e.Help, e.Note)
		}
		if e.Label == "" && e.Help == "" && e.Note == "" {
			t.Errorf("%v: nothing but a message: what is one to do?", e)
		}
	}
}

// Every code in the source of this package has an entry in the catalogue.
func TestCodes(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"(E\d{4})"`).FindAllStringSubmatch(string(text), -1) {
			used++
			if _, ok := spec.Explain(m[1]); !ok {
				t.Errorf("%s: %s is not in spec/codes.txt", file, m[1])
			}
		}
	}
	if used < 50 {
		t.Errorf("only %d codes found in the source", used)
	}
}
