// Package inbox hands on files that others put into a directory: each once, and
// whole.
//
// Its one idea is that a name is used once. A file that was there before, or
// that grows since before, is old for ever; a new one is handed on when it has
// kept its size and time for a while. Nothing is ever changed or deleted.
package inbox

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Options of a box. Zero values have the defaults named.
type Options struct {
	Poll  time.Duration // how often the directory is looked at; 200 ms
	Still time.Duration // how long a whole file has not changed; 1 s
}

// Box is a directory that is watched by looking at it again and again, which
// works on every system and on directories shared with a phone.
type Box struct {
	dir        string
	extensions []string
	opt        Options
	old        map[string]bool // names handed on or skipped
	seen       map[string]sighting
	looked     time.Time // the last time
}

// sighting is a file that is not known to be whole yet.
type sighting struct {
	size    int64
	changed time.Time // as the file system says
	first   time.Time // when it was first seen
	since   time.Time // since when it has been like this
}

// File is a whole file.
type File struct {
	Path    string
	First   time.Time // when it was first seen, on the clock of this machine
	Changed time.Time // when it was written, on the clock of whoever wrote it
}

// LateError says that no whole file came in time.
type LateError struct {
	Dir     string
	Within  time.Duration
	Growing []string // names that are there and empty or still growing
}

func (e *LateError) Error() string {
	text := fmt.Sprintf("no new file came into %s within %v", e.Dir, e.Within)
	if len(e.Growing) > 0 {
		text += fmt.Sprintf("; %s is there, but empty or still growing", strings.Join(e.Growing, ", "))
	}
	return text
}

// Open watches a directory for files with one of these extensions (such as
// ".csv", in small letters). What is in it already is old.
func Open(dir string, extensions []string, o Options) (*Box, error) {
	if o.Poll == 0 {
		o.Poll = 200 * time.Millisecond
	}
	if o.Still == 0 {
		o.Still = time.Second
	}
	b := &Box{dir: dir, extensions: extensions, opt: o, old: map[string]bool{}, seen: map[string]sighting{}}
	if err := b.Skip(); err != nil {
		return nil, err
	}
	return b, nil
}

// Skip makes all that is there now old, whole or not.
func (b *Box) Skip() error {
	names, err := b.names()
	if err != nil {
		return err
	}
	for _, name := range names {
		b.old[name] = true
	}
	clear(b.seen)
	b.looked = time.Now()
	return nil
}

// Next waits for a new whole file. Of several the one written first comes
// first, and of those written at the same time the first by name.
func (b *Box) Next(ctx context.Context, within time.Duration) (File, error) {
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	tick := time.NewTicker(b.opt.Poll)
	defer tick.Stop()
	for {
		f, err := b.look()
		if err != nil || f.Path != "" {
			return f, err
		}
		select {
		case <-ctx.Done():
			return File{}, context.Cause(ctx)
		case <-deadline.C:
			late := &LateError{Dir: b.dir, Within: within}
			for name := range b.seen {
				late.Growing = append(late.Growing, name)
			}
			slices.Sort(late.Growing)
			return File{}, late
		case <-tick.C:
		}
	}
}

// look returns the first whole file, or one without a path.
func (b *Box) look() (File, error) {
	names, err := b.names()
	if err != nil {
		return File{}, err
	}
	maps.DeleteFunc(b.seen, func(name string, _ sighting) bool { return !slices.Contains(names, name) })
	now := time.Now()
	before := b.looked
	b.looked = now
	var whole, fresh []File
	for _, name := range names {
		if b.old[name] {
			continue
		}
		path := filepath.Join(b.dir, name)
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue // renamed or taken away just now
		}
		if err != nil {
			return File{}, err
		}
		if !info.Mode().IsRegular() {
			continue
		}
		s, there := b.seen[name]
		if !there {
			s.first = now
			fresh = append(fresh, File{Path: name, Changed: info.ModTime()})
		}
		if !there || s.size != info.Size() || !s.changed.Equal(info.ModTime()) {
			s.size, s.changed, s.since = info.Size(), info.ModTime(), now
		}
		b.seen[name] = s
	}
	b.spread(fresh, before, now)
	for name, s := range b.seen {
		if s.size > 0 && now.Sub(s.since) >= b.opt.Still {
			whole = append(whole, File{Path: filepath.Join(b.dir, name), First: s.first, Changed: s.changed})
		}
	}
	if len(whole) == 0 {
		return File{}, nil
	}
	f := slices.MinFunc(whole, earlier)
	b.old[filepath.Base(f.Path)] = true
	delete(b.seen, filepath.Base(f.Path))
	return f, nil
}

// spread gives files that came since the last look the times at which they came: the
// last of them now, and the others before it by as much as they were written
// earlier, which the clock of their writer tells even where it is wrong. No two have
// the same time, even where the clock of the files is coarse.
func (b *Box) spread(fresh []File, before, now time.Time) {
	if len(fresh) == 0 || before.IsZero() {
		return
	}
	slices.SortFunc(fresh, earlier)
	last := fresh[len(fresh)-1].Changed
	for _, f := range fresh {
		s := b.seen[f.Path]
		if s.first = now.Add(-last.Sub(f.Changed)); !s.first.After(before) {
			s.first = before.Add(1) // it was not there then, or another file was before it
		}
		before = s.first
		b.seen[f.Path] = s
	}
}

// earlier is the order in which files were written.
func earlier(x, y File) int { return cmp.Or(x.Changed.Compare(y.Changed), cmp.Compare(x.Path, y.Path)) }

// names are those of files that are looked for, sorted. Hidden files are not:
// programs that write beside and rename use them.
func (b *Box) names() ([]string, error) {
	entries, err := os.ReadDir(b.dir)
	if err != nil {
		return nil, fmt.Errorf("the directory %s cannot be read: %w", b.dir, err)
	}
	var names []string
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, ".") && slices.Contains(b.extensions, strings.ToLower(filepath.Ext(name))) {
			names = append(names, name)
		}
	}
	return names, nil
}

// SHA256 is the hash of a file's bytes, in hexadecimal digits.
func SHA256(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // it was only read
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
