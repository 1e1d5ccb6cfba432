package compare

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/run/events"
	"github.com/elastrain/elastrain/run/listing"
	"github.com/elastrain/elastrain/sweep"
)

// Measures are the quantities of a training, in the order in which they are told.
var Measures = []string{"loss", "train_accuracy", "train_error", "validation_loss", "validation_accuracy", "validation_error", "test_loss", "test_accuracy", "test_error"}

// Course is one training.
type Course struct {
	Name    string // directory, or sweep and point
	Point   int    // of a sweep, from 1; 0 for a run
	Kind    string
	State   string // of a run, or finished or failed of a sweep
	Verdict string
	Keys    listing.Keys // of the resolved experiment, and of what it started from; of a sweep those that vary
	Epochs  int
	Steps   int
	Final   map[string]float64   // measures at the end
	Epoch   []int                // of the curves
	Curves  map[string][]float64 // a value an epoch; NaN where there is none
	Over    bool                 // the training is over: what it came to stays
}

// result is what a run or session says at its end.
type result struct {
	Epochs, Steps int
	Verdict       struct{ Text string }
}

// ReadRun reads the directory of a run or of a session.
func ReadRun(dir string) (*Course, error) {
	folder, err := listing.Open(dir)
	if err != nil {
		return nil, notRun(dir, "no such directory")
	}
	defer func() { _ = folder.Close() }() // it was only read
	if !folder.Run(".") {
		return nil, notRun(dir, "not a run directory: it has no manifest.json")
	}
	row := folder.Summarize(".", nil)
	if row.State == listing.Broken {
		return nil, &run.DirectoryError{Code: "E0602", Dir: dir, Cause: row.Why, Help: "restore it from a copy, or train it again"}
	}
	c := &Course{Name: dir, Kind: row.Kind, State: row.State, Verdict: row.Why, Epochs: row.Epoch, Over: row.State == listing.Ended, Final: map[string]float64{}, Curves: map[string][]float64{}}
	if c.Keys, err = folder.Resolved("."); err == nil {
		err = c.origin(folder)
	}
	if err != nil {
		return nil, &run.DirectoryError{Code: "E0602", Dir: dir, Cause: "it is damaged", Err: err, Help: "restore it from a copy, or train it again"}
	}
	if err := c.follow(dir); err != nil {
		return nil, err
	}
	name := "result.json"
	if row.Of == "session" {
		name = "outcome.json"
	}
	if text, err := folder.Text(name, listing.MostManifest); err == nil && text != nil && c.Over {
		var all map[string]any
		var end result
		err := json.Unmarshal(text, &all)
		if err == nil {
			err = json.Unmarshal(text, &end)
		}
		if err != nil {
			return nil, &run.DirectoryError{Code: "E0602", Dir: dir, Cause: name + " is damaged", Err: err, Help: "run the same command again with this directory: it makes the file anew"}
		}
		c.Epochs, c.Steps = max(c.Epochs, end.Epochs), max(c.Steps, end.Steps)
		if end.Verdict.Text != "" {
			c.Verdict = end.Verdict.Text
		}
		for _, m := range Measures {
			if v, is := all[m].(float64); is {
				c.Final[m] = v
			}
		}
	}
	return c, nil
}

func notRun(dir, cause string) error {
	return &run.DirectoryError{Code: "E0605", Dir: dir, Cause: cause, Help: "give directories of runs, or that of a sweep; `elastrain runs` lists the runs of a folder"}
}

// origin adds to the keys what a training started from, and the data that it read, so that only equals are told to be equal.
func (c *Course) origin(folder listing.Folder) error {
	text, err := folder.Text("manifest.json", listing.MostManifest)
	if err != nil || text == nil {
		return err
	}
	var m run.Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return fmt.Errorf("manifest.json: %w", err)
	}
	add := func(name, value string) {
		if c.Keys.Values == nil {
			c.Keys.Values = map[string]string{}
		}
		c.Keys.Names = append(c.Keys.Names, name)
		c.Keys.Values[name] = value
	}
	if m.Kind != "train" {
		add("kind", m.Kind)
	}
	if p := m.Parent; p != nil {
		add("from", fmt.Sprintf("%s at epoch %d, %.12s", p.Run, p.Epoch, p.Identity))
		if len(p.Cut) > 0 {
			add("cut", fmt.Sprint(p.Cut))
		}
	}
	for _, f := range m.Files {
		add("file "+f.Name, fmt.Sprintf("sha256 %.12s", f.SHA256))
	}
	return nil
}

// follow reads the curves of a run: of its log, or of a version that kept none of metrics.csv.
func (c *Course) follow(dir string) error {
	for r, err := range events.Once(atomicfile.OS{}, dir, 1) {
		if errors.Is(err, fs.ErrNotExist) {
			break
		}
		var broken *events.DamagedError
		if errors.As(err, &broken) {
			return &run.DirectoryError{Code: "E0602", Dir: dir, Cause: fmt.Sprintf("%s is damaged in line %d", events.Name, broken.Line), Err: broken.Err, Help: "run the command that made the run again: it makes the log anew"}
		}
		if err != nil {
			return err
		}
		if r.Kind == events.KindEpoch {
			c.see(r.Epoch, r.Steps, r.Loss, r.TrainAccuracy, r.TrainError, r.ValidLoss, r.ValidAccuracy, r.ValidError, r.TestLoss, r.TestAccuracy, r.TestError)
		}
	}
	if len(c.Epoch) > 0 {
		return nil
	}
	records, err := run.ReadMetrics(atomicfile.OS{}, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // it has just begun
	}
	for _, r := range records {
		c.see(r.Epoch, r.Steps, run.Number(r.Train.Loss), run.Number(r.Train.Accuracy), run.Number(r.Train.Relative), run.Number(r.Valid.Loss), run.Number(r.Valid.Accuracy), run.Number(r.Valid.Relative),
			run.Number(r.Test.Loss), run.Number(r.Test.Accuracy), run.Number(r.Test.Relative))
	}
	return err
}

// see adds an epoch with its measures, in their order.
func (c *Course) see(epoch, steps int, values ...*float64) {
	c.Epoch, c.Steps = append(c.Epoch, epoch), max(c.Steps, steps)
	for i, v := range values {
		name := Measures[i]
		if v == nil && c.Curves[name] == nil {
			continue
		}
		for len(c.Curves[name]) < len(c.Epoch) {
			c.Curves[name] = append(c.Curves[name], math.NaN())
		}
		if v != nil {
			c.Curves[name][len(c.Epoch)-1], c.Final[name] = *v, *v
		}
	}
}

// IsSweep reports whether a directory is that of a sweep.
func IsSweep(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, "sweep.json"))
	return err == nil && info.Mode().IsRegular()
}

// ReadSweep reads the trainings of a sweep that have ended.
func ReadSweep(dir string) (courses []*Course, missing int, err error) {
	s, err := sweep.LoadTable(atomicfile.OS{}, dir)
	if err != nil {
		return nil, 0, err
	}
	missing, err = s.Curves(func(r *sweep.Row) error {
		c := &Course{Name: filepath.ToSlash(dir) + " " + strconv.Itoa(r.Point), Point: r.Point, Kind: "train", State: r.State, Verdict: r.Reason, Epochs: r.Epochs, Steps: r.Steps, Over: true,
			Final: map[string]float64{}, Epoch: r.Curve.Epoch, Curves: map[string][]float64{}}
		c.Keys = listing.Keys{Names: s.Manifest.Keys, Values: map[string]string{}}
		for i, key := range s.Manifest.Keys {
			c.Keys.Values[key] = r.Values[i]
		}
		for i, v := range []*float64{r.Loss, r.TrainAccuracy, r.TrainError, r.ValidLoss, r.ValidAccuracy, r.ValidError, r.TestLoss, r.TestAccuracy, r.TestError} {
			if v != nil {
				c.Final[Measures[i]] = *v
			}
		}
		for name, v := range map[string][]float64{"loss": r.Curve.Loss, "train_accuracy": r.Curve.TrainAccuracy, "validation_loss": r.Curve.ValidLoss, "validation_accuracy": r.Curve.ValidAccuracy,
			"test_loss": r.Curve.TestLoss, "test_accuracy": r.Curve.TestAccuracy} {
			if len(v) == len(c.Epoch) && len(v) > 0 {
				c.Curves[name] = v
			}
		}
		courses = append(courses, c)
		return nil
	})
	return courses, missing, err
}
