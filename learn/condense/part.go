package condense

import (
	"slices"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/law"
)

// part is one that is condensed. Its unknowns count from 0: first those that are eliminated, then those of its edge.
type part struct {
	group    *group
	unknowns []int32 // of the body
	ni, nb   int     // eliminated, of the edge
	rows     rows    // deformations of its elements; those that inputs set come last
	fixed    int     // so many modes that no input sets
	set      []member
	entry    []int // in L, of pairs of the edge: lower triangle row by row
	place    []int // columns of L of the edge

	base []float64 // what no input sets; (ni + nb)^2, the lower triangle
	// Of each state:
	lift  []float64 // what is eliminated follows the edge; ni x nb
	stiff []float64 // at the edge; lower triangle
	sum   []float64 // over the samples of (a_p u_q + u_p a_q)/2 at the edge; lower triangle
}

// rows are deformations of some elements by the unknowns of a part, or of the rest, in ascending order.
type rows struct {
	mode []int // of the body
	ptr  []int32
	col  []int32
	val  []float64
}

// add adds a mode of a body whose rows are all; number says what its unknowns are here.
func (r *rows) add(all *body.Rows, mode int, number func(unknown int32) int32) {
	if len(r.ptr) == 0 {
		r.ptr = append(r.ptr, 0)
	}
	r.mode = append(r.mode, mode)
	for at := all.Ptr[mode]; at < all.Ptr[mode+1]; at++ {
		col := number(all.Col[at])
		to := len(r.col)
		for to > int(r.ptr[len(r.ptr)-1]) && r.col[to-1] > col {
			to--
		}
		r.col, r.val = slices.Insert(r.col, to, col), slices.Insert(r.val, to, all.Val[at])
	}
	r.ptr = append(r.ptr, int32(len(r.col)))
}

// row is the entries of the i-th mode.
func (r *rows) row(i int) (col []int32, val []float64) {
	return r.col[r.ptr[i]:r.ptr[i+1]], r.val[r.ptr[i]:r.ptr[i+1]]
}

// member is an element that inputs set.
type member struct {
	law          law.Linear
	span         law.Span // its size, and room for its parameters
	first, modes int      // of its modes in the part
	theta        int      // place of its first parameter
	changes      []change
}

// change is what an input of the group makes of a parameter of the member.
type change struct {
	param, input int
	least        float64
	complement   bool
}

// share is what an amplitude leaves of the parameter.
func (c *change) share(amplitude float64) float64 {
	if c.complement {
		amplitude = 1 - amplitude
	}
	return c.least + (1-c.least)*amplitude
}

// scratch is room for condensing a part.
type scratch struct {
	k            []float64 // (ni + nb)^2
	weight, rate []float64 // of a member
	all          []float64 // sum over states of a u^T; (ni + nb)^2
	table        []int32   // of states, by their hash
}

func (p *part) n() int { return p.ni + p.nb }

// add adds w c^T c of the i-th mode to the lower triangle of k.
func (p *part) add(k []float64, i int, w float64) {
	n := p.n()
	col, val := p.rows.row(i)
	for a, x := range val {
		x *= w
		for b, y := range val[:a+1] {
			k[int(col[a])*n+int(col[b])] += x * y
		}
	}
}

// build sets what no input sets from the weights of all modes of the body.
func (p *part) build(weight []float64) {
	clear(p.base)
	for i, mode := range p.rows.mode[:p.fixed] {
		p.add(p.base, i, weight[mode])
	}
}

// at sets the parameters of a member in the state of a sample.
func (m *member) at(theta, in []float64, g *group) {
	copy(m.span.Theta, theta[m.theta:])
	for i := range m.changes {
		c := &m.changes[i]
		m.span.Theta[c.param] *= c.share(in[g.inputs[c.input]])
	}
}

// condense finds the stiffness of a state at the edge, and how the inside follows. It returns the unknown of the part at which
// nothing resists, or -1.
func (p *part) condense(w *scratch, theta, in []float64, state int) int {
	n, ni, nb := p.n(), p.ni, p.nb
	k := w.k[:n*n]
	copy(k, p.base)
	for i := range p.set {
		m := &p.set[i]
		m.at(theta, in, p.group)
		weight := w.weight[:m.modes]
		m.law.Weigh(&m.span, weight)
		for mode, v := range weight {
			p.add(k, m.first+mode, v)
		}
	}
	for j := range ni {
		d, given := k[j*n+j], 0.0
		for q := range j { // what is eliminated so far has been scaled
			given += k[j*n+q] * k[j*n+q] * k[q*n+q]
		}
		if !(d > leastPivot*(d+given)) {
			return j
		}
		for q := j + 1; q < n; q++ {
			if v := k[q*n+j]; v != 0 {
				l := v / d
				for s := q; s < n; s++ {
					k[s*n+q] -= k[s*n+j] * l
				}
			}
		}
		for q := j + 1; q < n; q++ {
			k[q*n+j] /= d
		}
	}
	lift := p.lift[state*ni*nb:][:ni*nb]
	for i := ni - 1; i >= 0; i-- {
		for b := range nb {
			v := -k[(ni+b)*n+i]
			for q := i + 1; q < ni; q++ {
				v -= k[q*n+i] * lift[q*nb+b]
			}
			lift[i*nb+b] = v
		}
	}
	at := state * nb * (nb + 1) / 2
	for b := range nb {
		at += copy(p.stiff[at:], k[(ni+b)*n+ni:][:b+1])
	}
	return -1
}

// leastPivot is how little elimination may leave of a stiffness, as in the factorisation of a whole network.
const leastPivot = 1e-14

// back adds the derivatives of a state by the parameters that its inputs set to g, and the sum of a u^T to that of all states.
func (p *part) back(w *scratch, theta, in []float64, state int, g []float64) {
	n, ni, nb := p.n(), p.ni, p.nb
	x := w.k[:n*n]
	sum, lift := p.sum[state*nb*(nb+1)/2:], p.lift[state*ni*nb:][:ni*nb]
	at := 0
	for b := range nb {
		for c := range b + 1 {
			x[(ni+b)*n+ni+c], x[(ni+c)*n+ni+b] = sum[at], sum[at]
			at++
		}
	}
	for i := range ni {
		own := lift[i*nb:][:nb]
		for b := range nb {
			v := 0.0
			for c, by := range own {
				v += by * x[(ni+c)*n+ni+b]
			}
			x[(ni+b)*n+i] = v
		}
		for q := range i + 1 {
			v := 0.0
			for b, by := range lift[q*nb:][:nb] {
				v += by * x[(ni+b)*n+i]
			}
			x[i*n+q] = v
		}
	}
	for i, v := range x {
		w.all[i] += v
	}
	for i := range p.set {
		m := &p.set[i]
		m.at(theta, in, p.group)
		params := len(m.span.Theta)
		rate := w.rate[:m.modes*params]
		m.law.WeighRate(&m.span, rate)
		for q := range params {
			v := 0.0
			for mode := range m.modes {
				if by := rate[mode*params+q]; by != 0 {
					v += by * p.rows.square(m.first+mode, x, n)
				}
			}
			for c := range m.changes {
				if m.changes[c].param == q {
					v *= m.changes[c].share(in[p.group.inputs[m.changes[c].input]])
				}
			}
			g[m.theta+q] += v
		}
	}
}

// square is c x c^T of the i-th mode, for a symmetric x of which the lower triangle is there.
func (r *rows) square(i int, x []float64, n int) float64 {
	col, val := r.row(i)
	sum := 0.0
	for a, v := range val {
		own := v * x[int(col[a])*n+int(col[a])]
		for b, y := range val[:a] {
			own += 2 * y * x[int(col[a])*n+int(col[b])]
		}
		sum += v * own
	}
	return sum
}
