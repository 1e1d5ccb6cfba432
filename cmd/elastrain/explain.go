package main

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
)

type explainCommand struct {
	Code string `arg:"" optional:"" help:"An error code such as E0312, or a key of experiment files such as learn.rate; without it all codes are listed."`
}

func (c *explainCommand) Run(s *session) error {
	if c.Code == "" {
		for _, code := range spec.Codes() {
			text, _ := spec.Explain(code)
			first, _, _ := strings.Cut(text, "\n")
			fmt.Fprintf(s.Out, "%s\n", first)
		}
		return nil
	}
	text, ok := spec.Explain(strings.ToUpper(c.Code))
	if !ok {
		text, ok = spec.Describe(c.Code)
	}
	if !ok {
		return &cli.UsageError{Text: fmt.Sprintf("`%s` is neither an error code nor a key of experiment files", c.Code), Help: "`elastrain explain` lists all codes"}
	}
	fmt.Fprintln(s.Out, strings.TrimRight(text, "\n"))
	return nil
}

type schemaCommand struct{}

func (c *schemaCommand) Run(s *session) error {
	_, err := s.Out.Write(spec.Schema())
	return err
}

type versionCommand struct{}

func (c *versionCommand) Run(s *session) error {
	if s.JSON {
		return s.Object(map[string]string{"version": run.Version, "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH})
	}
	_, err := fmt.Fprintf(s.Out, "elastrain %s (%s, %s/%s)\n", run.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
