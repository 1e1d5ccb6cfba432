package insitu

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver/inbox"
	"github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/lab/twin"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/vision/render"
)

// byHand is a small lattice with a person: its bonds can be tuned on the bench.
const byHand = `elastrain: 1
network: {lattice: triangular, rows: 3-2, spacing: 16 mm}
bonds: {stiffness: 60..240 N/m, start: 120 N/m}
supports: {pinned: [1, 3]}
task:
  kind: behaviour
  cases:
    - push: [{node: 2, along: -y, force: 10 gf}]
      want: [{node: 4, along: x, move: 0.30 mm}, {node: 5, along: x, move: -0.15 mm}]
lab:
  bench: manual
  stiffens: true
  photo: {diameter: 3 mm}
  protocol: {wait: 0 s, repeats: 1, drift: 0, loads: ports}
`

// human does what the cards say: hangs weights, tunes bonds and takes photographs
// of a real lattice, which outlives the program.
type human struct {
	dir   string
	l     *Lab
	world struct {
		K    []float64 // what the bonds have, N/m
		Load []lab.Force
	}
	looks int // since the load hung
	shot  int
	left  int // things to do before the power fails; negative: it does not
}

const deadHand = 137 // exit code of a program whose power failed

func (h *human) act() {
	if h.left--; h.left == 0 {
		os.Exit(deadHand)
	}
}

func (h *human) remember() {
	text, _ := json.Marshal(h.world)
	if err := atomicfile.WriteFile(atomicfile.OS{}, filepath.Join(h.dir, "world.json"), text); err != nil {
		panic(err)
	}
}

func (h *human) Tell(_ context.Context, text string) error {
	h.act()
	if strings.HasPrefix(text, "Take a photograph") || strings.HasPrefix(text, "Take photograph") {
		return h.photograph()
	}
	return nil
}

var (
	weighs = regexp.MustCompile(`node (\d+): [0-9.]+ g, pulling (.*) \(([^ ]+) N\)`)
	tables = regexp.MustCompile(`The whole table is in (.*)\.`)
)

func (h *human) Ask(_ context.Context, question string, answers ...string) (string, error) {
	h.act()
	switch {
	case strings.Contains(question, "Take all weights off"):
		h.world.Load, h.looks = nil, 0
	case strings.Contains(question, "Hang these"):
		h.world.Load, h.looks = nil, 0
		for _, m := range weighs.FindAllStringSubmatch(question, -1) {
			node, err := strconv.Atoi(m[1])
			size, err2 := strconv.ParseFloat(m[3], 64)
			dir, ok := map[string][3]float64{"to the right": {1}, "to the left": {-1}, "up": {0, 1}, "down": {0, -1}}[m[2]]
			if err != nil || err2 != nil || !ok {
				return "", fmt.Errorf("this card cannot be understood: %q", m[0])
			}
			h.world.Load = append(h.world.Load, lab.Force{Node: node - 1, F: [3]float64{size * dir[0], size * dir[1]}})
		}
	case tables.MatchString(question):
		text, err := os.ReadFile(tables.FindStringSubmatch(question)[1])
		if err != nil {
			return "", err
		}
		for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
			if h.world.K[i], err = strconv.ParseFloat(strings.Split(line, ",")[2], 64); err != nil {
				return "", err
			}
		}
	case strings.Contains(question, "cannot be read"):
		return "stop", errors.New(question)
	}
	h.remember()
	h.act()
	return answers[0], nil
}

// photograph renders what a camera sees. Its place and its noise follow from what
// hangs, so a measurement that is repeated says the same.
func (h *human) photograph() error {
	h.looks++
	net := h.l.Experiment.Network
	k := slices.Clone(h.world.K)
	for i := range k {
		k[i] *= 1 + 0.03*math.Sin(float64(7*i)) // the lattice is not quite as it was designed
	}
	ideal, err := twin.New(net, k, twin.Config{Finite: true})
	if err != nil {
		return err
	}
	ctx := context.Background()
	if err := ideal.Arm(ctx, lab.Limits{}); err != nil {
		return err
	}
	if _, err := ideal.Load(ctx, h.world.Load); err != nil {
		return err
	}
	frames, err := ideal.Measure(ctx, 1)
	if err != nil {
		return err
	}
	seed := fnv.New64a()
	fmt.Fprint(seed, h.world, h.looks)
	r := rand.New(rand.NewPCG(seed.Sum64(), 1))
	scene := render.Scene{Width: 420, Height: 300, Paper: 0.85, Blur: 0.7, Light: render.Light{Level: 0.9, Slope: [2]float64{0.1, -0.05}},
		Sensor: render.Sensor{FullWell: 10000, Read: 0.004, Seed: r.Uint64()}}
	var middle [2]float64
	for _, x := range h.l.Sight.Layout.Nodes {
		middle[0], middle[1] = middle[0]+x[0]/float64(net.Nodes()), middle[1]+x[1]/float64(net.Nodes())
	}
	scene.View = render.Pose{Target: middle, Distance: 0.3, Tilt: 0.05 * r.Float64(), Towards: 6 * r.Float64(), Roll: 0.05 * r.NormFloat64(),
		Focal: 1500, Centre: [2]float64{210 + r.NormFloat64(), 150 + r.NormFloat64()}}.View()
	for _, s := range h.l.Sight.Layout.Frame {
		scene.Discs = append(scene.Discs, render.Disc{X: s.X, Diameter: s.Diameter, Reflectance: 0.08})
	}
	for _, m := range frames[0].Nodes {
		scene.Discs = append(scene.Discs, render.Disc{X: [2]float64{m.X[0], m.X[1]}, Diameter: h.l.Sight.Layout.MarkerDiameter, Reflectance: 0.08})
	}
	img, err := scene.Image()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, img); err != nil {
		return err
	}
	h.shot++
	name := fmt.Sprintf("IMG_%d_%04d.png", os.Getpid(), h.shot)
	return atomicfile.WriteFile(atomicfile.OS{}, filepath.Join(h.dir, "inbox", name), b.Bytes())
}

// trainByHand is one life of the program: until it is done, or the power fails.
func trainByHand(dir, steps string, left int) error {
	file, err := spec.Parse("byhand.yaml", []byte(byHand), "lab.steps="+steps)
	if err != nil {
		return err
	}
	h := &human{dir: dir, left: left}
	ctx := context.Background()
	t, err := Open(ctx, Request{File: file, Parent: dir, Name: "run", Exact: true, Ready: func(l *Lab) error {
		h.l = l
		h.world.K = slices.Clone(l.Start)
		if text, err := os.ReadFile(filepath.Join(dir, "world.json")); err == nil {
			return json.Unmarshal(text, &h.world)
		}
		return nil
	}, Options: Options{Folder: dir, Person: h, Inbox: inbox.Options{Poll: time.Millisecond, Still: 2 * time.Millisecond}}})
	if err != nil {
		return err
	}
	_, err = t.Train(ctx)
	return errors.Join(err, t.Close(ctx))
}

// TestMain is also a program that trains by hand and whose power fails.
func TestMain(m *testing.M) {
	if dir := os.Getenv("ELASTRAIN_BY_HAND"); dir != "" {
		left, _ := strconv.Atoi(os.Getenv("ELASTRAIN_POWER"))
		if err := trainByHand(dir, os.Getenv("ELASTRAIN_STEPS"), left); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A person answers step cards with photographs; the program is killed again and
// again, and ends with the stiffness of one that was left in peace, to the last
// bit; its journal is whole, and says every gradient again.
func TestTrainingByHandSurvivesFiftyKills(t *testing.T) {
	kills, steps, least := 50, "6", 4
	if testing.Short() {
		kills, steps, least = 4, "2", 2
	}
	peace, war := t.TempDir(), t.TempDir()
	if err := trainByHand(peace, steps, -1); err != nil {
		t.Fatal(err)
	}
	want, err := Load(atomicfile.OS{}, filepath.Join(peace, "run"))
	if err != nil {
		t.Fatal(err)
	}
	first, last := want.Log.Steps[0], want.Log.Steps[len(want.Log.Steps)-1]
	if len(want.Log.Steps) < least || !(last.Loss < first.Loss/5 || testing.Short()) {
		t.Fatalf("training does not converge: loss %g to %g in %d steps", first.Loss, last.Loss, len(want.Log.Steps))
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 1))
	done := 0
	for ; ; done++ {
		left := 1 + r.IntN(24)
		if done >= kills {
			left = -1
		}
		cmd := exec.Command(exe)
		cmd.Env = append(os.Environ(), "ELASTRAIN_BY_HAND="+war, "ELASTRAIN_STEPS="+steps, fmt.Sprintf("ELASTRAIN_POWER=%d", left))
		out, err := cmd.CombinedOutput()
		if err == nil {
			break
		}
		if cmd.ProcessState.ExitCode() != deadHand {
			t.Fatalf("life %d: %v\n%s", done+1, err, out)
		}
	}
	if done < kills {
		t.Fatalf("it was done after %d of %d kills: nothing was tested after that", done, kills)
	}
	got, err := Load(atomicfile.OS{}, filepath.Join(war, "run"))
	if err != nil {
		t.Fatal(err)
	}
	if got.Log.Stop == nil || got.Log.Torn != 0 || len(got.Log.Steps) != len(want.Log.Steps) {
		t.Fatalf("the journal of the killed session is not whole: %d steps, %d wanted", len(got.Log.Steps), len(want.Log.Steps))
	}
	for i := range want.Log.Steps {
		if !slices.Equal(got.Log.Steps[i].Stiffness, want.Log.Steps[i].Stiffness) {
			t.Fatalf("after step %d the stiffness differs:\n%v\n%v", i+1, got.Log.Steps[i].Stiffness, want.Log.Steps[i].Stiffness)
		}
	}
	told(t, "killed", filepath.Join(war, "run"))
	again, err := session.Replay(got.Log, got.Lab.Estimator())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range again {
		if a.Apart != 0 || a.LossApart != 0 {
			t.Errorf("step %d says something else when it is replayed", a.Step+1)
		}
	}
	t.Logf("killed %d times; loss %.3g to %.3g in %d steps, %d phases", done, first.Loss, last.Loss, len(got.Log.Steps), len(got.Log.Phases))
}
