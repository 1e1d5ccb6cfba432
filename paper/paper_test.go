package paper

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/figure"
)

// small is a study that is quick enough for a test; its means say little.
var small = Study{Replays: 2, Splits: 2, Tries: 30}

func row(t *testing.T, r *Report, quantity string) Row {
	t.Helper()
	for _, x := range r.Rows {
		if strings.Contains(x.Quantity, quantity) {
			return x
		}
	}
	t.Fatalf("no row about %q", quantity)
	return Row{}
}

// Figures 1 and 2 must agree to the printed digits, every row of them.
func TestPrintedDigits(t *testing.T) {
	for _, f := range Full.Figures()[:2] {
		r, err := f.Make(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range r.Rows {
			if !x.Agrees {
				t.Errorf("%s %s: ours %.12g, published %v, tolerance %g", x.Figure, x.Quantity, x.Ours, x.Published, x.Tolerance)
			}
		}
		drawable(t, r)
		if v := r.Verdict(f.Name); v.Agree != v.Published || v.Met != v.Goals || v.Published < 4 || !strings.HasPrefix(v.Text, "reproduced: ") {
			t.Errorf("%+v", v)
		}
		if f.Name == "Fig. 1" {
			lettered(t, r)
		}
	}
}

// lettered checks that the letters of rows are those of the panels of the picture,
// and that each is about what its panel shows.
func lettered(t *testing.T, r *Report) {
	t.Helper()
	panels := r.Pictures[0].Picture.(figure.Grid).Panels
	seen := map[int]bool{}
	for _, x := range r.Rows {
		i := int(x.Figure[1] - 'a')
		seen[i] = true
		if i >= len(panels) {
			t.Errorf("%s %s: the picture has %d panels", x.Figure, x.Quantity, len(panels))
			continue
		}
		words := map[string]string{}
		switch p := panels[i].Picture.(type) {
		case figure.Lattice:
			words["case "+p.Title[len("case "):len("case ")+1]] = "case" // case A or case B
		case figure.Curves:
			words[map[string]string{"step (mm of width)": "forward difference", "adjoint mass (g)": "adjoint", "share of the measurements (%)": "twin"}[p.XName]] = "curve"
		}
		for word := range words {
			if word == "" || !strings.Contains(x.Quantity, word) {
				t.Errorf("%s %s stands beside a panel about %q", x.Figure, x.Quantity, word)
			}
		}
	}
	if len(seen) != len(panels) {
		t.Errorf("rows have %d letters, the picture %d panels", len(seen), len(panels))
	}
}

func TestVerdict(t *testing.T) {
	r := new(Report)
	r.add("9", "one", 1, 1.1, "m", 0.2, "")
	r.goal("9", "two", 2, "m", true, "")
	r.list("9", "three", 3, "m", "")
	r.mechanism("9", "four", "m", "node 3 moves along x")
	if v := r.Verdict("Fig. 9"); v != (Verdict{"Fig. 9", 1, 1, 1, 1, 2, "reproduced: 1 of 1 published numbers agree, 1 of 1 goals of ours are met"}) {
		t.Errorf("%+v", v)
	}
	r.add("9", "five", 1, 2, "m", 0.2, "")
	if v := r.Verdict("Fig. 9"); !strings.HasPrefix(v.Text, "reproduced in part: 1 of 2 ") || !strings.HasSuffix(v.Text, "; the first that does not: five") {
		t.Errorf("%+v", v)
	}
	r.Rows = r.Rows[len(r.Rows)-1:]
	if v := r.Verdict("Fig. 9"); !strings.HasPrefix(v.Text, "not reproduced: 0 of 1 ") {
		t.Errorf("%+v", v)
	}
}

// The tolerance of a printed gradient is half a unit of its third digit, so that
// a gradient wrong by 1 % does not pass.
func TestLastDigit(t *testing.T) {
	for _, v := range simulatedGradientA {
		if d := lastDigit(v); d > 0.006*math.Abs(v) || d < 0.0004*math.Abs(v) {
			t.Errorf("%g is compared within %g", v, d)
		}
	}
}

func TestRegressionBoxes(t *testing.T) {
	r, err := small.Figure3(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if x := row(t, r, "best reachable printed loss, shipped"); x.Agrees || x.Ours < 1e-8 {
		t.Errorf("the shipped box reaches %g", x.Ours)
	}
	if x := row(t, r, "best reachable printed loss, wider"); x.Ours > 6e-10 || x.Ours < 2e-10 {
		t.Errorf("the wider box reaches %g", x.Ours)
	}
	if x := row(t, r, "rate 2.5: printed loss at epoch 100"); math.Abs(float64(x.Ours)/6.01e-10-1) > 0.3 {
		t.Errorf("epoch 100 of the fast replay: %g", x.Ours)
	}
	drawable(t, r)
}

func TestIris(t *testing.T) {
	r, err := small.Figure4(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if x := row(t, r, "ports of examples/iris.yaml: test accuracy"); x.Ours < 93 {
		t.Errorf("test accuracy %g %%", x.Ours)
	}
	if x := row(t, r, "replay, shipped box"); x.Agrees {
		t.Errorf("the shipped box gives the published loss: %g", x.Ours)
	}
	drawable(t, r)
}

func TestSwitchAndDamage(t *testing.T) {
	r, err := small.Figure5(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if x := row(t, r, "second Iris, Fisher loss"); !x.Agrees {
		t.Errorf("the second Iris training ends at %g, above the first", x.Ours)
	}
	mechanisms := 0
	for _, x := range r.Rows {
		if x.Mechanism == "" {
			continue
		}
		mechanisms++
		text, err := json.Marshal(x)
		if err != nil || !math.IsNaN(float64(x.Ours)) || !strings.Contains(string(text), `"ours":null`) {
			t.Errorf("a mechanism has the answer %g: %s, %v", x.Ours, text, err)
		}
	}
	if mechanisms != 2 {
		t.Errorf("%d cuts leave a mechanism, not 2", mechanisms)
	}
	if x := row(t, r, "stiffnesses retrained and outputs chosen anew"); !x.Agrees || x.Ours < 84.44 {
		t.Errorf("recovered test accuracy %g %%", x.Ours)
	}
	drawable(t, r)
}

func drawable(t *testing.T, r *Report) {
	t.Helper()
	if len(r.Pictures) == 0 {
		t.Error("no picture")
	}
	for _, p := range r.Pictures {
		if _, err := figure.SVG(p.Picture, p.Width, p.Height); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
	}
}

func TestEachKeepsOrderAndErrors(t *testing.T) {
	got, err := each(context.Background(), 100, func(i int) (int, error) { return i * i, nil })
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range got {
		if v != i*i {
			t.Fatalf("result %d is %d", i, v)
		}
	}
	if _, err := each(context.Background(), 5, func(i int) (int, error) {
		if i == 3 {
			return 0, errors.New("torn")
		}
		return i, nil
	}); err == nil || !strings.Contains(err.Error(), "run 4: torn") {
		t.Errorf("error %v", err)
	}
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := each(stopped, 3, func(i int) (int, error) { return i, nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("a stopped study returns %v", err)
	}
}

func TestMean(t *testing.T) {
	m, d := mean([]float64{1, 2, 3, 6}, func(v float64) float64 { return v })
	if m != 3 || math.Abs(d-math.Sqrt(14.0/3)) > 1e-15 {
		t.Errorf("mean %g, deviation %g", m, d)
	}
}
