package manual

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver"
)

// gravity is the standard one, m/s^2.
const gravity = 9.80665

// card is one thing to do.
type card struct {
	Step    int
	Title   string
	Actions []action
	Note    string
}

type action = driver.Action

// String is one string of a load, where a planner has said of what it is made.
type String struct {
	Node int        // from 0
	F    [3]float64 // N
	Text string     // the pieces and the pulley; may be ""
}

func loadCard(load []lab.Force, dim int, planned []String) card {
	c := card{Title: "Hang these weights and no others", Note: "x is to the right and y up, as in the design."}
	for _, s := range planned {
		size := math.Hypot(math.Hypot(s.F[0], s.F[1]), s.F[2])
		text := fmt.Sprintf("node %d: %.6g g, pulling %s (%.4g N)", s.Node+1, 1e3*size/gravity, direction(s.F, dim), size)
		if s.Text != "" {
			text += ": " + s.Text
		}
		c.Actions = append(c.Actions, action{Node: s.Node + 1, F: s.F, Text: text})
	}
	if len(planned) > 0 && len(load) > 0 {
		return c
	}
	forces := driver.Forces(load, dim)
	forces = slices.DeleteFunc(forces, func(f driver.NodeForce) bool {
		return !slices.ContainsFunc(f.F, func(x float64) bool { return x != 0 })
	})
	if len(forces) == 0 {
		return card{Title: "Take all weights off", Note: "Nothing pulls at any node then."}
	}
	for _, force := range forces {
		var f [3]float64
		copy(f[:], force.F)
		size := math.Hypot(math.Hypot(f[0], f[1]), f[2])
		c.Actions = append(c.Actions, action{Node: force.Node, F: f,
			Text: fmt.Sprintf("node %d: %.2f g, pulling %s (%.4g N)", force.Node, 1e3*size/gravity, direction(f, dim), size)})
	}
	return c
}

// direction says where a force points.
func direction(f [3]float64, dim int) string {
	axes := [3][2]string{{"to the left", "to the right"}, {"down", "up"}, {"to the back", "to the front"}}
	size := math.Hypot(math.Hypot(f[0], f[1]), f[2])
	for axis, words := range axes {
		// Within 0.1 degrees, finer than anybody sets a pulley.
		if math.Abs(f[axis]) >= size*(1-1e-6) {
			if f[axis] > 0 {
				return words[1]
			}
			return words[0]
		}
	}
	if dim == 3 {
		return fmt.Sprintf("along (%.3f, %.3f, %.3f)", f[0]/size, f[1]/size, f[2]/size)
	}
	sideways, upright := axes[0][1], axes[1][1]
	if f[0] < 0 {
		sideways = axes[0][0]
	}
	if f[1] < 0 {
		upright = axes[1][0]
	}
	return fmt.Sprintf("%s and %.1f degrees %s", sideways, math.Atan2(math.Abs(f[1]), math.Abs(f[0]))*180/math.Pi, upright)
}

func (c card) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Step %d. %s\n", c.Step, c.Title)
	for _, a := range c.Actions {
		fmt.Fprintf(&b, "  %s\n", a.Text)
	}
	if c.Note != "" {
		fmt.Fprintf(&b, "%s\n", c.Note)
	}
	return b.String()
}

// nothing is a change, as a share, that comes from rounding and that nobody could make.
const nothing = 1e-9

// mostChanges is the most lines of a card; the table has them all.
const mostChanges = 40

// Setting is a number that a bench is set to: a parameter of an element.
type Setting struct {
	Kind      string // of element: beam
	Number    int    // of it, as people count
	Parameter string // width
	Unit      string // m
	Follows   bool   // an input: at 0 it is out
}

// peg says what is done to a spring that follows an input, where it goes in or out.
func (s Setting) peg(was []float64, i int, to float64) string {
	switch {
	case !s.Follows:
	case to == 0:
		return " (peg out)"
	case was == nil || was[i] == 0:
		return " (peg in)"
	}
	return ""
}

func (s Setting) String() string { return fmt.Sprintf("%s of %s %d", s.Parameter, s.Kind, s.Number) }

// value writes a number as people measure it: widths in millimetres.
func (s Setting) value(v float64) string {
	if s.Unit == "m" {
		return fmt.Sprintf("%.6g mm", 1e3*v)
	}
	return strings.TrimSpace(fmt.Sprintf("%.6g %s", v, s.Unit))
}

// what is set.
func (c *Config) what() string {
	if c.Settings != nil {
		return "parameters"
	}
	return "stiffnesses"
}

// setting is the name of a number and how it is written.
func (c *Config) setting(i int) (name string, value func(float64) string) {
	if c.Settings != nil {
		return c.Settings[i].String(), c.Settings[i].value
	}
	return fmt.Sprintf("bond %d", i+1), func(v float64) string { return fmt.Sprintf("%.6g", v) + " N/m" }
}

// changes says what changes; was is nil if nobody knows.
func (c *Config) changes(was, k []float64, table string) card {
	out := card{Title: "Change these bonds", Note: "The whole table is in " + table + "."}
	for i := range k {
		if was != nil && math.Abs(was[i]-k[i]) <= nothing*math.Abs(k[i]) {
			continue
		}
		if len(out.Actions) == mostChanges {
			out.Actions = append(out.Actions, action{Text: "and more, see the table"})
			break
		}
		name, value := c.setting(i)
		text := fmt.Sprintf("%s: to %s", name, value(k[i]))
		if was != nil {
			text = fmt.Sprintf("%s: from %s to %s", name, strings.TrimSuffix(value(was[i]), " N/m"), value(k[i]))
		}
		if c.Settings != nil {
			text += c.Settings[i].peg(was, i, k[i])
		}
		out.Actions = append(out.Actions, action{Text: text})
	}
	if len(out.Actions) == 0 {
		out.Title = "No bond changes"
	}
	return out
}

// table is all that is set, and how it changes.
func (c *Config) table(was, k []float64) []byte {
	if c.Settings == nil {
		return stiffnessTable(was, k)
	}
	var b strings.Builder
	b.WriteString("kind,number,parameter,before,after,change,unit\n")
	for i, s := range c.Settings {
		before, change := "", ""
		if was != nil {
			before, change = fmt.Sprint(was[i]), fmt.Sprint(k[i]-was[i])
		}
		fmt.Fprintf(&b, "%s,%d,%s,%s,%v,%s,%s\n", s.Kind, s.Number, s.Parameter, before, k[i], change, s.Unit)
	}
	return []byte(b.String())
}

func stiffnessTable(was, k []float64) []byte {
	var b strings.Builder
	b.WriteString("bond,before (N/m),after (N/m),change (N/m)\n")
	for i := range k {
		if was == nil {
			fmt.Fprintf(&b, "%d,,%v,\n", i+1, k[i])
			continue
		}
		fmt.Fprintf(&b, "%d,%v,%v,%v\n", i+1, was[i], k[i], k[i]-was[i])
	}
	return []byte(b.String())
}
