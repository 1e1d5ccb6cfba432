//go:build unix

package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The end of its input, a reader that has ended, and Ctrl-C each end a process at once, quietly.
func TestServeEnds(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	const hello = `{"op":"hello"}` + "\n"
	for _, c := range []struct {
		what string
		code int
		end  func(p *exec.Cmd, in io.WriteCloser, out io.ReadCloser) error
	}{
		{"the end of its input", 0, func(_ *exec.Cmd, in io.WriteCloser, _ io.ReadCloser) error { return in.Close() }},
		{"a reader that has ended", 0, func(_ *exec.Cmd, in io.WriteCloser, out io.ReadCloser) error {
			err := out.Close()
			_, wrote := io.WriteString(in, hello)
			return errors.Join(err, wrote)
		}},
		{"Ctrl-C", 130, func(p *exec.Cmd, _ io.WriteCloser, _ io.ReadCloser) error { return p.Process.Signal(syscall.SIGINT) }},
	} {
		p := exec.Command(self, "serve", "--stdio")
		p.Env = append(os.Environ(), victim+"=1")
		var said strings.Builder
		p.Stderr = &said
		in, err := p.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := p.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Start(); err != nil {
			t.Fatal(err)
		}
		late := time.AfterFunc(patience, func() { _ = p.Process.Kill() }) // it has ended otherwise
		if _, err := io.WriteString(in, hello); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(out, make([]byte, 20)); err != nil { // it listens
			t.Fatal(err)
		}
		if err := c.end(p, in, out); err != nil {
			t.Fatal(err)
		}
		_ = p.Wait() // the code counts
		late.Stop()
		if code := p.ProcessState.ExitCode(); code != c.code || said.Len() > 0 {
			t.Errorf("%s: exit code %d, want %d; %q", c.what, code, c.code, said.String())
		}
	}
}
