package figure

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// vector is an SVG canvas that mends how vgsvg writes text. vgsvg starts every
// string at its left end and names no substitute for its font; on a computer
// without Liberation Sans, centred and right-aligned labels then slide away in
// a serif face. Here the text is anchored where it is aligned, is one element
// even with raised and lowered parts, and falls back to Arial and Helvetica,
// which have the same widths.
type vector struct {
	*vgsvg.Canvas
	lines []setLine
}

// setLine is a line of text that vgsvg has written as a placeholder.
type setLine struct {
	pieces []run
	anchor string
}

// fillLine sets a line of text whose part h (0 left end, 1 right end) lies on
// a point.
func (v *vector) fillLine(pieces []run, at vg.Point, t text) {
	anchor, align := "start", 0.0
	switch {
	case t.h > 0.25 && t.h < 0.75:
		anchor, align = "middle", 0.5
	case t.h >= 0.75:
		anchor, align = "end", 1
	}
	at.X += vg.Length(align-t.h) * widthOf(pieces, t.bold)
	v.FillString(face(t.size, t.bold), at, placeholder+strconv.Itoa(len(v.lines)))
	v.lines = append(v.lines, setLine{pieces, anchor})
}

// placeholder stands for the text of a line until mend.
const placeholder = "line "

var placed = regexp.MustCompile(`<text ([^>]*)>` + placeholder + `([0-9]+)</text>`)

// mend puts the lines into the document.
func (v *vector) mend(doc []byte) []byte {
	doc = bytes.ReplaceAll(doc, []byte("font-family:Liberation Sans;font-variant:normal;font-weight:normal;font-style:normal;"),
		[]byte("font-family:'Liberation Sans',Arial,Helvetica,sans-serif;"))
	doc = bytes.ReplaceAll(doc, []byte("font-family:Liberation Sans;font-variant:normal;font-weight:bold;font-style:normal;"),
		[]byte("font-family:'Liberation Sans',Arial,Helvetica,sans-serif;font-weight:bold;"))
	// The bitmap has round corners; halos of text need them.
	doc = bytes.Replace(doc, []byte("\n\txmlns="), []byte("\n\tstroke-linejoin=\"round\" xmlns="), 1)
	return placed.ReplaceAllFunc(doc, func(m []byte) []byte {
		parts := placed.FindSubmatch(m)
		i, _ := strconv.Atoi(string(parts[2])) // digits, by the pattern
		l := v.lines[i]
		return fmt.Appendf(nil, `<text text-anchor="%s" %s>%s</text>`, l.anchor, parts[1], l.content())
	})
}

// content is the line with its raised and lowered parts.
func (l setLine) content() string {
	var b strings.Builder
	var lift vg.Length
	for _, r := range l.pieces {
		s := html.EscapeString(printable(r.s))
		if r.lift == lift && r.lift == 0 {
			b.WriteString(s)
			continue
		}
		fmt.Fprintf(&b, `<tspan dy="%.4g" font-size="%.4g">%s</tspan>`, float64(lift-r.lift), float64(r.size), s)
		lift = r.lift
	}
	return b.String()
}

// printable drops characters that XML forbids.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, s)
}
