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
