package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/shelf"
	"github.com/elastrain/elastrain/task/data"
)

type dataCommand struct {
	Name string `arg:"" optional:"" help:"One set; default: all."`
}

// Help is the part of --help that shows the command at work.
func (*dataCommand) Help() string {
	return `Sets that are not built in come with packages of other people. They are found where those put them, or in
$ELASTRAIN_DATA/NAME, and are used only if their SHA-256 is the known one.

Examples:
  elastrain data            all sets: size, licence, whether they are here and unchanged
  elastrain data mnist      one of them, with its files and where they are looked for`
}

// dataSet is a set as data lists it.
type dataSet struct {
	Name     string     `json:"name"`
	Rows     int        `json:"rows,omitempty"`
	Features int        `json:"features,omitempty"`
	Classes  int        `json:"classes,omitempty"`
	TestFrom int        `json:"test_from_row,omitempty"` // from 1: where the test part that the set comes with begins
	Size     string     `json:"size,omitempty"`          // in words, of a set that is not here
	State    string     `json:"state"`                   // built in, here, absent or damaged
	Why      string     `json:"why,omitempty"`           // of damaged
	Get      string     `json:"get,omitempty"`           // the command that brings it
	Licence  string     `json:"licence,omitempty"`
	Source   string     `json:"source"`
	Files    []dataFile `json:"files,omitempty"`
	Places   []string   `json:"places,omitempty"` // where it is looked for
}

type dataFile struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"` // of its content, unpacked
	Path   string `json:"path,omitempty"`
}

func (c *dataCommand) Run(s *session) error {
	var list []dataSet
	var names []string
	for _, name := range data.Names() {
		names = append(names, name)
		if c.Name == "" || c.Name == name {
			t, err := data.Load(name)
			if err != nil {
				return err
			}
			d := dataSet{Name: name, State: "built in", Source: t.Source}
			d.count(t)
			list = append(list, d)
		}
	}
	damaged := ""
	for _, k := range data.KnownSets() {
		names = append(names, k.Name)
		if c.Name != "" && c.Name != k.Name {
			continue
		}
		d := lookFor(k)
		if d.State == "damaged" {
			damaged = d.Why
		}
		list = append(list, d)
	}
	if len(list) == 0 {
		return &cli.UsageError{Text: fmt.Sprintf("there is no data set `%s`", c.Name), Help: "choose one of " + strings.Join(names, ", ")}
	}
	if s.JSON {
		if err := s.Object(map[string]any{"sets": list}); err != nil {
			return err
		}
	} else {
		s.printSets(list, c.Name != "")
	}
	if damaged != "" {
		return &cli.NotMetError{Text: damaged}
	}
	return nil
}

// count says how large a set is.
func (d *dataSet) count(t *data.Table) {
	d.Rows, d.Features, d.Classes = t.Rows(), len(t.Features), len(t.Classes)
	if t.TestFrom > 0 {
		d.TestFrom = t.TestFrom + 1
	}
}

// lookFor says whether a known set is on this machine.
func lookFor(k data.Known) dataSet {
	d := dataSet{Name: k.Name, Size: k.Part, State: "here", Get: k.Get, Licence: k.Licence, Source: k.Source, Places: shelf.Places(k.Name)}
	for _, f := range k.Files {
		d.Files = append(d.Files, dataFile{Name: f.Name, SHA256: f.SHA256})
	}
	t, paths, err := k.LoadFrom()
	var away *data.NotHereError
	switch {
	case errors.As(err, &away) && away.Err == nil:
		d.State = "absent"
	case err != nil:
		d.State, d.Why = "damaged", err.Error()
	default:
		d.count(t)
		for i, path := range paths {
			d.Files[i].Path = path
		}
	}
	return d
}

func (s *session) printSets(list []dataSet, whole bool) {
	for _, d := range list {
		size := d.Size
		if d.Rows > 0 {
			size = fmt.Sprintf("%d rows, %d features, %d classes", d.Rows, d.Features, d.Classes)
			if d.TestFrom > 0 {
				size += fmt.Sprintf("; rows from %d on are its test part", d.TestFrom)
			}
		}
		state := d.State
		if state == "here" {
			state = "here, SHA-256 as known"
		}
		s.Printf("%-14s %-24s %s\n", d.Name, state, size)
		switch d.State {
		case "absent":
			s.Printf("%-14s bring it here: %s\n", "", d.Get)
		case "damaged":
			s.Printf("%-14s %s\n", "", d.Why)
		case "here":
			s.Printf("%-14s %s\n", "", filepath.Dir(d.Files[0].Path))
		}
		if d.Licence != "" {
			s.Printf("%-14s licence: %s\n", "", d.Licence)
		}
		if !whole {
			continue
		}
		s.Printf("%-14s %s\n", "", d.Source)
		for _, f := range d.Files {
			s.Printf("%-14s %s  %s\n", "", f.SHA256, f.Name)
		}
		for _, place := range d.Places {
			s.Printf("%-14s looked for in %s\n", "", place)
		}
	}
}
