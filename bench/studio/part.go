package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"runtime/pprof"

	"github.com/elastrain/elastrain/studio"
	"github.com/elastrain/elastrain/studio/page"
)

// part is a server in a process of its own. It prints its address, and how it stands whenever it is asked.
type part struct {
	command *exec.Cmd
	asks    io.WriteCloser
	says    *json.Decoder
	address string
}

// state is how a server stands.
type state struct {
	Goroutines    int
	Resident, Own int64 // bytes: in all, and without what it has of files (the program itself)
	Heap          int64 // bytes in use behind a collection; 0 where none was made
	Processor     float64
	Switches      int64 // how often it was woken
}

// start begins a part of this program.
func start(args ...string) (*part, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &part{command: exec.Command(self, args...)}
	p.command.Stderr = os.Stderr
	if p.asks, err = p.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	p.says = json.NewDecoder(out)
	return p, p.says.Decode(&p.address)
}

// state asks how it stands; settled: behind a collection, with what is not used given back.
func (p *part) state(settled bool) (s state, err error) {
	if _, err := fmt.Fprintln(p.asks, settled); err != nil {
		return s, err
	}
	return s, p.says.Decode(&s)
}

// end ends it.
func (p *part) end() error { return errors.Join(p.asks.Close(), p.command.Wait()) }

// answers prints the address and answers until its input ends.
func answers(address string) error {
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(address); err != nil {
		return err
	}
	asked := bufio.NewScanner(os.Stdin)
	for asked.Scan() {
		var s state
		if asked.Text() == "true" {
			debug.FreeOSMemory()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			s.Heap = int64(m.HeapAlloc)
		}
		s.Goroutines, s.Processor = runtime.NumGoroutine(), processor()
		for key, into := range map[string]*int64{"VmRSS": &s.Resident, "RssAnon": &s.Own} {
			*into = status(key)
		}
		s.Switches = wakes()
		if err := out.Encode(s); err != nil {
			return err
		}
	}
	return asked.Err()
}

// serve is the studio.
func serve(dir, program, profile string) (err error) {
	server, err := studio.New(studio.Config{Dir: dir, Page: page.Files(), Version: "bench", Program: []string{program}}, "", 0)
	if err != nil {
		return err
	}
	if profile != "" {
		file, err2 := os.Create(profile)
		if err2 == nil {
			err2 = pprof.StartCPUProfile(file)
		}
		if err2 != nil {
			return err2
		}
		defer func() {
			pprof.StopCPUProfile()
			err = errors.Join(err, file.Close())
		}()
	}
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx) }()
	err = answers(server.Address(false))
	end()
	return errors.Join(err, <-ended)
}
