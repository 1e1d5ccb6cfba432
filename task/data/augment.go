package data

import (
	"math"
	"math/rand/v2"
)

// Moves is what may happen to pictures from step to step: they are shifted by up to Shift pixels along each side, what comes in
// being dark, and with the probability Erase a rectangle of them is filled with one grey.
type Moves struct {
	Wide, High int
	Shift      int
	Erase      float64
	Columns    []PixelColumn // of each input
	column     []int         // of each pixel an input that has it, -1 where none does
}

// PixelColumn is what an input is of its picture: Offset + Scale x, with x the brightness of a pixel from 0 to 1; or, where
// it is one of Pegs pegs of a pixel, which stand one after another, whether that is there.
type PixelColumn struct {
	Pixel         int // row by row from the top; -1: not a pixel, stays as it is
	Scale, Offset float64
	Peg, Pegs     int
}

// PegAt is 1 where the peg of that number, from 0, of so many that count 1, 2, 4 and so on is there for a value from 0 to 1, and
// 0 where it is not.
func PegAt(v float64, peg, pegs int) float64 {
	full := int(1)<<pegs - 1
	return float64(int(math.Round(min(max(v, 0), 1)*float64(full))) >> peg & 1)
}

// of is the input for a brightness.
func (c *PixelColumn) of(x float64) float64 {
	if c.Pegs > 0 {
		return PegAt(x, c.Peg, c.Pegs)
	}
	return c.Offset + c.Scale*x
}

// Erased rectangles have sides from a tenth to a half of the picture's.
const (
	leastErased = 0.1
	mostErased  = 0.5
)

// Prepare must be called once, when all is set.
func (m *Moves) Prepare() {
	m.column = make([]int, m.Wide*m.High)
	for p := range m.column {
		m.column[p] = -1
	}
	for i, c := range m.Columns {
		if c.Pixel >= 0 && m.column[c.Pixel] < 0 {
			m.column[c.Pixel] = i
		}
	}
}

// Sample sets to to what becomes of the inputs from, of a sample in an epoch. Its draws depend on seed, epoch
// and sample alone.
func (m *Moves) Sample(seed, epoch uint64, sample int, from, to []float64) {
	var g rand.PCG
	mixed := scatter(scatter(epoch) + uint64(sample))
	g.Seed(scatter(seed^mixed), streamAugment^mixed)
	dx, dy := m.draw(&g, 2*m.Shift+1)-m.Shift, m.draw(&g, 2*m.Shift+1)-m.Shift
	left, right, top, bottom, grey := 0, 0, 0, 0, 0.0
	if m.Erase > 0 && unit(&g) < m.Erase {
		left, right = m.span(&g, m.Wide)
		top, bottom = m.span(&g, m.High)
		grey = unit(&g)
	}
	for i, c := range m.Columns {
		if c.Pixel < 0 {
			to[i] = from[i]
			continue
		}
		row, column := c.Pixel/m.Wide, c.Pixel%m.Wide
		if row >= top && row < bottom && column >= left && column < right {
			to[i] = c.of(grey)
			continue
		}
		row, column = row-dy, column-dx
		source := -1
		if row >= 0 && row < m.High && column >= 0 && column < m.Wide {
			source = m.column[row*m.Wide+column]
		}
		switch {
		case source < 0:
			to[i] = c.of(0)
		case c.Pegs > 0:
			to[i] = from[source+c.Peg]
		case m.Columns[source].Scale == c.Scale && m.Columns[source].Offset == c.Offset:
			to[i] = from[source]
		default:
			s := m.Columns[source]
			to[i] = c.Offset + c.Scale*((from[source]-s.Offset)/s.Scale)
		}
	}
}

// draw is a whole number below n; nothing is drawn where there is no choice.
func (m *Moves) draw(g *rand.PCG, n int) int {
	if n <= 1 {
		return 0
	}
	return int(below(g, uint64(n)))
}

// span is where a rectangle begins and ends along a side of so many pixels.
func (m *Moves) span(g *rand.PCG, side int) (from, to int) {
	least := max(1, int(leastErased*float64(side)+0.5))
	most := max(least, int(mostErased*float64(side)))
	length := least + m.draw(g, most-least+1)
	from = m.draw(g, side-length+1)
	return from, from + length
}
