package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/prune"
	"github.com/elastrain/elastrain/run"
)

// pruneReport is what a pruning came to, and the run it left.
type pruneReport struct {
	*prune.Report
	Run    string  `json:"run"`
	Learnt *learnt `json:"learnt,omitempty"` // with --learn
}

// learnt is how well the pruned network does after it has learnt again, on the training part.
type learnt struct {
	Epochs   int      `json:"epochs"`
	Loss     float64  `json:"loss"`
	Accuracy *float64 `json:"train_accuracy,omitempty"`
	Error    *float64 `json:"train_error,omitempty"`
}

// writePruned writes bonds.csv, prune.json and the figure.
func writePruned(dir string, p *pruned, r *pruneReport, pictures bool) error {
	sheet, err := pruneSheet(r)
	if err != nil {
		return err
	}
	if pictures {
		picture, err := prunePicture(p, r)
		if err != nil {
			return err
		}
		if err := run.WritePictures(atomicfile.OS{}, dir, []run.Picture{picture}); err != nil {
			return err
		}
	}
	if err := atomicfile.WriteFile(atomicfile.OS{}, filepath.Join(dir, "bonds.csv"), sheet); err != nil {
		return err
	}
	object, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	return atomicfile.WriteFile(atomicfile.OS{}, filepath.Join(dir, "prune.json"), append(object, '\n'))
}

// verdictText says how well a network does.
func verdictText(v *prune.Verdict) string {
	text := fmt.Sprintf("loss %.4g", v.Loss)
	if v.Accuracy != nil {
		text += fmt.Sprintf(", accuracy %.2f %%", 100**v.Accuracy)
	}
	if v.Error != nil {
		text += fmt.Sprintf(", error %.3g %%", 100**v.Error)
	}
	if c := v.Cell; c != nil {
		text += fmt.Sprintf(", nu %.3f (%.3f to %.3f by direction), modulus up to %.3g %% larger than along the softest, B/G %.3g", c.Poisson, c.Least, c.Most, 100*c.Stiffer, c.BulkShear)
	}
	return text
}

// changedText says how many bonds went and were put in.
func changedText(r *pruneReport) string {
	in := 0
	for i := range r.Steps {
		if r.Steps[i].Added {
			in++
		}
	}
	out := len(r.Gone) - in
	text := fmt.Sprintf("%d of %d bonds out", out, r.Bonds)
	if r.Bonds > 0 && out > 0 {
		text += fmt.Sprintf(" (%.2g %%)", 100*float64(out)/float64(r.Bonds))
	}
	if in > 0 {
		text += fmt.Sprintf(", %d more in", in)
	}
	if n := len(r.Loose); n > 0 {
		text += fmt.Sprintf(" with %s that bore nothing", cli.Count(n, "node"))
	}
	return text
}

// pruneText is what a person reads at the end.
func pruneText(r *pruneReport) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %d left: %s\n", changedText(r), r.Left, r.Why)
	fmt.Fprintf(&b, "before  %s\nafter   %s, of the %s part\n", verdictText(&r.Before), verdictText(&r.After), r.Judged)
	if l := r.Learnt; l != nil {
		fmt.Fprintf(&b, "learnt  %s, after %s more\n", verdictText(&prune.Verdict{Loss: l.Loss, Accuracy: l.Accuracy, Error: l.Error}), cli.Count(l.Epochs, "epoch"))
	}
	const most = 5
	if n := len(r.Kept); n > 0 {
		fmt.Fprintf(&b, "%s cannot go, for each alone resists a motion\n", cli.Count(n, "bond"))
		for _, k := range r.Kept[:min(n, most)] {
			fmt.Fprintf(&b, "  without bond %d: %s\n", k.Bond, k.Motion)
		}
		if n > most {
			fmt.Fprintf(&b, "  and %d more, in prune.json\n", n-most)
		}
	}
	return b.String()
}

// pruneSheet is bonds.csv: the bonds in the order in which they went.
func pruneSheet(r *pruneReport) ([]byte, error) {
	var text strings.Builder
	rows := [][]string{{"step", "change", "bond", "left", "tried", "loss", "error", "accuracy"}}
	cell := func(v *float64) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'g', -1, 64)
	}
	row := func(number int, change, bond string, left, tried int, v *prune.Verdict) {
		rows = append(rows, []string{strconv.Itoa(number), change, bond, strconv.Itoa(left), strconv.Itoa(tried), cell(&v.Loss), cell(v.Error), cell(v.Accuracy)})
	}
	row(0, "", "", r.Bonds, 0, &r.Before)
	for i := range r.Steps {
		s := &r.Steps[i]
		change := "out"
		if s.Added {
			change = "in"
		} else if s.Node > 0 {
			change = "idle"
		}
		for _, bond := range append([]int{s.Bond}, s.Also...) {
			row(i+1, change, strconv.Itoa(bond), s.Left, s.Tried, &s.Verdict)
		}
	}
	err := csv.NewWriter(&text).WriteAll(rows)
	return []byte(text.String()), err
}

// prunePicture has loss and score against the bonds that are out, and the lattice with what went.
func prunePicture(p *pruned, r *pruneReport) (run.Picture, error) {
	x, verb := "bonds out", "went"
	if r.Grow {
		x, verb = "bonds changed", "went or were put in"
	}
	loss := figure.Curves{XName: x, YName: "loss", Series: []figure.Series{{Marker: figure.Dot}}}
	score := figure.Curves{XName: x, YName: "relative error (%)", Series: []figure.Series{{Marker: figure.Dot}}}
	if r.Before.Accuracy != nil {
		score.YName, score.Y = "accuracy (%)", figure.Linear
	}
	changed := 0
	add := func(n int, v *prune.Verdict) {
		a, b := &loss.Series[0], &score.Series[0]
		a.X, a.Y = append(a.X, float64(n)), append(a.Y, v.Loss)
		value := math.NaN()
		if v.Accuracy != nil {
			value = 100 * *v.Accuracy
		} else if v.Error != nil {
			value = 100 * *v.Error
		}
		b.X, b.Y = append(b.X, float64(n)), append(b.Y, value)
	}
	add(0, &r.Before)
	for i := range r.Steps {
		changed += 1 + len(r.Steps[i].Also)
		add(changed, &r.Steps[i].Verdict)
	}
	snap, err := p.x.Snapshot(experiment.View{})
	if err != nil {
		return run.Picture{}, err
	}
	lattice := run.Lattice(snap)
	lattice.Values = make([]float64, len(snap.Built.Elements))
	for i := range lattice.Values {
		lattice.Values[i] = math.NaN()
	}
	for i := range r.Steps {
		for _, bond := range append([]int{r.Steps[i].Bond}, r.Steps[i].Also...) {
			lattice.Values[bond-1] = float64(i + 1)
		}
	}
	lattice.Title = "bonds that " + verb + ", by their order"
	lattice.ValueTitle = "number in the order"
	lattice.NoValue = "as it was"
	return run.Picture{Name: "prune", Picture: figure.Grid{Title: "Pruning by rule " + r.Rule, Columns: 3,
		Note:   fmt.Sprintf("%s, %d left: %s", changedText(r), r.Left, r.Why),
		Panels: []figure.Panel{{Picture: loss}, {Picture: score}, {Picture: lattice}}}, Width: 30 * vg.Centimeter, Height: 10 * vg.Centimeter}, nil
}
