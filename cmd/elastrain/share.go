package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/run/insitu"
	"github.com/elastrain/elastrain/studio/engine"
	"github.com/elastrain/elastrain/studio/page"
	"github.com/elastrain/elastrain/task/data"
)

type shareCommand struct {
	Words []string `arg:"" name:"subject" help:"Run directories (as trained, with their history) and experiment files (at their start); of several the page shows the first and has a choice. Changes, such as seed=7, are of all files."`
	Out   string   `short:"o" placeholder:"FILE" help:"HTML file to write, or - for stdout; default: NAME.html, by the first."`
	Title string   `help:"Title of the page; default: that of the experiment."`

	cli.Computing `embed:""`
}

// Help is the part of --help that shows the command at work.
func (*shareCommand) Help() string {
	return `One file, under 6 MB, that opens from disk in any browser of 2023 or later and asks no server for anything: the lattice with its loads and
its training, and the engine that solves it, trains it again and cuts its bonds.

Examples:
  elastrain share runs/iris -o iris.html                   a run with its history
  elastrain share examples/left-right.yaml -o lr.html      an experiment, to be trained in the page
  elastrain share runs/iris examples/cell.yaml -o two.html     both in one page, which has a choice`
}

// sharedPage is what the command prints; what is of one network is of the first.
type sharedPage struct {
	Subject string `json:"subject"`
	File    string `json:"file"`
	page.Info
	Networks []sharedNetwork `json:"networks"`
}

type sharedNetwork struct {
	Subject string `json:"subject"`
	page.Network
}

func (c *shareCommand) Run(s *session) error {
	options, err := c.Options()
	if err != nil {
		return err
	}
	subjects, changes := c.subjects()
	if len(subjects) == 0 {
		return &cli.UsageError{Text: "there are changes, and nothing that they are of", Help: "name a run directory or an experiment file"}
	}
	name := sharedName(subjects[0])
	out := c.Out
	if out == "" {
		out = name + ".html"
	}
	if out != "-" && !strings.HasSuffix(strings.ToLower(out), ".html") && !strings.HasSuffix(strings.ToLower(out), ".htm") {
		return &cli.UsageError{Text: fmt.Sprintf("`%s` ends in neither .html nor .htm, so that no browser would open it", out), Help: "name a page, such as -o " + name + ".html"}
	}
	if out == "-" && s.JSON {
		return &cli.UsageError{Text: "--json and -o - both want stdout", Help: "give the page a file"}
	}
	p := &page.Page{Title: c.Title, Version: run.Version}
	for _, subject := range subjects {
		shared, err := sharedOf(s, subject, changes, options)
		if err != nil {
			return err
		}
		p.Networks = append(p.Networks, shared)
	}
	text, info, err := p.HTML()
	var refused *page.RefusedError
	if errors.As(err, &refused) {
		return &cli.UsageError{Text: refused.Text, Help: refused.Help, File: subjects[refused.At]}
	}
	if err != nil {
		return err
	}
	if out == "-" {
		_, err := s.Out.Write(text)
		return err
	}
	for _, subject := range subjects {
		if err := s.Spare(out, subject); err != nil {
			return err
		}
	}
	if err := cli.WriteOutput(out, text); err != nil {
		return err
	}
	if s.JSON {
		told := sharedPage{Subject: subjects[0], File: out, Info: *info}
		for i, n := range info.Networks {
			told.Networks = append(told.Networks, sharedNetwork{subjects[i], n})
		}
		return s.Object(told)
	}
	s.Printf("%s (%.1f MB)\n", out, float64(info.Bytes)/1e6)
	for _, n := range info.Networks {
		if len(subjects) > 1 {
			s.Printf("  #%-12s %s\n", n.Key, n.Title)
		}
	}
	s.Notef("\nnext  open it in a browser, or send it\n")
	return nil
}

// subjects are the words that name a network, and those that change files.
func (c *shareCommand) subjects() (subjects, changes []string) {
	for _, w := range c.Words {
		if _, err := os.Stat(w); err != nil && override.MatchString(w) {
			changes = append(changes, w)
		} else {
			subjects = append(subjects, w)
		}
	}
	return subjects, changes
}

// sharedName is what a subject is called: a run by its whole name, which may hold dots, so that two runs do not get one name.
func sharedName(subject string) string {
	info, err := os.Stat(subject)
	if err != nil || !info.IsDir() {
		return cli.RunName(subject, nil)
	}
	whole, err := filepath.Abs(subject)
	if err != nil || filepath.Dir(whole) == whole {
		return "run"
	}
	return filepath.Base(whole)
}

// sharedOf gathers what a page has of one network.
func sharedOf(s *session, subject string, changes []string, options experiment.Options) (*page.Shared, error) {
	if insitu.IsSession(atomicfile.OS{}, subject) {
		return nil, &cli.UsageError{Text: subject + " is a session of lab train, whose bench no page has", Help: "`" + cli.Command("retrain", subject) + " --task SPEC learn.epochs=0` makes a run of its stiffnesses, which can be shared", File: subject}
	}
	name := sharedName(subject)
	p := &page.Shared{Key: name, Name: name + ".yaml", Files: map[string][]byte{}}
	var x *experiment.Experiment
	if info, err := os.Stat(subject); err != nil || !info.IsDir() {
		file, files, err := s.ReadSpec(subject, changes)
		if err != nil {
			return nil, err
		}
		x, err = experiment.Build(file, func(name string) ([]byte, error) {
			text, err := files(name)
			if err == nil {
				p.Files[name] = text
			}
			return text, err
		}, options)
		if err != nil {
			return nil, err
		}
		p.Name, p.Text, p.Overrides = filepath.Base(subject), file.Text, changes
	} else {
		read, err := s.ReadSubject(subject, changes, options)
		if err != nil {
			return nil, err
		}
		t := read.Trained
		x, p.Theta, p.Epochs, p.Frames = t.Experiment, t.Stiffness, t.History.Epochs, t.History.Theta
		p.Text, p.Overrides = t.Given(atomicfile.OS{})
		for _, f := range t.Manifest.Files {
			if p.Files[f.Name], err = t.Files(atomicfile.OS{})(f.Name); err != nil {
				return nil, err
			}
		}
		records, err := run.ReadMetrics(atomicfile.OS{}, t.Dir)
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			p.Records = append(p.Records, engine.RecordOf(r))
		}
	}
	if p.Title = x.Spec.Title; p.Title == "" {
		p.Title = name
	}
	if set := x.Spec.Task.Data; set != "" {
		if _, known := data.IsKnown(set); known {
			return nil, &cli.UsageError{Text: fmt.Sprintf("%s is not built into the page, and too large for it", set), Help: "share an experiment with data of its own in a CSV file, or with iris, wine, breast-cancer or digits", File: subject}
		}
	}
	return p, nil
}
