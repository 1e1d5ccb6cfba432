package records

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/paper"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task/data"
)

//go:embed *.yaml
var files embed.FS

// Record is a training whose result stands in docs/records.md, and how much of it is replayed.
type Record struct {
	Name     string
	File     string // of the repository
	Splits   int    // seeds from 1
	Training bool   // the accuracy of the training part: there is no other
	Accuracy float64
	Linear   string  // the linear classifier beside it; "": none
	Better   float64 // than that, points
	Get      string  // of data that no package brings: what puts them there
}

// missing says that a record cannot be replayed here, and what would help.
type missing struct{ why string }

func (m *missing) Error() string { return m.why }

// read gives the text of the file and what it names beside it.
func (r *Record) read() (text []byte, beside func(string) ([]byte, error), err error) {
	name := filepath.Base(r.File)
	if filepath.Dir(r.File) == "examples" {
		text, ok := examples.Text(name[:len(name)-len(".yaml")])
		if !ok {
			return nil, nil, fmt.Errorf("there is no example %s", name)
		}
		return text, func(file string) ([]byte, error) {
			if text, ok := examples.Content(file); ok {
				return text, nil
			}
			return nil, fs.ErrNotExist
		}, nil
	}
	text, err = files.ReadFile(name)
	return text, r.beside, err
}

// beside reads a user's table from where known sets are looked for too.
func (r *Record) beside(file string) ([]byte, error) {
	if own := os.Getenv("ELASTRAIN_DATA"); own != "" {
		return os.ReadFile(filepath.Join(own, r.Name, file))
	}
	return nil, fs.ErrNotExist
}

// absent reports a data set that is not on this machine.
func (r *Record) absent(text []byte, beside func(string) ([]byte, error)) error {
	file, err := spec.Parse(r.File, text)
	if err != nil {
		return err
	}
	set := file.Spec.Task.Data
	if known, ok := data.IsKnown(set); ok {
		_, err := known.Load()
		if away := (*data.NotHereError)(nil); errors.As(err, &away) && away.Err == nil {
			return &missing{away.Error()}
		}
		return err
	}
	if !spec.IsTable(set) {
		return nil
	}
	if _, err = beside(set); errors.Is(err, fs.ErrNotExist) {
		return &missing{fmt.Sprintf("%s is not on this machine; %s, into $ELASTRAIN_DATA/%s", set, r.Get, r.Name)}
	}
	return err
}

// Replay trains again what is short, and holds the results against what is recorded.
// each (not nil) is told of every record before it is trained.
func Replay(ctx context.Context, list []Record, each func(*Record)) (*paper.Report, error) {
	report := &paper.Report{}
	for i := range list {
		r := &list[i]
		each(r)
		if err := r.replay(ctx, report); err != nil {
			return nil, fmt.Errorf("%s: %w", r.File, err)
		}
	}
	return report, nil
}

// Verdict says in one line what a replay comes to.
func Verdict(report *paper.Report) paper.Verdict {
	v := report.Verdict("records")
	left, missed := 0, ""
	for _, row := range report.Rows {
		if row.Left != "" {
			left++
		}
		if !row.Agrees && missed == "" {
			missed = "; the first that does not: " + row.Quantity
		}
	}
	v.Text = fmt.Sprintf("%d of %d recorded numbers are met again", v.Agree, v.Published)
	if left > 0 {
		v.Text += fmt.Sprintf(", %d of %d rows are left out: their data are not here", left, len(report.Rows))
	}
	v.Text += missed
	return v
}

func (r *Record) replay(ctx context.Context, report *paper.Report) error {
	text, beside, err := r.read()
	if err != nil {
		return err
	}
	part := "test accuracy"
	if r.Training {
		part = "training accuracy"
	}
	row := paper.Row{Figure: "records", Kind: paper.Recorded, Quantity: fmt.Sprintf("%s: %s over %d seeds", r.Name, part, r.Splits), Unit: "%", Published: &r.Accuracy, Tolerance: rounded,
		Note: fmt.Sprintf("go run ./bench/records/splits -splits %d %s; both are rounded to 0.01, and another kind of processor may round a training otherwise", r.Splits, r.File)}
	err = r.absent(text, beside)
	if away := (*missing)(nil); errors.As(err, &away) {
		row.Kind, row.Ours, row.Agrees, row.Left = paper.Listed, paper.Number(math.NaN()), true, away.why
		row.Note = "left out: " + away.why
		report.Rows = append(report.Rows, row)
		return nil
	}
	if err != nil {
		return err
	}
	study := &Study{Name: r.File, Text: text, Files: beside, First: 1, Splits: r.Splits, Linear: r.Linear != ""}
	result, err := study.Run(ctx)
	if err != nil {
		return err
	}
	summary := result.Summarise(study)
	got := summary.Accuracy.Mean
	if r.Training {
		got = summary.Training.Mean
	}
	row.Ours = paper.Number(got)
	row.Agrees = math.Abs(got-r.Accuracy) <= rounded
	report.Rows = append(report.Rows, row)
	for _, a := range summary.Linear {
		if a.Name == r.Linear {
			better := r.Better
			report.Rows = append(report.Rows, paper.Row{Figure: "records", Kind: paper.Recorded, Quantity: fmt.Sprintf("%s: better than %s on the same splits", r.Name, a.Name), Unit: "points",
				Published: &better, Ours: paper.Number(a.Better), Tolerance: rounded, Agrees: math.Abs(a.Better-better) <= rounded, Note: fmt.Sprintf("standard error %.2f", a.Error)})
		}
	}
	return nil
}

// rounded is by how much a mean may differ from one that is written with two digits.
const rounded = 0.00501
