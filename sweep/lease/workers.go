package lease

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
)

// The states of a worker.
const (
	Works   = "works"  // its file grew while it was looked at, or its process is there
	Ended   = "ended"  // its process, on this machine, is not there any more
	Unknown = "silent" // nothing was seen of it for longer than a beat takes
)

// Seen is what can be told of a worker from outside.
type Seen struct {
	Worker string `json:"worker"`
	Host   string `json:"host"`
	State  string `json:"state"`
	Beats  int    `json:"beats"`
	Done   int    `json:"chunks_done"`
	Holds  []int  `json:"chunks_held"`
}

// Workers lists who works on a directory. Whether somebody on another machine lives is seen by change alone, for which
// it waits for a little longer than a beat takes.
func Workers(ctx context.Context, fsys atomicfile.FS, dir string) ([]Seen, error) {
	list, sizes, err := look(fsys, dir)
	if err != nil {
		return nil, err
	}
	holds, err := holders(fsys, dir)
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Holds = append([]int{}, holds[list[i].Worker]...)
	}
	open := func() bool {
		return slices.ContainsFunc(list, func(s Seen) bool { return s.State == Unknown })
	}
	for waited := time.Duration(0); open() && waited < BeatEvery+BeatEvery/4; waited += BeatEvery / 20 {
		select {
		case <-ctx.Done():
			return list, nil
		case <-time.After(BeatEvery / 20):
		}
		again, now, err := look(fsys, dir)
		if err != nil {
			return nil, err
		}
		for i := range list {
			for j := range again {
				if list[i].Worker == again[j].Worker && now[j] != sizes[i] {
					list[i].State = Works
				}
			}
		}
	}
	return list, nil
}

// look reads the files of all workers, and how large they are.
func look(fsys atomicfile.FS, dir string) (list []Seen, sizes []int64, err error) {
	names, err := fsys.List(filepath.Join(dir, workersName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, &atomicfile.Error{Op: "list", Path: filepath.Join(dir, workersName), Err: err}
	}
	for _, name := range names {
		text, err := atomicfile.ReadFile(fsys, filepath.Join(dir, workersName, name), mostFile)
		if errors.Is(err, fs.ErrNotExist) || strings.HasPrefix(name, ".") {
			continue // it has left
		}
		if err != nil && !isWhim(err) {
			return nil, nil, err
		}
		head, beats, _ := bytes.Cut(text, []byte("\n"))
		s := Seen{Worker: name, Host: atomicfile.Host(head), State: Unknown}
		s.Beats, s.Done = lastBeat(beats)
		switch {
		case atomicfile.Ended(head):
			s.State = Ended
		case atomicfile.Lives(head):
			s.State = Works
		}
		list, sizes = append(list, s), append(sizes, int64(len(text)))
	}
	return list, sizes, nil
}

// mostFile is more than a worker beats in a year.
const mostFile = 256 << 20

// lastBeat reads the last whole line of beats.
func lastBeat(text []byte) (beats, done int) {
	end := bytes.LastIndexByte(text, '\n')
	if end < 0 {
		return 0, 0
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text[:end], '\n')+1 : end]))
	if len(fields) != 2 {
		return 0, 0
	}
	beats, err := strconv.Atoi(fields[0])
	if err != nil {
		return 0, 0
	}
	done, _ = strconv.Atoi(fields[1]) // 0 where it is no number
	return beats, done
}

// holders lists the claims of each worker.
func holders(fsys atomicfile.FS, dir string) (map[string][]int, error) {
	holds := map[string][]int{}
	claims, err := fsys.List(filepath.Join(dir, claimsName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, &atomicfile.Error{Op: "list", Path: filepath.Join(dir, claimsName), Err: err}
	}
	for _, claim := range claims {
		part, err := strconv.Atoi(claim)
		if err != nil {
			continue // no claim
		}
		names, err := fsys.List(filepath.Join(dir, claimsName, claim))
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !isWhim(err) {
			return nil, &atomicfile.Error{Op: "list", Path: filepath.Join(dir, claimsName, claim), Err: err}
		}
		for _, name := range names {
			holds[name] = append(holds[name], part)
		}
	}
	for _, parts := range holds {
		slices.Sort(parts)
	}
	return holds, nil
}
