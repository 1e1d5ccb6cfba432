package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/internal/cli"
)

type newCommand struct {
	Kind string `arg:"" optional:"" help:"Which one, or a file that one reads; --list shows them."`
	List bool   `help:"List the kinds and the files."`
}

// Help is the part of --help that shows the command at work.
func (*newCommand) Help() string {
	return `Examples:
  elastrain new --list                      what there is
  elastrain new behaviour > mine.yaml       a file to start from
  elastrain new flowers > flowers.yaml      one that reads a table ...
  elastrain new flowers.csv > flowers.csv   ... and that table`
}

func (c *newCommand) Run(s *session) error {
	if c.List || c.Kind == "" {
		if s.JSON {
			list := []map[string]string{}
			for _, name := range examples.Names() {
				list = append(list, map[string]string{"kind": name, "summary": examples.Summary(name)})
			}
			return s.Object(map[string]any{"kinds": list, "files": examples.Files()})
		}
		width := 0
		for _, name := range examples.Names() {
			width = max(width, len(name))
		}
		for _, f := range examples.Files() {
			width = max(width, len(f.Name))
		}
		for _, name := range examples.Names() {
			fmt.Fprintf(s.Out, "%-*s %s\n", width, name, examples.Summary(name))
		}
		fmt.Fprintf(s.Out, "\nfiles beside them\n")
		for _, f := range examples.Files() {
			fmt.Fprintf(s.Out, "%-*s %s\n", width, f.Name, f.Summary)
		}
		return nil
	}
	if text, ok := examples.Content(c.Kind); ok {
		if s.JSON {
			return s.Object(map[string]string{"file": c.Kind, "text": string(text)})
		}
		_, err := s.Out.Write(text)
		return err
	}
	text, ok := examples.Text(c.Kind)
	if !ok {
		names := examples.Names()
		for _, f := range examples.Files() {
			names = append(names, f.Name)
		}
		return &cli.UsageError{Text: fmt.Sprintf("there is no starter file `%s`", c.Kind), Help: "choose one of " + strings.Join(names, ", ")}
	}
	if s.JSON {
		return s.Object(map[string]string{"kind": c.Kind, "text": string(text)})
	}
	_, err := s.Out.Write(text)
	s.Notef("save it as mine.yaml, then: elastrain check mine.yaml; elastrain train mine.yaml\n")
	for _, f := range examples.Files() {
		if bytes.Contains(text, []byte("elastrain new "+f.Name+" >")) {
			s.Notef("it reads %s: elastrain new %s > %s\n", f.Name, f.Name, f.Name)
		}
	}
	return err
}
