package manual

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/benchtest"
	"github.com/elastrain/elastrain/lab/driver"
	"github.com/elastrain/elastrain/lab/driver/inbox"
)

var testCard = lab.Card{Name: "by hand", Dim: 2, Nodes: 3, Elements: 2, Stiffens: true,
	Limits: lab.Limits{Force: 0.5, TotalForce: 0.8, Stiffness: [2]float64{10, 1000}}}

// script is a person who does what the cards say. Node 3 hangs by a spring of
// 100 N/m. A photograph is a file of JSON with the positions.
type script struct {
	t            *testing.T
	inbox        string
	shot         int
	f            [2]float64 // what hangs on node 3
	asked        []string
	answers      []string // said instead of the good answer, one each; "" is the good one
	blurred      int      // so many photographs cannot be read
	photographer func()   // takes a photograph; nil: at once
}

var actionPattern = regexp.MustCompile(`node 3: ([0-9.]+) g, pulling (.*) \(([^ ]+) N\)`)

func (s *script) Tell(_ context.Context, text string) error {
	s.asked = append(s.asked, text)
	if strings.HasPrefix(text, "Take photograph") || strings.HasPrefix(text, "Take a photograph") {
		s.photograph()
	}
	return nil
}

func (s *script) photograph() {
	if s.photographer != nil {
		s.photographer()
		return
	}
	s.shot++
	text, _ := json.Marshal([][]float64{{0, 0}, {0.1, 0}, {0.05 + s.f[0]/100, s.f[1] / 100}})
	if s.blurred > 0 {
		s.blurred--
		text = []byte("blurred")
	}
	if err := os.WriteFile(filepath.Join(s.inbox, fmt.Sprintf("IMG_%04d.JPG", s.shot)), text, 0o644); err != nil {
		s.t.Error(err)
	}
}

func (s *script) Ask(_ context.Context, question string, answers ...string) (string, error) {
	s.asked = append(s.asked, question)
	if len(s.answers) > 0 {
		say := s.answers[0]
		s.answers = s.answers[1:]
		if say != "" {
			if say == "reject" || say == "another" {
				defer s.photograph()
			}
			return say, nil
		}
	}
	switch {
	case strings.Contains(question, "Take all weights off"):
		s.f = [2]float64{}
	case strings.Contains(question, "Hang these"):
		s.f = [2]float64{}
		if m := actionPattern.FindStringSubmatch(question); m != nil {
			size, err := strconv.ParseFloat(m[3], 64)
			grams, err2 := strconv.ParseFloat(m[1], 64)
			if err != nil || err2 != nil || math.Abs(grams*9.80665e-3-size) > 0.005*9.80665e-3 {
				s.t.Errorf("weights %q: %v, %v", m, err, err2)
			}
			s.f = map[string][2]float64{"to the right": {1, 0}, "to the left": {-1, 0}, "up": {0, 1}, "down": {0, -1}}[m[2]]
			s.f[0] *= size
			s.f[1] *= size
		}
	case strings.Contains(question, "cannot be read"):
		defer s.photograph()
	}
	if len(answers) == 0 {
		return "a finger is in the picture", nil
	}
	return answers[0], nil
}

// read is the eye.
func read(_ context.Context, photo string) (nodes, fixed []lab.Mark, err error) {
	text, err := os.ReadFile(photo)
	if err != nil {
		return nil, nil, err
	}
	var x [][]float64
	if err := json.Unmarshal(text, &x); err != nil {
		return nil, nil, errors.New("no mark is sharp")
	}
	for _, p := range x {
		m := lab.Mark{Seen: true, Sigma: 6e-6}
		copy(m.X[:], p)
		nodes = append(nodes, m)
	}
	return nodes, nodes[:1], nil
}

func open(t *testing.T, change func(*Config)) (*Bench, *script) {
	t.Helper()
	s := &script{t: t, inbox: t.TempDir()}
	c := Config{Card: testCard, Inbox: s.inbox, Cards: t.TempDir(), Person: s, Read: read,
		Positions: [][3]float64{{}, {0.1}, {0.05, -0.05}}, Stiffness: []float64{100, 100}}
	if change != nil {
		change(&c)
	}
	b, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	return b, s
}

func TestConforms(t *testing.T) {
	benchtest.Run(t, benchtest.Subject{
		Open: func(t *testing.T) lab.Bench {
			b, _ := open(t, func(c *Config) { c.Box = inbox.Options{Poll: time.Millisecond, Still: time.Millisecond} })
			return b
		},
		Load: []lab.Force{{Node: 2, F: [3]float64{0, -0.2}}}, Moves: 1e-3, Stiffness: []float64{50, 500},
	})
}

func hang(x, y float64) []lab.Force { return []lab.Force{{Node: 2, F: [3]float64{x, y}}} }

func ready(t *testing.T, b *Bench) {
	t.Helper()
	if err := errors.Join(b.Ping(t.Context()), b.Safe(t.Context()), b.Arm(t.Context(), lab.Limits{})); err != nil {
		t.Fatal(err)
	}
}

func TestCardsAndPhotographs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, s := open(t, func(c *Config) { c.Overlay = func(photo string) string { return photo + ".overlay.png" } })
		ready(t, b)
		applied, err := b.Load(t.Context(), hang(0, -0.0441299))
		if err != nil {
			t.Fatal(err)
		}
		if want := "Step 2. Hang these weights and no others\n  node 3: 4.50 g, pulling down (0.04413 N)\nx is to the right"; !strings.HasPrefix(s.asked[1], want) {
			t.Errorf("card %q, want %q", s.asked[1], want)
		}
		frames, err := b.Measure(t.Context(), 2)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range frames {
			hash, err := inbox.SHA256(filepath.Join(s.inbox, fmt.Sprintf("IMG_%04d.JPG", i+1)))
			if err != nil || f.At < applied || f.Images[0].SHA256 != hash || math.Abs(f.Nodes[2].X[1]+0.0004413) > 1e-12 || len(f.Fixed) != 1 {
				t.Errorf("frame %+v, %v", f, err)
			}
		}
		if q := s.asked[3]; !strings.HasPrefix(q, "IMG_0001.JPG: 3 of 3 nodes were found. Look at ") || !strings.Contains(q, "IMG_0001.JPG.overlay.png") {
			t.Errorf("asked %q", q)
		}
		for name, want := range map[string]string{
			"step-0001.txt": "Take all weights off", "step-0002.txt": "node 3: 4.50 g", "step-0002.html": "<li>node 3: 4.50 g, pulling down",
			"current.html": `<line x1="200" y1="200" x2="200" y2="245"`,
		} {
			text, err := os.ReadFile(filepath.Join(b.c.Cards, name))
			if err != nil || !strings.Contains(string(text), want) {
				t.Errorf("%s: %v, without %q:\n%s", name, err, want, text)
			}
			// A phone in a laboratory without a network shows all of it.
			if strings.Contains(string(text), "http:") || strings.Contains(string(text), "https:") || strings.Contains(string(text), "src=") {
				t.Errorf("%s fetches something", name)
			}
		}
		n := len(s.asked)
		if err := errors.Join(b.Safe(t.Context()), b.Safe(t.Context()), b.Arm(t.Context(), lab.Limits{})); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Load(t.Context(), nil); err != nil || len(s.asked) != n+1 {
			t.Errorf("%v; asked %q to make safe twice and unload", err, s.asked[n:])
		}
	})
}

// A photograph that is still being copied is not read, and one from before the
// load is never read.
func TestPhotographsThatCameEarlyOrSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, s := open(t, nil)
		ready(t, b)
		s.photograph() // before the weight hangs
		if _, err := b.Load(t.Context(), hang(0.1, 0)); err != nil {
			t.Fatal(err)
		}
		s.photographer = func() {
			path := filepath.Join(s.inbox, "slow.png")
			whole := "[[0,0],[0.1,0],[0.051,0]]"
			for part := range 5 {
				time.AfterFunc(time.Duration(part)*900*time.Millisecond, func() {
					if err := os.WriteFile(path, []byte(whole[:len(whole)*(part+1)/5]), 0o644); err != nil {
						t.Error(err)
					}
				})
			}
		}
		frames, err := b.Measure(t.Context(), 1)
		if err != nil || filepath.Base(frames[0].Images[0].Path) != "slow.png" || frames[0].Nodes[2].X[0] != 0.051 {
			t.Errorf("%v, %v", frames, err)
		}
	})
}

func TestRejectedPhotographsAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, s := open(t, nil)
		ready(t, b)
		if _, err := b.Load(t.Context(), hang(0.1, 0)); err != nil {
			t.Fatal(err)
		}
		s.blurred = 1
		// The first cannot be read, the second is rejected with a reason, the third is good.
		s.answers = []string{"", "reject", ""}
		frames, err := b.Measure(t.Context(), 1)
		if err != nil || filepath.Base(frames[0].Images[0].Path) != "IMG_0003.JPG" {
			t.Fatalf("%v, %v", frames, err)
		}
		text, err := os.ReadFile(filepath.Join(b.c.Cards, "rejected.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		if len(lines) != 2 {
			t.Fatalf("%d lines:\n%s", len(lines), text)
		}
		for i, want := range []Rejected{{Step: 2, By: "reader", Reason: "no mark is sharp"}, {Step: 2, By: "person", Reason: "a finger is in the picture"}} {
			var r Rejected
			if err := json.Unmarshal([]byte(lines[i]), &r); err != nil {
				t.Fatal(err)
			}
			hash, err := inbox.SHA256(r.Photo) // still there
			if err != nil || hash != r.SHA256 || r.Step != want.Step || r.By != want.By || r.Reason != want.Reason || r.Time.IsZero() {
				t.Errorf("record %+v, %v, want %+v", r, err, want)
			}
		}
		for name, say := range map[string][]string{"at the picture": {"stop"}, "at the weights": {"stop"}} {
			s.answers = say
			var err error
			if name == "at the picture" {
				_, err = b.Measure(t.Context(), 1)
			} else {
				_, err = b.Load(t.Context(), nil)
			}
			if !errors.Is(err, &driver.Error{Code: driver.Stopped}) {
				t.Errorf("stop %s: %v", name, err)
			}
		}
		s.photographer = func() {}
		var late *inbox.LateError
		if _, err := b.Measure(t.Context(), 1); !errors.As(err, &late) || late.Within != time.Hour {
			t.Errorf("no photograph: %v", err)
		}
	})
}

// After a crash the cards are numbered on, old photographs stay old, and the
// person is asked to unload before anything else.
func TestOpenedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, s := open(t, nil)
		ready(t, b)
		if _, err := b.Load(t.Context(), hang(0.1, 0)); err != nil {
			t.Fatal(err)
		}
		s.photograph() // and the program was killed here
		again, err := Open(b.c)
		if err != nil {
			t.Fatal(err)
		}
		ready(t, again)
		if s.f != [2]float64{} || !strings.HasPrefix(s.asked[len(s.asked)-1], "Step 3. Take all weights off") {
			t.Errorf("load %v, asked %q", s.f, s.asked[len(s.asked)-1])
		}
		if _, err := again.Load(t.Context(), hang(0, 0.1)); err != nil {
			t.Fatal(err)
		}
		if frames, err := again.Measure(t.Context(), 1); err != nil || filepath.Base(frames[0].Images[0].Path) != "IMG_0002.JPG" {
			t.Errorf("%v, %v", frames, err)
		}
	})
}

func TestDirections(t *testing.T) {
	for _, c := range []struct {
		f    [3]float64
		dim  int
		want string
	}{
		{[3]float64{2}, 2, "to the right"}, {[3]float64{-1e-3}, 1, "to the left"}, {[3]float64{0, 1}, 2, "up"}, {[3]float64{0, -1}, 2, "down"},
		{[3]float64{0, 0, 1}, 3, "to the front"}, {[3]float64{1, 1}, 2, "to the right and 45.0 degrees up"},
		{[3]float64{-math.Sqrt(3), -1}, 2, "to the left and 30.0 degrees down"}, {[3]float64{0, 3, 4}, 3, "along (0.000, 0.600, 0.800)"},
	} {
		if got := direction(c.f, c.dim); got != c.want {
			t.Errorf("%v: %q, want %q", c.f, got, c.want)
		}
	}
}

func TestConfigurationsAreChecked(t *testing.T) {
	dir, person := t.TempDir(), &script{t: t}
	good := Config{Card: testCard, Inbox: dir, Cards: dir, Person: person, Read: read}
	for name, change := range map[string]func(*Config){
		"no card": func(c *Config) { c.Card = lab.Card{} }, "no person": func(c *Config) { c.Person = nil }, "no reader": func(c *Config) { c.Read = nil },
		"positions": func(c *Config) { c.Positions = make([][3]float64, 2) }, "stiffness": func(c *Config) { c.Stiffness = make([]float64, 1) },
		"no inbox": func(c *Config) { c.Inbox = filepath.Join(dir, "none") }, "no cards": func(c *Config) { c.Cards = filepath.Join(dir, "none") },
	} {
		c := good
		change(&c)
		if _, err := Open(c); err == nil {
			t.Errorf("%s: it was opened", name)
		}
	}
	if _, err := Open(good); err != nil {
		t.Error(err)
	}
}

// slow is a person who does not answer before a verb is called off.
type slow struct{ *script }

func (s slow) Ask(ctx context.Context, question string, answers ...string) (string, error) {
	if strings.Contains(question, "Take all weights off") {
		return s.script.Ask(ctx, question, answers...)
	}
	s.asked = append(s.asked, question)
	<-ctx.Done()
	return "", ctx.Err()
}

// Safe comes beside a card that is not answered and beside a wait for a photograph.
func TestSafeBesideAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, s := open(t, nil)
		ready(t, b)
		s.photographer = func() {}
		for name, verb := range map[string]func() error{
			"the answer to step": func() error {
				b.c.Person = slow{s}
				_, err := b.Load(context.Background(), hang(0.1, 0))
				return err
			},
			"a photograph in": func() error {
				b.c.Person = s
				_, err := b.Load(context.Background(), hang(0.1, 0))
				if err == nil {
					_, err = b.Measure(context.Background(), 1)
				}
				return err
			},
		} {
			if err := b.Arm(t.Context(), lab.Limits{}); err != nil {
				t.Fatal(err)
			}
			over := make(chan error, 1)
			go func() { over <- verb() }()
			time.Sleep(time.Minute)
			if what, since := b.Waiting(); !strings.HasPrefix(what, name) || time.Since(since) < 59*time.Second {
				t.Errorf("it waits for %q since %v, not for %s", what, since, name)
			}
			if err := b.Safe(t.Context()); err != nil || s.f != [2]float64{} {
				t.Errorf("%s: %v, and %v N hang", name, err, s.f)
			}
			if err := <-over; !errors.Is(err, &driver.Error{Code: driver.Interrupted}) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// A program that must end now leaves the card behind that unloads, beside whatever is under way.
func TestLeave(t *testing.T) {
	b, _ := open(t, nil)
	ready(t, b)
	card := func() string {
		text, err := os.ReadFile(filepath.Join(b.c.Cards, "current.html"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if _, err := b.Load(t.Context(), hang(0.1, 0)); err != nil || strings.Contains(card(), "Take all weights off") {
		t.Fatalf("%v, card %s", err, card())
	}
	b.Leave()
	if !strings.Contains(card(), "Take all weights off") {
		t.Errorf("the card left behind:\n%s", card())
	}
	last := b.last()
	b.Leave()
	if b.last() != last {
		t.Error("the card is there twice")
	}
}
