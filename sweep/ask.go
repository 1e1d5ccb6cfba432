package sweep

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
)

// Asked is the way of a sweep whose settings a program of others asks for, one after the other.
const Asked = "asked"

// Question asks for one training: of an id, which names a setting, over so many epochs.
type Question struct {
	ID     string   // any JSON value, as text
	Set    []string // changes to the experiment, key=value; nil: those that the id was asked with before
	Epochs int      // 0: as many as the experiment has
}

// QuestionError says what is wrong with a question. It is an answer, and ends nothing.
type QuestionError struct{ Text, Help string }

func (e *QuestionError) Error() string { return e.Text }

// Found is the answer to a question.
type Found struct {
	Row   Row
	Run   string // its run directory
	Known bool   // it was asked for before, and nothing was trained
}

// askedLine is a line of asked.jsonl: one answer.
type askedLine struct {
	Question string          `json:"question"` // setting and number of epochs
	ID       json.RawMessage `json:"id"`
	Set      []string        `json:"set"`
	Run      string          `json:"run"` // below the directory of the sweep
	Row      Row             `json:"row"`
	Sum      string          `json:"sha256,omitempty"` // of the line without this key
}

// sealed is the line with its sum.
func (l askedLine) sealed() ([]byte, error) {
	l.Sum = ""
	text, err := json.Marshal(l)
	if err != nil {
		return nil, err
	}
	l.Sum = sumHex(text)
	return json.Marshal(l)
}

// readAsked reads the answers of a sweep. It ends before the first line that is not as it was written.
func (s *Sweep) readAsked() (lines []askedLine, size int64, err error) {
	text, err := atomicfile.ReadFile(s.fs, s.askedPath(), mostBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	for line := range strings.Lines(string(text)) {
		var l askedLine
		whole := strings.TrimSuffix(line, "\n")
		if whole == line || json.Unmarshal([]byte(whole), &l) != nil {
			break
		}
		if again, err := l.sealed(); err != nil || string(again) != whole {
			break
		}
		lines, size = append(lines, l), size+int64(len(line))
	}
	return lines, size, nil
}

func (s *Sweep) askedPath() string { return filepath.Join(s.Dir, "asked.jsonl") }

// Asker answers questions, several at once if asked so. What it has answered once it answers from its journal. Every setting is a run directory that goes
// on from where it is.
type Asker struct {
	sweep   *Sweep
	options experiment.Options

	mu      sync.Mutex
	journal *atomicfile.Journal
	known   map[string]*askedLine
	sets    map[string][]string    // by id
	turns   map[string]*sync.Mutex // by setting
	at      int                    // trainings under way
	count   int                    // lines of the journal
}

// Asker opens the journal of a sweep that is asked. What is behind the first damaged line of it is trained again when it is asked for again.
func (s *Sweep) Asker(options experiment.Options) (*Asker, error) {
	a := &Asker{sweep: s, options: options, known: map[string]*askedLine{}, sets: map[string][]string{}, turns: map[string]*sync.Mutex{}}
	for i, axis := range s.Plan.Axes {
		if axis.Varies() {
			return nil, &QuestionError{fmt.Sprintf("`%s` has several values, and questions say what varies", s.Plan.Axes[i].Word), "give it one value, or leave it to the questions"}
		}
	}
	if err := atomicfile.MakeDir(s.fs, filepath.Join(s.Dir, runsName)); err != nil {
		return nil, err
	}
	lines, size, err := s.readAsked()
	if err != nil {
		return nil, err
	}
	if a.journal, err = atomicfile.OpenJournal(s.fs, s.askedPath()); err != nil {
		return nil, err
	}
	if err := a.journal.TruncateTo(size); err != nil {
		return nil, errors.Join(err, a.journal.Close())
	}
	for i := range lines {
		a.known[lines[i].Question] = &lines[i]
		a.sets[string(lines[i].ID)] = lines[i].Set
	}
	a.count = len(lines)
	return a, nil
}

// Close ends the journal.
func (a *Asker) Close() error { return a.journal.Close() }

// Setting gives a question the setting of its id. Questions go through it in their order, before any is answered: a later one may name an id alone.
func (a *Asker) Setting(q Question) (Question, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	set, asked := a.sets[q.ID]
	switch {
	case q.Set == nil && asked:
		q.Set = set
	case q.Set == nil:
		q.Set = []string{} // the experiment as it is
	case asked && !slices.Equal(set, q.Set):
		return q, &QuestionError{fmt.Sprintf("id %s was asked with another setting, %q", q.ID, set), "give every setting an id of its own"}
	}
	a.sets[q.ID] = q.Set
	return q, nil
}

// Ask answers a question whose Setting is known. An error of type *QuestionError or spec.Errors is about the question; any other ends the work.
func (a *Asker) Ask(ctx context.Context, q Question) (found Found, err error) {
	s := a.sweep
	at := s.Plan.At(0)
	at.Overrides = append(at.Overrides, q.Set...)
	if q.Epochs > 0 {
		at.Overrides = append(at.Overrides, fmt.Sprintf("learn.epochs=%d", q.Epochs))
	}
	file, err := s.File(at)
	if err != nil {
		a.mu.Lock()
		delete(a.sets, q.ID) // it may be asked again, mended
		a.mu.Unlock()
		return found, err
	}
	var same []string // the setting in the words of the format: 1e-2 is 0.01
	for _, word := range q.Set {
		key, value, _ := strings.Cut(word, "=")
		same = append(same, key+"="+cmp.Or(file.Spec.Text(key), value))
	}
	slices.Sort(same)
	sum := sha256.Sum256([]byte(strings.Join(same, "\x00")))
	name := hex.EncodeToString(sum[:8])
	question := fmt.Sprintf("%s-%d", name, file.Spec.Learn.Epochs)
	a.mu.Lock()
	turn := a.turns[name]
	if turn == nil {
		turn = new(sync.Mutex)
		a.turns[name] = turn
	}
	a.mu.Unlock()
	turn.Lock()
	defer turn.Unlock()
	a.mu.Lock()
	if line := a.known[question]; line != nil {
		a.mu.Unlock()
		return Found{line.Row, filepath.Join(s.Dir, filepath.FromSlash(line.Run)), true}, nil
	}
	a.at++
	options := a.options
	options.Threads = max(1, cmp.Or(a.options.Threads, runtime.GOMAXPROCS(0))/a.at)
	a.mu.Unlock()
	defer func() {
		a.mu.Lock()
		a.at--
		a.mu.Unlock()
	}()
	row, dir := Row{Values: []string{}}, filepath.Join(s.Dir, runsName, name)
	r, err := run.Open(run.Request{File: file, Overrides: at.Overrides, Files: s.open, Options: options, Parent: filepath.Join(s.Dir, runsName), Name: name, NoFigures: true, FS: s.fs})
	if err == nil {
		dir = r.Dir
		row, err = s.inRun(ctx, r, row)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	var many spec.Errors
	switch {
	case isMechanics(err):
		if row, err = s.unbuilt(at, options, err); err != nil {
			return found, err
		}
	case errors.As(err, &many):
		delete(a.sets, q.ID) // it may be asked again, mended
		return found, err
	case err != nil:
		return found, err
	}
	row.Point, row.Seed = a.count+1, file.Spec.Seed
	line := &askedLine{Question: question, ID: json.RawMessage(q.ID), Set: q.Set, Run: runsName + "/" + filepath.Base(dir), Row: row}
	text, err := line.sealed()
	if err == nil {
		err = a.journal.Append(text)
	}
	if err == nil {
		err = a.journal.Sync()
	}
	if err != nil {
		return found, err
	}
	a.count++
	a.known[question] = line
	return Found{row, dir, false}, nil
}

// takeAsked makes the answers of a sweep its rows, with a column for every key that was asked with.
func (s *Sweep) takeAsked() error {
	lines, _, err := s.readAsked()
	if err != nil {
		return err
	}
	values := map[string][]listed{}
	for i := range lines {
		for _, word := range lines[i].Set {
			key, value, _ := strings.Cut(word, "=")
			values[key] = append(values[key], listed{text: value})
		}
	}
	keys := make([]string, 0, len(values))
	for key := range values {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		axis, err := ParseAxis(1, key+"=1", false)
		if err != nil {
			return err
		}
		axis.list, axis.span = append(values[key], listed{}), nil // some have none: it always varies
		s.Plan.Axes = append(s.Plan.Axes, axis)
	}
	s.Manifest.Keys, s.Manifest.Points = keys, len(lines)
	for i := range lines {
		row := lines[i].Row
		row.Values = make([]string, len(keys))
		for _, word := range lines[i].Set {
			key, value, _ := strings.Cut(word, "=")
			row.Values[slices.Index(keys, key)] = value
		}
		s.asked = append(s.asked, row)
	}
	return nil
}
