package sweep_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/atomicfile/faultfs"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/sweep"
)

// halving asks for a sweep by halving.
func halving(t *testing.T, path, dir string, by int, words ...string) sweep.Request {
	q := request(t, path, dir, words...)
	q.Way.Halving = by
	return q
}

// halve trains to the end, writes the tables and returns the rows of each rung.
func halve(t *testing.T, q sweep.Request) (s *sweep.Sweep, rungs []sweep.Rung, rows [][]sweep.Row) {
	t.Helper()
	s, err := sweep.Open(context.Background(), q)
	check(t, err)
	_, err = (&sweep.Halver{Sweep: s}).Run(context.Background())
	check(t, err)
	_, err = s.WriteTables(nil)
	check(t, errors.Join(err, s.Close()))
	missing, err := s.EachRung(true, func(rung sweep.Rung, list []sweep.Row) error {
		rungs, rows = append(rungs, rung), append(rows, list)
		return nil
	})
	check(t, err)
	if missing > 0 {
		t.Fatalf("%d rungs are missing", missing)
	}
	return s, rungs, rows
}

// Rungs climb by the factor from the first to the epochs of the experiment, and settings fall by it to one, for any numbers.
func TestRungs(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 9))
	for range 200 {
		settings, by, epochs := 1+random.IntN(200), 2+random.IntN(5), 1+random.IntN(2000)
		q := sweep.Request{Way: sweep.Way{Halving: by}}
		q.Way.Name, q.Way.Draws, q.Words = "random", settings, []string{"bonds.stiffness=50..100 N/m,50..200 N/m", "seed=1..3"}
		given := random.IntN(2) == 0
		if given {
			q.Way.First = 1 + random.IntN(epochs)
		}
		plan, err := sweep.NewPlan(q.Words, q.Way)
		check(t, err)
		rungs, err := sweep.RungsOf(plan.Settings(), epochs, by, q.Way.First)
		check(t, err)
		n, most := settings, 0
		for i, r := range rungs {
			last := i == len(rungs)-1
			if r.Number != i+1 || r.Settings != n || r.Epochs <= most || last != (r.Epochs == epochs) {
				t.Fatalf("%d settings to %d epochs by %d from %d: %+v", settings, epochs, by, q.Way.First, rungs)
			}
			if i > 0 && !last && r.Epochs != by*rungs[i-1].Epochs || last && i > 0 && !given && r.Epochs > by*rungs[i-1].Epochs {
				t.Fatalf("%d settings to %d epochs by %d from %d: the step to rung %d is another: %+v", settings, epochs, by, q.Way.First, i+1, rungs)
			}
			n, most = max(1, n/by), r.Epochs
		}
		if given && rungs[0].Epochs != q.Way.First && rungs[0].Settings > 1 {
			t.Fatalf("the first rung is not as asked for: %+v", rungs)
		}
	}
	if _, err := sweep.RungsOf(4, 3, 2, 5); err == nil {
		t.Error("a first rung of more epochs than there are")
	}
}

var flowers = []string{"learn={method: adam, rate: 0.05, batch: 16, epochs: 18}", "learn.rate=1e-2..1/6", "seed=1..2", "task.validation=30%"}

// The rows of every rung are those of `train` over so many epochs, to the last bit, the run directory of the best is that training, and
// those go on whose settings are best by the mean of their seeds on the validation part.
func TestHalving(t *testing.T) {
	words := slices.Clone(flowers)
	words[3] = "task.validation={share: 30 %}"
	s, rungs, rows := halve(t, halving(t, "../examples/iris.yaml", filepath.Join(t.TempDir(), "s"), 2, words...))
	if len(rungs) != 3 || len(rows[0]) != 12 || len(rows[1]) != 6 || len(rows[2]) != 2 {
		t.Fatalf("%+v, %d rows", rungs, len(rows[0]))
	}
	for i, rung := range rungs {
		means := map[int][2]float64{} // by the first point of a setting
		for _, row := range rows[i] {
			file, err := s.File(withEpochs(s, row.Point, rung.Epochs))
			check(t, err)
			single := trainedAlone(t, file)
			if *single.ValidLoss != *row.ValidLoss || *single.ValidAccuracy != *row.ValidAccuracy || single.Loss != *row.Loss || row.Epochs != rung.Epochs || row.Rung != rung.Number {
				t.Errorf("rung %d, point %d: %+v, and alone %+v", rung.Number, row.Point, row, single)
			}
			if row.TestLoss != nil {
				t.Error("the test part was looked at")
			}
			m := means[(row.Point-1)/2]
			means[(row.Point-1)/2] = [2]float64{m[0] - *row.ValidAccuracy/2, m[1] + *row.ValidLoss/2}
		}
		if i == len(rungs)-1 {
			break
		}
		worst, best := [2]float64{-2, 0}, [2]float64{2, 0} // of those that go on, and of others
		for _, row := range rows[i] {
			m := means[(row.Point-1)/2]
			if row.Kept && (m[0] > worst[0] || m[0] == worst[0] && m[1] > worst[1]) {
				worst = m
			}
			if !row.Kept && (m[0] < best[0] || m[0] == best[0] && m[1] < best[1]) {
				best = m
			}
		}
		if worst[0] > best[0] || worst[0] == best[0] && worst[1] > best[1] {
			t.Errorf("rung %d: %v goes on and %v does not", rung.Number, worst, best)
		}
	}
	at := s.Plan.At(rows[2][0].Point - 1)
	file, err := s.File(withEpochs(s, at.Number(), 18))
	check(t, err)
	dir := filepath.Join(t.TempDir(), "alone")
	r, err := run.Open(run.Request{File: file, Files: beside("../examples"), Parent: filepath.Dir(dir), Name: "alone", Exact: true, NoFigures: true})
	check(t, err)
	_, err = r.Train(context.Background())
	check(t, errors.Join(err, r.Close()))
	for _, name := range []string{"network.npz", "result.json", "metrics.csv", "checkpoints/ckpt-000000018.ckpt"} {
		a, err := os.ReadFile(filepath.Join(s.RunDir(at), name))
		check(t, err)
		b, err := os.ReadFile(filepath.Join(dir, name))
		check(t, err)
		if !bytes.Equal(a, b) {
			t.Errorf("%s of the best is not that of the training alone", name)
		}
	}
}

func withEpochs(s *sweep.Sweep, point, epochs int) sweep.Point {
	at := s.Plan.At(point - 1)
	at.Overrides = append(at.Overrides, fmt.Sprintf("learn.epochs=%d", epochs))
	return at
}

// trainedAlone is the result of a training in a directory of its own.
func trainedAlone(t *testing.T, file *spec.File) *run.Result {
	t.Helper()
	fsys, parent := faultfs.New(), t.TempDir()
	check(t, os.Mkdir(filepath.Join(parent, "a"), 0o777))
	check(t, atomicfile.MakeDir(fsys, parent))
	r, err := run.Open(run.Request{File: file, Files: beside("../examples"), Parent: parent, Name: "a", Exact: true, NoFigures: true, FS: fsys})
	check(t, err)
	result, err := r.Train(context.Background())
	check(t, errors.Join(err, r.Close()))
	return result
}

// After a crash at any call the same request comes to the same table; so it does after the file of a rung was damaged or lost, though the trainings that it
// is about have gone on meanwhile.
func TestHalvingCrashes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	for n := range 4 {
		check(t, os.MkdirAll(filepath.Join(dir, "runs", fmt.Sprint(n+1)), 0o777))
	}
	q := halving(t, "../examples/chain.yaml", dir, 2, "learn={method: adam, rate: 0.1, epochs: 4}", "learn.rate=0.05,0.1,0.2,0.4")
	halveOn := func(fsys atomicfile.FS) error {
		q.FS = fsys
		s, err := sweep.Open(context.Background(), q)
		if err != nil {
			return err
		}
		h := &sweep.Halver{Sweep: s}
		h.Options.Threads = 1
		if _, err = h.Run(context.Background()); err == nil {
			if err = s.Tidy(); err == nil {
				_, err = s.WriteTables(nil)
			}
		}
		return errors.Join(err, s.Close())
	}
	fresh := faultfs.New()
	check(t, atomicfile.MakeDir(fresh, filepath.Dir(dir)))
	whole := fresh.Reboot(faultfs.Killed)
	check(t, halveOn(whole))
	want := tables(t, whole, dir)
	step := 61 // a sample of the calls
	if os.Getenv(everyCall) != "" {
		step = 1
	}
	for n := 1; ; n += step {
		fsys := fresh.Reboot(faultfs.Killed)
		fsys.CrashAfter(n)
		if err := halveOn(fsys); fsys.Calls() <= n && err == nil {
			break
		}
		for _, outcome := range []faultfs.Outcome{faultfs.Killed, faultfs.Torn} {
			again := fsys.Reboot(outcome)
			check(t, atomicfile.MakeDir(again, q.Parent))
			if err := halveOn(again); err != nil {
				t.Fatalf("after a crash behind call %d, %v: %v", n, outcome, err)
			}
			if got := tables(t, again, dir); got != want {
				t.Fatalf("after a crash behind call %d, %v:\n%s\nwant\n%s", n, outcome, got, want)
			}
		}
	}
	for rung := 1; rung <= 3; rung++ {
		for _, damage := range []func([]byte) []byte{nil, func(b []byte) []byte { return b[:len(b)/2] }, func(b []byte) []byte { b[len(b)-9] ^= 4; return b }} {
			fsys := whole.Reboot(faultfs.Killed)
			path := filepath.Join(dir, "rungs", fmt.Sprint(rung))
			text, err := atomicfile.ReadFile(fsys, path, 1<<20)
			check(t, err)
			if damage == nil {
				err = fsys.Remove(path)
			} else {
				err = atomicfile.WriteFile(fsys, path, damage(slices.Clone(text)))
			}
			check(t, errors.Join(err, halveOn(fsys)))
			again, err := atomicfile.ReadFile(fsys, path, 1<<20)
			check(t, err)
			if !bytes.Equal(again, text) || tables(t, fsys, dir) != want {
				t.Errorf("rung %d is made again as\n%s\nnot\n%s", rung, again, text)
			}
		}
	}
}

// A training that fails is a row and goes on nowhere; where all fail, halving ends.
func TestHalvingFailures(t *testing.T) {
	_, _, rows := halve(t, halving(t, "../examples/chain.yaml", filepath.Join(t.TempDir(), "s"), 2, "bonds={stiffness: 20.. N/m}", "learn={method: adam, epochs: 4}", "learn.rate=1e307,0.1,1e308,1.5e308"))
	for _, row := range rows[0] {
		if failed := row.Point != 2; failed != (row.State == sweep.Failed) || failed == row.Kept || failed && row.Code == "" {
			t.Errorf("%+v", row)
		}
	}
	if last := rows[len(rows)-1]; len(last) != 1 || last[0].Point != 2 || last[0].Epochs != 4 {
		t.Errorf("%+v", last)
	}
	_, rungs, rows := halve(t, halving(t, "../examples/chain.yaml", filepath.Join(t.TempDir(), "s"), 2, "bonds={stiffness: 20.. N/m}", "learn={method: adam, epochs: 4}", "learn.rate=1e308,1.5e308"))
	if len(rungs) != 1 || rows[0][0].Kept || rows[0][1].Kept {
		t.Errorf("%+v", rows)
	}
}

// What cannot be halved is refused before a directory is made.
func TestHalvingRefuses(t *testing.T) {
	for _, words := range [][]string{{"learn.epochs=3,9"}, {"learn={method: adam, schedule: cosine}", "learn.rate=0.1,0.2"}, {"learn.epochs=0", "seed=1..3"}} {
		dir := filepath.Join(t.TempDir(), "s")
		if _, err := sweep.Open(context.Background(), halving(t, "../examples/chain.yaml", dir, 2, words...)); err == nil {
			t.Errorf("%q is accepted", words)
		}
		if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%q leaves a directory", words)
		}
	}
}
