package driver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/benchtest"
	"github.com/elastrain/elastrain/lab/twin"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/network"
)

// twoBars hangs a free node from two held ones by bars at a right angle: nodes
// 1 (0, 0) and 2 (0.1, 0), node 3 (0.05, -0.05), N and m. With stiffnesses k the
// load f moves node 3 by u = n1 (n1.f)/k1 + n2 (n2.f)/k2.
type twoBars struct {
	mu sync.Mutex // held by every verb
	Bounds
	start  time.Time
	k      [2]float64
	f      [3]float64
	safe   int
	broken error             // what every verb but Safe returns, if not nil
	blink  bool              // node 2 is not seen
	told   func(what string) // of every change; may be nil
}

var barCard = lab.Card{Name: "two bars", Version: "1", Dim: 2, Nodes: 3, Elements: 2, Stiffens: true,
	Limits: lab.Limits{Force: 0.5, TotalForce: 0.8, Displacement: 0.02, Elongation: 0.02, Stiffness: [2]float64{10, 1000}}}

func newTwoBars() *twoBars {
	return &twoBars{Bounds: Bounds{Card: barCard}, start: time.Now().Add(-time.Hour), k: [2]float64{100, 100}}
}

func (b *twoBars) tell(what string) {
	if b.told != nil {
		b.told(what)
	}
}

func (b *twoBars) Hello(context.Context) (lab.Card, error) { return b.Card, nil }

func (b *twoBars) Ping(context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.broken
}

// breaks makes every verb but Safe return an error, or none. A client pings whenever it
// likes, so the field is not written without the lock.
func (b *twoBars) breaks(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.broken = err
}

func (b *twoBars) Arm(_ context.Context, l lab.Limits) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Bounds.Arm(l)
}

func (b *twoBars) Load(ctx context.Context, load []lab.Force) (time.Duration, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := errors.Join(b.broken, ctx.Err()); err != nil {
		return 0, err
	}
	if err := b.Bounds.Load(load, time.Now()); err != nil {
		return 0, err
	}
	b.f = [3]float64{}
	for _, l := range load {
		if l.Node == 2 {
			for i := range b.f {
				b.f[i] += l.F[i]
			}
		}
	}
	b.tell("loaded")
	return time.Since(b.start), nil
}

func (b *twoBars) Measure(ctx context.Context, repeats int) ([]lab.Frame, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := errors.Join(b.Armed(), b.broken, ctx.Err()); err != nil {
		return nil, err
	}
	if repeats < 1 {
		return nil, refuse(Refused, "%d measurements", repeats)
	}
	first := (b.f[0] - b.f[1]) / 2 / b.k[0] // along (1, -1), halved for 1/sqrt(2) twice
	second := (b.f[0] + b.f[1]) / 2 / b.k[1]
	u := [2]float64{first + second, second - first}
	frames := make([]lab.Frame, repeats)
	for i := range frames {
		frames[i] = lab.Frame{At: time.Since(b.start), Nodes: []lab.Mark{
			{Seen: true, Sigma: 6e-6}, {X: [3]float64{0.1}, Seen: true, Sigma: 6e-6},
			{X: [3]float64{0.05 + u[0], -0.05 + u[1]}, Seen: true, Sigma: 6e-6}},
			Fixed:  []lab.Mark{{X: [3]float64{-0.01, 0.01}, Seen: true}},
			Images: []lab.Image{{Path: "p.png", SHA256: fmt.Sprintf("%064x", i)}}}
		if b.blink {
			frames[i].Nodes[1] = lab.Mark{}
		}
	}
	return frames, nil
}

func (b *twoBars) SetStiffness(_ context.Context, k []float64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.Stiffness(k); err != nil {
		return err
	}
	copy(b.k[:], k)
	b.Stiffened(k)
	return nil
}

func (b *twoBars) Safe(context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.f = [3]float64{}
	b.Disarm("it was made safe")
	b.safe++
	b.tell("safe")
	return nil
}

// conform is what every bench of the two bars must do, behind however many
// wires.
func conform(t *testing.T, b lab.Bench) {
	t.Helper()
	ctx := context.Background()
	refusedBy := func(what, code string, err error) {
		t.Helper()
		var refused *lab.RefusedError
		if !errors.As(err, &refused) || code == NotArmed && !errors.Is(err, &Error{Code: code}) {
			t.Errorf("%s: %v, want it refused as %s", what, err, code)
		}
	}
	down := func(f float64) []lab.Force { return []lab.Force{{Node: 2, F: [3]float64{0, -f}}} }
	droop := func(f, k1, k2 float64) {
		t.Helper()
		want, aside := f/2*(1/k1+1/k2), f/2*(1/k1-1/k2)
		frames, err := b.Measure(ctx, 3)
		if err != nil {
			t.Fatal(err)
		}
		if len(frames) != 3 || len(frames[1].Nodes) != 3 || len(frames[2].Fixed) != 1 || frames[1].Images[0].SHA256 != fmt.Sprintf("%064x", 1) {
			t.Fatalf("frames %v", frames)
		}
		m := frames[2].Nodes[2]
		if got := [2]float64{m.X[0] - 0.05, -0.05 - m.X[1]}; math.Abs(got[1]-want) > 1e-15 || math.Abs(got[0]-aside) > 1e-15 || !m.Seen || m.Sigma != 6e-6 {
			t.Errorf("node 3 goes %g aside and %g down, want %g and %g (%v)", got[0], got[1], aside, want, m)
		}
	}
	card, err := b.Hello(ctx)
	if err != nil || card != barCard {
		t.Fatalf("card %v, %v", card, err)
	}
	_, err = b.Load(ctx, down(0.1))
	refusedBy("load before arm", NotArmed, err)
	_, err = b.Measure(ctx, 1)
	refusedBy("measure before arm", NotArmed, err)
	refusedBy("stiffness before arm", NotArmed, b.SetStiffness(ctx, []float64{1, 2}))
	if err := errors.Join(b.Ping(ctx), b.Safe(ctx)); err != nil {
		t.Fatal(err)
	}
	refusedBy("wider limits", Refused, b.Arm(ctx, lab.Limits{Force: 0.6}))
	if err := b.Arm(ctx, lab.Limits{Force: 0.4}); err != nil {
		t.Fatal(err)
	}
	first, err := b.Load(ctx, down(0.3))
	if err != nil {
		t.Fatal(err)
	}
	droop(0.3, 100, 100)
	_, err = b.Load(ctx, down(0.45))
	refusedBy("too much force", Refused, err)
	_, err = b.Load(ctx, []lab.Force{{Node: 3}})
	refusedBy("no such node", Refused, err)
	_, err = b.Load(ctx, []lab.Force{{Node: 2, F: [3]float64{0, math.NaN()}}})
	refusedBy("no number", Refused, err)
	droop(0.3, 100, 100)
	refusedBy("too stiff", Refused, b.SetStiffness(ctx, []float64{100, 2000}))
	refusedBy("one stiffness", Refused, b.SetStiffness(ctx, []float64{100}))
	if err := b.SetStiffness(ctx, []float64{200, 400}); err != nil {
		t.Fatal(err)
	}
	droop(0.3, 200, 400)
	second, err := b.Load(ctx, nil)
	if err != nil || second < first {
		t.Errorf("unloaded at %v after %v: %v", second, first, err)
	}
	droop(0, 200, 400)
	if err := errors.Join(b.Safe(ctx), b.Safe(ctx)); err != nil {
		t.Fatal(err)
	}
	_, err = b.Load(ctx, down(0.1))
	refusedBy("load after safe", NotArmed, err)
	if err := b.Arm(ctx, lab.Limits{}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Load(ctx, down(0.5)); err != nil {
		t.Fatal(err)
	}
	if err := b.Safe(ctx); err != nil {
		t.Fatal(err)
	}
}

// inMemory is a link to a driver in a goroutine; ended is closed when it returns.
func inMemory(serve func(io.Reader, io.Writer)) (l Link, ended chan struct{}) {
	driverIn, hostOut := io.Pipe()
	hostIn, driverOut := io.Pipe()
	ended = make(chan struct{})
	go func() {
		serve(driverIn, driverOut)
		_ = driverIn.Close()
		_ = driverOut.Close()
		close(ended)
	}()
	return Link{Name: "test driver", R: hostIn, W: hostOut,
		HangUp: func() { _ = hostOut.Close() },
		End: func(grace time.Duration) (string, bool) {
			timer := time.NewTimer(grace)
			defer timer.Stop()
			select {
			case <-ended:
				return "exit status 0", true
			case <-timer.C:
			}
			_ = hostIn.CloseWithError(errors.New("killed"))
			_ = driverIn.CloseWithError(errors.New("killed"))
			return "killed", false
		}}, ended
}

// overWire puts a bench behind the protocol and in front of it again.
func overWire(t *testing.T, b lab.Bench, o Options) *Client {
	var wait sync.WaitGroup
	wait.Add(1)
	l, _ := inMemory(func(r io.Reader, w io.Writer) {
		defer wait.Done()
		if err := Serve(b, r, w); err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	c := Connect(l, o)
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		wait.Wait()
	})
	return c
}

// subject holds the two bars to what every bench promises.
func subject(open func(t *testing.T) lab.Bench) benchtest.Subject {
	return benchtest.Subject{Open: open, Load: []lab.Force{{Node: 2, F: [3]float64{0.1, -0.2}}}, Moves: 1e-4, Stiffness: []float64{50, 500}}
}

func TestTheBenchOfTheTestsConforms(t *testing.T) {
	conform(t, newTwoBars())
	benchtest.Run(t, subject(func(*testing.T) lab.Bench { return newTwoBars() }))
}

func TestServeBehindClientConforms(t *testing.T) {
	benchtest.Run(t, subject(func(t *testing.T) lab.Bench { return overWire(t, newTwoBars(), Options{}) }))
	b := newTwoBars()
	conform(t, overWire(t, b, Options{}))
	if b.f != [3]float64{} {
		t.Errorf("it is loaded with %v", b.f)
	}
}

// A wire behind a wire is still the same bench.
func TestTwoWiresConform(t *testing.T) {
	conform(t, overWire(t, overWire(t, newTwoBars(), Options{}), Options{}))
}

// A body is set by its parameters, over the wire as at hand; a driver says how many and in what.
func TestBodyOverTheWire(t *testing.T) {
	net := &network.Network{Dim: 2, Pos: []float64{0, 0, 0.03, 0, 0.06, 0}, Held: []bool{true, true, false, false, false, false},
		Elements: []network.Element{{Nodes: [2]int{0, 1}}, {Nodes: [2]int{1, 2}}}}
	plan := &body.Plan{Dim: 2, Pos: net.Pos}
	for i, el := range net.Elements {
		plan.Elements = append(plan.Elements, body.Element{Kind: element.Beam{}, Law: law.Rectangle{Young: 3e7, Thickness: 4e-3}, Nodes: el.Nodes[:], Theta: []float64{2e-3}, Number: i + 1})
	}
	for _, part := range []element.Part{element.X, element.Y, element.TurnZ} {
		plan.Supports = append(plan.Supports, body.Support{Node: 0, Part: part})
	}
	benchtest.Run(t, benchtest.Subject{Load: []lab.Force{{Node: 2, F: [3]float64{0, -0.01}}}, Moves: 1e-4, Stiffness: []float64{1.5e-3, 2e-3},
		Open: func(t *testing.T) lab.Bench {
			b, err := twin.NewBody(net, &twin.Body{Plan: plan}, []float64{2e-3, 2e-3}, twin.Config{Limits: lab.Limits{Stiffness: [2]float64{1e-3, 3e-3}}, Stage: &twin.Stage{}})
			if err != nil {
				t.Fatal(err)
			}
			c := overWire(t, b, Options{})
			if card, err := c.Hello(t.Context()); err != nil || card.Values != 2 || card.Unit != "m" || card.Holds != 6 {
				t.Errorf("card %+v, %v", card, err)
			}
			return c
		}})
	for want, card := range map[string]lab.Card{
		"-1 values": {Dim: 2, Nodes: 3, Elements: 2, Values: -1}, "-1 places": {Dim: 2, Nodes: 3, Elements: 2, Holds: -1}, "the unit mm of values, and no values": {Dim: 2, Nodes: 3, Elements: 2, Unit: "mm"},
	} {
		if err := CheckCard(card); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// A driver that knows what an element of 0 is says so, and one that leaves it out does not.
func TestDriversThatTakeElementsOut(t *testing.T) {
	for _, says := range []bool{false, true} {
		b := newTwoBars()
		b.Card.Removes = says
		card, err := overWire(t, b, Options{}).Hello(t.Context())
		if err != nil || card.Removes != says {
			t.Errorf("it says %v, and the host hears %v: %v", says, card.Removes, err)
		}
	}
}
