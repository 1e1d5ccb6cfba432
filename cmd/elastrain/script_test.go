package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/elastrain/elastrain/lab/driver/inbox"
)

// patience ends what hangs. It says nothing of how quick something is: a machine may be busy with other things.
const patience = 2 * time.Minute

func TestMain(m *testing.M) {
	quick := inbox.Options{Poll: time.Millisecond, Still: 2 * time.Millisecond}
	if os.Getenv(victim) != "" {
		watching = quick
		os.Exit(Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	testscript.Main(m, map[string]func(){"elastrain": func() {
		watching = quick
		main()
	}})
}

// The scripts are sessions as people have them; see testdata/script.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			flowers, err := filepath.Abs("../../examples/flowers.csv")
			env.Setenv("FLOWERS", flowers)
			env.Setenv("PHOTO", filepath.Join(filepath.Dir(flowers), "..", "docs", "images", "lab-photo.jpg"))
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "config")) // what is trusted
			if err == nil {
				err = os.CopyFS(filepath.Join(env.WorkDir, "drivers"), os.DirFS("../../examples/drivers"))
			}
			return err
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":   exits,
			"json":    checkJSON,
			"signal":  signalled,
			"same":    sameNumber,
			"cut":     cutLastLine,
			"rows":    checkRows,
			"samples": checkSamples,
			"replace": replaceText,
			"gapless": gapless,
		},
	})
}

// exits CODE COMMAND... runs a command that must end with this exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	code := 0
	var failure *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &failure) {
		code = failure.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// same FILE KEY FILE KEY checks that two JSON files have the same value there.
func sameNumber(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: same FILE KEY FILE KEY")
	}
	var values [2]any
	for i := range values {
		d := json.NewDecoder(strings.NewReader(ts.ReadFile(args[2*i])))
		d.UseNumber()
		ts.Check(d.Decode(&values[i]))
		for key := range strings.SplitSeq(args[2*i+1], ".") {
			object, _ := values[i].(map[string]any)
			list, _ := values[i].([]any)
			if values[i] = object[key]; list != nil {
				if n, err := strconv.Atoi(key); err == nil && n >= 0 && n < len(list) {
					values[i] = list[n]
				}
			}
			if values[i] == nil {
				ts.Fatalf("%s has no %s", args[2*i], args[2*i+1])
			}
		}
	}
	if values[0] != values[1] {
		ts.Fatalf("%s of %s is %v, %s of %s is %v", args[1], args[0], values[0], args[3], args[2], values[1])
	}
}

// cut FILE takes the last line off a file.
func cutLastLine(ts *testscript.TestScript, neg bool, args []string) {
	text := ts.ReadFile(args[0])
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text[:strings.LastIndex(strings.TrimSuffix(text, "\n"), "\n")+1]), 0o666))
}

// json FILE KEY... checks that a file (or stdout) holds one JSON object with
// these keys. KEY is a path such as bonds.0.bond, alone or with =VALUE; !KEY
// must be absent.
func checkJSON(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: json FILE KEY[=VALUE]...")
	}
	d := json.NewDecoder(strings.NewReader(ts.ReadFile(args[0])))
	d.UseNumber()
	var object map[string]any
	ts.Check(d.Decode(&object))
	if d.More() {
		ts.Fatalf("something follows the JSON object")
	}
	for _, arg := range args[1:] {
		path, want, valued := strings.Cut(arg, "=")
		path, absent := strings.CutPrefix(path, "!")
		v, found := any(object), true
		for key := range strings.SplitSeq(path, ".") {
			switch at := v.(type) {
			case map[string]any:
				v, found = at[key]
			case []any:
				i, err := strconv.Atoi(key)
				if found = err == nil && i < len(at); found {
					v = at[i]
				}
			default:
				found = false
			}
			if !found {
				break
			}
		}
		if found == absent {
			ts.Fatalf("%s: there is %v", arg, found)
		}
		if valued && fmt.Sprint(v) != want {
			ts.Fatalf("%s is %v, want %s", path, v, want)
		}
	}
}

// replace FILE OLD NEW changes the first occurrence of a text in a file.
func replaceText(ts *testscript.TestScript, neg bool, args []string) {
	text := ts.ReadFile(args[0])
	changed := strings.Replace(text, args[1], args[2], 1)
	if changed == text {
		ts.Fatalf("%s has no %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(changed), 0o666))
}

// gapless FILE EPOCHS checks that a log has the numbers from 1 without a gap and the
// epochs from 0 to EPOCHS, each once.
func gapless(ts *testscript.TestScript, neg bool, args []string) {
	count, epochs := 0, 0
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		var r struct {
			Seq, Epoch int
			Kind       string
		}
		ts.Check(json.Unmarshal([]byte(line), &r))
		if count++; r.Seq != count {
			ts.Fatalf("line %d has the number %d", count, r.Seq)
		}
		if r.Kind == "epoch" {
			if r.Epoch != epochs {
				ts.Fatalf("record %d is epoch %d, and %d is due", r.Seq, r.Epoch, epochs)
			}
			epochs++
		}
	}
	if strconv.Itoa(epochs-1) != args[1] {
		ts.Fatalf("the last epoch is %d, want %s", epochs-1, args[1])
	}
}

// rows FILE CSV checks that the rows of eval name the lines of the table: the class
// that is said to be true is that of the line.
func checkRows(ts *testscript.TestScript, neg bool, args []string) {
	var report struct {
		Rows []struct {
			Row  int
			True string
		}
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &report))
	lines := strings.Split(ts.ReadFile(args[1]), "\n")
	for _, r := range report.Rows {
		if line := lines[r.Row]; !strings.HasSuffix(line, ","+r.True) {
			ts.Fatalf("row %d is %q, and said to be %s", r.Row, line, r.True)
		}
	}
	if len(report.Rows) == 0 {
		ts.Fatalf("no rows")
	}
}

// samples FILE CSV checks that the outputs of result.json name the lines of a
// table f,u: u is what is wanted, in mm.
func checkSamples(ts *testscript.TestScript, neg bool, args []string) {
	var result struct {
		Outputs []struct {
			Sample int
			Wanted float64
		}
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &result))
	lines := strings.Split(ts.ReadFile(args[1]), "\n")
	for _, o := range result.Outputs {
		_, wanted, _ := strings.Cut(lines[o.Sample], ",")
		if u, err := strconv.ParseFloat(wanted, 64); err != nil || math.Abs(1e-3*u-o.Wanted) > 1e-12 {
			ts.Fatalf("row %d wants %s mm, and is said to want %g m", o.Sample, wanted, o.Wanted)
		}
	}
	if len(result.Outputs) == 0 {
		ts.Fatalf("no outputs")
	}
}

// signal NAME CODE FILE COMMAND... starts a command, waits until FILE has some
// lines, sends the signal, and checks the exit code.
func signalled(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 {
		ts.Fatalf("usage: signal INT|TERM|KILL CODE FILE COMMAND...")
	}
	number := map[string]os.Signal{"INT": os.Interrupt, "TERM": syscall.SIGTERM, "KILL": os.Kill}[args[0]]
	file := ts.MkAbs(args[2])
	lines := func() int {
		text, _ := os.ReadFile(file)
		return bytes.Count(text, []byte("\n"))
	}
	before := lines()
	program, err := exec.LookPath(args[3])
	ts.Check(err)
	command := exec.Command(program, args[4:]...)
	command.Dir = ts.MkAbs(".")
	command.Stdout, command.Stderr = ts.Stdout(), ts.Stderr()
	ts.Check(command.Start())
	began := time.Now()
	for lines() < before+5 {
		if time.Since(began) > patience {
			_ = command.Process.Kill()
			ts.Fatalf("nothing is written to %s", args[2])
		}
		time.Sleep(5 * time.Millisecond)
	}
	ts.Check(command.Process.Signal(number))
	_ = command.Wait()
	if code := command.ProcessState.ExitCode(); strconv.Itoa(code) != args[1] {
		ts.Fatalf("exit code %d after SIG%s, want %s", code, args[0], args[1])
	}
}

// What is lost on the way to stdout is a failure, whatever the command.
func TestStdoutThatBreaks(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"schema"}, {"explain"}, {"explain", "E0312"}, {"new", "chain"}, {"new"}} {
		var errs bytes.Buffer
		if code := Main(args, strings.NewReader(""), broken{}, &errs); code != 5 || !strings.Contains(errs.String(), "error[E0603]") {
			t.Errorf("%v: exit code %d, %s", args, code, errs.String())
		}
	}
	dir := t.TempDir()
	spec := filepath.Join(dir, "chain.yaml")
	var out, errs bytes.Buffer
	if code := Main([]string{"new", "chain"}, nil, &out, &errs); code != 0 {
		t.Fatal(errs.String())
	}
	if err := os.WriteFile(spec, out.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"check", spec}, {"check", "--json", spec}, {"show", spec, "-o", "-"}} {
		if code := Main(args, nil, broken{}, &errs); code != 5 {
			t.Errorf("%v: exit code %d", args, code)
		}
	}
}

// broken is a full disk behind stdout.
type broken struct{}

func (broken) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.ENOSPC}
}

func TestWords(t *testing.T) {
	for seconds, want := range map[float64]string{2e-6: "2 µs", 0.0123: "12 ms", 3.2: "3.2 s", 100: "100 s", 5.4e-4: "540 µs", 0.1501: "150 ms", 0.99999: "1 s", 0: "0 µs", 150: "2m30s", 7322.4: "2h2m2s"} {
		if got := duration(seconds); got != want {
			t.Errorf("duration(%g) = %q, want %q", seconds, got, want)
		}
	}
	for bytes, want := range map[int64]string{512: "0.5 KiB", 3 << 20: "3.0 MiB", 5 << 30: "5.0 GiB"} {
		if got := size(bytes); got != want {
			t.Errorf("size(%d) = %q, want %q", bytes, got, want)
		}
	}
}
