package figure

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/palette/moreland"
)

// shades is the number of colours of a map. A power of two plus one gives
// the signed map a middle.
const shades = 257

// viridisStops are 20 evenly spaced colours of the viridis map of Smith and
// van der Walt (2015): perceptually uniform, monotonic in lightness.
var viridisStops = []uint32{
	0x440154, 0x481567, 0x482677, 0x453781, 0x404788, 0x39568c, 0x33638d, 0x2d708e, 0x287d8e, 0x238a8d,
	0x1f968b, 0x20a387, 0x29af7f, 0x3cbb75, 0x55c667, 0x73d055, 0x95d840, 0xb8de29, 0xdce319, 0xfde725,
}

var (
	sequential = viridis()
	diverging  = blueRed()
)

// viridis interpolates between the stops. It leaves out the last few percent,
// a yellow too pale for thin bars on white.
func viridis() [shades]color.RGBA {
	var out [shades]color.RGBA
	for i := range out {
		t := 0.94 * float64(i) / (shades - 1) * float64(len(viridisStops)-1)
		j := int(t)
		out[i] = blend(rgb(viridisStops[j]), rgb(viridisStops[j+1]), t-float64(j))
	}
	return out
}

// blueRed is the smooth blue-grey-red map of Moreland (2009).
func blueRed() [shades]color.RGBA {
	m := moreland.SmoothBlueRed()
	m.SetMin(0)
	m.SetMax(shades - 1)
	var out [shades]color.RGBA
	for i := range out {
		c, err := m.At(float64(i))
		if err != nil {
			panic("figure: the map has no colour within its own range: " + err.Error())
		}
		out[i] = color.RGBAModel.Convert(c).(color.RGBA)
	}
	return out
}

// blend mixes two opaque colours; t in [0, 1] is the share of b.
func blend(a, b color.RGBA, t float64) color.RGBA {
	mix := func(x, y uint8) uint8 { return uint8(float64(x) + t*(float64(y)-float64(x)) + 0.5) }
	return color.RGBA{R: mix(a.R, b.R), G: mix(a.G, b.G), B: mix(a.B, b.B), A: 0xff}
}

// scale maps values to shades and to bar thickness.
type scale struct {
	min, max float64
	signed   bool
	ok       bool // false: no finite value, nothing to map
}

// newScale covers the finite values, or [lo, hi] where lo < hi. A signed
// scale is symmetric about zero.
func newScale(values []float64, lo, hi float64, signed bool) scale {
	s := scale{min: lo, max: hi, signed: signed, ok: true}
	if !apart(lo, hi) {
		s.min, s.max = math.Inf(1), math.Inf(-1)
		for _, v := range values {
			if finite(v) {
				s.min, s.max = math.Min(s.min, v), math.Max(s.max, v)
			}
		}
		s.ok = s.min <= s.max
	}
	if !s.ok {
		return s
	}
	if signed {
		s.max = math.Max(math.Abs(s.min), math.Abs(s.max))
		s.min = -s.max
	}
	if !apart(s.min, s.max) {
		s.min, s.max = widen(s.min, s.max)
	}
	return s
}

// place is where a value lies between min (0) and max (1).
func (s scale) place(v float64) float64 {
	return math.Min(1, math.Max(0, (v-s.min)/(s.max-s.min)))
}

// shade is the index of the colour of a value.
func (s scale) shade(v float64) int {
	return int(s.place(v)*(shades-1) + 0.5)
}

// table is the colour map of the scale.
func (s scale) table() *[shades]color.RGBA {
	if s.signed {
		return &diverging
	}
	return &sequential
}

// colour is the colour of a value; grey where there is none.
func (s scale) colour(v float64) color.Color {
	if !s.ok || !finite(v) {
		return missing
	}
	return s.table()[s.shade(v)]
}

// weight is the thickness of the bar of a value, between 0 and 1. On a signed
// scale it follows the magnitude.
func (s scale) weight(v float64) float64 {
	if !s.ok || !finite(v) {
		return 0
	}
	t := s.place(v)
	if s.signed {
		return math.Abs(2*t - 1)
	}
	return t
}

// apart tells whether lo < hi by enough to be the ends of an axis.
func apart(lo, hi float64) bool {
	return finite(lo) && finite(hi) && hi-lo > math.Max(1e-12*math.Max(math.Abs(lo), math.Abs(hi)), tiny)
}

// widen makes a readable range around values that are all alike.
func widen(lo, hi float64) (float64, float64) {
	pad := 0.1 * math.Abs(hi)
	if pad < tiny {
		pad = 1
	}
	return lo - pad, hi + pad
}

// Beyond these magnitudes differences overflow, or quotients do.
const tiny, huge = 1e-150, 1e150

// finite tells a number that can be drawn from NaN, the infinities and the
// huge.
func finite(v float64) bool { return math.Abs(v) < huge }
