package studio

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run/listing"
	"github.com/elastrain/elastrain/sweep"
	"github.com/elastrain/elastrain/sweep/lease"
)

// sweepRow is a sweep in the list.
type sweepRow struct {
	ID      string         `json:"id"`
	Spec    string         `json:"spec"`
	Words   []string       `json:"words"`
	Way     string         `json:"way"`
	Points  int            `json:"points"`
	Done    int            `json:"done"`
	Failed  int            `json:"failed"`
	State   string         `json:"state"` // running, ended, stopped, or broken
	Why     string         `json:"why,omitempty"`
	Runs    bool           `json:"runs"` // every training is a run of the folder
	Best    map[string]any `json:"best,omitempty"`
	By      string         `json:"by,omitempty"` // the score by which it is the best
	Score   *float64       `json:"score,omitempty"`
	Over    string         `json:"over,omitempty"` // what the score is the mean over
	Changed float64        `json:"changed"`
}

const (
	mostSweepPoints = 100_000  // of more the rows are not read here: `elastrain sweep table` does
	mostSweepFile   = 64 << 20 // bytes of any file of a sweep
	sweepsEvery     = 2 * time.Second
	sweepName       = "sweep.json"
)

// sweeps are the sweeps of the folder. They are looked for when somebody asks, at most every two seconds and for a
// twentieth of the time, and a sweep is read again only where its directory has changed.
type sweeps struct {
	files  folder
	mu     sync.Mutex
	known  map[string]*sweepSeen
	text   []byte
	tag    string
	looked time.Time
	took   time.Duration
}

// sweepSeen is a sweep and what it was read from.
type sweepSeen struct {
	row   *sweepRow
	table []byte // its settings as JSON; nil where they were not read
	stamp string
	at    time.Time
	took  time.Duration // to read it
}

// short opens no file of a sweep that is longer than sweeps are: it may be somebody else's.
type short struct{ folder }

func (s short) Open(name string) (atomicfile.Reader, error) {
	f, err := s.folder.Open(name)
	if err != nil {
		return nil, err
	}
	if sized, is := f.(interface{ Size() int64 }); is && sized.Size() > mostSweepFile {
		_ = f.Close() // nothing was read
		return nil, &fs.PathError{Op: "open", Path: name, Err: fmt.Errorf("it has more than %d MB", mostSweepFile>>20)}
	}
	return f, nil
}

// list answers with all of them.
func (l *sweeps) list() (text []byte, tag string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.text != nil && time.Since(l.looked) < max(sweepsEvery, lookShare*l.took) {
		return l.text, l.tag
	}
	began := time.Now()
	var ids []string
	l.files.Walk(".", func(id string, _ time.Time) bool {
		if l.files.Is(path.Join(id, sweepName), false) {
			ids = append(ids, id)
			return true
		}
		return l.files.Run(id)
	})
	slices.Sort(ids)
	now, rows := map[string]*sweepSeen{}, make([]*sweepRow, 0, len(ids))
	for _, id := range ids {
		now[id] = l.seen(id)
		rows = append(rows, now[id].row)
	}
	l.known = now
	text, err := json.Marshal(map[string]any{"sweeps": rows})
	if err != nil { // no number of a row is infinite: they come from JSON
		text = []byte(`{"sweeps":[]}`)
	}
	l.text, l.tag = text, `"`+sum(text)[:32]+`"`
	l.looked, l.took = time.Now(), time.Since(began)
	return l.text, l.tag
}

// one is a sweep with its table.
func (l *sweeps) one(id string) (*sweepSeen, error) {
	if !local(id) || !l.files.Is(path.Join(id, sweepName), false) {
		return nil, refused(http.StatusNotFound, "look at the list of sweeps", "there is no sweep %.200q in this folder", id)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.seen(id)
	if l.known == nil {
		l.known = map[string]*sweepSeen{}
	}
	l.known[id] = s
	return s, nil
}

// seen is a sweep as it is now. l.mu is held.
func (l *sweeps) seen(id string) *sweepSeen {
	stamp := ""
	for _, name := range []string{sweepName, "chunks", "rungs", "asked.jsonl", "lock", "workers"} {
		if info, err := l.files.Root.Lstat(path.Join(id, name)); err == nil {
			stamp += fmt.Sprint(name, info.ModTime().UnixNano(), info.Size(), " ")
		}
	}
	pid, elsewhere := l.files.Holder(id)
	stamp += fmt.Sprint(pid, elsewhere)
	began := time.Now()
	had := l.known[id]
	if had != nil && (had.row.State == running && began.Sub(had.at) < max(sweepsEvery, lookShare*had.took) || had.row.State != running && had.stamp == stamp) {
		return had
	}
	s := &sweepSeen{stamp: stamp, at: began, row: &sweepRow{ID: id, Words: []string{}, State: broken}}
	if info, err := l.files.Root.Lstat(path.Join(id, sweepName)); err == nil {
		s.row.Changed = listing.Seconds(info.ModTime())
	}
	if err := l.read(s, pid != 0); err != nil {
		s.row.State, s.row.Why = broken, err.Error()
	}
	s.took = time.Since(began)
	return s
}

// read reads a sweep: what it is, what is done, and its settings.
func (l *sweeps) read(s *sweepSeen, held bool) error {
	of, err := sweep.LoadTable(short{l.files}, s.row.ID)
	if err != nil {
		return err
	}
	m, r := of.Manifest, s.row
	r.Spec, r.Words, r.Way, r.Points, r.Runs = m.Spec, m.Words, m.Way.String(), m.Points, m.Options.Runs
	if r.Points > mostSweepPoints {
		r.State, r.Why = stopped, fmt.Sprintf("more than %d points are read by `elastrain sweep status` and `sweep table`", mostSweepPoints)
		if held {
			r.State = running
		}
		return nil
	}
	if slices.ContainsFunc(of.Plan.Varied(), func(a *sweep.Axis) bool { return a.Key == "seed" }) {
		r.Over = "seed"
	}
	settings := of.StartOver(r.Over)
	settings.Missing, err = of.Rows(func(row *sweep.Row) error {
		settings.Add(row)
		if row.Rung <= 1 { // by halving a point may have more rows
			r.Done++
		}
		if row.State == sweep.Failed {
			r.Failed++
		}
		return nil
	})
	if err != nil {
		return err
	}
	if m.Way.Name == sweep.Asked {
		r.Points = r.Done
	}
	if r.State, err = l.state(of, settings.Missing, held); err != nil {
		return err
	}
	if score, best := settings.Choose(); best != nil {
		value := best.Scores[score].Mean
		r.By, r.Score, r.Best = sweep.Scores[score].Name, &value, map[string]any{}
		for i, a := range settings.Axes {
			r.Best[a.Key] = best.Values[i]
		}
	}
	var table bytes.Buffer
	if err := settings.WriteJSON(&table); err != nil {
		return err
	}
	s.table = table.Bytes()
	return nil
}

// state is whether somebody is at a sweep, as far as can be seen from here.
func (l *sweeps) state(of *sweep.Sweep, missing int, held bool) (string, error) {
	switch {
	case held:
		return running, nil
	case missing == 0:
		return ended, nil
	}
	now, cancel := context.WithCancel(context.Background())
	cancel() // nobody waits for workers on other machines to show that they live
	workers, err := lease.Workers(now, short{l.files}, of.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if slices.ContainsFunc(workers, func(w lease.Seen) bool { return w.State == lease.Works }) {
		return running, err
	}
	return stopped, err
}

// sweepsList answers with the sweeps of the folder.
func (s *Server) sweepsList(w http.ResponseWriter, r *http.Request) error {
	if err := s.files.there(); err != nil {
		return err
	}
	text, tag := s.sweeps.list()
	tagged(w, r, tag, text)
	return nil
}

// sweep answers with one, and its settings.
func (s *Server) sweep(w http.ResponseWriter, r *http.Request) error {
	one, err := s.sweeps.one(strings.TrimSpace(r.URL.Query().Get("id")))
	if err != nil {
		return err
	}
	table := json.RawMessage("null")
	if one.table != nil {
		table = one.table
	}
	return answer(w, map[string]any{"sweep": one.row, "table": table})
}
