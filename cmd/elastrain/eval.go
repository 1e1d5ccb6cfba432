package main

import (
	"bytes"
	"errors"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/task/data"
	"github.com/elastrain/elastrain/train"
)

type evalCommand struct {
	Run_ string   `arg:"" name:"run" help:"Run directory, of train or of lab train."`
	With []string `arg:"" optional:"" help:"Networks that answer together with it: their logits are averaged."`
	Data string   `placeholder:"FILE" help:"CSV file with the features (and classes) of new samples; default: the test part."`
	Rows bool     `help:"Also list the prediction of every sample."`

	widthsFlag    `embed:""`
	cli.Computing `embed:""`
}

// Help is the part of --help that shows the command at work.
func (*evalCommand) Help() string {
	return `Examples:
  elastrain eval runs/mine                          the test part
  elastrain eval runs/mine --data new.csv           classes of new samples; scored if the file names them
  elastrain eval runs/mine --data new.csv --rows    also every prediction
  elastrain eval runs/mine --widths measured.csv    the part as it was printed, beside the trained one`
}

// evaluated is the report of eval.
type evaluated struct {
	Run        string       `json:"run"`
	Data       string       `json:"data"`
	Samples    int          `json:"samples"`
	Unfinished bool         `json:"unfinished,omitempty"` // training has not come to its end
	Epoch      int          `json:"epoch"`                // done
	Epochs     int          `json:"epochs,omitempty"`     // asked for
	Loss       *float64     `json:"loss,omitempty"`
	Accuracy   *float64     `json:"accuracy,omitempty"`
	Error      *float64     `json:"error,omitempty"` // relative displacement error
	Classes    []string     `json:"classes,omitempty"`
	Confusion  [][]int      `json:"confusion,omitempty"`       // [true][predicted]
	Chance     float64      `json:"chance_accuracy,omitempty"` // of naming always the most frequent class
	AtChance   bool         `json:"at_chance,omitempty"`       // the accuracy is no better
	advice     string       // where it is
	Rows       []prediction `json:"rows,omitempty"`

	Electronics *learn.Electronics `json:"electronics,omitempty"` // beside the lattice: what makes classes of what the outputs read

	Together []string             `json:"together,omitempty"` // runs whose logits were averaged
	Each     []float64            `json:"each,omitempty"`     // the accuracy of each by itself
	Widths   *experiment.Measured `json:"widths,omitempty"`   // that were measured; the scores above are with them
	Trained  *scores              `json:"trained,omitempty"`  // with the widths that training found

	Warnings []experiment.Warning `json:"warnings"` // what is to be known of these numbers

	Opened int `json:"opened,omitempty"` // how often the test part, closed while it trained, was looked at, this time among them
}

// scores are those of a set.
type scores struct {
	Loss     *float64 `json:"loss,omitempty"`
	Accuracy *float64 `json:"accuracy,omitempty"`
	Error    *float64 `json:"error,omitempty"`
}

type prediction struct {
	Row       int       `json:"row"` // of the data, from 1
	Predicted string    `json:"predicted,omitempty"`
	True      string    `json:"true,omitempty"`
	Outputs   []float64 `json:"outputs"`        // m, or in Unit
	Unit      string    `json:"unit,omitempty"` // where it is not m: rad, V, or 1 of the logits of a reading
}

func (c *evalCommand) Run(s *session) error {
	options, err := c.Options()
	if err != nil {
		return err
	}
	if len(c.With) > 0 {
		if c.Widths != "" {
			return &cli.UsageError{Text: "--widths is of one part, and several networks are named", Help: "give one run"}
		}
		return c.together(s, options)
	}
	trained, err := s.ReadRun(c.Run_, options)
	if err != nil {
		return err
	}
	x := trained.Experiment
	set, name := x.Test, "test part"
	if set.N == 0 {
		set, name = x.Train, "training part"
	}
	labelled := true
	if c.Data != "" {
		if set, labelled, err = s.newSamples(trained, c.Data); err != nil {
			return err
		}
		name = c.Data
	}
	opened := 0
	if c.Data == "" && set == x.Test && x.Closed() {
		if opened, err = trained.Opens(atomicfile.OS{}); err != nil {
			return err
		}
	}
	r := evaluated{Opened: opened, Run: c.Run_, Data: name, Samples: set.N, Unfinished: trained.Unfinished, Epoch: trained.Epoch, Epochs: trained.Epochs, Electronics: x.Electronics()}
	if c.Widths != "" && labelled {
		score, err := x.NewProblem().Evaluate(set)
		if err != nil {
			return err
		}
		r.Trained = &scores{run.Number(score.Loss), run.Number(score.Accuracy), run.Number(score.Relative)}
	}
	made, widths, err := c.measured(s, x, trained.Stiffness)
	if err != nil {
		return err
	}
	if r.Widths = widths; widths != nil {
		if err := x.Rig.SetStiffness(made); err != nil {
			return err
		}
	}
	if labelled {
		score, err := x.NewProblem().Evaluate(set)
		if err != nil {
			return err
		}
		r.Loss, r.Accuracy, r.Error = run.Number(score.Loss), run.Number(score.Accuracy), run.Number(score.Relative)
		if set.Class != nil {
			if x.Table != nil {
				r.Chance, r.AtChance = train.Chance(set, score.Accuracy)
				r.advice = x.Advice()
			}
			r.Classes = x.Outputs
			if r.Confusion, err = run.Confusion(x.Rig, set); err != nil {
				return err
			}
		}
	}
	if c.Rows || !labelled {
		if r.Rows, err = predictions(trained, set, labelled); err != nil {
			return err
		}
	}
	if r.Warnings, err = x.LargeUnder(samplePart(set, name)); err != nil {
		return err
	}
	return c.report(s, &r, name)
}

// samplePart is a part of the data as warnings call it.
func samplePart(set *task.Set, name string) experiment.Part {
	return experiment.Part{Name: strings.TrimSuffix(name, " part"), Set: set}
}

// report prints what was found.
func (c *evalCommand) report(s *session, r *evaluated, name string) error {
	if r.Warnings == nil {
		r.Warnings = []experiment.Warning{}
	}
	if s.JSON {
		return s.Object(r)
	}
	if c.Data == "" {
		name = "the " + name
	}
	s.Printf("%s of %s", cli.Count(r.Samples, "sample"), name)
	if r.Opened > 0 {
		s.Printf(", opened for the %s time", run.Ordinal(r.Opened))
	}
	s.Printf("\n")
	if r.Unfinished {
		s.Printf("unfinished  after epoch %d of %d\n", r.Epoch, r.Epochs)
	}
	if r.Loss != nil {
		s.Printf("loss        %.6g\n", *r.Loss)
	}
	if r.Accuracy != nil {
		s.Printf("accuracy    %.2f %%\n", 100**r.Accuracy)
		if r.AtChance {
			s.Printf("            at chance level: naming always the most frequent class gives %.2f %%. %s\n", 100*r.Chance, r.advice)
		}
		s.Printf("\n%-14s predicted\n%-14s", "true", "")
		for _, class := range r.Classes {
			s.Printf(" %12.12s", class)
		}
		for i, row := range r.Confusion {
			s.Printf("\n%-14.14s", r.Classes[i])
			for _, n := range row {
				s.Printf(" %12d", n)
			}
		}
		s.Printf("\n")
	}
	if r.Error != nil {
		s.Printf("error       %.4g %%\n", 100**r.Error)
	}
	if t := r.Trained; t != nil {
		s.Printf("as trained ")
		if t.Loss != nil {
			s.Printf(" loss %.6g,", *t.Loss)
		}
		if t.Accuracy != nil {
			s.Printf(" accuracy %.2f %%", 100**t.Accuracy)
		}
		if t.Error != nil {
			s.Printf(" error %.4g %%", 100**t.Error)
		}
		s.Printf("\n")
	}
	for _, p := range r.Rows {
		s.Printf("row %-5d %-14s", p.Row, p.Predicted)
		for _, u := range p.Outputs {
			if p.Unit != "" {
				s.Printf(" %10.6g", u)
				continue
			}
			s.Printf(" %10.6f mm", 1e3*u)
		}
		s.Printf("\n")
	}
	if r.Electronics != nil {
		s.Printf("electronics %s\n", r.Electronics)
	}
	s.warnings(r.Warnings)
	return nil
}

// newSamples encodes a CSV file as the run encoded its training data. Without a
// class column the samples can only be predicted, not scored.
func (s *session) newSamples(t *run.Trained, path string) (set *task.Set, labelled bool, err error) {
	x := t.Experiment
	if x.Train.Class == nil || x.Table == nil || len(x.Encoding.Features) == 0 {
		return nil, false, &cli.UsageError{Text: "--data is for classification; this run learned displacements", Help: "leave --data away to score its own test part"}
	}
	text, err := cli.ReadData(path)
	if err != nil {
		return nil, false, err
	}
	label := x.Spec.Task.Label
	if label == "" {
		label = x.Table.ClassColumn // the one that training found
	}
	table, err := data.ReadCSV(bytes.NewReader(text), path, data.CSVOptions{Label: label, Classes: x.Table.Classes})
	var bad *data.Error
	if errors.As(err, &bad) && bad.NoLabel {
		table, err = data.ReadCSV(bytes.NewReader(text), path, data.CSVOptions{NoLabel: t.File.Spec.Task.Label != "", Classes: x.Table.Classes})
	}
	if err != nil {
		return nil, false, err
	}
	for _, n := range table.Notes {
		s.Notef("note: %s: %s\n", path, n)
	}
	features, err := table.Select(x.Encoding.Features)
	if err != nil {
		return nil, false, err
	}
	set = &task.Set{N: features.Rows(), P: len(x.In), Q: len(x.Out), Signed: x.Train.Signed}
	f := make([]float64, len(x.In))
	labelled = true
	for i := range features.Rows() {
		x.Forces(features.Row(i), f)
		set.F = append(set.F, f...)
		label := features.Label[i]
		if label < 0 {
			labelled = false
			label = 0
		}
		set.Class = append(set.Class, x.OutputOf[label])
	}
	return set, labelled, nil
}

func predictions(t *run.Trained, set *task.Set, labelled bool) ([]prediction, error) {
	x := t.Experiment
	rows, numbers := make([]prediction, set.N), x.Rows(set)
	all, err := experiment.Outputs(x.Rig, set)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		u := all[i*set.Q : (i+1)*set.Q]
		rows[i] = prediction{Row: numbers[i], Outputs: u}
		if unit := x.ReadUnit(0); unit != "m" {
			rows[i].Unit = unit
		}
		if set.Class != nil {
			goal := set.Goal(i)
			class, _ := goal.Predict(u)
			rows[i].Predicted = x.Outputs[class]
			if labelled {
				rows[i].True = x.Outputs[goal.Class]
			}
		}
	}
	return rows, nil
}
