package figure

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/elastrain/elastrain/network"
)

// parse reads a whole XML document and returns its text.
func parse(t *testing.T, doc []byte) string {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(doc))
	var text strings.Builder
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return text.String()
		}
		if err != nil {
			t.Fatalf("not XML: %v", err)
		}
		if c, ok := tok.(xml.CharData); ok {
			text.Write(c)
		}
	}
}

var notNumbers = regexp.MustCompile(`NaN|Inf`)

func mustSVG(t *testing.T, p Picture, w, h vg.Length) string {
	t.Helper()
	doc, err := SVG(p, w, h)
	if err != nil {
		t.Fatal(err)
	}
	text := parse(t, doc)
	if bad := notNumbers.Find(doc); bad != nil && !notNumbers.MatchString(text) {
		t.Fatalf("%s among the coordinates", bad)
	}
	return string(doc)
}

func TestSamplesAreValidAndReproducible(t *testing.T) {
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) {
			a := mustSVG(t, s.p, 12*cm, 9*cm)
			if b := mustSVG(t, s.p, 12*cm, 9*cm); a != b {
				t.Error("two SVG files of the same picture differ")
			}
			if strings.Contains(a, placeholder+"0<") {
				t.Error("a placeholder was left in the text")
			}
			x, err := PNG(s.p, 12*cm, 9*cm, 60)
			if err != nil {
				t.Fatal(err)
			}
			y, err := PNG(s.p, 12*cm, 9*cm, 60)
			if err != nil || !bytes.Equal(x, y) {
				t.Errorf("two PNG files of the same picture differ (%v)", err)
			}
			img, err := png.Decode(bytes.NewReader(x))
			if err != nil {
				t.Fatal(err)
			}
			if got := img.Bounds().Size(); got.X != 283 || got.Y != 213 {
				t.Errorf("size %v, want 283 x 213 = 12 x 9 cm at 60 dpi", got)
			}
			if r, g, b, _ := img.At(0, 0).RGBA(); r != 0xffff || g != 0xffff || b != 0xffff {
				t.Error("the background is not white")
			}
			dark := 0
			for y := range 213 {
				for x := range 283 {
					if r, _, _, _ := img.At(x, y).RGBA(); r < 0x8000 {
						dark++
					}
				}
			}
			if dark < 50 {
				t.Errorf("only %d dark pixels: the picture is empty", dark)
			}
		})
	}
}

// Every picture stays within the rectangle it is given, at every size.
func TestSamplesStayInside(t *testing.T) {
	for _, s := range samples() {
		for _, size := range []vg.Point{{X: 14 * cm, Y: 10 * cm}, {X: 8 * cm, Y: 12 * cm}, {X: 17 * cm, Y: 5 * cm}} {
			c := &fence{allowed: box(100, 50, 100+size.X, 50+size.Y), slack: 1}
			c.Push()
			s.p.Draw(draw.Canvas{Canvas: c, Rectangle: c.allowed})
			if c.out != "" {
				t.Errorf("%s at %.0f x %.0f: %s", s.name, float64(size.X), float64(size.Y), c.out)
			}
			if c.drawn == 0 {
				t.Errorf("%s at %v: nothing drawn", s.name, size)
			}
		}
	}
}

// Absurd sizes must not panic.
func TestTinyCanvas(t *testing.T) {
	for _, s := range samples() {
		for _, side := range []vg.Length{0.5, 20, 60} {
			mustSVG(t, s.p, side, side)
			mustSVG(t, s.p, 40*side, side)
		}
	}
}

func TestRefusals(t *testing.T) {
	n := trapezoid()
	ok := Lattice{Network: n}
	far := *n
	far.Elements = []network.Element{{Nodes: [2]int{0, 14}}}
	held := *n
	held.Held = []bool{true}
	flat := *n
	flat.Dim = 4
	for name, c := range map[string]struct {
		p    Picture
		w    vg.Length
		want string
	}{
		"nil picture":     {nil, cm, "no picture"},
		"no width":        {ok, 0, "must be positive"},
		"NaN width":       {ok, vg.Length(math.NaN()), "must be positive"},
		"infinite width":  {ok, vg.Length(math.Inf(1)), "must be positive"},
		"no network":      {Lattice{}, cm, "needs a network"},
		"four dimensions": {Lattice{Network: &flat}, cm, "4 dimensions"},
		"values":          {Lattice{Network: n, Values: []float64{1}}, cm, "1 values for 28 elements"},
		"displacements":   {Lattice{Network: n, Displacement: []float64{1}}, cm, "1 displacements for 28 coordinates"},
		"supports":        {Lattice{Network: &held}, cm, "1 support flags for 28 coordinates"},
		"bond":            {Lattice{Network: &far}, cm, "element 1 joins node 15 of 14"},
		"port":            {Lattice{Network: n, Outputs: []Port{port(-1, [3]float64{1}, "u")}}, cm, `port "u" is at node 0 of 14`},
		"curve":           {Curves{Series: []Series{{Name: "a", X: []float64{1}, Y: []float64{1, 2}}}}, cm, "curve 1 (a) has 1 x values for 2"},
		"band":            {Curves{Series: []Series{{Y: []float64{1, 2}, Lo: []float64{1, 2}}}}, cm, "has 2 and 0 values for a curve of 2"},
		"names":           {Bars{Names: []string{"a"}, Series: []BarSeries{{Values: []float64{1, 2}}}}, cm, "1 names for 2 groups"},
		"points":          {Scatter{Series: []Points{{Wanted: []float64{1}}}}, cm, "1 wanted and 0 reached"},
		"trials":          {Trials{Scores: []float64{1}, Keys: []TrialKey{{Name: "a"}}}, cm, "key 1 (a) has 0 values for 1 trials"},
		"best trials":     {Trials{Scores: []float64{1}, Best: []bool{}}, cm, "1 trials have 0 marks"},
		"rows":            {Confusion{Classes: []string{"a"}, Parts: []ConfusionPart{{}}}, cm, "0 rows for 1 classes"},
		"row":             {Confusion{Classes: []string{"a"}, Parts: []ConfusionPart{{Counts: [][]int{{1, 2}}}}}, cm, "row 1"},
		"widths":          {Grid{Widths: []float64{1, 2}, Panels: []Panel{{Picture: ok}}}, cm, "2 widths for 1 columns"},
		"heights":         {Grid{Heights: []float64{0}, Panels: []Panel{{Picture: ok}}}, cm, "must be positive"},
		"panel":           {Grid{Panels: []Panel{{Picture: ok}, {Picture: Lattice{}}}}, cm, "panel b: a lattice needs a network"},
	} {
		_, err := SVG(c.p, c.w, cm)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
		if _, err := PNG(c.p, c.w, cm, 100); err == nil {
			t.Errorf("%s: PNG drew it", name)
		}
	}
	for name, try := range map[string]struct {
		side vg.Length
		dpi  int
		want string
	}{
		"no dpi":   {cm, 0, "dpi is 0"},
		"one dot":  {cm, 1, "less than one"},
		"gigabyte": {100 * cm, 10000, "megapixels"},
	} {
		if _, err := PNG(ok, try.side, try.side, try.dpi); err == nil || !strings.Contains(err.Error(), try.want) {
			t.Errorf("%s: error %v, want %q", name, err, try.want)
		}
	}
	defer func() {
		if r := recover(); r == nil || !strings.Contains(fmt.Sprint(r), "needs a network") {
			t.Errorf("Draw of a lattice without network: %v, want a panic that says so", r)
		}
	}()
	Lattice{}.Draw(draw.Canvas{})
}

func TestNoData(t *testing.T) {
	nan := math.NaN()
	for name, p := range map[string]Picture{
		"curves":       Curves{Title: "Loss"},
		"NaN curve":    Curves{Series: []Series{{Y: []float64{nan, math.Inf(1)}}}},
		"log of minus": Curves{Y: Log, Series: []Series{{Y: []float64{-1, 0}}}},
		"bars":         Bars{Series: []BarSeries{{Values: []float64{nan}}}},
		"scatter":      Scatter{Series: []Points{{Wanted: []float64{nan}, Reached: []float64{1}}}},
		"confusion":    Confusion{},
		"trials":       Trials{Scores: []float64{nan}, Keys: []TrialKey{{Values: []float64{1}}}},
		"no keys":      Trials{Scores: []float64{1}},
		"sheet":        Grid{},
		"empty net":    Lattice{Network: &network.Network{Dim: 2}},
		"NaN net":      Lattice{Network: &network.Network{Dim: 1, Pos: []float64{nan}}},
	} {
		if !strings.Contains(mustSVG(t, p, 8*cm, 6*cm), ">no data<") {
			t.Errorf("%s: does not say that there is no data", name)
		}
	}
}

// Values from the whole range of float64 are drawn or skipped, never passed
// on to the canvas as NaN or infinite coordinates.
func TestNastyNumbers(t *testing.T) {
	nasty := []float64{0, 1, 1e149, -1e149, 1e-150, -math.MaxFloat64, math.SmallestNonzeroFloat64, math.NaN(), 1 + 1e-15}
	n := block(2, 2)
	for i, a := range nasty {
		for j, b := range nasty {
			y := []float64{a, b, nasty[(i+j)%len(nasty)]}
			net := *n
			net.Pos = append([]float64{}, n.Pos...)
			net.Pos[2], net.Pos[5] = a, b
			values := make([]float64, len(n.Elements))
			copy(values, y)
			for _, p := range []Picture{
				Curves{Series: []Series{{Y: y, Lo: y, Hi: y}}, YMin: a, YMax: b, Lines: []Reference{{a, "a"}}},
				Curves{Y: Log, X: Log, Series: []Series{{X: y, Y: y}}, Lines: []Reference{{a, "a"}, {b, "b"}}},
				Bars{Series: []BarSeries{{Values: y}}, YMax: a},
				Scatter{Series: []Points{{Wanted: y, Reached: []float64{b, a, a}}}},
				Trials{Scores: y, Keys: []TrialKey{{Values: []float64{b, a, a}, Log: true}, {Values: y}}},
				Trials{Scores: y, Y: Log, Keys: []TrialKey{{Values: []float64{b, a, a}, Names: []string{"a", "b"}}}},
				Lattice{Network: &net, Values: values, Displacement: net.Pos, Signed: i%2 == 0, Min: a, Max: b, Exaggeration: b, ScaleBar: true},
			} {
				mustSVG(t, p, 6*cm, 5*cm)
			}
		}
	}
}

func TestHundredThousandBonds(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	n := strip(185, 181)
	if len(n.Elements) < 99_000 {
		t.Fatalf("%d bonds", len(n.Elements))
	}
	if _, err := PNG(Lattice{Network: n, Values: uniform(len(n.Elements), 100, 170), NodeNumbers: true, BondNumbers: true}, 12*cm, 12*cm, 100); err != nil {
		t.Fatal(err)
	}
}

// A lattice whose bonds are finer than the paper shows the mean of each cell: both halves of
// this one have their own colour, and the size of the drawing does not grow with the lattice.
func TestFineLatticesAreDrawnInCells(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	paths := func(rows int) (svg []byte, n *network.Network) {
		n = strip(rows, rows)
		values := make([]float64, len(n.Elements))
		for i, e := range n.Elements {
			values[i] = 100
			if n.At(e.Nodes[0])[1] < n.Pos[len(n.Pos)-1]/2 {
				values[i] = 200
			}
		}
		svg, err := SVG(Lattice{Network: n, Values: values, ScaleBar: true}, 8*cm, 8*cm)
		if err != nil {
			t.Fatal(err)
		}
		return svg, n
	}
	small, n := paths(150)
	large, m := paths(210)
	if len(m.Elements) < 19*len(n.Elements)/10 {
		t.Fatalf("%d and %d bonds", len(n.Elements), len(m.Elements))
	}
	if float64(len(large)) > 1.2*float64(len(small)) {
		t.Errorf("%d bytes for twice the bonds, %d before", len(large), len(small))
	}
	scale := newScale([]float64{100, 200}, 0, 0, false)
	for _, v := range []float64{100, 200} {
		r, g, b, _ := scale.colour(scale.min + (math.Min(math.Floor((v-100)/100*64), 63)+0.5)/64*100).RGBA()
		if want := fmt.Sprintf("#%02X%02X%02X", r>>8, g>>8, b>>8); !bytes.Contains(bytes.ToUpper(large), []byte(want)) {
			t.Errorf("no cell has the colour %s of %g", want, v)
		}
	}
}
