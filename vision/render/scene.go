package render

import (
	"fmt"
	"image"
	"math"

	"github.com/elastrain/elastrain/vision/camera"
)

// Scene is what stands before the camera, and the camera. Brightness is linear in
// light: 0 is black and 1 saturates the sensor.
type Scene struct {
	Width, Height int               // pixels
	View          camera.Homography // design plane (m) to undistorted pixels
	Lens          *camera.Lens      // nil: none
	Paper         float64           // reflectance of the ground
	Bars          []Bar             // drawn first
	Discs         []Disc            // drawn over the bars, in this order
	Light         Light             // falls on all that is before the camera
	Glare         []Glare           // shines on top
	Occluders     []Occluder        // lie between the camera and the specimen
	Blur          float64           // standard deviation of the lens's Gaussian, pixels
	Sensor        Sensor
}

// Bar is a straight bar with round ends.
type Bar struct {
	A, B        [2]float64 // m
	Width       float64    // m
	Reflectance float64
}

// Disc is a round mark, or the label below one.
type Disc struct {
	X           [2]float64 // m
	Diameter    float64    // m
	Reflectance float64
}

// Light is Level times a slope across the picture and a fall-off to its corners.
type Light struct {
	Level  float64    // brightness of reflectance 1 at the centre
	Slope  [2]float64 // relative change over the whole width and the whole height
	Corner float64    // relative loss in the corners
}

// at is the light on the pixel (x, y) of a picture.
func (l Light) at(x, y float64, width, height int) float64 {
	u, v := x/float64(width)-0.5, y/float64(height)-0.5
	return l.Level * max(0, 1+l.Slope[0]*u+l.Slope[1]*v) * (1 - l.Corner*2*(u*u+v*v))
}

// Glare is a bright spot of Gaussian shape.
type Glare struct {
	At      [2]float64 // pixel
	Radius  float64    // standard deviation, pixels
	Level   float64    // brightness it adds at its middle
	Stretch float64    // of its vertical extent; 0 is 1
}

// Occluder is a straight thing with round ends before the specimen: a string if
// thin, a finger if thick.
type Occluder struct {
	A, B        [2]float64 // pixels
	Width       float64    // pixels
	Reflectance float64
}

// Sensor turns light into numbers.
type Sensor struct {
	FullWell float64 // electrons at brightness 1; 0: no shot noise
	Read     float64 // standard deviation of the read noise, in brightness
	SRGB     bool    // encode as cameras do for JPEG; else linear
	Deep     bool    // 16 bits a pixel instead of 8
	Seed     uint64
}

// Image photographs the scene.
func (s *Scene) Image() (image.Image, error) {
	if s.Width < 8 || s.Height < 8 || s.Width*s.Height > 1<<26 {
		return nil, fmt.Errorf("a picture of %d × %d pixels cannot be rendered", s.Width, s.Height)
	}
	c := &canvas{scene: s, pix: make([]float64, s.Width*s.Height)}
	if err := c.project(); err != nil {
		return nil, err
	}
	for i := range c.pix {
		c.pix[i] = s.Paper
	}
	for _, b := range s.Bars {
		c.bar(b)
	}
	for _, d := range s.Discs {
		c.disc(d)
	}
	for _, o := range s.Occluders {
		c.occlude(o)
	}
	c.light()
	c.blur(s.Blur)
	return s.Sensor.expose(c.pix, s.Width, s.Height), nil
}

// Pixel is where the point x of the design plane is seen.
func (s *Scene) Pixel(x [2]float64) [2]float64 {
	p, ok := s.View.Map(x)
	if !ok {
		return [2]float64{math.NaN(), math.NaN()}
	}
	return s.Lens.Distort(p)
}

// Pose is a camera in space, aimed at a point of the specimen.
type Pose struct {
	Target   [2]float64 // m, the point seen at the principal point
	Distance float64    // m from the target
	Tilt     float64    // radians between the optical axis and the normal of the specimen
	Towards  float64    // radians, direction in the plane into which the camera leans
	Roll     float64    // radians by which the camera turns about its axis
	Focal    float64    // pixels
	Centre   [2]float64 // principal point, pixels
	Mirrored bool       // as seen in a mirror, or with the specimen face down
}

// View is the homography of a pinhole camera at the pose: K [r1 r2 t].
func (p Pose) View() camera.Homography {
	ct, st := math.Cos(p.Tilt), math.Sin(p.Tilt)
	cd, sd := math.Cos(p.Towards), math.Sin(p.Towards)
	cr, sr := math.Cos(p.Roll), math.Sin(p.Roll)
	// Coordinates along and across the direction of the lean; the lean shortens
	// the first and moves its points towards the camera.
	along := [3]float64{cd, sd, -(cd*p.Target[0] + sd*p.Target[1])}
	across := [3]float64{-sd, cd, sd*p.Target[0] - cd*p.Target[1]}
	var x, y, z [3]float64
	for i := range 3 {
		a := ct * along[i]
		// Back to the axes of the design, then the roll, then y downwards.
		ex, ey := cd*a-sd*across[i], sd*a+cd*across[i]
		x[i] = cr*ex - sr*ey
		y[i] = -(sr*ex + cr*ey)
		z[i] = -st * along[i]
	}
	z[2] += p.Distance
	if p.Mirrored {
		for i := range 3 {
			x[i] = -x[i]
		}
	}
	var h camera.Homography
	for i := range 3 {
		h[i] = p.Focal*x[i] + p.Centre[0]*z[i]
		h[3+i] = p.Focal*y[i] + p.Centre[1]*z[i]
		h[6+i] = z[i]
	}
	return h
}
