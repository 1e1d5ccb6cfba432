// Command studio measures what many viewers of the studio cost a training.
//
//	go build -o /tmp/elastrain ./cmd/elastrain
//	go run ./bench/studio -program /tmp/elastrain -minutes 10
//
// A training of 10^5 bonds goes on without a pause. In turns, for some seconds each, fifty viewers look at it (each
// follows its log and asks for the list of runs) and nobody does; the steps a second of the one are divided by those of
// the other. The server is in this process, the viewers and the training in processes of their own.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/elastrain/elastrain/studio"
	"github.com/elastrain/elastrain/studio/page"
)

// options are the flags.
type options struct {
	program string
	minutes float64
	side    int // nodes of a side of the lattice
	viewers int
	turn    time.Duration
	every   time.Duration // between two requests of a viewer
	runs    int           // finished runs that are in the list as well
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "view" {
		if err := view(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	var o options
	flag.StringVar(&o.program, "program", "", "the program that trains")
	flag.Float64Var(&o.minutes, "minutes", 10, "time in all")
	flag.IntVar(&o.side, "side", 183, "nodes of a side of the lattice: 3 side^2 bonds")
	flag.IntVar(&o.viewers, "viewers", 50, "viewers")
	flag.DurationVar(&o.turn, "turn", 15*time.Second, "time with viewers, and without")
	flag.DurationVar(&o.every, "every", time.Second, "time between two requests of a viewer for the list")
	flag.IntVar(&o.runs, "runs", 20, "copies of a short finished run that are listed as well")
	flag.Parse()
	r, err := measure(&o)
	if err == nil {
		err = r.print(os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// spec is a triangular lattice that is pressed, as examples/large-lattice.yaml, of another size.
func spec(side int) string {
	top := func(i int) int { return i * side / 5 }
	middle := (side/2)*side + 1
	return fmt.Sprintf(`elastrain: 1
title: A block that many look at
network: {lattice: triangular, size: %d x %[1]d, spacing: 10 mm}
bonds: {stiffness: 20..500 N/m, start: 100 N/m}
supports: {pinned: [%d..%d]}
task:
  kind: behaviour
  cases:
    - push: [{node: %d, along: -y, force: 100 mN}, {node: %d, along: -y, force: 100 mN}]
      want: [{node: %d, along: x, move: 0.3 mm}, {node: %d, along: x, move: -0.3 mm}]
learn: {method: adam, rate: 0.00001, epochs: 1000000} # so slow that it does not end; each epoch is recorded
`, side, side*(side-1)+1, side*side, top(1), top(3), middle+side-1, middle)
}

// measure trains and looks.
func measure(o *options) (r *result, err error) {
	program, err := filepath.Abs(o.program)
	if err != nil || o.program == "" {
		return nil, errors.Join(err, errors.New("give the program by -elastrain"))
	}
	dir, err := os.MkdirTemp("", "elastrain-bench-studio")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := others(program, dir, o.runs); err != nil {
		return nil, err
	}
	server, err := studio.New(studio.Config{Dir: dir, Page: page.Files(), Version: "bench", Program: []string{program}}, "", 0)
	if err != nil {
		return nil, err
	}
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx) }()
	b, err := enter(server)
	if err == nil {
		r, err = b.rounds(o, dir)
	}
	end()
	return r, errors.Join(err, <-ended)
}

// others makes finished runs, which are listed too.
func others(program, dir string, runs int) error {
	if runs == 0 {
		return nil
	}
	text, err := exec.Command(program, "new", "chain").Output()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "chain.yaml"), text, 0o666); err != nil {
		return err
	}
	c := exec.Command(program, "train", "chain.yaml", "--no-figures", "-q")
	c.Dir = dir
	if said, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, said)
	}
	for n := range runs - 1 {
		if err := os.CopyFS(filepath.Join(dir, "runs", fmt.Sprintf("chain-%d", n+2)), os.DirFS(filepath.Join(dir, "runs", "chain"))); err != nil {
			return err
		}
	}
	return nil
}

// browser is one that was let in.
type browser struct {
	server *studio.Server
	client *http.Client
	cookie string
	base   string
}

func enter(s *studio.Server) (*browser, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	b := &browser{server: s, client: &http.Client{Jar: jar}, base: strings.TrimSuffix(s.Plain(false), "/")}
	r, err := b.client.Get(s.Address(false))
	if err != nil {
		return nil, err
	}
	if err := r.Body.Close(); err != nil {
		return nil, err
	}
	for _, c := range jar.Cookies(r.Request.URL) {
		b.cookie = c.Name + "=" + c.Value
	}
	return b, nil
}

// post carries out what a page asks.
func (b *browser) post(path string, body any, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	q, err := http.NewRequest(http.MethodPost, b.base+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Origin", b.base)
	r, err := b.client.Do(q)
	if err != nil {
		return err
	}
	defer func() { _ = r.Body.Close() }() // it was read
	if r.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", path, r.Status)
	}
	return json.NewDecoder(r.Body).Decode(into)
}

// rounds trains, and looks in turns.
func (b *browser) rounds(o *options, dir string) (r *result, err error) {
	var begun struct{ Run struct{ ID string } }
	if err := b.post("/api/train", map[string]string{"name": "block.yaml", "text": spec(o.side)}, &begun); err != nil {
		return nil, err
	}
	id := begun.Run.ID
	defer func() {
		err = errors.Join(err, b.post("/api/run/do", map[string]string{"id": id, "do": "pause"}, &begun))
	}()
	log := filepath.Join(dir, filepath.FromSlash(id), "log.jsonl")
	r = &result{options: o}
	if r.bonds, err = warm(log); err != nil {
		return nil, err
	}
	// Once with viewers before anything counts: what is loaded once is loaded then.
	if err := b.look(o, id, o.turn, nil); err != nil {
		return nil, err
	}
	b.client.CloseIdleConnections()
	time.Sleep(6 * time.Second) // logs are kept for a while behind their last viewer
	debug.FreeOSMemory()
	r.goroutines, r.resident, r.heap = runtime.NumGoroutine(), resident(), inUse()
	r.processor = -processor()
	began := time.Now()
	for turns := 0; time.Since(began).Minutes() < o.minutes; turns++ {
		first := turns%2 == 0 // with viewers first, then second: a drift counts for neither
		var with, without float64
		for half := range 2 {
			from := time.Now()
			if (half == 0) == first {
				if err := b.look(o, id, o.turn, r); err != nil {
					return nil, err
				}
				with, err = rate(log, from)
			} else {
				time.Sleep(o.turn)
				without, err = rate(log, from)
			}
			if err != nil {
				return nil, err
			}
		}
		r.ratios = append(r.ratios, with/without)
		r.rates = append(r.rates, without)
		r.growth = append(r.growth, resident())
	}
	r.took = time.Since(began)
	r.processor += processor()
	time.Sleep(6 * time.Second)
	debug.FreeOSMemory()
	r.goroutinesAfter, r.residentAfter, r.heapAfter = runtime.NumGoroutine(), resident(), inUse()
	return r, nil
}

// look lets viewers look for a time; what they find goes into r, unless that is nil.
func (b *browser) look(o *options, id string, time_ time.Duration, r *result) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	order, err := json.Marshal(visit{Base: b.base, Cookie: b.cookie, ID: id, Viewers: o.viewers, Every: o.every, Time: time_})
	if err != nil {
		return err
	}
	c := exec.Command(self, "view")
	c.Stdin, c.Stderr = bytes.NewReader(order), os.Stderr
	text, err := c.Output()
	if err != nil {
		return err
	}
	var seen seen
	if err := json.Unmarshal(text, &seen); err != nil {
		return err
	}
	if len(seen.Faults) > 0 {
		return fmt.Errorf("%d faults, the first: %s", len(seen.Faults), seen.Faults[0])
	}
	if r != nil {
		r.waits = append(r.waits, seen.Waits...)
		r.records += seen.Records
		r.viewing += seen.Processor
	}
	return nil
}
