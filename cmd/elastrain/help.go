package main

import (
	"io"

	"github.com/alecthomas/kong"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/internal/cli"
)

// newParser makes the parser of the command line. Help goes to out; exit is
// called after it.
func newParser(a *app, out, errs io.Writer, exit func(int)) (*kong.Kong, error) {
	return kong.New(a, kong.Name("elastrain"), kong.Description(description), kong.Writers(out, errs), kong.Exit(exit),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}))
}

// helpCommand is read before the parser: help train is train --help.
type helpCommand struct {
	Command []string `arg:"" optional:"" help:"Which one; without it all are listed."`
}

// Help is the part of --help that shows the command at work.
func (*helpCommand) Help() string {
	return `Examples:
  elastrain help
  elastrain help train
  elastrain help lab check`
}

// Run is never reached.
func (c *helpCommand) Run(*session) error { return nil }

// printHelp prints a help text and returns the exit code.
func printHelp(t *cli.Terminal, text string, code int) int {
	var err error
	if t.JSON {
		err = t.Object(map[string]string{"help": text})
	} else if _, broken := io.WriteString(t.Out, text); broken != nil {
		err = &atomicfile.Error{Op: "write", Path: "the help to stdout", Err: broken}
	}
	if err != nil {
		return t.Fail(err)
	}
	return code
}
