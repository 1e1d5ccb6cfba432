package insitu

import (
	"bytes"
	"fmt"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/vision"
	"github.com/elastrain/elastrain/vision/camera"
)

// Sight is how photographs of a lattice are read.
type Sight struct {
	Layout vision.Layout
	Lens   *camera.Lens // nil: no distortion
	reader *vision.Reader

	neighbours [][]int
	last       *vision.Reading // by marks
}

// needSight prepares to read photographs where somebody will take some. On a bench that takes none the search for a frame
// of marks that can be read one way only would take longer than a training, of lattices with hundreds of nodes.
func (l *Lab) needSight() error {
	if l.Spec.Bench != "manual" && !l.Experiment.File.Given("lab.photo") {
		return nil
	}
	return l.See()
}

// See prepares to read photographs, whatever the bench is: Sight, or Blind.
func (l *Lab) See() error {
	if l.Sight != nil || l.Blind != nil {
		return nil
	}
	return l.buildSight()
}

// buildSight makes the layout of photographs, of networks in the plane.
func (l *Lab) buildSight() error {
	net, s := l.Experiment.Network, &l.Spec.Photo
	if net.Dim != 2 {
		l.Blind = fmt.Errorf("a photograph shows a plane, and the network has %d dimensions", net.Dim)
		return nil
	}
	layout := vision.Layout{MarkerDiameter: s.Diameter, Light: s.Light}
	for i := range net.Nodes() {
		layout.Nodes = append(layout.Nodes, [2]float64(net.At(i)))
	}
	spot := func(m spec.LabMark) vision.Spot { return vision.Spot{X: [2]float64{m.X, m.Y}, Diameter: m.Diameter} }
	for _, m := range s.Frame {
		layout.Frame = append(layout.Frame, spot(m))
	}
	if s.Scale != nil {
		layout.Scale = &vision.ScaleBar{A: spot(s.Scale.From), B: spot(s.Scale.To), Length: s.Scale.Length}
	}
	if layout.Frame == nil {
		layout.Frame = sheetFrame(layout.Nodes, s.Diameter)
	}
	sight := &Sight{Layout: layout, neighbours: neighbours(net)}
	if s.Lens != "" {
		text, err := l.files(s.Lens)
		if err == nil {
			sight.Lens, err = camera.ReadLens(bytes.NewReader(text))
		}
		if err != nil {
			return l.fail("lab.photo.lens", fmt.Errorf("%s: %w", s.Lens, err))
		}
	}
	var err error
	if sight.reader, err = vision.NewReader(layout, sight.Lens, vision.Options{}); err != nil {
		if l.Spec.Bench != "manual" && len(s.Frame) == 0 {
			l.Blind = err
			return nil // perhaps nobody will take photographs
		}
		return l.fail("lab.photo", err)
	}
	l.Sight = sight
	return nil
}

// Read reads one photograph and returns it too. With an error about nodes the
// reading is there as well. It warns of nodes that moved by themselves since an earlier
// reading; nil: there is none.
func (s *Sight) Read(path string, before *vision.Reading) (*vision.Grey, *vision.Reading, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(f, vision.MostBytes+1))
	if err != nil {
		return nil, nil, err
	}
	img, err := vision.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, nil, err
	}
	grey := vision.FromImage(img)
	reading, err := s.reader.Read(grey, nil)
	if reading != nil {
		reading.Warnings = append(reading.Warnings, s.Alone(before, reading, unchecked(data))...)
	}
	return grey, reading, err
}

// Overlay draws a reading over its photograph, as PNG.
func (s *Sight) Overlay(grey *vision.Grey, reading *vision.Reading, problem error) ([]byte, error) {
	var b bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, s.reader.Overlay(grey, reading, 0, problem)) // a person waits for it
	return b.Bytes(), err
}

// overlayName is where the overlay of a photograph goes.
func overlayName(dir, photo string) string {
	return filepath.Join(dir, strings.TrimSuffix(filepath.Base(photo), filepath.Ext(photo))+"-read.png")
}

// marks reads a photograph for a bench and leaves an overlay for the person. The
// photograph was mapped to the design by the marks of the frame, so in the
// coordinates of the design they are where the layout has them; their
// uncertainty is part of that of the nodes.
func (s *Sight) marks(photo, overlays string) (nodes, fixed []lab.Mark, err error) {
	grey, reading, err := s.Read(photo, s.last)
	if err == nil {
		s.last = reading
	}
	if grey != nil && reading != nil {
		if text, drawn := s.Overlay(grey, reading, err); drawn == nil {
			if err := atomicfile.WriteFile(atomicfile.OS{}, overlayName(overlays, photo), text); err != nil {
				return nil, nil, err
			}
		}
	}
	if err != nil {
		return nil, nil, err
	}
	for _, m := range reading.Nodes {
		nodes = append(nodes, lab.Mark{X: [3]float64{m.X[0], m.X[1]}, Sigma: m.Sigma, Seen: m.Seen})
	}
	for i, m := range reading.Frame {
		x := s.Layout.Frame[i].X
		fixed = append(fixed, lab.Mark{X: [3]float64{x[0], x[1]}, Seen: m.Seen})
	}
	return nodes, fixed, nil
}

// sheetFrame is the marks that `elastrain lab sheet` prints: seven around the
// lattice, on a rectangle, in an arrangement that no turn and no mirror leads to itself.
func sheetFrame(nodes [][2]float64, marker float64) []vision.Spot {
	lo, hi := nodes[0], nodes[0]
	for _, x := range nodes {
		for axis := range 2 {
			lo[axis], hi[axis] = min(lo[axis], x[axis]), max(hi[axis], x[axis])
		}
	}
	d := 1.5 * marker
	away := math.Max(4*marker, 0.12*math.Max(hi[0]-lo[0], hi[1]-lo[1]))
	at := func(x, y float64) vision.Spot {
		width, height := hi[0]-lo[0]+2*away, hi[1]-lo[1]+2*away
		return vision.Spot{X: [2]float64{lo[0] - away + x*width, lo[1] - away + y*height}, Diameter: d}
	}
	return []vision.Spot{at(0, 0), at(1, 0), at(1, 1), at(0, 1), at(0.3, 1), at(0, 0.38), at(0.78, 0)}
}
