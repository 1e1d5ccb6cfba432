package serial

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/benchtest"
	"github.com/elastrain/elastrain/lab/driver"
)

// pair is a pseudo-terminal: what is written at one end is read at the other.
func pair(t *testing.T) (device *os.File, port string) {
	t.Helper()
	device, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Skipf("there are no pseudo-terminals here: %v", err)
	}
	var number int
	raw, err := device.SyscallConn()
	if err == nil {
		controlErr := raw.Control(func(fd uintptr) {
			if err = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); err != nil {
				return
			}
			number, err = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
		})
		err = errors.Join(err, controlErr)
	}
	if err != nil {
		t.Fatal(err)
	}
	return device, fmt.Sprintf("/dev/pts/%d", number)
}

// wire reads on when nobody has opened the port, as a device on a cable does.
type wire struct{ device *os.File }

func (w wire) Read(b []byte) (int, error) {
	for {
		n, err := w.device.Read(b)
		if n > 0 || err == nil || !errors.Is(err, unix.EIO) {
			return n, err
		}
		time.Sleep(time.Millisecond)
	}
}

// spring is a bench whose only node hangs by a spring of k N/m.
type spring struct {
	mu     sync.Mutex
	bounds driver.Bounds
	start  time.Time
	k, f   float64
	safe   int
}

var springCard = lab.Card{Name: "spring", Dim: 1, Nodes: 1, Elements: 1, Stiffens: true, Limits: lab.Limits{Force: 1, Stiffness: [2]float64{1, 1000}}}

func newSpring() *spring {
	return &spring{bounds: driver.Bounds{Card: springCard}, start: time.Now(), k: 100}
}

func (s *spring) Hello(context.Context) (lab.Card, error)           { return springCard, nil }
func (s *spring) Ping(context.Context) error                        { return nil }
func (s *spring) Arm(_ context.Context, l lab.Limits) error         { return s.bounds.Arm(l) }
func (s *spring) at() (f float64, safe int)                         { s.mu.Lock(); defer s.mu.Unlock(); return s.f, s.safe }
func (s *spring) SetStiffness(_ context.Context, k []float64) error { s.k = k[0]; return nil }

func (s *spring) Load(_ context.Context, load []lab.Force) (time.Duration, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.f = 0
	for _, f := range load {
		s.f += f.F[0]
	}
	return time.Since(s.start), nil
}

func (s *spring) Measure(_ context.Context, repeats int) ([]lab.Frame, error) {
	frames := make([]lab.Frame, repeats)
	for i := range frames {
		frames[i] = lab.Frame{At: time.Since(s.start), Nodes: []lab.Mark{{X: [3]float64{s.f / s.k}, Seen: true}}}
	}
	return frames, nil
}

func (s *spring) Safe(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.f, s.safe = 0, s.safe+1
	return nil
}

// plug runs a device at one end and opens the other; chatter is what the device
// says when it starts, and deaf what it swallows then.
func plug(t *testing.T, s *spring, watchdog time.Duration, chatter string, deaf int, o driver.Options) *driver.Client {
	t.Helper()
	device, port := pair(t)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if _, err := io.CopyN(io.Discard, wire{device}, int64(deaf)); err != nil {
			return
		}
		_, _ = io.WriteString(device, chatter)
		_ = (&driver.Server{Bench: s, Watchdog: watchdog}).Serve(wire{device}, device)
	}()
	c, err := Open(port, 0, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Close()
		_ = device.Close()
		<-ended
	})
	return c
}

func TestConforms(t *testing.T) {
	benchtest.Run(t, benchtest.Subject{
		Open: func(t *testing.T) lab.Bench { return plug(t, newSpring(), 0, "", 0, driver.Options{}) },
		Load: []lab.Force{{F: [3]float64{0.5}}}, Moves: 0.004, Stiffness: []float64{200},
	})
}

// A board that starts says this and that, and loses the first hello.
func TestADeviceThatStarts(t *testing.T) {
	hello := len(`{"id":1,"verb":"hello","protocol":1}` + "\n")
	c := plug(t, newSpring(), 0, "\x00\xffets Jan  8 2013\r\nrst:0x1 (POWERON)\r\n{\"boot\":true}\r\n", hello, driver.Options{})
	card, err := c.Hello(t.Context())
	if err != nil || card != springCard {
		t.Fatalf("%v, %v", card, err)
	}
	if err := errors.Join(c.Ping(t.Context()), c.Arm(t.Context(), lab.Limits{})); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Load(t.Context(), []lab.Force{{F: [3]float64{0.5}}}); err != nil {
		t.Fatal(err)
	}
	frames, err := c.Measure(t.Context(), 1000) // some 30 kB, more than a pseudo-terminal holds
	if err != nil || len(frames) != 1000 || math.Abs(frames[999].Nodes[0].X[0]-0.005) > 1e-15 {
		t.Errorf("%d frames, %v", len(frames), err)
	}
}

// The host is gone, and the watchdog of the device unloads.
func TestTheWatchdogUnloads(t *testing.T) {
	s := newSpring()
	c := plug(t, s, 3*time.Second, "", 0, driver.Options{}) // longer than a busy machine takes from one verb to the next
	if err := c.Arm(t.Context(), lab.Limits{}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Load(t.Context(), []lab.Force{{F: [3]float64{0.5}}}); err != nil {
		t.Fatal(err)
	}
	if f, safe := s.at(); f != 0.5 || safe != 0 {
		t.Fatalf("load %g, made safe %d times", f, safe)
	}
	c.Abandon()
	for range 6000 {
		if f, safe := s.at(); f == 0 && safe == 1 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the load hangs for ever")
}

func TestACableThatIsPulled(t *testing.T) {
	device, port := pair(t)
	go func() {
		_ = driver.Serve(newSpring(), wire{device}, device)
	}()
	c, err := Open(port, 9600, driver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Arm(t.Context(), lab.Limits{}); err != nil {
		t.Fatal(err)
	}
	_ = device.Close()
	err = c.Ping(t.Context())
	var f *driver.Fault
	if !errors.As(err, &f) || f.Kind != driver.Gone || f.Safe != driver.Unknown || !strings.Contains(err.Error(), port) {
		t.Errorf("ping: %v", err)
	}
}

func TestNoSuchPort(t *testing.T) {
	_, err := Open(filepath.Join(t.TempDir(), "none"), 0, driver.Options{})
	if err == nil || !strings.Contains(err.Error(), "cannot be opened") {
		t.Errorf("%v", err)
	}
}
