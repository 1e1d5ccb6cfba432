package insitu

import (
	"path/filepath"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/learn"
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
	Ended  string  `json:"ended,omitempty"` // "success", or "abort" where it was given up
	Before Marks   `json:"before"`          // the first step, as measured
	After  Marks   `json:"after"`           // the last step, as measured; empty where it was ended before that
	Truth  *Marks  `json:"truth,omitempty"` // after, of a twin: without noise and rounded loads
	Model  *Marks  `json:"model,omitempty"` // what the linear theory says of the stiffness asked for
	Noise  float64 `json:"noise"`           // of a coordinate in the last step, m

	Settings int `json:"settings,omitempty"`    // how often the stiffnesses were set otherwise, where inputs or a rule set them
	Set      int `json:"springs_set,omitempty"` // how many springs in all

	Updates *Updates `json:"updates,omitempty"` // what learning itself has switched
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

// draw is run.WritePictures; tests that end a session a thousand times put less there.
var draw = run.WritePictures

// writeTable writes the stiffness of every bond.
func (t *Training) writeTable(k []float64) error {
	return t.write(tableName, []byte(t.Lab.table(k)))
}

// writeFigures draws the trained lattice, and how it was learned by measurements.
func (t *Training) writeFigures(log *session.Log, k []float64) error {
	x := t.Lab.Experiment
	shown := x.Shown()
	shown.Theta, shown.Samples = k, true
	s, err := x.Snapshot(shown)
	if err != nil {
		return err
	}
	warnings, err := x.Warnings()
	if err != nil {
		return err
	}
	pictures := []run.Picture{{Name: "network", Picture: run.Lattice(s), Width: 12 * vg.Centimeter, Height: 10 * vg.Centimeter}}
	pictures = append(pictures, run.Picture{Name: "deformation", Picture: run.Deformation(s, run.Remark(warnings)), Width: 16 * vg.Centimeter, Height: 8 * vg.Centimeter})
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
		if x.OpenTest().N > 0 {
			c.Series = append(c.Series, figure.Series{Name: "test", X: at, Y: test, Dashed: true})
		}
		return c
	}
	second := curves("relative error (%)", score, testScore)
	if x.Train.Class != nil {
		second = run.Percent(curves("accuracy (%)", score, testScore))
	}
	learning := run.Learning(s, curves("loss, measured", loss, test), second)
	pictures = append(pictures, run.Picture{Name: "learning", Picture: learning, Width: 16 * vg.Centimeter, Height: 7 * vg.Centimeter})
	return draw(t.fs, filepath.Join(t.Dir, figuresName), pictures)
}
