package figure

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/network"
)

// pixels draws a picture as pixels.
func pixels(t *testing.T, p Picture, w, h vg.Length) image.Image {
	t.Helper()
	doc, err := PNG(p, w, h, 100)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// tones is the share that is vivid: of the pixels that are neither white, grey nor black, and dark
// the share of those that are nearly black.
func tones(img image.Image) (vivid, dark float64) {
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, b, _ := img.At(x, y).RGBA()
			if max(r, g, b)-min(r, g, b) > 0x2800 {
				vivid++
			}
			if max(r, g, b) < 0x5000 {
				dark++
			}
		}
	}
	area := float64(b.Dx() * b.Dy())
	return vivid / area, dark / area
}

// pressed is a network under a load at the middle of its top: displacements and
// elongations that decay away from it, as 1/r.
func pressed(n *network.Network) (u, e []float64) {
	last := n.At(n.Nodes() - 1)
	at := append([]float64{}, last...)
	at[0] /= 2
	u, e = make([]float64, len(n.Pos)), make([]float64, len(n.Elements))
	for i := range n.Nodes() {
		r := make([]float64, n.Dim)
		for a, v := range n.At(i) {
			r[a] = v - at[a]
		}
		u[i*n.Dim+n.Dim-1] = -1e-3 / (0.3 + norm(r))
	}
	for i, el := range n.Elements {
		e[i] = u[el.Nodes[1]*n.Dim+n.Dim-1] - u[el.Nodes[0]*n.Dim+n.Dim-1]
	}
	return u, e
}

// The deformation of a large network shows more than its loaded node, whether its
// bonds are drawn as lines, as cells or in space, and its nodes do not black it out.
func TestLargeNetworksShowTheirDeformation(t *testing.T) {
	for name, n := range map[string]*network.Network{"lines": strip(60, 60), "cells": strip(150, 150), "space": block(3, 12)} {
		u, e := pressed(n)
		vivid, dark := tones(pixels(t, Lattice{Network: n, Values: e, Signed: true, Displacement: u}, 10*cm, 8*cm))
		if vivid < 0.03 {
			t.Errorf("%s: %.2f %% of the picture is coloured", name, 100*vivid)
		}
		if dark > 0.03 {
			t.Errorf("%s: %.2f %% of the picture is black", name, 100*dark)
		}
	}
}

// A few extreme values do not take the colours from all others, and are told.
func TestColoursEndWhereMostValuesDo(t *testing.T) {
	values := uniform(1000, -1, 1)
	values[3], values[7] = 500, -2000
	s := newScale(values, 0, 0, true)
	if s.max > 1.1 || s.max < 0.9 || s.min != -s.max || s.lo != -2000 || s.hi != 500 {
		t.Errorf("signed: colours from %g to %g, values from %g to %g", s.min, s.max, s.lo, s.hi)
	}
	for i := range values {
		values[i] = math.Abs(values[i]) + 100
	}
	if s = newScale(values, 0, 0, false); s.min < 100 || s.max > 101 || s.hi != 2100 {
		t.Errorf("positive: colours from %g to %g, values to %g", s.min, s.max, s.hi)
	}
	if few := newScale([]float64{1, 2, 3, 900}, 0, 0, false); few.min != 1 || few.max != 900 {
		t.Errorf("of four values each counts: %g to %g", few.min, few.max)
	}
	if even := newScale(uniform(1000, 0, 1), 0, 0, false); even.hi != even.max {
		t.Errorf("even values: colours end at %g of %g", even.max, even.hi)
	}
	n := strip(20, 20)
	v := append(values, values...)[:len(n.Elements)]
	text := parse(t, []byte(mustSVG(t, Lattice{Network: n, Values: v, ValueTitle: "k (N/m)"}, 10*cm, 8*cm)))
	if !strings.Contains(text, "all bonds: 100 to 2100") {
		t.Errorf("the true extremes are not told: %s", text)
	}
}

// A bar of one value is a patch with that value, and a signed bar names both signs.
func TestColourBarsOfOneValue(t *testing.T) {
	n := trapezoid()
	one := make([]float64, 28)
	for i := range one {
		one[i] = 137.5 * (1 + 1e-9*float64(i%3))
	}
	text := parse(t, []byte(mustSVG(t, Lattice{Network: n, Values: one, ValueTitle: "k"}, 8*cm, 8*cm)))
	if strings.TrimSpace(text) != "138\nk" && !strings.Contains(text, "138") || strings.Contains(text, "140") {
		t.Errorf("one value: %q", text)
	}
	for _, most := range []float64{0.83, 1, 7.1, 45, 610, 799} {
		for _, width := range []vg.Length{3 * cm, 5 * cm, 9 * cm} {
			b := colourBar{values: newScale([]float64{-most, most / 2}, 0, 0, true)}
			b.level = true
			b.mark(min(0.8*width, barLong))
			if len(b.ticks) < 3 || b.ticks[0].at >= 0 || b.ticks[len(b.ticks)-1].at <= 0 {
				t.Errorf("±%g on %.0f points: %v", most, float64(width), b.ticks)
			}
		}
	}
}

// Names of ports within a network stand where they cover neither bonds nor nodes,
// nor each other.
func TestNamesCoverNothing(t *testing.T) {
	n := trapezoid()
	p := Lattice{Network: n, Outputs: []Port{port(6, [3]float64{1}, "the middle one")}}
	for _, node := range []int{1, 7, 10, 12, 13, 6} {
		p.Inputs = append(p.Inputs, port(node, [3]float64{0, -1}, fmt.Sprintf("feature of node %d", node+1)))
	}
	for _, size := range []vg.Point{{X: 12 * cm, Y: 10 * cm}, {X: 16 * cm, Y: 7 * cm}, {X: 8 * cm, Y: 8 * cm}} {
		l := p.plan(within(box(0, 0, size.X, size.Y))).lattice
		text := parse(t, []byte(mustSVG(t, p, size.X, size.Y)))
		if l.unnamed != 0 || strings.Count(text, "feature") != 6 {
			t.Errorf("%d names are missing", l.unnamed)
		}
		taken := l.occupy()
		names := 0
		for i, a := range l.marks {
			if a.behind || a.leader != nil || a.box.Size().X < 30 {
				continue // an arrow or a support
			}
			names++
			if !taken.empty(a.box) {
				t.Errorf("a name at %v covers the network", a.box)
			}
			for j, b := range l.marks {
				if j != i && b.leader == nil && overlap(a.box, b.box) {
					t.Errorf("a name at %v covers what stands at %v", a.box, b.box)
				}
			}
		}
		if names != 7 {
			t.Errorf("%d names", names)
		}
	}
}

// occupied agrees with looking at every bond.
func TestOccupied(t *testing.T) {
	n := trapezoid()
	l := &layout{p: Lattice{Network: n}, rest: project(n, nil, 0), shape: project(n, nil, 0), zoom: 3000}
	l.size()
	o := l.occupy()
	for i, e := range n.Elements {
		at := l.middleAt(i)
		if o.empty(box(at.X-1, at.Y-1, at.X+1, at.Y+1)) {
			t.Errorf("nothing at the middle of bond %d of nodes %v", i+1, e.Nodes)
		}
	}
	e := l.shape.extent()
	low := l.place(e.lo[0], e.lo[1])
	if !o.empty(box(low.X-60, low.Y-60, low.X-20, low.Y-20)) || !o.empty(box(low.X, low.Y, low.X+15, low.Y+8)) {
		t.Error("the empty corner of the trapezoid is taken")
	}
}

// What has no room is told, in the picture and to the caller; what has is drawn.
func TestWhatIsLeftOutIsTold(t *testing.T) {
	small := Lattice{Network: trapezoid(), NodeNumbers: true, BondNumbers: true}
	got, err := small.Legend(14*cm, 11*cm)
	if err != nil || got.LeftOut != nil {
		t.Errorf("14 nodes and 28 bonds: %q, %v", got.LeftOut, err)
	}
	n := strip(50, 50)
	large := Lattice{Network: n, NodeNumbers: true, BondNumbers: true, Values: uniform(len(n.Elements), 1, 2)}
	for i := range 40 {
		large.Inputs = append(large.Inputs, port(50*i+20, [3]float64{0, -1}, fmt.Sprintf("a long name of input %d", i)))
	}
	got, err = large.Legend(14*cm, 11*cm)
	if err != nil {
		t.Fatal(err)
	}
	told := strings.Join(got.LeftOut, "; ")
	for _, want := range []string{"of 2500 nodes are numbered", "0 of 7301 bonds are numbered", "of 40 ports have no room for their names"} {
		if !strings.Contains(told, want) {
			t.Errorf("not told: %s, only %s", want, told)
		}
	}
	text := strings.Join(strings.Fields(parse(t, []byte(mustSVG(t, large, 14*cm, 11*cm)))), " ")
	if !strings.Contains(text, told) {
		t.Errorf("the picture does not say %q", told)
	}
	count := 0
	if _, err := fmt.Sscanf(told, "%d of", &count); err != nil || count < 40 {
		t.Errorf("%d numbers", count)
	}
	for _, node := range []string{"1", "2500", "21"} { // the first, the last, and one with a port
		if !strings.Contains(text, " "+node+" ") {
			t.Errorf("node %s is not numbered", node)
		}
	}
}

// The legend has numbers only where there are some.
func TestLegendWithoutValues(t *testing.T) {
	n := trapezoid()
	none := make([]float64, len(n.Elements))
	for i := range none {
		none[i] = math.NaN()
	}
	got, err := Lattice{Network: n, Values: none, Min: 1, Max: 2}.Legend(8*cm, 8*cm)
	if err != nil || got.Coloured || got.Low != 0 || got.High != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	got, err = Lattice{Network: n, Values: uniform(28, 1, 2), Displacement: uniform(28, 0, 1e-4), Min: 1, Max: 5}.Legend(8*cm, 8*cm)
	if err != nil || !got.Coloured || got.Max != 5 || got.High > 2 || got.Magnification != 50 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := (Lattice{}).Legend(cm, cm); err == nil {
		t.Error("a legend of nothing")
	}
}

// Numbers of bonds in space do not cover each other.
func TestBondNumbersInSpace(t *testing.T) {
	p := Lattice{Network: block(3, 4), NodeNumbers: true, BondNumbers: true}
	l := p.plan(within(box(0, 0, 14*cm, 11*cm))).lattice
	if len(l.onBonds) < 20 {
		t.Fatalf("%d numbers", len(l.onBonds))
	}
	var boxes []vg.Rectangle
	for _, b := range l.onBonds {
		boxes = append(boxes, textBox(fmt.Sprint(b.index+1), b.at, b.t))
	}
	for i, a := range boxes {
		for _, b := range boxes[:i] {
			if overlap(a, b) {
				t.Fatalf("two numbers at %v and %v", a, b)
			}
		}
	}
	if told := strings.Join(l.leftOut(), ""); !strings.Contains(told, fmt.Sprintf("%d of ", len(l.onBonds))) {
		t.Errorf("%d numbers, told: %s", len(l.onBonds), told)
	}
}

// States side by side share their colours and their magnification.
func TestShapesShareTheirScale(t *testing.T) {
	n := trapezoid()
	u := uniform(len(n.Pos), -1e-4, 1e-4)
	tenth := make([]float64, len(u))
	for i := range u {
		tenth[i] = u[i] / 10
	}
	p := Shapes{Network: n, Signed: true, ValueTitle: "elongation (µm)", Note: "a remark", States: []State{
		{Title: "strong", Values: uniform(28, -100, 100), Displacement: u}, {Title: "weak", Values: uniform(28, -10, 10), Displacement: tenth}}}
	text := parse(t, []byte(mustSVG(t, p, 16*cm, 7*cm)))
	for what, count := range map[string]int{"elongation (µm)": 1, magnified(Magnification(n, u)): 1, "displacements": 1, "a remark": 1, "strong": 1, "weak": 1} {
		if got := strings.Count(text, what); got != count {
			t.Errorf("%q: %d times, want %d", what, got, count)
		}
	}
	p.States[1].Values = make([]float64, 3)
	if _, err := SVG(p, cm, cm); err == nil || !strings.Contains(err.Error(), "state 2") {
		t.Errorf("three values: %v", err)
	}
}

// In a network of many bonds displacements are measured by its extent, and one
// loaded node does not decide.
func TestMagnificationOfLargeNetworks(t *testing.T) {
	n := strip(101, 101)
	u := make([]float64, len(n.Pos))
	for i := range u {
		u[i] = 1e-3
	}
	if got := Magnification(n, u); got != 2000 { // 5 of 100, by 1.4 mm
		t.Errorf("factor %g, want 2000", got)
	}
	u[777] = 0.01
	if got := Magnification(n, u); got != 1000 { // the one node by at most 15
		t.Errorf("with one node further: factor %g, want 1000", got)
	}
	if got := Magnification(n, nil); got != 1 {
		t.Errorf("at rest: factor %g", got)
	}
}

// Far bonds are paler than near ones.
func TestHaze(t *testing.T) {
	l := &layout{p: Lattice{Network: block(3, 3)}}
	l.shape = project(l.p.Network, nil, 0)
	l.depths()
	near, far := l.fog(ink, l.nearness(l.near)), l.fog(ink, l.nearness(l.far))
	if r, _, _, _ := near.RGBA(); r>>8 != uint32(ink.R) {
		t.Errorf("the nearest is %v", near)
	}
	if r, _, _, _ := far.RGBA(); r>>8 < 0x90 {
		t.Errorf("the farthest is %v", far)
	}
	flat := &layout{p: Lattice{Network: trapezoid()}}
	if flat.nearness(0) != 1 {
		t.Error("haze in the plane")
	}
}

// Epochs are counted in whole numbers.
func TestTicksOfEpochs(t *testing.T) {
	for last := 1; last < 40; last++ {
		a := axis{hi: float64(last), whole: true}
		a.mark(200, 46)
		for _, k := range a.ticks {
			if k.at != math.Trunc(k.at) || strings.Contains(k.label, ".") {
				t.Errorf("%d epochs: a tick at %s", last, k.label)
			}
		}
	}
}

// Where a group of bars has no value, a cross says why.
func TestAbsentBars(t *testing.T) {
	p := Bars{Absent: "a mechanism", Series: []BarSeries{{Values: []float64{1, math.NaN(), 0}}, {Values: []float64{2}}}}
	if got := p.absent(); len(got) != 1 || got[0] != 1 {
		t.Errorf("absent: %v", got)
	}
	if text := mustSVG(t, p, 8*cm, 5*cm); !strings.Contains(text, "a mechanism") {
		t.Error("the cross is not explained")
	}
}

// Long titles and remarks break into lines.
func TestWrap(t *testing.T) {
	rows := wrap("one two three four five six seven eight", 10, false, 60, 2)
	if len(rows) != 2 || !strings.HasSuffix(rows[1], "…") || textWidth(rows[0], 10, false) > 60 {
		t.Errorf("%q", rows)
	}
	if rows := wrap("", 10, false, 60, 2); len(rows) != 0 {
		t.Errorf("%q of nothing", rows)
	}
}

// Of many classes the colours are explained, and names do not touch.
func TestConfusionOfManyClasses(t *testing.T) {
	p := Confusion{}
	counts := make([][]int, 40)
	for i := range counts {
		counts[i] = make([]int, len(counts))
		counts[i][i] = 9
		p.Classes = append(p.Classes, fmt.Sprintf("kind %d", i+1))
	}
	p.Parts = []ConfusionPart{{"training", counts}, {"test", counts}}
	text := parse(t, []byte(mustSVG(t, p, 16*cm, 9*cm)))
	if !strings.Contains(text, "0 to 100 %") {
		t.Error("colours alone, and nothing says what they mean")
	}
	if n := strings.Count(text, "kind "); n < 15 || n > 75 {
		t.Errorf("%d names", n)
	}
	p.Classes, p.Parts = p.Classes[:2], []ConfusionPart{{"training", [][]int{{1, 0}, {0, 1}}}}
	if text := parse(t, []byte(mustSVG(t, p, 16*cm, 9*cm))); strings.Contains(text, "0 to 100 %") {
		t.Error("the numbers say it already")
	}
}

// More curves than colours are told apart by their dashes.
func TestCurvesBeyondTheColours(t *testing.T) {
	for i := range 2 * len(okabeIto) {
		s := Series{Y: []float64{1}}.style(i)
		if dotted := len(s.Dashes) > 0; dotted != (i >= len(okabeIto)) {
			t.Errorf("curve %d: dashes %v", i+1, s.Dashes)
		}
	}
}
