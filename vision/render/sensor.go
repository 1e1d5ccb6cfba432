package render

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
)

// expose adds noise, encodes and rounds. Shot noise is Gaussian with the variance
// of the count, which it nears from a hundred electrons on.
func (s Sensor) expose(light []float64, width, height int) image.Image {
	random := rand.New(rand.NewPCG(s.Seed, 0x73656e736f72)) // "sensor"
	value := func(i int) float64 {
		v := light[i]
		variance := s.Read * s.Read
		if s.FullWell > 0 {
			variance += max(0, v) / s.FullWell
		}
		if variance > 0 {
			v += math.Sqrt(variance) * random.NormFloat64()
		}
		v = min(1, max(0, v))
		if s.SRGB {
			v = encode(v)
		}
		return v
	}
	area := image.Rect(0, 0, width, height)
	if s.Deep {
		out := image.NewGray16(area)
		for i := range light {
			out.SetGray16(i%width, i/width, color.Gray16{Y: uint16(value(i)*65535 + 0.5)})
		}
		return out
	}
	out := image.NewGray(area)
	for i := range light {
		out.Pix[i] = uint8(value(i)*255 + 0.5)
	}
	return out
}

// encode is the transfer curve of sRGB, IEC 61966-2-1.
func encode(v float64) float64 {
	if v <= 0.0031308 {
		return 12.92 * v
	}
	return 1.055*math.Pow(v, 1/2.4) - 0.055
}
