package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"time"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
)

// pulled is what finding one equilibrium of a lattice that is pulled far takes.
type pulled struct {
	Solver         string  `json:"solver"`
	N              int     `json:"n"`
	Seconds        float64 `json:"seconds"` // median of the runs
	Least          float64 `json:"least"`
	Processor      float64 `json:"processor"` // seconds of all threads in a run; 0 unknown
	Newton         int     `json:"newton_steps"`
	Factorisations int     `json:"factorisations"`
	Parts          int     `json:"load_parts"`
	Strain         float64 `json:"strain"`   // mean rise of the top over the height
	Residual       float64 `json:"residual"` // norm of the force left over, of that of the load
	Threads        int     `json:"threads"`
}

// newton pulls every node of the top of a plane lattice of springs upwards by a force, from rest, in finite deformation.
func newton(name string, force float64, runs, threads int, out io.Writer) error {
	runtime.GOMAXPROCS(threads)
	l, err := named(name)
	if err != nil {
		return err
	}
	q, err := l.springs()
	if err != nil {
		return err
	}
	r, err := q.pull(force, runs, threads)
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(r)
}

// named is the lattice of a file, or of a name.
func named(name string) (*lattice, error) {
	if strings.HasSuffix(name, ".lat") {
		return readLattice(name)
	}
	return generate(name)
}

// sheet is a plane lattice of springs whose ends move far, and its top.
type sheet struct {
	eq     *statics.Equilibrium
	top    []int // nodes
	height float64
}

// springs is a lattice as such a sheet.
func (l *lattice) springs() (*sheet, error) {
	p := &body.Plan{Dim: l.dim, Pos: l.pos}
	for m, k := range l.k {
		p.Elements = append(p.Elements, body.Element{Kind: element.Bar{}, Law: law.Spring{}, Nodes: []int{int(l.end[2*m]), int(l.end[2*m+1])}, Theta: []float64{k}})
	}
	top := math.Inf(-1)
	for node, free := range l.free {
		top = max(top, l.pos[(node+1)*l.dim-1])
		for axis := range l.dim {
			if free < 0 {
				p.Supports = append(p.Supports, body.Support{Node: node, Part: element.Part(axis)})
			}
		}
	}
	b, err := body.New(p)
	if err != nil {
		return nil, err
	}
	q := &sheet{eq: statics.New(b, true), height: top}
	for node := range l.free {
		if l.pos[(node+1)*l.dim-1] > top-1e-9 {
			q.top = append(q.top, node)
		}
	}
	return q, q.eq.Set(b.Theta())
}

// pull finds the equilibrium under a force on every node of the top, from rest, several times.
func (q *sheet) pull(force float64, runs, threads int) (*pulled, error) {
	b := q.eq.Body
	f := make([]float64, b.Space.N)
	up := element.Part(b.Space.Dim - 1)
	for _, node := range q.top {
		statics.Port{{Node: node, Part: up, Weight: 1}}.Put(&b.Space, force, f)
	}
	s := b.NewState()
	r := &pulled{Solver: ours, N: b.Space.N, Threads: threads, Least: math.Inf(1)}
	var seconds, taken []float64
	for range runs {
		start, cpu := time.Now(), processor()
		effort, err := q.eq.Rest(&statics.Load{F: f}, s)
		if err != nil {
			return nil, err
		}
		took := time.Since(start).Seconds()
		seconds, taken, r.Least = append(seconds, took), append(taken, processor()-cpu), min(r.Least, took)
		r.Newton, r.Factorisations, r.Parts = effort.Iterations, effort.Factorisations, effort.Steps
	}
	r.Seconds, r.Processor = median(seconds), median(taken)
	for _, node := range q.top {
		r.Strain += b.Value(s, node, up) / (q.height * float64(len(q.top)))
	}
	w, left, load := b.NewWork(), append([]float64(nil), f...), 0.0
	b.Stand(w, s, true)
	b.Resist(w, q.eq.Theta(), s)
	b.Forces(w, s.T, -1, left, nil)
	for i, v := range left {
		r.Residual += v * v
		load += f[i] * f[i]
	}
	r.Residual = math.Sqrt(r.Residual / load)
	if !(r.Residual < 1e-10) {
		return nil, fmt.Errorf("a share of %.1e of the load is left over", r.Residual)
	}
	return r, nil
}
