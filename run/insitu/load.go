package insitu

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"syscall"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/lab/identify"
	"github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
)

// mostJournal caps a journal that is read, bytes.
const mostJournal = 1 << 30

// Recorded is a session read back.
type Recorded struct {
	Dir string
	Lab *Lab
	Log *session.Log
}

// Load reads the directory of a session; it may still be going on.
func Load(fsys atomicfile.FS, dir string) (*Recorded, error) {
	h, err := readHead(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, &run.DirectoryError{Code: "E0605", Dir: dir, Cause: "not the directory of a session: it has no " + headName, Help: "`elastrain lab train SPEC` makes one, below runs/"}
	}
	if err != nil {
		return nil, err
	}
	text, err := h.verify(fsys, dir)
	if err != nil {
		return nil, err
	}
	file, err := spec.Parse(filepath.Join(dir, resolvedName), text)
	if err != nil {
		return nil, err
	}
	x, err := experiment.Build(file, h.files(fsys, dir), experiment.Options{AsAsked: true})
	if err != nil {
		return nil, err
	}
	r := &Recorded{Dir: dir}
	o := Options{Folder: dir}
	if o.Start, err = h.startOf(fsys, dir, x); err != nil {
		return nil, err
	}
	if r.Lab, err = Build(x, h.files(fsys, dir), o); err != nil {
		return nil, err
	}
	if r.Log, err = readLog(fsys, dir); errors.Is(err, fs.ErrNotExist) {
		return nil, &run.DirectoryError{Code: "E0605", Dir: dir, Cause: "nothing was measured yet: there is no " + journalName, Help: "run `elastrain lab train` first"}
	}
	return r, err
}

func readLog(fsys atomicfile.FS, dir string) (*session.Log, error) {
	path := filepath.Join(dir, journalName)
	text, err := atomicfile.ReadFile(fsys, path, mostJournal)
	if err != nil {
		return nil, err
	}
	log, err := session.ReadLog(path, bytes.NewReader(text))
	var damage *session.LogError
	if errors.As(err, &damage) {
		return nil, &run.DirectoryError{Code: "E0602", Dir: dir, Cause: fmt.Sprintf("%s is damaged in line %d: %s", journalName, damage.Line, damage.Cause), Help: damage.Help()}
	}
	return log, err
}

// Cases are the loads of a step (from 0; -1 for the last that has any) for
// identification, and the stiffness that the bench was asked for then, N/m.
func (r *Recorded) Cases(step int) ([]identify.Case, []float64, error) {
	for i := len(r.Log.Phases) - 1; i >= 0 && step < 0; i-- {
		if p := &r.Log.Phases[i]; p.Used && p.At == nil && p.Record.Holds == nil {
			step = p.Step
		}
	}
	var cases []identify.Case
	var k []float64
	for i := range r.Log.Phases {
		p := &r.Log.Phases[i]
		if p.Step != step || !p.Used || p.At != nil || p.Record.Holds != nil { // of another lattice, or pushed with nobody knows what
			continue
		}
		c, err := r.caseOf(i)
		if err != nil {
			return nil, nil, err
		}
		cases, k = append(cases, c), p.Stiffness
	}
	if cases == nil {
		return nil, nil, fmt.Errorf("no load of step %d is in the journal of %s", step+1, r.Dir)
	}
	return cases, k, nil
}

// Last is what the bonds were asked for last, N/m.
func (r *Recorded) Last() []float64 { return r.Lab.last(r.Log) }

// caseOf is a phase of the journal as a load case.
func (r *Recorded) caseOf(phase int) (identify.Case, error) {
	p := &r.Log.Phases[phase]
	response, err := r.Lab.Specimen.Reduce(&r.Log.Start.Protocol, &p.Record)
	if err != nil {
		return identify.Case{}, err
	}
	c := identify.Case{Load: r.Lab.felt(p), Moved: response.U, Sigma: response.USigma, Shared: r.Lab.Specimen.Shared(&p.Record, response)}
	for at := range c.Moved {
		if !response.Seen[at/r.Lab.Experiment.Network.Dim] {
			c.Moved[at] = math.NaN()
		}
	}
	return c, nil
}
