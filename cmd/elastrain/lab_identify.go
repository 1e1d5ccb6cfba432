package main

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/lab/identify"
	"github.com/elastrain/elastrain/run/insitu"
)

type labIdentify struct {
	Dir     string   `arg:"" help:"Directory of a session."`
	Step    int      `default:"0" help:"Use the loads of this step, from 1; 0: of the last step that has any."`
	Spread  *float64 `placeholder:"PERCENT" help:"How far bonds may be from their design, one by one, percent; default: 5, with --passport found from the loads."`
	Common  float64  `default:"10" help:"How far all of them together may be, percent."`
	Propose int      `default:"3" help:"Number of further loads to propose."`
	Noise   float64  `default:"0" help:"Noise of a marker coordinate in one look, um, where the session knows none."`

	Passport string   `placeholder:"FILE" help:"Write what is found as the passport of the part, from the loads of all steps."`
	Wander   float64  `default:"0" help:"How far each bond may go in a day, percent."`
	Marks    float64  `default:"0" help:"How much farther or less each mark may be seen to move than it does, percent."`
	Cracks   *float64 `placeholder:"PERCENT" help:"How many of the bonds may be cracked, percent; default: 1 with --passport, else none."`
}

// Help is the part of --help that shows the command at work.
func (*labIdentify) Help() string {
	return `Estimates the stiffnesses that bonds of a lattice of linear springs really had from how the lattice moved, with an error bar for each, and proposes the loads
that would tell most about what is still unknown.

A passport tells the stiffness of every bond by what it was asked for, with one joint error of all, and travels with the part:
lab.passport names it, and elastrain lab predict says what the part will do. It is made from the loads of all steps, because
a bond that came out too soft is so at each of them; where every setting has an error of its own, give --step.

Examples:
  elastrain lab identify runs/mine-lab
  elastrain lab identify runs/mine-lab --step 1 --json
  elastrain lab identify runs/mine-lab --passport part.yaml`
}

type identified struct {
	Bond      int     `json:"bond"`      // from 1
	Asked     float64 `json:"asked"`     // N/m
	Stiffness float64 `json:"stiffness"` // N/m
	Sigma     float64 `json:"sigma"`     // relative
	Told      float64 `json:"told"`      // share of what was unknown that the data removed
}

func (c *labIdentify) Run(s *session) error {
	cracks := 0.0
	switch {
	case c.Cracks != nil:
		cracks = *c.Cracks
	case c.Passport != "":
		cracks = 1
	}
	if !(c.Wander >= 0 && c.Wander <= 1000 && c.Marks >= 0 && c.Marks <= 100 && cracks >= 0 && cracks <= 50) {
		return &cli.UsageError{Text: "how far bonds and marks go, and how many bonds are cracked, are percentages from 0: --wander to 1000, --marks to 100, --cracks to 50", Help: "leave out what you do not know of"}
	}
	spread := 5.0
	if c.Spread != nil {
		spread = *c.Spread
	}
	if !(spread > 0 && spread <= 1000 && c.Common >= 0 && c.Common <= 1000) {
		return &cli.UsageError{Text: "the spread of the bonds is a percentage above 0, the common one from 0, and both are at most 1000", Help: "leave them out for 5 and 10"}
	}
	if err := cli.PlaceFor("--passport", c.Passport); err != nil {
		return err
	}
	r, err := insitu.Load(atomicfile.OS{}, c.Dir)
	if err != nil {
		return err
	}
	if err := r.Lab.Identifiable(); err != nil {
		return &cli.UsageError{Text: err.Error(), Help: "`elastrain lab replay` lists the gradients of a session, and what was measured is in its journal.jsonl"}
	}
	net := r.Lab.Experiment.Network
	cases, k, err := r.Cases(c.Step - 1)
	if c.Passport != "" && c.Step == 0 {
		cases, k, err = r.All()
	}
	if err != nil {
		return &cli.UsageError{Text: err.Error(), Help: "`elastrain lab replay` lists the steps"}
	}
	silent := false // marks said nothing of their noise, and did not scatter
	for i := range cases {
		for at, sigma := range cases[i].Sigma {
			if sigma == 0 && !net.Held[at] && !math.IsNaN(cases[i].Moved[at]) {
				silent = true
				cases[i].Sigma[at] = math.Sqrt2 * 1e-6 * c.Noise
			}
		}
	}
	if silent && !(c.Noise > 0 && c.Noise < 1e6) {
		return &cli.UsageError{Text: "the marks of this session show no noise, and without it nothing can be weighed", Help: "say what it is, such as --noise 6 for 6 um; lab.protocol.noise says it to the next session"}
	}
	prior := identify.Prior{Design: k, Own: spread / 100, Common: c.Common / 100, Wander: c.Wander / 100 / 24, Marks: c.Marks / 100, Crack: cracks / 100}
	if c.Spread == nil && c.Passport != "" {
		prior.Spreads = identify.SomeSpreads()
	}
	prior.Watch = identifying(s, len(cases), time.Now)
	e, finite, err := r.Lab.Identify(cases, prior)
	if err != nil {
		return err
	}
	if c.Passport != "" {
		defer s.ending.Hold()() // what is written is written whole
		if err := r.WritePassport(atomicfile.OS{}, c.Passport, cases, e, prior, k); err != nil {
			return err
		}
	}
	candidates := identify.SingleNodes(net, [][3]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}[:net.Dim], r.Lab.Estimator().Size())
	choices, err := identify.Design(net, prior, e.K, cases, candidates, cases[0].Sigma[firstFree(net.Held)], min(c.Propose, len(candidates)), identify.DOptimal)
	if err != nil {
		return err
	}
	if s.JSON {
		var bonds []identified
		for i := range e.K {
			bonds = append(bonds, identified{i + 1, k[i], e.K[i], e.Deviation[i], e.Told[i]})
		}
		return s.Object(struct {
			Loads   int          `json:"loads"`
			Misfit  float64      `json:"misfit"`
			Fits    bool         `json:"fits"`
			Finite  bool         `json:"finite"`
			Bonds   []identified `json:"bonds"`
			Propose string       `json:"propose"`

			Passport string `json:"passport,omitempty"`
			Cracked  []int  `json:"cracked,omitempty"`
		}{len(cases), e.Misfit, e.Fits(), finite, bonds, identify.List(candidates, choices), c.Passport, e.CrackedBonds()})
	}
	s.Printf("%s\nloads that would tell most:\n%s\n", e, strings.TrimRight(identify.List(candidates, choices), "\n"))
	if c.Passport != "" {
		s.Notef("passport  %s\n", c.Passport)
	}
	return nil
}

// identifying shows how far an estimate is, a line every few seconds.
func identifying(s *session, loads int, now func() time.Time) func(identify.Progress) {
	const every = 5 * time.Second
	var began, last time.Time
	round := 0
	begin := now()
	last = begin
	return func(p identify.Progress) {
		t := now()
		if p.Round != round {
			if began = t; round == 0 {
				began = begin
			}
			round = p.Round
		}
		if t.Sub(last) < every {
			return
		}
		last = t
		s.Notef("%s\n", identifyingText(p, loads, t.Sub(began)))
	}
}

// identifyingText is the line of a moment, since a round has begun. Time left is known of the spreads, which take about as long as one another.
func identifyingText(p identify.Progress, loads int, since time.Duration) string {
	text := fmt.Sprintf("round %d  %s to %s", p.Round, cli.Count(p.Fits, "fit"), cli.Count(loads, "load"))
	if p.Spreads > 1 {
		text += fmt.Sprintf("  spread %d of %d", p.Spread+1, p.Spreads)
	}
	if p.Cracked > 0 {
		text += fmt.Sprintf("  with %s taken to be cracked", cli.Count(p.Cracked, "bond"))
	}
	if p.Spread > 0 {
		text += fmt.Sprintf(", about %s to go in this round", duration(since.Seconds()*float64(p.Spreads-p.Spread)/float64(p.Spread)))
	}
	return text
}

func firstFree(held []bool) int {
	for i, h := range held {
		if !h {
			return i
		}
	}
	return 0
}
