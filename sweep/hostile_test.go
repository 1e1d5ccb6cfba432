package sweep_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/sweep"
)

// A sweep.json that is whole and says what its words do not is refused before anything believes it, and the command that began the sweep mends it.
func TestManifestThatLies(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	q := request(t, "../examples/chain.yaml", dir, "learn={method: adam, rate: 0.1, epochs: 1}", "learn.rate=0.05,0.1", "seed=1,2")
	check(t, sweepOn(q, atomicfile.OS{}))
	path := filepath.Join(dir, "sweep.json")
	whole, err := os.ReadFile(path)
	check(t, err)
	_, body, _ := bytes.Cut(whole, []byte("\n"))
	for _, lie := range []string{`"points":1000000`, `"points":3`, `"points_per_chunk":1000000000000000000`, `"points_per_chunk":9223372036854775807`, `"keys":[]`, `"keys":["seed","learn.rate"]`,
		`"words":["seed=1..9"]`, `"words":["seed"]`, `"words":[]`, `"way":"sobol"`, `"way":"halton","draws":4`, `"way":"random"`, `"halving":1`, `"halving":-2`, `"first_epochs":-1`} {
		var m map[string]any
		check(t, json.Unmarshal(body, &m))
		check(t, json.Unmarshal([]byte("{"+lie+"}"), &m))
		text, err := json.Marshal(m)
		check(t, err)
		sum := sha256.Sum256(text)
		check(t, os.WriteFile(path, append([]byte(fmt.Sprintf("{\"sha256\":%q}\n", hex.EncodeToString(sum[:]))), text...), 0o666))
		_, err = sweep.Load(nil, dir)
		var damaged *run.DirectoryError
		if !errors.As(err, &damaged) || damaged.Code != "E0602" {
			t.Errorf("%s: %v", lie, err)
		}
	}
	check(t, sweepOn(q, atomicfile.OS{}))
	if again, err := os.ReadFile(path); err != nil || !bytes.Equal(again, whole) {
		t.Errorf("mended: %v\n%s\nwant\n%s", err, again, whole)
	}
}

// A point that is a mechanism is a row, the same one whether trainings are run directories or not, by halving as well, and an answer of a sweep that is asked.
func TestMechanismIsARowInEveryWay(t *testing.T) {
	rows := map[string]sweep.Row{}
	for _, way := range []string{"plain", "runs", "halving"} {
		q := request(t, "../examples/iris.yaml", filepath.Join(t.TempDir(), "s"), "learn.epochs=2", "supports.pinned=[1],[1,5]")
		if q.Options.Runs = way == "runs"; way == "halving" {
			q.Way.Halving = 2
		}
		s, err := sweep.Open(context.Background(), q)
		check(t, err)
		if way == "halving" {
			_, err = (&sweep.Halver{Sweep: s}).Run(context.Background())
		} else {
			err = (&sweep.Runner{Sweep: s}).Run(context.Background())
		}
		if err != nil {
			t.Errorf("%s: %v", way, err)
		}
		_, err = s.Rows(func(r *sweep.Row) error {
			if r.Point == 1 {
				rows[way] = *r
			}
			return nil
		})
		check(t, errors.Join(err, s.Close()))
	}
	plain := rows["plain"]
	if plain.State != sweep.Failed || plain.Code != "E0701" || plain.Key == "" {
		t.Fatalf("%+v", plain)
	}
	if got := rows["runs"]; fmt.Sprint(got) != fmt.Sprint(plain) {
		t.Errorf("as runs: %+v\nwant %+v", got, plain)
	}
	if got := rows["halving"]; got.Code != plain.Code || got.Reason != plain.Reason || got.Key == "" || got.Seed != plain.Seed {
		t.Errorf("by halving: %+v\nwant %+v", got, plain)
	}
	q := request(t, "../examples/iris.yaml", filepath.Join(t.TempDir(), "a"), "learn.epochs=1")
	q.Way = sweep.Way{Name: sweep.Asked}
	s, err := sweep.Open(context.Background(), q)
	check(t, err)
	a, err := s.Asker(experiment.Options{})
	check(t, err)
	defer func() { check(t, errors.Join(a.Close(), s.Close())) }()
	if found := ask(t, a, sweep.Question{ID: "1", Set: []string{"supports.pinned=[1]"}}); found.Row.State != sweep.Failed || found.Row.Code != "E0701" || found.Row.Key == "" {
		t.Errorf("asked: %+v", found.Row)
	}
	// What is wrong with the setting itself is no row, and the id is free for the setting that was meant.
	again, err := a.Setting(sweep.Question{ID: "2", Set: []string{"supports.pinned=[99]"}})
	check(t, err)
	_, err = a.Ask(context.Background(), again)
	var many spec.Errors
	if !errors.As(err, &many) {
		t.Errorf("a support at no node: %v", err)
	}
	ask(t, a, sweep.Question{ID: "2", Set: []string{"supports.pinned=[1,5]"}})
}

// Who asks for a sweep that one process trains alone hears at once that another is at it.
func TestAloneIsSaid(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	s, _, closes := asking(t, dir)
	defer closes()
	q := request(t, "../examples/chain.yaml", dir, "learn={method: adam, rate: 0.1, epochs: 9}")
	q.Way = sweep.Way{Name: sweep.Asked}
	again, err := sweep.Open(context.Background(), q)
	var held *run.DirectoryError
	if !errors.As(err, &held) || held.Code != "E0604" {
		t.Errorf("%v %v beside %s", again, err, s.Dir)
	}
}

// What a range is told is of its key: a unit where it has one, and that there is no such key.
func TestRangeIsToldOfItsKey(t *testing.T) {
	for word, want := range map[string]string{
		"learn.rate=1 N..2 N/3":      "write such as `learn.rate=1..5/9`: lower end, upper end, number of values",
		"material.young=1..2/3":      "write such as `material.young=1..5 Pa/9`: lower end, upper end, unit, number of values",
		"task.split=a..b/3":          "write such as `task.split=1..5/9`: lower end, upper end, number of values",
		"learn.epochs=1.5x..9/3":     "write such as `learn.epochs=1..10`",
		"learn.epoch=1..2/3":         "",
		"learn.rate=1e-3..1e999/3":   "write such as `learn.rate=1..5/9`: lower end, upper end, number of values",
		"nothing.of.this=log:1..2/3": "",
	} {
		_, err := sweep.ParseAxis(1, word, false)
		var bad *spec.Error
		if got := ""; want == "" != (err == nil) || errors.As(err, &bad) && bad.Help != want {
			if bad != nil {
				got = bad.Help
			}
			t.Errorf("%s: %v, help %q, want %q", word, err, got, want)
		}
	}
}

// A word that replaces a section with what stands before it is refused: the values of that would change nothing.
func TestWordThatReplaces(t *testing.T) {
	for words, refused := range map[[2]string]bool{
		{"learn.rate=0.1,0.2", "learn={method: adam, epochs: 2}"}:              true,
		{"learn={method: adam, epochs: 2}", "learn.rate=0.1,0.2"}:              false,
		{"learn.rate=0.1", "learn={method: adam, epochs: 2},{method: l-bfgs}"}: false,
		{"task.inputs[1].force=1 N,2 N", "task.inputs=[]"}:                     true,
		{"seed=1,2", "see=1"}: false,
	} {
		_, err := sweep.NewPlan(words[:], sweep.Way{Name: "grid"})
		if errs, is := err.(spec.Errors); (err != nil) != refused || refused && (!is || errs[0].Code != "E0802" || errs[0].Line != 2) {
			t.Errorf("%q: %v", words, err)
		}
	}
}
