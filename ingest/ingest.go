package ingest

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/unit"
)

// Format is a kind of file that a network can be read from.
type Format struct {
	Name    string
	Endings []string // of the names of its files, with the dot
	From    string   // programs that write it
	Reads   string   // what is read of it, for a table
	Units   string   // what the file says of its units

	is   func(text []byte) bool // recognises it by its words; nil: by its ending alone
	read func(d *draft) error
}

// Formats is the one list of formats. A new one is a file of this package and a line here.
var Formats = []Format{
	lammpsFormat,
	mshFormat,
	compasFormat,
	nodeLinkFormat,
	graphmlFormat,
	springableFormat,
	enmFormat,
	dxfFormat,
	inpFormat,
	npzFormat,
	matFormat,
}

// Input is a file and what its owner says of it.
type Input struct {
	Name    string // of the file
	Data    []byte
	Length  string // symbol of its unit of length; "": as the file says, else metres
	Springs string // symbol of its unit of stiffness; "": as the file says, else N/m
	Cell    [][]float64
}

// Network is what a file holds.
type Network struct {
	Format string
	Nodes  *network.NodeTable
	Bonds  *network.BondTable
	Sets   []Set
	Notes  []string // what whoever gave the file should know
}

// Set is nodes that the file has a name for.
type Set struct {
	Name  string
	Nodes []int // from 0, ascending
}

// Error is what is wrong with a file, where, and how to mend it.
type Error struct {
	Line, Column int // from 1; 0: the file as a whole, or the line
	Cause        string
	Fix          string // "" when the cause says it all
}

// Error is one line: place, cause, way out.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Line > 0 {
		fmt.Fprintf(&b, "line %d", e.Line)
		if e.Column > 0 {
			fmt.Fprintf(&b, ", column %d", e.Column)
		}
		b.WriteString(": ")
	}
	b.WriteString(e.Cause)
	if e.Fix != "" {
		b.WriteString("; " + e.Fix)
	}
	return b.String()
}

// MostBytes bounds a file, as that of a table. Archives may unpack to four times as much.
const MostBytes = 256 << 20

// Read reads a network. What is wrong with the file is an *Error.
func Read(in Input) (*Network, error) {
	if len(in.Data) > MostBytes {
		return nil, &Error{Cause: fmt.Sprintf("the file is larger than %d MiB", MostBytes>>20), Fix: "take a part of the network"}
	}
	if len(bytes.TrimSpace(in.Data[:min(len(in.Data), 1<<16)])) == 0 {
		return nil, &Error{Cause: "the file is empty", Fix: "it must have nodes and bonds between them"}
	}
	f, err := recognise(&in)
	if err != nil {
		return nil, err
	}
	d := &draft{Input: in, metre: 1, newton: 1, format: f}
	if err := d.units(); err != nil {
		return nil, err
	}
	if err := f.read(d); err != nil {
		return nil, err
	}
	n, err := d.finish()
	if err != nil {
		return nil, err
	}
	n.Format = f.Name
	return n, nil
}

// recognise finds the format of a file: by its ending, if its words agree, else by its words.
func recognise(in *Input) (*Format, error) {
	head := bytes.TrimPrefix(in.Data[:min(len(in.Data), 1<<16)], []byte("\xef\xbb\xbf"))
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) { // UTF-16 shows as the letters between zeros
		head = bytes.ReplaceAll(head[2:], []byte{0}, nil)
	}
	head = bytes.ReplaceAll(bytes.ReplaceAll(head, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	ending := strings.ToLower(path.Ext(in.Name))
	var named []*Format
	for i := range Formats {
		f := &Formats[i]
		if slices.Contains(f.Endings, ending) {
			if f.is == nil || f.is(head) {
				return f, nil
			}
			named = append(named, f)
		}
	}
	for i := range Formats {
		if f := &Formats[i]; f.is != nil && f.is(head) {
			return f, nil
		}
	}
	if len(named) > 0 {
		var from []string
		for _, f := range named {
			from = append(from, f.From)
		}
		return nil, &Error{Cause: fmt.Sprintf("the name ends in %s, and the file is not such a file of %s", ending, strings.Join(from, ", nor of ")), Fix: "name tables of nodes and bonds under `nodes` and `bonds`, and other files by their own endings"}
	}
	return nil, &Error{Cause: "no format known here has such a name or begins so", Fix: "known are files that end in " + Endings() + "; tables of nodes and bonds are named under `nodes` and `bonds`"}
}

// Endings lists the endings of the formats.
func Endings() string {
	var list []string
	for i := range Formats {
		for _, e := range Formats[i].Endings {
			if !slices.Contains(list, e) {
				list = append(list, e)
			}
		}
	}
	return strings.Join(list, ", ")
}

// units takes what the owner of the file says.
func (d *draft) units() error {
	if d.Length != "" {
		u, ok := unit.Length(d.Length)
		if !ok {
			return &Error{Cause: fmt.Sprintf("%q is no unit of length that is known", d.Length), Fix: "`elastrain explain units` lists them"}
		}
		d.metre, d.metreBy = u.Float(), d.Length
	}
	if d.Springs != "" {
		u, ok := unit.Stiffness(d.Springs)
		if !ok {
			return &Error{Cause: fmt.Sprintf("%q is no unit of stiffness that is known", d.Springs), Fix: "write such as N/m or N/mm; `elastrain explain units` lists them"}
		}
		d.newton, d.newtonBy = u.Float(), d.Springs
	}
	return nil
}

// Table is the list of formats as a table of Markdown.
func Table() string {
	var b strings.Builder
	b.WriteString("| format | file | what is read | unit of length | written by |\n|---|---|---|---|---|\n")
	for i := range Formats {
		f := &Formats[i]
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s | %s |\n", f.Name, strings.Join(f.Endings, "` `"), f.Reads, f.Units, f.From)
	}
	return b.String()
}
