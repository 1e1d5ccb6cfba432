package data

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/table"
)

// The ways of encoding, as a spec names them.
const (
	Max    = "max"     // x / max|x|, within [-1, 1]
	MinMax = "min-max" // (x - min)/(max - min), within [0, 1]
	Signed = "signed"  // 2 (x - min)/(max - min) - 1, within [-1, 1]
	// x by the largest value of all features, within [0, 1]: of pictures, whose pixels are of one kind.
	Largest = "largest"
	Pixel   = "pixel" // x / the brightest that a pixel can be, within [0, 1]: the same for every pixel
)

// Encoding maps features to unit loads: a value of 1 is the full force of its
// port. It is fitted once, and stored as JSON with a trained network, so that
// the same flower gives the same forces ever after.
//
// Values outside the fitted range are not clipped: a test flower larger than
// every training flower pushes slightly more than the full force. The mechanics
// is linear there and a clipped force would hide what was measured.
type Encoding struct {
	By       string    `json:"by"`       // "max", "min-max", "signed", "largest" or "pixel"
	Features []string  `json:"features"` // names, in the order Apply expects them
	Lo       []float64 `json:"lo"`       // feature value that becomes 0 (signed: -1); 0 for max and pixel; len(Features)
	Hi       []float64 `json:"hi"`       // feature value that becomes 1; len(Features)
}

// Fit takes the range of each of the columns of a table from the given rows.
// rows nil means every row, columns nil every column; both count from 0 and a
// number outside the table panics.
//
// The error names a feature that cannot be encoded: one that does not vary
// (max: that is 0 throughout) carries no information, and must be left out.
func Fit(by string, t *Table, rows, columns []int) (Encoding, error) {
	if !known(by) {
		return Encoding{}, fmt.Errorf("%s: encode by `%s`: it must be max, min-max, signed, largest or pixel", t.Name, table.Clip(by))
	}
	if by == Pixel && t.Full == 0 {
		return Encoding{}, fmt.Errorf("%s: encode by pixel: these data do not say what the brightest pixel is; give it as `full: 255`", t.Name)
	}
	if rows == nil {
		rows = upTo(t.Rows())
	}
	if columns == nil {
		columns = upTo(len(t.Features))
	}
	if len(rows) == 0 {
		return Encoding{}, fmt.Errorf("%s: encode: no rows to take the range of the features from", t.Name)
	}
	e := Encoding{
		By:       by,
		Features: make([]string, len(columns)),
		Lo:       make([]float64, len(columns)),
		Hi:       make([]float64, len(columns)),
	}
	for k, j := range columns {
		e.Features[k] = t.Features[j]
		if by == Pixel {
			e.Hi[k] = t.Full
			continue
		}
		if by == Max || by == Largest {
			for _, i := range rows {
				e.Hi[k] = max(e.Hi[k], math.Abs(t.At(i, j))) // a NaN stays and Check finds it
			}
			continue
		}
		e.Lo[k], e.Hi[k] = math.Inf(1), math.Inf(-1)
		for _, i := range rows {
			e.Lo[k] = min(e.Lo[k], t.At(i, j))
			e.Hi[k] = max(e.Hi[k], t.At(i, j))
		}
	}
	if by == Largest {
		most := 0.0
		for _, hi := range e.Hi {
			most = max(most, hi)
		}
		for k := range e.Hi {
			e.Hi[k] = most
		}
	}
	if err := e.Check(); err != nil {
		return Encoding{}, fmt.Errorf("%s: %w", t.Name, err)
	}
	return e, nil
}

func known(by string) bool {
	return by == Pixel || by == Max || by == MinMax || by == Signed || by == Largest
}

// Check reports whether e can be applied. Fit has done so already; it is for
// an encoding that comes from a file.
func (e *Encoding) Check() error {
	if !known(e.By) {
		return fmt.Errorf("encode by `%s`: it must be max, min-max, signed, largest or pixel", table.Clip(e.By))
	}
	if len(e.Features) == 0 {
		return fmt.Errorf("encode: no features")
	}
	if len(e.Lo) != len(e.Features) || len(e.Hi) != len(e.Features) {
		return fmt.Errorf("encode: %d features, but %d lower and %d upper ends", len(e.Features), len(e.Lo), len(e.Hi))
	}
	for k, name := range e.Features {
		lo, hi := e.Lo[k], e.Hi[k]
		width := hi - lo
		switch {
		case math.IsNaN(width) || math.IsInf(width, 0):
			if math.IsNaN(lo) || math.IsInf(lo, 0) || math.IsNaN(hi) || math.IsInf(hi, 0) {
				return fmt.Errorf("encode: feature `%s`: one of its values is not finite; correct it in the data", table.Clip(name))
			}
			return fmt.Errorf("encode: feature `%s`: the range %g to %g is wider than a computer holds; most likely an exponent is mistyped", table.Clip(name), lo, hi)
		case e.By == Pixel && (lo != 0 || !(hi > 0)):
			return fmt.Errorf("encode: feature `%s`: the brightest pixel is %g; it is a number above 0, and 0 is dark", table.Clip(name), hi)
		case (e.By == Max || e.By == Largest) && lo != 0:
			return fmt.Errorf("encode: feature `%s`: by %s the value 0 becomes 0, not %g", table.Clip(name), e.By, lo)
		case e.By == Max && hi == 0:
			return fmt.Errorf("encode: feature `%s` is 0 in every row the range is taken from; leave it out of the inputs", table.Clip(name))
		case width == 0:
			return fmt.Errorf("encode: feature `%s` is %g in every row the range is taken from; leave it out of the inputs", table.Clip(name), lo)
		case width < 0:
			return fmt.Errorf("encode: feature `%s`: the range %g to %g runs backwards", table.Clip(name), lo, hi)
		}
	}
	return nil
}

// Apply encodes one row: x are the values of Features in their order, out the
// unit loads. Both have len(Features), or it panics; they may be the same slice.
// It does not allocate.
func (e *Encoding) Apply(x, out []float64) {
	if len(x) != len(e.Lo) || len(out) != len(e.Lo) {
		panic(fmt.Sprintf("data: Encoding of %d features applied to %d values into %d", len(e.Lo), len(x), len(out)))
	}
	for k, v := range x {
		unit := (v - e.Lo[k]) / (e.Hi[k] - e.Lo[k])
		if e.By == Signed {
			unit = 2*unit - 1 // doubling is exact, so a fused multiply changes nothing
		}
		out[k] = unit
	}
}

// upTo is 0, 1, ..., n-1.
func upTo(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return s
}
