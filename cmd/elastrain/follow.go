package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/run/events"
)

type followCommand struct {
	Dir  string `arg:"" help:"Directory of a run or of a session of a bench."`
	From int    `default:"1" placeholder:"N" help:"Begin at the record with this number."`
	Once bool   `help:"End with what is there; else it ends when the training does."`

	watchFlags `embed:""`
}

// Help is the part of --help that shows the command at work.
func (*followCommand) Help() string {
	return `Prints the log of a training while it grows, whoever started it: what is trained, every epoch, every load and commit of a
session, when it pauses, goes on and ends. Records are numbered and come once each, also when the training is killed and goes on.
With --json every record is one line: the object of log.jsonl without its checksum (docs/file-formats.md).

Examples:
  elastrain follow runs/iris                     until the training ends, or Ctrl-C
  elastrain follow runs/iris --once              what is there
  elastrain follow runs/iris --once --tensorboard boards   curves of a run for tensorboard --logdir boards
  elastrain follow runs/iris --from 40 --json    records 40 and on, for a program`
}

func (c *followCommand) Run(s *session) error {
	if c.From < 1 {
		return &cli.UsageError{Text: fmt.Sprintf("there is no record %d", c.From), Help: "they count from 1"}
	}
	if err := c.keepsLog(); err != nil {
		return err
	}
	w, err := c.watcher(s)
	if err != nil {
		return err
	}
	w.begin(c.Dir)
	if err := c.print(s); err != nil {
		w.end()
		return err
	}
	if w == nil {
		return nil
	}
	return w.finish()
}

// print prints the records.
func (c *followCommand) print(s *session) error {
	var records iter.Seq2[events.Record, error]
	if c.Once {
		records = events.Once(atomicfile.OS{}, c.Dir, c.From)
	} else {
		records = events.Follow(s.ctx, c.Dir, c.From)
	}
	for r, err := range records {
		var broken *events.DamagedError
		switch {
		case errors.Is(err, events.ErrOther):
			return &run.DirectoryError{Code: "E0602", Dir: c.Dir, Cause: "its log was begun anew while it was followed", Help: "`" + cli.Command("follow", c.Dir) + "` begins at its beginning"}
		case errors.As(err, &broken) && !errors.Is(err, events.ErrFormat):
			return &run.DirectoryError{Code: "E0602", Dir: c.Dir, Cause: fmt.Sprintf("%s is damaged in line %d", events.Name, broken.Line), Err: broken.Err, Help: "run the command that made the run again: it makes the log anew"}
		case err != nil:
			return err
		case !s.JSON:
			s.Printf("%6d  %s  %s\n", r.Seq, clockOf(r.Time), recordText(&r))
			continue
		}
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if _, err := s.Out.Write(append(line, '\n')); err != nil {
			return &atomicfile.Error{Op: "write", Path: "the result to stdout", Err: err}
		}
	}
	return nil
}

// keepsLog refuses a directory in which no log will ever be.
func (c *followCommand) keepsLog() error {
	there := func(name string) bool {
		_, err := os.Stat(filepath.Join(c.Dir, name))
		return err == nil
	}
	switch _, err := os.ReadDir(c.Dir); {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return &run.DirectoryError{Code: "E0605", Dir: c.Dir, Cause: "no such directory", Help: "follow the directory of a training that has begun: `elastrain train SPEC` and `elastrain lab train SPEC` name it"}
	case err != nil:
		return err
	case there(events.Name):
	case there("result.json") || there("outcome.json"):
		return &run.DirectoryError{Code: "E0605", Dir: c.Dir, Cause: "it keeps no log: an earlier version has trained it to its end", Help: "metrics.csv and events.jsonl, or journal.jsonl of a session, have its epochs"}
	case c.Once || !there("manifest.json") && !there("lab.json"):
		return &run.DirectoryError{Code: "E0605", Dir: c.Dir, Cause: "no training has begun here: there is no " + events.Name, Help: "`elastrain train SPEC` and `elastrain lab train SPEC` begin one"}
	}
	return nil
}

// clockOf is the time of a record.
func clockOf(t float64) string {
	if t == 0 {
		return "        "
	}
	return time.UnixMilli(int64(1e3 * t)).Format(time.TimeOnly)
}

// recordText is a record in a line.
func recordText(r *events.Record) string {
	words := []string{r.Kind}
	add := func(format string, args ...any) { words = append(words, fmt.Sprintf(format, args...)) }
	switch r.Kind {
	case events.KindHead:
		h := r.Head
		for _, b := range h.Blocks {
			names := make([]string, len(b.Names))
			for i := range names {
				names[i] = strings.TrimSuffix(b.Names[i]+" ("+b.Units[i]+")", " ()")
			}
			add("%s %s: %s,", cli.Count(b.Elements, b.Kind), b.Law, strings.Join(names, ", "))
		}
		add("%s of %s", cli.Count(h.Learn, "parameter"), h.Spec)
		add("learn on %s by %s", cli.Count(h.Train, "sample"), h.Method)
		return strings.Join(words, " ")
	case events.KindBegin:
		add("at %d", r.Epoch)
		if r.Epochs > 0 {
			add("of %d", r.Epochs)
		}
	case events.KindLoad:
		add("%s %d", r.Load.Part, r.Load.Number)
		if r.Load.Shots > 0 {
			add("piece %d of %d", r.Load.Shot, r.Load.Shots)
		}
		add("of step %d", r.Epoch+1)
		if !r.Load.Used {
			add("rejected")
		}
	default:
		add("%d", r.Epoch)
	}
	number := func(name string, v *float64, format string, worth float64) {
		if v != nil {
			add(" "+name+" "+format, worth**v)
		}
	}
	number("loss", r.Loss, "%.6g", 1)
	number("train", r.TrainAccuracy, "%.1f %%", 100)
	number("error", r.TrainError, "%.3g %%", 100)
	number("validation loss", r.ValidLoss, "%.6g", 1)
	number("validation", r.ValidAccuracy, "%.1f %%", 100)
	number("validation error", r.ValidError, "%.3g %%", 100)
	number("test loss", r.TestLoss, "%.6g", 1)
	number("test", r.TestAccuracy, "%.1f %%", 100)
	number("test error", r.TestError, "%.3g %%", 100)
	if r.Status != "" && r.Verdict == nil { // a verdict says it itself
		add(" %s", r.Status)
	}
	if r.Text != "" {
		add(" %s", r.Text)
	}
	return strings.Join(words, " ")
}
