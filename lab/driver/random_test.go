package driver

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/elastrain/elastrain/lab"
)

// strict is a bench that refuses nothing, and notes what it should never have
// been asked to do. It counts for itself.
type strict struct {
	t        *testing.T
	now      *time.Time
	armed    bool
	force    float64
	total    float64
	rate     float64
	stiff    [2]float64
	step     float64
	k        []float64
	last     time.Time
	loads    int
	stiffens int
	safes    int
}

var strictCard = lab.Card{Name: "strict", Dim: 2, Nodes: 4, Elements: 3, Stiffens: true,
	Limits: lab.Limits{Force: 1, TotalForce: 1.5, Rate: 2, Stiffness: [2]float64{50, 200}, StiffnessStep: 30}}

func (s *strict) Hello(context.Context) (lab.Card, error) { return strictCard, nil }
func (s *strict) Ping(context.Context) error              { return nil }
func (s *strict) Safe(context.Context) error              { s.armed = false; s.safes++; return nil }

func (s *strict) Arm(_ context.Context, l lab.Limits) error {
	narrower := func(own, x float64) float64 {
		if x == 0 {
			return own
		}
		if x > own {
			s.t.Errorf("armed with %g, wider than %g", x, own)
		}
		return x
	}
	own := strictCard.Limits
	s.armed = true
	s.force, s.total = narrower(own.Force, l.Force), narrower(own.TotalForce, l.TotalForce)
	s.rate, s.step = narrower(own.Rate, l.Rate), narrower(own.StiffnessStep, l.StiffnessStep)
	s.stiff = own.Stiffness
	if l.Stiffness != [2]float64{} {
		if l.Stiffness[0] < 50 || l.Stiffness[1] > 200 {
			s.t.Errorf("armed with stiffnesses %v", l.Stiffness)
		}
		s.stiff = l.Stiffness
	}
	return nil
}

func (s *strict) Load(_ context.Context, load []lab.Force) (time.Duration, error) {
	var on [4][2]float64
	for _, f := range load {
		if f.F[2] != 0 {
			s.t.Errorf("force %v", f)
		}
		on[f.Node][0] += f.F[0]
		on[f.Node][1] += f.F[1]
	}
	total := 0.0
	for _, f := range on {
		size := math.Sqrt(f[0]*f[0] + f[1]*f[1])
		total += size
		if !(size <= s.force*(1+1e-15)) {
			s.t.Errorf("load %v", load)
		}
	}
	if !s.armed || !(total <= s.total*(1+1e-15)) {
		s.t.Errorf("armed %v, load %v", s.armed, load)
	}
	if len(load) > 0 {
		if s.now.Sub(s.last).Seconds() < 1/s.rate {
			s.t.Errorf("a load after %v", s.now.Sub(s.last))
		}
		s.last = *s.now
		s.loads++
	}
	return s.now.Sub(time.Time{}) % time.Hour, nil
}

func (s *strict) Measure(context.Context, int) ([]lab.Frame, error) {
	if !s.armed {
		s.t.Error("measured and not armed")
	}
	return nil, nil
}

func (s *strict) SetStiffness(_ context.Context, k []float64) error {
	if !s.armed || len(k) != 3 {
		s.t.Errorf("armed %v, stiffness %v", s.armed, k)
	}
	for i, x := range k {
		if !(x >= s.stiff[0] && x <= s.stiff[1]) || s.k != nil && math.Abs(x-s.k[i]) > s.step {
			s.t.Errorf("stiffness %v after %v, range %v", k, s.k, s.stiff)
		}
	}
	s.k = append([]float64(nil), k...)
	s.stiffens++
	return nil
}

// command writes a random request: possible ones, ones beyond a limit, and ones
// that nobody should send.
func command(rng *rand.Rand, id int) []byte {
	number := func(scale float64) string {
		switch rng.IntN(40) {
		case 0:
			return []string{"NaN", "null", `"1"`, "1e999", "-0", "1e308", "[]", "true"}[rng.IntN(8)]
		case 1:
			return fmt.Sprint(scale * math.Exp(20*rng.NormFloat64()))
		}
		return fmt.Sprint(scale * rng.NormFloat64())
	}
	near := func(x float64) string { return fmt.Sprint(x * (1 + 0.4*rng.NormFloat64())) }
	out := fmt.Appendf(nil, `{"id":%d,"verb":`, id)
	switch verb := rng.IntN(20); {
	case verb < 9:
		out = append(out, `"load","forces":[`...)
		for i := range rng.IntN(4) {
			if i > 0 {
				out = append(out, ',')
			}
			out = fmt.Appendf(out, `{"node":%d,"f":[%s,%s]}`, rng.IntN(40)/9+rng.IntN(2), number(0.5), number(0.5))
		}
		out = append(out, "]}"...)
	case verb < 14:
		out = fmt.Appendf(out, `"set_stiffness","k":[%s,%s,%s]}`, near(100), near(100), near(100))
	case verb < 16:
		out = fmt.Appendf(out, `"measure","repeats":%d}`, rng.IntN(5)-1)
	case verb < 18:
		names := []string{"force", "total_force", "rate", "stiffness_step"}
		i := rng.IntN(4)
		out = fmt.Appendf(out, `"arm","limits":{"%s":%s,"stiffness":[%s,%s]}}`, names[i], near([]float64{1, 1.5, 2, 30}[i]*0.8), near(60), near(150))
	case verb < 19:
		out = append(out, []string{`"safe"}`, `"ping"}`, `"hello","protocol":1}`, `"dance"}`, `"load"}`, `"arm"}`}[rng.IntN(6)]...)
	default:
		out = append(out, `"load","forces":[{"node":1,"f":[0.1,0.1]}]}`...)
		for range 1 + rng.IntN(3) {
			out[rng.IntN(len(out))] = byte(rng.IntN(256))
		}
	}
	return out
}

// A million random commands never exceed a limit.
func TestRandomCommandsNeverExceedALimit(t *testing.T) {
	n := 1_000_000
	if testing.Short() {
		n = 50_000
	}
	rng := rand.New(rand.NewPCG(1, 2))
	now := time.Unix(0, 0)
	b := &strict{t: t, now: &now}
	d := session{bench: b, card: strictCard, bounds: Bounds{Card: strictCard}, now: func() time.Time { return now }}
	refused := 0
	for i := 1; i <= n && !t.Failed(); i++ {
		now = now.Add(time.Duration(rng.ExpFloat64() * 0.4e9))
		got := received{ctx: t.Context()}
		got.request, got.unread = readRequest(command(rng, i))
		if h, ok := d.answer(&got).(head); ok && h.Error != nil {
			refused++
		}
	}
	if b.loads < n/50 || b.stiffens < n/500 || b.safes < n/1000 || refused < n/5 || refused > n*19/20 {
		t.Errorf("%d loads, %d stiffnesses, %d times safe, %d refused: too few of a kind to mean something", b.loads, b.stiffens, b.safes, refused)
	}
	t.Logf("%d commands: %d loads and %d stiffnesses carried out, %d refused", n, b.loads, b.stiffens, refused)
}

// FuzzServe sends a session of lines to a driver.
func FuzzServe(f *testing.F) {
	f.Add([]byte("{\"id\":1,\"verb\":\"hello\",\"protocol\":1}\n{\"id\":2,\"verb\":\"arm\",\"limits\":{\"force\":0.4}}\n" +
		"{\"id\":3,\"verb\":\"load\",\"forces\":[{\"node\":3,\"f\":[0,-0.3]}]}\n{\"id\":4,\"verb\":\"measure\",\"repeats\":2}\n"))
	f.Add([]byte("{\"id\":1,\"verb\":\"arm\",\"limits\":{}}\n{\"id\":2,\"verb\":\"set_stiffness\",\"k\":[50,60]}\n{\"id\":3,\"verb\":\"safe\"}"))
	f.Add([]byte("\n\r\n{}\nnull\n[]\n{\"id\":-1}\n"))
	f.Fuzz(func(t *testing.T, lines []byte) {
		b := newTwoBars()
		var out bytes.Buffer
		if err := Serve(b, bytes.NewReader(lines), &out); err != nil {
			t.Fatal(err)
		}
		if b.safe == 0 || b.f != [3]float64{} {
			t.Fatalf("left with %v", b.f)
		}
		answers := bufio.NewScanner(&out)
		answers.Buffer(nil, MaxLine)
		n := 0
		for answers.Scan() {
			n++
			var h head
			if err := json.Unmarshal(answers.Bytes(), &h); err != nil || h.ID == nil {
				t.Fatalf("answer %q: %v", answers.Bytes(), err)
			}
		}
		if want := bytes.Count(lines, []byte("\n")); n != want {
			t.Fatalf("%d answers to %d lines", n, want)
		}
	})
}

// FuzzAnswers reads what a driver may answer: it is refused with words, or it
// keeps every promise of a lab.Bench.
func FuzzAnswers(f *testing.F) {
	f.Add([]byte(`{"id":1,"protocol":1,"name":"b","version":"1","units":{"length":"m","force":"N","time":"s","stiffness":"N/m"},"dim":2,"nodes":3,"elements":2,"stiffens":true,"limits":{"force":0.5,"stiffness":[1,2]},"watchdog":2}`))
	f.Add([]byte(`{"id":1,"applied":12.5}`))
	f.Add([]byte(`{"id":1,"frames":[{"at":13,"nodes":[[0,0],null,[0.05,-0.05]],"sigma":[1e-6,0,1e-6],"fixed":[[0,1]]}]}`))
	f.Add([]byte(`{"id":1,"frames":[{"at":1e400,"nodes":[[NaN],{}]}]}`))
	f.Add([]byte(`{"id":1,"error":{"code":"refused","message":"no"}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		worded := func(err error) bool {
			var p *problem
			if err != nil && (!errors.As(err, &p) || p.kind == "" || p.detail == "") {
				t.Fatalf("%v is no problem with words", err)
			}
			return err == nil
		}
		if card, watchdog, err := readHello(text); worded(err) && (CheckCard(card) != nil || watchdog < leastWatchdog) {
			t.Fatalf("card %v, watchdog %v", card, watchdog)
		}
		if at, err := readLoad(text, time.Second); worded(err) && at < time.Second {
			t.Fatalf("applied %v", at)
		}
		frames, err := readFrames(text, want{card: barCard, repeats: 1, after: time.Second, reach: 10})
		if !worded(err) {
			return
		}
		if len(frames) != 1 || frames[0].At < time.Second || len(frames[0].Nodes) != 3 {
			t.Fatalf("frames %v", frames)
		}
		for _, m := range append(frames[0].Nodes, frames[0].Fixed...) {
			for _, x := range m.X {
				if !(math.Abs(x) <= 10) || !(m.Sigma >= 0) {
					t.Fatalf("mark %v", m)
				}
			}
		}
		// Written and read again it is the same.
		again, err := marshal(measureAnswer{ID: 1, Frames: []wireFrame{onWire(&frames[0], 2)}})
		if err != nil {
			t.Fatal(err)
		}
		back, err := readFrames(again, want{card: barCard, repeats: 1, reach: 10})
		if err != nil || back[0].Nodes[0] != frames[0].Nodes[0] || back[0].At != frames[0].At {
			t.Fatalf("%v became %v: %v", frames, back, err)
		}
	})
}
