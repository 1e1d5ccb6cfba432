package figure

import (
	"fmt"
	"image/color"
	"math"
	"regexp"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Trials shows what came of a search over several keys at once: a panel a key, with the score of every trial against the value that the key had. The
// panels share the axis of the scores.
type Trials struct {
	Title string
	YName string // what the score is, with its unit
	Keys  []TrialKey

	Scores []float64 // a trial each; one that is not finite marks a trial that failed, at the lower edge
	Best   []bool    // whether a trial is of the best; nil or len(Scores)

	Name, BestName, FailedName string // in the legend; "" for none
	Y                          Scaling
}

// TrialKey is a key of a search.
type TrialKey struct {
	Name   string
	Values []float64 // a trial each; one that is not finite is left out
	Log    bool
	Names  []string // what stands at 0, 1, 2, ... in place of numbers; trials of one name are spread sideways
}

// mostDots is how many dots of a sheet are circles. Of more, what counts is how dense they are: they are gathered in small squares, so that the file stays
// small.
const mostDots = 2500

const (
	dotRadius  = vg.Length(1.7)
	bestRadius = vg.Length(2.6)
	dotCell    = vg.Length(1.5) // side of a square
	failedRoom = vg.Length(9)   // strip below the data
	panelGap   = vg.Length(20)
)

var dotDense = []float64{0.35, 0.65, 1} // opacity of a square with one, two or three, and more

func (p Trials) check() error {
	if p.Best != nil && len(p.Best) != len(p.Scores) {
		return fmt.Errorf("figure: %d trials have %d marks of the best", len(p.Scores), len(p.Best))
	}
	for i, k := range p.Keys {
		if len(k.Values) != len(p.Scores) {
			return fmt.Errorf("figure: key %d (%s) has %d values for %d trials", i+1, k.Name, len(k.Values), len(p.Scores))
		}
	}
	return nil
}

// Columns is how many panels of so many stand side by side.
func (p Trials) Columns() int {
	switch n := len(p.Keys); {
	case n <= 3:
		return max(n, 1)
	case n == 4:
		return 2
	case n <= 6:
		return 3
	}
	return 4
}

// Draw draws the panels into c.
func (p Trials) Draw(c draw.Canvas) {
	must(p.check())
	y, ok := p.scores()
	if !ok || len(p.Keys) == 0 {
		noData(headline(c, p.Title))
		return
	}
	failed := false
	for _, v := range p.Scores {
		failed = failed || !y.shows(v)
	}
	c = heading(c, p.Title, p.legend(failed))
	columns := p.Columns()
	rows := (len(p.Keys) + columns - 1) / columns
	tall := (c.Max.Y - c.Min.Y) / vg.Length(rows)
	below, above := tickLength+tickGap+capHeight*textSize+titleGap+titleSize, vg.Length(12)
	y.mark(max(tall-below-above, 1), 26)
	y.fixed = true
	beside := tickLength + tickGap + y.labelWidth() + titleGap + titleSize
	wide := (c.Max.X - c.Min.X - beside - 8 - vg.Length(columns-1)*panelGap) / vg.Length(columns)
	for _, k := range p.Keys {
		if _, size := k.lines(wide); size == smallSize {
			below += smallSize
			break
		}
	}
	for i, k := range p.Keys {
		left := c.Min.X + beside + vg.Length(i%columns)*(wide+panelGap)
		top := c.Max.Y - vg.Length(i/columns)*tall
		f := frame{c: c, y: y, x: k.axis()}
		f.area = box(left, top-tall+below, max(left+wide, left+1), max(top-above, top-tall+below+1))
		f.c.Min.X, f.c.Max.X = max(c.Min.X, left-panelGap/2), min(c.Max.X, left+wide+panelGap/2)
		f.c.Min.Y, f.c.Max.Y = max(c.Min.Y, top-tall), top
		if i%columns == 0 {
			f.c.Min.X = c.Min.X
		}
		if failed {
			f.y = f.y.lowered(failedRoom, f.area.Size().Y)
		}
		p.panel(f, k, i%columns == 0)
	}
}

// legend is what the marks mean.
func (p Trials) legend(failed bool) []entry {
	dot := func(r vg.Length, clr color.Color) func(draw.Canvas, vg.Point) {
		return func(c draw.Canvas, at vg.Point) { fill(c, circle(vg.Point{X: at.X + 11, Y: at.Y}, r), clr) }
	}
	entries := []entry{{name: p.Name, swatch: dot(dotRadius, Colour(0))}}
	for _, b := range p.Best {
		if b {
			entries = append(entries, entry{name: p.BestName, swatch: dot(bestRadius, Colour(1))})
			break
		}
	}
	if failed {
		entries = append(entries, entry{name: p.FailedName, swatch: func(c draw.Canvas, at vg.Point) {
			drawCross(c, vg.Point{X: at.X + 11, Y: at.Y}, 2)
		}})
	}
	return entries
}

// scores is the axis of the scores; not ok without any.
func (p Trials) scores() (y axis, ok bool) {
	all := newSpan()
	for _, v := range p.Scores {
		if p.Y != Log || v >= tiny {
			all.add(v)
		}
	}
	if all.empty() {
		return y, false
	}
	if p.Y == Log || p.Y == Auto && all.lo >= tiny && all.hi > 10*all.lo {
		y = axis{log: true, title: p.YName}
		y.lo, y.hi = decades(all.lo, all.hi)
		return y, true
	}
	return cover(all.lo, all.hi, p.YName), true
}

// lowered makes room below the values of an axis of a length. Its ticks stay.
func (a axis) lowered(room, length vg.Length) axis {
	share := float64(min(room, length/2) / length)
	down := share / (1 - share)
	if a.log {
		a.lo = max(a.lo/math.Pow(a.hi/a.lo, down), tiny)
	} else {
		a.lo -= down * (a.hi - a.lo)
	}
	return a
}

// axis is the axis of the values of a key, a little wider than they are.
func (k TrialKey) axis() axis {
	if k.Names != nil {
		return axis{lo: -0.5, hi: float64(len(k.Names)) - 0.5, title: k.Name, fixed: true}
	}
	a, all := axis{log: k.Log, title: k.Name, whole: true}, newSpan()
	for _, v := range k.Values {
		if a.shows(v) {
			all.add(v)
			a.whole = a.whole && v == math.Trunc(v)
		}
	}
	switch a.lo, a.hi = all.lo, all.hi; {
	case all.empty():
		a.lo, a.hi, a.log = 0, 1, false
	case a.log:
		l, h := math.Log10(all.lo), math.Log10(all.hi)
		pad := max(0.04*(h-l), 0.02)
		a.lo, a.hi = max(math.Pow(10, l-pad), tiny/10), min(math.Pow(10, h+pad), 10*huge)
	case !apart(a.lo, a.hi):
		a.lo, a.hi = widen(a.lo, a.hi)
	default:
		pad := 0.04 * (a.hi - a.lo)
		a.lo, a.hi = a.lo-pad, a.hi+pad
	}
	return a
}

// at is where a trial stands on the axis of the key. Those of one name are spread evenly, in whatever order they came.
func (k TrialKey) at(i int) float64 {
	if k.Names == nil {
		return k.Values[i]
	}
	_, turn := math.Modf(float64(i) * (math.Sqrt(5) - 1) / 2)
	return k.Values[i] + 0.6*(turn-0.5)
}

// panel draws the trials against one key; the first of a row has the labels of the scores.
func (p Trials) panel(f frame, k TrialKey, first bool) {
	f.x.mark(f.area.Size().X, 30)
	f.clearLabels()
	lines, size := k.lines(f.area.Size().X)
	for i := range lines {
		f.x.ticks = append(f.x.ticks, tick{at: float64(i)})
	}
	f.drawGrid(false)
	var plain, best, failed []vg.Point
	for i, v := range p.Scores {
		x := k.at(i)
		switch {
		case !f.x.shows(x):
		case !f.y.shows(v):
			failed = append(failed, vg.Point{X: f.px(x), Y: f.area.Min.Y + failedRoom/2})
		case p.Best != nil && p.Best[i]:
			best = append(best, f.at(x, v))
		default:
			plain = append(plain, f.at(x, v))
		}
	}
	share := mostDots / len(p.Keys)
	dots(f.c, plain, dotRadius, faded(Colour(0), 0.55), share)
	dots(f.c, best, bestRadius, Colour(1), share)
	seen := map[int]bool{}
	for _, at := range failed {
		if cell := int(at.X / dotCell); !seen[cell] {
			seen[cell] = true
			drawCross(f.c, at, 1.6)
		}
	}
	if !first {
		f.y.title, f.y.exponent = "", 0
		ticks := make([]tick, len(f.y.ticks))
		for i, t := range f.y.ticks {
			ticks[i].at = t.at
		}
		f.y.ticks = ticks
	}
	for i, l := range lines {
		for n, row := range l {
			at := vg.Point{X: f.px(float64(i)), Y: f.area.Min.Y - tickLength - tickGap - vg.Length(n)*(size+1)}
			write(f.c, row, at, text{size: size, colour: soft, h: 0.5, v: 1})
		}
	}
	if size == smallSize { // below two rows
		f.x.title = ""
		name := shorten(k.Name, titleSize, false, f.c.Max.X-f.c.Min.X)
		at := vg.Point{X: (f.area.Min.X + f.area.Max.X) / 2, Y: f.area.Min.Y - tickLength - tickGap - capHeight*textSize - titleGap - smallSize}
		write(f.c, name, at, text{size: titleSize, colour: ink, h: 0.5, v: 1})
	}
	f.drawAxes()
}

var hyphens = regexp.MustCompile(`(\pL)-(\pL)`)

// lines are the names of a key below an axis of a length, and the size of their letters: where one has no room they are small, and long ones are broken
// at a hyphen or space.
func (k TrialKey) lines(length vg.Length) (lines [][]string, size vg.Length) {
	room := length/vg.Length(max(len(k.Names), 1)) - 2
	small := false
	for _, name := range k.Names {
		lines = append(lines, []string{name})
		small = small || shorten(name, textSize, false, room) != name
	}
	if !small {
		return lines, textSize
	}
	for i, name := range k.Names {
		if lines[i] = []string{shorten(name, smallSize, false, room)}; lines[i][0] != name {
			lines[i] = wrap(hyphens.ReplaceAllString(name, "$1- $2"), smallSize, false, room, 2)
		}
	}
	return lines, smallSize
}

// clearLabels takes off labels of the x axis that would touch the one before.
func (f *frame) clearLabels() {
	end := vg.Length(math.Inf(-1))
	for i, t := range f.x.ticks {
		half := textWidth(t.label, textSize, false) / 2
		if t.label == "" {
			continue
		}
		if f.px(t.at)-half < end+3 {
			f.x.ticks[i].label = ""
			continue
		}
		end = f.px(t.at) + half
	}
}

// dots draws a dot at each point, and where they are more than most how dense they are.
func dots(c draw.Canvas, points []vg.Point, r vg.Length, clr color.Color, most int) {
	if len(points) <= most {
		for _, at := range points {
			fill(c, circle(at, r), clr)
		}
		return
	}
	type place struct{ x, y int }
	count := map[place]int{}
	low, high := place{math.MaxInt, math.MaxInt}, place{math.MinInt, math.MinInt}
	for _, at := range points {
		q := place{int(at.X / dotCell), int(at.Y / dotCell)}
		count[q]++
		low, high = place{min(low.x, q.x), min(low.y, q.y)}, place{max(high.x, q.x), max(high.y, q.y)}
	}
	level := func(q place) int {
		switch n := count[q]; {
		case n == 0:
			return -1
		case n == 1:
			return 0
		case n <= 3:
			return 1
		}
		return 2
	}
	paths := make([]vg.Path, len(dotDense))
	for y := low.y; y <= high.y; y++ {
		for x := low.x; x <= high.x; {
			from, l := x, level(place{x, y})
			for x++; l >= 0 && x <= high.x && level(place{x, y}) == l; x++ {
			}
			if l < 0 {
				continue
			}
			middle := (vg.Length(y) + 0.5) * dotCell
			paths[l].Move(vg.Point{X: vg.Length(from) * dotCell, Y: middle})
			paths[l].Line(vg.Point{X: vg.Length(x) * dotCell, Y: middle})
		}
	}
	opaque := color.NRGBAModel.Convert(clr).(color.NRGBA)
	opaque.A = 0xff
	for l, path := range paths {
		if len(path) > 0 {
			c.SetLineStyle(line(faded(opaque, dotDense[l]), dotCell))
			c.Stroke(path)
		}
	}
}
