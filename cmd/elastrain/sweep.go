package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/sweep"
	"github.com/elastrain/elastrain/sweep/lease"
)

// sweepCommand is the commands of sweeps, a file each.
type sweepCommand struct {
	Train  sweepTrain  `cmd:"" default:"withargs" hidden:"" help:"Train one experiment under many settings."`
	Status sweepStatus `cmd:"" help:"How far a sweep is."`
	Table  sweepTable  `cmd:"" help:"What came out, a line a setting or a line a training; as CSV, NPZ or JSON."`
}

// Help is the part of --help that shows the commands at work.
func (*sweepCommand) Help() string { return (*sweepTrain)(nil).Help() }

type sweepTrain struct {
	Spec      string   `arg:"" optional:"" help:"Experiment file, - for stdin."`
	Overrides []string `arg:"" optional:"" help:"Changes to the file, each with one value or several: learn.rate=0.01,0.02, learn.rate=1e-3..1e-1/20, seed=1..10."`
	Random    *int     `placeholder:"N" help:"Draw N settings at random from the ranges and lists, in place of every combination; each is trained with every seed."`
	Halton    *int     `placeholder:"N" help:"Draw N settings that fill the ranges evenly (a scrambled Halton sequence)."`
	DrawSeed  uint64   `default:"1" placeholder:"N" help:"Seed of the draws; default: ${default}."`
	Halving   *int     `placeholder:"N" help:"Train all settings for a few epochs, let the best of every N go on from there, and so on to the last epoch."`
	First     *int     `name:"first-epochs" placeholder:"N" help:"Epochs of the first rung of --halving; default: so many that one setting is left at the end."`
	Stdio     bool     `help:"Answer questions for single trainings, a line of JSON each, from a program that chooses settings itself, such as Optuna."`
	DryRun    bool     `help:"List the points and train nothing."`
	Runs      bool     `help:"Make every training a run directory, below runs in that of the sweep; default: those that take long."`
	Out       string   `short:"o" placeholder:"DIR" help:"Directory of the sweep; default: sweeps/NAME."`
	Join      string   `placeholder:"DIR" help:"Help with the sweep in DIR, which others may be at, on this machine or on any that sees the directory; needs no experiment file."`
	NoWait    bool     `help:"With --join: end when nothing is left to take, and do not wait for what others are at."`
	Slurm     string   `placeholder:"KEY=VALUE,..." help:"Do not train here: write DIR/slurm.sh and submit it as one array of jobs (jobs=8) with these options of sbatch, such as partition=short,time=1:00:00,jobs=8."`

	cli.Computing `embed:""`
}

// Help is the part of --help that shows the command at work.
func (*sweepTrain) Help() string {
	return `Trains every combination of the values on all cores and makes one table. Values: a,b,c is a list; lo..hi/n are n values between two
ends, both included, evenly spread, or, where the ends are positive and more than a factor 10 apart, evenly in their logarithm (log:lo..hi/n and lin:lo..hi/n
choose); of keys that take whole numbers lo..hi is each of them. A unit stands behind the ends: 1..5 mN/9. Stopped or killed, the same command goes on.

Then: elastrain sweep status DIR says how far it is, elastrain sweep table DIR -o scores.svg draws the scores with mean and band (-o all.csv: a line a
training), elastrain compare DIR the learning curves.

Examples:
  elastrain sweep iris.yaml seed=1..10                                    mean and spread over ten seeds
  elastrain sweep iris.yaml learn.method=adam learn.rate=1e-3..1e-1/5 seed=1..3
  elastrain sweep iris.yaml learn.method=adam learn.rate=1e-3..1e-1 learn.batch=4..64 --halton 12
  elastrain sweep iris.yaml learn.method=adam learn.rate=1e-3..1e-1/9 task.validation.share=30% --halving 3
  elastrain sweep iris.yaml task.loss=fisher,cross-entropy --dry-run      the points, and no training
  elastrain sweep --join sweeps/iris                                      help, from any machine that sees the directory`
}

// request is what the flags and words ask for.
func (c *sweepTrain) request(s *session) (q sweep.Request, err error) {
	way := sweep.Way{Name: "grid"}
	switch {
	case c.Random != nil && c.Halton != nil:
		return q, &cli.UsageError{Text: "--random and --halton are two ways to draw settings", Help: "give one of them"}
	case c.Random != nil && *c.Random < 1, c.Halton != nil && *c.Halton < 1:
		return q, &cli.UsageError{Text: "fewer than 1 setting cannot be drawn", Help: "give 1 or more, such as --random 100"}
	case c.Random != nil:
		way = sweep.Way{Name: "random", Draws: *c.Random, Seed: c.DrawSeed}
	case c.Halton != nil:
		way = sweep.Way{Name: "halton", Draws: *c.Halton, Seed: c.DrawSeed}
	}
	switch {
	case c.Halving != nil && (*c.Halving < 2 || *c.Halving > sweep.MostHalving):
		return q, &cli.UsageError{Text: "by halving the best of every 2 or more settings goes on", Help: "write such as --halving 3"}
	case c.First != nil && c.Halving == nil:
		return q, &cli.UsageError{Text: "--first-epochs is of --halving", Help: "add --halving 3, or leave it out"}
	case c.First != nil && *c.First < 1:
		return q, &cli.UsageError{Text: "the first rung has one epoch at least", Help: "write such as --first-epochs 10"}
	}
	if c.Halving != nil {
		way.Halving = *c.Halving
	}
	if c.First != nil {
		way.First = *c.First
	}
	for _, word := range c.Overrides {
		if !strings.Contains(word, "=") {
			return q, &cli.UsageError{Text: fmt.Sprintf("`%s` is neither a flag nor key=value", word), Help: "write such as learn.rate=0.01,0.02 or seed=1..10"}
		}
	}
	if c.Spec == "" {
		return q, &cli.UsageError{Text: "no experiment file is named", Help: "give it and values of its keys, such as `elastrain sweep iris.yaml seed=1..10`; or --join DIR, to help with a sweep that is there"}
	}
	text, files, err := s.ReadSource(c.Spec)
	if err != nil {
		return q, err
	}
	q = sweep.Request{Name: c.Spec, Text: text, Words: c.Overrides, Way: way, Files: files, Options: sweep.Options{Solver: c.Solver, Runs: c.Runs}, Parent: "sweeps", Exact: c.Out != ""}
	if q.Base = atomicfile.Shorten(cli.RunName(c.Spec, c.Overrides), mostName); way.Drawn() {
		q.Base = atomicfile.Shorten(fmt.Sprintf("%s-%s%d", q.Base, way.Name, way.Draws), mostName)
	}
	if way.Halving > 0 {
		q.Base = atomicfile.Shorten(fmt.Sprintf("%s-halving%d", q.Base, way.Halving), mostName)
	}
	if c.Out != "" {
		out := filepath.Clean(c.Out)
		q.Parent, q.Base = filepath.Dir(out), filepath.Base(out)
	}
	return q, nil
}

func (c *sweepTrain) Run(s *session) error {
	if c.Stdio {
		return c.ask(s)
	}
	if c.Join != "" {
		return c.join(s)
	}
	if c.NoWait {
		return &cli.UsageError{Text: "--no-wait is for --join", Help: "add --join DIR, or leave it out"}
	}
	array, err := c.array()
	if err != nil {
		return err
	}
	q, err := c.request(s)
	if err != nil {
		return err
	}
	options, err := c.Options()
	if err != nil {
		return err
	}
	if c.DryRun {
		return c.list(s, q)
	}
	defer s.ending.Hold()()
	of, err := sweep.Open(s.ctx, q)
	if err != nil {
		return err
	}
	if err := of.Close(); err != nil { // whoever comes from now on shares the work
		return err
	}
	if array != nil {
		return c.submit(s, of, array)
	}
	if q.Way.Halving > 0 {
		return s.halve(of, &sweep.Halver{Sweep: of, Options: options})
	}
	return s.share(of, &sweep.Runner{Sweep: of, Options: options})
}

// share trains what is missing of a sweep together with all that are at it.
func (s *session) share(of *sweep.Sweep, r *sweep.Runner) error {
	var report *sweepReport
	err := s.together(of, func(claims sweep.Claims) (complete bool, err error) {
		r.Claims = claims
		report, err = s.sweep(of, r)
		return err == nil && report.settings.Missing == 0, err
	})
	if err != nil {
		return err
	}
	return s.sweepEnd(report)
}

// together does work among all that are at a sweep; who leaves last when it is complete tidies up.
func (s *session) together(of *sweep.Sweep, work func(sweep.Claims) (complete bool, err error)) error {
	worker, err := lease.Join(atomicfile.OS{}, of.Dir, lease.Options{})
	if err != nil {
		return err
	}
	beating, stop := context.WithCancel(context.WithoutCancel(s.ctx)) // also while the last trainings are saved
	go worker.Keep(beating)
	complete, err := work(worker)
	stop()
	if alone := worker.Leave(complete); alone && complete {
		err = of.Tidy()
	}
	if err != nil && s.ctx.Err() != nil && (errors.Is(err, s.ctx.Err()) || errors.Is(err, run.ErrStopped)) {
		return new(cli.GoesOnError)
	}
	return err
}

// list lists the points of a sweep.
func (c *sweepTrain) list(s *session, q sweep.Request) error {
	of, err := sweep.New(q)
	if err != nil {
		return err
	}
	type point struct {
		Point int               `json:"point"`
		Set   map[string]string `json:"set"`
	}
	var points []point
	for i := range of.Plan.Points {
		at := of.Plan.At(i)
		if s.JSON {
			set := map[string]string{}
			for _, o := range at.Overrides {
				key, value, _ := strings.Cut(o, "=")
				set[key] = value
			}
			points = append(points, point{at.Number(), set})
			continue
		}
		s.Printf("%-6d %s\n", at.Number(), strings.Join(at.Overrides, "  "))
	}
	if s.JSON {
		return s.Object(map[string]any{"spec": c.Spec, "points": points})
	}
	s.Notef("%s; nothing is trained\n", cli.Count(of.Plan.Points, "point"))
	return nil
}

// sweepReport is what `sweep --json` prints.
type sweepReport struct {
	Dir      string   `json:"dir"`
	Points   int      `json:"points"`
	Trained  int      `json:"trained"` // by this command
	Finished int      `json:"finished"`
	Failed   int      `json:"failed"`
	Seconds  float64  `json:"seconds"`
	Tables   []string `json:"tables"`
	Mended   []string `json:"mended,omitempty"` // files that were damaged and are made anew

	settings *sweep.Settings
	of       *sweep.Sweep
}

// sweep trains what is missing of a sweep and writes its tables.
func (s *session) sweep(of *sweep.Sweep, r *sweep.Runner) (*sweepReport, error) {
	report := &sweepReport{Dir: of.Dir, Points: of.Manifest.Points, of: of}
	watch := newSweepProgress(s, of)
	r.Note = func(text string) {
		report.Mended = append(report.Mended, text)
		fmt.Fprintf(s.Err, "%s\n", text) // also when quiet
	}
	r.Begin, r.Elsewhere = watch.begin, watch.elsewhere
	r.Told = func(rows []sweep.Row) {
		report.Trained += len(rows)
		watch.tell(rows)
	}
	worker := workerName()
	r.Chunk = func(chunk int, took time.Duration) {
		line, err := json.Marshal(map[string]any{"time": time.Now().UTC().Format(time.RFC3339Nano), "worker": worker, "chunk": chunk, "seconds": took.Seconds()})
		if err == nil {
			_ = of.Log(worker, line) // it is for people to look at; what counts are chunks
		}
	}
	began := time.Now()
	if err := r.Run(s.ctx); err != nil {
		return nil, err
	}
	report.Seconds = time.Since(began).Seconds()
	return report, s.sweepTables(report)
}

// sweepTables writes the tables of a sweep whose chunks are there, if all are.
func (s *session) sweepTables(report *sweepReport) error {
	of := report.of
	done, _, err := of.Done()
	if err != nil {
		return err
	}
	if slices.Contains(done[1:], false) { // others are at work on the rest
		if report.settings, err = of.Over(sweep.SeedKey); err != nil {
			return err
		}
	} else {
		report.settings = of.StartOver(sweep.SeedKey)
		if report.Tables, err = of.WriteTables(report.settings.Add); err != nil {
			return err
		}
	}
	for _, sum := range report.settings.List {
		report.Finished += sum.Finished
		report.Failed += sum.Failed
	}
	return nil
}

// workerName tells who works where.
func workerName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s-%d", host, os.Getpid())
}

// sweepEnd prints what a sweep came to.
func (s *session) sweepEnd(report *sweepReport) error {
	if s.JSON {
		return s.Object(report)
	}
	s.Printf("%s", sweepText(report.settings, mostShown))
	if report.Failed > 0 {
		s.Notef("%s of %d failed; column reason of the table says why\n", cli.Count(report.Failed, "training"), report.Points)
	}
	s.Notef("\n%s", sweepNotes(report.of, report.settings))
	for _, table := range report.Tables {
		s.Notef("table     %s\n", table)
	}
	s.Notef("next      %s\n", cli.Command("sweep table", report.Dir, "-o", "scores.svg"))
	if _, best := report.settings.Choose(); best != nil && len(report.settings.List) > 1 {
		s.Notef("          %s\n", cli.Command("train", report.of.Spec(), report.of.Plan.At(best.Point-1).Overrides...))
	}
	return nil
}

// sweepProgress says now and then how far a sweep is.
type sweepProgress struct {
	pace
	s                 *session
	of                *sweep.Sweep
	done, all, failed int
}

func newSweepProgress(s *session, of *sweep.Sweep) *sweepProgress {
	return &sweepProgress{pace: newPace(), s: s, of: of, all: of.Manifest.Points}
}

// begin is told which chunks are there.
func (p *sweepProgress) begin(done []bool) {
	for chunk, there := range done {
		if there {
			first, end := p.of.Span(chunk)
			p.done += end - first
		}
	}
	if p.done > 0 && p.done < p.all {
		p.s.Notef("going on with %s: %d of %d trainings are done\n", p.of.Dir, p.done, p.all)
	} else if p.done < p.all {
		p.s.Notef("%s in %s\n", cli.Count(p.all, "training"), p.of.Dir)
	}
	p.pace.begin(float64(p.done))
}

// elsewhere is told of trainings that others have ended.
func (p *sweepProgress) elsewhere(points int) { p.done += points }

// tell is told of trainings that have ended.
func (p *sweepProgress) tell(rows []sweep.Row) {
	p.done += len(rows)
	for i := range rows {
		if rows[i].State == sweep.Failed {
			p.failed++
		}
	}
	if !p.due() {
		return
	}
	failed := ""
	if p.failed > 0 {
		failed = fmt.Sprintf(", %d failed", p.failed)
	}
	p.s.Notef("training %d of %d%s%s\n", p.done, p.all, failed, p.left(float64(p.done), float64(p.all)))
}
