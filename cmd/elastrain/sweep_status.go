package main

import (
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/sweep"
)

type sweepStatus struct {
	Dir string `arg:"" help:"Directory of a sweep."`
}

// Help is the part of --help that shows the command at work.
func (*sweepStatus) Help() string {
	return `Examples:
  elastrain sweep status sweeps/iris`
}

// sweepState is what `sweep status --json` prints.
type sweepState struct {
	Dir      string   `json:"dir"`
	Spec     string   `json:"spec"`
	Words    []string `json:"words"`
	Way      string   `json:"way"`
	Points   int      `json:"points"`
	Done     int      `json:"done"` // points with a row
	Failed   int      `json:"failed"`
	Chunks   int      `json:"chunks"` // by halving, rungs
	Written  int      `json:"chunks_done"`
	Complete bool     `json:"complete"`
	Worker   int      `json:"pid,omitempty"` // of the command that is at work on this machine
	Damaged  []string `json:"damaged,omitempty"`
}

func (c *sweepStatus) Run(s *session) error {
	of, err := sweep.Load(atomicfile.OS{}, c.Dir)
	if err != nil {
		return err
	}
	m := of.Manifest
	state := sweepState{Dir: c.Dir, Spec: m.Spec, Words: m.Words, Way: m.Way.String(), Points: m.Points, Chunks: of.Chunks()}
	done, damaged, err := of.Done()
	if err != nil {
		return err
	}
	state.Damaged = damaged
	for _, there := range done {
		if there {
			state.Written++
		}
	}
	missing, err := of.Rows(func(r *sweep.Row) error {
		if r.Rung <= 1 { // by halving a point may have more rows
			state.Done++
		}
		if r.State == sweep.Failed {
			state.Failed++
		}
		return nil
	})
	if err != nil {
		return err
	}
	parts := "chunks"
	if m.Way.Halving > 0 {
		rungs, err := of.Rungs()
		if err != nil {
			return err
		}
		parts, state.Chunks, state.Written = "rungs", len(rungs), len(rungs)-missing
	}
	state.Complete = state.Written == state.Chunks
	if text, err := atomicfile.ReadFile(atomicfile.OS{}, filepath.Join(c.Dir, "lock"), 1<<16); err == nil {
		if pid, lives, _ := atomicfile.Holder(text); lives {
			state.Worker = pid
		}
	}
	if s.JSON {
		return s.Object(state)
	}
	s.Printf("%s: %s over %q\n", c.Dir, m.Spec, m.Words)
	s.Printf("trainings  %d of %d done, %d failed\n%-10s %d of %d\n", state.Done, m.Points, state.Failed, parts, state.Written, state.Chunks)
	switch {
	case state.Complete:
		s.Printf("complete\n")
	case state.Worker > 0:
		s.Printf("process %d is at work\n", state.Worker)
	default:
		s.Printf("nobody is at work; the `elastrain sweep` command that began it goes on\n")
	}
	for _, text := range damaged {
		s.Printf("%s\n", text)
	}
	return nil
}
