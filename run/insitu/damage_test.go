package insitu

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
)

// reads is shaky with a file that it names.
var reads = shaky +
	"  matter: {calibration: bonds.csv}\n"

func calibration(name string) ([]byte, error) {
	if name != "bonds.csv" {
		return nil, os.ErrNotExist
	}
	return []byte("bond,setting,stiffness\nall,1,60\nall,2,240\n"), nil
}

// life is one life of a session that reads a file, in a directory that is not asked for by name.
func life(parent string) (r *Result, notes []string, err error) {
	ctx := context.Background()
	file, err := spec.Parse("a.yaml", []byte(reads))
	if err != nil {
		return nil, nil, err
	}
	tr, err := Open(ctx, Request{File: file, Files: calibration, Parent: parent, Name: "a"})
	if err != nil {
		return nil, nil, err
	}
	r, err = tr.Train(ctx)
	return r, tr.Notes, errors.Join(err, tr.Close(ctx))
}

// A bit that flips in a file of a session is mended, and that is said, or it is damage by name.
// It never gives another result, and never begins a second training. All bytes with
// ELASTRAIN_EVERY_BIT=1.
func TestFlippedFiles(t *testing.T) {
	sketched(t)
	whole := t.TempDir()
	if _, _, err := life(whole); err != nil {
		t.Fatal(err)
	}
	from := filepath.Join(whole, "a")
	want := kept(t, from)
	journal, err := os.ReadFile(filepath.Join(from, journalName))
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(journal, []byte("\n"))
	every := 71
	if os.Getenv("ELASTRAIN_EVERY_BIT") != "" {
		every = 1
	}
	for _, ended := range []bool{true, false} {
		for _, name := range []string{headName, resolvedName, outcomeName, tableName, specName, journalName, "files/1-bonds.csv"} {
			text, err := os.ReadFile(filepath.Join(from, filepath.FromSlash(name)))
			if err != nil {
				t.Fatal(err)
			}
			mended, told := 0, 0
			step := every
			if name == journalName {
				step *= 97
			}
			if !ended && (name == outcomeName || name == tableName || name == journalName) {
				continue
			}
			for at := -1; at < len(text); at += step {
				parent := t.TempDir()
				dir := filepath.Join(parent, "a")
				if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
					t.Fatal(err)
				}
				if !ended {
					if err := errors.Join(os.Remove(filepath.Join(dir, outcomeName)), os.WriteFile(filepath.Join(dir, journalName), bytes.Join(lines[:6], nil), 0o666)); err != nil {
						t.Fatal(err)
					}
				}
				damaged := bytes.Clone(text)
				path := filepath.Join(dir, filepath.FromSlash(name))
				if at < 0 { // it is lost
					err = os.Remove(path)
					if name == headName || name == journalName {
						continue // without them it is no session
					}
				} else {
					damaged[at] ^= 1 << (at % 8)
					err = os.WriteFile(path, damaged, 0o666)
				}
				if err != nil {
					t.Fatal(err)
				}
				_, notes, err := life(parent)
				var damage *run.DirectoryError
				switch {
				case errors.As(err, &damage) && damage.Code == "E0602" && damage.Help != "":
					told++
				case err != nil:
					t.Fatalf("%s, byte %d, %q to %q: %v", name, at, text[max(at, 0)], damaged[max(at, 0)], err)
				default:
					if got := kept(t, dir); got != want {
						t.Fatalf("%s, byte %d: it ends otherwise: %s", name, at, difference(got, want))
					}
					if len(notes) > 0 {
						mended++
					}
				}
				if others, err := filepath.Glob(filepath.Join(parent, "*")); err != nil || len(others) != 1 {
					t.Fatalf("%s, byte %d: a second training began: %v", name, at, others)
				}
				if _, err := Load(atomicfile.OS{}, dir); err != nil && !errors.As(err, &damage) {
					t.Fatalf("%s, byte %d: reading it says %v", name, at, err)
				}
			}
			t.Logf("ended %v, %s: mended %d times, told %d times", ended, name, mended, told)
			if name == journalName && told == 0 || name == outcomeName && mended == 0 {
				t.Errorf("%s: no damage was noticed", name)
			}
		}
	}
}

// A result whose numbers are changed is not believed.
func TestChangedOutcome(t *testing.T) {
	sketched(t)
	parent := t.TempDir()
	first, _, err := train(nil, parent, shaky)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(parent, "a", outcomeName)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Replace(text, []byte(`"loads": `), []byte(`"loads": 1`), 1)
	if err := os.WriteFile(path, changed, 0o666); err != nil {
		t.Fatal(err)
	}
	again, notes, err := train(nil, parent, shaky)
	if err != nil || again.Loads != first.Loads || len(notes) != 1 || !strings.Contains(notes[0], "outcome.json was not what the journal says") {
		t.Errorf("%+v, %q, %v", again, notes, err)
	}
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, text) {
		t.Errorf("it was not made anew: %v\n%s", err, now)
	}
	// One of an older version, which did not say how the session ended, is.
	old := bytes.Replace(text, []byte("  \"ended\": \"success\",\n"), nil, 1)
	if len(old) == len(text) {
		t.Fatal("it does not say how it ended")
	}
	text = old
	if err := os.WriteFile(path, text, 0o666); err != nil {
		t.Fatal(err)
	}
	if again, notes, err := train(nil, parent, shaky); err != nil || len(notes) != 0 || !again.says(first) {
		t.Errorf("%+v, %q, %v", again, notes, err)
	}
}

// What a crash leaves of files that were being written is swept up.
func TestTemporaryFilesAreSwept(t *testing.T) {
	sketched(t)
	parent := t.TempDir()
	if _, _, err := train(nil, parent, shaky); err != nil {
		t.Fatal(err)
	}
	var left []string
	for i, dir := range []string{"a", "a/" + figuresName, "a/" + filesName} {
		path := filepath.Join(parent, filepath.FromSlash(dir), fmt.Sprintf(".left.%d%s", i, atomicfile.TempSuffix))
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
		left = append(left, path)
	}
	if _, _, err := train(nil, parent, shaky); err != nil {
		t.Fatal(err)
	}
	l, err := build(t, onTables)
	if err != nil {
		t.Fatal(err)
	}
	l.options.Folder = parent
	orders := filepath.Join(parent, "orders")
	left = append(left, filepath.Join(orders, ".left.9"+atomicfile.TempSuffix))
	if err := errors.Join(os.Mkdir(orders, 0o777), os.WriteFile(left[3], nil, 0o666)); err != nil {
		t.Fatal(err)
	}
	if _, end, err := l.Open(l.Start); err != nil || end() != nil {
		t.Fatal(err)
	}
	for _, path := range left {
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is there: %v", path, err)
		}
	}
}

// The stiffness that a session began at is not believed where it was changed: it is what the same
// command gives again, or damage.
func TestChangedStart(t *testing.T) {
	sketched(t)
	parent := t.TempDir()
	dir := filepath.Join(parent, "a")
	file, err := spec.Parse("a.yaml", []byte(onTwin), "lab.steps=1")
	if err != nil {
		t.Fatal(err)
	}
	l, err := build(t, onTwin)
	if err != nil {
		t.Fatal(err)
	}
	start := &Start{Name: "start.csv", Text: l.table(l.Start)}
	live := func(start *Start) (*Result, []string, error) {
		tr, err := Open(context.Background(), Request{File: file, Parent: parent, Name: "a", Exact: true, Start: start})
		if err != nil {
			return nil, nil, err
		}
		r, err := tr.Train(context.Background())
		return r, tr.Notes, errors.Join(err, tr.Close(context.Background()))
	}
	first, _, err := live(start)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, filepath.FromSlash(startCopy))
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 40; at < len(text); at += 101 {
		changed := bytes.Clone(text)
		changed[at] ^= 1
		if err := os.WriteFile(path, changed, 0o666); err != nil {
			t.Fatal(err)
		}
		var damage *run.DirectoryError
		if _, _, err := live(nil); !errors.As(err, &damage) || damage.Code != "E0602" || !strings.Contains(damage.Cause, startCopy) {
			t.Fatalf("byte %d: %v", at, err)
		}
		again, notes, err := live(start)
		if err != nil || len(notes) != 1 || !again.says(first) {
			t.Fatalf("byte %d: %+v, %q, %v", at, again, notes, err)
		}
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, text) {
			t.Fatalf("byte %d: it is not as it was", at)
		}
	}
}
