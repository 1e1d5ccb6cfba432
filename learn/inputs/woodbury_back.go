package inputs

import "github.com/elastrain/elastrain/internal/kernel"

// Backward implements learn.Differentiable. The sum over the batch of (C u)_m (C u')_m for every spring is taken in one of two ways: as
// rowsum((E W) o E) with E = C D0^-1 B and W = sum of a b^T, whose cost hardly grows with the batch, or by solving for the displacements of
// every sample, which costs less where the network is large and the batch small.
func (w *Woodbury) Backward(slope, g []float64) error {
	if w.why != nil {
		return w.whole.Backward(slope, g)
	}
	c, n := &w.crew, w.batch.Len()
	w.begin(n)
	c.slope, c.g = slope, g
	blocks := w.blocks()
	if need := n * w.stride; len(c.a) < need {
		c.a, c.b = make([]float64, need), make([]float64, n*blocks*kernel.Strip)
	}
	clear(c.b)
	for part := range c.zz {
		if c.zz[part] == nil {
			c.zz[part] = make([]float64, len(w.springs))
		}
		clear(c.zz[part])
	}
	for len(c.index) < max(w.stride, kernel.StripRows) {
		c.index = append(c.index, int32(len(c.index)))
	}
	c.team.Start(w.effort(n) + w.products(n))
	c.team.Each((n+c.part-1)/c.part, w, func(w *Woodbury, worker, part int) {
		c := &w.crew
		for i := part * c.part; i < min((part+1)*c.part, w.batch.Len()); i++ {
			c.failed[i] = w.coefficients(c.lanes[worker], i, part)
		}
	})
	for _, err := range c.failed[:n] {
		if err != nil {
			c.team.Stop()
			return err
		}
	}
	if w.way == "products" || w.way == "" && w.products(n) <= w.solves(n) {
		w.contract()
		c.team.Stop()
	} else {
		c.team.Stop() // the solver has threads of its own
		if err := w.displace(); err != nil {
			return err
		}
	}
	for m, written := range w.written {
		if written {
			g[m] *= w.plan.Least
		}
	}
	for i, m := range w.springs {
		for part := range c.zz {
			g[m] += c.zz[part][i]
		}
	}
	return nil
}

// blocks is how many blocks of kernel.Strip columns B has.
func (w *Woodbury) blocks() int { return (w.stride + kernel.Strip - 1) / kernel.Strip }

// products and solves are about the multiplications of both ways. The solver's go about a third as fast.
func (w *Woodbury) products(n int) float64 {
	return float64(w.c.M+n) * float64(w.stride) * float64(w.stride)
}

func (w *Woodbury) solves(n int) float64 {
	return 3 * 2 * float64(n) * (float64(w.base.Solver.Bytes())/4 + 4*float64(w.c.M))
}

// coefficients writes a and b of a sample, and adds what its input springs get.
func (w *Woodbury) coefficients(l *woodburyLane, i, part int) error {
	c := &w.crew
	q := len(w.plan.Out)
	s := l.own
	if w.batch.Len() <= mostSamples {
		s = c.kept[i]
	} else if err := w.sample(l, s, i, c.out[i*q:(i+1)*q], true); err != nil {
		return err
	}
	n := len(s.on)
	a := c.a[i*w.stride:][:w.stride]
	clear(a)
	b := func(column int) *float64 {
		return &c.b[(column/kernel.Strip*w.batch.Len()+i)*kernel.Strip+column%kernel.Strip]
	}
	slope := c.slope[i*q : (i+1)*q]
	for j, at := range s.on {
		z, back := s.z[j], 0.0
		for o, v := range slope {
			back += v * s.z[(1+o)*n+j]
		}
		a[at] = -s.root[j] * z
		*b(int(at)) = s.root[j] * back
		c.zz[part][at] -= z * back / w.k[w.springs[at]]
	}
	r := len(w.springs)
	a[r] = 1
	for p, column := range w.pushes {
		a[r+1+p] = w.input(i)[column]
	}
	for o, v := range slope {
		*b(w.inner() + o) = -v
	}
	return nil
}

const pieceModes = 6 * 32

// contract is rowsum((E W) o E).
func (w *Woodbury) contract() {
	c := &w.crew
	if w.e == nil {
		w.e = make([]float64, w.c.M*w.stride)
	}
	if !w.eReady {
		w.base.C.Elongations(w.e, w.v, w.stride)
		w.eReady = true
	}
	if c.w == nil {
		c.w = make([]float64, w.blocks()*w.stride*kernel.Strip)
	}
	c.team.Each(w.blocks(), w, func(w *Woodbury, _, block int) {
		c, n := &w.crew, w.batch.Len()
		sum := c.w[block*w.stride*kernel.Strip:][:w.stride*kernel.Strip]
		clear(sum)
		kernel.Product(sum, c.index[:w.stride], c.a, 1, w.stride, c.b[block*n*kernel.Strip:], n)
	})
	c.team.Each((w.c.M+pieceModes-1)/pieceModes, w, func(w *Woodbury, worker, piece int) {
		c := &w.crew
		tile := c.lanes[worker].tile
		for from := piece * pieceModes; from < min((piece+1)*pieceModes, w.c.M); from += kernel.StripRows {
			rows := min(kernel.StripRows, w.c.M-from)
			clear(c.g[from : from+rows])
			for block := range w.blocks() {
				clear(tile)
				kernel.Product(tile, c.index[:rows], w.e[from*w.stride:], w.stride, 1, c.w[block*w.stride*kernel.Strip:], w.stride)
				wide := min(kernel.Strip, w.stride-block*kernel.Strip)
				for r := range rows {
					e, sum := w.e[(from+r)*w.stride+block*kernel.Strip:][:wide], 0.0
					for i, v := range tile[r*kernel.Strip:][:wide] {
						sum += v * e[i]
					}
					c.g[from+r] += sum
				}
			}
		}
	})
}

// displace finds the displacements of every sample, eight at a time.
func (w *Woodbury) displace() error {
	c, n, base := &w.crew, w.batch.Len(), w.base.C
	if c.u == nil {
		c.u, c.v = make([]float64, base.N*slab), make([]float64, base.N*slab)
		c.e, c.adj = make([]float64, base.M*slab), make([]float64, base.M*slab)
	}
	clear(c.g)
	for first := 0; first < n; first += slab {
		clear(c.u)
		clear(c.v)
		for i := range min(slab, n-first) {
			w.hang(first+i, i)
		}
		for _, x := range [2][]float64{c.u, c.v} {
			if err := w.base.Solver.Solve(x, slab); err != nil {
				return err
			}
		}
		base.Elongations(c.e, c.u, slab)
		base.Elongations(c.adj, c.v, slab)
		for m := range c.g {
			e, a := (*[slab]float64)(c.e[m*slab:]), (*[slab]float64)(c.adj[m*slab:])
			c.g[m] += ((e[0]*a[0] + e[1]*a[1]) + (e[2]*a[2] + e[3]*a[3])) + ((e[4]*a[4] + e[5]*a[5]) + (e[6]*a[6] + e[7]*a[7]))
		}
	}
	return nil
}

// hang puts the loads B a and B b of a sample into a column of u and v.
func (w *Woodbury) hang(i, column int) {
	c := &w.crew
	a, n, r := c.a[i*w.stride:][:w.stride], w.batch.Len(), len(w.springs)
	b := func(at int) float64 { return c.b[(at/kernel.Strip*n+i)*kernel.Strip+at%kernel.Strip] }
	for j, m := range w.springs {
		if a[j] == 0 && b(j) == 0 {
			continue
		}
		col, val := w.row(m)
		for t, u := range col {
			c.u[int(u)*slab+column] += val[t] * a[j]
			c.v[int(u)*slab+column] += val[t] * b(j)
		}
	}
	for u, f := range w.ports.probe {
		c.u[u*slab+column] += f
	}
	for p, push := range w.pushes {
		for _, t := range w.ports.push[push] {
			c.u[int(t.unknown)*slab+column] += t.by * a[r+1+p]
		}
	}
	for o, out := range w.ports.out {
		for _, t := range out {
			c.v[int(t.unknown)*slab+column] += t.by * b(w.inner()+o)
		}
	}
}
