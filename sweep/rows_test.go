package sweep_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/sweep"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// beside reads what an experiment in a folder names.
func beside(folder string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(folder, name)) }
}

// request asks for a sweep of an example.
func request(t *testing.T, path, dir string, words ...string) sweep.Request {
	t.Helper()
	text, err := os.ReadFile(path)
	check(t, err)
	return sweep.Request{Name: path, Text: text, Words: words, Way: sweep.Way{Name: "grid"}, Files: beside(filepath.Dir(path)), Options: sweep.Options{Solver: "auto"},
		Parent: filepath.Dir(dir), Base: filepath.Base(dir), Exact: true}
}

// trained sweeps to the end and returns the rows with their curves.
func trained(t *testing.T, q sweep.Request) []sweep.Row {
	t.Helper()
	s, err := sweep.Open(context.Background(), q)
	check(t, err)
	check(t, errors.Join((&sweep.Runner{Sweep: s}).Run(context.Background()), s.Close()))
	var rows []sweep.Row
	missing, err := s.Curves(func(r *sweep.Row) error {
		rows = append(rows, *r)
		return nil
	})
	check(t, err)
	if missing > 0 || len(rows) != s.Manifest.Points {
		t.Fatalf("%d chunks are missing, %d rows", missing, len(rows))
	}
	return rows
}

// The row of a point says what `elastrain train` of it says, to the last bit: trained in the process, and as a run directory.
func TestRowsAreThoseOfTrain(t *testing.T) {
	few := map[string]string{"large-lattice": "", "mnist": "", "digits": "", "digits-comb": ""} // they take long, or their data may not be here
	paths, err := filepath.Glob("../examples/*.yaml")
	check(t, err)
	for _, path := range append(paths, "iris, batches", "wine, keep best") {
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		words := []string{"learn.epochs=3"}
		switch path {
		case "iris, batches":
			path, words = "../examples/iris.yaml", []string{"learn={method: adam, epochs: 5, batch: 16}", "seed=7"}
		case "wine, keep best":
			path, words = "../examples/wine.yaml", []string{"learn={method: adam, epochs: 90, keep: best}", "task.validation.share=20 %"}
		default:
			if _, skip := few[name]; skip {
				continue
			}
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(path)
			check(t, err)
			file, err := spec.Parse(path, text, words...)
			check(t, err)
			r, err := run.Open(run.Request{File: file, Files: beside(filepath.Dir(path)), Parent: t.TempDir(), Name: "r", NoFigures: true})
			check(t, err)
			result, err := r.Train(context.Background())
			check(t, errors.Join(err, r.Close()))
			dir := t.TempDir()
			here := trained(t, request(t, path, filepath.Join(dir, "here"), words...))
			q := request(t, path, filepath.Join(dir, "runs"), words...)
			q.Options.Runs = true
			there := trained(t, q)
			if !reflect.DeepEqual(here, there) {
				t.Errorf("in the process %s\nas a run       %s", line(t, here[0]), line(t, there[0]))
			}
			records, err := run.ReadMetrics(atomicfile.OS{}, r.Dir)
			check(t, err)
			got := here[0]
			want := sweep.Row{Point: 1, Key: r.Manifest.Identity, Values: []string{}, Seed: file.Spec.Seed, State: sweep.Finished, Reason: result.Verdict.Reason,
				Epochs: result.Epochs, Steps: result.Steps, StartLoss: run.Number(records[0].Train.Loss), Loss: &result.Loss, LeastLoss: got.LeastLoss,
				TrainAccuracy: result.TrainAccuracy, TrainError: result.TrainError, ValidLoss: result.ValidLoss, ValidAccuracy: result.ValidAccuracy, ValidError: result.ValidError,
				TestLoss: result.TestLoss, TestAccuracy: result.TestAccuracy, TestError: result.TestError, BestEpoch: result.BestEpoch, ChosenOn: result.ChosenOn,
				Converged: result.Verdict.Converged, KKT: run.Number(result.Verdict.KKT), Feasible: result.Verdict.Feasible, Goal: result.Verdict.Goal, AtChance: result.Verdict.AtChance,
				Curve: got.Curve}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("row  %s\nwant %s", line(t, got), line(t, want))
			}
			least := *got.Loss
			for _, rec := range records {
				least = min(least, rec.Train.Loss)
			}
			if *got.LeastLoss != least {
				t.Errorf("least loss %g, want %g", *got.LeastLoss, least)
			}
			for i, epoch := range got.Curve.Epoch {
				for _, rec := range records {
					if rec.Epoch == epoch && got.Curve.Loss[i] != rec.Train.Loss {
						t.Errorf("curve at epoch %d: %g, want %g", epoch, got.Curve.Loss[i], rec.Train.Loss)
					}
				}
			}
			if n := len(got.Curve.Epoch); got.Curve.Epoch[0] != 0 || got.Curve.Epoch[n-1] != result.Epochs {
				t.Errorf("curve over %v", got.Curve.Epoch)
			}
		})
	}
}

// line is a row as text.
func line(t *testing.T, row sweep.Row) string {
	t.Helper()
	text, err := json.Marshal(row)
	check(t, err)
	return string(text)
}
