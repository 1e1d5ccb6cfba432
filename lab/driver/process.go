package driver

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// Process starts a program that speaks the protocol on its standard input and
// output. The command is a program and its arguments; no shell reads it. The
// program runs in a session of its own where there are such, so that neither an
// interrupt from the keyboard nor the end of the terminal reaches it before it was
// told safe, and nothing of it lives on.
func Process(command []string, o Options) (*Client, error) {
	if len(command) == 0 || command[0] == "" {
		return nil, errors.New("no driver: give the program and its arguments")
	}
	name := Clean(strings.Join(command, " "), mostMessage)
	cmd := exec.Command(command[0], command[1:]...)
	if o.Pinned != nil {
		cmd = o.Pinned.command()
	}
	group(cmd)
	p := &process{cmd: cmd, gone: make(chan struct{})}
	if err := p.start(o.Log, o.Pinned); err != nil {
		return nil, fmt.Errorf("the driver %s cannot be started: %w", name, err)
	}
	if o.Pinned != nil { // once more: nothing was said to it yet
		if err := o.Pinned.Changed(); err != nil {
			_ = p.in.Close()
			_, _ = p.end(0)
			return nil, fmt.Errorf("the driver %s was ended before anything was asked of it: %w", name, err)
		}
	}
	return Connect(Link{
		Name: name, R: p.out, W: p.in,
		HangUp: func() { _ = p.in.Close() },
		End:    p.end,
		Said:   p.words.last,
	}, o), nil
}

type process struct {
	cmd      *exec.Cmd
	in, out  *os.File // our ends of its standard input and output
	said     *os.File // and of its standard error
	words    words
	heard    sync.WaitGroup // until all of standard error is read
	gone     chan struct{}  // closed when the process has ended
	exitText string         // how; set before gone is closed
	clean    bool
}

func (p *process) start(log io.Writer, pinned *Pinned) (err error) {
	var theirs []*os.File
	defer func() {
		for _, f := range theirs {
			_ = f.Close()
		}
		if err != nil {
			for _, f := range []*os.File{p.in, p.out, p.said} {
				_ = f.Close() // of nil too
			}
		}
	}()
	pipe := func(ours **os.File, weWrite bool) *os.File {
		if err != nil {
			return nil
		}
		var r, w *os.File
		if r, w, err = os.Pipe(); err != nil {
			return nil
		}
		if weWrite {
			r, w = w, r
		}
		*ours, theirs = r, append(theirs, w)
		return w
	}
	stdin, stdout, stderr := pipe(&p.in, true), pipe(&p.out, false), pipe(&p.said, false)
	if err != nil {
		return err
	}
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = stdin, stdout, stderr
	if pinned != nil {
		if err := pinned.Changed(); err != nil {
			return err
		}
	}
	if err := p.cmd.Start(); err != nil {
		return err
	}
	p.heard.Go(func() { p.words.listen(p.said, log) })
	go func() {
		err := p.cmd.Wait()
		endGroup(p.cmd) // what the program started and left behind
		p.clean, p.exitText = err == nil, "exit status 0"
		if err != nil {
			p.exitText = err.Error()
		}
		close(p.gone)
	}()
	return nil
}

// end waits for the process, which has been told to go, and kills it after grace.
func (p *process) end(grace time.Duration) (how string, clean bool) {
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-p.gone:
		how, clean = p.exitText, p.clean
	case <-timer.C:
		kill(p.cmd)
		<-p.gone
		how = "killed"
	}
	// A child that left the group may hold the pipes open.
	heard := make(chan struct{})
	go func() { p.heard.Wait(); close(heard) }()
	select {
	case <-heard:
	case <-time.After(grace):
	}
	_ = p.out.Close()
	_ = p.said.Close()
	return how, clean
}
