package photos

import (
	"math"

	"github.com/elastrain/elastrain/vision/camera"
	"github.com/elastrain/elastrain/vision/render"
)

var classes = []struct {
	name   string
	change func(*builder)
}{
	{"plain", func(*builder) {}},
	{"oblique", (*builder).oblique},
	{"lens", (*builder).lens},
	{"blurred", func(b *builder) { b.Scene.Blur = b.between(1.2, 2.6) }},
	{"noisy", (*builder).noisy},
	{"uneven", (*builder).uneven},
	{"glare", (*builder).glare},
	{"hidden", (*builder).strings},
	{"turned", func(b *builder) { b.pose.Roll = b.turn() }},
	{"displaced", func(b *builder) { b.move(0.3) }},
	{"jpeg", (*builder).phone},
	{"dirt", (*builder).dirty},
	{"light", func(b *builder) { b.light = true }},
	{"mirrored", (*builder).mirror},
	{"all", (*builder).all},
}

func (b *builder) oblique() { b.pose.Tilt = b.between(0.2, 0.6) }

func (b *builder) lens() {
	b.Lens = &camera.Lens{
		Fx: b.pose.Focal, Fy: b.pose.Focal * b.between(0.999, 1.001), Cx: b.pose.Centre[0], Cy: b.pose.Centre[1],
		K1: b.between(-0.3, 0.1), K2: b.between(-0.05, 0.05), P1: b.between(-1e-3, 1e-3), P2: b.between(-1e-3, 1e-3), K3: b.between(-0.01, 0.01),
		Width: Width, Height: Height,
	}
	b.fill = 0.82
}

func (b *builder) noisy() {
	b.Scene.Sensor.Read = b.between(0.01, 0.03)
	b.Scene.Sensor.FullWell = b.between(400, 2000)
}

func (b *builder) uneven() {
	b.Scene.Light = render.Light{Level: b.between(0.45, 0.6), Slope: [2]float64{b.between(-1.2, 1.2), b.between(-0.8, 0.8)}, Corner: b.between(0, 0.5)}
}

func (b *builder) glare() {
	for range 2 + b.random.IntN(4) {
		b.Scene.Glare = append(b.Scene.Glare, render.Glare{
			At:     [2]float64{b.between(60, Width-60), b.between(60, Height-60)},
			Radius: b.between(3, 14), Level: b.between(0.3, 1.5), Stretch: b.between(0.6, 1.6),
		})
	}
}

// strings hang weights from nodes, and now and then a finger is in the picture.
func (b *builder) strings() {
	for range 1 + b.random.IntN(3) {
		x, a := [2]float64{b.between(120, Width-120), b.between(100, Height-100)}, b.between(0, 2*math.Pi)
		b.Scene.Occluders = append(b.Scene.Occluders, render.Occluder{
			A: x, B: [2]float64{x[0] + 900*math.Cos(a), x[1] + 900*math.Sin(a)},
			Width: b.between(1.5, 4), Reflectance: b.between(0.05, 0.7),
		})
	}
	if b.random.IntN(3) == 0 {
		x := [2]float64{b.between(150, Width-150), b.between(150, Height-150)}
		b.Scene.Occluders = append(b.Scene.Occluders, render.Occluder{
			A: x, B: [2]float64{x[0] + b.between(-100, 100), Height + 100}, Width: b.between(30, 60), Reflectance: b.between(0.3, 0.6),
		})
	}
}

// turn is a quarter, a half or any turn.
func (b *builder) turn() float64 {
	if b.random.IntN(2) == 0 {
		return float64(1+b.random.IntN(3)) * math.Pi / 2
	}
	return b.between(0, 2*math.Pi)
}

// phone is a JPEG as phones make them.
func (b *builder) phone() {
	b.jpeg, b.Scene.Sensor.SRGB = true, true
	b.Name = b.Name[:len(b.Name)-len("png")] + "jpg"
	b.Scene.Sensor.Read = 0.008
}

// dirty has crumbs of all sizes, some like marks, anywhere.
func (b *builder) dirty() {
	lo, hi := b.Layout.Frame[0].X, b.Layout.Frame[2].X
	for range 3 + b.random.IntN(8) {
		b.dirt = append(b.dirt, render.Disc{
			X:           [2]float64{b.between(lo[0], hi[0]), b.between(lo[1], hi[1])},
			Diameter:    b.Layout.MarkerDiameter * b.between(0.3, 1.5),
			Reflectance: b.between(0.05, 0.5),
		})
	}
}

func (b *builder) mirror() {
	b.pose.Mirrored, b.Mirrored = true, true
	b.pose.Roll = b.turn()
}

// all is a bad day.
func (b *builder) all() {
	b.lens()
	b.pose.Tilt = b.between(0.1, 0.45)
	b.pose.Roll = b.turn()
	b.Scene.Blur = b.between(0.7, 1.5)
	b.noisy()
	b.Scene.Light = render.Light{Level: 0.7, Slope: [2]float64{b.between(-0.6, 0.6), b.between(-0.6, 0.6)}, Corner: 0.3}
	b.move(0.2)
	switch b.random.IntN(4) {
	case 0:
		b.glare()
	case 1:
		b.strings()
	case 2:
		b.dirty()
	case 3:
		b.phone()
	}
}
