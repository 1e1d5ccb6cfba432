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

	"github.com/elastrain/elastrain/internal/atomicfile"
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
	b := l.Spec
	if b.Bench != "exec" && b.Bench != "serial" {
		return nil
	}
	key := fingerprint(b.Bench, append([]string{b.Port}, b.Command...))
	store := trustFile()
	if !c.Trust && known(store, key) {
		return nil
	}
	what := "start " + quoted(b.Command)
	if b.Bench == "serial" {
		what = "open the port " + b.Port
	}
	if !c.Trust {
		if in, ok := s.In.(*os.File); !ok || !isTerminal(in) || s.JSON {
			return &cli.UsageError{Text: "this experiment would " + what, Help: "a program can do whatever you can: read it, then add --trust; you are asked once for each command"}
		}
		answer, err := driver.NewTerminal(s.In, s.Err).Ask(context.Background(), fmt.Sprintf("This experiment will %s, which can do whatever you can. Do you trust it?", what), "yes", "no")
		if err != nil || answer != "yes" {
			return &cli.UsageError{Text: "not trusted: nothing was started", Help: "read the program first, or rehearse with lab.bench=twin"}
		}
	}
	if store != "" && !known(store, key) {
		remember(store, key, what) // a place that cannot be written to only means to be asked again
	}
	s.Notef("trusted: %s\n", what)
	return nil
}

// fingerprint names a command: its words, and the bytes of the files among them.
func fingerprint(bench string, words []string) string {
	h := sha256.New()
	here, _ := os.Getwd()
	fmt.Fprintf(h, "%s %q\n", bench, here)
	for _, w := range words {
		fmt.Fprintf(h, "%q", w)
		if text, err := os.ReadFile(w); err == nil && len(text) < 1<<26 {
			fmt.Fprintf(h, " %x", sha256.Sum256(text))
		}
		fmt.Fprintln(h)
	}
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
