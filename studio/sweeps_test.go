package studio

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A directory that says it is a sweep, and lies, is shown as broken, and hides neither the runs nor the other sweeps; names lead nowhere else.
func TestSweepsThatLie(t *testing.T) {
	dir := t.TempDir()
	grow(t, makeRun(t, dir, "runs/a"), 2)
	signed := func(body string) string {
		sum := sha256.Sum256([]byte(body))
		return `{"sha256":"` + hex.EncodeToString(sum[:]) + "\"}\n" + body
	}
	sparse := filepath.Join(dir, "long", "sweep.json")
	for id, text := range map[string]string{
		"empty": "", "words": "no JSON", "sum": "{\"sha256\":\"00\"}\n{}", "none": signed(`{"format":1}`), "future": signed(`{"format":99,"points":1,"points_per_chunk":1}`),
		"many": signed(`{"format":1,"results":1,"points":10000000,"points_per_chunk":1,"spec":"a.yaml","words":["seed=1..10000000"]}`),
		"out":  signed(`{"format":1,"points":1,"points_per_chunk":1,"files":[{"name":"x","copy":"files/../../../etc/passwd","sha256":"00"}]}`), "long": "",
	} {
		check(t, os.MkdirAll(filepath.Join(dir, id), 0o777))
		check(t, os.WriteFile(filepath.Join(dir, id, "sweep.json"), []byte(text), 0o666))
	}
	check(t, os.Truncate(sparse, 1<<40))
	check(t, os.MkdirAll(filepath.Join(dir, "link"), 0o777))
	check(t, os.Symlink("/etc/passwd", filepath.Join(dir, "link", "sweep.json")))
	b := enter(t, open(t, dir))
	code, text := b.get("api/sweeps")
	var list struct {
		Sweeps []struct{ ID, State, Why string }
	}
	if code != 200 || json.Unmarshal([]byte(text), &list) != nil || len(list.Sweeps) != 8 {
		t.Fatalf("%d %s", code, text)
	}
	for _, s := range list.Sweeps {
		if s.State != broken || s.Why == "" || strings.Contains(s.Why, "root:") {
			t.Errorf("%+v", s)
		}
		if code, text := b.get("api/sweep?id=" + s.ID); code != 200 || !strings.Contains(text, `"table":null`) {
			t.Errorf("%s: %d %s", s.ID, code, text)
		}
	}
	for _, id := range []string{"", "..", "link", "runs/a", "../x", "none/../empty", "/etc", ".hidden"} {
		if code, text := b.get("api/sweep?id=" + escape(id)); code != 404 || !strings.Contains(text, "there is no sweep") {
			t.Errorf("%q: %d %s", id, code, text)
		}
	}
	if b.list()["runs/a"] == nil {
		t.Error("the run is not listed")
	}
}
