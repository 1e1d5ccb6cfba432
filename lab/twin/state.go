package twin

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/elastrain/elastrain/lab"
)

// state is everything that what comes next depends on, but for the limits that
// the bench is armed with.
type state struct {
	Now      time.Duration     `json:"now"`
	Loaded   time.Duration     `json:"loaded"`
	Commands int               `json:"commands"`
	Streams  map[string][]byte `json:"streams"` // of random numbers

	Asked   []float64     `json:"asked"` // N/m
	Set     []float64     `json:"set,omitempty"`
	Changed time.Duration `json:"changed"`
	Stiff   time.Duration `json:"stiff"`
	Failed  []int         `json:"failed,omitempty"` // bonds, from 0

	Load   []float64     `json:"load,omitempty"`   // N
	Holds  []lab.Hold    `json:"holds,omitempty"`  // as the stage stands
	Target []float64     `json:"target,omitempty"` // m
	From   []float64     `json:"from,omitempty"`
	Since  time.Duration `json:"since"`

	Looked, LookedBefore bool
	Last, Before         *lab.Frame `json:",omitempty"` // where frames come twice or late
}

// streams are the sources that are drawn from as the bench is used.
func (b *Bench) streams() map[string]source {
	c := b.camera
	all := map[string]source{"update": b.specimen.update, "noise": c.noise, "motion": c.motion, "scale": c.scale,
		"dropped": c.dropped, "duplicated": c.duplicated, "stale": c.stale, "missing": c.missing}
	if b.config.Stage != nil {
		all["stage"] = b.stage
	}
	return all
}

// repeats reports whether old frames may come again.
func (c *camera) repeats() bool { return c.config.Frames.Duplicated > 0 || c.config.Frames.Stale > 0 }

// State implements lab.Rewinder.
func (b *Bench) State() (string, error) {
	s, c := b.specimen, b.camera
	now := state{Now: b.now, Loaded: b.loaded, Commands: b.commands, Streams: map[string][]byte{},
		Asked: s.asked, Set: s.given, Changed: s.changed, Stiff: s.stiff, Failed: s.failed,
		Load: unlessZero(s.load), Holds: b.holds, Target: unlessZero(s.target), Since: s.since, Looked: c.any, LookedBefore: c.anyOld}
	if slices.Equal(now.Set, now.Asked) {
		now.Set = nil
	}
	if b.config.Creep.Share > 0 {
		now.From = unlessZero(s.from)
	}
	if c.repeats() {
		now.Last, now.Before = &c.last, &c.before
	}
	for name, source := range b.streams() {
		text, err := source.pcg.MarshalBinary()
		if err != nil {
			return "", err
		}
		now.Streams[name] = text
	}
	text, err := json.Marshal(&now)
	return string(text), err
}

func unlessZero(v []float64) []float64 {
	if slices.ContainsFunc(v, func(x float64) bool { return x != 0 }) {
		return v
	}
	return nil
}

// Restore implements lab.Rewinder.
func (b *Bench) Restore(text string) error {
	var then state
	if err := json.Unmarshal([]byte(text), &then); err != nil {
		return fmt.Errorf("twin: its state: %w", err)
	}
	s, c := b.specimen, b.camera
	if then.Set == nil {
		then.Set = then.Asked
	}
	for _, v := range []struct {
		to, from []float64
		optional bool
	}{{s.asked, then.Asked, false}, {s.given, then.Set, false}, {s.load, then.Load, true}, {s.target, then.Target, true}, {s.from, then.From, true}} {
		if len(v.from) != len(v.to) && (v.from != nil || !v.optional) {
			return fmt.Errorf("twin: its state is of another lattice: %d numbers where %d are due", len(v.from), len(v.to))
		}
		clear(v.to)
		copy(v.to, v.from)
	}
	for name, source := range b.streams() {
		if err := source.pcg.UnmarshalBinary(then.Streams[name]); err != nil {
			return fmt.Errorf("twin: its state has no random numbers of %s: %w", name, err)
		}
	}
	if !slices.Equal(s.failed, then.Failed) {
		if err := s.mend(then.Failed); err != nil {
			return err
		}
	}
	b.now, b.loaded, b.commands, b.broken = then.Now, then.Loaded, then.Commands, nil
	b.holds = then.Holds
	s.changed, s.since = then.Changed, then.Since
	c.any, c.anyOld, c.last, c.before = then.Looked, then.LookedBefore, lab.Frame{}, lab.Frame{}
	if then.Last != nil && then.Before != nil {
		c.last, c.before = *then.Last, *then.Before
	}
	clear(b.u)
	copy(b.u, s.target)
	return s.stiffen(then.Stiff)
}

// mend leaves just these of the bonds that were whole at first failed.
func (s *specimen) mend(failed []int) error {
	for _, i := range s.failed {
		s.fail(i, false)
	}
	for _, i := range failed {
		if i < 0 || i >= s.elements() {
			return fmt.Errorf("twin: its state has a bond %d that failed; the bonds are 1 to %d", i+1, s.elements())
		}
		s.fail(i, true)
	}
	s.failed = slices.Clone(failed)
	return s.build()
}
