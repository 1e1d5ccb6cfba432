package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/sweep"
)

const (
	mostQuestion  = 1 << 20 // bytes of a line
	mostAskedKeys = 200     // of a setting
	mostID        = 200     // bytes of an id
)

// sweepQuestion is a line of `sweep --stdio`.
type sweepQuestion struct {
	ID     json.RawMessage            `json:"id"`
	Set    map[string]json.RawMessage `json:"set"`
	Epochs *int                       `json:"epochs"`
}

// sweepAnswer is its answer. Scores have the names that result.json has.
type sweepAnswer struct {
	ID            json.RawMessage `json:"id"` // null where the line had none
	Epochs        int             `json:"epochs,omitempty"`
	Steps         int             `json:"steps,omitempty"`
	Loss          *float64        `json:"loss,omitempty"`
	TrainAccuracy *float64        `json:"train_accuracy,omitempty"`
	TrainError    *float64        `json:"train_error,omitempty"`
	ValidLoss     *float64        `json:"validation_loss,omitempty"`
	ValidAccuracy *float64        `json:"validation_accuracy,omitempty"`
	ValidError    *float64        `json:"validation_error,omitempty"`
	TestLoss      *float64        `json:"test_loss,omitempty"`
	TestAccuracy  *float64        `json:"test_accuracy,omitempty"`
	TestError     *float64        `json:"test_error,omitempty"`
	BestEpoch     *int            `json:"best_epoch,omitempty"`
	Score         *float64        `json:"score,omitempty"`     // to choose by
	ScoreOf       string          `json:"score_of,omitempty"`  // which of the above it is; never one of the test part
	Direction     string          `json:"direction,omitempty"` // maximize or minimize
	Reason        string          `json:"reason,omitempty"`    // why training ended
	Converged     bool            `json:"converged,omitempty"`
	Known         bool            `json:"known,omitempty"` // it was asked before: nothing was trained
	Run           string          `json:"run,omitempty"`   // its run directory
	Error         *askError       `json:"error,omitempty"`
}

// askError is what is wrong, with the picture of its place where it has one.
type askError struct {
	Code    string `json:"code,omitempty"`
	Message string `json:"message"`
	Help    string `json:"help,omitempty"`
	Text    string `json:"text,omitempty"`
}

// words are the changes of a setting, as a command line has them.
func (q *sweepQuestion) words() ([]string, error) {
	if q.Set == nil {
		return nil, nil
	}
	if len(q.Set) > mostAskedKeys {
		return nil, &sweep.QuestionError{Text: fmt.Sprintf("a setting of %d keys; at most %d are taken", len(q.Set), mostAskedKeys)}
	}
	words := []string{}
	for key, value := range q.Set {
		if key == "" || strings.ContainsAny(key, "=\n\r") {
			return nil, &sweep.QuestionError{Text: fmt.Sprintf("%s is no key", strconv.Quote(key)), Help: "write such as {\"learn.rate\": 0.01}"}
		}
		if key == "learn.epochs" {
			return nil, &sweep.QuestionError{Text: "the number of epochs is no part of a setting, which may go on to more", Help: "write {\"id\": 1, \"set\": {...}, \"epochs\": 100}"}
		}
		text := string(value)
		if value[0] == '"' {
			if err := json.Unmarshal(value, &text); err != nil {
				return nil, err
			}
		}
		words = append(words, key+"="+text)
	}
	slices.SortFunc(words, func(a, b string) int { // by key: a section before what changes in it
		x, _, _ := strings.Cut(a, "=")
		y, _, _ := strings.Cut(b, "=")
		return strings.Compare(x, y)
	})
	return words, nil
}

// repeated is a key that stands twice in one object of a JSON value that is sound; "" for none.
func repeated(d *json.Decoder) string {
	t, err := d.Token()
	if err != nil || t != json.Delim('{') && t != json.Delim('[') {
		return ""
	}
	seen := map[string]bool{}
	for d.More() {
		if t == json.Delim('{') {
			key, err := d.Token()
			name, _ := key.(string)
			if err != nil {
				return ""
			}
			if seen[name] {
				return name
			}
			seen[name] = true
		}
		if key := repeated(d); key != "" {
			return key
		}
	}
	_, _ = d.Token() // its end
	return ""
}

// question reads a line.
func (q *sweepQuestion) question(line []byte) (ask sweep.Question, err error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(q); err != nil {
		return ask, &sweep.QuestionError{Text: "the line is no question: " + err.Error(), Help: "write such as {\"id\": 1, \"set\": {\"learn.rate\": 0.01}, \"epochs\": 100}"}
	}
	if key := repeated(json.NewDecoder(bytes.NewReader(line))); key != "" {
		return ask, &sweep.QuestionError{Text: fmt.Sprintf("%s stands twice in the question, and one of its values would be overlooked", strconv.Quote(key)), Help: "give it once"}
	}
	if _, err := d.Token(); err != io.EOF {
		return ask, &sweep.QuestionError{Text: "behind the question there is more on the line", Help: "write one question a line"}
	}
	var id bytes.Buffer
	if q.ID == nil || json.Compact(&id, q.ID) != nil || id.Len() > mostID || slices.Contains([]byte("[{nft"), id.Bytes()[0]) {
		q.ID = nil
		return ask, &sweep.QuestionError{Text: "a question has an `id`, a number or a text", Help: "write such as {\"id\": 1, \"set\": {\"learn.rate\": 0.01}}"}
	}
	q.ID = id.Bytes()
	ask.ID = id.String()
	if q.Epochs != nil {
		if ask.Epochs = *q.Epochs; ask.Epochs < 1 || ask.Epochs > 100000000 {
			return ask, &sweep.QuestionError{Text: fmt.Sprintf("%d epochs are asked for; 1 to 100000000 can be trained", *q.Epochs)}
		}
	}
	ask.Set, err = q.words()
	return ask, err
}

// stdio answers questions, a line each, several at once, until the input ends.
func (s *session) stdio(of *sweep.Sweep, asker *sweep.Asker, cores int) error {
	ctx, cancel := context.WithCancelCause(s.ctx)
	defer cancel(nil)
	var mu sync.Mutex
	answer := func(a *sweepAnswer) {
		if a.ID == nil {
			a.ID = json.RawMessage("null")
		}
		text, err := json.Marshal(a)
		mu.Lock()
		defer mu.Unlock()
		if err == nil {
			_, err = s.Out.Write(append(text, '\n'))
		}
		if err != nil {
			cancel(err)
		}
	}
	if cores == 0 {
		cores = runtime.GOMAXPROCS(0)
	}
	places := make(chan struct{}, max(1, cores))
	var wait sync.WaitGroup
	lines := make(chan []byte)
	go func() { // it may stay behind in a read that nothing ends
		defer close(lines)
		in := bufio.NewReaderSize(s.In, 1<<16)
		for {
			line, err := readLine(in)
			if len(bytes.TrimSpace(line)) > 0 {
				select {
				case lines <- line:
				case <-ctx.Done():
					return
				}
			}
			if err != nil {
				return
			}
		}
	}()
	for open := true; open && ctx.Err() == nil; {
		var line []byte
		select {
		case <-ctx.Done():
			continue
		case line, open = <-lines:
		}
		if !open {
			break
		}
		var q sweepQuestion
		ask, err := q.question(line)
		if len(line) > mostQuestion {
			q.ID, err = nil, &sweep.QuestionError{Text: fmt.Sprintf("a line of more than %d bytes is no question", mostQuestion)}
		}
		if err == nil {
			ask, err = asker.Setting(ask)
		}
		if err != nil {
			answer(&sweepAnswer{ID: q.ID, Error: s.askError(err)})
			continue
		}
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
			continue
		}
		wait.Go(func() {
			defer func() { <-places }()
			found, err := asker.Ask(ctx, ask)
			var question *sweep.QuestionError
			var many spec.Errors
			switch {
			case err == nil:
				answer(answered(of, q.ID, found))
			case errors.As(err, &question), errors.As(err, &many):
				answer(&sweepAnswer{ID: q.ID, Error: s.askError(err)})
			default:
				cancel(err)
			}
		})
	}
	wait.Wait()
	if err := context.Cause(ctx); err != nil {
		if s.ctx.Err() != nil {
			return new(cli.GoesOnError)
		}
		return err
	}
	return nil
}

// readLine reads a line, of which no more than mostQuestion and a byte are kept.
func readLine(in *bufio.Reader) (line []byte, err error) {
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part[:min(len(part), mostQuestion+1-len(line))]...)
		if err != bufio.ErrBufferFull {
			return line, err
		}
	}
}

// askError is an error as an answer has it.
func (s *session) askError(err error) *askError {
	var question *sweep.QuestionError
	if errors.As(err, &question) {
		return &askError{Code: "E0802", Message: question.Text, Help: question.Help}
	}
	plain := *s.Terminal
	plain.Color, plain.Quiet, plain.Err = false, true, io.Discard
	f := plain.Describe(err)
	var many spec.Errors
	if errors.As(err, &many) && len(many) > 0 {
		return &askError{Code: many[0].Code, Message: many[0].Message, Help: many[0].Help, Text: f.Text()}
	}
	return &askError{Message: err.Error(), Text: f.Text()}
}

// answered is what was found, as an answer.
func answered(of *sweep.Sweep, id json.RawMessage, f sweep.Found) *sweepAnswer {
	r := f.Row
	a := &sweepAnswer{ID: id, Known: f.Known, Run: f.Run}
	if r.State == sweep.Failed {
		a.Error = &askError{Code: r.Code, Message: r.Reason}
		return a
	}
	a.Epochs, a.Steps, a.Loss, a.TrainAccuracy, a.TrainError = r.Epochs, r.Steps, r.Loss, r.TrainAccuracy, r.TrainError
	a.ValidLoss, a.ValidAccuracy, a.ValidError, a.TestLoss, a.TestAccuracy, a.TestError = r.ValidLoss, r.ValidAccuracy, r.ValidError, r.TestLoss, r.TestAccuracy, r.TestError
	a.BestEpoch, a.Reason, a.Converged = r.BestEpoch, r.Reason, r.Converged
	if order := of.Order([]sweep.Row{r}); len(order) > 0 {
		a.Score, a.ScoreOf, a.Direction = order[0].Of(&r), order[0].Name, "minimize"
		if order[0].High {
			a.Direction = "maximize"
		}
	}
	return a
}

// ask begins or goes on with a sweep that is asked.
func (c *sweepTrain) ask(s *session) error {
	for _, f := range []struct {
		name  string
		given bool
	}{{"--random", c.Random != nil}, {"--halton", c.Halton != nil}, {"--halving", c.Halving != nil}, {"--dry-run", c.DryRun}, {"--slurm", c.Slurm != ""}, {"--join", c.Join != ""}} {
		if f.given {
			return &cli.UsageError{Text: f.name + " chooses settings, and with --stdio a program asks for them", Help: "give one of them"}
		}
	}
	if c.Spec == "-" {
		return &cli.UsageError{Text: "standard input has the questions, and no experiment", Help: "save the experiment as a file and name that"}
	}
	q, err := c.request(s)
	if err != nil {
		return err
	}
	q.Way = sweep.Way{Name: sweep.Asked}
	if !q.Exact {
		q.Base += "-asked"
	}
	options, err := c.Options()
	if err != nil {
		return err
	}
	defer s.ending.Hold()()
	of, err := sweep.Open(s.ctx, q)
	if err != nil {
		return err
	}
	asker, err := of.Asker(options)
	var question *sweep.QuestionError
	if errors.As(err, &question) {
		err = &cli.UsageError{Text: question.Text, Help: question.Help}
	}
	if err == nil {
		err = errors.Join(s.stdio(of, asker, options.Threads), asker.Close())
	}
	return errors.Join(err, of.Close())
}
