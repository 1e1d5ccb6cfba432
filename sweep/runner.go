package sweep

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/train"
)

// Runner trains the points of a sweep that have no rows yet.
type Runner struct {
	Sweep   *Sweep
	Options experiment.Options // Threads is those of all trainings together
	Claims  Claims             // nil: all chunks are ours
	NoWait  bool               // end when nothing is left to take, and do not wait for what others are at

	// Together trains points of one chunk that follow each other, at most train.MostAbreast, and only small ones beside others; nil: SideBySide. They differ in
	// anything: it looks itself which can go together.
	Together Together

	Begin     func(done []bool)                   // is told once which chunks are there; the first is number 1; may be nil
	Told      func(rows []Row)                    // is told of trainings that have ended, one call at a time; may be nil
	Elsewhere func(points int)                    // is told of trainings that others have ended meanwhile; may be nil
	Note      func(text string)                   // is told what was damaged; may be nil
	Chunk     func(chunk int, took time.Duration) // is told of a chunk whose rows are written; may be nil
}

// Run trains until every chunk has its rows, or the context ends. Whatever ends it, what is in the directory is whole, and another Run goes on.
func (r *Runner) Run(ctx context.Context) error {
	s := r.Sweep
	done, damaged, err := s.Done()
	if err != nil {
		return err
	}
	for _, text := range damaged {
		if r.Note != nil {
			r.Note(text)
		}
	}
	if r.Begin != nil {
		r.Begin(done)
	}
	cores := r.Options.Threads
	if cores == 0 {
		cores = runtime.GOMAXPROCS(0)
	}
	left := 0
	for chunk := 1; chunk <= s.Chunks(); chunk++ {
		if !done[chunk] {
			left++
		}
	}
	workers := max(1, min(cores, left))
	options := r.Options
	options.Threads = max(1, cores/workers)
	if options.Memory > 0 {
		options.Memory = max(1, options.Memory/int64(workers))
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	share := newShare(s, r.Claims, done)
	var told sync.Mutex
	if r.Elsewhere != nil {
		share.elsewhere = func(points int) {
			told.Lock()
			defer told.Unlock()
			r.Elsewhere(points)
		}
	}
	// Chunks are written beside the training, which else would wait for the disk.
	written := make(chan trainedChunk, workers)
	var writer, wait sync.WaitGroup
	writer.Go(func() {
		for c := range written {
			if err := share.ended(c.chunk, s.WriteChunk(c.chunk, c.rows)); err != nil {
				cancel(err)
				continue
			}
			if r.Chunk != nil {
				told.Lock()
				r.Chunk(c.chunk, c.took)
				told.Unlock()
			}
		}
	})
	for range workers {
		wait.Go(func() {
			options := options
			options.Stock = new(experiment.Stock)
			for {
				chunk, err := share.take(ctx, r.NoWait)
				if chunk == 0 || ctx.Err() != nil {
					if err != nil {
						cancel(err)
					}
					return
				}
				began := time.Now()
				s.busy.Add(1)
				rows, err := r.chunk(ctx, chunk, options, &told)
				s.busy.Add(-1)
				if err == nil {
					written <- trainedChunk{chunk, rows, time.Since(began)}
					continue
				}
				if err = share.ended(chunk, err); !errors.Is(err, errBusy) {
					cancel(err)
					return
				}
				select { // it is there for whoever looks later
				case <-ctx.Done():
				case <-time.After(longPause):
				}
			}
		})
	}
	wait.Wait()
	close(written)
	writer.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// trainedChunk is a chunk that is to be written.
type trainedChunk struct {
	chunk int
	rows  []Row
	took  time.Duration
}

// chunk trains the points of a chunk.
func (r *Runner) chunk(ctx context.Context, chunk int, options experiment.Options, told *sync.Mutex) ([]Row, error) {
	s := r.Sweep
	together := r.Together
	if together == nil {
		together = SideBySide
	}
	first, end := s.Span(chunk)
	rows := make([]Row, 0, end-first)
	for i := first; i < end; {
		group, err := r.group(ctx, i, end, options, together)
		if err != nil {
			return nil, err
		}
		i += len(group)
		rows = append(rows, group...)
		if r.Told != nil {
			told.Lock()
			r.Told(group)
			told.Unlock()
		}
	}
	return rows, nil
}

// group trains points that follow each other, from the first: as many as are small enough to be held at once, and at most one that is not.
func (r *Runner) group(ctx context.Context, first, end int, options experiment.Options, together Together) ([]Row, error) {
	s := r.Sweep
	list := make([]*Training, 0, train.MostAbreast)
	for i := first; i < min(end, first+train.MostAbreast); i++ {
		if n := len(list); n > 0 && list[n-1].Trainer != nil && !list[n-1].Trainer.Abreast() {
			break
		}
		at := s.at(i)
		if s.Manifest.Options.Runs || s.stage != nil && s.stage.runs || s.HasRun(at) {
			list = append(list, &Training{Point: at, Err: errLong})
			continue
		}
		list = append(list, s.build(at, options))
	}
	together(ctx, list)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	rows := make([]Row, len(list))
	for i, t := range list {
		if errs, ok := t.noMemory(); ok {
			return nil, s.Plan.words(t.Point, errs)
		}
		if !errors.Is(t.Err, errLong) {
			rows[i] = t.result()
			continue
		}
		list[i] = nil // its memory
		var err error
		if rows[i], err = s.upTo(ctx, t.Point, options); err != nil {
			return nil, err
		}
	}
	for i := range rows {
		if s.stage != nil {
			rows[i].Rung = s.stage.rung.Number
		}
	}
	return rows, nil
}

// noMemory reports whether a training does not fit into the memory of this machine, which is no result.
func (t *Training) noMemory() (spec.Errors, bool) {
	var errs spec.Errors
	if !errors.As(t.Err, &errs) || len(errs) == 0 || errs[0].Code != memoryCode {
		return nil, false
	}
	errs[0].WithHelp("%s", strings.TrimSpace(errs[0].Help+"\nor train one at a time with --threads 1: each thread has its share of the memory"))
	return errs, true
}

// HasRun reports whether a point has a run directory: then it goes on there.
func (s *Sweep) HasRun(at Point) bool {
	_, err := s.fs.List(s.RunDir(at))
	return err == nil
}

// Tidy takes away what killed processes left of files that they were writing. It is for who has the directory alone, when all chunks are there.
func (s *Sweep) Tidy() error {
	dirs := []string{s.Dir, filepath.Join(s.Dir, chunksName)}
	if s.Plan.Way.Halving > 0 {
		dirs = append(dirs, filepath.Join(s.Dir, rungsName))
	}
	for _, dir := range dirs {
		if err := atomicfile.RemoveTemps(s.fs, dir); err != nil {
			return err
		}
	}
	return nil
}

// Log appends a line to the log of a worker, which is no part of any result.
func (s *Sweep) Log(worker string, line []byte) error {
	f, err := s.fs.OpenAppend(filepath.Join(s.Dir, "log-"+strings.NewReplacer("/", "_", "\\", "_").Replace(worker)+".jsonl"))
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Close())
}
