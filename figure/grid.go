package figure

import (
	"errors"
	"fmt"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Grid puts pictures on one sheet, row by row, with letters a, b, c as in a
// paper.
type Grid struct {
	Title   string // heading of the sheet; "" for none
	Columns int    // pictures in a row; 0: one row
	Panels  []Panel

	Widths  []float64 // relative widths of the columns; nil: equal; otherwise len Columns
	Heights []float64 // relative heights of the rows; nil: equal; otherwise one a row
	Plain   bool      // leave out the letters
	Note    string    // a remark below all; "" for none
}

// Panel is one place on a sheet.
type Panel struct {
	Picture Picture // nil: left empty, without a letter
	Span    int     // columns it covers; 0: 1
}

// cell is where a panel lies.
type cell struct{ row, column, span int }

// cells lays the panels out, and says how many columns and rows they take.
func (g Grid) cells() (at []cell, columns, rows int) {
	columns = g.Columns
	if columns <= 0 {
		for _, p := range g.Panels {
			columns += max(p.Span, 1)
		}
	}
	row, column := 0, 0
	for _, p := range g.Panels {
		span := min(max(p.Span, 1), columns)
		if column+span > columns {
			row, column = row+1, 0
		}
		at = append(at, cell{row, column, span})
		column += span
	}
	return at, columns, row + 1
}

func (g Grid) check() error {
	_, columns, rows := g.cells()
	if err := shares("widths", g.Widths, columns, "columns"); err != nil {
		return err
	}
	if err := shares("heights", g.Heights, rows, "rows"); err != nil {
		return err
	}
	for i, p := range g.Panels {
		if p.Picture == nil {
			continue
		}
		if err := check(p.Picture); err != nil {
			return fmt.Errorf("figure: panel %s: %s", letter(i), strings.TrimPrefix(err.Error(), "figure: "))
		}
	}
	return nil
}

// shares checks relative sizes.
func shares(what string, s []float64, n int, of string) error {
	if s == nil {
		return nil
	}
	if len(s) != n {
		return fmt.Errorf("figure: the sheet has %d %s for %d %s", len(s), what, n, of)
	}
	for _, v := range s {
		if !(v > 0) || !finite(v) {
			return errors.New("figure: relative " + what + " of a sheet must be positive")
		}
	}
	return nil
}

const (
	gutter     = vg.Length(18) // between panels
	letterSize = vg.Length(11)
	letterRoom = vg.Length(15) // left of a panel, where its letter stands
)

// Draw draws the sheet into c.
func (g Grid) Draw(c draw.Canvas) {
	must(g.check())
	if c = headline(c, g.Title); g.Title != "" {
		c.Max.Y -= 6
	}
	rows := wrap(g.Note, textSize, false, c.Rectangle.Size().X, 2)
	for i := len(rows) - 1; i >= 0; i-- {
		write(c, rows[i], vg.Point{X: c.Min.X, Y: c.Min.Y + 3}, text{size: textSize, colour: soft})
		c.Min.Y += noteHeight
	}
	if len(g.Panels) == 0 {
		noData(c)
		return
	}
	at, columns, lines := g.cells()
	size := c.Rectangle.Size()
	xs := cuts(g.Widths, columns, size.X)
	ys := cuts(g.Heights, lines, size.Y)
	lettered := 0
	for i, p := range g.Panels {
		if p.Picture == nil {
			continue
		}
		last := at[i].column + at[i].span - 1
		r := box(c.Min.X+xs[at[i].column][0], c.Max.Y-ys[at[i].row][1], c.Min.X+xs[last][1], c.Max.Y-ys[at[i].row][0])
		if !g.Plain {
			write(c, letter(lettered), vg.Point{X: r.Min.X, Y: r.Max.Y - 1}, text{size: letterSize, colour: ink, bold: true, v: 1})
			lettered++
			r.Min.X = min(r.Min.X+letterRoom, r.Max.X-1)
		}
		p.Picture.Draw(draw.Canvas{Canvas: c.Canvas, Rectangle: r})
	}
}

// cuts divides a length into n pieces with gutters between them; each piece
// is its start and its end.
func cuts(weights []float64, n int, length vg.Length) [][2]vg.Length {
	total := 0.0
	for i := range n {
		total += weightAt(weights, i)
	}
	free := max(length-vg.Length(n-1)*gutter, vg.Length(n))
	out := make([][2]vg.Length, n)
	from := vg.Length(0)
	for i := range n {
		to := from + free*vg.Length(weightAt(weights, i)/total)
		out[i] = [2]vg.Length{from, to}
		from = to + gutter
	}
	return out
}

func weightAt(weights []float64, i int) float64 {
	if weights == nil {
		return 1
	}
	return weights[i]
}

// letter is a, b, ... z, aa, ab, ... for panel i from 0.
func letter(i int) string {
	if i < 26 {
		return string(rune('a' + i))
	}
	return letter(i/26-1) + letter(i%26)
}
