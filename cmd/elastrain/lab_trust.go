package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/lab/driver"
	"github.com/elastrain/elastrain/run/insitu"
)

// An experiment file can name a program to start. A file that came by mail must
// not do that by itself, so a person has to agree once to that very command.

// trusting is the flag of commands that may start a program.
type trusting struct {
	Trust bool `help:"Start the program, or open the port, that the file names; asked for once."`
}

// agree returns nil if the bench of a lab may be started.
func (c *trusting) agree(s *session, l *insitu.Lab) error {
	switch l.Spec.Bench {
	case "exec":
		return c.program(s, l)
	case "serial":
		what := fmt.Sprintf("open the port %q", l.Spec.Port)
		return c.consent(s, key("serial", l.Spec.Port), what, what+", which moves what is connected there", nil)
	}
	outside, err := l.Outside()
	if err != nil || len(outside) == 0 {
		return err
	}
	what := fmt.Sprintf("write and read files outside its own directory, in %q", outside)
	return c.consent(s, key("folder", outside...), what, what, nil)
}

// program asks about the program of a bench and pins it. Its bytes are read before the question,
// after the answer, when it is started, and once more before anything is asked of it.
func (c *trusting) program(s *session, l *insitu.Lab) error {
	pinned, err := driver.Pin(l.Spec.Command)
	if err != nil {
		return &cli.UsageError{Text: fmt.Sprintf("lab.command: %v", err), Help: "nothing was started; name the program, and its script, as regular files"}
	}
	store := pinned.Key()
	if len(pinned.Loose) > 0 {
		store = "" // asked about every time
	}
	what := "start " + quoted(l.Spec.Command)
	changed := func() error {
		if err := pinned.Changed(); err != nil {
			return &cli.UsageError{Text: fmt.Sprintf("nothing was started: %v, while the question stood", err), Help: "read it again, and give the same command again"}
		}
		return nil
	}
	if err := c.consent(s, store, what, what+", which can do whatever you can.\n"+pinned.String(), changed); err != nil {
		return err
	}
	l.Pinned = pinned
	return nil
}

// consent asks whether what a file wants may be done, unless that was agreed to before under
// this key; with the key "" it is asked every time. After the answer it is looked at again.
func (c *trusting) consent(s *session, key, what, question string, changed func() error) error {
	store := trustFile()
	agreed := key != "" && known(store, key)
	if !c.Trust && agreed {
		return nil
	}
	if !c.Trust {
		if in, ok := s.In.(*os.File); !ok || !isTerminal(in) || s.JSON {
			s.Notef("this experiment would %s\n", question)
			return &cli.UsageError{Text: "this experiment would " + what, Help: "a program can do whatever you can: read it, then add --trust; you are asked once for each command, and again when it changes"}
		}
		answer, err := driver.NewTerminal(s.In, s.Err).Ask(context.Background(), fmt.Sprintf("This experiment will %s\nDo you trust it?", question), "yes", "no")
		if err != nil || answer != "yes" {
			return &cli.UsageError{Text: "not trusted: nothing was started", Help: "read the program first, or rehearse with lab.bench=twin"}
		}
	}
	if changed != nil {
		if err := changed(); err != nil {
			return err
		}
	}
	if store != "" && key != "" && !agreed {
		remember(store, key, what) // a place that cannot be written to only means to be asked again
	}
	s.Notef("trusted: %s\n", what)
	return nil
}

// key names what else than a program was agreed to, from this directory.
func key(bench string, words ...string) string {
	h := sha256.New()
	here, _ := os.Getwd() // an unknown one is one more difference
	fmt.Fprintf(h, "%s %q\n%q\n", bench, here, words)
	return hex.EncodeToString(h.Sum(nil))
}

func quoted(words []string) string {
	var out []string
	for _, w := range words {
		out = append(out, fmt.Sprintf("%q", w))
	}
	return strings.Join(out, " ")
}

// trustFile is where agreements are kept; "" where there is no such place.
func trustFile() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "elastrain", "trusted")
}

func known(store, key string) bool {
	f, err := os.Open(store)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // it was only read
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if word, _, _ := strings.Cut(lines.Text(), " "); word == key {
			return true
		}
	}
	return false
}

func remember(store, key, what string) {
	text, _ := os.ReadFile(store)
	if os.MkdirAll(filepath.Dir(store), 0o700) == nil {
		_ = atomicfile.WriteFile(atomicfile.OS{}, store, fmt.Appendf(text, "%s %s\n", key, what))
	}
}
