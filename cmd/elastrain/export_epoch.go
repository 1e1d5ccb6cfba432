package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/snapshot"
)

var osFiles = atomicfile.OS{}

// atEpoch sets the parameters to those of the epoch that is asked for.
func (c *exportCommand) atEpoch(s *session, subject *cli.Subject, view *experiment.View, result *exported) error {
	t := subject.Trained
	if c.Series == "epochs" {
		switch {
		case t == nil:
			return &cli.UsageError{Text: fmt.Sprintf("--series epochs asks for the epochs of a training, and %s is an experiment file", c.Subject), Help: "give the directory of a run"}
		case len(t.History.Epochs) == 0:
			return &cli.UsageError{Text: fmt.Sprintf("%s keeps no history of its parameters", c.Subject), Help: "leave --series out"}
		case c.Epoch != "":
			return &cli.UsageError{Text: "--series epochs takes all epochs, and --epoch one", Help: "leave one of them out"}
		}
		return nil
	}
	if c.Epoch == "" {
		if t != nil {
			result.Epoch = &t.Epoch
		}
		return nil
	}
	if t == nil {
		return &cli.UsageError{Text: fmt.Sprintf("--epoch %s asks for an epoch of a training, and %s is an experiment file", c.Epoch, c.Subject), Help: "give the directory of a run, or leave --epoch out"}
	}
	h := &t.History
	if len(h.Epochs) == 0 {
		return &cli.UsageError{Text: fmt.Sprintf("%s keeps no history of its parameters", c.Subject), Help: "leave --epoch out"}
	}
	epoch := 0
	switch strings.ToLower(c.Epoch) {
	case "last":
		epoch = h.Epochs[len(h.Epochs)-1]
	case "best":
		scores, err := t.Scores(osFiles)
		if err != nil {
			return err
		}
		best, by := bestFrame(h, scores)
		if best < 0 {
			return &cli.UsageError{Text: fmt.Sprintf("no epoch that %s keeps has a loss", c.Subject), Help: "name an epoch: " + epochWords(h)}
		}
		epoch = h.Epochs[best]
		s.Notef("note: of the %d epochs whose parameters are kept, %d has the least loss on the %s part\n", len(h.Epochs), epoch, by)
	default:
		n, err := strconv.Atoi(c.Epoch)
		if err != nil {
			return &cli.UsageError{Text: fmt.Sprintf("--epoch %s is no epoch", c.Epoch), Help: "write a number, best or last; kept are " + epochWords(h)}
		}
		epoch = n
	}
	at := slices.Index(h.Epochs, epoch)
	if at < 0 {
		return &cli.UsageError{Text: fmt.Sprintf("the parameters of epoch %d are not kept in %s", epoch, c.Subject), Help: "kept are " + epochWords(h)}
	}
	n := len(h.Theta) / len(h.Epochs)
	view.Theta, result.Epoch = h.Theta[at*n:(at+1)*n], &epoch
	return nil
}

// epochs are snapshots of the epochs that a run keeps, each computed when its turn comes.
func (c *exportCommand) epochs(subject *cli.Subject, view experiment.View) func(func(float64, *snapshot.Snapshot) error) error {
	return func(yield func(float64, *snapshot.Snapshot) error) error {
		h := &subject.Trained.History
		n := len(h.Theta) / len(h.Epochs)
		for at, epoch := range h.Epochs {
			view.Theta = h.Theta[at*n : (at+1)*n]
			s, err := subject.Experiment.Snapshot(view)
			if err != nil {
				return fmt.Errorf("epoch %d: %w", epoch, err)
			}
			if err := yield(float64(epoch), s); err != nil {
				return err
			}
		}
		return nil
	}
}

// bestFrame is the frame of the least loss, on the validation part where there is one, else on the training part: never
// on the test part. -1 where none has a score.
func bestFrame(h *snapshot.History, scores []snapshot.Score) (frame int, part string) {
	frame, part = -1, "training"
	least := 0.0
	for _, validation := range []bool{true, false} {
		for _, r := range scores {
			loss := r.Loss
			if validation {
				loss = r.ValidLoss
			}
			at := slices.Index(h.Epochs, r.Epoch)
			if at < 0 || loss != loss || frame >= 0 && loss >= least {
				continue
			}
			frame, least = at, loss
		}
		if frame >= 0 {
			if validation {
				part = "validation"
			}
			return frame, part
		}
	}
	return frame, part
}

// epochWords lists the epochs that are kept.
func epochWords(h *snapshot.History) string {
	words := make([]string, len(h.Epochs))
	for i, e := range h.Epochs {
		words[i] = strconv.Itoa(e)
	}
	if n := len(words); n > 12 {
		words = append(append(words[:6:6], "..."), words[n-4:]...)
	}
	return strings.Join(words, ", ")
}
