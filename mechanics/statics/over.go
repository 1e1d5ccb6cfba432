package statics

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/internal/kernel"
	"github.com/elastrain/elastrain/mechanics/body"
)

const (
	// shares is in how many parts sums over modes are taken, whoever takes them: so they have the same bits for any number
	// of threads.
	shares = 4
	// modesAtOnce, unknownsAtOnce are what a thread does at a time of what is set and not summed.
	modesAtOnce, unknownsAtOnce = 4096, 8192
	// effortOfMode is what it takes to do a little for a mode, in cycles.
	effortOfMode = 30
)

// over is a pass over all modes of answers.
type over struct {
	n     *near
	a     *Answers
	u     []float64         // first column of the answers; unknowns, then given values
	sum   [shares][]float64 // of each share: what is left over at every unknown beside the sizes of what meets there
	worst [shares]float64

	inputs, outputs int // of Products
	weights, g      []float64
}

// elongate sets e = C u.
func (n *near) elongate(a *Answers) {
	n.over.n, n.over.a = n, a
	modes := len(n.rows.Ptr) - 1
	n.team.Start(effortOfMode * float64(modes))
	n.team.Each((modes+modesAtOnce-1)/modesAtOnce, &n.over, elongatePart)
	n.team.Stop()
}

func elongatePart(o *over, _, part int) {
	a, r, stride := o.a, o.n.rows, o.a.Stride
	from := part * modesAtOnce
	to := min(from+modesAtOnce, len(r.Ptr)-1)
	if stride == kernel.Width {
		kernel.Gather8(a.E[from*stride:to*stride], a.U, r.Ptr[from:to+1], r.Col, r.Val)
		return
	}
	for m := from; m < to; m++ {
		row := a.E[m*stride : (m+1)*stride]
		clear(row)
		for at := r.Ptr[m]; at < r.Ptr[m+1]; at++ {
			v, x := r.Val[at], a.U[int(r.Col[at])*stride:][:stride]
			for i := range row {
				row[i] += v * x[i]
			}
		}
	}
}

// Products sets g (len M) to the sum over outputs o and inputs i of weights[o*inputs+i] e_o e_i for the deformations e of every
// mode, inputs being the first columns of a and outputs those that follow: the derivative of a loss by the weight of each mode
// has this form for any batch. After Respond.
func (q *Equilibrium) Products(a *Answers, inputs, outputs int, weights, g []float64) {
	if len(g) != q.Body.M || len(weights) != inputs*outputs || inputs+outputs > a.Columns {
		panic(fmt.Sprintf("statics: %d products of %d by %d columns with %d weights for %d modes and %d columns", len(g), inputs, outputs, len(weights), q.Body.M, a.Columns))
	}
	n := q.near
	o := &n.over
	o.n, o.a, o.inputs, o.outputs, o.weights, o.g = n, a, inputs, outputs, weights, g
	n.team.Start(effortOfMode * float64(len(g)))
	n.team.Each((len(g)+modesAtOnce-1)/modesAtOnce, o, productsPart)
	n.team.Stop()
}

func productsPart(o *over, _, part int) {
	from := part * modesAtOnce
	g := o.g[from:min(from+modesAtOnce, len(o.g))]
	columns, stride := o.inputs+o.outputs, o.a.Stride
	e := o.a.E[from*stride:]
	if o.inputs == 4 {
		for m := range g {
			row := e[m*stride:][:columns:columns]
			a, b, c, d := row[0], row[1], row[2], row[3]
			w, sum := o.weights, 0.0
			for _, v := range row[4:] {
				sum += v * (w[0]*a + w[1]*b + w[2]*c + w[3]*d)
				w = w[4:]
			}
			g[m] = sum
		}
		return
	}
	for m := range g {
		row := e[m*stride:][:columns:columns]
		in, w, sum := row[:o.inputs], o.weights, 0.0
		for _, v := range row[o.inputs:] {
			x := 0.0
			for k, y := range w[:len(in)] {
				x += y * in[k]
			}
			w = w[len(in):]
			sum += v * x
		}
		g[m] = sum
	}
}

// backward is the backward error of the first column, unknown by unknown.
func (n *near) backward(a *Answers) float64 {
	o := &n.over
	o.n, o.a = n, a
	if o.u == nil {
		o.u = make([]float64, len(a.U)/a.Stride)
		for i := range o.sum {
			o.sum[i] = make([]float64, 2*a.n)
		}
	}
	n.team.Start(effortOfMode * float64(len(n.weights)))
	n.team.Each((len(o.u)+unknownsAtOnce-1)/unknownsAtOnce, o, firstColumn)
	n.team.Each(shares, o, leaveOver)
	for _, l := range a.loads {
		if l.column == 0 && l.row < a.n {
			o.sum[0][2*l.row] += l.value
			o.sum[0][2*l.row+1] += math.Abs(l.value)
		}
	}
	n.team.Each(shares, o, worstOfShare)
	n.team.Stop()
	worst := 0.0
	for _, v := range o.worst {
		worst = max(worst, v) // a NaN stays one
	}
	return worst
}

func firstColumn(o *over, _, part int) {
	from := part * unknownsAtOnce
	u := o.u[from:min(from+unknownsAtOnce, len(o.u))]
	for i := range u {
		u[i] = o.a.U[(from+i)*o.a.Stride]
	}
}

// leaveOver takes the forces of a share of the modes off what is left over at their unknowns.
func leaveOver(o *over, _, share int) {
	r, u, sum, unknowns := o.n.rows, o.u, o.sum[share], int32(o.a.n)
	clear(sum)
	modes := len(o.n.weights)
	from := modes * share / shares
	for m, w := range o.n.weights[from : modes*(share+1)/shares] {
		first, last := r.Ptr[from+m], r.Ptr[from+m+1]
		col, val := r.Col[first:last], r.Val[first:last]
		val = val[:len(col)]
		e, size := 0.0, 0.0
		for i, c := range col {
			v := val[i] * u[c]
			e += v
			size += math.Abs(v)
		}
		e, size = w*e, math.Abs(w)*size
		for i, c := range col {
			if c < unknowns {
				at := sum[2*c:][:2]
				at[0] -= val[i] * e
				at[1] += math.Abs(val[i]) * size
			}
		}
	}
}

// worstOfShare is the largest backward error among a share of the unknowns.
func worstOfShare(o *over, _, share int) {
	worst := 0.0
	for i := o.a.n * share / shares; i < o.a.n*(share+1)/shares; i++ {
		left, most := 0.0, 0.0
		for _, sum := range o.sum {
			left, most = left+sum[2*i], most+sum[2*i+1]
		}
		if left = math.Abs(left); left > 0 || math.IsNaN(left) {
			worst = max(worst, left/most)
		}
	}
	o.worst[share] = worst
}

// apart is the ratio of weights of modes of one unit above which all answers are refined, as those of springs are.
const apart = 1e6

// stretch is modes first, first+step, ... before last.
type stretch struct{ first, last, step int }

// alike lists the modes whose weights have one unit, stretch by stretch.
func alike(b *body.Body) (list [][]stretch) {
	number := map[[2]string]int{}
	for at := range b.Runs {
		r := &b.Runs[at]
		for m, mode := range r.Kind.Modes(b.Space.Dim) {
			unit := [2]string{mode.Unit, mode.Force}
			if _, known := number[unit]; !known {
				number[unit] = len(list)
				list = append(list, nil)
			}
			i := number[unit]
			list[i] = append(list[i], stretch{r.Mode + m, r.Mode + len(r.Elements)*r.Modes, r.Modes})
		}
	}
	return list
}

// differ says whether weights of one unit differ so much that what a soft element adds to a stiff one is lost.
func differ(alike [][]stretch, weights []float64) bool {
	for _, list := range alike {
		least, most := math.Inf(1), 0.0
		for _, s := range list {
			for m := s.first; m < s.last; m += s.step {
				w := math.Abs(weights[m])
				least, most = min(least, w), max(most, w)
			}
		}
		if most > apart*least {
			return true
		}
	}
	return false
}
