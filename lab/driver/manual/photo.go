package manual

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver"
	"github.com/elastrain/elastrain/lab/driver/inbox"
)

// Rejected is a line of rejected.jsonl in the directory of cards.
type Rejected struct {
	Time   time.Time `json:"time"`
	Step   int       `json:"step"` // number of the last card, whose load hung
	Photo  string    `json:"photo"`
	SHA256 string    `json:"sha256"`
	By     string    `json:"by"` // "person" or "reader"
	Reason string    `json:"reason"`
}

// photograph waits for a photograph that can be read and that the person
// accepts, the one with this number of so many. The person may reject as many as it takes.
func (b *Bench) photograph(ctx context.Context, number, of int) (lab.Frame, error) {
	about := func(r driver.Wish) {
		r.Card, r.Number, r.Of = b.last(), number, of
		driver.About(b.c.Person, r)
	}
	for {
		about(driver.Wish{Kind: driver.ToPhotograph})
		waited := b.For("a photograph in " + b.c.Inbox)
		file, err := b.box.Next(ctx, b.c.Photo)
		waited()
		about(driver.Wish{Kind: driver.Reading, File: file.Path})
		if err != nil {
			return lab.Frame{}, err
		}
		hash, err := inbox.SHA256(file.Path)
		if err != nil {
			return lab.Frame{}, err
		}
		r := Rejected{Step: b.last(), Photo: file.Path, SHA256: hash}
		f, err := b.read(ctx, file.Path)
		if err == nil {
			f.At, f.Images = file.First.Sub(b.start), []lab.Image{{Path: file.Path, SHA256: hash}}
			about(driver.Wish{Kind: driver.ToJudge, File: file.Path, Picture: b.picture(file.Path), Marks: f.Nodes})
			if r.Reason, err = b.judge(ctx, file.Path, f, about); err != nil || r.Reason == "" {
				return f, err
			}
			r.By = "person"
		} else {
			if ctx.Err() != nil {
				return lab.Frame{}, context.Cause(ctx)
			}
			r.By, r.Reason = "reader", err.Error()
			about(driver.Wish{Kind: driver.ToRetake, File: file.Path, Picture: b.picture(file.Path), Why: r.Reason})
			if err := b.unreadable(ctx, r); err != nil {
				return lab.Frame{}, err
			}
		}
		if err := b.record(r); err != nil {
			return lab.Frame{}, err
		}
	}
}

// read finds the marks and checks that they are of this lattice.
func (b *Bench) read(ctx context.Context, photo string) (f lab.Frame, err error) {
	f.Nodes, f.Fixed, err = b.c.Read(ctx, photo)
	if err == nil && len(f.Nodes) != b.c.Card.Nodes {
		err = fmt.Errorf("%d nodes were found places for, and the lattice has %d", len(f.Nodes), b.c.Card.Nodes)
	}
	return f, err
}

// picture shows what was read of a photograph, or else the photograph.
func (b *Bench) picture(photo string) string {
	if b.c.Overlay != nil {
		if overlay := b.c.Overlay(photo); overlay != "" {
			return overlay
		}
	}
	return photo
}

// judge returns why the person rejects a photograph, "" if it is accepted.
func (b *Bench) judge(ctx context.Context, photo string, f lab.Frame, about func(driver.Wish)) (reason string, err error) {
	seen := 0
	for _, m := range f.Nodes {
		if m.Seen {
			seen++
		}
	}
	answer, err := b.ask(ctx, "the judgement of "+filepath.Base(photo), fmt.Sprintf("%s: %d of %d nodes were found. Look at %s: is every mark where it should be?",
		filepath.Base(photo), seen, len(f.Nodes), b.picture(photo)), "accept", "reject", "stop")
	switch {
	case err != nil:
		return "", err
	case answer == "accept":
		return "", nil
	case answer == "stop":
		return "", stopped("%s was not judged", photo)
	}
	about(driver.Wish{Kind: driver.ToExplain, File: photo, Picture: b.picture(photo)})
	if reason, err = b.ask(ctx, "what is wrong with "+filepath.Base(photo), "What is wrong with it? This goes into the record."); err == nil && reason == "" {
		reason = "no reason was given"
	}
	return reason, err
}

func (b *Bench) unreadable(ctx context.Context, r Rejected) error {
	answer, err := b.ask(ctx, "the answer about "+filepath.Base(r.Photo), fmt.Sprintf("%s cannot be read: %s. Take another photograph?", filepath.Base(r.Photo), r.Reason), "yes", "stop")
	if err == nil && answer == "stop" {
		err = errors.Join(b.record(r), stopped("%s cannot be read (%s)", r.Photo, r.Reason))
	}
	return err
}

// record keeps a rejection for ever.
func (b *Bench) record(r Rejected) error {
	r.Time = time.Now().UTC()
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	j, err := atomicfile.OpenJournal(atomicfile.OS{}, filepath.Join(b.c.Cards, "rejected.jsonl"))
	if err != nil {
		return err
	}
	return errors.Join(j.Append(line), j.Sync(), j.Close())
}
