package main

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/export/npz"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/sweep"
)

type sweepTable struct {
	Dir  string  `arg:"" help:"Directory of a sweep."`
	CSV  bool    `name:"csv" help:"As CSV: a line a training, or with --over a line a setting."`
	NPZ  bool    `name:"npz" help:"As arrays for NumPy; needs -o."`
	Over *string `placeholder:"KEY" help:"Mean, standard deviation and best over the values of a key, such as seed, a line a setting."`
	Out  string  `short:"o" placeholder:"FILE" help:"Write there; its ending says the form: .csv, .npz or .json; .svg or .png is a figure of the scores."`
}

// Help is the part of --help that shows the command at work.
func (*sweepTable) Help() string {
	return `For people it is a line a setting, with mean and standard deviation over seeds, and the setting that did best: by the validation part,
or where there is none by the training loss. Never by the test part, whose scores were made while it trained unless it was closed.

Examples:
  elastrain sweep iris.yaml learn.epochs=20,50,100 seed=1..5 -o s
  elastrain sweep table s                          for people
  elastrain sweep table s --csv -o all.csv         every training
  elastrain sweep table s --over seed --csv        mean, deviation and best over seeds
  elastrain sweep table s -o all.npz               for NumPy
  elastrain sweep table s -o scores.svg            a figure: scores with their deviation against the first key with numbers; of drawn settings
                                                   (--random, --halton) a panel a key, a dot a training
  elastrain sweep table s --json                   for programs`
}

// mostShown is how many settings are printed for people.
const mostShown = 40

func (c *sweepTable) Run(s *session) error {
	of, err := sweep.LoadTable(atomicfile.OS{}, c.Dir)
	if err != nil {
		return err
	}
	form := strings.TrimPrefix(filepath.Ext(c.Out), ".")
	switch {
	case c.CSV && c.NPZ:
		return &cli.UsageError{Text: "--csv and --npz are two forms", Help: "give one of them"}
	case c.CSV:
		form = "csv"
	case c.NPZ:
		form = "npz"
	case s.JSON:
		form = "json"
	}
	if form == "npz" && c.Out == "" {
		return &cli.UsageError{Text: "arrays are not printed", Help: "say where they go, such as -o table.npz"}
	}
	if c.Out != "" && !slices.Contains([]string{"csv", "npz", "json", "svg", "png"}, form) {
		return &cli.UsageError{Text: fmt.Sprintf("%s names no form of a table", c.Out), Help: "end it with .csv, .npz, .json, .svg or .png, or give --csv or --npz"}
	}
	if of.Plan.Way.Halving > 0 && (form == "svg" || form == "png") {
		return &cli.UsageError{Text: "by halving, settings are trained to different numbers of epochs, and one figure of their scores would compare what is not alike", Help: "`elastrain compare DIR` draws their curves; or write the table, -o table.csv"}
	}
	if of.Plan.Way.Halving > 0 && c.Over != nil {
		return &cli.UsageError{Text: "by halving, settings are trained to different numbers of epochs, and their means over --over are none", Help: "leave --over out; columns rung and kept say how far each went"}
	}
	if of.Plan.Way.Halving > 0 && form == "" {
		report, err := halvingOf(of)
		if err != nil {
			return err
		}
		s.Printf("%s", report.text())
		s.Notef("\n%s", report.notes())
		return nil
	}
	drawing := form == "svg" || form == "png"
	drawn := of.Plan.Way.Drawn() || of.Plan.Way.Name == sweep.Asked
	var settings *sweep.Settings
	if c.Over != nil || form == "" || drawing {
		key := sweep.SeedKey
		if c.Over != nil {
			key = *c.Over
			if key != sweep.SeedKey && !slices.Contains(of.Manifest.Keys, key) {
				return &cli.UsageError{Text: fmt.Sprintf("`%s` does not vary in this sweep", key), Help: "it varies " + strings.Join(of.Manifest.Keys, ", ")}
			}
		}
		if settings, err = of.Over(key); err != nil {
			return err
		}
	}
	if form == "" {
		s.Printf("%s", sweepText(settings, mostShown))
		s.Notef("\n%s", sweepNotes(of, settings))
		return nil
	}
	var picture figure.Picture
	if drawing {
		lines := settings
		if drawn && c.Over == nil { // a dot a training, not a setting
			lines, err = of.Over("")
		}
		switch {
		case err != nil:
		case drawn:
			picture, err = sweepTrials(lines, settings)
		default:
			picture, err = sweepFigure(settings)
		}
		if err != nil {
			return err
		}
	}
	missing := 0
	produce := func(w io.Writer) (err error) {
		switch {
		case drawing:
			missing = settings.Missing
			drawn, err := sweepDrawn(picture, form)
			if err == nil {
				_, err = w.Write(drawn)
			}
			return err
		case settings != nil && form == "csv":
			missing = settings.Missing
			return settings.WriteCSV(w)
		case settings != nil && form == "npz":
			missing = settings.Missing
			return npz.Write(w, settings.Arrays())
		case settings != nil:
			missing = settings.Missing
			return settings.WriteJSON(w)
		case form == "csv":
			missing, err = of.WriteCSV(w)
		case form == "npz":
			missing, err = of.WriteNPZ(w)
		default:
			missing, err = of.WriteJSON(w)
		}
		return err
	}
	if c.Out == "" {
		err = produce(s.Out)
	} else {
		err = cli.StreamOutput(c.Out, produce)
	}
	if err == nil && missing > 0 {
		s.Notef("note: not trained yet: %d of %s\n", missing, cli.Count(of.Chunks(), "chunk"))
	}
	return err
}

// sweepScores are the scores that people are shown, each with its name there.
var sweepScores = map[string]string{"loss": "loss", "train_accuracy": "train", "train_error": "error", "validation_loss": "valid. loss", "validation_accuracy": "validation",
	"validation_error": "valid. error", "test_accuracy": "test", "test_error": "test error"}

// sweepText is a table of settings for people; most is how many lines it has.
func sweepText(t *sweep.Settings, most int) string {
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	line := []string{}
	for _, a := range t.Axes {
		line = append(line, a.Key)
	}
	line = append(line, "n")
	var scores []int
	for _, i := range t.Shown() {
		if name := sweepScores[sweep.Scores[i].Name]; name != "" {
			scores = append(scores, i)
			line = append(line, name)
		}
	}
	fmt.Fprintln(w, strings.Join(line, "\t"))
	_, best := t.Choose()
	ties := t.Ties()
	for n, sum := range t.List {
		if n >= most && sum != best {
			continue
		}
		line = append(line[:0], sum.Values...)
		count := fmt.Sprint(sum.Finished)
		if sum.Failed > 0 {
			count += fmt.Sprintf(" (%d failed)", sum.Failed)
		}
		line = append(line, count)
		for _, i := range scores {
			line = append(line, spreadText(sum.Scores[i], sweep.Scores[i].Name))
		}
		if len(t.List) > 1 && slices.Contains(ties, sum) {
			line = append(line, "best")
		}
		fmt.Fprintln(w, strings.Join(line, "\t"))
	}
	_ = w.Flush() // into memory
	if more := len(t.List) - most; more > 0 {
		fmt.Fprintf(&b, "and %d more settings\n", more)
	}
	return b.String()
}

// spreadText is mean and standard deviation of a score.
func spreadText(v *sweep.Spread, name string) string {
	if v == nil {
		return "-"
	}
	if strings.HasSuffix(name, "loss") {
		if v.N < 2 {
			return fmt.Sprintf("%.4g", v.Mean)
		}
		return fmt.Sprintf("%.4g ± %.2g", v.Mean, v.Sd)
	}
	if v.N < 2 {
		return fmt.Sprintf("%.4g %%", 100*v.Mean)
	}
	return fmt.Sprintf("%.4g ± %.2g %%", 100*v.Mean, 100*v.Sd)
}

// sweepNotes says by what the best setting was chosen, and what else is to be known of the scores.
func sweepNotes(of *sweep.Sweep, t *sweep.Settings) string {
	var b strings.Builder
	if t.Missing > 0 {
		fmt.Fprintf(&b, "not trained yet: %d of %s\n", t.Missing, cli.Count(of.Chunks(), "chunk"))
	}
	if score, best := t.Choose(); best != nil && len(t.List) > 1 {
		name, part := sweep.Scores[score].Name, "training"
		if strings.HasPrefix(name, "validation") {
			part = "validation"
		}
		if n := len(t.Ties()); n > 1 {
			fmt.Fprintf(&b, "%d settings are equally good, and nothing says which to take\n", n)
		}
		of := "mean " + name[strings.LastIndexByte(name, '_')+1:]
		if best.Scores[score].N == 1 {
			of = strings.TrimPrefix(of, "mean ") + " of one training"
		}
		fmt.Fprintf(&b, "best is by the %s on the %s part\n", of, part)
		if best.Scores[score].N == 1 {
			fmt.Fprintf(&b, "what of it is chance, several seeds say, such as seed=1..5\n")
		}
	}
	for _, key := range t.Idle() {
		fmt.Fprintf(&b, "`%s` changes nothing here: all its values come to the same numbers\n", key)
	}
	if t.Open {
		fmt.Fprintf(&b, "the test part was scored while it trained: a setting that is chosen by that is chosen on the test part; task.validation.share=20%% keeps it closed\n")
	}
	return b.String()
}
