package manual

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/lab"
)

// What a person is told to change in a lattice, and the tables of it.

func TestStiffness(t *testing.T) {
	b, s := open(t, nil)
	ready(t, b)
	if err := b.SetStiffness(t.Context(), []float64{100, 120}); err != nil {
		t.Fatal(err)
	}
	if q := s.asked[len(s.asked)-1]; !strings.Contains(q, "bond 2: from 100 to 120 N/m") || strings.Contains(q, "bond 1") {
		t.Errorf("asked %q", q)
	}
	text, err := os.ReadFile(filepath.Join(b.c.Cards, "stiffness-0002.csv"))
	if err != nil || string(text) != "bond,before (N/m),after (N/m),change (N/m)\n1,100,100,0\n2,100,120,20\n" {
		t.Errorf("%s, %v", text, err)
	}
	// A printed lattice is what it is.
	b, _ = open(t, func(c *Config) { c.Card.Stiffens = false; c.Stiffness = nil })
	ready(t, b)
	err = b.SetStiffness(t.Context(), []float64{100, 120})
	var no *lab.RefusedError
	if !errors.As(err, &no) || !strings.Contains(err.Error(), "make a new specimen with the stiffnesses in "+filepath.Join(b.c.Cards, "stiffness-0002.csv")) {
		t.Errorf("%v", err)
	}
	text, err = os.ReadFile(filepath.Join(b.c.Cards, "stiffness-0002.csv"))
	if err != nil || !strings.HasSuffix(string(text), "1,,100,\n2,,120,\n") {
		t.Errorf("%s, %v", text, err)
	}
}

// A person is told of widths in millimetres, element by element, and the table has them in metres.
func TestSettingsOfElements(t *testing.T) {
	card := testCard
	card.Values, card.Unit, card.Limits.Stiffness = 2, "m", [2]float64{}
	dir, box := t.TempDir(), t.TempDir()
	s := &script{t: t, inbox: box}
	b, err := Open(Config{Card: card, Inbox: box, Cards: dir, Person: s, Stiffness: []float64{1.65e-3, 2e-3},
		Settings: []Setting{{Kind: "beam", Number: 3, Parameter: "width", Unit: "m"}, {Kind: "angle", Number: 1, Parameter: "stiffness", Unit: "N m"}},
		Read:     func(context.Context, string) ([]lab.Mark, []lab.Mark, error) { return nil, nil, nil }})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Arm(t.Context(), lab.Limits{}); err != nil {
		t.Fatal(err)
	}
	if err := b.SetStiffness(t.Context(), []float64{1.65e-3 * (1 - 1e-15), 2e-3}); err != nil {
		t.Fatal(err)
	}
	if asked := strings.Join(s.asked, "\n"); !strings.Contains(asked, "No bond changes") || strings.Contains(asked, "1.65") {
		t.Errorf("of a change by rounding the person is told\n%s", asked)
	}
	if err := b.SetStiffness(t.Context(), []float64{1.82e-3, 2.5e-3}); err != nil {
		t.Fatal(err)
	}
	asked := strings.Join(s.asked, "\n")
	for _, want := range []string{"width of beam 3: from 1.65 mm to 1.82 mm", "stiffness of angle 1: from 0.002 N m to 0.0025 N m"} {
		if !strings.Contains(asked, want) {
			t.Errorf("the person is told\n%s\nand not %q", asked, want)
		}
	}
	tables, err := filepath.Glob(filepath.Join(dir, "stiffness-*.csv"))
	if err != nil || len(tables) != 2 {
		t.Fatal(tables, err)
	}
	text, err := os.ReadFile(tables[1])
	if want := "kind,number,parameter,before,after,change,unit\nbeam,3,width,0.0016"; err != nil || !strings.HasPrefix(string(text), want) {
		t.Errorf("the table is\n%s\n%v", text, err)
	}
	if _, err := Open(Config{Card: card, Inbox: box, Cards: dir, Person: s, Settings: []Setting{{Kind: "beam", Number: 3, Parameter: "width", Unit: "m"}},
		Read: func(context.Context, string) ([]lab.Mark, []lab.Mark, error) { return nil, nil, nil }}); err == nil {
		t.Error("one name for two numbers is taken")
	}
}

// A spring that follows an input is said to go in or out.
func TestPegs(t *testing.T) {
	c := &Config{Settings: []Setting{{Kind: "bar", Number: 12, Parameter: "stiffness", Unit: "N/m", Follows: true}, {Kind: "bar", Number: 13, Parameter: "stiffness", Unit: "N/m"}}}
	for _, step := range []struct {
		was, k []float64
		want   string
	}{
		{[]float64{0, 5}, []float64{3.4, 5}, "stiffness of bar 12: from 0 to 3.4 N/m (peg in)"},
		{[]float64{3.4, 5}, []float64{0, 5}, "stiffness of bar 12: from 3.4 to 0 N/m (peg out)"},
		{[]float64{3.4, 5}, []float64{3.5, 5}, "stiffness of bar 12: from 3.4 to 3.5 N/m"},
		{nil, []float64{3.4, 5}, "stiffness of bar 12: to 3.4 N/m (peg in)"},
		{[]float64{0, 5}, []float64{0, 6}, "stiffness of bar 13: from 5 to 6 N/m"},
	} {
		actions := c.changes(step.was, step.k, "table.csv").Actions
		if got := actions[0].Text; got != step.want || step.was != nil && len(actions) != 1 {
			t.Errorf("%v, want %q", actions, step.want)
		}
	}
}
