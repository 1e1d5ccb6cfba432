package main

import (
	"fmt"
	"io"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/serve"
	"github.com/elastrain/elastrain/spec"
)

type serveCommand struct {
	Stdio bool `help:"Read requests from standard input and answer on standard output; the only way there is."`

	cli.Computing `embed:""`
}

// Help is the part of --help that shows the command at work.
func (*serveCommand) Help() string {
	return `Keeps networks with their factorisations and answers requests, one after the other, until its input ends: what the Python
package and its layers for PyTorch and JAX are made of. docs/serve.md is the protocol: a line of JSON, and arrays as bytes behind it.

Examples:
  elastrain serve --stdio --threads 2`
}

// served is a failure with its picture: an answer has no standard error.
type served struct {
	cli.Failure
	Text string `json:"text"`
}

func (c *serveCommand) Run(s *session) error {
	if !c.Stdio {
		return &cli.UsageError{Text: "serve answers on a pipe", Help: "write `elastrain serve --stdio`"}
	}
	options, err := c.Options()
	if err != nil {
		return err
	}
	plain := *s.Terminal
	plain.Color, plain.Quiet, plain.Err = false, true, io.Discard
	server := &serve.Server{Version: run.Version, Most: mostServed(options.Memory),
		Open: func(q *serve.Request, held int64) (*experiment.Experiment, []float64, error) {
			left := options
			if left.Memory > 0 { // 0 would be no limit
				left.Memory = max(1, left.Memory-held)
			}
			return openServed(&plain, q, left)
		},
		Describe: func(err error) any {
			f := plain.Describe(err)
			return served{f, f.Text()}
		}}
	out := s.Out
	if kept, ok := out.(*remembering); ok {
		out = kept.Writer // a reader that has ended ends a session, and is no lost line of a result
	}
	return server.Run(s.In, out)
}

// mostServed is the bytes that the arrays of a request may have: a quarter of the memory, and 1 GiB where that is not limited.
func mostServed(memory int64) int {
	if memory <= 0 {
		return 1 << 30
	}
	return int(min(memory/4, 8<<30))
}

// openServed builds what a request opens: a file or a run on the disk, or a text with files of its own.
func openServed(t *cli.Terminal, q *serve.Request, options experiment.Options) (*experiment.Experiment, []float64, error) {
	if q.Text == nil {
		for i := range q.Arrays {
			return nil, nil, &serve.RequestError{Text: fmt.Sprintf("open takes the file %q only beside the `text` of an experiment", q.Arrays[i].Name)}
		}
		if q.Path == "-" {
			return nil, nil, &serve.RequestError{Text: "standard input has the requests, and no experiment", Help: "send it as `text`"}
		}
		subject, err := t.ReadSubject(q.Path, q.Changes, options)
		if err != nil {
			return nil, nil, err
		}
		return subject.Experiment, subject.Stiffness, nil
	}
	name := q.Name
	if name == "" {
		name = "the experiment"
	}
	file, err := spec.Parse(name, []byte(*q.Text), q.Changes...)
	if err != nil {
		return nil, nil, err
	}
	beside := t.Beside(q.Folder)
	files := func(name string) ([]byte, error) {
		if text, ok := q.File(name); ok {
			return text, nil
		}
		return beside(name)
	}
	x, err := experiment.Build(file, files, options)
	if err != nil {
		return nil, nil, err
	}
	theta := make([]float64, x.Parameters())
	x.Design.Init(theta)
	return x, theta, nil
}
