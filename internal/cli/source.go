package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/ingest"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/run/insitu"
	"github.com/elastrain/elastrain/spec"
)

// mostSpec caps an experiment file; spec.Parse refuses smaller ones already, and
// says so.
const mostSpec = 2 << 20

// mostData caps a data file that a spec names.
const mostData = ingest.MostBytes

// ReadSpec reads and parses an experiment file ("-" is stdin) with overrides.
// Files it names are looked for beside it.
func (t *Terminal) ReadSpec(path string, overrides []string) (*spec.File, experiment.Files, error) {
	for _, o := range overrides {
		if !strings.Contains(o, "=") {
			return nil, nil, &UsageError{Text: fmt.Sprintf("`%s` is neither a flag nor key=value", o), Help: "an override looks like learn.rate=0.01 or seed=7"}
		}
	}
	text, files, err := t.ReadSource(path)
	if err != nil {
		return nil, nil, err
	}
	file, err := spec.Parse(path, text, overrides...)
	if key := renumbers(overrides); err == nil && key != "" {
		t.Notef("note: %s is changed, and numbers of nodes and bonds in %s may be other places now; %s --labels draws them\n", key, path, Command("show", path, overrides...))
	}
	return file, files, err
}

// ReadSource reads the text of an experiment file ("-" is stdin), and says where the files are that it names: beside it.
func (t *Terminal) ReadSource(path string) ([]byte, experiment.Files, error) {
	text, err := t.readSpec(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil, &UsageError{Text: fmt.Sprintf("there is no file %s", path), Help: "`elastrain new iris > mine.yaml` writes one to start from", File: path}
	}
	return text, t.Beside(filepath.Dir(path)), err
}

// Build reads an experiment file with its changes and builds what it says, to be computed as the flags ask.
func (t *Terminal) Build(path string, overrides []string, c *Computing) (*experiment.Experiment, experiment.Files, error) {
	file, files, err := t.ReadSpec(path, overrides)
	if err != nil {
		return nil, nil, err
	}
	options, err := c.Options()
	if err != nil {
		return nil, nil, err
	}
	x, err := experiment.Build(file, files, options)
	return x, files, err
}

// Beside reads the files that an experiment in a folder names.
func (t *Terminal) Beside(folder string) experiment.Files {
	return func(name string) ([]byte, error) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(folder, name)
		}
		t.sources = append(t.sources, name)
		return readFile(name, mostData)
	}
}

// Spare refuses a file to write to that the subject of the command was read from: the experiment, its data, or a file of the run.
func (t *Terminal) Spare(out, subject string) error {
	is, err := os.Stat(out)
	if err != nil || !is.Mode().IsRegular() {
		return nil // there is nothing to lose
	}
	for _, source := range append([]string{subject}, t.sources...) {
		if from, err := os.Stat(source); err == nil && os.SameFile(is, from) {
			return &UsageError{Text: fmt.Sprintf("%s is what is read, and would be written over", out), Help: "choose another name", File: out}
		}
	}
	folder, name := filepath.Split(filepath.Clean(out))
	for up := 0; up < 2; up++ { // in the directory of the run, or in one of its folders
		in, err := os.Stat(filepath.Clean(folder))
		of, err2 := os.Stat(subject)
		if err == nil && err2 == nil && of.IsDir() && os.SameFile(in, of) && run.Owns(name) {
			return &UsageError{Text: fmt.Sprintf("%s is a file of the run, and would be written over", out), Help: "choose another name or place", File: out}
		}
		folder, name = filepath.Split(filepath.Clean(folder))
	}
	return nil
}

// PlaceFor refuses, before anything is computed, a file that cannot be written because it is a directory, or lies in none; "" is no file.
func PlaceFor(flag, path string) error {
	if path == "" {
		return nil
	}
	if is, err := os.Stat(path); err == nil && is.IsDir() {
		return &UsageError{Text: fmt.Sprintf("%s %s is a directory", flag, path), Help: "name a file, which may lie in it", File: path}
	}
	if is, err := os.Stat(filepath.Dir(path)); err != nil || !is.IsDir() {
		return &UsageError{Text: fmt.Sprintf("%s %s: there is no directory %s", flag, path, filepath.Dir(path)), Help: "make it first, or choose another place", File: path}
	}
	return nil
}

// renumbers is a change after which the numbers of a file mean other nodes, or "".
// Who changes supports or the task as well knows.
func renumbers(overrides []string) (key string) {
	for _, o := range overrides {
		switch name, _, _ := strings.Cut(o, "="); {
		case strings.HasPrefix(name, "supports"), strings.HasPrefix(name, "task.cases"), strings.HasPrefix(name, "task.inputs"), name == "task":
			return ""
		case name == "network", name == "network.lattice", name == "network.size", name == "network.rows", name == "network.dim", name == "network.points",
			name == "network.nodes", name == "network.bonds", name == "network.file":
			key = name
		}
	}
	return key
}

func (t *Terminal) readSpec(path string) (text []byte, err error) {
	name, in := "the experiment from stdin", t.In
	if path != "-" {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			return nil, &UsageError{Text: path + " is a directory, and an experiment file is due", Help: "a trained run goes to eval, retrain, damage, gradient or show", File: path}
		}
		f, err := os.Open(path)
		if errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		if err != nil {
			return nil, &UsageError{Text: fmt.Sprintf("cannot read %s: %v", path, plainPathError(err)), File: path}
		}
		defer func() { _ = f.Close() }() // it was only read
		name, in = path, f
	}
	if text, err = io.ReadAll(io.LimitReader(in, mostSpec)); err != nil {
		return nil, &UsageError{Text: fmt.Sprintf("cannot read %s: %v", name, plainPathError(err))}
	}
	return text, nil
}

func readFile(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, plainPathError(err)
	}
	defer func() { _ = f.Close() }() // it was only read
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, plainPathError(err)
	}
	if int64(len(text)) > limit {
		return nil, fmt.Errorf("it is larger than %d MiB; take a part of the network or of the data, or a binary format", limit>>20)
	}
	return text, nil
}

// plainPathError says "no such file" without the system call.
func plainPathError(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// ReadData reads a data file named on the command line.
func ReadData(path string) ([]byte, error) {
	text, err := readFile(path, mostData)
	if err != nil {
		return nil, &UsageError{Text: fmt.Sprintf("cannot read %s: %v", path, err), File: path}
	}
	return text, nil
}

// WriteOutput writes a file named on the command line: files are replaced as a
// whole; devices and pipes, such as /dev/stdout, are written to and stay.
func WriteOutput(path string, text []byte) error {
	return StreamOutput(path, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// StreamOutput is WriteOutput for content that is written piece by piece.
func StreamOutput(path string, produce func(io.Writer) error) error {
	if info, err := os.Stat(path); err != nil || info.Mode().IsRegular() {
		if err := atomicfile.MakeDir(atomicfile.OS{}, filepath.Dir(path)); err != nil {
			return err
		}
		return atomicfile.WriteStream(atomicfile.OS{}, path, produce)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err == nil {
		b := bufio.NewWriterSize(f, 1<<16)
		if err = produce(b); err == nil {
			err = b.Flush()
		}
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return &atomicfile.Error{Op: "write", Path: path, Err: err}
	}
	return nil
}

// ReadRun reads a trained network: the directory of a run, or of a session in
// the lab, whose lattice then counts as it was set last.
func (t *Terminal) ReadRun(dir string, options experiment.Options) (*run.Trained, error) {
	if !insitu.IsSession(atomicfile.OS{}, dir) {
		trained, err := run.LoadWith(atomicfile.OS{}, dir, options)
		if err == nil && trained.Unfinished {
			t.Notef("%s is unfinished: it counts as it was after epoch %d of %d\n", dir, trained.Epoch, trained.Epochs)
		}
		return trained, err
	}
	trained, ended, err := insitu.LoadTrained(atomicfile.OS{}, dir)
	if err != nil {
		return nil, err
	}
	state := fmt.Sprintf("as the bench was asked for after step %d", trained.Epoch)
	if trained.Epoch == 0 {
		state = "as the bench was asked for at the start"
	}
	if !ended {
		state += "; the session has not ended"
	}
	t.Notef("%s is a session of lab train: its stiffnesses are %s, and what follows is linear theory, not measured\n", dir, state)
	return trained, nil
}

// Subject is what show and gradient look at: a spec at its start, or a run as
// it was trained.
type Subject struct {
	Name       string
	Experiment *experiment.Experiment
	Stiffness  []float64    // N/m, of every element; set on the rig
	Trained    *run.Trained // of a run or a session; nil of a spec
}

// ReadSubject reads a spec or a run directory.
func (t *Terminal) ReadSubject(path string, overrides []string, options experiment.Options) (*Subject, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		if len(overrides) > 0 {
			return nil, &UsageError{Text: "a trained run cannot be changed by overrides", Help: "use `elastrain retrain`, or give the spec instead of the run"}
		}
		trained, err := t.ReadRun(path, options)
		if err != nil {
			return nil, err
		}
		return &Subject{Name: filepath.Base(path), Experiment: trained.Experiment, Stiffness: trained.Stiffness, Trained: trained}, nil
	}
	if err := missingSubject(path); err != nil {
		return nil, err
	}
	file, files, err := t.ReadSpec(path, overrides)
	if err != nil {
		return nil, err
	}
	x, err := experiment.Build(file, files, options)
	if err != nil {
		return nil, err
	}
	k := make([]float64, x.Parameters())
	x.Design.Init(k)
	return &Subject{Name: RunName(path, nil), Experiment: x, Stiffness: k}, nil
}

// Command is a command line as a person can type it: words that a shell would
// take apart or change are quoted.
func Command(command, subject string, changes ...string) string {
	return "elastrain " + command + " " + Words(append([]string{subject}, changes...)...)
}

// Words are the words of a command line, quoted where a shell needs it.
func Words(words ...string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = quoteWord(word)
	}
	return strings.Join(quoted, " ")
}

func quoteWord(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r > 127 || strings.ContainsRune("=.,-+_/@:%", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// RunName is the name of the run of a spec: its file name, and its overrides.
func RunName(path string, overrides []string) string {
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	if path == "-" || name == "" || name == "." {
		name = "run"
	}
	if len(overrides) == 0 {
		return name
	}
	clean := func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("=.,-+_", r):
			return r
		}
		return '_'
	}
	name += "@" + strings.Map(clean, strings.Join(overrides, ","))
	return strings.ToValidUTF8(name[:min(len(name), 120)], "") // a cut may go through a letter
}
