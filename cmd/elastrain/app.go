package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/internal/cli"
)

// app is the command line: one field, and one file, a command.
type app struct {
	JSON        bool `help:"Print one JSON object on stdout."`
	Quiet       bool `short:"q" help:"No progress and no hints."`
	NoColor     bool `help:"No colour (also: the environment variable NO_COLOR)."`
	ShowVersion bool `name:"version" help:"Print the version."`

	New        newCommand        `cmd:"" help:"Print a commented experiment file to start from."`
	Check      checkCommand      `cmd:"" help:"Check an experiment: valid? rigid? how large, how long?"`
	Outlook    outlookCommand    `cmd:"" help:"What data, ports and network allow, before any training."`
	Show       showCommand       `cmd:"" help:"Draw the network of an experiment or a run."`
	Solve      solveCommand      `cmd:"" help:"Displacements, forces, reactions and energies under every load case, without learning."`
	Train      trainCommand      `cmd:"" help:"Train a network; goes on where an earlier session stopped."`
	Resume     resumeCommand     `cmd:"" help:"Go on with a training by its directory alone, also to more epochs."`
	Sweep      sweepCommand      `cmd:"" help:"Train one experiment under many settings, on all cores, into one table."`
	Studio     studioCommand     `cmd:"" help:"Open the studio: runs and experiments in a browser, live."`
	Share      shareCommand      `cmd:"" help:"Write one HTML file in which a trained lattice moves and learns, for anybody with a browser."`
	Export     exportCommand     `cmd:"" help:"Write a network, its states and its training in the formats of other programs."`
	Runs       runsCommand       `cmd:"" help:"List the runs of a folder: which, in what state, how far, how well."`
	Compare    compareCommand    `cmd:"" help:"Hold trainings against each other: what differs, what came out, their curves with mean and band."`
	Follow     followCommand     `cmd:"" help:"Print what happens in a training or a session, while it happens."`
	Eval       evalCommand       `cmd:"" help:"Score a trained network on its test part or on new data."`
	Gradient   gradientCommand   `cmd:"" help:"Forward and adjoint elongations and their product, bond by bond."`
	Retrain    retrainCommand    `cmd:"" help:"Train a trained network for another task."`
	Data       dataCommand       `cmd:"" help:"Data sets: where they can be had, and whether they are here and unchanged."`
	Ports      portsCommand      `cmd:"" help:"Search which nodes to push and read, on training data only."`
	Rules      rulesCommand      `cmd:"" help:"Compare learning rules on one lattice: same noise, same gauges, same number of loads."`
	Autonomous autonomousCommand `cmd:"" help:"Let a lattice learn by itself: bonds as automata with clocks, lost messages, faults, lives and heat."`
	Sequence   sequenceCommand   `cmd:"" help:"Teach several tasks to one network, one after another or in turns, and score every task after every stage."`
	Matter     matterCommand     `cmd:"" help:"What stays of a trained network when it is built: levels, scatter, readings, drift, over specimens."`
	Bound      boundCommand      `cmd:"" help:"A lower bound of the loss that any network of the bonds of a run can have, by branch and bound."`
	Elements   elementsCommand   `cmd:"" help:"Elements whose stiffness can be changed in matter: what was published of them, and where."`
	Prune      pruneCommand      `cmd:"" help:"Take bonds out until a network does what is wanted, or as long as it still does what it has learnt."`
	Damage     damageCommand     `cmd:"" help:"Cut bonds of a trained network, score it, retrain it."`
	Lab        labCommand        `cmd:"" help:"Train a real lattice: rehearse, plan, look, measure, learn."`
	Serve      serveCommand      `cmd:"" help:"Answer another program: loads to readings, slopes back to stiffnesses."`
	Reproduce  reproduceCommand  `cmd:"" help:"Recompute the figures of Li & Mao 2024 beside the published numbers."`
	Explain    explainCommand    `cmd:"" help:"Explain an error code, or a key of experiment files."`
	Schema     schemaCommand     `cmd:"" help:"Print the JSON Schema of experiment files, for editors."`
	Completion completionCommand `cmd:"" help:"Print what makes a shell complete commands, flags, keys and codes."`
	Complete   completeCommand   `cmd:"" hidden:"" help:"Print the words that may end a command line; for completion."`
	Version    versionCommand    `cmd:"" help:"Print the version."`
	Help       helpCommand       `cmd:"" help:"Print the help of a command."`
}

const description = `Elastrain trains mechanical neural networks: lattices of springs that learn by changing their stiffnesses.

Examples:
  elastrain new iris > mine.yaml          a commented file to start from
  elastrain check mine.yaml               valid? rigid? how large, how long?
  elastrain train mine.yaml               train; pictures in runs/mine/figures
  elastrain train mine.yaml seed=7        the same with another seed
  elastrain eval runs/mine --data my.csv  score new data

Exit codes: 0 done, 1 a check was not met, 2 bad usage or file, 3 mechanics, 4 a fault of the bench, 5 storage, 75 stopped at a checkpoint, 130 interrupted.`

// session is what every command gets.
type session struct {
	*cli.Terminal
	ctx    context.Context
	ending *cli.Ending
}

// Main runs the program and returns its exit code.
func Main(args []string, in io.Reader, out, errs io.Writer) int {
	results := &remembering{Writer: out}
	terminal := &cli.Terminal{In: in, Out: results, Err: cli.Lasting{Writer: errs}, Live: isTerminal(errs)}
	terminal.Color = terminal.Live && os.Getenv("NO_COLOR") == ""
	var a app
	exit := -1
	var help bytes.Buffer
	parser, err := newParser(&a, &help, errs, func(code int) { exit = code })
	if err != nil {
		panic(err)
	}
	given := sorted(parser.Model, args)
	terminal.JSON = given.json
	if word := given.stray(); word != "" && !given.help {
		return terminal.Fail(given.noChanges(word))
	}
	command, err := parser.Parse(given.words())
	if exit >= 0 { // --help was asked for
		text := strings.Replace(help.String(), "Usage: elastrain sweep train ", "Usage: elastrain sweep ", 1) // nobody needs to name what sweep does by itself
		return printHelp(terminal, text, exit)
	}
	if err != nil {
		return terminal.Fail(given.refused(err))
	}
	terminal.JSON, terminal.Quiet = a.JSON, a.Quiet
	terminal.Color = terminal.Color && !a.NoColor
	ending := cli.NewEnding(terminal.Err, writes(command.Command()))
	defer ending.Close()
	if goesOn(command.Command()) {
		ending.GoesOn()
	}
	if err = command.Run(&session{Terminal: terminal, ctx: ending.Context(), ending: ending}); err == nil && results.err != nil {
		err = &atomicfile.Error{Op: "write", Path: "the result to stdout", Err: results.err}
	}
	if err == nil {
		return cli.Done
	}
	failure := terminal.Describe(err)
	if failure.ExitCode == cli.Stopped && ending.Person() {
		failure.ExitCode = cli.Interrupted
	}
	terminal.Report(failure)
	return failure.ExitCode
}

// remembering keeps the first error of a writer, so that no line of a result is
// lost unseen.
type remembering struct {
	io.Writer
	err error
}

func (r *remembering) Write(b []byte) (int, error) {
	n, err := r.Writer.Write(b)
	if r.err == nil {
		r.err = err
	}
	return n, err
}

// writes reports whether a command moves something or writes a file. Its work does
// not end with whoever reads what it prints; the others end with their reader, quietly.
func writes(command string) bool {
	words := append(strings.Fields(command), "")
	switch words[0] {
	case "train", "retrain", "damage", "prune", "matter", "rules", "ports", "reproduce", "show", "export", "serve", "resume", "studio", "autonomous", "sequence", "sweep":
		return true
	case "lab":
		switch words[1] {
		case "train", "check", "driver-test", "stop", "abort", "plan", "see":
			return true
		}
	}
	return false
}

// goesOn reports whether a command that is stopped goes on when it is given again.
func goesOn(command string) bool {
	words := append(strings.Fields(command), "")
	switch words[0] {
	case "train", "retrain", "resume", "damage", "prune", "rules", "autonomous", "sequence", "sweep":
		return true
	}
	return false
}

// isTerminal reports whether a writer is a terminal that can be redrawn.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	return term.IsTerminal(int(f.Fd()))
}
