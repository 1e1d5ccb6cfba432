package sweep_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/sweep"
	"github.com/elastrain/elastrain/train"
)

// Chunks are equal to the byte whether trainings go side by side or one after another: of one pattern, of several methods and batches among each other, and with
// networks that fail.
func TestSideBySide(t *testing.T) {
	all := 0
	for _, words := range [][]string{
		{"seed=1..70", "learn.epochs=8"},
		{"learn.rate=0.003,0.05", "seed=1..9", "learn.batch=16,40", "learn.epochs=6"},
		{"learn={method: adam, bounds: projection, epochs: 7, batch: 30}", "bonds.width=0.0000000000000001..2.5 mm", "learn.rate=0.01,0.5", "seed=3..10"},
		{"network.rows=5-4-3-2,5-4-3-2-1", "seed=1..8", "learn={method: momentum, bounds: projection, epochs: 3}"},
	} {
		whole := func(name string, together sweep.Together) (text []byte, failed int) {
			dir := filepath.Join(t.TempDir(), name)
			s, err := sweep.Open(context.Background(), request(t, "../examples/li-mao-2024/iris.yaml", dir, words...))
			check(t, err)
			check(t, errors.Join((&sweep.Runner{Sweep: s, Together: together}).Run(context.Background()), s.Close()))
			if size := max(1, s.Manifest.Points/8); lanes(t, s) && s.Manifest.Chunk != min(size, 8) {
				t.Errorf("%v: chunks of %d points, of %d in all", words, s.Manifest.Chunk, s.Manifest.Points)
			}
			for chunk := 1; chunk <= s.Chunks(); chunk++ {
				part, err := os.ReadFile(s.ChunkPath(chunk))
				check(t, err)
				text = append(text, part...)
			}
			return text, bytes.Count(text, []byte(`"state":"failed"`))
		}
		alone, failed := whole("alone", sweep.OneByOne)
		beside, _ := whole("beside", nil)
		if !bytes.Equal(alone, beside) {
			t.Errorf("%v: other rows side by side\n%s\n%s", words, beside, alone)
		}
		all += failed
	}
	if all == 0 {
		t.Error("no training fails, so that it is not seen what that does to others")
	}
}

// lanes reports whether the trainings of a sweep may go side by side on this machine.
func lanes(t *testing.T, s *sweep.Sweep) bool {
	t.Helper()
	file, err := s.File(s.Plan.At(0))
	check(t, err)
	x, err := experiment.Build(file, beside("../examples/li-mao-2024"), experiment.Options{})
	check(t, err)
	plan, err := x.Plan()
	check(t, err)
	trainer, err := train.New(plan)
	check(t, err)
	return trainer.Abreast()
}
