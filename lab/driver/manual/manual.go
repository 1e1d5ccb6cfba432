// Package manual is a bench whose hands and eyes are a person's: weights, and
// photographs in an inbox.
//
// Its one idea is that everything a person is asked to do is a card that can be
// read again (text, and a page for a phone), and everything a person has done
// is a file that stays: photographs are never changed or deleted, and one that
// was rejected is recorded with the reason.
//
// Read in this order: manual.go (the verbs), photo.go (from the inbox to a
// frame), card.go (what a card says), page.go (how it looks on a phone).
package manual

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver"
	"github.com/elastrain/elastrain/lab/driver/inbox"
)

// Reader finds the marks of a photograph: the nodes (len Card.Nodes) and the
// marks of the frame.
type Reader func(ctx context.Context, photo string) (nodes, fixed []lab.Mark, err error)

// Config is what a manual bench is made of.
type Config struct {
	Card   lab.Card
	Inbox  string // the directory in which photographs appear
	Cards  string // the directory for cards, tables and the record of rejected photographs
	Person driver.Person
	Read   Reader

	// Overlay names the picture in which the marks found are drawn over the
	// photograph; nil or "" shows the photograph itself.
	Overlay func(photo string) string
	// Strings, when set, says by which strings and weights a load hangs; none: one at each node.
	Strings func(load []lab.Force) []String
	// Settings says what each number is that the bench is set to (len Card.Settings()); nil: the stiffness of a bond.
	Settings []Setting
	// Positions of the nodes, for the drawing on a card (m; len Card.Nodes); may be nil.
	Positions [][3]float64
	// Stiffness of the elements at the start (N/m; len Card.Settings()); nil if nobody knows.
	Stiffness []float64
	Photo     time.Duration // longest wait for a photograph; 1 h if 0
	Box       inbox.Options
}

// Bench is a bench whose verbs a person follows.
type Bench struct {
	driver.Wait
	c      Config
	turns  driver.Turns
	bounds driver.Bounds
	box    *inbox.Box
	start  time.Time
	k      []float64

	mu      sync.Mutex // for what follows, which Leave uses beside a verb
	step    int        // number of the last card
	safe    bool       // nothing hangs
	unloads bool       // the last card is that all weights are taken off
}

var (
	_ lab.Bench     = (*Bench)(nil)
	_ lab.Attendant = (*Bench)(nil)
	_ lab.Leaver    = (*Bench)(nil)
)

// photographs are what a Reader may be able to read.
var photographs = []string{".png", ".jpg", ".jpeg", ".tif", ".tiff", ".pgm"}

// Open looks at both directories, which must exist. Photographs that are there
// already are old, and cards are numbered on after those that are there.
func Open(c Config) (*Bench, error) {
	if err := driver.CheckCard(c.Card); err != nil {
		return nil, fmt.Errorf("the card of the bench: %w", err)
	}
	switch {
	case c.Person == nil || c.Read == nil:
		return nil, errors.New("a manual bench needs a person and a reader of photographs")
	case c.Positions != nil && len(c.Positions) != c.Card.Nodes:
		return nil, fmt.Errorf("%d positions for %d nodes", len(c.Positions), c.Card.Nodes)
	case c.Settings != nil && len(c.Settings) != c.Card.Settings():
		return nil, fmt.Errorf("%d names for %d numbers that are set", len(c.Settings), c.Card.Settings())
	case c.Stiffness != nil && len(c.Stiffness) != c.Card.Settings():
		return nil, fmt.Errorf("%d numbers are what the bench is set to, and it takes %d", len(c.Stiffness), c.Card.Settings())
	}
	if c.Photo == 0 {
		c.Photo = time.Hour
	}
	b := &Bench{c: c, bounds: driver.Bounds{Card: c.Card}, start: time.Now(), k: c.Stiffness}
	if c.Stiffness != nil {
		b.bounds.Stiffened(c.Stiffness)
	}
	var err error
	if b.box, err = inbox.Open(c.Inbox, photographs, c.Box); err != nil {
		return nil, err
	}
	if b.step, err = lastCard(c.Cards); err != nil {
		return nil, err
	}
	return b, nil
}

var cardPattern = regexp.MustCompile(`^(?:step|stiffness)-(\d{4,9})\.\w+$`)

func lastCard(dir string) (last int, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, fmt.Errorf("the directory %s cannot be read: %w", dir, err)
	}
	for _, e := range entries {
		if m := cardPattern.FindStringSubmatch(e.Name()); m != nil {
			n, _ := strconv.Atoi(m[1]) // at most nine digits
			last = max(last, n)
		}
	}
	return last, nil
}

// Hello returns the card.
func (b *Bench) Hello(context.Context) (lab.Card, error) { return b.c.Card, nil }

// Ping looks whether the directories are there; the person is left in peace.
func (b *Bench) Ping(context.Context) error {
	for _, dir := range []string{b.c.Inbox, b.c.Cards} {
		if _, err := os.Stat(dir); err != nil {
			return err
		}
	}
	return nil
}

// Arm puts limits in force.
func (b *Bench) Arm(ctx context.Context, limits lab.Limits) error {
	ctx, done := b.turns.Take(ctx)
	defer done()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return b.bounds.Arm(limits)
}

// Load asks for weights and returns when the person says that they hang.
// Photographs of before are old then.
func (b *Bench) Load(ctx context.Context, load []lab.Force) (time.Duration, error) {
	ctx, done := b.turns.Take(ctx)
	defer done()
	if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	if err := b.bounds.Load(load, time.Now()); err != nil {
		return 0, err
	}
	if len(load) > 0 || !b.bare() { // nobody is asked to take off what does not hang
		b.setBare(false)
		if err := b.follow(ctx, driver.Wish{Kind: driver.ToLoad, Bare: len(load) == 0}, loadCard(load, b.c.Card.Dim, b.strings(load))); err != nil {
			return 0, err
		}
		b.setBare(len(load) == 0)
	}
	applied := time.Since(b.start)
	return applied, b.box.Skip()
}

func (b *Bench) strings(load []lab.Force) []String {
	if b.c.Strings == nil {
		return nil
	}
	return b.c.Strings(load)
}

// Measure asks for photographs.
func (b *Bench) Measure(ctx context.Context, repeats int) ([]lab.Frame, error) {
	ctx, done := b.turns.Take(ctx)
	defer done()
	if err := errors.Join(context.Cause(ctx), b.bounds.Armed()); err != nil {
		return nil, err
	}
	if repeats < 1 {
		return nil, &driver.Error{Code: driver.Refused, Message: fmt.Sprintf("%d measurements at once; it must be 1 or more", repeats)}
	}
	frames := make([]lab.Frame, repeats)
	for i := range frames {
		what := "Take a photograph and put it into " + b.c.Inbox
		if repeats > 1 {
			what = fmt.Sprintf("Take photograph %d of %d and put it into %s", i+1, repeats, b.c.Inbox)
		}
		if err := b.c.Person.Tell(ctx, what); err != nil {
			return nil, err
		}
		var err error
		if frames[i], err = b.photograph(ctx, i+1, repeats); err != nil {
			return nil, err
		}
		if got, want := len(frames[i].Fixed), len(frames[0].Fixed); got != want {
			return nil, fmt.Errorf("%s: %d marks of the frame were found, and %d in the photograph before", frames[i].Images[0].Path, got, want)
		}
	}
	return frames, nil
}

// SetStiffness writes a table of what to change. A bench that cannot change
// writes the table of the new specimen, and refuses.
func (b *Bench) SetStiffness(ctx context.Context, k []float64) error {
	ctx, done := b.turns.Take(ctx)
	defer done()
	check := b.bounds
	check.Card.Stiffens = true
	if err := errors.Join(context.Cause(ctx), check.Stiffness(k)); err != nil {
		return err
	}
	path := filepath.Join(b.c.Cards, fmt.Sprintf("stiffness-%04d.csv", b.number(false)))
	if err := atomicfile.WriteFile(atomicfile.OS{}, path, b.c.table(b.k, k)); err != nil {
		return err
	}
	if !b.c.Card.Stiffens {
		return &driver.Error{Code: driver.Refused, Message: fmt.Sprintf(
			"this lattice cannot change its bonds: make a new specimen with the %s in %s, and open the bench anew with it", b.c.what(), path)}
	}
	if err := b.follow(ctx, driver.Wish{Kind: driver.ToSet, Set: k}, b.c.changes(b.k, k, path)); err != nil {
		return err
	}
	b.bounds.Stiffened(k)
	b.k = append([]float64(nil), k...)
	return nil
}

// Safe asks the person to take all weights off, unless none hangs. At the start
// nobody knows what hangs.
func (b *Bench) Safe(ctx context.Context) error {
	defer b.turns.Safe()()
	b.bounds.Disarm("it was made safe")
	if b.bare() {
		return nil
	}
	if err := b.follow(context.WithoutCancel(ctx), driver.Wish{Kind: driver.ToLoad, Bare: true}, loadCard(nil, b.c.Card.Dim, nil)); err != nil {
		return &lab.UnsafeError{Cause: err}
	}
	b.setBare(true)
	return nil
}

// Leave implements lab.Leaver: it writes the card that asks for all weights to be
// taken off, unless none hangs or it is there.
func (b *Bench) Leave() {
	b.mu.Lock()
	leave := !b.safe && !b.unloads
	b.mu.Unlock()
	if leave {
		// The program ends, and there is nobody left to tell that a disk is full.
		_, _ = b.show(loadCard(nil, b.c.Card.Dim, nil), true)
	}
}

// bare says that nothing hangs.
func (b *Bench) bare() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.safe
}

func (b *Bench) setBare(yes bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.safe = yes
}

// number is that of the next card; unloads says what is on it.
func (b *Bench) number(unloads bool) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.step++
	b.unloads = unloads
	return b.step
}

// last is the number of the last card.
func (b *Bench) last() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.step
}

// show writes a card and returns it with its number.
func (b *Bench) show(c card, unloads bool) (card, error) {
	c.Step = b.number(unloads)
	name := filepath.Join(b.c.Cards, fmt.Sprintf("step-%04d", c.Step))
	page, err := c.page(b.c.Positions)
	if err != nil {
		return c, err
	}
	for _, f := range []struct {
		path string
		text []byte
	}{
		{name + ".txt", []byte(c.text())},
		{name + ".html", page},
		{filepath.Join(b.c.Cards, "current.html"), page}, // a phone keeps this one open
	} {
		if err := atomicfile.WriteFile(atomicfile.OS{}, f.path, f.text); err != nil {
			return c, err
		}
	}
	return c, nil
}

// follow writes a card, shows it, and waits until the person has done what it
// says.
func (b *Bench) follow(ctx context.Context, w driver.Wish, c card) error {
	c, err := b.show(c, w.Bare)
	if err != nil {
		return err
	}
	w.Card, w.Title, w.Actions, w.Note = c.Step, c.Title, c.Actions, c.Note
	driver.About(b.c.Person, w)
	answer, err := b.ask(ctx, fmt.Sprintf("the answer to step %d", c.Step), c.text()+"Done?", "done", "stop")
	if err == nil && answer != "done" {
		err = stopped("step %d was not done", c.Step)
	}
	return err
}

// ask asks the person, and says meanwhile what is waited for.
func (b *Bench) ask(ctx context.Context, what, question string, answers ...string) (string, error) {
	defer b.For(what)()
	answer, err := b.c.Person.Ask(ctx, question, answers...)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return answer, err
}

func stopped(format string, args ...any) error {
	return &driver.Error{Code: driver.Stopped, Message: fmt.Sprintf(format, args...) + ": the person said stop"}
}
