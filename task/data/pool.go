package data

import (
	"fmt"
	"math"
)

// pixels names the features of pictures; rows count from the top, columns from the left, both from 1.
func pixels(wide, high int) []string {
	names := make([]string, 0, wide*high)
	for row := 1; row <= high; row++ {
		for column := 1; column <= wide; column++ {
			names = append(names, fmt.Sprintf("pixel r%d c%d", row, column))
		}
	}
	return names
}

// Pool makes pictures smaller: every square of by x by pixels becomes its mean. A table that does not say how wide its pictures
// are is taken for square ones, if its features are a square number.
func (t *Table) Pool(by int) (*Table, error) {
	wide, high := t.Wide, t.High
	if side := int(math.Round(math.Sqrt(float64(len(t.Features))))); wide == 0 && side*side == len(t.Features) {
		wide, high = side, side
	}
	switch {
	case wide == 0:
		return nil, fmt.Errorf("%s: %d features are no square picture; pooling is for pictures", t.Name, len(t.Features))
	case by < 1 || by > 16 || wide%by != 0 || high%by != 0:
		return nil, fmt.Errorf("%s: pictures of %d x %d pixels cannot be pooled by %d; take a number up to 16 that divides both sides", t.Name, wide, high, by)
	case t.faults != nil:
		for _, fault := range t.faults {
			if fault != nil {
				return nil, fault
			}
		}
	case t.shades != nil || t.greys != nil && t.Full*float64(by*by) > math.MaxUint16:
		return nil, fmt.Errorf("%s: the pictures are pooled already; pool once", t.Name)
	}
	p := *t
	p.Wide, p.High, p.greys, p.X = wide/by, high/by, nil, nil
	p.Features = pixels(p.Wide, p.High)
	p.shade = 1 / float64(by*by)
	n := wide * high
	if t.greys != nil {
		p.shades = make([]uint16, 0, t.Rows()*len(p.Features))
	} else {
		p.X = make([]float64, 0, t.Rows()*len(p.Features))
	}
	for i := range t.Rows() {
		for row := 0; row < high; row += by {
			for column := 0; column < wide; column += by {
				if t.greys != nil {
					sum := uint16(0)
					for k := range by * by {
						sum += uint16(t.At(i, (row+k/by)*wide+column+k%by))
					}
					p.shades = append(p.shades, sum)
					continue
				}
				sum := 0.0
				for k := range by * by {
					sum += t.X[i*n+(row+k/by)*wide+column+k%by]
				}
				p.X = append(p.X, sum/float64(by*by))
			}
		}
	}
	return &p, nil
}
