package insitu

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver"
	"github.com/elastrain/elastrain/lab/driver/inbox"
	"github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/lab/twin"
	"github.com/elastrain/elastrain/spec"
	loop "github.com/elastrain/elastrain/train"
)

const frameRule = "lab.rule=equilibrium-propagation"

// frameText is the example of a frame on a bench.
func frameText(t testing.TB) string {
	t.Helper()
	text, ok := examples.Text("lab-frame")
	if !ok {
		t.Fatal("no example lab-frame")
	}
	return string(text)
}

// clerk is the other side of a bench of files: it follows orders on a specimen, and writes where the nodes are.
type clerk struct {
	orders, inbox string
	bench         *twin.Bench
	table         int
	unknown       string // an order that nobody knows
}

func (c *clerk) run(ctx context.Context) error {
	if err := c.bench.Arm(ctx, lab.Limits{}); err != nil {
		return err
	}
	done, load := map[string]bool{}, 0
	for ctx.Err() == nil {
		paths, err := filepath.Glob(filepath.Join(c.orders, "*-*.json"))
		if err != nil {
			return err
		}
		slices.SortFunc(paths, func(a, b string) int {
			return strings.Compare(a[strings.LastIndex(a, "-"):], b[strings.LastIndex(b, "-"):])
		})
		for _, path := range paths {
			if done[path] {
				continue
			}
			var order driver.Request
			text, err := os.ReadFile(path)
			if err == nil {
				err = json.Unmarshal(text, &order)
			}
			if err != nil {
				return err
			}
			switch order.Verb {
			case driver.Load:
				var list []lab.Force
				for _, f := range order.Forces {
					list = append(list, lab.Force{Node: f.Node - 1, F: [3]float64{f.F[0], f.F[1]}})
				}
				load = int(order.ID)
				_, err = c.bench.Load(ctx, list)
			case driver.Safe:
				_, err = c.bench.Load(ctx, nil)
			case driver.SetStiffness:
				err = c.bench.SetStiffness(ctx, order.K)
			default:
				c.unknown = order.Verb
			}
			if err != nil {
				return err
			}
			done[path] = true
			if err := os.WriteFile(strings.TrimSuffix(path, ".json")+".done", nil, 0o666); err != nil {
				return err
			}
		}
		frames, err := c.bench.Measure(ctx, 1)
		if err != nil {
			return err
		}
		var b strings.Builder
		fmt.Fprintf(&b, "# load %d\nnode,x (m),y (m),sigma (m)\n", load)
		for i, m := range frames[0].Nodes {
			fmt.Fprintf(&b, "%d,%.17g,%.17g,%g\n", i+1, m.X[0], m.X[1], m.Sigma)
		}
		for i, m := range frames[0].Fixed {
			fmt.Fprintf(&b, "f%d,%.17g,%.17g,%g\n", i+1, m.X[0], m.X[1], m.Sigma)
		}
		c.table++
		if err := atomicfile.WriteFile(atomicfile.OS{}, filepath.Join(c.inbox, fmt.Sprintf("look-%07d.csv", c.table)), []byte(b.String())); err != nil {
			return err
		}
		time.Sleep(time.Millisecond)
	}
	return nil
}

// The same frame learns by either rule on the solver, which knows no noise.
func TestFrameLearnsExactly(t *testing.T) {
	for name, word := range map[string]string{"backpropagation": "backprop", "equilibrium propagation": "equilibrium-propagation"} {
		file, err := spec.Parse("frame.yaml", []byte(frameText(t)), "learn.rule="+word, "learn.epochs=300")
		if err != nil {
			t.Fatal(err)
		}
		x, err := experiment.Build(file, nil, experiment.Options{})
		if err != nil {
			t.Fatal(err)
		}
		plan, err := x.Plan()
		if err != nil {
			t.Fatal(err)
		}
		trainer, err := loop.New(plan)
		if err != nil {
			t.Fatal(err)
		}
		before, err := trainer.Score()
		if err != nil {
			t.Fatal(err)
		}
		after, err := trainer.Run(nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: loss %.4g before, %.4g after %d steps", name, before.Train.Loss, after.Train.Loss, after.Steps)
		if !(after.Train.Loss < before.Train.Loss/10) {
			t.Errorf("%s: loss %g before and %g after", name, before.Train.Loss, after.Train.Loss)
		}
	}
}

// A frame learns by either rule, on the twin and through the bench of files, where another program has the specimen:
// rules and sessions know neither which bench it is nor that beams turn.
func TestFrameLearnsOnEveryBench(t *testing.T) {
	sketched(t)
	for name, rule := range map[string][]string{"backpropagation": nil, "equilibrium propagation": {frameRule, "lab.nudge=0.03 N"}} {
		for _, bench := range []string{"twin", "linear twin", "folder"} {
			t.Run(bench+" by "+name, func(t *testing.T) {
				dir, ctx := t.TempDir(), t.Context()
				overrides := slices.Clone(rule)
				overrides = append(overrides, "lab.protocol.repeats=3", "lab.protocol.alternate=~")
				const steps = 5
				if bench == "linear twin" {
					overrides = append(overrides, "lab.twin.deformation=linear")
				}
				if bench == "folder" {
					overrides = append(overrides, "lab.twin=~", "lab.bench=folder", "lab.stiffens=true", "lab.protocol.wait=0 s", "lab.protocol.still=0 m/s", "lab.protocol.drift=0")
				}
				overrides = append(overrides, fmt.Sprint("lab.steps=", steps))
				file, err := spec.Parse("frame.yaml", []byte(frameText(t)), overrides...)
				if err != nil {
					t.Fatal(err)
				}
				specimen := mustFrame(t)
				if bench == "folder" {
					for _, name := range []string{"inbox", "orders"} {
						if err := os.Mkdir(filepath.Join(dir, name), 0o777); err != nil {
							t.Fatal(err)
						}
					}
					c := &clerk{orders: filepath.Join(dir, "orders"), inbox: filepath.Join(dir, "inbox"), bench: specimen}
					aside, stop := context.WithCancel(ctx)
					over := make(chan error, 1)
					go func() { over <- c.run(aside) }()
					defer func() {
						stop()
						if err := <-over; err != nil && !errors.Is(err, context.Canceled) || c.unknown != "" {
							t.Errorf("the other side: %v %s", err, c.unknown)
						}
					}()
				}
				training, err := Open(ctx, Request{File: file, Options: Options{Folder: dir, Inbox: inbox.Options{Poll: time.Millisecond, Still: time.Millisecond}}, Parent: dir, Name: "session", Exact: true})
				if err != nil {
					t.Fatal(err)
				}
				r, err := training.Train(ctx)
				if closed := training.Close(ctx); err == nil {
					err = closed
				}
				if err != nil {
					t.Fatal(err)
				}
				t.Logf("%s: loss %.4g before, %.4g after %d steps of %d loads in all, both as measured", t.Name(), *r.Before.Loss, *r.After.Loss, r.Steps, r.Loads)
				if *r.After.Loss > *r.Before.Loss/4 {
					t.Errorf("loss %g before and %g after %d steps", *r.Before.Loss, *r.After.Loss, r.Steps)
				}
				// What was learned is true of the specimen, and not only of what was measured of it.
				if bench == "folder" {
					after, _, err := training.Lab.truthOf(specimen, nil)
					if err != nil || math.Abs(after.Loss-*r.After.Loss) > 0.1**r.Before.Loss {
						t.Errorf("the specimen has a loss of %g, measured %g: %v", after.Loss, *r.After.Loss, err)
					}
				} else if math.Abs(*r.Truth.Loss-*r.After.Loss) > 0.1**r.Before.Loss {
					t.Errorf("the twin has a loss of %g, measured %g", *r.Truth.Loss, *r.After.Loss)
				}
				recorded, err := Load(atomicfile.OS{}, filepath.Join(dir, "session"))
				if err != nil {
					t.Fatal(err)
				}
				again, err := session.Replay(recorded.Log, recorded.Lab.Estimator())
				if err != nil || len(again) != r.Steps {
					t.Fatalf("%d of %d steps are replayed: %v", len(again), r.Steps, err)
				}
				for _, a := range again {
					if a.Apart != 0 || a.LossApart != 0 {
						t.Errorf("step %d is replayed otherwise: %g, %g", a.Step+1, a.Apart, a.LossApart)
					}
				}
			})
		}
	}
}

// mustFrame is a specimen of the example with scatter and noise.
func mustFrame(t *testing.T) *twin.Bench {
	t.Helper()
	l, err := build(t, frameText(t))
	if err != nil {
		t.Fatal(err)
	}
	b, err := l.Twin(l.Start)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The table of a session of a frame says what a bench is told, in its order, and is read back as it was written; lengths may be in any unit.
func TestFrameTables(t *testing.T) {
	l, err := build(t, frameText(t))
	if err != nil {
		t.Fatal(err)
	}
	theta := slices.Clone(l.Start)
	for i := range theta {
		theta[i] *= 1 + 0.01*float64(i)
	}
	text := l.table(theta)
	if !strings.HasPrefix(text, "place,kind,number,nodes,parameter,value,unit\n1,beam,1,1-2,width,0.00165") {
		t.Errorf("the table begins with\n%.200s", text)
	}
	x := l.Experiment
	got := make([]float64, len(theta))
	if err := readTable(x, "a.csv", text, got); err != nil || !slices.Equal(got, theta) {
		t.Errorf("it is read as %v: %v", got, err)
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	slices.Reverse(lines[1:]) // any order
	if err := readTable(x, "a.csv", strings.Join(lines, "\n"), got); err != nil || !slices.Equal(got, theta) {
		t.Errorf("turned around it is read as %v: %v", got, err)
	}
	millimetres := "kind;number;parameter;value (mm)\n"
	for i := range theta {
		millimetres += fmt.Sprintf("beam;%d;width;%g\n", i+1, 1e3*theta[i])
	}
	if err := readTable(x, "a.csv", millimetres, got); err != nil || math.Abs(got[3]-theta[3]) > 1e-9 {
		t.Errorf("in millimetres it is read as %v: %v", got, err)
	}
	for want, wrong := range map[string]string{
		"the width of beam 4 has no row": strings.Replace(text, lines[len(lines)-4]+"\n", "", 1),
		"no beam 20":                     strings.Replace(text, ",beam,4,", ",beam,20,", 1),
		"is there twice":                 text + lines[1] + "\n",
		"there is no column parameter":   strings.Replace(text, "parameter", "name", 1),
		"is in N; it must be in m":       strings.Replace(text, ",m\n", ",N\n", 1),
		`is "wide"; it is a number`:      strings.Replace(text, "0.00165,m", "wide,m", 1),
	} {
		if err := readTable(x, "a.csv", wrong, got); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	for i, v := range []float64{0.5e-3, 3e-3} {
		text := strings.Replace(l.table(l.Start), "0.00165", fmt.Sprint(v), 1)
		if _, err := (&Start{"a.csv", text}).read(x); err == nil || !strings.Contains(err.Error(), "the width of beam 1 has") {
			t.Errorf("%d: a width of %g m: %v", i, v, err)
		}
	}
}

// A bench that is set by other numbers than those of the frame, or counts them otherwise, is refused before it is armed.
func TestFrameNeedsItsBench(t *testing.T) {
	l, err := build(t, frameText(t))
	if err != nil {
		t.Fatal(err)
	}
	good := l.card()
	if good.Values != 19 || good.Unit != "m" || l.sets(good) != nil {
		t.Errorf("card %+v: %v", good, l.sets(good))
	}
	for want, change := range map[string]func(*lab.Card){
		"a stiffness for each of 19 bonds": func(c *lab.Card) { c.Values, c.Unit = 0, "" },
		"18 values":                        func(c *lab.Card) { c.Values = 18 },
		"numbers in mm":                    func(c *lab.Card) { c.Unit = "mm" },
		"a unit of their own":              func(c *lab.Card) { c.Unit = "" },
	} {
		card := good
		change(&card)
		if err := l.sets(card); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// Weights are chosen by what they do to the frame: a load that the box makes nearly is hung, scaled, and the check hangs the same.
func TestFrameInABox(t *testing.T) {
	sketched(t)
	l, err := build(t, frameText(t), "lab.weights.masses=2 x 1 g, 2 x 2 g, 5 g, 10 g", "lab.protocol.alternate=~")
	if err != nil {
		t.Fatal(err)
	}
	loads, err := l.Plan(6e-6)
	if err != nil {
		t.Fatal(err)
	}
	if len(loads) != 2 {
		t.Fatalf("%d loads, want an input and an error", len(loads))
	}
	for _, p := range loads {
		o := p.Plan.Options[p.Plan.Taken]
		if o.Rounding > 0.1 || o.Rounding == 0 || o.Noise == 0 {
			t.Errorf("%s: %v", p.Name, o.Prediction)
		}
	}
	_, _, err = train(atomicfile.OS{}, t.TempDir(), frameText(t), "lab.weights.masses=2 x 1 g, 2 x 2 g, 5 g, 10 g", "lab.steps=1")
	if err != nil {
		t.Error(err)
	}
	if _, _, err := train(atomicfile.OS{}, t.TempDir(), frameText(t), "lab.weights.masses=50 g", "lab.steps=1"); err == nil || !strings.Contains(err.Error(), "E0905") {
		t.Errorf("a box that makes nothing near: %v", err)
	}
}

// Where nobody takes photographs, no frame of marks is searched for: that takes minutes of a lattice with hundreds of nodes.
func TestMarksWhereSomebodyLooks(t *testing.T) {
	for bench, overrides := range map[string][]string{
		"twin": nil, "folder": {"lab.twin=~", "lab.bench=folder"}, "a person": {"lab.twin=~", "lab.bench=manual"}, "photo": {"lab.photo.diameter=2 mm"},
	} {
		l, err := build(t, frameText(t), overrides...)
		if err != nil {
			t.Fatal(err)
		}
		if looks := bench == "a person" || bench == "photo"; (l.Sight != nil) != looks {
			t.Errorf("%s: marks are prepared: %v", bench, l.Sight != nil)
		}
		if err := l.See(); err != nil || l.Sight == nil {
			t.Errorf("%s: no marks where they are asked for: %v", bench, err)
		}
	}
}
