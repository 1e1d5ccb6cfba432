package driver

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Person does what no program can. A script can play the person.
type Person interface {
	// Tell shows a text; nothing is expected.
	Tell(ctx context.Context, text string) error
	// Ask shows a question and returns one of the answers offered, or what the
	// person says if none is offered.
	Ask(ctx context.Context, question string, answers ...string) (string, error)
}

// Terminal is a person who reads out and types into in.
type Terminal struct {
	out   io.Writer
	lines chan string // closed at the end of the input
}

// NewTerminal reads in from now on; nobody else may.
func NewTerminal(in io.Reader, out io.Writer) *Terminal {
	t := &Terminal{out: out, lines: make(chan string)}
	go func() {
		defer close(t.lines)
		for s := bufio.NewScanner(in); s.Scan(); {
			t.lines <- strings.TrimSpace(s.Text())
		}
	}()
	return t
}

// Tell writes a text.
func (t *Terminal) Tell(_ context.Context, text string) error {
	_, err := fmt.Fprintln(t.out, text)
	return err
}

// Ask takes the start of an answer for the answer, and asks again if it fits none or several.
func (t *Terminal) Ask(ctx context.Context, question string, answers ...string) (string, error) {
	for {
		prompt := question
		if len(answers) > 0 {
			prompt += " [" + strings.Join(answers, ", ") + "]"
		}
		if _, err := fmt.Fprint(t.out, prompt, " "); err != nil {
			return "", err
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case said, more := <-t.lines:
			if !more {
				return "", refuse(Stopped, "the input has ended, and %q was not answered", question)
			}
			if len(answers) == 0 {
				return said, nil
			}
			if i := meant(said, answers); i >= 0 {
				return answers[i], nil
			}
		}
	}
}

// meant is the one answer that begins with what was said, -1 if there is not just one.
func meant(said string, answers []string) int {
	begins := func(answer string) bool { return said != "" && strings.HasPrefix(answer, strings.ToLower(said)) }
	i := slices.IndexFunc(answers, begins)
	if i < 0 || slices.IndexFunc(answers[i+1:], begins) >= 0 {
		return slices.Index(answers, said)
	}
	return i
}
