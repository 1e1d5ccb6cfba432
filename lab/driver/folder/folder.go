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
	"time"

	"github.com/elastrain/elastrain/internal/atomicfile"
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
	Inbox  inbox.Options
}

// Bench is a bench of files.
type Bench struct {
	c       Config
	bounds  driver.Bounds
	tracks  *inbox.Box
	start   time.Time
	number  int // of the last order
	load    int // the number of the load that hangs; 0 none is known to
	applied time.Time
	safe    bool // nothing hangs
}

var _ lab.Bench = (*Bench)(nil)

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
func (b *Bench) Arm(_ context.Context, limits lab.Limits) error { return b.bounds.Arm(limits) }

// Load orders loads and returns when they hang. Tracks of before are old then.
func (b *Bench) Load(ctx context.Context, load []lab.Force) (time.Duration, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if err := b.bounds.Load(load, time.Now()); err != nil {
		return 0, err
	}
	b.safe = false
	if err := b.order(ctx, driver.Request{Verb: driver.Load, Forces: driver.Forces(load, b.c.Card.Dim)}); err != nil {
		return 0, err
	}
	b.load, b.applied = b.number, time.Now()
	return b.applied.Sub(b.start), b.tracks.Skip()
}

// Measure waits for files of tracks.
func (b *Bench) Measure(ctx context.Context, repeats int) ([]lab.Frame, error) {
	if err := errors.Join(ctx.Err(), b.bounds.Armed()); err != nil {
		return nil, err
	}
	if repeats < 1 {
		return nil, &driver.Error{Code: driver.Refused, Message: fmt.Sprintf("%d measurements at once; it must be 1 or more", repeats)}
	}
	frames := make([]lab.Frame, repeats)
	for i := range frames {
		file, err := b.tracks.Next(ctx, b.c.Frame)
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
	if err := b.bounds.Stiffness(k); err != nil {
		return err
	}
	if err := b.order(ctx, driver.Request{Verb: driver.SetStiffness, K: k}); err != nil {
		return err
	}
	b.bounds.Stiffened(k)
	return nil
}

// Safe orders that all loads are taken off, unless nothing hangs. At the start
// nobody knows what hangs.
func (b *Bench) Safe(ctx context.Context) error {
	b.bounds.Disarm("it was made safe")
	if b.safe {
		return nil
	}
	if err := b.order(context.WithoutCancel(ctx), driver.Request{Verb: driver.Safe}); err != nil {
		return err
	}
	b.safe, b.load = true, 0
	return nil
}

// order writes an order and waits until it is followed.
func (b *Bench) order(ctx context.Context, r driver.Request) error {
	b.number++
	r.ID = uint64(b.number)
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	path := filepath.Join(b.c.Orders, fmt.Sprintf("%s-%04d", r.Verb, b.number))
	if err := atomicfile.WriteFile(atomicfile.OS{}, path+".json", append(text, '\n')); err != nil {
		return err
	}
	if b.c.Person != nil {
		return b.tellPerson(ctx, r, path+".json")
	}
	return b.awaitProgram(ctx, path)
}

func (b *Bench) tellPerson(ctx context.Context, r driver.Request, path string) error {
	var text strings.Builder
	switch {
	case r.Verb == driver.SetStiffness:
		fmt.Fprintf(&text, "Order %d: set the stiffnesses of %s.", r.ID, path)
	case len(r.Forces) == 0:
		fmt.Fprintf(&text, "Order %d: take all loads off.", r.ID)
	default:
		fmt.Fprintf(&text, "Order %d: these loads and no others:", r.ID)
		for _, f := range r.Forces {
			fmt.Fprintf(&text, "\n  node %d: %v N", f.Node, f.F)
		}
	}
	answer, err := b.c.Person.Ask(ctx, text.String()+"\nIs it so?", "done", "stop")
	if err == nil && answer != "done" {
		err = &driver.Error{Code: driver.Stopped, Message: fmt.Sprintf("order %d was not followed: the person said %s", r.ID, answer)}
	}
	return err
}

func (b *Bench) awaitProgram(ctx context.Context, path string) error {
	deadline := time.NewTimer(b.c.Order)
	defer deadline.Stop()
	tick := time.NewTicker(b.c.Inbox.Poll)
	defer tick.Stop()
	for {
		if _, err := os.Stat(path + ".done"); err == nil {
			return nil
		}
		reason, err := atomicfile.ReadFile(atomicfile.OS{}, path+".refused", 64<<10)
		if err == nil {
			return &driver.Error{Code: driver.Refused, Message: fmt.Sprintf("the other program refused %s.json: %s", path, strings.TrimSpace(string(reason)))}
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline.C:
			return fmt.Errorf("nobody followed %s.json within %v: there is neither %s.done nor %s.refused", path, b.c.Order, path, path)
		case <-tick.C:
		}
	}
}
