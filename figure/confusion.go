package figure

import (
	"fmt"
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Confusion shows which classes were taken for which: a table of counts, and
// of shares of the true class, for training and test data side by side.
type Confusion struct {
	Title   string // heading; "" for none
	Classes []string
	Parts   []ConfusionPart // usually training and test
}

// ConfusionPart is one table.
type ConfusionPart struct {
	Name   string  // such as "test"; the accuracy is written beside it
	Counts [][]int // [true class][predicted class]; len(Classes) square
}

// confusionLow and confusionHigh are the colours of a share of 0 and 1.
var confusionLow, confusionHigh = rgb(0xf4f7fb), rgb(0x08519c)

func (p Confusion) check() error {
	for _, part := range p.Parts {
		if len(part.Counts) != len(p.Classes) {
			return fmt.Errorf("figure: confusion table %q has %d rows for %d classes", part.Name, len(part.Counts), len(p.Classes))
		}
		for i, row := range part.Counts {
			if len(row) != len(p.Classes) {
				return fmt.Errorf("figure: row %d of confusion table %q has %d counts for %d classes", i+1, part.Name, len(row), len(p.Classes))
			}
		}
	}
	return nil
}

// Draw draws the tables into c.
func (p Confusion) Draw(c draw.Canvas) {
	must(p.check())
	c = headline(c, p.Title)
	n := len(p.Classes)
	if n == 0 || len(p.Parts) == 0 {
		noData(c)
		return
	}
	if n > 20 { // cells have no room for numbers, so colour alone has to speak
		write(c, shorten("from white to blue: 0 to 100 % of a true class", textSize, false, c.Rectangle.Size().X), vg.Point{X: c.Min.X, Y: c.Min.Y + 3},
			text{size: textSize, colour: soft})
		c.Min.Y += noteHeight
	}
	size := c.Rectangle.Size()
	longest := vg.Length(0)
	for _, name := range p.Classes {
		longest = max(longest, textWidth(name, textSize, false))
	}
	names := min(longest, 0.3*size.X)
	left := names + 2*titleSize + 2
	const gap, top = vg.Length(16), titleSize + 8
	parts := vg.Length(len(p.Parts))

	// Class names under a table lie flat where they fit and stand upright
	// where they do not; that costs height, which costs cell size.
	side := (size.X - left - (parts-1)*gap - 2) / parts
	flat := longest+4 <= side/vg.Length(n)
	bottom := titleSize + titleGap + textSize + 4
	if !flat {
		bottom += min(longest, 0.35*size.Y) - textSize
	}
	side = max(min(side, size.Y-top-bottom), 1)
	if flat && longest+4 > side/vg.Length(n) { // the height made the table narrower
		flat = false
		bottom += min(longest, 0.35*size.Y) - textSize
		side = max(min(side, size.Y-top-bottom), 1)
	}
	x := c.Min.X + (size.X-left-parts*side-(parts-1)*gap)/2 + left
	y := c.Max.Y - top - side
	middle := (c.Min.Y + c.Max.Y + bottom - top) / 2
	y = min(y, middle-side/2) // centre what the width has made small

	write(c, "true class", vg.Point{X: x - names - 10, Y: y + side/2},
		text{size: titleSize, colour: ink, h: 0.5, turn: math.Pi / 2})
	cell := side / vg.Length(n)
	every := max(1, int(math.Ceil(float64((textSize+1)/cell)))) // names that would touch are thinned out
	for i, name := range p.Classes {
		if i%every != 0 {
			continue
		}
		write(c, shorten(name, textSize, false, names), vg.Point{X: x - 4, Y: y + side - (vg.Length(i)+0.5)*cell},
			text{size: textSize, colour: soft, h: 1, v: 0.5})
	}
	for _, part := range p.Parts {
		part.draw(c, vg.Point{X: x, Y: y}, cell)
		for j, name := range p.Classes {
			if !flat && j%every != 0 {
				continue
			}
			at := vg.Point{X: x + (vg.Length(j)+0.5)*cell, Y: y - 4}
			if flat {
				write(c, name, at, text{size: textSize, colour: soft, h: 0.5, v: 1})
			} else {
				write(c, shorten(name, textSize, false, 0.35*size.Y), at, text{size: textSize, colour: soft, h: 1, v: 0.5, turn: math.Pi / 2})
			}
		}
		write(c, "predicted class", vg.Point{X: x + side/2, Y: y - bottom + 2}, text{size: titleSize, colour: ink, h: 0.5})
		x += side + gap
	}
}

// draw draws one table whose lower left corner is at a point.
func (part ConfusionPart) draw(c draw.Canvas, at vg.Point, cell vg.Length) {
	n := len(part.Counts)
	right, total := 0, 0
	for i, row := range part.Counts {
		inRow := 0
		for _, count := range row {
			inRow += count
		}
		right += row[i]
		total += inRow
		for j, count := range row {
			share := 0.0
			if inRow > 0 {
				share = float64(count) / float64(inRow)
			}
			x := at.X + vg.Length(j)*cell
			y := at.Y + vg.Length(n-1-i)*cell
			fill(c, box(x, y, x+cell, y+cell).Path(), blend(confusionLow, confusionHigh, math.Min(1, math.Max(0, share))))
			drawCount(c, vg.Point{X: x + cell/2, Y: y + cell/2}, cell, count, share)
		}
	}
	side := vg.Length(n) * cell
	for i := 0; i <= n; i++ {
		d := vg.Length(i) * cell
		c.StrokeLine2(line(color.White, 1), at.X+d, at.Y, at.X+d, at.Y+side)
		c.StrokeLine2(line(color.White, 1), at.X, at.Y+d, at.X+side, at.Y+d)
	}
	name := part.Name
	if total > 0 {
		name += fmt.Sprintf("  %.1f %%", 100*float64(right)/float64(total))
		long := fmt.Sprintf("%s  (%d of %d)", name, right, total)
		if textWidth(long, titleSize, false) <= side {
			name = long
		}
	}
	write(c, shorten(name, titleSize, false, side), vg.Point{X: at.X + side/2, Y: at.Y + side + 6},
		text{size: titleSize, colour: ink, h: 0.5})
}

// drawCount writes a count and its share as large as the cell allows.
func drawCount(c draw.Canvas, at vg.Point, cell vg.Length, count int, share float64) {
	clr := color.Color(ink)
	if share > 0.55 {
		clr = color.White
	}
	size := min(0.3*cell, 13)
	number := strconv.Itoa(count)
	if w := textWidth(number, size, true); w > 0.85*cell {
		size *= 0.85 * cell / w
	}
	if size < 3 || count == 0 && size < 5 {
		return // colour alone
	}
	percent := min(0.6*size, smallSize)
	if count == 0 || percent < 4 {
		write(c, number, at, text{size: size, colour: clr, bold: true, h: 0.5, v: 0.5})
		return
	}
	write(c, number, vg.Point{X: at.X, Y: at.Y + 0.25*size}, text{size: size, colour: clr, bold: true, h: 0.5, v: 0.5})
	write(c, strconv.FormatFloat(100*share, 'f', 0, 64)+" %", vg.Point{X: at.X, Y: at.Y - 0.55*size},
		text{size: percent, colour: clr, h: 0.5, v: 0.5})
}
