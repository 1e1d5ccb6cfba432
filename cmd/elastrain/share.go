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
	Subject   string   `arg:"" help:"Run directory (as trained, with its history) or experiment file (at its start)."`
	Overrides []string `arg:"" optional:"" help:"Changes to the file."`
	Out       string   `short:"o" placeholder:"FILE" help:"HTML file to write, or - for stdout; default: NAME.html."`
	Title     string   `help:"Title of the page; default: that of the experiment."`

	cli.Computing `embed:""`
}

// Help is the part of --help that shows the command at work.
func (*shareCommand) Help() string {
	return `One file, under 6 MB, that opens from disk in any browser of 2023 or later and asks no server for anything: the lattice with its loads and
its training, and the engine that solves it, trains it again and cuts its bonds.

Examples:
  elastrain share runs/iris -o iris.html                   a run with its history
  elastrain share examples/left-right.yaml -o lr.html      an experiment, to be trained in the page`
}

// sharedPage is what the command prints.
type sharedPage struct {
	Subject string `json:"subject"`
	File    string `json:"file"`
	page.Info
}

func (c *shareCommand) Run(s *session) error {
	options, err := c.Options()
	if err != nil {
		return err
	}
	if insitu.IsSession(atomicfile.OS{}, c.Subject) {
		return &cli.UsageError{Text: c.Subject + " is a session of lab train, whose bench no page has", Help: "`" + cli.Command("retrain", c.Subject) + " --task SPEC learn.epochs=0` makes a run of its stiffnesses, which can be shared", File: c.Subject}
	}
	name := cli.RunName(c.Subject, nil)
	out := c.Out
	if out == "" {
		out = name + ".html"
	}
	if out != "-" && !strings.HasSuffix(strings.ToLower(out), ".html") && !strings.HasSuffix(strings.ToLower(out), ".htm") {
		return &cli.UsageError{Text: fmt.Sprintf("`%s` ends in neither .html nor .htm, so that no browser would open it", out), Help: "name a page, such as -o " + name + ".html"}
	}
	shared, x, err := c.shared(s, name, options)
	if err != nil {
		return err
	}
	if set := x.Spec.Task.Data; set != "" {
		if _, known := data.IsKnown(set); known {
			return &cli.UsageError{Text: fmt.Sprintf("%s is not built into the page, and too large for it", set), Help: "share an experiment with data of its own in a CSV file, or with iris, wine, breast-cancer or digits"}
		}
	}
	text, info, err := shared.Page()
	var refused *page.RefusedError
	if errors.As(err, &refused) {
		return &cli.UsageError{Text: refused.Text, Help: refused.Help, File: c.Subject}
	}
	if err != nil {
		return err
	}
	if out == "-" {
		if s.JSON {
			return &cli.UsageError{Text: "--json and -o - both want stdout", Help: "give the page a file"}
		}
		_, err := s.Out.Write(text)
		return err
	}
	if err := s.Spare(out, c.Subject); err != nil {
		return err
	}
	if err := cli.WriteOutput(out, text); err != nil {
		return err
	}
	if s.JSON {
		return s.Object(sharedPage{c.Subject, out, *info})
	}
	s.Printf("%s (%.1f MB)\n", out, float64(info.Bytes)/1e6)
	s.Notef("\nnext  open it in a browser, or send it\n")
	return nil
}

// shared gathers what the page is made of.
func (c *shareCommand) shared(s *session, name string, options experiment.Options) (*page.Shared, *experiment.Experiment, error) {
	p := &page.Shared{Title: c.Title, Version: run.Version, Name: name + ".yaml", Files: map[string][]byte{}}
	title := func(x *experiment.Experiment) {
		if p.Title == "" {
			p.Title = x.Spec.Title
		}
		if p.Title == "" {
			p.Title = name
		}
	}
	if info, err := os.Stat(c.Subject); err != nil || !info.IsDir() {
		file, files, err := s.ReadSpec(c.Subject, c.Overrides)
		if err != nil {
			return nil, nil, err
		}
		x, err := experiment.Build(file, func(name string) ([]byte, error) {
			text, err := files(name)
			if err == nil {
				p.Files[name] = text
			}
			return text, err
		}, options)
		if err != nil {
			return nil, nil, err
		}
		p.Name, p.Text, p.Overrides = filepath.Base(c.Subject), file.Text, c.Overrides
		title(x)
		return p, x, nil
	}
	subject, err := s.ReadSubject(c.Subject, c.Overrides, options)
	if err != nil {
		return nil, nil, err
	}
	t := subject.Trained
	title(t.Experiment)
	p.Text, p.Overrides = t.Given(atomicfile.OS{})
	for _, f := range t.Manifest.Files {
		if p.Files[f.Name], err = t.Files(atomicfile.OS{})(f.Name); err != nil {
			return nil, nil, err
		}
	}
	p.Theta, p.Epochs, p.Frames = t.Stiffness, t.History.Epochs, t.History.Theta
	records, err := run.ReadMetrics(atomicfile.OS{}, t.Dir)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range records {
		p.Records = append(p.Records, engine.RecordOf(r))
	}
	return p, t.Experiment, nil
}
