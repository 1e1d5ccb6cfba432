package main

import (
	"bytes"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/sweep"
)

// halvingReport is what `sweep --halving --json` prints.
type halvingReport struct {
	Dir        string        `json:"dir"`
	Points     int           `json:"points"`
	Rungs      []halvingRung `json:"rungs"`
	Missing    int           `json:"rungs_missing"`
	By         []string      `json:"chosen_by"` // scores: the first, and the second where it is equal
	Best       int           `json:"best_point,omitempty"`
	Set        []string      `json:"best_set,omitempty"`
	Run        string        `json:"best_run,omitempty"`     // its run directory, where the last rung has them
	Epochs     int           `json:"epochs_trained"`         // at most: long trainings go on from rung to rung, short ones begin anew
	WholeGrid  int           `json:"epochs_without_halving"` // that training all to their end would have taken at most
	Tables     []string      `json:"tables,omitempty"`
	Mended     []string      `json:"mended,omitempty"`
	best       *sweep.Row
	testOpened bool
}

// halvingRung is a rung that is done.
type halvingRung struct {
	sweep.Rung
	Trainings int      `json:"trainings"`
	Failed    int      `json:"failed"`
	Kept      int      `json:"kept"`            // trainings that go on
	Score     *float64 `json:"best,omitempty"`  // the best score of a training
	Worst     *float64 `json:"worst,omitempty"` // of one that goes on
}

// halvingOf reads what a sweep by halving has come to.
func halvingOf(of *sweep.Sweep) (*halvingReport, error) {
	rungs, err := of.Rungs()
	if err != nil {
		return nil, err
	}
	report := &halvingReport{Dir: of.Dir, Points: of.Plan.Points, Rungs: []halvingRung{}, By: []string{}, WholeGrid: of.Plan.Points * rungs[len(rungs)-1].Epochs}
	report.Missing, err = of.EachRung(false, func(rung sweep.Rung, rows []sweep.Row) error {
		line := halvingRung{Rung: rung, Trainings: len(rows)}
		order := of.Order(rows)
		report.By = report.By[:0]
		for _, score := range order {
			report.By = append(report.By, score.Name)
		}
		var first, last *sweep.Row
		for i := range rows {
			row := &rows[i]
			report.Epochs += row.Epochs
			report.testOpened = report.testOpened || row.TestLoss != nil && row.ChosenOn == ""
			if row.State == sweep.Failed {
				line.Failed++
				continue
			}
			if first == nil || sweep.Before(order, row, first) {
				first = row
			}
			if row.Kept {
				line.Kept++
				if last == nil || sweep.Before(order, last, row) {
					last = row
				}
			}
		}
		if len(order) > 0 && first != nil {
			line.Score = order[0].Of(first)
		}
		if len(order) > 0 && last != nil {
			line.Worst = order[0].Of(last)
		}
		report.Rungs = append(report.Rungs, line)
		if rung == rungs[len(rungs)-1] && first != nil {
			report.best = first
		}
		return nil
	})
	if err == nil && report.best != nil {
		report.Best = report.best.Point
		at := of.Plan.At(report.Best - 1)
		report.Set = at.Overrides
		if of.HasRun(at) {
			report.Run = of.RunDir(at)
		}
	}
	return report, err
}

// halve trains what is missing of a sweep by halving together with all that are at it.
func (s *session) halve(of *sweep.Sweep, h *sweep.Halver) error {
	var report *halvingReport
	err := s.together(of, func(claims sweep.Claims) (complete bool, err error) {
		h.Claims = claims
		report, err = s.rungs(of, h)
		return err == nil && report.Missing == 0, err
	})
	if err != nil {
		return err
	}
	return s.halvingEnd(report)
}

// rungs trains what is missing and writes the tables.
func (s *session) rungs(of *sweep.Sweep, h *sweep.Halver) (*halvingReport, error) {
	var mended []string
	h.Note = func(text string) {
		mended = append(mended, text)
		fmt.Fprintf(s.Err, "%s\n", text) // also when quiet
	}
	watch, done, all := newPace(), 0, 0
	h.Begin = func(rung sweep.Rung, trainings int) {
		s.Notef("rung %d: %s to %s\n", rung.Number, cli.Count(trainings, "training"), cli.Count(rung.Epochs, "epoch"))
		watch, done, all = newPace(), 0, trainings
		watch.begin(0)
	}
	h.Elsewhere = func(points int) { done += points }
	h.Told = func(_ sweep.Rung, rows []sweep.Row) {
		if done += len(rows); watch.due() {
			s.Notef("training %d of %d%s\n", done, all, watch.left(float64(done), float64(all)))
		}
	}
	complete, err := h.Run(s.ctx)
	if err != nil {
		return nil, err
	}
	var tables []string
	if complete { // else others are at work on the rest
		if tables, err = of.WriteTables(nil); err != nil {
			return nil, err
		}
	}
	report, err := halvingOf(of)
	if err == nil {
		report.Tables, report.Mended = tables, mended
	}
	return report, err
}

// halvingEnd prints what a sweep by halving came to.
func (s *session) halvingEnd(report *halvingReport) error {
	if s.JSON {
		return s.Object(report)
	}
	s.Printf("%s", report.text())
	s.Notef("\n%s", report.notes())
	for _, table := range report.Tables {
		s.Notef("table     %s\n", table)
	}
	if report.Run != "" {
		s.Notef("next      %s\n", cli.Command("eval", report.Run))
	}
	return nil
}

// text is a line a rung, and the best.
func (r *halvingReport) text() string {
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	name := "score"
	if len(r.By) > 0 {
		name = strings.ReplaceAll(r.By[0], "_", " ")
	}
	fmt.Fprintf(w, "rung\tepochs\tsettings\ttrainings\tgo on\tbest %s\tworst that goes on\n", name)
	show := func(v *float64) string {
		switch {
		case v == nil:
			return "-"
		case strings.HasSuffix(name, "loss"):
			return fmt.Sprintf("%.4g", *v)
		}
		return fmt.Sprintf("%.4g %%", 100**v)
	}
	for _, rung := range r.Rungs {
		failed := ""
		if rung.Failed > 0 {
			failed = fmt.Sprintf(" (%d failed)", rung.Failed)
		}
		fmt.Fprintf(w, "%d\t%d\t%d\t%d%s\t%d\t%s\t%s\n", rung.Number, rung.Epochs, rung.Settings, rung.Trainings, failed, rung.Kept, show(rung.Score), show(rung.Worst))
	}
	_ = w.Flush() // into memory
	if r.best != nil {
		fmt.Fprintf(&b, "best: point %d  %s\n", r.Best, strings.Join(r.Set, "  "))
	}
	return b.String()
}

// notes say what a choice is worth.
func (r *halvingReport) notes() string {
	var b strings.Builder
	if r.Missing > 0 {
		fmt.Fprintf(&b, "%s still to come\n", cli.Count(r.Missing, "rung"))
	}
	if r.Missing == 0 && r.best == nil {
		fmt.Fprintf(&b, "every training has failed; column reason of the table says why\n")
	}
	if len(r.By) > 0 {
		fmt.Fprintf(&b, "chosen by %s; at most %d epochs trained, where all settings to their end are at most %d\n", strings.ReplaceAll(strings.Join(r.By, ", then "), "_", " "), r.Epochs, r.WholeGrid)
		if !strings.HasPrefix(r.By[0], "validation") {
			fmt.Fprintf(&b, "the training part chose, which says nothing of new samples; task.validation.share=20%% takes a part off it to choose by\n")
		}
	}
	if r.testOpened {
		fmt.Fprintf(&b, "the test part was scored while it trained, and chose nothing here\n")
	}
	return b.String()
}
