package insitu

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/atomicfile/faultfs"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
)

// shaky is a small lattice on a twin with which all is wrong that an experiment can ask for.
const shaky = `elastrain: 1
network: {lattice: triangular, rows: 3-2, spacing: 16 mm}
bonds: {stiffness: 60..240 N/m, start: 120 N/m}
supports: {pinned: [1, 3]}
task:
  kind: behaviour
  cases:
    - push: [{node: 2, along: -y, force: 10 gf}]
      want: [{node: 4, along: x, move: 0.30 mm}, {node: 5, along: x, move: -0.15 mm}]
lab:
  bench: twin
  steps: 2
  limits: {rate: 0.2 /s}
  twin: {noise: 6 um, scatter: 2 %, update: 1 %, creep: 2 %, relaxation: 10 s, drift: 0.001 um/s, dropped: 5 %, duplicated: 5 %, stale: 5 %, missing: 0.2 %}
`

// sketched makes sessions of a test write next to no pictures.
func sketched(t *testing.T) {
	t.Helper()
	draw = func(fsys atomicfile.FS, dir string, _ []run.Picture) error {
		return atomicfile.WriteFile(fsys, filepath.Join(dir, "network.svg"), []byte("<svg/>"))
	}
	t.Cleanup(func() { draw = run.WritePictures })
}

// train is one life of a session in parent/a.
func train(fsys atomicfile.FS, parent, text string, overrides ...string) (r *Result, notes []string, err error) {
	return live(fsys, nil, parent, text, overrides...)
}

func live(fsys atomicfile.FS, files experiment.Files, parent, text string, overrides ...string) (r *Result, notes []string, err error) {
	ctx := context.Background()
	file, err := spec.Parse("a.yaml", []byte(text), overrides...)
	if err != nil {
		return nil, nil, err
	}
	tr, err := Open(ctx, Request{File: file, Files: files, Parent: parent, Name: "a", Exact: true, FS: fsys})
	if err != nil {
		return nil, nil, err
	}
	r, err = tr.Train(ctx)
	return r, tr.Notes, errors.Join(err, tr.Close(ctx))
}

// kept is what must not depend on how often a session died: the outcome, the table and what the
// journal says was measured and done, without times of day, uids and interruptions.
func kept(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	for _, name := range []string{outcomeName, tableName, filepath.Join(figuresName, "network.svg")} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s\n%s\n", name, itsPlace.ReplaceAll(text, nil))
	}
	text, err := os.ReadFile(filepath.Join(dir, journalName))
	if err != nil {
		t.Fatal(err)
	}
	b.WriteString(plain(t, text))
	return b.String()
}

// itsPlace is where the directory was when its outcome was written.
var itsPlace = regexp.MustCompile(`(?m)^  "run": .*$`)

// plain is a journal without what two sessions may differ by.
func plain(t *testing.T, text []byte) string {
	t.Helper()
	var b strings.Builder
	names, interruptions := map[string]string{}, ""
	for line := range bytes.Lines(text) {
		var e struct {
			Name string         `json:"name"`
			Doc  map[string]any `json:"doc"`
		}
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		uid := e.Doc["uid"].(string)
		if e.Doc["name"] == session.InterruptionStream {
			interruptions = uid
		}
		if e.Doc["descriptor"] == interruptions && interruptions != "" {
			continue
		}
		names[uid] = fmt.Sprintf("%s %d", e.Name, len(names)+1)
		delete(e.Doc, "time")
		delete(e.Doc, "timestamps")
		if events, ok := e.Doc["num_events"].(map[string]any); ok {
			delete(events, session.InterruptionStream)
		}
		out, err := json.Marshal(e.Doc)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(e.Name + " " + string(out) + "\n")
	}
	said := b.String()
	for uid, name := range names {
		said = strings.ReplaceAll(said, uid, name)
	}
	return said
}

// A session that died anywhere of its life, at every byte of its end and between all
// files that are written after it, ends with the same bytes, and so does one whose
// outcome or table is lost or damaged afterwards.
func TestEveryEnd(t *testing.T) {
	everyEnd(t, 1, shaky)
}

// So does one whose loads are made of the weights of a box.
func TestEveryEndWithWeights(t *testing.T) {
	everyEnd(t, 7, shaky+"  weights: {masses: \"any x 2 g, 2 x 1 g\"}\n")
}

func everyEnd(t *testing.T, every int, shaky string) {
	sketched(t)
	whole := t.TempDir()
	if _, _, err := train(nil, whole, shaky); err != nil {
		t.Fatal(err)
	}
	want := kept(t, filepath.Join(whole, "a"))
	journal, err := os.ReadFile(filepath.Join(whole, "a", journalName))
	if err != nil {
		t.Fatal(err)
	}
	// again trains on from a copy without some files, and with part of the journal.
	again := func(size int, without ...string) {
		t.Helper()
		dir := t.TempDir()
		if err := os.CopyFS(filepath.Join(dir, "a"), os.DirFS(filepath.Join(whole, "a"))); err != nil {
			t.Fatal(err)
		}
		for _, name := range without {
			if err := os.Remove(filepath.Join(dir, "a", name)); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, "a", journalName), journal[:size], 0o666); err != nil {
			t.Fatal(err)
		}
		if _, _, err := train(nil, dir, shaky); err != nil {
			t.Fatalf("%d of %d bytes, without %v: %v", size, len(journal), without, err)
		}
		if got := kept(t, filepath.Join(dir, "a")); got != want {
			t.Fatalf("%d of %d bytes, without %v: it ends otherwise:\n%s", size, len(journal), without, difference(got, want))
		}
		told(t, fmt.Sprintf("%d of %d bytes", size, len(journal)), filepath.Join(dir, "a"))
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	after := []string{outcomeName, filepath.Join(figuresName, "network.svg"), tableName} // the last first
	for n := range after {
		again(len(journal), after[:n+1]...)
	}
	again(len(journal), tableName)
	lines := bytes.SplitAfter(journal, []byte("\n"))
	stop := len(journal) - len(lines[len(lines)-2])
	for size := 0; size < len(journal); size++ {
		if size > 0 && journal[size-1] != '\n' && (size < stop || size%(13*every) != 0) && size%19997 != 0 {
			continue
		}
		again(size, after...)
	}
}

// difference is the first line that differs.
func difference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			at := 0
			for at < min(len(a[i]), len(b[i])) && a[i][at] == b[i][at] {
				at++
			}
			from := max(0, at-120)
			return fmt.Sprintf("line %d, byte %d\n got %.300s\nwant %.300s", i+1, at, a[i][from:], b[i][from:])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(a), len(b))
}

// A session that is given more steps when it has ended goes on as if it had had them
// at once, however its loads are measured.
func TestMoreStepsGoOn(t *testing.T) {
	sketched(t)
	for _, how := range []string{"", "lab.protocol.alternate=true", "lab.protocol.loads=samples", "lab.twin.fixed=true"} {
		var overrides []string
		if how != "" {
			overrides = append(overrides, how)
		}
		straight, twice := t.TempDir(), t.TempDir()
		lives := func(parent, steps string) (last *Result) {
			for range 9 { // a fixed twin dies of every step
				r, _, err := train(nil, parent, shaky, append(slices.Clone(overrides), "lab.steps="+steps)...)
				if err == nil {
					return r
				}
				if !errors.As(err, new(*session.SpecimenError)) {
					t.Fatalf("%s, %s steps: %v", how, steps, err)
				}
			}
			t.Fatalf("%s: it does not end", how)
			return nil
		}
		want := lives(straight, "4")
		lives(twice, "2")
		got := lives(twice, "4")
		for _, name := range []string{tableName} {
			a, err := os.ReadFile(filepath.Join(straight, "a", name))
			b, err2 := os.ReadFile(filepath.Join(twice, "a", name))
			if err != nil || err2 != nil || !bytes.Equal(a, b) {
				t.Errorf("%s: %s differs: %v, %v", how, name, err, err2)
			}
		}
		if got.Steps != 4 || *got.After.Loss != *want.After.Loss || *got.Truth.Loss != *want.Truth.Loss {
			t.Errorf("%s: %+v, want %+v", how, got, want)
		}
		// Asked once more, for as many or fewer, it gives its result.
		for _, steps := range []string{"4", "3"} {
			if r, _, err := train(nil, twice, shaky, append(slices.Clone(overrides), "lab.steps="+steps)...); err != nil || !r.says(got) {
				t.Errorf("%s: asked for %s again: %+v, %v", how, steps, r, err)
			}
		}
	}
}

// Stopped and aborted sessions are concluded, whatever they have measured, and stay as they are.
func TestStoppedSessions(t *testing.T) {
	sketched(t)
	whole := t.TempDir()
	if _, _, err := train(nil, whole, shaky); err != nil {
		t.Fatal(err)
	}
	journal, err := os.ReadFile(filepath.Join(whole, "a", journalName))
	if err != nil {
		t.Fatal(err)
	}
	longer, _, err := train(nil, t.TempDir(), shaky, "lab.steps=7")
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(journal, []byte("\n"))
	for count := 1; count < len(lines)-1; count++ {
		for _, status := range []string{"success", "abort"} {
			dir := t.TempDir()
			if err := os.CopyFS(filepath.Join(dir, "a"), os.DirFS(filepath.Join(whole, "a"))); err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(os.Remove(filepath.Join(dir, "a", outcomeName)), os.WriteFile(filepath.Join(dir, "a", journalName), bytes.Join(lines[:count], nil), 0o666)); err != nil {
				t.Fatal(err)
			}
			if err := End(atomicfile.OS{}, filepath.Join(dir, "a"), status, "by hand"); err != nil {
				t.Fatalf("%d lines: %v", count, err)
			}
			r, _, err := train(nil, dir, shaky)
			if err != nil || r.Why != "by hand" || r.Ended != status {
				t.Fatalf("%d lines: %+v, %v", count, r, err)
			}
			if status == "abort" {
				continue
			}
			// With more steps it goes on, also where it was stopped before all of its streams were declared.
			r, _, err = train(nil, dir, shaky, "lab.steps=7")
			if err != nil || r.Steps != longer.Steps || *r.After.Loss != *longer.After.Loss {
				t.Fatalf("%d lines, more steps: %+v, %v, want %+v", count, r, err, longer)
			}
		}
	}
}

// Every call of the file system fails once, also after the end: the same command goes on to
// the same outcome.
func TestDiskAtTheEnd(t *testing.T) {
	sketched(t)
	text := strings.Replace(shaky, "steps: 2", "steps: 1", 1)
	disk := func() (*faultfs.FS, string) {
		dir := t.TempDir() // the lock is a real file
		if err := os.Mkdir(filepath.Join(dir, "a"), 0o777); err != nil {
			t.Fatal(err)
		}
		fsys := faultfs.New()
		if err := atomicfile.MakeDir(fsys, dir); err != nil {
			t.Fatal(err)
		}
		return fsys, dir
	}
	fsys, dir := disk()
	want, _, err := train(fsys, dir, text)
	if err != nil {
		t.Fatal(err)
	}
	total := fsys.Calls()
	every := 7
	if os.Getenv("ELASTRAIN_EVERY_BIT") != "" {
		every = 1
	}
	for _, how := range []faultfs.Fault{faultfs.ENOSPC, faultfs.EIO} {
		for n := 1; n <= total; n++ {
			if n%every != 0 && n < total-20 {
				continue
			}
			fsys, dir := disk()
			fsys.Fail(max(1, n-fsys.Calls()), how)
			_, _, first := train(fsys, dir, text)
			got, _, err := train(fsys.Reboot(faultfs.Synced), dir, text)
			if err == nil {
				got.Run = want.Run
			}
			if err != nil || !got.says(want) {
				t.Fatalf("%v at call %d (%v): then %+v, %v", how, n, first, got, err)
			}
		}
	}
}
