package insitu

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/internal/atomicfile"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/twin"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/run"
)

// Result is what came out of a session.
type Result struct {
	Run    string  `json:"run"`
	Bench  string  `json:"bench"`
	Steps  int     `json:"steps"`
	Loads  int     `json:"loads"`           // that were hung and measured
	Looks  int     `json:"looks"`           // at the lattice, those at the zeros included
	Why    string  `json:"why"`             // it ended
	Before Marks   `json:"before"`          // the first step, as measured
	After  Marks   `json:"after"`           // the last step, as measured
	Truth  *Marks  `json:"truth,omitempty"` // after, of a twin: without noise and rounded loads
	Model  *Marks  `json:"model,omitempty"` // what the linear theory says of the stiffness asked for
	Noise  float64 `json:"noise"`           // of a coordinate in the last step, m
}

// Marks are scores that may be absent.
type Marks struct {
	Loss         *float64 `json:"loss,omitempty"`
	Accuracy     *float64 `json:"train_accuracy,omitempty"`
	Relative     *float64 `json:"train_error,omitempty"` // relative displacement error
	TestLoss     *float64 `json:"test_loss,omitempty"`
	TestAccuracy *float64 `json:"test_accuracy,omitempty"`
	TestRelative *float64 `json:"test_error,omitempty"`
}

func marksOf(train, test learn.Score) Marks {
	return Marks{run.Number(train.Loss), run.Number(train.Accuracy), run.Number(train.Relative), run.Number(test.Loss), run.Number(test.Accuracy), run.Number(test.Relative)}
}

func readResult(fsys atomicfile.FS, dir string) (*Result, error) {
	text, err := atomicfile.ReadFile(fsys, filepath.Join(dir, outcomeName), mostBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r := new(Result)
	if err := json.Unmarshal(text, r); err != nil {
		return nil, &run.DirectoryError{Code: "E0602", Dir: dir, Cause: outcomeName + " is damaged", Err: err, Help: "remove it; the same command writes it again from the journal"}
	}
	r.Run = dir
	return r, nil
}

// finish writes everything that an ended session has; result.json comes last.
func (t *Training) finish(why string) (*Result, error) {
	l, log, k := t.Lab, t.Session.Log(), t.Session.Stiffness()
	r := &Result{Run: t.Dir, Bench: l.Spec.Bench, Steps: len(log.Steps), Why: why}
	for i := range log.Phases {
		p := &log.Phases[i]
		r.Loads++
		r.Looks += len(p.Zero) + len(p.Loaded) + len(p.After)
	}
	if n := len(log.Steps); n > 0 {
		r.Noise = log.Steps[n-1].Noise
		train, test, err := l.Measured(log, 0)
		if err != nil {
			return nil, err
		}
		r.Before = marksOf(train, test)
	}
	train, test, err := l.Measured(log, len(log.Steps))
	if err != nil {
		return nil, err
	}
	r.After = marksOf(train, test)
	if b, ok := t.bench.(*twin.Bench); ok {
		if train, test, err = l.Truth(b.Stiffness()); err != nil {
			return nil, err
		}
		m := marksOf(train, test)
		r.Truth = &m
	}
	if err := l.Experiment.Rig.SetStiffness(k); err == nil {
		p := l.Experiment.NewProblem()
		if train, err = p.Evaluate(l.Experiment.Train); err != nil {
			return nil, err
		}
		if test, err = p.Evaluate(l.Experiment.Test); err != nil {
			return nil, err
		}
		m := marksOf(train, test)
		r.Model = &m
	}
	if err := errors.Join(t.writeTable(k), t.writeFigures(log, k)); err != nil {
		return nil, err
	}
	return r, writeJSON(t.fs, filepath.Join(t.Dir, outcomeName), r)
}

// writeTable writes the stiffness of every bond, and its width where widths learn.
func (t *Training) writeTable(k []float64) error {
	x := t.Lab.Experiment
	var b strings.Builder
	b.WriteString("bond,node,node,stiffness (N/m)")
	width := x.Spec.Bonds.Width.IsSet()
	if width {
		b.WriteString(",width (mm)")
	}
	b.WriteByte('\n')
	for i := range k {
		el := &x.Network.Elements[i]
		if el.Kind != network.Bar || el.Cut {
			continue
		}
		fmt.Fprintf(&b, "%d,%d,%d,%.17g", i+1, el.Nodes[0]+1, el.Nodes[1]+1, k[i])
		if width {
			fmt.Fprintf(&b, ",%.6g", 1e3*k[i]/x.Design.Gain[i])
		}
		b.WriteByte('\n')
	}
	return atomicfile.WriteFile(t.fs, filepath.Join(t.Dir, tableName), []byte(b.String()))
}

// writeFigures draws the trained lattice, and how it was learned by measurements.
func (t *Training) writeFigures(log *lab.Log, k []float64) error {
	x := t.Lab.Experiment
	pictures := []run.Picture{{Name: "network", Picture: run.Lattice(x, k), Width: 12 * vg.Centimeter, Height: 10 * vg.Centimeter}}
	if err := x.Rig.SetStiffness(k); err != nil {
		return err
	}
	deformation, err := run.Deformation(x)
	if err != nil {
		return err
	}
	pictures = append(pictures, run.Picture{Name: "deformation", Picture: deformation, Width: 16 * vg.Centimeter, Height: 8 * vg.Centimeter})
	loads := make([]float64, len(log.Steps)+1) // before each step, and at the end
	for i := range log.Phases {
		for step := log.Phases[i].Step + 1; step < len(loads); step++ {
			loads[step]++
		}
	}
	var at, loss, test, score, testScore []float64
	for step := range loads {
		train, exam, err := t.Lab.Measured(log, step)
		if err != nil {
			continue // a step whose phases a newer version cannot read says nothing
		}
		at, loss, test = append(at, loads[step]), append(loss, train.Loss), append(test, exam.Loss)
		if x.Train.Class != nil {
			score, testScore = append(score, 100*train.Accuracy), append(testScore, 100*exam.Accuracy)
		} else {
			score, testScore = append(score, 100*train.Relative), append(testScore, 100*exam.Relative)
		}
	}
	curves := func(name string, train, test []float64) figure.Curves {
		c := figure.Curves{XName: "loads hung", YName: name, Series: []figure.Series{{Name: "training", X: at, Y: train}}}
		if x.Test.N > 0 {
			c.Series = append(c.Series, figure.Series{Name: "test", X: at, Y: test, Dashed: true})
		}
		return c
	}
	second := curves("relative error (%)", score, testScore)
	if x.Train.Class != nil {
		second = run.Percent(curves("accuracy (%)", score, testScore))
	}
	learning := figure.Grid{Columns: 2, Plain: true, Panels: []figure.Panel{{Picture: curves("loss, measured", loss, test)}, {Picture: second}}}
	pictures = append(pictures, run.Picture{Name: "learning", Picture: learning, Width: 16 * vg.Centimeter, Height: 7 * vg.Centimeter})
	return run.WritePictures(t.fs, filepath.Join(t.Dir, figuresName), pictures)
}
