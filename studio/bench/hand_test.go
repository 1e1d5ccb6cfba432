package bench_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"image"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver/inbox"
	"github.com/elastrain/elastrain/lab/twin"
	"github.com/elastrain/elastrain/run/insitu"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/studio/bench"
	"github.com/elastrain/elastrain/vision/render"
)

// example is the experiment file of these tests.
var example = func() string {
	if path := os.Getenv("ELASTRAIN_BENCH_EXAMPLE"); path != "" {
		return path
	}
	return "../../examples/lab-behaviour.yaml"
}()

// steps is how many a session of these tests takes; ELASTRAIN_BENCH_STEPS has another number.
var steps = func() int {
	if n, err := strconv.Atoi(os.Getenv("ELASTRAIN_BENCH_STEPS")); err == nil {
		return n
	}
	return 1
}()

var byHand = []string{"lab.bench=manual", "lab.stiffens=true", fmt.Sprintf("lab.steps=%d", steps), "lab.twin=~", "lab.protocol={wait: 0 s, repeats: 1, drift: 0, loads: ports}"}

var quick = inbox.Options{Poll: time.Millisecond, Still: 2 * time.Millisecond}

// failing is what a test can do, and the camera of the browser's tests too.
type failing interface {
	Helper()
	Fatal(args ...any)
}

// world is a printed lattice with its camera.
type world struct {
	l     *insitu.Lab
	K     []float64 // what the bonds have, N/m
	Load  []lab.Force
	looks int // since the load hung
}

// parsed is the example by hand.
func parsed(t failing) *spec.File {
	t.Helper()
	text, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	file, err := spec.Parse("mine.yaml", text, byHand...)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func newWorld(t failing) *world {
	t.Helper()
	file := parsed(t)
	none := func(string) ([]byte, error) { return nil, os.ErrNotExist }
	x, err := experiment.Build(file, none, experiment.Options{AsAsked: true})
	if err != nil {
		t.Fatal(err)
	}
	l, err := insitu.Build(x, none, insitu.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &world{l: l, K: slices.Clone(l.Start)}
}

// photograph renders what a camera sees. Its place and its noise follow from what hangs, so a measurement that is
// repeated says the same.
func (w *world) photograph(t failing) image.Image {
	t.Helper()
	net := w.l.Experiment.Network
	k := slices.Clone(w.K)
	for i := range k {
		k[i] *= 1 + 0.03*math.Sin(float64(7*i)) // the lattice is not quite as it was designed
	}
	ideal, err := twin.New(net, k, twin.Config{Finite: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if err := ideal.Arm(ctx, lab.Limits{}); err != nil {
		t.Fatal(err)
	}
	if _, err := ideal.Load(ctx, w.Load); err != nil {
		t.Fatal(err)
	}
	frames, err := ideal.Measure(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	w.looks++
	seed := fnv.New64a()
	fmt.Fprint(seed, w.K, w.Load, w.looks)
	r := rand.New(rand.NewPCG(seed.Sum64(), 1))
	scene := render.Scene{Width: 520, Height: 460, Paper: 0.85, Blur: 0.7, Light: render.Light{Level: 0.9, Slope: [2]float64{0.1, -0.05}},
		Sensor: render.Sensor{FullWell: 10000, Read: 0.004, Seed: r.Uint64()}}
	lo, hi := w.l.Sight.Layout.Frame[0].X, w.l.Sight.Layout.Frame[0].X
	for _, s := range w.l.Sight.Layout.Frame {
		scene.Discs = append(scene.Discs, render.Disc{X: s.X, Diameter: s.Diameter, Reflectance: 0.08})
		for axis := range 2 {
			lo[axis], hi[axis] = min(lo[axis], s.X[axis]), max(hi[axis], s.X[axis])
		}
	}
	scene.View = render.Pose{Target: [2]float64{(lo[0] + hi[0]) / 2, (lo[1] + hi[1]) / 2}, Distance: 0.3, Tilt: 0.05 * r.Float64(), Towards: 6 * r.Float64(), Roll: 0.05 * r.NormFloat64(),
		Focal: 1500, Centre: [2]float64{260 + r.NormFloat64(), 230 + r.NormFloat64()}}.View()
	for _, m := range frames[0].Nodes {
		scene.Discs = append(scene.Discs, render.Disc{X: [2]float64{m.X[0], m.X[1]}, Diameter: w.l.Sight.Layout.MarkerDiameter, Reflectance: 0.08})
	}
	img, err := scene.Image()
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func pngOf(t failing, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// hang follows the words of a card, with the digits that they have.
func (w *world) hang(t failing, card string) {
	t.Helper()
	w.Load, w.looks = nil, 0
	for _, m := range weighs.FindAllStringSubmatch(card, -1) {
		node, err := strconv.Atoi(m[1])
		size, err2 := strconv.ParseFloat(m[3], 64)
		dir, ok := map[string][3]float64{"to the right": {1}, "to the left": {-1}, "up": {0, 1}, "down": {0, -1}}[m[2]]
		if err != nil || err2 != nil || !ok {
			t.Fatal("the card", card)
		}
		w.Load = append(w.Load, lab.Force{Node: node - 1, F: [3]float64{size * dir[0], size * dir[1]}})
	}
}

var weighs = regexp.MustCompile(`node (\d+): [0-9.]+ g, pulling (.*) \(([^ ]+) N\)`)

// lines are those of a card.
func lines(actions []bench.Action) string {
	var b strings.Builder
	for _, a := range actions {
		fmt.Fprintln(&b, a.Text)
	}
	return b.String()
}

// set follows the table of a card, which has every digit.
func (w *world) set(t failing, dir string) {
	t.Helper()
	tables, err := filepath.Glob(filepath.Join(dir, "orders", "stiffness-*.csv"))
	if err != nil || len(tables) == 0 {
		t.Fatal("no table", err)
	}
	slices.Sort(tables)
	text, err := os.ReadFile(tables[len(tables)-1])
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
		if _, err := fmt.Sscan(strings.Split(line, ",")[2], &w.K[i]); err != nil {
			t.Fatal(err)
		}
	}
}

// phone is a browser without a page.
type phone struct {
	t      *testing.T
	server *httptest.Server
	dir    string
	id     string
}

// folder is a new folder with the experiment.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mine.yaml"), parsed(t).Resolved(), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

func serve(t *testing.T, dir string, o bench.Options) (*phone, *bench.Host) {
	t.Helper()
	if o.Inbox == (inbox.Options{}) {
		o.Inbox = quick
	}
	h, err := bench.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h.Handler())
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		_ = h.Close(0) // a session that waits for a person is not confirmed to be safe
	})
	return &phone{t: t, server: server, dir: dir}, h
}

func (p *phone) do(method, path, kind string, body []byte, into any) (status int, failure string) {
	p.t.Helper()
	request, err := http.NewRequest(method, p.server.URL+path, bytes.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	request.Header.Set("Content-Type", kind)
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if reply.StatusCode == http.StatusOK {
		if into != nil {
			if err := json.Unmarshal(text, into); err != nil {
				p.t.Fatalf("%s: %v", text, err)
			}
		}
		return reply.StatusCode, ""
	}
	var e struct {
		Error struct{ Message, Help string }
	}
	if err := json.Unmarshal(text, &e); err != nil || e.Error.Message == "" {
		p.t.Fatalf("%s %s: %d without words: %q", method, path, reply.StatusCode, text)
	}
	return reply.StatusCode, e.Error.Message + "; " + e.Error.Help
}

func (p *phone) post(path string, body, into any) (int, string) {
	p.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.do("POST", path, "application/json", text, into)
}

func (p *phone) start() {
	p.t.Helper()
	var reply struct{ ID string }
	if status, failure := p.post("/api/bench/start", map[string]any{"spec": "mine.yaml"}, &reply); status != 200 {
		p.t.Fatalf("start: %d %s", status, failure)
	}
	p.id = reply.ID
}

func (p *phone) state() *bench.State {
	p.t.Helper()
	s := new(bench.State)
	if status, failure := p.do("GET", "/api/bench?id="+p.id, "", nil, s); status != 200 {
		p.t.Fatalf("state: %d %s", status, failure)
	}
	return s
}

// wait looks until something is so.
func (p *phone) wait(what string, so func(*bench.State) bool) *bench.State {
	p.t.Helper()
	const patience = 2 * time.Minute // ends what hangs
	for until := time.Now().Add(patience); ; time.Sleep(2 * time.Millisecond) {
		s := p.state()
		if so(s) {
			return s
		}
		if time.Now().After(until) {
			p.t.Fatalf("%s: not within %v; it is %+v, %+v", what, patience, s, s.Turn)
		}
	}
}

// due is the next thing that can be answered, nil when the session is over.
func (p *phone) due() (*bench.State, *bench.Turn) {
	p.t.Helper()
	over := func(s *bench.State) bool {
		return slices.Contains([]string{"ended", "paused", "fault", "stopped"}, s.Phase)
	}
	s := p.wait("something to do", func(s *bench.State) bool { return over(s) || s.Turn != nil && s.Turn.ID != "" && !s.Turn.Came })
	if over(s) {
		return s, nil
	}
	return s, s.Turn
}

func (p *phone) answer(turn *bench.Turn, answer string) {
	p.t.Helper()
	if status, failure := p.post("/api/bench/answer", map[string]string{"id": p.id, "turn": turn.ID, "answer": answer}, nil); status != 200 {
		p.t.Fatalf("answer %s to %+v: %d %s", answer, turn, status, failure)
	}
}

func (p *phone) send(turn *bench.Turn, photo []byte) {
	p.t.Helper()
	if status, failure := p.do("POST", "/api/bench/photo?id="+p.id+"&turn="+turn.ID, "image/png", photo, nil); status != 200 {
		p.t.Fatalf("photograph for %+v: %d %s", turn, status, failure)
	}
}

// follow does what the cards say, so often, or until the session is over (-1).
func (p *phone) follow(w *world, times int) *bench.State {
	p.t.Helper()
	for n := 0; n != times; n++ {
		s, turn := p.due()
		if turn == nil {
			return s
		}
		switch turn.Kind {
		case "load":
			w.hang(p.t, lines(turn.Actions))
			p.answer(turn, "done")
		case "set":
			w.set(p.t, p.dir)
			p.answer(turn, "done")
		case "photograph":
			p.send(turn, pngOf(p.t, w.photograph(p.t)))
		case "judge":
			p.answer(turn, "accept")
		default:
			p.t.Fatalf("asked for %+v", turn)
		}
	}
	return p.state()
}

// get fetches bytes.
func get(t *testing.T, url string) []byte {
	t.Helper()
	reply, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	text, err := io.ReadAll(reply.Body)
	if err != nil || reply.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", url, reply.Status, err)
	}
	return text
}

// pngHeader is the beginning of a PNG of that size.
func pngHeader(width, height uint32) []byte {
	chunk := append([]byte("IHDR"), binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)...)
	chunk = append(chunk, 8, 2, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	return binary.BigEndian.AppendUint32(append(out, chunk...), crc32.ChecksumIEEE(chunk))
}
