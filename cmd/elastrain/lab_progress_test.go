package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver/inbox"
	"github.com/elastrain/elastrain/lab/measurement"
)

// obedient is a person who says done when the rig has followed the next order.
type obedient struct {
	rig   *rig
	given int
}

func (o *obedient) Read(b []byte) (int, error) {
	for {
		select {
		case <-o.rig.quit:
			return 0, io.EOF
		case <-time.After(time.Millisecond):
		}
		o.rig.mu.Lock()
		followed := len(o.rig.done)
		o.rig.mu.Unlock()
		if followed > o.given {
			o.given++
			return copy(b, "done\n"), nil
		}
	}
}

// A person hears how far a session is, and how long the rest will take.
func TestPersonHearsHowFar(t *testing.T) {
	watching = inbox.Options{Poll: time.Millisecond, Still: 2 * time.Millisecond}
	defer func() { watching = inbox.Options{} }()
	dir := t.TempDir()
	text := strings.Replace(lattices["folder"], "obeys: program, stiffens: true, steps: 4", "obeys: person, stiffens: true, steps: 2", 1)
	spec := filepath.Join(dir, "spec.yaml")
	if err := os.WriteFile(spec, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	r := newRig(dir)
	var out, errs bytes.Buffer
	code := Main([]string{"lab", "train", spec, "--out", filepath.Join(dir, "session")}, &obedient{rig: r}, &out, &errs)
	r.end()
	said := errs.String()
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, said)
	}
	for _, line := range []string{"load 1 of 3 of step 1 of 2 is measured; at most 6 to go (about ", "load 3 of 3 of step 2 of 2 is measured; at most 1 to go (about ",
		"load 1 of 1 of the look at the end is measured; at most 0 to go\n"} {
		if !strings.Contains(said, line) {
			t.Errorf("it does not say %q:\n%s", line, said)
		}
	}
	if strings.Contains(said, "load 4 of 3") {
		t.Error("it counts too far")
	}
}

// A check of a bench of people counts what it asks for.
func TestCheckIsCounted(t *testing.T) {
	var errs bytes.Buffer
	s := &session{Terminal: &cli.Terminal{Err: &errs}}
	p := measurement.DefaultProtocol()
	b := counting(s, &still{}, &p, measurement.Checkup{})
	ctx := context.Background()
	for _, load := range [][]lab.Force{nil, {{Node: 1}}, nil, {{Node: 1}}} {
		if _, err := b.Load(ctx, load); err != nil {
			t.Fatal(err)
		}
	}
	for _, repeats := range []int{10, 1, 500} {
		if _, err := b.Measure(ctx, repeats); err != nil {
			t.Fatal(err)
		}
	}
	want := "the check hangs 6 loads and takes 68 looks\nload 1 of 6\nload 2 of 6\nlooks 1 to 10 of 68\nlook 11 of 68\nlooks 12 to 511\n"
	if errs.String() != want {
		t.Errorf("it says\n%swant\n%s", errs.String(), want)
	}
}

// still is a bench that does nothing.
type still struct{ lab.Bench }

func (still) Load(context.Context, []lab.Force) (time.Duration, error) { return 0, nil }
func (still) Measure(context.Context, int) ([]lab.Frame, error)        { return nil, nil }
