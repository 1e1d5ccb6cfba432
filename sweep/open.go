package sweep

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/train"
)

// New is the sweep that a request describes, which no directory knows yet. What is wrong with any of its values is found here, before anything is
// trained; the error is then of type spec.Errors.
func New(q Request) (*Sweep, error) {
	plan, err := NewPlan(q.Words, q.Way)
	if err != nil {
		return nil, err
	}
	s := &Sweep{Plan: plan, fs: q.FS, name: q.Name, text: q.Text}
	if s.fs == nil {
		s.fs = atomicfile.OS{}
	}
	first, err := s.File(plan.At(0))
	if err != nil {
		return nil, err
	}
	if s.files, err = s.check(q.Files); err != nil {
		return nil, err
	}
	s.Manifest = &Manifest{Format: 1, Results: Results, Spec: filepath.Base(q.Name), SpecSum: sumHex(q.Text), Files: s.files, Words: q.Words, Way: q.Way,
		Points: plan.Points, Keys: []string{}, Options: q.Options}
	for _, a := range plan.Varied() {
		s.Manifest.Keys = append(s.Manifest.Keys, a.Key)
	}
	s.Manifest.Identity = s.sumOf(first)
	if q.Way.Halving > 0 {
		_, err = s.Rungs()
	}
	return s, err
}

// Open finds or makes the directory of a sweep and locks it until Close: while it is locked no other opens it. Told (which may be nil) hears what is done before training.
func Open(ctx context.Context, q Request) (*Sweep, error) {
	if q.FS == nil {
		q.FS = atomicfile.OS{}
	}
	var asked *Sweep // made when first needed: building experiments may take long
	for n := 1; ; n++ {
		dir := filepath.Join(q.Parent, q.Base)
		if n > 1 {
			dir = fmt.Sprintf("%s-%d", dir, n)
		}
		found, err := look(q, dir, &asked)
		var why *run.DirectoryError
		if errors.As(err, &why) && why.Code == "E0601" && !q.Exact {
			continue
		}
		if err != nil {
			return nil, err
		}
		if found == nil {
			if asked == nil {
				if asked, err = New(q); err != nil {
					return nil, err
				}
			}
			if err := atomicfile.MakeDir(q.FS, dir); err != nil {
				return nil, err
			}
		}
		lock, err := lockFor(ctx, dir, q.Way.alone())
		if err != nil {
			return nil, err
		}
		// Another process may have made a sweep here before the lock was ours.
		if found, err = look(q, dir, &asked); err == nil && found == nil {
			found = asked
			found.Dir = dir
			if found.Manifest.Chunk = found.chunkBefore(); found.Plan.Way.Name == Asked {
				found.Manifest.Chunk = found.Manifest.Points // it has none
			} else if found.Manifest.Chunk == 0 {
				each, lanes := found.estimate(ctx)
				found.Manifest.Chunk = abreast(found.Manifest.Points, each, lanes)
			}
			err = found.write()
		}
		if err != nil {
			return nil, errors.Join(err, lock.Unlock())
		}
		found.lock = lock
		return found, nil
	}
}

// patience is how long a process on another machine may take to make the directory of a sweep.
const patience = 90 * time.Second

// lockFor waits for whoever makes the directory of a sweep just now; of a sweep that one process trains alone it waits for nobody.
func lockFor(ctx context.Context, dir string, alone bool) (*atomicfile.HeldLock, error) {
	for began := time.Now(); ; {
		lock, err := atomicfile.Lock(filepath.Join(dir, lockName))
		var other *atomicfile.LockedError
		if !errors.As(err, &other) {
			return lock, err
		}
		if alone || other.Host != "" && time.Since(began) > patience {
			return nil, held(dir, err)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(firstPause):
		}
	}
}

// Close lets others open it.
func (s *Sweep) Close() error {
	if s.lock == nil {
		return nil
	}
	lock := s.lock
	s.lock = nil
	return lock.Unlock()
}

// held makes the error about a lock name the directory.
func held(dir string, err error) error {
	var locked *atomicfile.LockedError
	if !errors.As(err, &locked) {
		return err
	}
	who := "another process"
	if locked.PID != 0 {
		who = fmt.Sprintf("process %d", locked.PID)
	}
	if locked.Host != "" {
		who += " on " + locked.Host
	}
	return &run.DirectoryError{Code: "E0604", Dir: dir, Cause: who + " is at this sweep", Help: "if it no longer runs, delete " + filepath.Join(dir, lockName)}
}

// look looks whether a directory holds the sweep that is asked for; nil says that it holds none. One that holds anything else is an error with
// the code E0601.
func look(q Request, dir string, asked **Sweep) (*Sweep, error) {
	m, err := readManifest(q.FS, dir)
	var damaged *run.DirectoryError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		names, err := q.FS.List(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, &atomicfile.Error{Op: "list", Path: dir, Err: err}
		}
		for _, name := range []string{"manifest.json", "session.json", "trials"} {
			if slices.Contains(names, name) {
				return nil, errOther(dir, "holds something else than a sweep: "+name)
			}
		}
		return nil, nil
	case errors.As(err, &damaged): // what is asked for says what stood there
		return nil, nil
	case err != nil:
		return nil, err
	}
	if m.Results != Results {
		return nil, errOther(dir, fmt.Sprintf("its rows are of version %d of what comes out of trainings, and this program makes version %d", m.Results, Results))
	}
	same := m.SpecSum == sumHex(q.Text) && slices.Equal(m.Words, q.Words) && m.Way == q.Way && m.Options.Solver == q.Options.Solver
	for _, f := range m.Files {
		text, err := q.Files(f.Name)
		same = same && err == nil && sumHex(text) == f.SHA256
	}
	if !same {
		if *asked == nil {
			if *asked, err = New(q); err != nil {
				return nil, err
			}
		}
		if (*asked).Manifest.Identity != m.Identity {
			other := errOther(dir, differs(m, (*asked).Manifest))
			other.Help += "; for more seeds or values, sweep over the new ones alone into another directory: (elastrain compare DIR DIR2) puts both together"
			return nil, other
		}
	}
	s, err := Load(q.FS, dir)
	if errors.As(err, &damaged) { // a copy of the experiment or of a file is to be made anew
		return nil, nil
	}
	if err == nil {
		s.name = q.Name
		s.Manifest.Options.Runs = s.Manifest.Options.Runs || q.Options.Runs
	}
	return s, err
}

// differs says what tells two sweeps apart.
func differs(is, asked *Manifest) string {
	switch {
	case is.Way != asked.Way:
		return fmt.Sprintf("holds a sweep over %s, and %s is asked for", is.Way, asked.Way)
	case !slices.Equal(is.Words, asked.Words):
		return fmt.Sprintf("holds a sweep over %s, and %s is asked for", list(is.Words), list(asked.Words))
	case is.Options.Solver != asked.Options.Solver:
		return fmt.Sprintf("holds a sweep with solver %s, and %s is asked for", is.Options.Solver, asked.Options.Solver)
	case !run.SameInputs(is.Files, asked.Files):
		return "holds a sweep of the same words, and a file that the experiment names has changed since"
	}
	return "holds a sweep of the same words, and the experiment file has changed since"
}

func list(words []string) string {
	if len(words) == 0 {
		return "nothing"
	}
	return fmt.Sprintf("%q", words)
}

func (w Way) String() string {
	way := "a grid"
	if w.Drawn() {
		way = fmt.Sprintf("%d settings by %s, seed %d", w.Draws, w.Name, w.Seed)
	}
	if w.Name == Asked {
		way = "settings that a program asks for"
	}
	if w.Halving > 0 {
		way += fmt.Sprintf(", of which one in %d goes on", w.Halving)
	}
	if w.First > 0 {
		way += fmt.Sprintf(" from %d epochs", w.First)
	}
	return way
}

// chunkBefore is the points of a chunk as the first chunk says them that is of this sweep, 0 where there is none.
func (s *Sweep) chunkBefore() int {
	text, err := atomicfile.ReadFile(s.fs, s.ChunkPath(1), mostBytes)
	if err != nil {
		return 0
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	var head chunkHead
	if json.Unmarshal(line, &head) != nil || head.Sweep != s.Manifest.Identity || head.Rows < 1 || head.Rows > s.Manifest.Points {
		return 0
	}
	return head.Rows
}

const (
	// chunks is about how many chunks a sweep of many trainings has; chunkTime is the longest that a chunk takes of short ones.
	chunks    = 160
	fewest    = 8 // that a sweep of few trainings has at least, if it has chunks of several
	mostChunk = 256
	chunkTime = 2 * time.Second
	// trial is how long the first training goes on to foretell how long one takes.
	trial = 100 * time.Millisecond
)

// chunkOf is the points of a chunk.
func chunkOf(points int, each time.Duration) int {
	return max(1, min(points/chunks, mostChunk, int(chunkTime/max(each, time.Microsecond))))
}

// abreast is the points of a chunk, where that takes no longer than a chunk may: of many trainings as many as fill all that train side by side, and of few
// that have lanes as many as leave chunks to share out. Of directories that are there the size is written in them.
func abreast(points int, each time.Duration, lanes bool) int {
	size := chunkOf(points, each)
	full := (size + train.MostAbreast - 1) / train.MostAbreast * train.MostAbreast
	switch longest := chunkOf(most, each); {
	case size == 1 && lanes:
		return min(evenly(points), longest)
	case size == 1 || full > longest:
		return size
	}
	return full
}

// evenly is up to how many of a few trainings go side by side, so that there is something to do for the cores of a machine.
func evenly(points int) int { return max(1, min(points/fewest, train.MostAbreast)) }

// estimate foretells how long a training takes, by the beginning of the first, and whether it may have others beside it.
func (s *Sweep) estimate(ctx context.Context) (each time.Duration, lanes bool) {
	took := newEffort(nil)
	at := s.Plan.At(0)
	if s.Plan.Way.Halving > 0 {
		if rungs, err := s.Rungs(); err == nil {
			at.Overrides = append(at.Overrides, fmt.Sprintf("learn.epochs=%d", rungs[0].Epochs))
		}
	}
	t := s.build(at, experiment.Options{Threads: 1})
	built := took.spent(0)
	if t.Err != nil {
		return built, false
	}
	lanes = t.Trainer.Abreast() && !s.Manifest.Options.Runs
	took = newEffort(nil)
	for !t.Trainer.Done && ctx.Err() == nil && took.spent(trial) < trial {
		if err := t.Trainer.AdvanceUntil(func() bool { return took.spent(trial) > trial }); err != nil {
			break
		}
	}
	spent := took.spent(0)
	if !t.Trainer.Done {
		spent = spent * time.Duration(t.Trainer.Total()) / time.Duration(max(t.Trainer.Epoch, 1))
	}
	return built + spent, lanes
}

// mostChecked is how many settings are built before anything is trained.
const mostChecked = 1000

// toCheck lists points whose experiments are built before anything is trained: every setting of a small sweep; of a large one every value of
// every key, beside the first values of the others.
func (p *Plan) toCheck() (list []int) {
	if p.Settings() <= mostChecked || p.Way.Drawn() {
		seen := map[string]bool{}
		for i := 0; i < p.Points && len(list) < mostChecked; i += p.stride() {
			at := p.At(i)
			if same := fmt.Sprint(p.settingOf(at)); !seen[same] {
				seen[same] = true
				list = append(list, i)
			}
		}
		return list
	}
	weight := 1
	list = []int{0}
	for _, a := range slices.Backward(p.Axes) {
		for v := 1; v < min(a.Count(), mostChecked) && a.Key != SeedKey; v++ {
			list = append(list, v*weight)
		}
		weight *= a.Count()
	}
	slices.Sort(list)
	return list
}

// stride is how far points that differ in more than their seeds are apart, where the seeds vary fastest.
func (p *Plan) stride() int {
	if p.Way.Drawn() || len(p.Axes) > 0 && p.Axes[len(p.Axes)-1].Key == SeedKey {
		return p.seeds
	}
	return 1
}

// settingOf is the values of a point but for the seed.
func (p *Plan) settingOf(at Point) (values []string) {
	for i, a := range p.Axes {
		if a.Varies() && a.Key != SeedKey {
			values = append(values, at.Overrides[i])
		}
	}
	return values
}

// ofMechanics reports whether an error is about the mechanics of a network, which makes a row, and not about the file, or the memory of this machine.
func ofMechanics(code string) bool { return strings.HasPrefix(code, "E07") && code != memoryCode }

// memoryCode is that of a training which does not fit.
const memoryCode = "E0705"

// check builds experiments and returns the files that they read. Mechanics that fail are no error here, unless they fail everywhere: they are a row
// of the table.
func (s *Sweep) check(files experiment.Files) ([]run.Input, error) {
	recorder := &run.Recorder{Read: files}
	points := s.Plan.toCheck()
	options := experiment.Options{Threads: 1, Stock: new(experiment.Stock)}
	var first spec.Errors // of a network that cannot stand
	failed := 0
	for _, i := range points {
		at := s.Plan.At(i)
		file, err := s.File(at)
		if err != nil {
			return nil, err
		}
		x, err := experiment.Build(file, recorder.Open, options)
		if err == nil && file.Spec.Learn.Epochs > 0 {
			err = x.CanLearn()
		}
		var errs spec.Errors
		if !errors.As(err, &errs) || len(errs) == 0 {
			if err != nil && !isMechanics(err) {
				return nil, err
			}
			continue
		}
		errs = s.Plan.words(at, errs)
		if !ofMechanics(errs[0].Code) {
			return nil, errs
		}
		if failed++; first == nil {
			first = errs
		}
	}
	if failed == len(points) {
		return nil, first
	}
	return recorder.Files, nil
}
