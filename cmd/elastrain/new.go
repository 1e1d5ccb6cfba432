package main

import (
	"fmt"
	"strings"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/internal/cli"
)

type newCommand struct {
	Kind string `arg:"" optional:"" help:"Which one; --list shows them."`
	List bool   `help:"List the kinds."`
}

// Help is the part of --help that shows the command at work.
func (*newCommand) Help() string {
	return `Examples:
  elastrain new --list                  what there is
  elastrain new behaviour > mine.yaml   a file to start from`
}

func (c *newCommand) Run(s *session) error {
	if c.List || c.Kind == "" {
		if s.JSON {
			list := []map[string]string{}
			for _, name := range examples.Names() {
				list = append(list, map[string]string{"kind": name, "summary": examples.Summary(name)})
			}
			return s.Object(map[string]any{"kinds": list})
		}
		for _, name := range examples.Names() {
			fmt.Fprintf(s.Out, "%-12s %s\n", name, examples.Summary(name))
		}
		return nil
	}
	text, ok := examples.Text(c.Kind)
	if !ok {
		return &cli.UsageError{Text: fmt.Sprintf("there is no starter file `%s`", c.Kind), Help: "choose one of " + strings.Join(examples.Names(), ", ")}
	}
	if s.JSON {
		return s.Object(map[string]string{"kind": c.Kind, "text": string(text)})
	}
	_, err := s.Out.Write(text)
	s.Notef("save it as mine.yaml, then: elastrain check mine.yaml; elastrain train mine.yaml\n")
	return err
}
