package main

import (
	"fmt"
	"strings"

	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/switchable"
)

type elementsCommand struct {
	Name string `arg:"" optional:"" help:"Which one; default: all."`
}

// Help is the part of --help that shows the command at work.
func (*elementsCommand) Help() string {
	return `What was published of elements that change their stiffness in matter, and where. "?" was not found; nothing is guessed. A name goes into
matter.element (training by computer) or lab.matter.element (bench).

Examples:
  elastrain elements                   the list
  elastrain elements gecko-laminate    one of them`
}

func (c *elementsCommand) Run(s *session) error {
	list := switchable.All()
	if c.Name != "" {
		e, ok := switchable.Find(c.Name)
		if !ok {
			var names []string
			for _, e := range list {
				names = append(names, e.Name)
			}
			return &cli.UsageError{Text: "there is no element `" + c.Name + "`", Help: "choose one of " + strings.Join(names, ", ")}
		}
		list = []switchable.Element{e}
	}
	if s.JSON {
		return s.Object(map[string]any{"elements": list})
	}
	s.Printf("%-16s %-12s %14s %7s %7s %6s %7s %6s  %-18s %s\n", "element", "sets", "range (N/m)", "ratio", "levels", "time", "energy", "drift", "holds with", "source")
	for _, e := range list {
		span, levels := "?", "any"
		if e.Hi > 0 {
			span = fmt.Sprintf("%g..%g", e.Lo, e.Hi)
		}
		if e.Levels > 0 {
			levels = fmt.Sprint(e.Levels)
		}
		s.Printf("%-16s %-12s %14s %7s %7s %6s %7s %6s  %-18s %s\n", e.Name, e.Sets, span, orUnknown(e.Ratio, ""), levels, orUnknown(e.Time, " s"), orUnknown(e.Energy, " J"), orUnknown(e.Drift, ""), e.Holds, e.Source)
	}
	for _, e := range list {
		s.Printf("\n%s: %s", e.Name, e.What)
		if e.Note != "" {
			s.Printf("; %s", e.Note)
		}
	}
	s.Printf("\n")
	return nil
}

// orUnknown is a number with its unit, ? where it is not known.
func orUnknown(v float64, unit string) string {
	if v == 0 {
		return "?"
	}
	return fmt.Sprintf("%.3g%s", v, unit)
}
