package main

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/network/lattice"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
)

type explainCommand struct {
	Code string `arg:"" optional:"" help:"An error code such as E0312, a key of experiment files such as learn.rate, or units; without it all codes are listed."`
}

// Help is the part of --help that shows the command at work.
func (*explainCommand) Help() string {
	return `Examples:
  elastrain explain               all error codes
  elastrain explain E0312         what it means, with a wrong and a right line
  elastrain explain learn.rate    a key of experiment files
  elastrain explain units         every unit that is read, and what it is worth`
}

func (c *explainCommand) Run(s *session) error {
	if c.Code == "" {
		var list []map[string]string
		for _, code := range spec.Codes() {
			text, _ := spec.Explain(code)
			first, _, _ := strings.Cut(text, "\n")
			s.Printf("%s\n", first)
			list = append(list, map[string]string{"code": code, "title": strings.TrimSpace(strings.TrimPrefix(first, code))})
		}
		if s.JSON {
			return s.Object(map[string]any{"codes": list})
		}
		return nil
	}
	text, ok := spec.Explain(strings.ToUpper(c.Code))
	if strings.EqualFold(c.Code, "units") {
		text, ok = spec.Units(), true
	}
	if !ok {
		if text, ok = spec.Describe(c.Code); ok && c.Code == "network.lattice" {
			text = strings.TrimRight(text, "\n") + "\n"
			for _, name := range lattice.Names() {
				text += fmt.Sprintf("  %-10s %s\n  %-10s nodes: %s\n", name, lattice.Help(name), "", lattice.Numbering(name))
			}
		}
	}
	if strings.EqualFold(c.Code, "E0320") {
		text = strings.Replace(text, "their parameters:\n", "their parameters:\n"+experiment.Laws(), 1)
	}
	if !ok {
		return &cli.UsageError{Text: fmt.Sprintf("`%s` is neither an error code nor a key of experiment files", c.Code), Help: "`elastrain explain` lists all codes, `elastrain explain units` the units"}
	}
	text = strings.TrimRight(text, "\n")
	if s.JSON {
		return s.Object(map[string]string{"subject": c.Code, "text": text})
	}
	s.Printf("%s\n", text)
	return nil
}

type schemaCommand struct{}

// Help is the part of --help that shows the command at work.
func (*schemaCommand) Help() string {
	return `Examples:
  elastrain schema > elastrain.json    then point your editor at it`
}

func (c *schemaCommand) Run(s *session) error {
	_, err := s.Out.Write(spec.Schema())
	return err
}

type versionCommand struct{}

// Help is the part of --help that shows the command at work.
func (*versionCommand) Help() string {
	return `Examples:
  elastrain version
  elastrain version --json`
}

func (c *versionCommand) Run(s *session) error {
	if s.JSON {
		return s.Object(map[string]string{"version": run.Version, "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH})
	}
	_, err := fmt.Fprintf(s.Out, "elastrain %s (%s, %s/%s)\n", run.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
