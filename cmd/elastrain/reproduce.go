package main

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/bench/records"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/paper"
	"github.com/elastrain/elastrain/run"
)

type reproduceCommand struct {
	Only string `placeholder:"FIGURE" help:"One figure only, such as 2; records: trainings of docs/records.md, in place of figures."`
	Out  string `short:"o" default:"reproduction" placeholder:"DIR" help:"Where the figures go; default: reproduction."`
	All  bool   `help:"Also list the rows that agree one by one in the text (JSON always has them)."`
}

// Help is the part of --help that shows the command at work.
func (*reproduceCommand) Help() string {
	return `Rows that do not agree are marked: ~ where docs/reproduction.md says why and ours is what it was then, ! where not. With a ! the exit code is 1.

Examples:
  elastrain reproduce                  all figures; less than a minute
  elastrain reproduce --only 2 --all   one figure, every number
  elastrain reproduce --only records   short trainings of docs/records.md again: half a minute, only where asked for
  elastrain reproduce --json           all rows with tolerances and notes`
}

func (c *reproduceCommand) Run(s *session) error {
	var rows []paper.Row
	var verdicts []paper.Verdict
	found := false
	began := time.Now()
	if strings.ToLower(c.Only) == "records" {
		return c.records(s, began)
	}
	for _, f := range paper.Full.Figures() {
		if c.Only != "" && strings.TrimPrefix(strings.ToLower(c.Only), "fig") != strings.TrimPrefix(f.Name, "Fig. ") {
			continue
		}
		found = true
		start := time.Now()
		s.Notef("%s ...", f.Name)
		report, err := f.Make(s.ctx)
		if err != nil {
			return err
		}
		if err := run.WritePictures(atomicfile.OS{}, c.Out, report.Pictures); err != nil {
			return err
		}
		s.Notef(" %d numbers in %s\n", len(report.Rows), duration(time.Since(start).Seconds()))
		rows = append(rows, report.Rows...)
		verdicts = append(verdicts, report.Verdict(f.Name))
	}
	if !found {
		return &cli.UsageError{Text: fmt.Sprintf("there is no figure `%s` to reproduce", c.Only), Help: "choose 1, 2, 3, 4, 5 or records"}
	}
	if s.JSON {
		if err := s.Object(map[string]any{"paper": "Li & Mao, Nature Communications 15, 10528 (2024)", "seconds": time.Since(began).Seconds(), "rows": rows, "verdicts": verdicts}); err != nil {
			return err
		}
		return marked(rows)
	}
	c.table(s, rows)
	s.Printf("\n")
	for _, v := range verdicts {
		s.Printf("%s %s\n", v.Figure, v.Text)
	}
	s.Notef("\nfigures  %s\n", filepath.Join(c.Out, "*.svg"))
	return marked(rows)
}

// marked is the failure of rows that do not agree, but for those that are known not to.
func marked(rows []paper.Row) error {
	if n := len(paper.New(rows)); n > 0 {
		return &cli.NotMetError{Text: fmt.Sprintf("%s of %d, marked `!`, without agreement, and no page says why", cli.Count(n, "row"), len(rows))}
	}
	return nil
}

// records trains again what docs/records.md tells, as far as it is short and its data are here.
func (c *reproduceCommand) records(s *session, began time.Time) error {
	report, err := records.Replay(s.ctx, records.Short, func(r *records.Record) {
		s.Notef("%s: %s ...\n", r.File, cli.Count(r.Splits, "seed"))
	})
	if err != nil {
		return err
	}
	verdict := records.Verdict(report)
	if s.JSON {
		if err := s.Object(map[string]any{"records": "docs/records.md", "seconds": time.Since(began).Seconds(), "rows": report.Rows, "verdicts": []paper.Verdict{verdict}}); err != nil {
			return err
		}
		return marked(report.Rows)
	}
	c.table(s, report.Rows)
	s.Printf("\nrecords %s\n", verdict.Text)
	return marked(report.Rows)
}

// table prints the rows; long runs of agreeing ones are folded unless --all.
func (c *reproduceCommand) table(s *session, rows []paper.Row) {
	agree, held, folded := 0, 0, 0
	first, heading := "fig.", "published"
	if len(rows) > 0 && rows[0].Figure == "records" {
		first, heading = "", "recorded"
	}
	s.Printf("%-4s %-72s %14s %14s %-6s\n", first, "quantity", heading, "ours", "unit")
	for i, r := range rows {
		if r.Kind != paper.Listed {
			held++
			if r.Agrees {
				agree++
			}
		}
		if !c.All && r.Agrees && strings.Contains(r.Quantity, "of 28, sorted") {
			folded++
			if last := i+1 == len(rows) || !strings.Contains(rows[i+1].Quantity, "of 28, sorted") || rows[i+1].Figure != r.Figure; last {
				what, _, _ := strings.Cut(r.Quantity, " 28")
				s.Printf("%-4s %-72s %14s %14s\n", r.Figure, fmt.Sprintf("%s ... 28 (%d as they should be; --all lists them)", strings.TrimRight(what, " 0123456789of"), folded), "", "")
				folded = 0
			}
			continue
		}
		mark := "  "
		switch {
		case r.Known != "":
			mark = "~ "
		case !r.Agrees:
			mark = "! "
		}
		published := "-"
		if r.Published != nil {
			published = figures(*r.Published)
		}
		ours, unit := figures(float64(r.Ours)), r.Unit
		if r.Mechanism != "" {
			ours, unit = "mechanism", ""
		}
		if r.Left != "" {
			ours, unit = "left out", ""
		}
		number := r.Figure
		if number == "records" {
			number = ""
		}
		s.Printf("%-4s %s%-70s %14s %14s %-6s\n", number, mark, r.Quantity, published, ours, unit)
		if r.Note != "" && (!r.Agrees || c.All || r.Left != "") {
			for _, line := range wrap(r.Note, 100) {
				s.Printf("       %s\n", line)
			}
		}
		if r.Known != "" {
			s.Printf("       does not agree, as is known: %s\n", r.Known)
		}
	}
	s.Printf("\n%d of %d rows agree or meet their goal, %d more are held against nothing\n", agree, held, len(rows)-held)
	fresh := len(paper.New(rows))
	if apart := held - agree - fresh; apart > 0 {
		s.Printf("%d do not agree, as is known, and are marked `~`: the page beside each says why, as far as that is known\n", apart)
	}
	if fresh > 0 {
		s.Printf("%d do not agree and are marked `!`: nothing is written of that, or ours is not what it was\n", fresh)
	}
}

// figures writes a number with the digits that matter.
func figures(v float64) string {
	if v != 0 && (math.Abs(v) < 1e-3 || math.Abs(v) >= 1e6) {
		return fmt.Sprintf("%.4g", v)
	}
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.9f", v), "0"), ".")
}

// wrap breaks a text into lines of at most width characters.
func wrap(text string, width int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
