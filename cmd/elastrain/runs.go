package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/run/listing"
)

type runsCommand struct {
	Dir     string   `arg:"" optional:"" default:"." help:"Folder that holds them, however deep; default: the one you are in."`
	Where   []string `short:"w" sep:"none" placeholder:"CONDITION" help:"Only those that meet it: a column or a key of the experiment, =, !=, <, <=, >, >= or ~ (has it in it), and a value. May be given several times."`
	Sort    string   `placeholder:"KEY" help:"In the order of a column or a key of the experiment; default: of their names."`
	Reverse bool     `help:"The other way round."`
	CSV     bool     `name:"csv" help:"As CSV, with all digits."`
}

// Help is the part of --help that shows the command at work.
func (*runsCommand) Help() string {
	return `Lists the runs and sessions of a folder: the rows that the page of ` + "`elastrain studio`" + ` shows. A state is running, paused (at a checkpoint), ended
(or finished), fault (its process ended with an error), stopped (its process is gone) or broken (it cannot be read). Accuracy and error are of the test part, else of the
validation part, else of the training part.

Columns for --where and --sort: ` + strings.Join(listing.Columns(), ", ") + `; any other name is a key of the experiment, such as learn.rate.

Examples:
  elastrain runs                                       all below this folder
  elastrain runs runs --where "loss<1e-6" --sort loss
  elastrain runs --where state=paused --where learn.method=adam
  elastrain runs --where "accuracy>=90%" --csv > good.csv`
}

func (c *runsCommand) Run(s *session) error {
	if c.CSV && s.JSON {
		return &cli.UsageError{Text: "--csv and --json are two forms", Help: "give one of them"}
	}
	var conditions []listing.Condition
	for _, text := range c.Where {
		one, err := listing.ParseCondition(text)
		if err != nil {
			return &cli.UsageError{Text: err.Error(), Help: "write such as --where \"loss<1e-6\", --where state=ended or --where learn.rate=0.01"}
		}
		conditions = append(conditions, one)
	}
	folder, err := listing.Open(c.Dir)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return &run.DirectoryError{Code: "E0605", Dir: c.Dir, Cause: "no such directory", Help: "give the folder in which runs are, or nothing for the one you are in"}
		}
		return &run.DirectoryError{Code: "E0605", Dir: c.Dir, Cause: "its runs cannot be listed", Err: err, Help: "give the folder in which runs are"}
	}
	defer func() { _ = folder.Close() }() // it was only read
	q := &runsQuery{folder: folder, keys: map[string]listing.Keys{}}
	rows, err := q.choose(folder.Rows("."), conditions, c.Sort)
	if err != nil {
		return err
	}
	if c.Reverse {
		slices.Reverse(rows)
	}
	switch {
	case s.JSON:
		if rows == nil {
			rows = []*listing.Row{}
		}
		return s.Object(map[string]any{"dir": c.Dir, "runs": rows})
	case c.CSV:
		text, err := runsSheet(c.Dir, rows)
		if err != nil {
			return err
		}
		s.Exactly(text)
		return nil
	}
	s.Printf("%s", runsText(c.Dir, rows))
	if len(rows) < q.all || q.all == 0 {
		s.Notef("%d of %s in %s\n", len(rows), cli.Count(q.all, "run"), c.Dir)
	}
	return nil
}

// runsQuery chooses rows.
type runsQuery struct {
	folder listing.Folder
	keys   map[string]listing.Keys // that were read
	all    int
	seen   map[string]bool // names of which some row had a value
}

// value is what a row has under a name.
func (q *runsQuery) value(r *listing.Row, name string) (string, error) {
	text, known, err := r.Value(name, func() (k listing.Keys, err error) {
		k, read := q.keys[r.ID]
		if !read {
			if k, err = q.folder.Resolved(r.ID); err == nil {
				q.keys[r.ID] = k
			}
		}
		return k, err
	})
	if known {
		q.seen[name] = true
	}
	return text, err
}

// choose takes the rows that meet all conditions, in an order.
func (q *runsQuery) choose(all []*listing.Row, conditions []listing.Condition, by string) (rows []*listing.Row, err error) {
	q.all, q.seen = len(all), map[string]bool{}
	order := map[*listing.Row]string{}
	for _, r := range all {
		meets := true
		for _, c := range conditions {
			value, err := q.value(r, c.Key)
			if err != nil && r.State != listing.Broken {
				return nil, &run.DirectoryError{Code: "E0602", Dir: r.ID, Cause: "its experiment cannot be read", Err: err, Help: "restore resolved.yaml from a copy, or train it again"}
			}
			meets = meets && c.Meets(value)
		}
		if by != "" {
			if order[r], err = q.value(r, by); err != nil && r.State != listing.Broken {
				return nil, &run.DirectoryError{Code: "E0602", Dir: r.ID, Cause: "its experiment cannot be read", Err: err, Help: "restore resolved.yaml from a copy, or train it again"}
			}
		}
		if meets {
			rows = append(rows, r)
		}
	}
	names := []string{by}
	for _, c := range conditions {
		names = append(names, c.Key)
	}
	for _, name := range names {
		if name != "" && len(all) > 0 && !q.seen[name] {
			return nil, &cli.UsageError{Text: fmt.Sprintf("none of these runs has `%s`", name), Help: "columns are " + strings.Join(listing.Columns(), ", ") + "; other names are keys of the experiment, such as learn.rate"}
		}
	}
	if by != "" {
		slices.SortStableFunc(rows, func(a, b *listing.Row) int { return listing.Compare(order[a], order[b]) })
	}
	return rows, nil
}

// runsText is the list for people.
func runsText(dir string, rows []*listing.Row) string {
	if len(rows) == 0 {
		return ""
	}
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "run\tkind\tstate\tepochs\tloss\taccuracy\terror\twhen")
	for _, r := range rows {
		epochs := strconv.Itoa(r.Epoch)
		if r.Epochs > r.Epoch && r.State != listing.Ended {
			epochs += " of " + strconv.Itoa(r.Epochs)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", cli.Name(filepath.Join(dir, filepath.FromSlash(r.ID))), orDash(r.Kind), r.State, epochs, numberOr(r.Loss, "%.6g", 1), numberOr(r.Accuracy, "%.1f %%", 100), numberOr(r.Error, "%.3g %%", 100), clock(r.Changed))
	}
	_ = w.Flush() // into memory
	return plainLines(b.String())
}

// plainLines takes the blanks off the ends of lines.
func plainLines(text string) string {
	lines := strings.SplitAfter(text, "\n")
	for i, l := range lines {
		if whole, has := strings.CutSuffix(l, "\n"); has {
			lines[i] = strings.TrimRight(whole, " ") + "\n"
		}
	}
	return strings.Join(lines, "")
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// numberOr is a number so many times its worth, or a dash.
func numberOr(v *float64, format string, times float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf(format, times**v)
}

// clock is a time of a log as the clock on the wall shows it.
func clock(seconds float64) string {
	if seconds == 0 {
		return "-"
	}
	return time.UnixMilli(int64(1e3 * seconds)).Format("2006-01-02 15:04")
}

// runsSheet is the list as CSV.
func runsSheet(dir string, rows []*listing.Row) (string, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	lines := [][]string{{"run", "of", "kind", "title", "state", "epoch", "epochs", "loss", "accuracy", "error", "method", "nodes", "elements", "seed", "began", "changed", "why"}}
	number := func(v *float64) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'g', -1, 64)
	}
	at := func(seconds float64) string {
		if seconds == 0 {
			return ""
		}
		return time.UnixMilli(int64(1e3 * seconds)).UTC().Format(time.RFC3339)
	}
	for _, r := range rows {
		lines = append(lines, []string{filepath.ToSlash(filepath.Join(dir, r.ID)), r.Of, r.Kind, r.Title, r.State, strconv.Itoa(r.Epoch), strconv.Itoa(r.Epochs), number(r.Loss), number(r.Accuracy), number(r.Error), r.Method,
			strconv.Itoa(r.Nodes), strconv.Itoa(r.Elements), strconv.FormatUint(r.Seed, 10), at(r.Began), at(r.Changed), r.Why})
	}
	err := w.WriteAll(lines)
	return b.String(), err
}
