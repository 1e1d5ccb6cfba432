package listing

import (
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/elastrain/elastrain/run/events"
)

const (
	MostDepth   = 6
	MostEntries = 200000 // names that are looked at
)

// Run reports whether a directory is a run or a session.
func (f Folder) Run(id string) bool {
	return f.Is(path.Join(id, ManifestName), false) || f.Is(path.Join(id, SessionName), false)
}

// Walk visits the directories below one of the folder (all: "."), with the time when each was changed. In one that is a run, for which visit is true, nothing is
// looked for; nor in hidden ones.
func (f Folder) Walk(dir string, visit func(id string, changed time.Time) (run bool)) {
	left := MostEntries
	f.walk(dir, 0, &left, visit)
}

func (f Folder) walk(dir string, depth int, left *int, visit func(string, time.Time) bool) {
	entries, err := f.Entries(dir)
	if err != nil {
		return // what cannot be read holds no run for us
	}
	for _, e := range entries {
		name := e.Name()
		if *left--; *left < 0 {
			return
		}
		if !e.IsDir() || name[0] == '.' || name == "node_modules" || !utf8.ValidString(name) || strings.ContainsRune(name, '\\') {
			continue
		}
		id := path.Join(dir, name)
		info, err := f.Root.Lstat(id)
		if err != nil {
			continue // it has just gone
		}
		if !visit(id, info.ModTime()) && depth < MostDepth {
			f.walk(id, depth+1, left, visit)
		}
	}
}

// Rows lists the runs and sessions below a directory of the folder (all: "."), by their ids.
func (f Folder) Rows(dir string) (rows []*Row) {
	f.Walk(dir, func(id string, _ time.Time) bool {
		run := f.Run(id)
		if run {
			rows = append(rows, f.Summarize(id, nil))
		}
		return run
	})
	slices.SortFunc(rows, func(a, b *Row) int { return strings.Compare(a.ID, b.ID) })
	return rows
}

// Head is the head of the log of a run; nil where it has none yet.
func (f Folder) Head(id string) (*events.Head, error) {
	log, err := f.Open(path.Join(id, events.Name))
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }() // it was only read
	first, err := line(log, 0, mostHead)
	if err != nil || first == nil {
		return nil, err
	}
	r, err := events.Line(first)
	return r.Head, err
}
