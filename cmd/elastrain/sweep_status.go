package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/sweep"
	"github.com/elastrain/elastrain/sweep/lease"
)

type sweepStatus struct {
	Dir string `arg:"" help:"Directory of a sweep."`
}

// Help is the part of --help that shows the command at work.
func (*sweepStatus) Help() string {
	return `Who is at work on another machine is seen by the growth of a file, not by its clock, so it may take a few seconds to tell.
Workers that have ended are one line; --json names each.

Examples:
  elastrain sweep iris.yaml seed=1..5 -o seeds
  elastrain sweep status seeds`
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
	Damaged  []string `json:"damaged,omitempty"`

	Workers []lease.Seen `json:"workers"` // who is, or was, at work
}

// workersTold is a line for each that is at work or may be, and one for all that have ended or hold nothing.
func workersTold(workers []lease.Seen) (lines []string) {
	ended, silent := 0, 0
	for _, w := range workers {
		at := "nothing"
		if len(w.Holds) > 0 {
			at = "chunk " + countedOff(w.Holds)
		}
		switch {
		case w.State == lease.Ended:
			ended++
		case w.State == lease.Unknown && len(w.Holds) == 0:
			silent++
		default:
			lines = append(lines, fmt.Sprintf("%-28s %-6s on %s, %s done, at %s", w.Worker, w.State, w.Host, cli.Count(w.Done, "chunk"), at))
		}
	}
	if ended > 0 {
		lines = append(lines, cli.Count(ended, "worker")+" ended before the sweep did; what was begun is taken by others")
	}
	if silent > 0 {
		lines = append(lines, cli.Count(silent, "worker")+" silent, with no chunk begun")
	}
	return lines
}

// countedOff lists numbers in ascending order.
func countedOff(list []int) string {
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, ", ")
}

func (c *sweepStatus) Run(s *session) error {
	of, err := sweep.LoadTable(atomicfile.OS{}, c.Dir)
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
	if m.Way.Name == sweep.Asked {
		state.Points, state.Chunks, state.Written = state.Done, 0, 0
	}
	state.Complete = state.Written == state.Chunks
	if state.Workers, err = lease.Workers(s.ctx, atomicfile.OS{}, c.Dir); err != nil {
		return err
	}
	works := 0
	for i := range state.Workers {
		w := &state.Workers[i]
		w.Holds = slices.DeleteFunc(w.Holds, func(chunk int) bool { return chunk < len(done) && done[chunk] }) // claims outlive their chunks
		if w.State == lease.Works {
			works++
		}
	}
	if s.JSON {
		return s.Object(state)
	}
	s.Printf("%s: %s over %q\n", c.Dir, m.Spec, m.Words)
	s.Printf("trainings  %d of %d done, %d failed\n%-10s %d of %d\n", state.Done, state.Points, state.Failed, parts, state.Written, state.Chunks)
	switch {
	case m.Way.Name == sweep.Asked:
		s.Printf("every question that was asked has its row\n")
	case state.Complete:
		s.Printf("complete\n")
	case works == 0:
		s.Printf("nobody is seen at work; `%s` goes on\n", cli.Command("sweep", "--join", c.Dir))
	}
	for _, line := range workersTold(state.Workers) {
		s.Printf("%s\n", line)
	}
	for _, text := range damaged {
		s.Printf("%s\n", text)
	}
	return nil
}
