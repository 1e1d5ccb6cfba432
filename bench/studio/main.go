// Command studio measures what many viewers of the studio cost a training.
//
//	go build -o /tmp/elastrain ./cmd/elastrain
//	go run ./bench/studio -program /tmp/elastrain -minutes 10
//
// A training of 10^5 bonds goes on without a pause. In turns, for some seconds each, fifty viewers look at it (each
// follows its log and the list of runs, and asks for the list and for what the studio is), nobody does, and the same
// viewers look at a plain server that has the same bytes (plain.go): what that costs is the cost of fifty programs that
// read, and no studio could cost less. Steps a second with viewers are divided by those without. Server, plain server,
// viewers and training are processes of their own.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"time"
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
	profile string        // file for what the server does while it is looked at
}

func main() {
	if len(os.Args) > 1 {
		if part := map[string]func() error{
			"view":  func() error { return view(os.Stdin, os.Stdout) },
			"serve": func() error { return serve(os.Args[2], os.Args[3], os.Args[4]) },
			"plain": func() error { return plain(os.Args[2]) },
		}[os.Args[1]]; part != nil {
			if err := part(); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			return
		}
	}
	var o options
	flag.StringVar(&o.program, "program", "", "the program that trains")
	flag.Float64Var(&o.minutes, "minutes", 10, "time in all")
	flag.IntVar(&o.side, "side", 183, "nodes of a side of the lattice: 3 side^2 bonds")
	flag.IntVar(&o.viewers, "viewers", 50, "viewers")
	flag.DurationVar(&o.turn, "turn", 15*time.Second, "time with viewers, and without")
	flag.DurationVar(&o.every, "every", 10*time.Second, "time between two requests of a viewer for the list and for what the studio is; a page asks when it is opened")
	flag.IntVar(&o.runs, "runs", 20, "copies of a short finished run that are listed as well")
	flag.StringVar(&o.profile, "profile", "", "write what the server spends processor time on to this file")
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
learn: {method: adam, rate: 0.00001, epochs: 50000} # so slow that it does not end; each fifth epoch is recorded
`, side, side*(side-1)+1, side*side, top(1), top(3), middle+side-1, middle)
}

// measure trains and looks.
func measure(o *options) (r *result, err error) {
	program, err := filepath.Abs(o.program)
	if err != nil || o.program == "" {
		return nil, errors.Join(err, errors.New("give the program by -program"))
	}
	dir, err := os.MkdirTemp("", "elastrain-bench-studio")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := others(program, dir, o.runs); err != nil {
		return nil, err
	}
	server, err := start("serve", dir, program, o.profile)
	if err != nil {
		return nil, err
	}
	b, err := enter(server)
	if err == nil {
		r, err = b.rounds(o, dir)
	}
	return r, errors.Join(err, server.end())
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
	server *part
	client *http.Client
	cookie string
	key    string
	base   string
}

func enter(server *part) (*browser, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	b := &browser{server: server, client: &http.Client{Jar: jar}}
	r, err := b.client.Get(server.address)
	if err != nil {
		return nil, err
	}
	if err := r.Body.Close(); err != nil {
		return nil, err
	}
	b.key = r.Header.Get("Elastrain-Key")
	b.base = r.Request.URL.Scheme + "://" + r.Request.URL.Host
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
	q.Header.Set("Elastrain-Key", b.key)
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
	bare, err := b.bare(log)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, bare.end()) }()
	kinds := []func() (*seen, error){
		func() (*seen, error) { return look(o, b, id) },
		func() (*seen, error) { return look(o, &browser{base: bare.address}, id) },
		func() (*seen, error) { time.Sleep(o.turn); return &seen{}, nil },
	}
	// Each kind twice before anything counts: what is loaded once is loaded then, and the memory has come to its size.
	for range 2 {
		for _, kind := range kinds[:2] {
			if _, err := kind(); err != nil {
				return nil, err
			}
		}
	}
	b.client.CloseIdleConnections()
	time.Sleep(lingers)
	if r.before, err = b.server.state(true); err != nil {
		return nil, err
	}
	last, began := r.before, time.Now()
	for turns := 0; time.Since(began).Minutes() < o.minutes; turns++ {
		var rates [3]float64
		for k := range kinds { // another is first each time: a drift counts for none
			kind := (k + turns) % len(kinds)
			from := time.Now()
			found, err := kinds[kind]()
			if err != nil {
				return nil, err
			}
			if rates[kind], err = rate(log, from); err != nil {
				return nil, err
			}
			now, err := b.server.state(false)
			if err != nil {
				return nil, err
			}
			switch kind {
			case 0:
				r.take(found)
				r.processor += now.Processor - last.Processor
				r.switches += now.Switches - last.Switches
			case 1:
				r.control += found.Processor
			}
			last = now
		}
		r.ratios = append(r.ratios, rates[0]/rates[2])
		r.controls = append(r.controls, rates[1]/rates[2])
		r.rates = append(r.rates, rates[2])
		r.growth = append(r.growth, last.Resident)
	}
	r.took = time.Since(began)
	time.Sleep(lingers)
	r.after, err = b.server.state(true)
	return r, err
}

// lingers is longer than a server keeps a log behind its last viewer.
const lingers = 11 * time.Second

// bare starts the plain server with the answers that the studio gives now.
func (b *browser) bare(log string) (*part, error) {
	answers := filepath.Join(filepath.Dir(log), "..", "..", "answers")
	if err := os.MkdirAll(answers, 0o777); err != nil {
		return nil, err
	}
	for _, name := range []string{"runs", "about"} {
		q, err := http.NewRequest(http.MethodGet, b.base+"/api/"+name, nil)
		if err != nil {
			return nil, err
		}
		q.Header.Set("Elastrain-Key", b.key)
		r, err := b.client.Do(q)
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(r.Body)
		if err = errors.Join(err, r.Body.Close()); err == nil {
			err = os.WriteFile(filepath.Join(answers, name), text, 0o666)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := os.Symlink(log, filepath.Join(answers, "log")); err != nil {
		return nil, err
	}
	return start("plain", answers)
}

// look lets viewers look at a server for a time.
func look(o *options, b *browser, id string) (*seen, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	order, err := json.Marshal(visit{Base: b.base, Cookie: b.cookie, Key: b.key, ID: id, Viewers: o.viewers, Every: o.every, Time: o.turn})
	if err != nil {
		return nil, err
	}
	c := exec.Command(self, "view")
	c.Stdin, c.Stderr = bytes.NewReader(order), os.Stderr
	text, err := c.Output()
	if err != nil {
		return nil, err
	}
	var found seen
	if err := json.Unmarshal(text, &found); err != nil {
		return nil, err
	}
	if len(found.Faults) > 0 {
		return nil, fmt.Errorf("%d faults, the first: %s", len(found.Faults), found.Faults[0])
	}
	return &found, nil
}
