package figure

import (
	"image/color"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/network"
)

func labels(ticks []tick) []string {
	var out []string
	for _, t := range ticks {
		if t.label != "" {
			out = append(out, t.label)
		}
	}
	return out
}

func TestLinearTicks(t *testing.T) {
	for _, c := range []struct {
		lo, hi   float64
		n        int
		want     string
		exponent int
	}{
		{0, 100, 5, "0 20 40 60 80 100", 0},
		{103, 172, 4, "120 140 160", 0},
		{-1, 1, 4, "−1.0 −0.5 0.0 0.5 1.0", 0},
		{0, 1, 4, "0.00 0.25 0.50 0.75 1.00", 0},
		{-3e-6, 3e-6, 3, "−2 0 2", -6},
		{0, 2e5, 4, "0.0 0.5 1.0 1.5 2.0", 5},
		{7, 7.3, 3, "7.0 7.1 7.2 7.3", 0},
		{1e9, 1e9 + 10, 3, "1.000000000 1.000000005 1.000000010", 9},
	} {
		got, exponent := linearTicks(c.lo, c.hi, c.n)
		if s := strings.Join(labels(got), " "); s != c.want || exponent != c.exponent {
			t.Errorf("[%g, %g] in %d: %s, exponent %d; want %s, %d", c.lo, c.hi, c.n, s, exponent, c.want, c.exponent)
		}
	}
}

// Ticks lie in the range, rise, are not crowded, and say their values.
func TestLinearTicksProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 5000 {
		lo := (r.Float64() - 0.5) * math.Pow(10, 16*r.Float64()-8)
		hi := lo + math.Abs(lo)*math.Pow(10, 4*r.Float64()-2)
		n := 2 + r.IntN(7)
		ticks, exponent := linearTicks(lo, hi, n)
		if len(ticks) < 1 || len(ticks) > n+1 {
			t.Fatalf("[%g, %g]: %d ticks where %d were asked for", lo, hi, len(ticks), n)
		}
		for i, k := range ticks {
			slack := 1e-6 * (hi - lo)
			if k.at < lo-slack || k.at > hi+slack || i > 0 && k.at <= ticks[i-1].at {
				t.Fatalf("[%g, %g]: tick %g out of range or order", lo, hi, k.at)
			}
			v, err := strconv.ParseFloat(strings.ReplaceAll(k.label, "−", "-"), 64)
			if err != nil || math.Abs(v*math.Pow(10, float64(exponent))-k.at) > slack {
				t.Fatalf("[%g, %g]: tick at %g says %q x 10^%d", lo, hi, k.at, k.label, exponent)
			}
		}
	}
}

func TestLogTicks(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		n      int
		want   string
	}{
		{1e-3, 1, 8, "10^{−3} 10^{−2} 10^{−1} 10^{0}"},
		{1e-12, 1, 4, "10^{−12} 10^{−9} 10^{−6} 10^{−3} 10^{0}"},
		{0.15, 0.9, 4, "0.2 0.5"},
		{0.00015, 0.0009, 4, "2 × 10^{−4} 5 × 10^{−4}"},
		{0.9, 30, 4, "10^{0} 10^{1}"},
		{0.5, 7, 4, "0.5 1 2 5"},
	} {
		if s := strings.Join(labels(logTicks(c.lo, c.hi, c.n)), " "); s != c.want {
			t.Errorf("[%g, %g]: %s; want %s", c.lo, c.hi, s, c.want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 12: "12", -0.5: "−0.5", 1e7: "10^{7}", 2.5e-9: "2.5 × 10^{−9}"} {
		if got := number(v); got != want {
			t.Errorf("number(%g) = %s, want %s", v, got, want)
		}
	}
	for v, want := range map[float64]float64{1: 1, 1.9: 1, 3: 2, 7: 5, 0.0012: 0.001, 99: 50} {
		if got := niceBelow(v); math.Abs(got-want) > 1e-12*want {
			t.Errorf("niceBelow(%g) = %g, want %g", v, got, want)
		}
	}
	for v, want := range map[float64]string{0.01: "10 mm", 2: "2 m", 5000: "5 km", 2e-6: "2 µm", 1e-12: "10^{−12} m"} {
		if got := metres(v); got != want {
			t.Errorf("metres(%g) = %s, want %s", v, got, want)
		}
	}
}

func TestAxesCoverTheirData(t *testing.T) {
	for _, c := range []struct{ lo, hi, wantLo, wantHi float64 }{
		{1, 9, 0, 10}, {90, 99, 90, 100}, {-3, 4, -4, 4}, {5, 5, 4.4, 5.6}, {0, 0, -1, 1}, {-9, -1, -10, 0}, {1, 0, 0, 1},
	} {
		a := cover(c.lo, c.hi, "")
		if math.Abs(a.lo-c.wantLo) > 1e-9 || math.Abs(a.hi-c.wantHi) > 1e-9 {
			t.Errorf("cover(%g, %g) = [%g, %g], want [%g, %g]", c.lo, c.hi, a.lo, a.hi, c.wantLo, c.wantHi)
		}
	}
	if lo, hi := decades(2e-3, 0.8); math.Abs(lo-1e-3) > 1e-12 && lo > 2e-3 || hi < 0.8 || hi > 1.01 {
		t.Errorf("decades(0.002, 0.8) = %g, %g", lo, hi)
	}
	for want, p := range map[bool]Curves{
		true:  {Series: []Series{{Y: []float64{1, 0.05}}}},
		false: {Series: []Series{{Y: []float64{1, 0.5}}}},
	} {
		if _, y, ok := p.axes(); !ok || y.log != want {
			t.Errorf("%v: logarithmic %v, want %v", p.Series[0].Y, y.log, want)
		}
	}
	zero := Curves{Series: []Series{{Y: []float64{1, 0.01, 0}}}}
	if _, y, _ := zero.axes(); y.log {
		t.Error("a loss of zero cannot stand on a logarithmic axis")
	}
	p := Curves{Y: Log, YMin: 1, YMax: 5, X: Log, Series: []Series{{X: []float64{1, 100}, Y: []float64{2, 3}}}}
	if x, y, _ := p.axes(); y.lo != 1 || y.hi != 5 || !x.log || x.lo > 1 || x.hi < 100 {
		t.Errorf("asked for y in [1, 5] and a log x axis: %+v %+v", x, y)
	}
}

func TestScale(t *testing.T) {
	s := newScale([]float64{100, math.NaN(), 170, math.Inf(1)}, 0, 0, false)
	if s.min != 100 || s.max != 170 || s.weight(100) != 0 || s.weight(170) != 1 || s.weight(math.NaN()) != 0 {
		t.Errorf("sequential: %+v", s)
	}
	if s.colour(math.NaN()) != color.Color(missing) {
		t.Error("a missing value is not grey")
	}
	// The map gets lighter all the way, so that it survives a grey copy.
	light := func(c color.RGBA) float64 {
		return 0.2126*float64(c.R) + 0.7152*float64(c.G) + 0.0722*float64(c.B)
	}
	for i := 1; i < shades; i++ {
		if light(sequential[i]) < light(sequential[i-1])-1 {
			t.Fatalf("shade %d is darker than the one before", i)
		}
	}
	d := newScale([]float64{-1, 3}, 0, 0, true)
	if d.min != -3 || d.max != 3 || d.shade(0) != shades/2 || d.weight(0) != 0 || d.weight(-3) != 1 {
		t.Errorf("signed: %+v", d)
	}
	if c := diverging[0]; c.B < c.R {
		t.Errorf("negative is %v, want blue", c)
	}
	if c := diverging[shades-1]; c.R < c.B {
		t.Errorf("positive is %v, want red", c)
	}
	if same := newScale([]float64{5, 5}, 0, 0, false); same.place(5) != 0.5 {
		t.Errorf("equal values lie at %g, want the middle", same.place(5))
	}
	if given := newScale([]float64{5}, 0, 20, false); given.place(5) != 0.25 || given.place(99) != 1 {
		t.Error("given limits are not kept")
	}
	if newScale(nil, 0, 0, true).ok {
		t.Error("a scale of nothing")
	}
}

// Thinning keeps the extremes and the ends, and leaves few points.
func TestThin(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	var pts []vg.Point
	for i := range 20000 {
		pts = append(pts, vg.Point{X: vg.Length(i) / 200, Y: vg.Length(r.NormFloat64())})
	}
	got := thin(pts)
	if len(got) > 4*251 {
		t.Errorf("%d points left for a width of 100 points", len(got))
	}
	low := func(p []vg.Point) vg.Point {
		return slices.MinFunc(p, func(a, b vg.Point) int { return int(math.Copysign(1, float64(a.Y-b.Y))) })
	}
	if low(got) != low(pts) || got[0] != pts[0] || got[len(got)-1] != pts[len(pts)-1] {
		t.Error("an extreme or an end was lost")
	}
	for i := 1; i < len(got); i++ {
		if got[i].X < got[i-1].X {
			t.Fatal("order lost")
		}
	}
	if few := thin(pts[:1]); len(few) != 1 {
		t.Errorf("one point became %d", len(few))
	}
}

func TestRuns(t *testing.T) {
	for in, want := range map[string]string{
		"plain":           "plain",
		"10^{-3}":         "10 |+-3",
		"k_{12} (N m⁻¹)":  "k |-12 (N m |+− |+1 )",
		"breast_cancer^2": "breast_cancer^2",
		"a_b_{c}":         "a_b |-c",
		"open^{x":         "open^{x",
		"^{}":             "",
	} {
		var got []string
		for _, r := range runs(in, 10) {
			switch {
			case r.lift > 0:
				got = append(got, "|+"+r.s)
			case r.lift < 0:
				got = append(got, "|-"+r.s)
			default:
				got = append(got, r.s+" ")
			}
		}
		norm := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if norm(strings.Join(got, "")) != norm(want) {
			t.Errorf("%q: %q, want %q", in, strings.Join(got, ""), want)
		}
	}
	if s := shorten("a very long class name", 8, false, 40); !strings.HasSuffix(s, "…") || textWidth(s, 8, false) > 40 {
		t.Errorf("shortened to %q", s)
	}
	if s := shorten("x", 8, false, -1); s != "" {
		t.Errorf("%q fits nowhere", s)
	}
}

func TestTextInSVG(t *testing.T) {
	doc := mustSVG(t, Curves{Title: "a < b & \"c\" \x01", YName: "loss", Series: []Series{{Name: "line 0", Y: []float64{1, 1e-4}}}}, 8*cm, 6*cm)
	text := parse(t, []byte(doc))
	for _, want := range []string{`a < b & "c" `, "line 0", "10−4"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the text", want)
		}
	}
	for _, want := range []string{`text-anchor="middle"`, `text-anchor="end"`, "'Liberation Sans',Arial", "font-weight:bold"} {
		if !strings.Contains(doc, want) {
			t.Errorf("%s is not in the document", want)
		}
	}
	if strings.Contains(doc, "font-family:Liberation Sans;") {
		t.Error("a font without substitute")
	}
}

func TestLatticeSaysWhatItShows(t *testing.T) {
	n := trapezoid()
	full := parse(t, []byte(mustSVG(t, samples()[0].p, 14*cm, 11*cm)))
	for i := 1; i <= 28; i++ {
		if !strings.Contains(full, ">"+strconv.Itoa(i)) && !strings.Contains(full, strconv.Itoa(i)+"\n") {
			t.Errorf("number %d is missing", i)
		}
	}
	for _, want := range []string{"stiffness k (N/m)", "setosa", "petal length", "mm"} {
		if !strings.Contains(full, want) {
			t.Errorf("%q is missing", want)
		}
	}
	bare := mustSVG(t, Lattice{Network: n}, 10*cm, 8*cm)
	if strings.Contains(bare, "dasharray") {
		t.Error("dashes where no bond is cut")
	}
	n.Elements[3].Cut = true
	if got := strings.Count(mustSVG(t, Lattice{Network: n}, 10*cm, 8*cm), "dasharray"); got != 1 {
		t.Errorf("%d dashed lines for one cut bond", got)
	}
	// Values of cut bonds do not stretch the colour bar.
	v := uniform(28, 1, 2)
	v[3] = 1e6
	if s := newScale(shown(n, v), 0, 0, false); s.max > 2 {
		t.Errorf("the scale reaches %g, the value of a cut bond", s.max)
	}
}

func TestExaggeration(t *testing.T) {
	n := trapezoid()
	rest := project(n, nil, 0)
	u := make([]float64, len(n.Pos))
	p := Lattice{Network: n, Displacement: u}
	if got := p.exaggeration(); got != 1 {
		t.Errorf("no displacement: factor %g, want 1", got)
	}
	u[9] = 1e-4 // of a bond of 16 mm
	if got := p.exaggeration(); got != 50 {
		t.Errorf("0.1 mm: factor %g, want 50", got)
	}
	u[9] = 0.1
	if got := p.exaggeration(); got != 1 {
		t.Errorf("large displacements are shrunk by %g", got)
	}
	p.Exaggeration = 7
	if got := p.exaggeration(); got != 7 {
		t.Errorf("asked for 7, got %g", got)
	}
	if got := (Lattice{Network: n}).exaggeration(); got != 0 {
		t.Errorf("at rest: factor %g, want 0", got)
	}
	shape := project(n, u, 2)
	if math.Abs(shape.y[4]-(rest.y[4]+0.2)) > 1e-12 {
		t.Error("node 5 did not move by twice its displacement")
	}
}

// The view on space keeps right angles and lengths of its axes.
func TestViewIsARotation(t *testing.T) {
	axes := [][3]float64{viewRight, viewUp, viewNear}
	for i, a := range axes {
		for j, b := range axes {
			dot, want := a[0]*b[0]+a[1]*b[1]+a[2]*b[2], 0.0
			if i == j {
				want = 1
			}
			if math.Abs(dot-want) > 1e-12 {
				t.Errorf("axes %d and %d: product %g, want %g", i, j, dot, want)
			}
		}
	}
}

// The supports of the trapezoid hang from above, clear of the bonds.
func TestSupportsKeepClearOfBonds(t *testing.T) {
	n := trapezoid()
	l := &layout{p: Lattice{Network: n}, rest: project(n, nil, 0), shape: project(n, nil, 0), zoom: 3000}
	l.size()
	l.decorate()
	if len(l.marks) != 2 {
		t.Fatalf("%d marks for two pinned nodes", len(l.marks))
	}
	for i, node := range []int{0, 4} {
		at := l.at(l.shape, node)
		if m := l.marks[i].box; m.Max.Y < at.Y+5 || m.Min.Y < at.Y-1 {
			t.Errorf("support of node %d covers %v, node at %v: want above", node+1, m, at)
		}
	}
}

// A clamp, a hinge and an earthed node look different, and a node that is not there is refused.
func TestSupportsByKind(t *testing.T) {
	n := trapezoid()
	seen := map[string]string{}
	for name, p := range map[string]Lattice{"hinges": {Network: n}, "a clamp": {Network: n, Clamped: []int{0}}, "an earth": {Network: n, Earthed: []int{7}}} {
		text, err := SVG(p, 300, 200)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for other, was := range seen {
			if was == string(text) {
				t.Errorf("%s looks like %s", name, other)
			}
		}
		seen[name] = string(text)
	}
	for _, p := range []Lattice{{Network: n, Clamped: []int{n.Nodes()}}, {Network: n, Earthed: []int{-1}}} {
		if _, err := SVG(p, 300, 200); err == nil {
			t.Error("a node that is not there is drawn")
		}
	}
}

// Labels of neighbouring arrows give way to each other.
func TestPortLabelsDoNotOverlap(t *testing.T) {
	n := trapezoid()
	p := Lattice{Network: n}
	for i := range 5 {
		p.Inputs = append(p.Inputs, port(i, [3]float64{0, -1}, "a rather long feature"))
	}
	l := &layout{p: p, rest: project(n, nil, 0), shape: project(n, nil, 0), zoom: 2000, room: vg.Point{X: 400, Y: 300}}
	l.size()
	l.decorate()
	for i, a := range l.marks {
		for _, b := range l.marks[:i] {
			if !a.behind && !b.behind && a.leader == nil && b.leader == nil && overlap(a.box, b.box) {
				t.Errorf("%v and %v overlap", a.box, b.box)
			}
		}
	}
}

func TestBarsNames(t *testing.T) {
	p := Bars{Series: []BarSeries{{Values: make([]float64, 100)}}}
	if got := strings.Join(labels(p.names(100, 5)), " "); got != "5 10 15 20 25 30 35 40 45 50 55 60 65 70 75 80 85 90 95 100" {
		t.Errorf("names of 100 bars, 5 points each: %s", got)
	}
}

func TestGridCells(t *testing.T) {
	at, columns, rows := Grid{Columns: 3, Panels: []Panel{{}, {Span: 3}, {Span: 2}, {}, {Span: 9}}}.cells()
	want := []cell{{0, 0, 1}, {1, 0, 3}, {2, 0, 2}, {2, 2, 1}, {3, 0, 3}}
	if !slices.Equal(at, want) || columns != 3 || rows != 4 {
		t.Errorf("%v, %d columns, %d rows; want %v, 3, 4", at, columns, rows, want)
	}
	if _, columns, _ := (Grid{Panels: []Panel{{}, {Span: 2}}}).cells(); columns != 3 {
		t.Errorf("%d columns in one row", columns)
	}
	for i, want := range map[int]string{0: "a", 25: "z", 26: "aa", 52: "ba"} {
		if got := letter(i); got != want {
			t.Errorf("letter %d is %s, want %s", i, got, want)
		}
	}
}

// A spring to ground that would lie on a bond stands beside it.
func TestGroundSpringBesideBond(t *testing.T) {
	n := &network.Network{Dim: 1, Pos: []float64{0, 1, 2}, Held: make([]bool, 3)}
	connect(n, 1.5)
	n.Elements = append(n.Elements, network.Element{Kind: network.Ground, Nodes: [2]int{1, 1}, Dir: [3]float64{1}})
	l := &layout{p: Lattice{Network: n}, rest: project(n, nil, 0), shape: project(n, nil, 0), zoom: 60}
	l.size()
	l.decorate()
	spring := l.marks[len(l.marks)-1].box
	if spring.Min.Y < l.bar/2 && spring.Max.Y > -l.bar/2 {
		t.Errorf("the spring covers y from %.1f to %.1f, on the bond", float64(spring.Min.Y), float64(spring.Max.Y))
	}
}
