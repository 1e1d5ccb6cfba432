package photos

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"

	"github.com/elastrain/elastrain/vision"
	"github.com/elastrain/elastrain/vision/camera"
	"github.com/elastrain/elastrain/vision/render"
)

// Photo is a rendered photograph and all that is true of it.
type Photo struct {
	Class    string
	Name     string // file name
	Layout   vision.Layout
	Lens     *camera.Lens
	Scene    render.Scene
	Nodes    []Truth // len Layout.Nodes
	Mirrored bool    // it must be refused
	jpeg     bool
}

// Truth is where the mark of a node is.
type Truth struct {
	X      [2]float64 // m
	Pixel  [2]float64
	Scale  float64 // pixels a metre there
	Hidden bool    // something lies or shines on it or close beside it
}

// Size of all photographs, pixels.
const (
	Width  = 640
	Height = 480
)

// Classes names the classes.
func Classes() []string {
	names := make([]string, len(classes))
	for i, c := range classes {
		names[i] = c.name
	}
	return names
}

// Make renders nothing yet: it sets up photograph i of a class.
func Make(class string, i int) *Photo {
	for k, c := range classes {
		if c.name != class {
			continue
		}
		random := rand.New(rand.NewPCG(uint64(i), 0x70686f746f+uint64(k))) // "photo"
		p := &Photo{Class: class, Name: fmt.Sprintf("%s-%03d.png", class, i)}
		b := builder{Photo: p, random: random, specimen: lattice(random)}
		b.plain()
		c.change(&b)
		b.finish()
		return p
	}
	panic("photos: there is no class " + class)
}

// File renders and encodes the photograph.
func (p *Photo) File() ([]byte, error) {
	img, err := p.Scene.Image()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if p.jpeg {
		err = jpeg.Encode(&out, img, &jpeg.Options{Quality: 88})
	} else {
		err = png.Encode(&out, img)
	}
	return out.Bytes(), err
}

// builder sets up a photograph step by step; a class changes some of them.
type builder struct {
	*Photo
	random   *rand.Rand
	specimen specimen
	pose     render.Pose
	moved    [][2]float64 // of each node, m
	dirt     []render.Disc
	light    bool
	fill     float64 // share of the picture that the frame takes
}

func (b *builder) between(lo, hi float64) float64 { return lo + (hi-lo)*b.random.Float64() }

// plain is a good photograph: nearly from above, sharp, evenly lit, small movements.
func (b *builder) plain() {
	b.Layout = b.specimen.layout
	b.fill = 0.88
	b.pose = render.Pose{
		Tilt: b.between(0, 0.05), Towards: b.between(0, 2*math.Pi), Roll: b.between(-0.05, 0.05),
		Focal:  b.between(700, 1100),
		Centre: [2]float64{Width/2 - 0.5 + b.between(-8, 8), Height/2 - 0.5 + b.between(-8, 8)},
	}
	b.moved = make([][2]float64, len(b.Layout.Nodes))
	b.move(0.08)
	b.Scene = render.Scene{
		Width: Width, Height: Height, Paper: b.between(0.75, 0.95), Blur: b.between(0.6, 0.9),
		Light:  render.Light{Level: b.between(0.75, 0.95)},
		Sensor: render.Sensor{FullWell: 10000, Read: 0.004, Seed: b.random.Uint64()},
	}
}

// move displaces every node by up to this share of the spacing.
func (b *builder) move(most float64) {
	for i := range b.moved {
		r, a := most*spacing*math.Sqrt(b.random.Float64()), b.between(0, 2*math.Pi)
		b.moved[i] = [2]float64{r * math.Cos(a), r * math.Sin(a)}
	}
}

// finish aims the camera, puts everything before it and notes the truth.
func (b *builder) finish() {
	b.aim()
	s := &b.Scene
	s.View, s.Lens = b.pose.View(), b.Lens
	ink, label, bar := 0.08, s.Paper, 0.45*s.Paper
	if b.light {
		s.Paper, ink, label, bar = 0.1, 0.8, 0.1, 0.3
		b.Layout.Light = true
	}
	at := make([][2]float64, len(b.Layout.Nodes))
	for i, x := range b.Layout.Nodes {
		at[i] = [2]float64{x[0] + b.moved[i][0], x[1] + b.moved[i][1]}
	}
	for _, pair := range b.specimen.bars {
		s.Bars = append(s.Bars, render.Bar{A: at[pair[0]], B: at[pair[1]], Width: 2e-3, Reflectance: bar})
	}
	d := b.Layout.MarkerDiameter
	for _, x := range at {
		s.Discs = append(s.Discs, render.Disc{X: x, Diameter: 2.1 * d, Reflectance: label})
	}
	s.Discs = append(s.Discs, b.dirt...)
	for _, x := range at {
		s.Discs = append(s.Discs, render.Disc{X: x, Diameter: d, Reflectance: ink})
	}
	for _, f := range b.Layout.Frame {
		s.Discs = append(s.Discs, render.Disc{X: f.X, Diameter: f.Diameter, Reflectance: ink})
	}
	for _, f := range []vision.Spot{b.Layout.Scale.A, b.Layout.Scale.B} {
		s.Discs = append(s.Discs, render.Disc{X: f.X, Diameter: f.Diameter, Reflectance: ink})
	}
	for _, x := range at {
		t := Truth{X: x, Pixel: s.Pixel(x), Scale: s.View.Scale(x)}
		t.Hidden = b.hidden(t.Pixel, d/2*t.Scale)
		b.Nodes = append(b.Nodes, t)
	}
}

// hidden tells whether something reaches the mark, its edge or the free ground
// by which it is measured.
func (b *builder) hidden(p [2]float64, radius float64) bool {
	for _, o := range b.Scene.Occluders {
		if render.ToSegment(p, o.A, o.B) < o.Width/2+1.8*radius {
			return true
		}
	}
	for _, g := range b.Scene.Glare {
		if math.Hypot(p[0]-g.At[0], p[1]-g.At[1]) < 2.5*g.Radius+1.8*radius {
			return true
		}
	}
	for _, d := range b.dirt {
		q := b.Scene.Pixel(d.X)
		if math.Hypot(p[0]-q[0], p[1]-q[1]) < 0.5*d.Diameter*b.Scene.View.Scale(d.X)+1.8*radius {
			return true
		}
	}
	return false
}

// aim points the camera at the middle of the frame, from where it fills the picture.
func (b *builder) aim() {
	frame := b.Layout.Frame
	b.pose.Target = [2]float64{(frame[0].X[0] + frame[2].X[0]) / 2, (frame[0].X[1] + frame[2].X[1]) / 2}
	b.pose.Distance = 0.1
	for range 30 {
		view := b.pose.View()
		worst := 0.0
		for _, f := range frame {
			u, ok := view.Map(f.X)
			if !ok {
				worst = 2
				break
			}
			p := b.Lens.Distort(u)
			worst = max(worst, math.Abs(p[0]/(Width-1)-0.5)*2, math.Abs(p[1]/(Height-1)-0.5)*2)
		}
		b.pose.Distance *= 1 + 0.7*(worst/b.fill-1)
	}
}
