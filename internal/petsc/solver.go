//go:build petsc

package petsc

import (
	"fmt"

	"github.com/elastrain/elastrain/mechanics"
)

// What rank 0 asks of the others.
const (
	newMatrix int32 = iota
	factor
	solve
	together // to do what the caller of Follow does
	drop
	leave
)

// Solver is a mechanics.Solver at rank 0 that shares a lattice out and lets all ranks solve: they must be in Follow.
type Solver struct {
	system   *system
	division *Division
	name     string
	rows     []float64 // of the largest rank
	k        []float64
}

// NewSolver shares out a lattice. way is MUMPS, GAMG, or "" or "auto" for the one that fits.
func NewSolver(w *World, c *mechanics.Compatibility, way string) (s *Solver, why string, err error) {
	why = "asked for"
	if way == "" || way == "auto" {
		way, why = MUMPS, fmt.Sprintf("chosen in the plane, and in space below %d unknowns", multigridFrom)
		if c.Dim == 3 && c.N >= multigridFrom {
			way, why = GAMG, fmt.Sprintf("chosen in space from %d unknowns", multigridFrom)
		}
	}
	if len(c.Strain) > 0 {
		return nil, "", fmt.Errorf("a periodic cell is not shared out over ranks")
	}
	if nodes := len(c.Pos) / c.Dim; w.Ranks > nodes {
		return nil, "", fmt.Errorf("%d ranks share out %d nodes: start at most as many ranks as there are nodes", w.Ranks, nodes)
	}
	d, err := Divide(c, sharesFor(w.Ranks, way == GAMG, c.N, c.M))
	if err != nil {
		return nil, "", err
	}
	multigrid := int32(0)
	if way == GAMG {
		multigrid = 1
	}
	if err := broadcast([]int32{newMatrix, multigrid}); err != nil {
		return nil, "", err
	}
	var own *Part
	if err := d.Parts(func(rank int, p *Part) error {
		if rank == 0 {
			own = p
			return nil
		}
		return p.send(rank)
	}); err != nil {
		return nil, "", err
	}
	s = &Solver{division: d, name: fmt.Sprintf("PETSc %s on %d ranks", way, w.Ranks)}
	if s.system, err = newSystem(w, own, way); err != nil {
		return nil, "", err
	}
	for r := range d.nodes {
		s.rows = make([]float64, max(len(s.rows), len(d.nodes[r])*c.Dim))
		s.k = make([]float64, max(len(s.k), len(d.modes[r])))
	}
	return s, why, nil
}

// Factor implements mechanics.Solver.
func (s *Solver) Factor(k []float64) error {
	if err := broadcast([]int32{factor, 0}); err != nil {
		return err
	}
	pack := func(r int) []float64 {
		v := s.k[:len(s.division.modes[r])]
		for i, m := range s.division.modes[r] {
			v[i] = k[m]
		}
		return v
	}
	for r := 1; r < s.system.world.Ranks; r++ {
		if err := send(pack(r), r); err != nil {
			return err
		}
	}
	return s.system.set(pack(0))
}

// Solve implements mechanics.Solver, one load after another.
func (s *Solver) Solve(b []float64, nrhs int) error {
	for column := range nrhs {
		empty := true // columns that only fill up a block
		for at := column; at < len(b) && empty; at += nrhs {
			empty = b[at] == 0
		}
		if empty {
			continue
		}
		if err := s.column(b, nrhs, column); err != nil {
			return err
		}
	}
	return nil
}

func (s *Solver) column(b []float64, stride, column int) error {
	w, dim := s.system.world, s.division.c.Dim
	if err := broadcast([]int32{solve, 0}); err != nil {
		return err
	}
	for r := 1; r < w.Ranks; r++ {
		rows := s.rows[:len(s.division.nodes[r])*dim]
		s.division.spread(r, b, stride, column, rows)
		if err := send(rows, r); err != nil {
			return err
		}
	}
	own := s.rows[:len(s.division.nodes[0])*dim]
	s.division.spread(0, b, stride, column, own)
	if err := s.system.solve(own, own); err != nil {
		return err
	}
	return w.Gather(own, func(r int, rows []float64) { s.division.collect(r, rows, b, stride, column) })
}

// Name implements mechanics.Solver.
func (s *Solver) Name() string { return s.name }

// Describe implements mechanics.Solver.
func (s *Solver) Describe() string {
	c := s.division.c
	return fmt.Sprintf("%d unknowns, %d bonds; %s", c.N, c.M, s.name)
}

// Bytes implements mechanics.Solver: what rank 0 keeps to know who has what.
func (s *Solver) Bytes() int64 {
	return 4 * int64(2*len(s.division.fresh)+len(s.division.owner)+s.division.c.M)
}

// Work is what has been solved.
func (s *Solver) Work() Work { return s.system.work }

// Shared is the lattice that has been shared out.
func (s *Solver) Shared() *Shared { return &Shared{s.system, s.division} }

// Close gives back the matrix and its factor, on all ranks. Nothing more can be solved.
func (s *Solver) Close() error {
	if err := broadcast([]int32{drop, 0}); err != nil {
		return err
	}
	s.system.sound = false
	return s.system.free()
}

// Together lets the other ranks return from Follow into what their caller does next.
func (w *World) Together() error { return broadcast([]int32{together, 0}) }

// Leave ends Follow on the other ranks for good.
func (w *World) Leave() error { return broadcast([]int32{leave, 0}) }

// Follow serves the Solver of rank 0 until it lets go: with a lattice where rank 0 wants to do something with all, with nil at
// the end. was is what Follow returned last.
func (w *World) Follow(was *Shared) (*Shared, error) {
	var s *system
	if was != nil {
		s = was.system
	}
	for {
		order := make([]int32, 2)
		if err := broadcast(order); err != nil {
			return nil, err
		}
		var err error
		switch order[0] {
		case newMatrix:
			p := new(Part)
			if err = p.receive(); err != nil {
				return nil, err
			}
			way := MUMPS
			if order[1] == 1 {
				way = GAMG
			}
			if err = s.free(); err != nil {
				return nil, err
			}
			if s, err = newSystem(w, p, way); err != nil {
				return nil, err
			}
		case factor:
			k := make([]float64, len(s.part.Modes))
			if err = receive(k, 0); err == nil {
				err = s.set(k)
			}
		case solve:
			rows := make([]float64, s.part.Owned*s.part.Dim)
			if err = receive(rows, 0); err == nil {
				if err = s.solve(rows, rows); err == nil {
					err = w.Gather(rows, nil)
				}
			}
		case drop:
			err = s.free()
			s = nil
		case together:
			return &Shared{s, nil}, nil
		case leave:
			return nil, nil
		}
		if err != nil && !isInaccurate(err) { // these rank 0 has too, and says
			return nil, err
		}
	}
}

// send hands a part to its rank.
func (p *Part) send(to int) error {
	if err := send([]int64{int64(p.Dim), int64(p.Owned), int64(p.First)}, to); err != nil {
		return err
	}
	for _, v := range [][]float64{p.Pos, p.Val} {
		if err := sendSlice(v, to); err != nil {
			return err
		}
	}
	for _, v := range [][]int32{p.Modes, p.Ptr, p.Col, p.Touch, p.Inside, p.Outside} {
		if err := sendSlice(v, to); err != nil {
			return err
		}
	}
	return sendSlice(p.Held, to)
}

func (p *Part) receive() error {
	head := make([]int64, 3)
	if err := receive(head, 0); err != nil {
		return err
	}
	p.Dim, p.Owned, p.First = int(head[0]), int(head[1]), int(head[2])
	for _, v := range []*[]float64{&p.Pos, &p.Val} {
		if err := receiveSlice(v, 0); err != nil {
			return err
		}
	}
	for _, v := range []*[]int32{&p.Modes, &p.Ptr, &p.Col, &p.Touch, &p.Inside, &p.Outside} {
		if err := receiveSlice(v, 0); err != nil {
			return err
		}
	}
	return receiveSlice(&p.Held, 0)
}
