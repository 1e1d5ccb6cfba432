package run

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run/checkpoint"
)

// old copies a run that revision 76c853f has written, before files were sealed, and
// is the request that it came from.
func old(t *testing.T, name string, overrides ...string) (Request, string) {
	t.Helper()
	parent := t.TempDir()
	dir := filepath.Join(parent, name)
	check(t, os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "old", name))))
	text, err := os.ReadFile(filepath.Join(dir, specName))
	check(t, err)
	return Request{File: parse(t, string(text), overrides...), Parent: parent, Name: name, Exact: true,
		Files: func(name string) ([]byte, error) { return os.ReadFile(filepath.Join("testdata", "old", name)) }}, dir
}

// A finished run of an earlier version opens, is found by the same request, is
// read, and nothing in it is touched.
func TestOldFinished(t *testing.T) {
	quickly(t)
	q, dir := old(t, "finished")
	q.NoFigures = true
	before := tree(t, atomicfile.OS{}, dir)
	r, result := trained(t, q)
	if !r.Complete() || result.Epochs != 6 || math.Abs(result.Loss-0.03710184568999002) > 1e-12 || len(result.Mended) > 0 {
		t.Errorf("complete %v, %+v", r.Complete(), result)
	}
	equal(t, "opened", tree(t, atomicfile.OS{}, dir), before)
	loaded, err := Load(atomicfile.OS{}, dir)
	check(t, err)
	if loaded.Epoch != 6 || loaded.Unfinished || loaded.Stiffness[0] == loaded.Stiffness[1] {
		t.Errorf("loaded %+v", loaded)
	}
	file, ancestor, err := loaded.Retrained(q.File)
	check(t, err)
	trained(t, Request{File: file, Files: loaded.Files(atomicfile.OS{}), Parent: filepath.Dir(dir), Name: "again", Kind: "retrain", Ancestor: ancestor, Start: loaded.Stiffness})

	// Its result is what its checkpoint gives, whatever result.json says.
	for name, change := range map[string]func(string) string{
		resultName:   func(s string) string { return strings.Replace(s, `"loss": 0.037`, `"loss": 0.017`, 1) },
		networkName:  func(s string) string { return strings.Replace(s, "positions", "pisitions", 1) },
		metricsName:  func(s string) string { return s[:len(s)-9] },
		eventsName:   func(s string) string { return strings.Replace(s, `"epoch":3`, `"epoch":z`, 1) },
		manifestName: func(s string) string { return strings.Replace(s, `"identity": "9`, `"identity": "8`, 1) },
		resolvedName: func(s string) string { return strings.Replace(s, "seed: 1", "seed: 3", 1) },
	} {
		q, dir := old(t, "finished")
		path := filepath.Join(dir, name)
		text := read(t, atomicfile.OS{}, path)
		if change(text) == text {
			t.Fatalf("%s: nothing is changed", name)
		}
		put(t, atomicfile.OS{}, path, change(text))
		if _, err := Load(atomicfile.OS{}, dir); (err != nil) != (name == manifestName || name == resolvedName) {
			t.Errorf("%s: loaded with %v", name, err)
		}
		_, got := trained(t, q)
		if math.Abs(got.Loss-result.Loss) > 1e-12 || len(got.Mended) == 0 {
			t.Errorf("%s: %+v", name, got)
		}
		for _, same := range []string{networkName, metricsName, resolvedName} {
			if name == manifestName || name == resolvedName {
				break // written by this version now
			}
			if read(t, atomicfile.OS{}, filepath.Join(dir, same)) != before[same] {
				t.Errorf("%s changed: %s is another", name, same)
			}
		}
	}
	// Where both journals are in order and do not agree, nobody knows which is right.
	q, dir = old(t, "finished")
	path := filepath.Join(dir, metricsName)
	put(t, atomicfile.OS{}, path, strings.Replace(before[metricsName], "0.06108165795151222", "0.06108165795151223", 1))
	var e *DirectoryError
	if _, _, err := finish(q); !errors.As(err, &e) || e.Code != "E0602" || !strings.Contains(e.Cause, "line 6") {
		t.Errorf("journals that disagree: %v", err)
	}
	check(t, os.Remove(path))
	trained(t, q)
	if read(t, atomicfile.OS{}, path) != before[metricsName] {
		t.Error("metrics.csv is another")
	}
}

// A run that an earlier version was stopped in goes on to the bits that version
// would have come to; and to more epochs.
func TestOldStopped(t *testing.T) {
	quickly(t)
	q, dir := old(t, "stopped")
	loaded, err := Load(atomicfile.OS{}, dir)
	check(t, err)
	if loaded.Epoch != 10 || !loaded.Unfinished || loaded.Epochs != 30 {
		t.Errorf("epoch %d of %d", loaded.Epoch, loaded.Epochs)
	}
	r, result := trained(t, q)
	if !r.Resumed || result.Epochs != 30 || len(result.Mended) > 0 {
		t.Errorf("%+v", result)
	}
	told(t, "begun by an earlier version", atomicfile.OS{}, dir)
	want, err := os.ReadFile(filepath.Join("testdata", "old", "whole.npz"))
	check(t, err)
	if got := read(t, atomicfile.OS{}, filepath.Join(dir, networkName)); runtime.GOARCH == "amd64" && got != string(want) {
		t.Error("network.npz has other bits")
	}
	var m Manifest
	check(t, json.Unmarshal([]byte(read(t, atomicfile.OS{}, filepath.Join(dir, manifestName))), &m))
	if m.Identity != r.asked.Identity {
		t.Errorf("the identity is another: %s, and computed %s", m.Identity, r.asked.Identity)
	}

	q, dir = old(t, "stopped", "learn.epochs=40")
	longer, _ := trained(t, q)
	if !longer.Resumed {
		t.Error("begins anew")
	}
	q.Parent = t.TempDir()
	whole, _ := trained(t, q)
	if !bytes.Equal([]byte(read(t, atomicfile.OS{}, filepath.Join(dir, networkName))), []byte(read(t, atomicfile.OS{}, filepath.Join(whole.Dir, networkName)))) {
		t.Error("more epochs end elsewhere")
	}
}

// A format that has grown a key since gives another hash for the same experiment:
// the directory is found all the same, goes on, and keeps its identity.
func TestOldBeforeAKey(t *testing.T) {
	quickly(t)
	q, dir := old(t, "stopped")
	path := filepath.Join(dir, resolvedName)
	text := strings.Replace(read(t, atomicfile.OS{}, path), "  save: 2\n", "  save: 2e0\n", 1) // as that version wrote it
	text = strings.Replace(text, "  bounds: projection\n", "", 1)                              // a key it did not have
	put(t, atomicfile.OS{}, path, text)
	m, err := readManifest(atomicfile.OS{}, dir)
	check(t, err)
	was := m.Identity
	m.Identity = identity([]byte(text), m.Files, m.Start)
	manifest, err := json.MarshalIndent(m, "", "  ")
	check(t, err)
	put(t, atomicfile.OS{}, filepath.Join(dir, manifestName), string(manifest)+"\n")
	store := checkpoint.Store{FS: atomicfile.OS{}, Dir: filepath.Join(dir, checkpointsName)}
	saved, _, err := store.Latest()
	check(t, err)
	p, err := progressOf(saved.Sections)
	check(t, err)
	p.Identity = m.Identity
	saved.Sections[0], err = checkpoint.JSON(sectionProgress, p)
	check(t, err)
	check(t, store.Save(saved.Step, saved.Sections))
	r, result := trained(t, q)
	if was == m.Identity || !r.Resumed || len(result.Mended) > 0 || r.Manifest.Identity != m.Identity || filepath.Base(r.Dir) != "stopped" {
		t.Errorf("resumed %v in %s, mended %v", r.Resumed, r.Dir, result.Mended)
	}
	want, err := os.ReadFile(filepath.Join("testdata", "old", "whole.npz"))
	check(t, err)
	if got := read(t, atomicfile.OS{}, filepath.Join(dir, networkName)); runtime.GOARCH == "amd64" && got != string(want) {
		t.Error("network.npz has other bits")
	}
	again, err := Open(q)
	check(t, err)
	if !again.Complete() {
		t.Error("it is not complete")
	}
	check(t, again.Close())
	if _, err := Load(atomicfile.OS{}, dir); err != nil {
		t.Error(err)
	}
}
