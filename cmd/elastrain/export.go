package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/export"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/snapshot"
)

type exportCommand struct {
	Subject   string   `arg:"" optional:"" help:"Experiment file or run directory."`
	Overrides []string `arg:"" optional:"" help:"Changes to the file."`
	Out       string   `short:"o" placeholder:"FILE" help:"File to write; its ending says the format. - is stdout, with --as."`
	As        string   `placeholder:"FORMAT" help:"Format, where the ending does not say it; --list has them."`
	Case      *int     `placeholder:"N" help:"Only this load case, or training sample. Formats of one state take the first where it is not given."`
	Epoch     string   `placeholder:"N" help:"Parameters as they were after this epoch, of those that the run keeps; or best, or last."`
	Series    string   `enum:"cases,epochs" default:"cases" help:"What the steps of a .pvd series are: cases, or epochs that the run keeps."`
	Scale     *float64 `placeholder:"X" help:"By how much displacements are magnified where points of a format stand displaced."`
	Figure    []string `placeholder:"NAME" help:"Of a PDF file: only these figures, such as network,learning."`
	List      bool     `help:"List the formats: what each holds and which programs open it."`

	partFlags     `embed:""`
	cli.Computing `embed:""`
}

// Help is the part of --help that shows the command at work.
func (*exportCommand) Help() string {
	return `All numbers are in SI units, but those of what is made (stl, 3mf, svg, dxf, bonds) in mm. The formats, by the endings of files or by --as:
` + formatLines() + `
Examples:
  elastrain export --list
  elastrain export runs/mine -o mine.npz              everything, for NumPy
  elastrain export runs/mine -o mine.vtu --case 1     the deformed network, for ParaView
  elastrain export runs/mine -o mine.pvd --series epochs   the training as a film
  elastrain export runs/mine -o mine.pdf              the figures, a page each
  elastrain export mine.yaml -o start.vtu             before any training
  elastrain export runs/mine -o mine.stl --fillet "1 mm" --pins "3 mm" --feature "0.4 mm"
  elastrain export runs/mine -o mine.svg --kerf "0.15 mm"`
}

// formatLines lists the formats, a line each.
func formatLines() string {
	var b strings.Builder
	for i := range export.Formats {
		f := &export.Formats[i]
		fmt.Fprintf(&b, "  %-9s %-7s %s\n", f.Name, f.Ending, f.Opens)
	}
	return b.String()
}

// exported is what the command says it has done.
type exported struct {
	Format  string   `json:"format"`
	Files   []string `json:"files"`
	States  int      `json:"states"` // under how many loads
	Epoch   *int     `json:"epoch,omitempty"`
	LeftOut []string `json:"left_out,omitempty"`
	Notes   []string `json:"notes,omitempty"`
}

func (c *exportCommand) Run(s *session) error {
	if c.List {
		return c.list(s)
	}
	format, err := c.format()
	if err != nil {
		return err
	}
	if s.JSON && c.Out == "-" {
		return &cli.UsageError{Text: "--json and -o - both write to stdout", Help: "give a file name, or leave --json out"}
	}
	options, err := c.Options()
	if err != nil {
		return err
	}
	subject, err := s.ReadSubject(c.Subject, c.Overrides, options)
	if err != nil {
		return err
	}
	s.notesOf(subject)
	result := &exported{Format: format.Name}
	in, err := c.input(s, subject, format, result)
	if err != nil {
		return err
	}
	if err := c.figures(subject, format, in); err != nil {
		return err
	}
	if err := format.Fits(in); err != nil {
		what, way, _ := strings.Cut(err.Error(), "; ")
		return &cli.UsageError{Text: what, Help: way}
	}
	if in.Series == nil {
		result.States = len(in.Cases)
	}
	result.LeftOut = append(result.LeftOut, format.Missing(in)...)
	if c.Out == "-" {
		err = format.Write(s.Out, in)
	} else {
		err = c.write(s, format, in, result)
	}
	if err != nil {
		return err
	}
	if format.Says != nil {
		result.Notes = format.Says(in)
	}
	for _, text := range append(slices.Clone(result.LeftOut), result.Notes...) {
		s.Notef("note: %s\n", text)
	}
	if s.JSON {
		return s.Object(result)
	}
	for _, file := range result.Files {
		s.Printf("%s\n", file)
	}
	return nil
}

// list prints the formats.
func (c *exportCommand) list(s *session) error {
	if s.JSON {
		type one struct {
			Name   string `json:"name"`
			Ending string `json:"ending,omitempty"`
			Holds  string `json:"holds"`
			Opens  string `json:"opened_by"`
		}
		var all []one
		for i := range export.Formats {
			f := &export.Formats[i]
			all = append(all, one{f.Name, f.Ending, f.Holds, f.Opens})
		}
		return s.Object(map[string]any{"formats": all})
	}
	for i := range export.Formats {
		f := &export.Formats[i]
		s.Printf("%-9s %-7s %s\n%18s opened by %s\n", f.Name, f.Ending, f.Holds, "", f.Opens)
	}
	return nil
}

// format is the one that is asked for.
func (c *exportCommand) format() (*export.Format, error) {
	switch {
	case c.Subject == "":
		return nil, &cli.UsageError{Text: "nothing is named that could be exported", Help: "give an experiment file or a run directory; `elastrain export --list` lists the formats"}
	case c.Out == "":
		return nil, &cli.UsageError{Text: "no file is named to write to", Help: "add -o FILE; its ending says the format: " + export.Endings()}
	case c.Scale != nil && !(math.Abs(*c.Scale) <= 1e9):
		return nil, &cli.UsageError{Text: fmt.Sprintf("--scale %g is no magnification", *c.Scale), Help: "1 is to scale, 20 makes displacements 20 times as large, 0 leaves points where they are at rest"}
	}
	var format *export.Format
	var known bool
	switch {
	case c.As != "":
		if format, known = export.Named(c.As); !known {
			return nil, &cli.UsageError{Text: fmt.Sprintf("there is no format `%s`", c.As), Help: "choose one of " + export.Names() + "; `elastrain export --list` says what they hold"}
		}
	case c.Out == "-":
		return nil, &cli.UsageError{Text: "nothing says the format of what is written to stdout", Help: "add --as with one of " + export.Names()}
	default:
		if format, known = export.For(c.Out); !known {
			text := fmt.Sprintf("the ending of `%s` says no format", c.Out)
			if filepath.Ext(c.Out) == "" {
				text = fmt.Sprintf("`%s` has no ending that says a format", c.Out)
			}
			return nil, &cli.UsageError{Text: text, Help: "the endings are " + export.Endings() + "; or add --as with one of " + export.Names()}
		}
	}
	if c.Series == "epochs" && !format.Series {
		return nil, &cli.UsageError{Text: fmt.Sprintf("a %s file holds no series of epochs", format.Name), Help: "a .pvd file does, and .npz and .mat files hold the history of the parameters"}
	}
	if format.Write == nil && c.Out != "-" && filepath.Ext(c.Out) == "" {
		return nil, &cli.UsageError{Text: fmt.Sprintf("the format `%s` is several files, named after one with an ending, and `%s` has none", format.Name, c.Out), Help: "write " + c.Out + cmp.Or(format.Ending, ".csv")}
	}
	if format.Write == nil && c.Out == "-" {
		return nil, &cli.UsageError{Text: fmt.Sprintf("the format `%s` is several files, which stdout cannot take", format.Name), Help: "give a file name"}
	}
	return format, nil
}

// mostStates is how many bytes of states are exported where no case is chosen.
const mostStates = 1 << 28

// input is what a format writes.
func (c *exportCommand) input(s *session, subject *cli.Subject, format *export.Format, result *exported) (*export.Input, error) {
	x := subject.Experiment
	view := experiment.View{Theta: subject.Stiffness, Samples: format.Wants.Samples, Gradient: format.Wants.Gradient, Matrix: format.Wants.Matrix}
	if err := c.atEpoch(s, subject, &view, result); err != nil {
		return nil, err
	}
	if err := c.cases(s, x, format, &view, result); err != nil {
		return nil, err
	}
	shot, err := c.snapshot(subject, view)
	if err != nil {
		return nil, err
	}
	made, err := c.options(format)
	if err != nil {
		return nil, err
	}
	in := &export.Input{Snapshot: shot, Part: made, Source: c.Subject, File: filepath.Base(c.Out), Name: strings.TrimSuffix(filepath.Base(c.Out), filepath.Ext(c.Out)), Scale: math.NaN()}
	if c.Scale != nil {
		in.Scale = *c.Scale
	}
	if c.Series == "epochs" {
		in.Series = c.epochs(subject, view)
		result.States = len(subject.Trained.History.Epochs)
	}
	return in, nil
}

// snapshot is the subject in plain data, with the history of a run.
func (c *exportCommand) snapshot(subject *cli.Subject, view experiment.View) (*snapshot.Snapshot, error) {
	if subject.Trained == nil {
		return subject.Experiment.Snapshot(view)
	}
	return subject.Trained.Snapshot(osFiles, view)
}

// cases chooses the loads under which the network is solved.
func (c *exportCommand) cases(s *session, x *experiment.Experiment, format *export.Format, view *experiment.View, result *exported) error {
	if c.Case != nil && (*c.Case < 1 || *c.Case > x.Train.N) {
		return &cli.UsageError{Text: fmt.Sprintf("there is no case %d", *c.Case), Help: fmt.Sprintf("they are 1..%d", x.Train.N)}
	}
	if format.Cases == export.NoCase && (c.Case != nil || c.Scale != nil) {
		flag := "--case"
		if c.Scale != nil {
			flag = "--scale"
		}
		return &cli.UsageError{Text: fmt.Sprintf("%s is of displacements, and a %s file shows the network at rest, at its true size", flag, format.Name), Help: "leave it out"}
	}
	beside, _ := x.Beside()
	total := x.Train.N + beside.N
	switch {
	case format.Cases == export.NoCase:
	case format.Cases == export.Figured && c.Case == nil:
		shown := x.Shown()
		view.Cases, view.Titles = shown.Cases, shown.Titles
	case c.Case != nil:
		view.Cases = []int{*c.Case - 1}
	case format.Cases == export.OneCase || c.Series == "epochs":
		view.Cases = []int{0}
		if x.Train.N > 1 {
			s.Notef("note: %s shows one load: case 1 of %d; --case N takes another\n", c.Out, x.Train.N)
		}
	case int64(total)*stateBytes(x) > mostStates:
		shown := x.Shown()
		view.Cases, view.Titles = shown.Cases, shown.Titles
		result.LeftOut = append(result.LeftOut, fmt.Sprintf("states of %s of %d samples are left out: all would take %s; --case N takes one", cli.Count(total-len(shown.Cases), "sample"), total, size(int64(total)*stateBytes(x))))
	default:
		view.Cases, view.Beside = upTo(x.Train.N), upTo(beside.N)
	}
	return nil
}

// stateBytes is about what the state under one load takes.
func stateBytes(x *experiment.Experiment) int64 {
	return 8 * (5*int64(len(x.Network.Pos)) + 3*int64(x.Parameters()))
}

func upTo(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// write writes the file or files of a format.
func (c *exportCommand) write(s *session, format *export.Format, in *export.Input, result *exported) error {
	if format.Write != nil {
		result.Files = []string{c.Out}
		if err := s.Spare(c.Out, c.Subject); err != nil {
			return err
		}
		return cli.StreamOutput(c.Out, func(w io.Writer) error { return format.Write(w, in) })
	}
	base := strings.TrimSuffix(c.Out, filepath.Ext(c.Out))
	err := format.WriteAll(func(ending string, content func(io.Writer) error) error {
		name := c.Out
		if ending != "" {
			name = base + filepath.FromSlash(ending)
		}
		if name == c.Out && ending != "" {
			return &cli.UsageError{Text: fmt.Sprintf("another file of the format `%s` would be called `%s`, too", format.Name, name), Help: "end the name in " + format.Ending}
		}
		if err := s.Spare(name, c.Subject); err != nil {
			return err
		}
		result.Files = append(result.Files, name)
		return cli.StreamOutput(name, content)
	}, in)
	if n := slices.Index(result.Files, c.Out); n > 0 { // the file to open stands first
		result.Files = append([]string{c.Out}, slices.Delete(result.Files, n, n+1)...)
	}
	return err
}
