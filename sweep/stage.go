package sweep

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/train"
)

// stage is a rung as a sweep of its own: over the points that are left, in chunks that are numbered on from those of the rungs before it.
type stage struct {
	rung   Rung
	points []int // from 0
	before int   // chunks of the rungs before it, at most
	size   int   // points of a chunk
	runs   bool  // every training is a run directory
}

// mostLast is up to how many trainings of the last rung are run directories, to be looked at and gone on with.
const mostLast = 256

// sizeOf is the points of a chunk of a rung: fewer than of the first, as each takes longer, but enough for them to go side by side.
func (s *Sweep) sizeOf(rungs []Rung, i int) (size int, runs bool) {
	rung := rungs[i]
	if i == len(rungs)-1 && rung.Settings*s.Plan.seeds <= mostLast || s.Manifest.Options.Runs {
		return 1, true
	}
	size = s.Manifest.Chunk
	if size == s.Manifest.Points { // a directory of before, which had no chunks
		size = chunkOf(size, 0)
	}
	if s.Manifest.Points < 2*chunks {
		size = min(size, evenly(rung.Settings*s.Plan.seeds))
	}
	return max(size*rungs[0].Epochs/rung.Epochs, min(size, train.MostAbreast)), false
}

// stageOf is the i-th rung over some points.
func (s *Sweep) stageOf(rungs []Rung, i int, points []int) *Sweep {
	st := &stage{rung: rungs[i], points: points}
	for j := range i {
		st.before += s.partsOf(rungs, j)
	}
	st.size, st.runs = s.sizeOf(rungs, i)
	return &Sweep{Dir: s.Dir, Manifest: s.Manifest, Plan: s.Plan, fs: s.fs, name: s.name, text: s.text, files: s.files, stage: st}
}

// partsOf is how many chunks a rung has at most.
func (s *Sweep) partsOf(rungs []Rung, i int) int {
	size, _ := s.sizeOf(rungs, i)
	return (rungs[i].Settings*s.Plan.seeds + size - 1) / size
}

// Parts is how many chunks can be trained at once: all, or by halving those of the first rung.
func (s *Sweep) Parts() (int, error) {
	if s.Plan.Way.Halving == 0 {
		return s.Chunks(), nil
	}
	rungs, err := s.Rungs()
	if err != nil {
		return 0, err
	}
	return s.partsOf(rungs, 0), nil
}

// points is how many points there are in the chunks, and how many in each.
func (s *Sweep) cut() (points, size int) {
	if s.stage != nil {
		return len(s.stage.points), s.stage.size
	}
	return s.Manifest.Points, s.Manifest.Chunk
}

// at is the i-th point of the chunks.
func (s *Sweep) at(i int) Point {
	if s.stage == nil {
		return s.Plan.At(i)
	}
	at := s.Plan.At(s.stage.points[i])
	at.Overrides = append(at.Overrides, fmt.Sprintf("learn.epochs=%d", s.stage.rung.Epochs))
	return at
}

// numberOf is the number of the i-th point of the chunks.
func (s *Sweep) numberOf(i int) int {
	if s.stage == nil {
		return i + 1
	}
	return s.stage.points[i] + 1
}

// fileNumber is the number of a chunk among all in the directory.
func (s *Sweep) fileNumber(chunk int) int {
	if s.stage == nil {
		return chunk
	}
	return s.stage.before + chunk
}

// behind are the Claims of chunks that are numbered on from others.
type behind struct {
	Claims
	by int
}

func (b behind) Take(chunk int) (bool, error) { return b.Claims.Take(b.by + chunk) }
func (b behind) Done(chunk int)               { b.Claims.Done(b.by + chunk) }
func (b behind) Drop(chunk int)               { b.Claims.Drop(b.by + chunk) }
func (b behind) Alive(chunk int) bool         { return b.Claims.Alive(b.by + chunk) }

// partsDone is Done of a sweep by halving: which chunks of all rungs there are. What is in them is looked at when their rung is trained.
func (s *Sweep) partsDone() (done []bool, damaged []string, err error) {
	rungs, err := s.Rungs()
	if err != nil {
		return nil, nil, err
	}
	all := 0
	for i := range rungs {
		all += s.partsOf(rungs, i)
	}
	done = make([]bool, all+1)
	dir := filepath.Join(s.Dir, chunksName)
	names, err := s.fs.List(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, &atomicfile.Error{Op: "list", Path: dir, Err: err}
	}
	for _, name := range names {
		if n, err := strconv.Atoi(name); err == nil && n > 0 && n < len(done) {
			done[n] = true
		}
	}
	return done, nil, nil
}
