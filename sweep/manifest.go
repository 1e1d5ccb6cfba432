package sweep

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
)

// Names in the directory of a sweep.
const (
	manifestName = "sweep.json"
	specName     = "spec.yaml"
	filesName    = "files"
	chunksName   = "chunks"
	runsName     = "runs"
	lockName     = "lock"
)

// Results is the version of what a row says: one more with every change of the program after which the same experiment gives other numbers.
const Results = 1

// mostBytes is how many bytes any file of a sweep may have.
const mostBytes = 1 << 30

// Manifest says what a sweep is. It is written once, before anything is trained.
type Manifest struct {
	Format   int         `json:"format"` // of the directory; 1
	Results  int         `json:"results"`
	Identity string      `json:"identity"` // SHA-256 of what the rows depend on: experiment, files, words, way
	Spec     string      `json:"spec"`     // name of the experiment file as it was given
	SpecSum  string      `json:"spec_sha256"`
	Files    []run.Input `json:"files,omitempty"` // that the experiment names, as they were
	Words    []string    `json:"words"`           // of the command line that change the experiment: keys with their values
	Way
	Points  int      `json:"points"`
	Chunk   int      `json:"points_per_chunk"`
	Keys    []string `json:"keys"` // that vary, in the order of the values of a row
	Options Options  `json:"options"`
}

// Options are how trainings are computed.
type Options struct {
	Solver string `json:"solver"`         // auto, dense, sparse or multigrid: the last bits of rows depend on it
	Runs   bool   `json:"runs,omitempty"` // every training is a run directory
}

// Sweep is the directory of a sweep.
type Sweep struct {
	Dir      string
	Manifest *Manifest
	Plan     *Plan

	fs    atomicfile.FS
	lock  *atomicfile.HeldLock
	name  string // of the experiment in errors
	text  []byte
	files []run.Input // with their texts
	read  atomic.Pointer[source]
	stage *stage       // a rung of it; nil: all
	busy  atomic.Int32 // chunks under way in this process
	asked []Row        // of one that is asked, once it is loaded to be read
}

// Request is what to train, and where.
type Request struct {
	Name    string // of the experiment file, in errors
	Text    []byte
	Words   []string
	Way     Way
	Files   experiment.Files
	Options Options

	Parent string // directory of sweeps
	Base   string // name in it
	Exact  bool   // the name is not changed where it is taken

	FS atomicfile.FS // nil: the machine's
}

// errOther is about a directory that holds something else.
func errOther(dir, why string) *run.DirectoryError {
	return &run.DirectoryError{Code: "E0601", Dir: dir, Cause: why, Help: "choose another directory with -o, or leave -o away to get a new one"}
}

// Load reads the directory of a sweep, which then needs nothing outside of it.
func Load(fsys atomicfile.FS, dir string) (*Sweep, error) {
	if fsys == nil {
		fsys = atomicfile.OS{}
	}
	m, err := readManifest(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, &run.DirectoryError{Code: "E0605", Dir: dir, Cause: "not the directory of a sweep: it has no sweep.json", Help: "`elastrain sweep SPEC learn.rate=1e-3..1e-1/20 seed=1..10` makes one, below sweeps/"}
	}
	if err != nil {
		return nil, err
	}
	s := &Sweep{Dir: dir, Manifest: m, fs: fsys, name: filepath.Join(dir, specName), files: slices.Clone(m.Files)}
	read := func(name, sum string) ([]byte, error) {
		text, err := atomicfile.ReadFile(fsys, filepath.Join(dir, filepath.FromSlash(name)), mostBytes)
		if err == nil && sumHex(text) == sum {
			return text, nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		return nil, &run.DirectoryError{Code: "E0602", Dir: dir, Cause: name + " is missing, or was changed since the sweep began",
			Help: "restore it from a copy; or give the same `elastrain sweep` command with the experiment file again, which writes it anew"}
	}
	if s.text, err = read(specName, m.SpecSum); err != nil {
		return nil, err
	}
	for i := range s.files {
		if s.files[i].Text, err = read(s.files[i].Copy, s.files[i].SHA256); err != nil {
			return nil, err
		}
	}
	if s.Plan, err = NewPlan(m.Words, m.Way); err != nil {
		return nil, damaged(dir, "its words are no sweep: "+err.Error())
	}
	if why := m.disagrees(s.Plan); why != "" {
		return nil, damaged(dir, why)
	}
	return s, nil
}

// disagrees says in what a manifest is none of the plan that its words are; "" for nothing.
func (m *Manifest) disagrees(p *Plan) string {
	keys := []string{}
	for _, a := range p.Varied() {
		keys = append(keys, a.Key)
	}
	switch {
	case m.Points != p.Points:
		return fmt.Sprintf("it counts %d trainings, and its words make %d", m.Points, p.Points)
	case m.Chunk > m.Points:
		return fmt.Sprintf("its chunks have %d trainings, of %d in all", m.Chunk, m.Points)
	case !slices.Equal(m.Keys, keys):
		return fmt.Sprintf("it names the keys %q, and those that vary are %q", m.Keys, keys)
	case !slices.Contains([]string{"grid", "random", "halton", Asked}, m.Way.Name):
		return fmt.Sprintf("it knows no way `%s` to choose settings", m.Way.Name)
	case m.Halving < 0 || m.Halving == 1 || m.Halving > MostHalving || m.First < 0:
		return fmt.Sprintf("it halves by %d from %d epochs", m.Halving, m.First)
	}
	return ""
}

// MostHalving is of how many settings one may go on at most.
const MostHalving = 1000

func damaged(dir, why string) error {
	return &run.DirectoryError{Code: "E0602", Dir: dir, Cause: "sweep.json is damaged: " + why, Help: "give the same `elastrain sweep` command again, which writes it anew; or restore it from a copy"}
}

// LoadTable is Load for who reads the rows.
func LoadTable(fsys atomicfile.FS, dir string) (*Sweep, error) {
	s, err := Load(fsys, dir)
	if err == nil && s.Plan.Way.Name == Asked {
		err = s.takeAsked()
	}
	return s, err
}

func readManifest(fsys atomicfile.FS, dir string) (*Manifest, error) {
	text, err := atomicfile.ReadFile(fsys, filepath.Join(dir, manifestName), mostBytes)
	if err != nil {
		return nil, err
	}
	sum, body, ok := bytes.Cut(text, []byte("\n"))
	var head struct {
		Sum string `json:"sha256"`
	}
	m := new(Manifest)
	switch {
	case !ok || json.Unmarshal(sum, &head) != nil || head.Sum != sumHex(body):
		return nil, damaged(dir, "its sum is another")
	case json.Unmarshal(body, m) != nil:
		return nil, damaged(dir, "it is no JSON")
	case m.Format != 1:
		return nil, errOther(dir, fmt.Sprintf("it has format %d, and this program reads format 1: use the version of elastrain that wrote it", m.Format))
	case m.Points < 1 || m.Points > most || m.Chunk < 1:
		return nil, damaged(dir, "it has no points")
	}
	for _, f := range m.Files {
		if !filepath.IsLocal(filepath.FromSlash(f.Copy)) || !strings.HasPrefix(f.Copy, filesName+"/") {
			return nil, damaged(dir, fmt.Sprintf("the copy of %s is not in the folder %s", f.Name, filesName))
		}
	}
	return m, nil
}

// write writes the directory of a sweep; sweep.json comes last, for it makes it one.
func (s *Sweep) write() error {
	for _, dir := range []string{s.Dir, filepath.Join(s.Dir, chunksName)} {
		if err := atomicfile.MakeDir(s.fs, dir); err != nil {
			return err
		}
	}
	if len(s.files) > 0 {
		if err := atomicfile.MakeDir(s.fs, filepath.Join(s.Dir, filesName)); err != nil {
			return err
		}
	}
	if err := atomicfile.WriteFile(s.fs, filepath.Join(s.Dir, specName), s.text); err != nil {
		return err
	}
	for _, f := range s.files {
		if err := atomicfile.WriteFile(s.fs, filepath.Join(s.Dir, filepath.FromSlash(f.Copy)), f.Text); err != nil {
			return err
		}
	}
	body, err := run.JSON(s.Manifest)
	if err != nil {
		return err
	}
	text := append([]byte(fmt.Sprintf("{\"sha256\":%q}\n", sumHex(body))), body...)
	return atomicfile.WriteFile(s.fs, filepath.Join(s.Dir, manifestName), text)
}

// sumOf is the identity of a sweep: of the experiment of its first point, the files, and what is asked for.
func (s *Sweep) sumOf(first *spec.File) string {
	h := sha256.New()
	fmt.Fprintf(h, "sweep of results %d\n%s\n%s %d %d\nsolver %s\n", Results, run.Identity(first, s.files), s.Plan.Way.Name, s.Plan.Way.Draws, s.Plan.Way.Seed, s.Manifest.Options.Solver)
	for _, a := range s.Plan.Axes {
		if a.Varies() {
			fmt.Fprintf(h, "%q\n", a.Word)
		}
	}
	if w := s.Plan.Way; w.Halving > 0 {
		fmt.Fprintf(h, "halving %d %d\n", w.Halving, w.First)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// open reads a file that the experiment names. What is trained reads copies only.
func (s *Sweep) open(name string) ([]byte, error) {
	for _, f := range s.files {
		if f.Name == name {
			return f.Text, nil
		}
	}
	return nil, errors.New("it is none of the files that the sweep began with")
}

// source is the experiment file as it was read under a name.
type source struct {
	name string
	*spec.Source
}

// File is the experiment of a point. The error is of type spec.Errors.
func (s *Sweep) File(at Point) (*spec.File, error) {
	read := s.read.Load()
	if read == nil || read.name != s.name {
		read = &source{s.name, spec.NewSource(s.name, s.text)}
		s.read.Store(read)
	}
	file, err := read.Parse(at.Overrides...)
	var errs spec.Errors
	if errors.As(err, &errs) {
		return nil, s.Plan.words(at, errs)
	}
	return file, err
}

// Spec is the path of the experiment file, as errors name it.
func (s *Sweep) Spec() string { return s.name }

// Files reads the files that the experiment names.
func (s *Sweep) Files() experiment.Files { return s.open }

// Chunks is how many chunks the points are cut into.
func (s *Sweep) Chunks() int {
	points, size := s.cut()
	return (points + size - 1) / size
}

// Span is the points of a chunk, which counts from 1: from first up to, not including, end.
func (s *Sweep) Span(chunk int) (first, end int) {
	points, size := s.cut()
	first = (chunk - 1) * size
	return first, min(first+size, points)
}

func sumHex(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
