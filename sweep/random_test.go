package sweep_test

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/sweep"
)

// drawn are values of keys that a sweep may go over, some of which make experiments that cannot be built or trained.
var drawn = map[string][]string{
	"seed": {"1", "2", "3", "7", "18446744073709551615"}, "learn.method": {"adam", "l-bfgs", "gradient-descent", "momentum", "levenberg-marquardt", "frank-wolfe"},
	"learn.rate": {"0.01", "0.3", "1e-3", "5"}, "learn.batch": {"1", "4", "1000", "16"}, "learn.epochs": {"0", "1", "4", "5"}, "learn.schedule": {"constant", "cosine", "step"},
	"learn.keep": {"last", "best"}, "learn.rule": {"backprop", "finite-differences", "equilibrium-propagation", "coupled-learning"},
	"learn":       {"{method: adam, epochs: 3}", "{epochs: 2, method: l-bfgs}", "~"},
	"bonds.width": {"1.5..2.5 mm", "1500..2500 um", "0.001..0.003 m", "1e-9..2 mm"}, "bonds.start": {"middle", "random", "2 mm", "2.5 mm"}, "bonds.frozen": {"[1]", "[2,5..9]", "[]"},
	"network.spacing": {"16 mm", "1.6 cm", "0.02 m", "1 um"}, "network.cut": {"[]", "[3]", "[3,4,5,6,7,8]", "[28]"}, "network.size": {"3 x 3", "4 x 2", "2 x 2"},
	"supports.pinned": {"[1,5]", "[1,4]", "[1]", "[1,2,5]"}, "material.young": {"0.55 MPa", "550 kPa", "1 GPa", "1e-300 Pa"},
	"task.split": {"70 %", "0.5", "90 %", "1 %"}, "task.validation.share": {"20 %", "0.1", "99 %"}, "task.loss": {"fisher", "cross-entropy", "mean-square", "hinge", "softmax"},
	"task.data": {"iris", "wine", "flowers.csv", "xor.csv", "unseen.csv"}, "task.inputs[1].force": {"49 mN", "0.049 N", "1 N", "0 N"}, "task.inputs[1].node": {"8", "9", "1", "99"},
	"task.inputs[2].complement": {"true", "false"}, "task.outputs[1].along": {"x", "y", "-y"}, "task.scale": {"1", "1 mm", "0.1"}, "task.stratify": {"true", "false"}, "title": {"a", "b"},
}

// The rows of sweeps over keys drawn by chance, of examples drawn by chance, are what a training of each point by itself says, whatever was built or trained before it or beside it.
func TestRowsOfRandomSweeps(t *testing.T) {
	count := 4
	if n, err := strconv.Atoi(os.Getenv("ELASTRAIN_RANDOM_SWEEPS")); err == nil {
		count = n
	}
	first, _ := strconv.Atoi(os.Getenv("ELASTRAIN_RANDOM_FIRST"))
	names := []string{"iris", "iris", "wine", "xor", "behaviour", "left-right", "disordered", "regression", "chain", "explicit", "flowers", "measured", "truss3d", "cell", "two-bars", "rest-length", "levels", "frame", "geometry"}
	keys := slices.Sorted(maps.Keys(drawn))
	swept, finished, failed := 0, 0, 0
	for number := first; swept < count; number++ {
		if number > first+60*count {
			t.Fatalf("%d of %d sweeps could begin", swept, count)
		}
		random := rand.New(rand.NewPCG(uint64(number), 3))
		name := names[random.IntN(len(names))]
		path := "../examples/" + name + ".yaml"
		words := []string{"learn.epochs=3"}
		points := 1
		for range 1 + random.IntN(3) {
			key := keys[random.IntN(len(keys))]
			values := drawn[key]
			n := 1 + random.IntN(min(3, len(values)))
			if points*n > 12 {
				continue
			}
			points *= n
			var list []string
			for _, i := range random.Perm(len(values))[:n] {
				list = append(list, values[i])
			}
			words = append(words, key+"="+strings.Join(list, ","))
		}
		dir := t.TempDir()
		q := request(t, path, filepath.Join(dir, "s"), words...)
		s, err := sweep.Open(context.Background(), q)
		if err != nil {
			continue
		}
		swept++
		check(t, (&sweep.Runner{Sweep: s}).Run(context.Background()))
		var rows []sweep.Row
		_, err = s.Curves(func(r *sweep.Row) error { rows = append(rows, *r); return nil })
		check(t, err)
		for i, row := range rows {
			at := s.Plan.At(i)
			what := name + " " + strings.Join(at.Overrides, " ")
			want := alone(t, path, q.Text, at.Overrides)
			if want.State == sweep.Failed {
				failed++
			} else {
				finished++
			}
			want.Point, want.Values, want.Curve, want.LeastLoss = row.Point, row.Values, row.Curve, row.LeastLoss
			if want.Key == "" {
				want.Key, want.Seed = row.Key, row.Seed
			}
			if !reflect.DeepEqual(row, want) {
				t.Errorf("%d: %s %q\nrow  %s\nwant %s", number, what, words, line(t, row), line(t, want))
			}
		}
		check(t, s.Close())
	}
	t.Logf("%d sweeps: %d trainings that finished, %d that failed", swept, finished, failed)
}

// alone is the row of a training in a directory of its own, but for what only a sweep knows.
func alone(t *testing.T, path string, text []byte, overrides []string) sweep.Row {
	t.Helper()
	row := sweep.Row{State: sweep.Failed}
	say := func(err error) sweep.Row {
		var many spec.Errors
		var directory *run.DirectoryError
		switch {
		case errors.As(err, &many):
			row.Code, row.Reason = many[0].Code, many[0].Message
		case errors.As(err, &directory):
			row.Code, row.Reason = directory.Code, directory.Cause
			if directory.Err != nil {
				row.Reason += ": " + directory.Err.Error()
			}
		default:
			row.Code, row.Reason = "E0801", err.Error()
			if told, ok := experiment.Tell(err); ok {
				row.Code, row.Reason = told.Code, told.Message
			}
		}
		return row
	}
	file, err := spec.Parse(path, text, overrides...)
	if err != nil {
		return say(err)
	}
	r, err := run.Open(run.Request{File: file, Overrides: overrides, Files: beside(filepath.Dir(path)), Parent: t.TempDir(), Name: "r", NoFigures: true, Options: experiment.Options{Solver: "auto", Threads: 2}})
	if err != nil {
		return say(err)
	}
	defer func() { _ = r.Close() }()
	row.Key, row.Seed = r.Manifest.Identity, file.Spec.Seed
	result, err := r.Train(context.Background())
	if err != nil {
		return say(err)
	}
	row.State, row.Reason, row.Epochs, row.Steps, row.Loss = sweep.Finished, result.Verdict.Reason, result.Epochs, result.Steps, run.Number(result.Loss)
	row.TrainAccuracy, row.TrainError, row.ValidLoss, row.ValidAccuracy, row.ValidError = result.TrainAccuracy, result.TrainError, result.ValidLoss, result.ValidAccuracy, result.ValidError
	row.TestLoss, row.TestAccuracy, row.TestError, row.BestEpoch, row.ChosenOn = result.TestLoss, result.TestAccuracy, result.TestError, result.BestEpoch, result.ChosenOn
	v := result.Verdict
	row.Converged, row.KKT, row.Feasible, row.Goal, row.AtChance = v.Converged, run.Number(v.KKT), v.Feasible, v.Goal, v.AtChance
	x := r.Experiment
	if !(x.Valid.N > 0 || x.Closed()) {
		row.ChosenOn = ""
	}
	trainer, err := x.NewTrainer()
	check(t, err)
	start, err := trainer.EpochScore()
	check(t, err)
	row.StartLoss = run.Number(start.Train.Loss)
	return row
}
