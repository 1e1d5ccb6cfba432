package main

import (
	"path/filepath"
	"slices"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/lab/driver"
	"github.com/elastrain/elastrain/lab/driver/inbox"
	"github.com/elastrain/elastrain/run/insitu"
	"github.com/elastrain/elastrain/spec"
)

// labCommand is the commands of the bench, a file each.
type labCommand struct {
	Train      labTrainCommand  `cmd:"" help:"Train a real lattice, or its simulated twin; goes on where an earlier session stopped."`
	Check      labCheckCommand  `cmd:"" help:"Can this lattice be trained? Reciprocity, repeatability, linearity, hysteresis, creep."`
	Plan       labPlanCommand   `cmd:"" help:"What to hang: masses and strings, the predicted error of the gradient, step cards."`
	Sheet      labSheetCommand  `cmd:"" help:"Print the sheet with the marks of the frame, for below the lattice."`
	See        labSeeCommand    `cmd:"" help:"Read photographs: where every node is, and a picture of what was read."`
	Tracks     labTracksCommand `cmd:"" help:"Node positions from the table of another tracker: trackpy, TrackMate, ImageJ, DICe."`
	Replay     labReplayCommand `cmd:"" help:"Compute every gradient of a session again from its raw marks."`
	Identify   labIdentify      `cmd:"" help:"The stiffnesses that a lattice really has, with error bars."`
	Predict    labPredict       `cmd:"" help:"What a part with a passport will show on the bench, with error bars, before anything hangs."`
	Stop       labStopCommand   `cmd:"" help:"End a session as it is: what it has learned counts."`
	Abort      labAbortCommand  `cmd:"" help:"Give a session up; its measurements stay."`
	Trust      labTrustCommand  `cmd:"" help:"Agree to the program, port or place outside that a file names, and start nothing."`
	DriverTest driverTest       `cmd:"" help:"Put a bench through all verbs, limits and refusals, with tiny loads."`
}

// Help is the part of --help that shows the commands at work.
func (*labCommand) Help() string {
	return `Examples:
  elastrain lab train mine.yaml lab.bench=twin    rehearse on a simulated specimen
  elastrain lab sheet mine.yaml > sheet.svg       marks to print and lay below the lattice
  elastrain lab see photo.jpg --spec mine.yaml    can the photograph be read?
  elastrain lab check mine.yaml                   can the lattice be trained?
  elastrain lab plan mine.yaml                    what to hang, and how good it will be
  elastrain lab train mine.yaml                   train; Ctrl-C pauses, the same command goes on`
}

// buildLab reads an experiment file and builds its lab. Nothing is started.
func (s *session) buildLab(path string, overrides []string) (*insitu.Lab, error) {
	file, files, err := s.ReadSpec(path, overrides)
	if err != nil {
		return nil, err
	}
	x, err := experiment.Build(file, files, experiment.Options{AsAsked: true})
	if err != nil {
		return nil, err
	}
	s.notes(x)
	return insitu.Build(x, files, s.labOptions(path, file))
}

// lookAt is buildLab for commands that only need the lattice and what photographs
// show: a file without the section lab has its defaults.
func (s *session) lookAt(path string, overrides []string) (*insitu.Lab, error) {
	file, files, err := s.ReadSpec(path, overrides)
	if err == nil && file.Spec.Lab == nil {
		file, err = spec.Parse(file.Name, file.Text, append(slices.Clone(overrides), "lab.bench=twin")...)
	}
	if err != nil {
		return nil, err
	}
	x, err := experiment.Build(file, files, experiment.Options{AsAsked: true})
	if err != nil {
		return nil, err
	}
	return insitu.Look(x, files, insitu.Options{Folder: filepath.Dir(path)})
}

// watching is how directories are watched; tests do it faster.
var watching inbox.Options

// labOptions are the person at this terminal, if one is needed, and the place of
// the file.
func (s *session) labOptions(path string, file *spec.File) insitu.Options {
	o := insitu.Options{Folder: filepath.Dir(path), Log: s.Err, Inbox: watching}
	if l := file.Spec.Lab; l != nil && (l.Bench == "manual" || l.Bench == "folder" && l.Obeys == "person") && path != "-" {
		o.Person = driver.NewTerminal(s.In, s.Err)
	}
	return o
}
