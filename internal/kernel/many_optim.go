package kernel

import (
	"math"
	"unsafe"

	"github.com/elastrain/elastrain/internal/elementary"
)

// AdamMoments brings the running means and squares of slopes g up to date: mean = decay[0] mean + decay[1] g, square = decay[2] square + decay[3] g g. sum is
// that of the squares.
func AdamMoments(mean, square, g []Row, decay *[4]Row, sum *Row) {
	n := len(g)
	want(len(mean) >= n && len(square) >= n)
	switch {
	case n == 0 || level == pureGo:
		adamMomentsGo(mean, square, g, decay, sum)
	case wide():
		adamMoments512(half(mean, 0), half(square, 0), half(g, 0), n, &decay[0][0], &sum[0])
	default:
		for h := range 2 {
			adamMoments256(half(mean, h), half(square, h), half(g, h), n, &decay[0][4*h], &sum[4*h])
		}
	}
}

func adamMomentsGo(mean, square, g []Row, decay *[4]Row, sum *Row) {
	*sum = Row{}
	for i := range g {
		for lane, g := range g[i] {
			mean[i][lane] = float64(decay[0][lane]*mean[i][lane]) + float64(decay[1][lane]*g)
			square[i][lane] = float64(decay[2][lane]*square[i][lane]) + float64(float64(decay[3][lane]*g)*g)
			sum[lane] += square[i][lane]
		}
	}
}

// AdamMove moves variables: x -= scale[3] (mean scale[2]) / (sqrt(square scale[0]) + scale[1]) where that is divided by more than zero. x stays between lo and
// hi, unless these are empty.
func AdamMove(x, mean, square []Row, scale *[4]Row, lo, hi []Row) {
	n := len(x)
	want(len(mean) >= n && len(square) >= n && len(hi) == len(lo) && (len(lo) == 0 || len(lo) >= n))
	switch {
	case n == 0 || level == pureGo:
		adamMoveGo(x, mean, square, scale, lo, hi)
	case wide():
		adamMove512(half(x, 0), half(mean, 0), half(square, 0), n, &scale[0][0], box(lo, 0), box(hi, 0))
	default:
		for h := range 2 {
			adamMove256(half(x, h), half(mean, h), half(square, h), n, &scale[0][4*h], box(lo, h), box(hi, h))
		}
	}
}

// box is half, or nil where nothing bounds.
func box(rows []Row, h int) *float64 {
	if len(rows) == 0 {
		return nil
	}
	return half(rows, h)
}

func adamMoveGo(x, mean, square []Row, scale *[4]Row, lo, hi []Row) {
	for i := range x {
		for lane := range x[i] {
			size := math.Sqrt(square[i][lane]*scale[0][lane]) + scale[1][lane]
			if size > 0 {
				x[i][lane] -= float64(scale[3][lane]*float64(mean[i][lane]*scale[2][lane])) / size
			}
			if len(lo) > 0 {
				x[i][lane] = min(max(x[i][lane], lo[i][lane]), hi[i][lane])
			}
		}
	}
}

// MomentumMove is gradient descent with a memory: v = scale[0] v + g, x -= scale[1] v. x stays between lo and hi, unless these are empty; v is zero where it ran
// into one of them.
func MomentumMove(x, v, g []Row, scale *[2]Row, lo, hi []Row) {
	n := len(x)
	want(len(v) >= n && len(g) >= n && len(hi) == len(lo) && (len(lo) == 0 || len(lo) >= n))
	switch {
	case n == 0 || level == pureGo:
		momentumMoveGo(x, v, g, scale, lo, hi)
	case wide():
		momentumMove512(half(x, 0), half(v, 0), half(g, 0), n, &scale[0][0], box(lo, 0), box(hi, 0))
	default:
		for h := range 2 {
			momentumMove256(half(x, h), half(v, h), half(g, h), n, &scale[0][4*h], box(lo, h), box(hi, h))
		}
	}
}

func momentumMoveGo(x, v, g []Row, scale *[2]Row, lo, hi []Row) {
	for i := range x {
		for lane := range x[i] {
			v[i][lane] = float64(scale[0][lane]*v[i][lane]) + g[i][lane]
			at := x[i][lane] - float64(scale[1][lane]*v[i][lane])
			if len(lo) > 0 {
				if at < lo[i][lane] || at > hi[i][lane] {
					v[i][lane] = 0
				}
				at = min(max(at, lo[i][lane]), hi[i][lane])
			}
			x[i][lane] = at
		}
	}
}

// Map is what makes stiffnesses of variables: variable j, times Speed, is that of mode Mode[j], between Lo and Hi, times Gain.
type Map struct {
	Mode                       []int32
	Lo, Hi, Width, Gain, Speed []Row // Width is Hi - Lo
}

func (m *Map) check(k, x []Row) {
	n := len(m.Mode)
	want(len(x) >= n && len(m.Lo) >= n && len(m.Hi) >= n && len(m.Width) >= n && len(m.Gain) >= n && len(m.Speed) >= n && len(k) > 0)
}

// LinearRows sets the stiffnesses of modes that learn to gain (lo (1 - t) + hi t), t = speed x.
func LinearRows(k, x []Row, m *Map) {
	n := len(m.Mode)
	m.check(k, x)
	switch {
	case n == 0 || level == pureGo:
		linearRowsGo(k, x, m)
	case wide():
		linearRows512(half(k, 0), &m.Mode[0], half(x, 0), half(m.Lo, 0), half(m.Hi, 0), half(m.Gain, 0), half(m.Speed, 0), n)
	default:
		for h := range 2 {
			linearRows256(half(k, h), &m.Mode[0], half(x, h), half(m.Lo, h), half(m.Hi, h), half(m.Gain, h), half(m.Speed, h), n)
		}
	}
}

func linearRowsGo(k, x []Row, m *Map) {
	for j, mode := range m.Mode {
		for lane := range k[mode] {
			t := float64(m.Speed[j][lane] * x[j][lane])
			k[mode][lane] = m.Gain[j][lane] * (float64(m.Lo[j][lane]*(1-t)) + float64(m.Hi[j][lane]*t))
		}
	}
}

// SigmoidRows sets the stiffnesses of modes that learn to gain (lo + width s), s = 1 / (1 + exp(-steep speed x)), and slope to their derivatives by x.
func SigmoidRows(k, slope, x []Row, m *Map, steep float64) {
	n := len(m.Mode)
	m.check(k, x)
	want(len(slope) >= n)
	if level == pureGo {
		sigmoidRowsGo(k, slope, x, m, steep, 0, n, 0, Lanes)
		return
	}
	step := Lanes / 2
	if wide() {
		step = Lanes
	}
	for lane := 0; lane < Lanes; lane += step {
		for j := 0; j < n; {
			h := lane / (Lanes / 2)
			if wide() {
				j = sigmoidRows512(half(k, h), half(slope, h), &m.Mode[0], half(x, h), half(m.Lo, h), half(m.Width, h), half(m.Gain, h), half(m.Speed, h), steep, j, n)
			} else {
				j = sigmoidRows256(half(k, h), half(slope, h), &m.Mode[0], half(x, h), half(m.Lo, h), half(m.Width, h), half(m.Gain, h), half(m.Speed, h), steep, j, n)
			}
			if j < n { // an exponential that is not normal
				sigmoidRowsGo(k, slope, x, m, steep, j, j+1, lane, lane+step)
				j++
			}
		}
	}
}

func sigmoidRowsGo(k, slope, x []Row, m *Map, steep float64, from, to, begin, end int) {
	for j := from; j < to; j++ {
		for lane := begin; lane < end; lane++ {
			s := 1 / (1 + elementary.Exp(-steep*(m.Speed[j][lane]*x[j][lane])))
			k[m.Mode[j]][lane] = m.Gain[j][lane] * (m.Lo[j][lane] + float64(m.Width[j][lane]*s))
			slope[j][lane] = m.Gain[j][lane] * (m.Speed[j][lane] * (m.Width[j][lane] * steep * s * (1 - s)))
		}
	}
}

// ChainRows sets g to the slopes by variables, from those by stiffnesses gk: times slope, unless that is empty. finite is zero where all are finite, and no number
// elsewhere.
func ChainRows(g, gk []Row, mode []int32, slope []Row, finite *Row) {
	n := len(mode)
	want(len(g) >= n && (len(slope) == 0 || len(slope) >= n))
	switch {
	case n == 0 || level == pureGo:
		chainRowsGo(g, gk, mode, slope, finite)
	case wide():
		chainRows512(half(g, 0), half(gk, 0), &mode[0], box(slope, 0), n, &finite[0])
	default:
		for h := range 2 {
			chainRows256(half(g, h), half(gk, h), &mode[0], box(slope, h), n, &finite[4*h])
		}
	}
}

func chainRowsGo(g, gk []Row, mode []int32, slope []Row, finite *Row) {
	*finite = Row{}
	for j, i := range mode {
		v := gk[i]
		for lane := range v {
			if len(slope) > 0 {
				v[lane] *= slope[j][lane]
			}
			finite[lane] += v[lane] - v[lane]
		}
		g[j] = v
	}
}

// Span is the least and the largest of numbers, and zero where all are finite; where they are not the others mean nothing.
type Span struct{ Least, Most, Finite Row }

// SpanRows looks at stiffnesses, one at least.
func SpanRows(k []Row) (s Span) {
	want(len(k) > 0)
	at := (*float64)(unsafe.Pointer(&s))
	switch {
	case level == pureGo:
		spanRowsGo(&s, k)
	case wide():
		spanRows512(at, half(k, 0), len(k))
	default:
		spanRows256(at, half(k, 0), len(k))
		spanRows256(&s.Least[4], half(k, 1), len(k))
	}
	return s
}

func spanRowsGo(s *Span, k []Row) {
	s.Least, s.Most = k[0], k[0]
	for i := range k {
		for lane, v := range k[i] {
			s.Least[lane] = min(s.Least[lane], v)
			s.Most[lane] = max(s.Most[lane], v)
			s.Finite[lane] += v - v
		}
	}
}
