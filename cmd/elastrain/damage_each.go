package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/run"
)

const (
	// mostRetrained is the number of bonds up to which --each retrains without being asked.
	mostRetrained = 3000
	// mostBars is the number of bonds up to which the figure has a bar for each; beyond it the
	// lattice is coloured.
	mostBars = 200
)

// each cuts every bond in turn.
func (c *damageCommand) each(s *session, trained *run.Trained) error {
	bonds := len(trained.Experiment.Network.Elements)
	if !c.CutOnly && !c.Retrain && !c.Reread && bonds > mostRetrained {
		s.Notef("%d bonds are too many to retrain after each cut: only cutting. --retrain retrains all the same\n", bonds)
		c.CutOnly = true
	}
	study := &damageStudy{trained: trained, retrained: !c.CutOnly, classes: trained.Experiment.Train.Class != nil, pictures: !c.NoFigures}
	remedy := run.Relearn
	switch {
	case c.CutOnly:
		remedy = run.Nothing
	case c.Reread && (!study.classes || trained.Experiment.Table == nil):
		return &cli.UsageError{Text: "--reread is for classifications from data; this run learned something else", Help: "leave --reread away: stiffnesses are retrained"}
	case c.Reread:
		remedy = run.Reconnect
	}
	part, _ := trained.Experiment.Beside()
	if part.N == 0 {
		part = trained.Experiment.Train
	}
	whole, err := trained.Experiment.NewProblem().Evaluate(part)
	if err != nil {
		return err
	}
	study.before, study.intact = whole.Loss, whole.Relative
	if study.classes {
		study.intact = whole.Accuracy
	}
	files, err := run.OpenStudy(atomicfile.OS{}, trained, remedy)
	if err != nil {
		return err
	}
	if err := c.cut(s, study, files); err != nil {
		return errors.Join(err, files.Close())
	}
	if err := files.Close(); err != nil {
		return err
	}
	return study.report(s)
}

// cut cuts the bonds and writes table and figure.
func (c *damageCommand) cut(s *session, study *damageStudy, files *run.Study) error {
	study.dir = files.Dir
	if c.CutOnly {
		cuts, err := study.trained.CutOnly(s.ctx, c.progress(s))
		if err != nil {
			return err
		}
		study.cuts, study.factorised = cuts.Bonds, cuts.Refactored
		return study.write()
	}
	if files.Known > 0 {
		s.Notef("going on after %d bonds that an earlier session has cut\n", files.Known)
	}
	defer s.ending.Hold()()
	var err error
	study.cuts, err = files.CutEach(s.ctx, func(cut run.Cut) {
		s.Notef("bond %-5d %s\n", cut.Bond, fate(cut))
	})
	if err != nil {
		return err
	}
	if err := study.write(); err != nil {
		return err
	}
	return files.Finish()
}

// progress tells of each bond where they are few, and else now and then how many are done.
func (*damageCommand) progress(s *session) func(run.Cut, int) {
	began := time.Now()
	last, done := began, 0
	return func(cut run.Cut, all int) {
		done++
		if all <= mostBars {
			s.Notef("bond %-5d %s\n", cut.Bond, fate(cut))
		} else if now := time.Now(); now.Sub(last) > 5*time.Second {
			last = now
			left := now.Sub(began).Seconds() / float64(done) * float64(all-done)
			s.Notef("%d of %d bonds cut, about %s to go\n", done, all, duration(left))
		}
	}
}

// damageStudy is the fate of a network after each of its bonds was cut alone.
type damageStudy struct {
	trained    *run.Trained
	dir        string // of table and figure
	pictures   bool
	before     float64 // loss of the whole network
	intact     float64 // its accuracy or relative error
	cuts       []run.Cut
	retrained  bool
	factorised int // cuts that were factorised anew
	classes    bool
}

// score is what a study is summed up and drawn by: the accuracy, or the relative error.
func (d *damageStudy) score(before bool, cut run.Cut) float64 {
	s := cut.After
	if before {
		s = cut.Before
	}
	if d.classes {
		return s.Accuracy
	}
	return s.Relative
}

// write writes table and figure. Without figures that of an earlier study goes, for
// it need not belong to the table.
func (d *damageStudy) write() error {
	table, err := d.table()
	if err != nil {
		return err
	}
	if err := atomicfile.WriteFile(atomicfile.OS{}, filepath.Join(d.dir, "damage.csv"), table); err != nil {
		return err
	}
	if d.pictures {
		picture, err := d.picture()
		if err != nil {
			return err
		}
		return run.WritePictures(atomicfile.OS{}, d.dir, []run.Picture{picture})
	}
	for _, ending := range []string{".svg", ".png"} {
		path := filepath.Join(d.dir, "damage"+ending)
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &atomicfile.Error{Op: "remove", Path: path, Err: err}
		}
	}
	return nil
}

// report prints the sum of it.
func (d *damageStudy) report(s *session) error {
	sum := [2]float64{}
	count := 0
	for _, cut := range d.cuts {
		if cut.Mechanism == "" {
			sum[0] += d.score(true, cut)
			sum[1] += d.score(false, cut)
			count++
		}
	}
	n, mechanisms := float64(count), len(d.cuts)-count // a mean over nothing is no number
	key := "error"
	if d.classes {
		key = "accuracy"
	}
	if s.JSON {
		object := map[string]any{"run": d.trained.Dir, "bonds": d.cuts, "mechanisms": mechanisms, "mean_" + key + "_after_cut": run.Number(sum[0] / n)}
		if d.retrained {
			object["mean_"+key+"_after_retraining"] = run.Number(sum[1] / n)
		} else {
			object["loss_before"], object["factorised"] = run.Number(d.before), d.factorised
		}
		return s.Object(object)
	}
	if count == 0 {
		s.Printf("none of %d bonds can be cut: each cut leaves a mechanism, so there is no mean\n", mechanisms)
		s.Notef("table  %s\n", d.dir)
		return nil
	}
	if d.retrained {
		s.Printf("mean over %s: %s %s after the cut, %s after retraining; %s\n", cli.Count(count, "bond"), key, mean(sum[0]/n), mean(sum[1]/n), leave(mechanisms))
	} else {
		s.Printf("mean over %s: %s %s after the cut; %s\n", cli.Count(count, "bond"), key, mean(sum[0]/n), leave(mechanisms))
		d.printWorst(s)
		if d.factorised > 0 {
			s.Notef("%s were factorised anew\n", cli.Count(d.factorised, "network"))
		}
	}
	s.Notef("table and figure  %s\n", d.dir)
	return nil
}

// leave says how many cuts leave a mechanism.
func leave(mechanisms int) string {
	if mechanisms == 1 {
		return "1 cut leaves a mechanism"
	}
	return fmt.Sprintf("%d cuts leave a mechanism", mechanisms)
}

// mean is a mean share in percent; there is none where nothing is asked for.
func mean(v float64) string {
	if math.IsNaN(v) {
		return "-"
	}
	return fmt.Sprintf("%.2f %%", 100*v)
}

// printWorst names the cut that costs most.
func (d *damageStudy) printWorst(s *session) {
	worst := -1
	for i, cut := range d.cuts {
		if cut.Loss != nil && (worst < 0 || *cut.Loss > *d.cuts[worst].Loss) {
			worst = i
		}
	}
	if worst >= 0 {
		s.Printf("worst: without bond %d the loss is %.4g, with it %.4g\n", d.cuts[worst].Bond, *d.cuts[worst].Loss, d.before)
	}
}

// table is damage.csv.
func (d *damageStudy) table() ([]byte, error) {
	var table strings.Builder
	sheet := csv.NewWriter(&table)
	rows := [][]string{{"bond", "loss_after_cut", "accuracy_after_cut", "error_after_cut", "loss_after_retraining", "accuracy_after_retraining", "error_after_retraining", "mechanism"}}
	cell := func(v *float64) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'g', -1, 64)
	}
	for _, cut := range d.cuts {
		rows = append(rows, []string{strconv.Itoa(cut.Bond), cell(cut.Loss), cell(cut.Accuracy), cell(cut.Error),
			cell(cut.LossRetrained), cell(cut.AccuracyRetrained), cell(cut.ErrorRetrained), cut.Mechanism})
	}
	err := sheet.WriteAll(rows)
	return []byte(table.String()), err
}

// picture has a bar for each bond where they are few; else it is the lattice coloured by what the cut does to the
// loss. Bonds whose cut leaves a mechanism are gaps, or grey.
func (d *damageStudy) picture() (run.Picture, error) {
	if len(d.cuts) > mostBars {
		return d.lattice()
	}
	bars := figure.Bars{XName: "bond that was cut", YName: "relative error (%)", Absent: "the cut leaves a mechanism",
		Series: []figure.BarSeries{{Name: "after the cut"}, {Name: "after retraining"}}}
	if d.classes {
		bars.YName = "accuracy (%)"
	}
	for _, cut := range d.cuts {
		bars.Names = append(bars.Names, fmt.Sprint(cut.Bond))
		after, again := 100*d.score(true, cut), 100*d.score(false, cut)
		if cut.Mechanism != "" {
			after, again = math.NaN(), math.NaN()
		}
		bars.Series[0].Values = append(bars.Series[0].Values, after)
		bars.Series[1].Values = append(bars.Series[1].Values, again)
	}
	bars.Lines = []figure.Reference{{At: 100 * d.intact, Label: "before"}}
	if !d.retrained {
		bars.Series = bars.Series[:1]
	}
	return run.Picture{Name: "damage", Picture: bars, Width: 20 * vg.Centimeter, Height: 8 * vg.Centimeter}, nil
}

// lattice colours each bond by the change of the loss when it is cut.
func (d *damageStudy) lattice() (run.Picture, error) {
	s, err := d.trained.Experiment.Snapshot(experiment.View{})
	if err != nil {
		return run.Picture{}, err
	}
	values := make([]float64, len(s.Drawn.Elements))
	for i := range values {
		values[i] = math.NaN()
	}
	for _, cut := range d.cuts {
		if cut.Loss != nil {
			values[cut.Bond-1] = *cut.Loss - d.before
		}
	}
	lattice := run.Lattice(s)
	lattice.Values = values
	lattice.Title = "what the cut of each bond adds to the loss"
	lattice.Note = fmt.Sprintf("loss of the whole network %.4g", d.before)
	lattice.ValueTitle, lattice.Signed = "loss after the cut, less that before", true
	return run.Picture{Name: "damage", Picture: lattice, Width: 16 * vg.Centimeter, Height: 14 * vg.Centimeter, Bitmap: true}, nil
}

// fate is one cut in a few words.
func fate(cut run.Cut) string {
	if cut.Mechanism != "" {
		return cut.Mechanism
	}
	format, before, after := "%8.3g %%", 100*cut.Before.Relative, 100*cut.After.Relative
	text := "error "
	if !math.IsNaN(cut.Before.Accuracy) {
		format, before, after = "%6.2f %%", 100*cut.Before.Accuracy, 100*cut.After.Accuracy
		text = "accuracy "
	}
	if math.IsNaN(before) && cut.Loss != nil { // nothing of any size is wanted
		format, before, text = "%8.4g", *cut.Loss, "loss "
		if cut.LossRetrained != nil {
			after = *cut.LossRetrained
		}
	}
	text += fmt.Sprintf(format, before) + " after the cut"
	if cut.LossRetrained != nil {
		text += ", " + fmt.Sprintf(format, after) + " after retraining"
	}
	return text
}
