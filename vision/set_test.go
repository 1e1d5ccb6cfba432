package vision_test

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/bench/vision/photos"
	"github.com/elastrain/elastrain/vision"
)

// A part of the set of bench/vision, which has 36 photographs of each class.
func TestPhotographs(t *testing.T) {
	each := 2
	if testing.Short() {
		each = 1
	}
	var off []float64
	free, found := 0, 0
	for _, class := range photos.Classes() {
		for i := range each {
			p := photos.Make(class, i)
			file, err := p.File()
			if err != nil {
				t.Fatal(err)
			}
			img, err := vision.Decode(bytes.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			r, err := vision.Read(vision.FromImage(img), p.Layout, p.Lens, vision.Options{})
			if p.Mirrored {
				if !errors.Is(err, vision.ErrMirrored) {
					t.Errorf("%s: %v, want ErrMirrored", p.Name, err)
				}
				continue
			}
			if r == nil {
				t.Logf("%s: %v", p.Name, err)
				free += len(p.Nodes)
				continue
			}
			for k, m := range r.Nodes {
				if !p.Nodes[k].Hidden {
					free++
				}
				if !m.Seen {
					continue
				}
				e := math.Hypot(m.X[0]-p.Nodes[k].X[0], m.X[1]-p.Nodes[k].X[1]) * p.Nodes[k].Scale
				if e > 1 {
					t.Errorf("%s: node %d was accepted %.1f pixels from where it is", p.Name, k+1, e)
				}
				if !p.Nodes[k].Hidden {
					found++
					off = append(off, e)
				}
			}
		}
	}
	slices.Sort(off)
	if median := off[len(off)/2]; median > 0.02 {
		t.Errorf("the median error is %.4f pixels", median)
	}
	if share := float64(found) / float64(free); share < 0.95 {
		t.Errorf("%.1f %% of the marks in full sight were found", 100*share)
	}
}
