package studio

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/run/listing"
)

// order is what is to be done with a run.
type order struct {
	ID        string   `json:"id"`
	Do        string   `json:"do"`        // pause, resume, extend, retrain, damage, trash or restore
	Epochs    int      `json:"epochs"`    // of extend: in all
	Cut       []int    `json:"cut"`       // of damage: bonds, from 1
	Retrain   bool     `json:"retrain"`   // of damage: train what is left; else it is only scored
	Name      string   `json:"name"`      // of retrain: the file of the task
	Text      string   `json:"text"`      // of retrain: its text, saved first
	Was       *string  `json:"was"`       // of retrain: as for a spec
	Overrides []string `json:"overrides"` // of retrain
}

// done is the answer to an order.
type done struct {
	Run   *Row            `json:"run"`
	Score json.RawMessage `json:"score,omitempty"` // of damage without retraining
}

// do carries out an order.
func (s *Server) do(w http.ResponseWriter, r *http.Request) error {
	var q order
	if err := take(w, r, &q); err != nil {
		return err
	}
	if q.Do == "restore" {
		row, err := s.trash.restore(q.ID)
		if err != nil {
			return err
		}
		return answer(w, done{Run: row})
	}
	row, err := s.list.row(q.ID)
	if err != nil {
		return err
	}
	if q.Do == "trash" {
		if row, err = s.trash.put(row); err != nil {
			return err
		}
		return answer(w, done{Run: row})
	}
	if !typeable(q.ID) {
		return refused(http.StatusBadRequest, "give its directory another name", "%q cannot stand in a command line", q.ID)
	}
	if q.Do == "pause" {
		if row, err = s.pause(r.Context(), row); err != nil {
			return err
		}
		return answer(w, done{Run: row})
	}
	return s.command(w, r, row, &q)
}

// command carries out an order that is a command.
func (s *Server) command(w http.ResponseWriter, r *http.Request, row *Row, q *order) error {
	var args []string
	parent, prefix := path.Dir(q.ID), path.Base(q.ID)
	switch q.Do {
	case "resume", "extend":
		if row.State == running {
			return answer(w, done{Run: row})
		}
		if row.Of == "session" {
			return refused(http.StatusConflict, "the same `elastrain lab train SPEC` again goes on with it", "%s is a session of a bench", q.ID)
		}
		args = []string{"resume", q.ID}
		if q.Do == "extend" {
			if q.Epochs <= row.Epoch || q.Epochs > mostEpochs {
				return refused(http.StatusBadRequest, "ask for more than it has", "%d epochs are not more than its %d", q.Epochs, row.Epoch)
			}
			args = append(args, "--epochs", strconv.Itoa(q.Epochs))
		}
	case "retrain":
		if err := s.task(q); err != nil {
			return err
		}
		args = append([]string{"retrain", q.ID, "--task", q.Name}, q.Overrides...)
		parent, prefix = "runs", row.Name+"+"+cli.RunName(q.Name, q.Overrides)
	case "damage":
		if len(q.Cut) == 0 || slices.Min(q.Cut) < 1 {
			return refused(http.StatusBadRequest, "bonds count from 1", "no bond is named that could be cut")
		}
		cut := make([]string, len(q.Cut))
		for i, n := range q.Cut {
			cut[i] = strconv.Itoa(n)
		}
		args = []string{"damage", q.ID, "--cut", strings.Join(cut, ",")}
		if !q.Retrain {
			return s.score(w, r, row, args)
		}
		args = append(args, "--retrain")
		parent, prefix = "runs", row.Name+"-cut-"+strings.Join(cut, "-")
	default:
		return refused(http.StatusBadRequest, "docs/studio-api.md lists what can be done", "`%.40s` is nothing that can be done with a run", q.Do)
	}
	return s.launch(w, r, parent, prefix, q.Text, args)
}

// mostEpochs is more than anybody trains.
const mostEpochs = 1 << 40

// launch starts a command once for the text of its file, and answers with the run that it trains or with what it says.
func (s *Server) launch(w http.ResponseWriter, r *http.Request, parent, prefix, text string, args []string) error {
	if err := s.inside(parent); err != nil {
		return err
	}
	prefix = prefix[:min(len(prefix), 200)] // of a longer one the end is another
	subject := args[1]
	if override.MatchString(subject) { // else the command takes it for a change
		args[1] = "./" + subject
	}
	out, err := s.launcher.once(strings.Join(append(args, text), "\x00"), func() (launched, error) {
		return s.launcher.start(context.WithoutCancel(r.Context()), parent, prefix, args...)
	})
	if err != nil {
		return err
	}
	row, err := s.list.row(out.id)
	if err != nil {
		return err
	}
	return answer(w, done{Run: row})
}

// score waits for a command that trains nothing, and answers with what it found.
func (s *Server) score(w http.ResponseWriter, r *http.Request, row *Row, args []string) error {
	p, err := s.launcher.process(args)
	if err != nil {
		return err
	}
	select {
	case <-p.ended:
	case <-r.Context().Done():
		go p.forget()
		return nil // it ends by itself
	}
	out, err := p.outcome()
	if err != nil {
		return err
	}
	return answer(w, done{Run: row, Score: out.object})
}

// inside sees that a directory in which a command writes is in the folder: no link leads out of it.
func (s *Server) inside(dir string) error {
	for at := dir; at != "."; at = path.Dir(at) {
		if info, err := s.files.Root.Lstat(at); err == nil && !info.IsDir() {
			return refused(http.StatusConflict, "make "+at+" a directory of its own", "%s leads elsewhere", at)
		}
	}
	return nil
}

var override = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.\[\]]*=`)

// sound sees that changes to a file are such, and no flags.
func sound(overrides []string) error {
	for _, o := range overrides {
		if !override.MatchString(o) || strings.ContainsRune(o, 0) || len(o) > mostSpec {
			return refused(http.StatusBadRequest, "an override looks like learn.rate=0.01 or seed=7", "`%.200s` is no override", o)
		}
	}
	return nil
}

// task sees that the file of a task is there, and saves it where its text is given.
func (s *Server) task(q *order) error {
	if err := sound(q.Overrides); err != nil {
		return err
	}
	if q.Text == "" {
		if err := specName(q.Name); err != nil {
			return err
		}
		if _, err := atomicfile.ReadFile(s.files, q.Name, mostSpec); err != nil {
			return err
		}
		return nil
	}
	_, err := s.save(&saved{q.Name, q.Text, q.Was})
	return err
}

// train saves an experiment file and trains it.
func (s *Server) train(w http.ResponseWriter, r *http.Request) error {
	var q struct {
		saved
		Overrides []string `json:"overrides"`
	}
	if err := take(w, r, &q); err != nil {
		return err
	}
	if err := sound(q.Overrides); err != nil {
		return err
	}
	was, err := s.save(&q.saved)
	if err != nil {
		return err
	}
	w.Header().Set("X-Was", was)
	return s.launch(w, r, "runs", cli.RunName(q.Name, q.Overrides), q.Text, append([]string{"train", q.Name}, q.Overrides...))
}

// pauseWithin is the longest that a training may take to save.
const pauseWithin = 20 * time.Second

// pause asks the process that trains a run to stop at a checkpoint, as Ctrl-C does, and waits for it.
func (s *Server) pause(ctx context.Context, row *Row) (*Row, error) {
	pid, elsewhere := s.files.Holder(row.ID)
	if elsewhere != "" {
		return nil, refused(http.StatusConflict, "press Ctrl-C there", "%s is being trained on %s", row.ID, elsewhere)
	}
	if pid == 0 {
		return row, nil
	}
	if pid == os.Getpid() {
		return nil, refused(http.StatusConflict, "pause it on the page of its bench", "%s is a session that this studio itself has", row.ID)
	}
	lock, err := s.files.Root.Stat(path.Join(row.ID, listing.LockName))
	if err != nil {
		return s.list.row(row.ID) // it has just ended
	}
	if !hasOpen(pid, lock) {
		return nil, refused(http.StatusConflict, "", "the lock of %s names process %d, which does not hold it", row.ID, pid)
	}
	over := time.After(pauseWithin)
	for !s.files.Begun(row.ID, lock.ModTime()) { // before that the signal ends the process at once, as it does a command that builds
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-over:
			return nil, refused(http.StatusConflict, "try again in a while", "the network of %s is still being built", row.ID)
		case <-time.After(startEvery):
		}
		if now, _ := s.files.Holder(row.ID); now != pid {
			return s.list.row(row.ID)
		}
	}
	if err := interrupt(pid); err != nil {
		return nil, fmt.Errorf("process %d cannot be stopped: %w", pid, err)
	}
	for {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-over:
			return s.list.row(row.ID)
		case <-time.After(startEvery):
		}
		if now, _ := s.files.Holder(row.ID); now != pid {
			s.list.refresh(true)
			return s.list.row(row.ID)
		}
	}
}
