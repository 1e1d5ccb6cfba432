package run

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"syscall"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/export/npz"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/run/checkpoint"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/train"
)

// Trained is a run read back: the experiment and the stiffness it has learned.
type Trained struct {
	Dir        string
	Manifest   *Manifest
	File       *spec.File // resolved.yaml, without what the program chose
	Experiment *experiment.Experiment
	Stiffness  []float64 // of every element, N/m; set on the experiment's rig
	Epoch      int
	Epochs     int  // that are asked for
	Unfinished bool // training has not come to its end
	Skipped    []checkpoint.Skipped

	options experiment.Options
}

// Load reads a run directory for evaluation, retraining or damage. The run may
// still be training; the newest whole checkpoint counts.
func Load(fsys atomicfile.FS, dir string) (*Trained, error) {
	return LoadWith(fsys, dir, experiment.Options{})
}

// LoadWith is Load with a choice of how to compute.
func LoadWith(fsys atomicfile.FS, dir string, options experiment.Options) (*Trained, error) {
	m, err := readManifest(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, &DirectoryError{Code: "E0605", Dir: dir, Cause: "not a run directory: it has no manifest.json",
			Help: "`elastrain train SPEC` makes one, below runs/"}
	}
	if err != nil {
		return nil, err
	}
	text, changed, err := m.verify(fsys, dir)
	if err != nil {
		return nil, err
	}
	for _, name := range changed {
		if name != specName { // nothing is read from it
			return nil, damaged(dir, name+" is missing, or was changed since the run was trained", nil, again)
		}
	}
	asked, full, err := m.asked(filepath.Join(dir, resolvedName), text)
	if err != nil {
		return nil, err
	}
	t := &Trained{Dir: dir, Manifest: m, File: asked, Epochs: full.Spec.Learn.Epochs, options: options}
	if t.Experiment, err = experiment.Build(full, t.Files(fsys), options); err != nil {
		return nil, err
	}
	if m.Start != nil {
		if err := t.Experiment.StartFrom(m.Start); err != nil {
			return nil, err
		}
	}
	store := checkpoint.Store{FS: fsys, Dir: filepath.Join(dir, checkpointsName)}
	saved, skipped, err := store.Latest()
	t.Skipped = skipped
	if err != nil {
		return nil, &DirectoryError{Code: "E0602", Dir: dir, Cause: "no checkpoint can be read", Err: err,
			Help: "run the same `elastrain train` command again to make one"}
	}
	p, err := progressOf(saved.Sections)
	if err == nil && p.Identity != m.Identity && (p.Training == "" || p.Training != m.Training) {
		err = errors.New("it was written by another experiment")
	}
	var section checkpoint.Section
	if err == nil {
		section, err = checkpoint.Find(saved.Sections, sectionStiffness)
	}
	if err == nil {
		t.Stiffness, err = section.Float64s()
	}
	if err == nil && len(t.Stiffness) != t.Experiment.Parameters() {
		err = fmt.Errorf("it holds %d stiffnesses for %d elements", len(t.Stiffness), t.Experiment.Parameters())
	}
	if err == nil {
		err = t.Experiment.Rig.SetStiffness(t.Stiffness)
	}
	if err != nil {
		return nil, &DirectoryError{Code: "E0602", Dir: dir, Cause: "checkpoint " + saved.Path + " cannot be used", Err: err,
			Help: "remove it to use the one before, or train anew"}
	}
	t.Epoch = int(saved.Step)
	t.Unfinished = !p.Done || p.Why == train.LastEpoch && p.Epoch < t.Epochs
	return t, nil
}

// Files reads the copies of the files that the spec of the run names.
func (t *Trained) Files(fsys atomicfile.FS) experiment.Files {
	return func(name string) ([]byte, error) {
		for _, f := range t.Manifest.Files {
			if f.Name == name {
				text, err := atomicfile.ReadFile(fsys, filepath.Join(t.Dir, f.Copy), mostBytes)
				if err == nil && sumHex(text) != f.SHA256 {
					err = fmt.Errorf("the copy %s is not what the run was trained on; it was changed since", filepath.Join(t.Dir, f.Copy))
				}
				return text, err
			}
		}
		return nil, fmt.Errorf("the run has no copy of %s: %w", name, fs.ErrNotExist)
	}
}

// writeNetwork writes network.npz and bonds.csv, or elements.csv, and nodes.csv where places of nodes learn.
func (r *Run) writeNetwork() error {
	arrays, err := r.arrays()
	if err != nil {
		return err
	}
	if err := atomicfile.WriteStream(r.fs, filepath.Join(r.Dir, networkName), func(w io.Writer) error { return npz.Write(w, arrays) }); err != nil {
		return err
	}
	k, err := r.Trainer.Stiffness()
	if err != nil {
		return r.mechanics(err)
	}
	x := r.Experiment
	if x.Solid != nil {
		if len(x.Solid.Body.Moves) > 0 {
			if err := atomicfile.WriteStream(r.fs, filepath.Join(r.Dir, nodeTableName), func(w io.Writer) error { return writeNodes(w, x, k) }); err != nil {
				return err
			}
		}
		return atomicfile.WriteStream(r.fs, filepath.Join(r.Dir, elementTableName), func(w io.Writer) error { return writeElements(w, x, k) })
	}
	return atomicfile.WriteStream(r.fs, filepath.Join(r.Dir, bondTableName), func(w io.Writer) error { return x.Network.WriteBondTable(w, k, x.Widths(k)) })
}

// arrays are those of network.npz: node and bond numbers count from 1.
func (r *Run) arrays() ([]npz.Array, error) {
	x := r.Experiment
	net := x.Network
	k, err := r.Trainer.Stiffness()
	if err != nil {
		return nil, r.mechanics(err)
	}
	pairs := make([]int32, 0, 2*len(net.Elements))
	cut := make([]uint8, len(net.Elements))
	for i := range net.Elements {
		el := &net.Elements[i]
		pairs = append(pairs, int32(el.Nodes[0]+1), int32(el.Nodes[1]+1))
		if el.Cut {
			cut[i] = 1
		}
	}
	held := make([]uint8, len(net.Held))
	for i, h := range net.Held {
		if h {
			held[i] = 1
		}
	}
	epochs := make([]int32, len(r.history.epochs))
	for i, e := range r.history.epochs {
		epochs[i] = int32(e)
	}
	var ports []int32
	var directions []float64
	for _, list := range [][]network.Port{x.In, x.Out} {
		for _, p := range list {
			ports = append(ports, int32(p.Node+1))
			directions = append(directions, p.Dir[:net.Dim]...)
		}
	}
	d, m, p := net.Dim, len(net.Elements), len(x.In)
	stiffness := []npz.Array{npz.Float64s("stiffness", k, m), npz.Float64s("stiffness_history", r.history.stiffness, len(epochs), m)}
	if x.Solid != nil {
		stiffness = parametersOf(x, k, r.history.stiffness)
	}
	arrays := []npz.Array{
		npz.Float64s("positions", net.Pos, net.Nodes(), d),
		npz.Int32s("elements", pairs, m, 2),
		{Name: "cut", Shape: []int{m}, Data: cut},
		{Name: "held", Shape: []int{net.Nodes(), d}, Data: held},
		stiffness[0], stiffness[1],
		npz.Int32s("history_epoch", epochs, len(epochs)),
		npz.Int32s("input_nodes", ports[:p], p),
		npz.Float64s("input_directions", directions[:p*d], p, d),
		npz.Int32s("output_nodes", ports[p:], len(ports)-p),
		npz.Float64s("output_directions", directions[p*d:], len(ports)-p, d),
	}
	arrays = append(arrays, stiffness[2:]...)
	arrays = append(arrays, pairsOf("input", x.In)...)
	arrays = append(arrays, pairsOf("output", x.Out)...)
	return arrays, nil
}

// pairsOf are the arrays of ports that say more than a node and a direction, and
// only where there are such ports.
func pairsOf(side string, ports []network.Port) (arrays []npz.Array) {
	other, given := make([]int32, len(ports)), make([]uint8, len(ports))
	pairs, givens := false, false
	var means []int32 // port and node
	for i, p := range ports {
		if p.Pair {
			other[i], pairs = int32(p.Other+1), true
		}
		if p.Given {
			given[i], givens = 1, true
		}
		if p.Mean != nil {
			for _, node := range p.Mean.Nodes {
				means = append(means, int32(i+1), int32(node+1))
			}
		}
	}
	if pairs {
		arrays = append(arrays, npz.Int32s(side+"_pairs", other, len(ports)))
	}
	if means != nil {
		arrays = append(arrays, npz.Int32s(side+"_means", means, len(means)/2, 2))
	}
	if givens {
		arrays = append(arrays, npz.Array{Name: side + "_given", Shape: []int{len(ports)}, Data: given})
	}
	return arrays
}
