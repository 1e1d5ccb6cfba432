package export

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/part"
	"github.com/elastrain/elastrain/snapshot"
)

// Format is a kind of file that a network can be written as.
type Format struct {
	Name   string // what --as says
	Ending string // of the names of its files, with the dot; "": it is chosen by name only
	Holds  string // what is in it, for a table
	Opens  string // programs that open it

	Cases Cases // how many states it holds
	Wants Wants // what of a snapshot is computed for it

	Series bool // it may hold a series of epochs in place of the load cases

	// Refuses says why a network is no such file; nil where every one is.
	Refuses func(in *Input) error

	// Lacks says what of a network does not fit into the format; nothing where all does.
	Lacks func(in *Input) []string

	// Says is what else is to be known of a file, such as a scale that was chosen.
	Says func(in *Input) []string

	// Write writes the one file of the format, piece by piece. Formats of several files
	// have WriteAll in its place.
	Write func(w io.Writer, in *Input) error

	// WriteAll makes several files. Create makes a file whose name is that of the output with its
	// ending replaced, such as "-nodes.csv" or "/epoch-0001.vtu"; the output itself is "". Files are made whole one after
	// the other, so the one that names others comes last.
	WriteAll func(create Create, in *Input) error
}

// Create makes a file beside the output; see Format.WriteAll.
type Create func(ending string, content func(io.Writer) error) error

// Cases is how many states a format holds.
type Cases int

const (
	NoCase   Cases = iota // the network alone
	OneCase               // the network under one load
	AllCases              // and under every load there is
	Figured               // and under the loads that its figures show
)

// Wants is what a snapshot has to hold beside the network.
type Wants struct {
	Gradient, Matrix, Samples bool
}

// Input is what is written.
type Input struct {
	*snapshot.Snapshot
	Source string  // where it comes from, in a few words
	File   string  // name of the output, without folder
	Name   string  // the same without ending
	Scale  float64 // of the displacements in the places of points; NaN: as the format likes

	Figures func() ([]byte, error) // draws the figures as one PDF file

	Part part.Options // of what is made
	made *made

	// Series are snapshots one after the other, such as one for every epoch, computed when they are asked for; nil: the
	// cases of Snapshot are the series.
	Series func(yield func(time float64, s *snapshot.Snapshot) error) error
}

// Named is the format that is called so.
func Named(name string) (*Format, bool) {
	for i := range Formats {
		if strings.EqualFold(Formats[i].Name, name) {
			return &Formats[i], true
		}
	}
	return nil, false
}

// For is the format that the name of a file asks for by its ending.
func For(file string) (*Format, bool) {
	ending := filepath.Ext(file)
	for i := range Formats {
		if f := &Formats[i]; f.Ending != "" && strings.EqualFold(f.Ending, ending) {
			return f, true
		}
	}
	return nil, false
}

// Endings lists the endings that say a format.
func Endings() string {
	var list []string
	for i := range Formats {
		if e := Formats[i].Ending; e != "" && !slices.Contains(list, e) {
			list = append(list, e)
		}
	}
	return strings.Join(list, ", ")
}

// Names lists the names of the formats.
func Names() string {
	var list []string
	for i := range Formats {
		list = append(list, Formats[i].Name)
	}
	return strings.Join(list, ", ")
}

// Fits says why a network cannot be written so, with the way out; nil where it can.
func (f *Format) Fits(in *Input) error {
	if f.Refuses == nil {
		return nil
	}
	return f.Refuses(in)
}

// Missing says what of a network a format does not hold.
func (f *Format) Missing(in *Input) []string {
	var list []string
	if f.Lacks != nil {
		list = f.Lacks(in)
	}
	return list
}

// Table is the list of formats as a table of Markdown.
func Table() string {
	var b strings.Builder
	b.WriteString("| format | file | what it holds | opened by |\n|---|---|---|---|\n")
	for i := range Formats {
		f := &Formats[i]
		ending := "`" + f.Ending + "`"
		if f.Ending == "" {
			ending = "`--as " + f.Name + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.Name, ending, f.Holds, f.Opens)
	}
	return b.String()
}
