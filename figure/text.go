package figure

import (
	"image/color"
	"math"
	"strings"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	xfont "golang.org/x/image/font"
)

const fullTurn = 2 * math.Pi

// capHeight is the height of a capital of Liberation Sans, by font size.
const capHeight = 0.688

var fonts = font.NewCache(liberation.Collection())

// text says how a string is set.
type text struct {
	size   vg.Length
	colour color.Color
	bold   bool
	h      float64   // which part lies on the point: 0 left end, 0.5 centre, 1 right end
	v      float64   // 0 baseline, 0.5 middle of the capitals, 1 their top
	turn   float64   // radians, counterclockwise
	halo   vg.Length // width of a white rim; 0 for none
}

// run is a piece of a line of one size and height.
type run struct {
	s    string
	size vg.Length
	lift vg.Length
}

func face(size vg.Length, bold bool) font.Face {
	f := font.Font{Typeface: "Liberation", Variant: "Sans"}
	if bold {
		f.Weight = xfont.WeightBold
	}
	return fonts.Lookup(f, size)
}

// raised maps the superscript characters, of which the font has only some,
// to the characters that are set raised instead.
var raised = strings.NewReplacer(
	"⁰", "^{0}", "¹", "^{1}", "²", "^{2}", "³", "^{3}", "⁴", "^{4}", "⁵", "^{5}",
	"⁶", "^{6}", "⁷", "^{7}", "⁸", "^{8}", "⁹", "^{9}", "⁻", "^{−}", "⁺", "^{+}", "\n", " ")

// runs splits "a^{b}_{c}" into its pieces.
func runs(s string, size vg.Length) []run {
	s = raised.Replace(s)
	var out []run
	for s != "" {
		i := strings.IndexAny(s, "^_")
		for i >= 0 && !strings.HasPrefix(s[i+1:], "{") {
			next := strings.IndexAny(s[i+1:], "^_")
			if next < 0 {
				i = -1
			} else {
				i += 1 + next
			}
		}
		end := -1
		if i >= 0 {
			end = strings.IndexByte(s[i:], '}')
		}
		if end < 0 {
			return append(out, run{s: s, size: size})
		}
		if i > 0 {
			out = append(out, run{s: s[:i], size: size})
		}
		lift := 0.36 * size
		if s[i] == '_' {
			lift = -0.17 * size
		}
		if inner := s[i+2 : i+end]; inner != "" {
			out = append(out, run{s: inner, size: 0.72 * size, lift: lift})
		}
		s = s[i+end+1:]
	}
	return out
}

// textWidth is the width of a string.
func textWidth(s string, size vg.Length, bold bool) vg.Length {
	return widthOf(runs(s, size), bold)
}

func widthOf(pieces []run, bold bool) vg.Length {
	var w vg.Length
	for _, r := range pieces {
		f := face(r.size, bold)
		w += f.Width(r.s)
	}
	return w
}

// textBox is the rectangle a string covers when set without a turn.
func textBox(s string, at vg.Point, t text) vg.Rectangle {
	w := textWidth(s, t.size, t.bold)
	x := at.X - vg.Length(t.h)*w
	y := at.Y - vg.Length(t.v)*capHeight*t.size
	return box(x-t.halo, y-0.22*t.size, x+w+t.halo, y+0.78*t.size)
}

// write sets one line of text.
func write(c draw.Canvas, s string, at vg.Point, t text) {
	if s == "" {
		return
	}
	c.Push()
	defer c.Pop()
	c.Translate(at)
	if t.turn != 0 {
		c.Rotate(t.turn)
	}
	pieces := runs(s, t.size)
	start := vg.Point{X: -vg.Length(t.h) * widthOf(pieces, t.bold), Y: -vg.Length(t.v) * capHeight * t.size}
	if t.halo > 0 {
		c.SetLineStyle(line(color.White, 2*t.halo))
		p := start
		for _, r := range pieces {
			f := face(r.size, t.bold)
			if path := outline(f, vg.Point{X: p.X, Y: p.Y + r.lift}, r.s); len(path) > 0 {
				c.Stroke(path)
			}
			p.X += f.Width(r.s)
		}
	}
	c.SetColor(t.colour)
	if v, ok := under(c).(*vector); ok {
		v.fillLine(pieces, vg.Point{Y: start.Y}, t)
		return
	}
	p := start
	for _, r := range pieces {
		f := face(r.size, t.bold)
		c.FillString(f, vg.Point{X: p.X, Y: p.Y + r.lift}, r.s)
		p.X += f.Width(r.s)
	}
}

// under is the canvas at the bottom: draw.Crop wraps one in another.
func under(c draw.Canvas) vg.Canvas {
	for {
		inner, ok := c.Canvas.(draw.Canvas)
		if !ok {
			return c.Canvas
		}
		c = inner
	}
}

// shorten cuts a string so that it fits into a width, and shows the cut.
func shorten(s string, size vg.Length, bold bool, width vg.Length) string {
	if textWidth(s, size, bold) <= width {
		return s
	}
	letters := []rune(enough(s, size, bold, width))
	for n := len(letters) - 1; n > 0; n-- {
		if cut := strings.TrimRight(string(letters[:n]), " ") + "…"; textWidth(cut, size, bold) <= width {
			return cut
		}
	}
	return ""
}

// enough is the beginning of a string that is surely wider than a width, or all of it: what stands behind is never seen, and may be a million letters.
func enough(s string, size vg.Length, bold bool, width vg.Length) string {
	letters := []rune(s)
	for n := 64; n < len(letters); n *= 2 {
		if head := string(letters[:n]); n > 1000 || textWidth(head, size, bold) > 2*width {
			return head
		}
	}
	return s
}

// wrap breaks a string at spaces into lines of a width, at most so many; what
// is left then is cut off, and the cut shown.
func wrap(s string, size vg.Length, bold bool, width vg.Length, most int) []string {
	var rows []string
	words := strings.Fields(enough(strings.Join(strings.Fields(s), " "), size, bold, vg.Length(most+1)*width))
	for len(words) > 0 && len(rows) < most {
		n := len(words)
		for n > 1 && textWidth(strings.Join(words[:n], " "), size, bold) > width {
			n--
		}
		if len(rows) == most-1 {
			n = len(words)
		}
		row := shorten(strings.Join(words[:n], " "), size, bold, width)
		rows, words = append(rows, row), words[n:]
	}
	return rows
}

// outline is the path of the glyphs of a string whose baseline starts at a
// point.
func outline(f font.Face, at vg.Point, s string) vg.Path {
	var (
		path    vg.Path
		buf     sfnt.Buffer
		em      = fixed.Int26_6(f.Face.UnitsPerEm())
		scale   = f.Font.Size / vg.Length(em)
		prev    sfnt.GlyphIndex
		started bool
	)
	for _, r := range s {
		g, err := f.Face.GlyphIndex(&buf, r)
		if err != nil {
			continue
		}
		if started {
			if kern, err := f.Face.Kern(&buf, prev, g, em, xfont.HintingNone); err == nil {
				at.X += vg.Length(kern) * scale
			}
		}
		segments, err := f.Face.LoadGlyph(&buf, g, em, nil)
		if err == nil {
			path = appendGlyph(path, segments, at, scale)
		}
		if adv, err := f.Face.GlyphAdvance(&buf, g, em, xfont.HintingNone); err == nil {
			at.X += vg.Length(adv) * scale
		}
		prev, started = g, true
	}
	return path
}

// appendGlyph adds the contours of one glyph, whose y axis points down.
func appendGlyph(path vg.Path, segments sfnt.Segments, at vg.Point, scale vg.Length) vg.Path {
	pt := func(p fixed.Point26_6) vg.Point {
		return vg.Point{X: at.X + vg.Length(p.X)*scale, Y: at.Y - vg.Length(p.Y)*scale}
	}
	for i, s := range segments {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if i > 0 {
				path.Close()
			}
			path.Move(pt(s.Args[0]))
		case sfnt.SegmentOpLineTo:
			path.Line(pt(s.Args[0]))
		case sfnt.SegmentOpQuadTo:
			path.QuadTo(pt(s.Args[0]), pt(s.Args[1]))
		case sfnt.SegmentOpCubeTo:
			path.CubeTo(pt(s.Args[0]), pt(s.Args[1]), pt(s.Args[2]))
		}
	}
	if len(segments) > 0 {
		path.Close()
	}
	return path
}
