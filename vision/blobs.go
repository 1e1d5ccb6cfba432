package vision

import (
	"math"
	"slices"
)

// blob is a connected spot that stands out from its surroundings.
type blob struct {
	c        [2]float64 // grey-weighted centre, pixel
	diameter float64    // of the circle of the same grey-weighted area, pixels
	long     float64    // axes of the ellipse with the same second moments, pixels
	short    float64
	contrast float64 // difference to the surroundings, relative to the brighter of the two
	round    bool    // it can be the picture of a disc
}

const (
	leastDiameter = 5.0  // pixels; below, a mark has no inside
	leastContrast = 0.15 // of the local mean
)

// findBlobs lists what stands out, round or not, from top to bottom. most is the
// largest diameter that a mark can have, in pixels.
func findBlobs(g *Grey, light bool, most float64) []blob {
	sign := 1.0 // of (surroundings − mark)
	if light {
		sign = -1
	}
	mask := g.standOut(sign, most)
	var found []blob
	patch := patch{w: g.W, mask: mask}
	for i := range mask {
		if !mask[i] {
			continue
		}
		patch.take(i)
		if b, ok := g.measure(&patch, sign, most); ok {
			found = append(found, b)
		}
	}
	return found
}

// standOut marks the pixels that differ from the mean of a window of three mark
// diameters by more than noise and unevenness can. It clears the picture's rim.
func (g *Grey) standOut(sign, most float64) []bool {
	smooth := g.smoothed()
	// The binomial filter leaves 0.375 of the noise; rounding of the sums is no mark.
	noise := max(6*0.375*g.noise(), 1e-9)
	half := int(math.Ceil(1.5 * most))
	mask := make([]bool, len(g.Pix))
	// The sum of each column over the rows of the window, and of all columns left of each.
	column, left := make([]float64, g.W), make([]float64, g.W+1)
	from, to := 0, 0 // rows in column
	for y := 1; y < g.H-1; y++ {
		y0, y1 := max(0, y-half), min(g.H, y+half+1)
		for ; to < y1; to++ {
			for x := range column {
				column[x] += smooth.at(x, to)
			}
		}
		for ; from < y0; from++ {
			for x := range column {
				column[x] -= smooth.at(x, from)
			}
		}
		for x, v := range column {
			left[x+1] = left[x] + v
		}
		for x := 1; x < g.W-1; x++ {
			x0, x1 := max(0, x-half), min(g.W, x+half+1)
			mean := (left[x1] - left[x0]) / float64((x1-x0)*(y1-y0))
			mask[y*g.W+x] = sign*(mean-smooth.at(x, y)) > max(noise, leastContrast*mean)
		}
	}
	return mask
}

// smoothed is the picture after the binomial filter 1 2 1 in both directions.
func (g *Grey) smoothed() *Grey {
	out := &Grey{W: g.W, H: g.H, Pix: slices.Clone(g.Pix)}
	for y := 1; y < g.H-1; y++ {
		up, row, down := g.Pix[(y-1)*g.W:y*g.W], g.Pix[y*g.W:(y+1)*g.W], g.Pix[(y+1)*g.W:(y+2)*g.W]
		for x := 1; x < g.W-1; x++ {
			out.Pix[y*g.W+x] = (4*row[x] + 2*(row[x-1]+row[x+1]+up[x]+down[x]) +
				up[x-1] + up[x+1] + down[x-1] + down[x+1]) / 16
		}
	}
	return out
}

// noise is the standard deviation of a pixel, from the median of second
// differences, which edges do not move. J. Immerkær, Fast noise variance
// estimation, Computer Vision and Image Understanding 64 (1996) 300.
func (g *Grey) noise() float64 {
	const most = 20000
	step := max(1, len(g.Pix)/most)
	var values []float64
	for i := g.W + 1; i < len(g.Pix)-g.W-1; i += step {
		p := g.Pix
		v := 4*p[i] - 2*(p[i-1]+p[i+1]+p[i-g.W]+p[i+g.W]) + p[i-g.W-1] + p[i-g.W+1] + p[i+g.W-1] + p[i+g.W+1]
		values = append(values, math.Abs(float64(v)))
	}
	return median(values) / 0.6745 / 6
}

// median sorts v.
func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	slices.Sort(v)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

// patch is a connected piece of the mask.
type patch struct {
	w              int
	mask           []bool
	todo           []int32 // pixels; there are fewer than 2^31
	area           int
	x0, x1, y0, y1 int
	sx, sy         float64
}

// take removes the piece that holds pixel i from the mask.
func (p *patch) take(i int) {
	p.area, p.sx, p.sy = 0, 0, 0
	p.x0, p.x1, p.y0, p.y1 = i%p.w, i%p.w, i/p.w, i/p.w
	p.todo = append(p.todo[:0], int32(i))
	p.mask[i] = false
	for len(p.todo) > 0 {
		i := int(p.todo[len(p.todo)-1])
		p.todo = p.todo[:len(p.todo)-1]
		x, y := i%p.w, i/p.w
		p.area++
		p.sx += float64(x)
		p.sy += float64(y)
		p.x0, p.x1, p.y0, p.y1 = min(p.x0, x), max(p.x1, x), min(p.y0, y), max(p.y1, y)
		// The rim of the mask is clear, so neighbours exist.
		for _, n := range [4]int{i - 1, i + 1, i - p.w, i + p.w} {
			if p.mask[n] {
				p.mask[n] = false
				p.todo = append(p.todo, int32(n))
			}
		}
	}
}

// measure turns a patch into a blob by its grey values. It says false for what
// is too small, too large or too faint to matter.
func (g *Grey) measure(p *patch, sign, most float64) (blob, bool) {
	area := float64(p.area)
	if area < 0.4*leastDiameter*leastDiameter || area > 2*most*most {
		return blob{}, false
	}
	b := blob{c: [2]float64{p.sx / area, p.sy / area}}
	radius := math.Sqrt(area / math.Pi)
	ground, ok := g.ringMedian(b.c, 1.3*radius+1.5, 1.7*radius+2.5)
	core, okCore := g.ringMedian(b.c, 0, max(1, 0.6*radius))
	if !ok || !okCore {
		return blob{}, false
	}
	height := sign * (ground - core)
	b.contrast = height / max(ground, core, 1e-3)
	b.diameter, b.long, b.short = 2*radius, float64(max(p.x1-p.x0, p.y1-p.y0)+1), float64(min(p.x1-p.x0, p.y1-p.y0)+1)
	if b.contrast < leastContrast {
		return b, true
	}
	if b.long > 2.6*b.short {
		return b, true
	}
	b.moments(g, ground, sign*height, 1.35*radius+1.5)
	return b, true
}

// moments finds centre, size and axes within a window that follows the centre.
// A filled ellipse has an area of 4π times the root of the determinant of its
// second moments; other shapes have less, and so have blurred small discs, so
// this only leaves out what is far from round.
func (b *blob) moments(g *Grey, ground, height, window float64) {
	const faint = 0.15 // weights below are noise
	var area, xx, xy, yy float64
	for range 4 {
		x0, x1 := max(0, int(b.c[0]-window)), min(g.W-1, int(b.c[0]+window)+1)
		y0, y1 := max(0, int(b.c[1]-window)), min(g.H-1, int(b.c[1]+window)+1)
		var sx, sy float64
		area, xx, xy, yy = 0, 0, 0, 0
		for y := y0; y <= y1; y++ {
			for x := x0; x <= x1; x++ {
				dx, dy := float64(x)-b.c[0], float64(y)-b.c[1]
				taper := min(1, window-math.Hypot(dx, dy))
				w := min(1.2, (ground-g.at(x, y))/height)
				if taper <= 0 || w < faint {
					continue
				}
				w *= taper
				area += w
				sx += w * dx
				sy += w * dy
				xx += w * dx * dx
				xy += w * dx * dy
				yy += w * dy * dy
			}
		}
		if area < 0.4*leastDiameter*leastDiameter {
			return
		}
		sx, sy = sx/area, sy/area
		b.c[0] += sx
		b.c[1] += sy
		xx, xy, yy = xx/area-sx*sx, xy/area-sx*sy, yy/area-sy*sy
	}
	root := math.Hypot((xx-yy)/2, xy)
	big, small := (xx+yy)/2+root, (xx+yy)/2-root
	if !(small > 0) {
		return
	}
	b.diameter = 2 * math.Sqrt(area/math.Pi)
	b.long, b.short = 4*math.Sqrt(big), 4*math.Sqrt(small)
	fill := area / (4 * math.Pi * math.Sqrt(big*small))
	b.round = b.diameter >= leastDiameter && fill > 0.55 && fill < 1.2 && b.short > 0.45*b.long
}

// ringMedian is the median brightness at distances from lo to hi. It says false
// if no pixel of the picture is there.
func (g *Grey) ringMedian(c [2]float64, lo, hi float64) (float64, bool) {
	x0, x1 := max(0, int(math.Floor(c[0]-hi))), min(g.W-1, int(math.Ceil(c[0]+hi)))
	y0, y1 := max(0, int(math.Floor(c[1]-hi))), min(g.H-1, int(math.Ceil(c[1]+hi)))
	var values []float64
	for y := y0; y <= y1; y++ {
		for x := x0; x <= x1; x++ {
			if d := math.Hypot(float64(x)-c[0], float64(y)-c[1]); d >= lo && d <= hi {
				values = append(values, g.at(x, y))
			}
		}
	}
	return median(values), len(values) > 0
}
