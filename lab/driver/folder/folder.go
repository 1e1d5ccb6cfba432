// Package folder is a bench made of files: another program writes where the
// nodes are, and reads what to hang.
//
// Its one idea is that every language can write a table into a directory. A
// measurement is the next new, whole file of tracks (Parse says what is in it).
// A load is a step for a person, or a file load-0007.json with the request of
// the driver protocol, which the other program answers by making an empty file
// load-0007.done, or load-0007.refused with the reason.
package folder

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver"
	"github.com/elastrain/elastrain/lab/driver/inbox"
)

// Config is what a bench of files is made of.
type Config struct {
	Card   lab.Card
	Tracks string        // the directory in which tracks appear
	Orders string        // the directory for orders
	Person driver.Person // who follows the orders; nil: a program that reads them
	Frame  time.Duration // longest wait for a file of tracks; 1 min if 0
	Order  time.Duration // longest wait for an order to be followed; 10 min if 0
	Safe   time.Duration // longest wait for a program to follow safe; 1 min if 0
	Inbox  inbox.Options
}

// Bench is a bench of files.
type Bench struct {
	driver.Wait
	c       Config
	turns   driver.Turns
	bounds  driver.Bounds
	tracks  *inbox.Box
	start   time.Time
	load    int // the number of the load that hangs; 0 none is known to
	applied time.Time

	mu     sync.Mutex // for what follows, which Leave uses beside a verb
	number int        // of the last order
	safe   bool       // nothing hangs
	asked  string     // the last order of safe, without extension, while nobody has followed it
}

var (
	_ lab.Bench     = (*Bench)(nil)
	_ lab.Attendant = (*Bench)(nil)
	_ lab.Leaver    = (*Bench)(nil)
)

// Open looks at both directories, which must exist. Numbers of orders go on
// after those that are there.
func Open(c Config) (*Bench, error) {
	if err := driver.CheckCard(c.Card); err != nil {
		return nil, fmt.Errorf("the card of the bench: %w", err)
	}
	if c.Frame == 0 {
		c.Frame = time.Minute
	}
	if c.Order == 0 {
		c.Order = 10 * time.Minute
	}
	if c.Safe == 0 {
		c.Safe = time.Minute
	}
	if c.Inbox.Poll == 0 {
		c.Inbox.Poll = 200 * time.Millisecond
	}
	b := &Bench{c: c, bounds: driver.Bounds{Card: c.Card}, start: time.Now()}
	var err error
	if b.tracks, err = inbox.Open(c.Tracks, []string{".csv", ".tsv", ".txt"}, c.Inbox); err != nil {
		return nil, err
	}
	if b.number, err = lastOrder(c.Orders); err != nil {
		return nil, err
	}
	return b, nil
}

var orderPattern = regexp.MustCompile(`^[a-z_]+-(\d{4,9})\.\w+$`)

func lastOrder(dir string) (last int, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, fmt.Errorf("the directory %s cannot be read: %w", dir, err)
	}
	for _, e := range entries {
		if m := orderPattern.FindStringSubmatch(e.Name()); m != nil {
			n, _ := strconv.Atoi(m[1]) // at most nine digits
			last = max(last, n)
		}
	}
	return last, nil
}

// Hello returns the card.
func (b *Bench) Hello(context.Context) (lab.Card, error) { return b.c.Card, nil }

// Ping looks whether the directories are there.
func (b *Bench) Ping(context.Context) error {
	for _, dir := range []string{b.c.Tracks, b.c.Orders} {
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

// Load orders loads and returns when they hang. Tracks of before are old then.
func (b *Bench) Load(ctx context.Context, load []lab.Force) (time.Duration, error) {
	ctx, done := b.turns.Take(ctx)
	defer done()
	if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	if err := b.bounds.Load(load, time.Now()); err != nil {
		return 0, err
	}
	number, err := b.order(ctx, driver.Request{Verb: driver.Load, Forces: driver.Forces(load, b.c.Card.Dim)})
	if err != nil {
		return 0, err
	}
	b.load, b.applied = number, time.Now()
	return b.applied.Sub(b.start), b.tracks.Skip()
}

// Measure waits for files of tracks.
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
		waited := b.For(fmt.Sprintf("a new table in %s (look %d of %d)", b.c.Tracks, i+1, repeats))
		file, err := b.tracks.Next(ctx, b.c.Frame)
		waited()
		if err != nil {
			return nil, err
		}
		if frames[i], err = b.read(file); err != nil {
			return nil, fmt.Errorf("%s: %w", file.Path, err)
		}
		if len(frames[i].Fixed) != len(frames[0].Fixed) {
			return nil, fmt.Errorf("%s: it has %d marks of the frame, and the file before has %d", file.Path, len(frames[i].Fixed), len(frames[0].Fixed))
		}
	}
	return frames, nil
}

func (b *Bench) read(file inbox.File) (f lab.Frame, err error) {
	text, err := atomicfile.ReadFile(atomicfile.OS{}, file.Path, MaxBytes)
	if err != nil {
		return f, err
	}
	hash := sha256.Sum256(text)
	tracks, err := Parse(text, b.c.Card)
	if err != nil {
		return f, err
	}
	if tracks.Load != 0 && tracks.Load != b.load {
		return f, fmt.Errorf("it is stale: of load %d, and load %d hangs", tracks.Load, b.load)
	}
	return lab.Frame{At: file.First.Sub(b.start), Nodes: tracks.Nodes, Fixed: tracks.Fixed,
		Images: []lab.Image{{Path: file.Path, SHA256: hex.EncodeToString(hash[:])}}}, nil
}

// SetStiffness orders stiffnesses.
func (b *Bench) SetStiffness(ctx context.Context, k []float64) error {
	ctx, done := b.turns.Take(ctx)
	defer done()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := b.bounds.Stiffness(k); err != nil {
		return err
	}
	if _, err := b.order(ctx, driver.Request{Verb: driver.SetStiffness, K: k}); err != nil {
		return err
	}
	b.bounds.Stiffened(k)
	return nil
}

// Safe orders that all loads are taken off, unless nothing hangs. At the start
// nobody knows what hangs. An order that nobody has followed is not given twice.
func (b *Bench) Safe(ctx context.Context) error {
	defer b.turns.Safe()()
	b.bounds.Disarm("it was made safe")
	b.mu.Lock()
	safe, path := b.safe, b.asked
	b.mu.Unlock()
	if safe {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	var err error
	if path == "" || b.c.Person != nil {
		_, err = b.order(ctx, driver.Request{Verb: driver.Safe})
	} else {
		err = b.awaitProgram(ctx, path, b.c.Safe)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil {
		if errors.As(err, new(*driver.Error)) { // it was answered with no: the next order is a new one
			b.asked = ""
		}
		return &lab.UnsafeError{Cause: err}
	}
	b.safe, b.asked, b.load = true, "", 0
	return nil
}

// Leave implements lab.Leaver: it writes the order of safe, unless nothing hangs or it is there.
func (b *Bench) Leave() {
	b.mu.Lock()
	safe := b.safe || b.asked != ""
	b.mu.Unlock()
	if !safe {
		// The program ends, and there is nobody left to tell that a disk is full.
		_, _, _ = b.write(driver.Request{Verb: driver.Safe})
	}
}

// write writes an order; path is without extension.
func (b *Bench) write(r driver.Request) (path string, number int, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.number++
	r.ID = uint64(b.number)
	text, err := json.Marshal(r)
	if err != nil {
		return "", 0, err
	}
	path = filepath.Join(b.c.Orders, fmt.Sprintf("%s-%04d", r.Verb, b.number))
	switch r.Verb {
	case driver.Load: // it may hang as soon as the order is there
		b.safe, b.asked = false, ""
	case driver.Safe:
		b.asked = path
	}
	return path, b.number, atomicfile.WriteFile(atomicfile.OS{}, path+".json", append(text, '\n'))
}

// order writes an order and waits until it is followed.
func (b *Bench) order(ctx context.Context, r driver.Request) (number int, err error) {
	path, number, err := b.write(r)
	if err != nil {
		return 0, err
	}
	r.ID = uint64(number)
	if b.c.Person != nil {
		return number, b.tellPerson(ctx, r, path+".json")
	}
	within := b.c.Order
	if r.Verb == driver.Safe {
		within = b.c.Safe
	}
	return number, b.awaitProgram(ctx, path, within)
}

func (b *Bench) tellPerson(ctx context.Context, r driver.Request, path string) error {
	var text strings.Builder
	switch {
	case r.Verb == driver.SetStiffness:
		what := "stiffnesses"
		if b.c.Card.Values > 0 {
			what = "parameters"
		}
		fmt.Fprintf(&text, "Order %d: set the %s of %s.", r.ID, what, path)
	case len(r.Forces) == 0:
		fmt.Fprintf(&text, "Order %d: take all loads off.", r.ID)
	default:
		fmt.Fprintf(&text, "Order %d: these loads and no others:", r.ID)
		for _, f := range r.Forces {
			fmt.Fprintf(&text, "\n  node %d: %v N", f.Node, f.F)
		}
	}
	defer b.For(fmt.Sprintf("the answer to order %d", r.ID))()
	answer, err := b.c.Person.Ask(ctx, text.String()+"\nIs it so?", "done", "stop")
	if err == nil && answer != "done" {
		err = &driver.Error{Code: driver.Stopped, Message: fmt.Sprintf("order %d was not followed: the person said %s", r.ID, answer)}
	}
	return err
}

func (b *Bench) awaitProgram(ctx context.Context, path string, within time.Duration) error {
	defer b.For(fmt.Sprintf("%s.done, when the other program has followed %[1]s.json", path))()
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	tick := time.NewTicker(b.c.Inbox.Poll)
	defer tick.Stop()
	for {
		if _, err := os.Stat(path + ".done"); err == nil {
			return nil
		}
		reason, err := atomicfile.ReadFile(atomicfile.OS{}, path+".refused", 64<<10)
		if err == nil {
			return &driver.Error{Code: driver.Refused, Message: fmt.Sprintf("the other program refused %s.json: %s", path, driver.Clean(string(reason), 500))}
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-deadline.C:
			return fmt.Errorf("nobody followed %s.json within %v: there is neither %s.done nor %s.refused", path, within, path, path)
		case <-tick.C:
		}
	}
}
