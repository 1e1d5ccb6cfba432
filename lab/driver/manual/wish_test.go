package manual

import (
	"errors"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/elastrain/elastrain/lab/driver"
)

// listening is a script that hears of every wish in parts.
type listening struct {
	*script
	wishes []driver.Wish
}

func (l *listening) About(w driver.Wish) { l.wishes = append(l.wishes, w) }

// A page hears in parts what a terminal reads: each wish before its question, and when no photograph is waited for any more.
func TestWishes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l listening
		b, s := open(t, func(c *Config) {
			l.script = c.Person.(*script)
			c.Person = &l
			c.Overlay = func(photo string) string { return photo + ".overlay.png" }
		})
		ready(t, b)
		if _, err := b.Load(t.Context(), hang(0.1, 0)); err != nil {
			t.Fatal(err)
		}
		s.blurred = 1
		s.answers = []string{"", "reject", ""}
		if _, err := b.Measure(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(b.SetStiffness(t.Context(), []float64{100, 120}), b.Safe(t.Context())); err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for _, w := range l.wishes {
			kinds = append(kinds, w.Kind)
		}
		const want = "load load photograph reading retake photograph reading judge explain photograph reading judge set load"
		if got := strings.Join(kinds, " "); got != want {
			t.Fatalf("wishes %s,\nwant   %s", got, want)
		}
		hung, judged := l.wishes[1], l.wishes[7]
		if hung.Card != 2 || hung.Bare || len(hung.Actions) != 1 || hung.Actions[0].Node != 3 || hung.Actions[0].F != [3]float64{0.1, 0, 0} || !l.wishes[0].Bare {
			t.Errorf("the load is %+v", hung)
		}
		if w := l.wishes[4]; w.Why != "no mark is sharp" || filepath.Base(w.File) != "IMG_0001.JPG" {
			t.Errorf("the first photograph: %+v", w)
		}
		if judged.Number != 1 || judged.Of != 1 || len(judged.Marks) != 3 || math.Abs(judged.Marks[2].X[0]-0.051) > 1e-12 || judged.Picture != judged.File+".overlay.png" {
			t.Errorf("the second: %+v", judged)
		}
	})
}
