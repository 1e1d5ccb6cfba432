package studio

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/elastrain/elastrain/internal/cli"
)

// launcher starts trainings as processes of their own, which live on when the studio ends.
type launcher struct {
	program []string
	dir     string
	files   folder
	list    *catalogue

	mu      sync.Mutex
	flights map[string]*flight
	begun   map[string]string // id of the run that a request has begun
}

// flight is a start under way, which others who ask for the same wait for.
type flight struct {
	done   chan struct{}
	result launched
	err    error
}

// launched is a command that was started: the run it trains, or what it printed at its end.
type launched struct {
	id     string
	object json.RawMessage
}

func newLauncher(program []string, dir string, files folder, list *catalogue) *launcher {
	return &launcher{program: program, dir: dir, files: files, list: list, flights: map[string]*flight{}, begun: map[string]string{}}
}

const (
	startWithin = time.Minute // a large network takes seconds to be built
	startEvery  = 20 * time.Millisecond
	mostSaid    = 1 << 20
)

// once does what a key stands for once at a time: whoever asks meanwhile gets the same answer, and whoever asks while
// the run that came of it is still being trained gets that run.
func (l *launcher) once(key string, do func() (launched, error)) (launched, error) {
	l.mu.Lock()
	if f := l.flights[key]; f != nil {
		l.mu.Unlock()
		<-f.done
		return f.result, f.err
	}
	if id := l.begun[key]; id != "" {
		if pid, _ := l.files.Holder(id); pid != 0 {
			l.mu.Unlock()
			return launched{id: id}, nil
		}
		delete(l.begun, key)
	}
	f := &flight{done: make(chan struct{})}
	l.flights[key] = f
	l.mu.Unlock()
	f.result, f.err = do()
	l.mu.Lock()
	delete(l.flights, key)
	if f.err == nil && f.result.id != "" {
		l.begun[key] = f.result.id
	}
	l.mu.Unlock()
	close(f.done)
	return f.result, f.err
}

// start starts a command and waits until it trains in a directory below parent whose name begins so, or has ended.
func (l *launcher) start(ctx context.Context, parent, prefix string, args ...string) (launched, error) {
	p, err := l.process(args)
	if err != nil {
		return launched{}, err
	}
	over := time.NewTimer(startWithin)
	defer over.Stop()
	tick := time.NewTicker(startEvery)
	defer tick.Stop()
	for {
		select {
		case <-p.ended:
			return p.outcome()
		case <-over.C:
			go p.forget()
			return launched{}, refused(http.StatusGatewayTimeout, "look at the list in a while", "the network is still being built")
		case <-ctx.Done():
			go p.forget()
			return launched{}, ctx.Err() // it trains on, and is found in the list
		case <-tick.C:
		}
		if id := l.heldBy(p.pid, parent, prefix); id != "" && l.list.run(id) { // it has its lock before its manifest
			l.list.tell(id, "")
			go func() { // keeps why it ended, where its log does not say so
				<-p.ended
				if _, err := p.outcome(); err != nil && !p.stopped() {
					l.list.tell(id, err.Error())
				}
			}()
			l.list.refresh(true)
			return launched{id: id}, nil
		}
	}
}

// heldBy is the run whose lock a process holds; "" where it holds none yet.
func (l *launcher) heldBy(pid int, parent, prefix string) string {
	entries, err := l.files.Entries(parent)
	if err != nil {
		return "" // there is none yet
	}
	for _, e := range entries {
		if id := path.Join(parent, e.Name()); strings.HasPrefix(e.Name(), prefix) && e.IsDir() {
			if holder, _ := l.files.Holder(id); holder == pid && l.list.run(id) { // the lock comes before the manifest
				return id
			}
		}
	}
	return ""
}

// process is a command under way.
type process struct {
	pid       int
	ended     chan struct{}
	err       error // of the process; known when it has ended
	out, errs *os.File
	once      sync.Once
	result    launched
	failure   error
}

// process starts a command. What it prints goes to files that have no name, so that it never waits for a reader.
func (l *launcher) process(args []string) (*process, error) {
	p := &process{ended: make(chan struct{})}
	var err error
	if p.out, err = scratch(); err == nil {
		p.errs, err = scratch()
	}
	if err != nil {
		return nil, err
	}
	words := append(append(append([]string{}, l.program...), args...), "--json")
	c := exec.Command(words[0], words[1:]...)
	c.Dir, c.Stdout, c.Stderr = l.dir, p.out, p.errs
	ownSession(c)
	if err := c.Start(); err != nil {
		if err = fmt.Errorf("%s cannot be started: %w", words[0], err); errors.Is(err, syscall.E2BIG) {
			err = refused(http.StatusRequestEntityTooLarge, "put changes, or the bonds that are cut (`network.cut`), into the experiment file", "this would be a command of %d bytes, longer than this system takes", len(strings.Join(words, " ")))
		}
		return nil, errors.Join(err, p.out.Close(), p.errs.Close())
	}
	p.pid = c.Process.Pid
	go func() {
		p.err = c.Wait()
		close(p.ended)
	}()
	return p, nil
}

// scratch is a file without a name, where the system allows that.
func scratch() (*os.File, error) {
	f, err := os.CreateTemp("", "elastrain-studio-")
	if err == nil {
		_ = os.Remove(f.Name()) // else it stays among the temporary files
	}
	return f, err
}

// forget waits for the end of a command that nobody waits for.
func (p *process) forget() {
	<-p.ended
	_, _ = p.outcome() // which closes its files
}

// stopped reports whether a command was told to end, which is no failure.
func (p *process) stopped() bool {
	var exit *exec.ExitError
	return errors.As(p.err, &exit) && (exit.ExitCode() == cli.Stopped || exit.ExitCode() == cli.Interrupted)
}

// outcome is what a command that has ended came to.
func (p *process) outcome() (launched, error) {
	p.once.Do(func() {
		out, err := said(p.out)
		words, err2 := said(p.errs)
		if err = errors.Join(err, err2, p.out.Close(), p.errs.Close()); err != nil {
			p.failure = err
			return
		}
		var object struct {
			Run   string          `json:"run"`
			Error json.RawMessage `json:"error"`
		}
		legible := json.Unmarshal(out, &object) == nil
		switch {
		case legible && object.Error != nil:
			p.failure = &Failed{located(object.Error, words)}
		case legible:
			p.result = launched{id: path.Clean(filepath.ToSlash(object.Run)), object: bytes.TrimSpace(out)}
		case p.err != nil:
			p.failure = refused(http.StatusInternalServerError, "", "the command ended with %v%s", p.err, tail(words))
		default:
			p.failure = refused(http.StatusInternalServerError, "", "the command printed no result%s", tail(words))
		}
	})
	return p.result, p.failure
}

// located adds to a failure its picture, and line, column and end of its first place: what an editor marks.
func located(failure json.RawMessage, words []byte) json.RawMessage {
	var fields map[string]any
	var places struct {
		Places []struct{ Line, Column, Width int }
	}
	if json.Unmarshal(failure, &fields) != nil || json.Unmarshal(failure, &places) != nil {
		return failure
	}
	fields["text"] = string(bytes.ToValidUTF8(words, nil))
	if len(places.Places) > 0 && places.Places[0].Line > 0 {
		at := places.Places[0]
		fields["line"], fields["column"], fields["end"] = at.Line, at.Column, at.Column+max(1, at.Width)
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return failure
	}
	return text
}

// said is what a command has printed, its last megabyte.
func said(f *os.File) ([]byte, error) {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	text := make([]byte, min(size, mostSaid))
	n, err := f.ReadAt(text, max(0, size-mostSaid))
	if err == io.EOF {
		err = nil
	}
	return text[:n], err
}

// tail is the last lines that a command has printed, for a message.
func tail(words []byte) string {
	words = bytes.TrimSpace(bytes.ToValidUTF8(words, nil))
	if len(words) == 0 {
		return ""
	}
	return ": " + string(words[max(0, len(words)-500):])
}
