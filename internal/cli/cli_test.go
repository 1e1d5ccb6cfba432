package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/task/data"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func terminal(in string) (term *Terminal, out, errs *bytes.Buffer) {
	out, errs = new(bytes.Buffer), new(bytes.Buffer)
	return &Terminal{In: strings.NewReader(in), Out: out, Err: errs}, out, errs
}

func example(name string) string {
	text, ok := examples.Text(name)
	if !ok {
		panic(name)
	}
	return string(text)
}

// Each kind of failure has an exit code, and says what to do.
func TestExitCodes(t *testing.T) {
	full := &atomicfile.Error{Op: "write", Path: "runs/a/x", Err: syscall.ENOSPC}
	broken := &atomicfile.Error{Op: "write", Path: "runs/a/x", Err: syscall.EIO}
	_, unknownKey := spec.Parse("f", []byte("elastrain: 1\nlern: {}\n"))
	for _, tt := range []struct {
		err  error
		code int
		want string
	}{
		{&UsageError{Text: "no such flag", Help: "look it up"}, BadUsage, "error[E0801]: no such flag\n  = help: look it up\n  = note: more: elastrain explain E0801\n"},
		{unknownKey, BadUsage, "did you mean `learn`?"},
		{fmt.Errorf("reading: %w", unknownKey), BadUsage, "did you mean `learn`?"},
		{&spec.Error{Code: "E0312", Message: "one"}, BadUsage, "error[E0312]: one\n"},
		{spec.Errors{{Code: "E0309", Message: "one"}, {Code: "E0701", Message: "two"}}, Mechanics, "two"},
		{&mechanics.SingularError{Node: 2}, Mechanics, "error[E0702]: node 3"},
		{&mechanics.StiffnessError{}, Mechanics, "error[E0702]"},
		{fmt.Errorf("case 2: %w", &statics.UnstableError{Node: 2, Share: 0.5}), Mechanics, "error[E0710]: case 2: at 0.5 of the load"},
		{&statics.ConvergenceError{}, Mechanics, "  = help: lower the load"},
		{fmt.Errorf("sample 3: %w", task.ErrStill), Mechanics, "error[E0703]: sample 3"},
		{&NotMetError{Text: "9 of 10 rows agree"}, NotMet, "9 of 10 rows agree\n"},
		{full, Storage, "make room and run the same command again"},
		{&run.DirectoryError{Code: "E0602", Dir: "runs/a", Cause: "no checkpoint can be read", Err: full}, Storage, "error[E0603]: the disk is full: runs/a: "},
		{broken, Storage, "error[E0603]: cannot write runs/a/x: input/output error"},
		{&run.DirectoryError{Code: "E0602", Dir: "runs/a", Cause: "result.json is damaged", Help: "delete it"}, Storage, "error[E0602]: runs/a: result.json is damaged\n  = help: delete it"},
		{&run.DirectoryError{Code: "E0604", Dir: "runs/a", Cause: "another process trains here"}, Storage, "error[E0604]"},
		{&run.DirectoryError{Code: "E0601", Dir: "runs/a", Cause: "holds another experiment"}, BadUsage, "error[E0601]"},
		{&run.DirectoryError{Code: "E0605", Dir: "a", Cause: "is not a run directory"}, BadUsage, "error[E0605]"},
		{&run.DirectoryError{Code: "E0702", Dir: "runs/a", Cause: "the network lost its stiffness"}, Mechanics, "error[E0702]"},
		{fs.ErrPermission, Storage, "error[E0603]: permission denied"},
		{&fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}, Storage, "error[E0603]: open x"},
		{run.ErrStopped, Stopped, "stopped at a checkpoint; the same command goes on from there\n"},
		{&GoesOnError{With: " with the lives that are missing"}, Stopped, "stopped; the same command goes on with the lives that are missing\n"},
		{fmt.Errorf("after 3 bonds: %w", context.Canceled), Stopped, "stopped: after 3 bonds"},
		{&data.Error{Name: "a.csv", Message: "empty file; it must hold rows"}, BadUsage, "error[E0402]: a.csv: empty file\n  = help: it must hold rows\n"},
		{&data.Error{Name: "a.csv", Line: 3, Value: "x", Message: "is not a number"}, BadUsage, "error[E0407]: a.csv: line 3"},
		{errors.New("something else"), BadUsage, "error[E0801]: something else\n"},
	} {
		term, out, errs := terminal("")
		if code := term.Fail(tt.err); code != tt.code {
			t.Errorf("%v: exit code %d, want %d", tt.err, code, tt.code)
		}
		text := errs.String()
		if !strings.Contains(text, tt.want) || !strings.HasSuffix(text, "\n") || strings.Contains(text, "\x1b") || out.Len() > 0 {
			t.Errorf("%v is said as\n%s\nwant %q in it", tt.err, text, tt.want)
		}
		for _, line := range strings.Split(text, "\n") {
			if _, code, ok := strings.Cut(line, "elastrain explain "); ok {
				if _, known := spec.Explain(code); !known {
					t.Errorf("%v: %s cannot be explained", tt.err, code)
				}
			}
		}
	}
}

func TestColor(t *testing.T) {
	for _, err := range []error{&UsageError{Text: "u"}, spec.Errors{{Code: "E0312", Message: "m"}}, &spec.Error{Code: "E0312", Message: "m"}} {
		term, _, errs := terminal("")
		term.Color = true
		term.Fail(err)
		if !strings.Contains(errs.String(), "\x1b[1;31merror[") || !strings.Contains(errs.String(), "\x1b[0m") {
			t.Errorf("%q", errs)
		}
	}
}

// Names of others steer no terminal: not in results and remarks, nor as cells of tables, where they stay on one line. What is for programs stays as it is.
func TestNamesAreHarmless(t *testing.T) {
	const name = "a\x1b]0;title\a\x1b[31m\u202eb\rc\u009b2J"
	term, out, errs := terminal("")
	term.Printf("%s\tÄ\n\n", name)
	term.Notef("%s\n", name)
	const want = "a?]0;title??[31m?b?c?2J"
	if out.String() != want+"\tÄ\n\n" || errs.String() != want+"\n" {
		t.Errorf("%q %q", out, errs)
	}
	out.Reset()
	if term.Exactly(name); out.String() != name {
		t.Errorf("%q", out)
	}
	if got := Name("a\nforged\tended\x1b[1m"); got != "a forged ended?[1m" {
		t.Errorf("%q", got)
	}
}

func TestSpeech(t *testing.T) {
	term, out, errs := terminal("")
	term.Printf("a %d\n", 1)
	term.Notef("b\n")
	term.JSON, term.Quiet = true, true
	term.Printf("c\n")
	term.Notef("d\n")
	check(t, term.Object(map[string]int{"e": 2}))
	if out.String() != "a 1\n{\n  \"e\": 2\n}\n" || errs.String() != "b\n" {
		t.Errorf("out %q, errors %q", out, errs)
	}
	if term.NewProgress() != nil {
		t.Error("a quiet terminal shows progress")
	}
	for _, err := range []error{&NotMetError{Text: "x"}, &UsageError{Text: "x"}} {
		if err.Error() != "x" {
			t.Error(err)
		}
	}
}

func TestRunName(t *testing.T) {
	for _, tt := range []struct {
		path      string
		overrides []string
		want      string
	}{
		{"iris.yaml", nil, "iris"},
		{"a/b.c/iris.v2.yaml", nil, "iris.v2"},
		{"a/b.c/iris", nil, "iris"},
		{"-", nil, "run"},
		{".yaml", nil, "run"},
		{"runs/iris/", nil, "iris"},
		{"iris.yaml", []string{"seed=7"}, "iris@seed=7"},
		{"iris.yaml", []string{"bonds.width=1..2 mm", "title=a/b é"}, "iris@bonds.width=1..2_mm,title=a_b__"},
		{"-", []string{"seed=7"}, "run@seed=7"},
		{"iris.yaml", []string{strings.Repeat("x", 500)}, "iris@" + strings.Repeat("x", 115)},
	} {
		if got := RunName(tt.path, tt.overrides); got != tt.want {
			t.Errorf("RunName(%q, %q) = %q, want %q", tt.path, tt.overrides, got, tt.want)
		}
	}
}

func TestCommand(t *testing.T) {
	for want, words := range map[string][]string{
		"elastrain train mine.yaml":                                       {"train", "mine.yaml"},
		"elastrain lab train 'my file.yaml' seed=7 'bonds.width=1..2 mm'": {"lab train", "my file.yaml", "seed=7", "bonds.width=1..2 mm"},
		`elastrain show 'it'\''s.yaml' 'supports.pinned=[1,5]'`:           {"show", "it's.yaml", "supports.pinned=[1,5]"},
		"elastrain eval ''":                                               {"eval", ""},
	} {
		if got := Command(words[0], words[1], words[2:]...); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// A lattice of another size numbers its nodes otherwise, and that is said.
func TestRenumbering(t *testing.T) {
	for _, tt := range []struct {
		overrides []string
		said      bool
	}{
		{nil, false},
		{[]string{"learn.rate=0.1"}, false},
		{[]string{"network.spacing=2 m"}, false},
		{[]string{"network.size=6"}, true},
		{[]string{"network.size=6", "supports.pinned=[1,6]"}, false},
	} {
		term, _, errs := terminal(example("chain"))
		if _, _, err := term.ReadSpec("-", tt.overrides); err != nil {
			t.Errorf("%q: %v", tt.overrides, err)
		}
		if said := strings.Contains(errs.String(), "network.size is changed"); said != tt.said {
			t.Errorf("%q: %q", tt.overrides, errs)
		}
	}
}

// failing is a stdin that breaks.
type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the pipe is broken") }

func TestReadSpec(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "mine.yaml")
	check(t, os.WriteFile(path, []byte(example("iris")), 0o666))
	check(t, os.WriteFile(filepath.Join(dir, "data.csv"), []byte("x"), 0o666))
	term, _, _ := terminal(example("chain"))
	file, files, err := term.ReadSpec(path, []string{"seed=7"})
	check(t, err)
	if file.Spec.Seed != 7 || file.Name != path {
		t.Errorf("read %s with seed %d", file.Name, file.Spec.Seed)
	}
	for _, name := range []string{"data.csv", filepath.Join(dir, "data.csv")} {
		if text, err := files(name); string(text) != "x" || err != nil {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	if _, err := files("nowhere.csv"); err == nil || err.Error() != "no such file or directory" {
		t.Errorf("a missing file: %v", err)
	}
	if file, _, err = term.ReadSpec("-", nil); err != nil || file.Spec.Network.Lattice != "chain" {
		t.Errorf("from stdin: %v", err)
	}
	term.In = failing{}
	usage := func(what, want string, err error) {
		t.Helper()
		var e *UsageError
		if !errors.As(err, &e) || !strings.Contains(e.Text, want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, _, err = term.ReadSpec("-", nil)
	usage("a broken pipe", "the pipe is broken", err)
	_, _, err = term.ReadSpec(filepath.Join(dir, "other.yaml"), nil)
	usage("a missing file", "there is no file", err)
	_, _, err = term.ReadSpec(dir, nil)
	usage("a directory", "is a directory", err)
	_, _, err = term.ReadSpec(filepath.Join(path, "below"), nil)
	usage("a path below a file", "cannot read "+filepath.Join(path, "below")+": not a directory", err)
	_, _, err = term.ReadSpec(path, []string{"--sed"})
	usage("an override without =", "neither a flag nor key=value", err)
	_, _, err = term.ReadSpec(path, []string{"sed=7"})
	var bad spec.Errors
	if !errors.As(err, &bad) || bad[0].File != "command line" {
		t.Errorf("a wrong override: %v", err)
	}
	// However large a file, memory is not.
	term.In = io.LimitReader(zeros{}, 1<<40)
	if _, _, err = term.ReadSpec("-", nil); !errors.As(err, &bad) || bad[0].Code != "E0101" {
		t.Errorf("a spec without end: %v", err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = '#'
	}
	return len(b), nil
}

func TestReadData(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	check(t, os.WriteFile(path, []byte("abc"), 0o666))
	if text, err := ReadData(path); err != nil || string(text) != "abc" {
		t.Errorf("%q, %v", text, err)
	}
	var e *UsageError
	for _, bad := range []string{path + "x", filepath.Dir(path)} {
		if _, err := ReadData(bad); !errors.As(err, &e) || !strings.Contains(e.Text, bad) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if _, err := readFile(path, 2); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("a file above the limit: %v", err)
	}
	if err := errors.New("x"); plainPathError(err) != err {
		t.Error("another error is changed")
	}
}

func TestReadSubject(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "mine.yaml")
	check(t, os.WriteFile(path, []byte(example("chain")), 0o666))
	term, _, _ := terminal("")
	s, err := term.ReadSubject(path, []string{"bonds.start=50 N/m"}, experiment.Options{})
	check(t, err)
	if s.Name != "mine" || len(s.Stiffness) != 4 || s.Stiffness[2] != 50 {
		t.Errorf("%s with %v", s.Name, s.Stiffness)
	}
	file, _, err := term.ReadSpec(path, nil)
	check(t, err)
	r, err := run.Open(run.Request{File: file, Parent: dir, Name: "trained"})
	check(t, err)
	_, err = r.Train(context.Background())
	check(t, errors.Join(err, r.Close()))
	s, err = term.ReadSubject(r.Dir, nil, experiment.Options{})
	check(t, err)
	if s.Name != "trained" || s.Stiffness[0] < 199.9 || s.Stiffness[0] > 200.1 {
		t.Errorf("%s with %v", s.Name, s.Stiffness)
	}
	var e *UsageError
	if _, err := term.ReadSubject(r.Dir, []string{"seed=2"}, experiment.Options{}); !errors.As(err, &e) {
		t.Errorf("overrides of a run: %v", err)
	}
	var d *run.DirectoryError
	if _, err := term.ReadSubject(dir, nil, experiment.Options{}); !errors.As(err, &d) || d.Code != "E0605" {
		t.Errorf("a directory: %v", err)
	}
	if _, err := term.ReadSubject(path+"x", nil, experiment.Options{}); !errors.As(err, &e) {
		t.Errorf("a missing file: %v", err)
	}
	var bad spec.Errors
	if _, err := term.ReadSubject(path, []string{"supports.pinned=[77]"}, experiment.Options{}); !errors.As(err, &bad) {
		t.Errorf("a wrong experiment: %v", err)
	}
}

// Files are replaced, devices are not.
func TestWriteOutput(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.svg")
	for _, text := range []string{"long text", "short"} {
		check(t, WriteOutput(path, []byte(text)))
		if got, err := os.ReadFile(path); err != nil || string(got) != text {
			t.Errorf("%q, %v", got, err)
		}
	}
	var e *atomicfile.Error
	if err := WriteOutput(filepath.Join(path, "below"), nil); !errors.As(err, &e) {
		t.Errorf("below a file: %v", err)
	}
	if err := WriteOutput(dir, nil); !errors.As(err, &e) {
		t.Errorf("a directory: %v", err)
	}
}
