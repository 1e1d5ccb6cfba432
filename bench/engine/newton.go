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
	N              int     `json:"n"`
	Seconds        float64 `json:"seconds"` // median of the runs
	Least          float64 `json:"least"`
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
	var l *lattice
	var err error
	if strings.HasSuffix(name, ".lat") {
		l, err = readLattice(name)
	} else {
		l, err = generate(name)
	}
	if err != nil {
		return err
	}
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
		return err
	}
	q := statics.New(b, true)
	if err := q.Set(b.Theta()); err != nil {
		return err
	}
	f := make([]float64, b.Space.N)
	var nodes []int
	for node := range l.free {
		if l.pos[(node+1)*l.dim-1] > top-1e-9 {
			nodes = append(nodes, node)
			statics.Port{{Node: node, Part: element.Part(l.dim - 1), Weight: 1}}.Put(&b.Space, force, f)
		}
	}
	s := b.NewState()
	r := &pulled{N: b.Space.N, Threads: threads, Least: math.Inf(1)}
	var seconds []float64
	for range runs {
		start := time.Now()
		effort, err := q.Rest(&statics.Load{F: f}, s)
		if err != nil {
			return err
		}
		took := time.Since(start).Seconds()
		seconds, r.Least = append(seconds, took), min(r.Least, took)
		r.Newton, r.Factorisations, r.Parts = effort.Iterations, effort.Factorisations, effort.Steps
	}
	r.Seconds = median(seconds)
	for _, node := range nodes {
		r.Strain += b.Value(s, node, element.Part(l.dim-1)) / (top * float64(len(nodes)))
	}
	w, left, load := b.NewWork(), append([]float64(nil), f...), 0.0
	b.Stand(w, s, true)
	b.Resist(w, q.Theta(), s)
	b.Forces(w, s.T, -1, left, nil)
	for i, v := range left {
		r.Residual += v * v
		load += f[i] * f[i]
	}
	r.Residual = math.Sqrt(r.Residual / load)
	if !(r.Residual < 1e-10) {
		return fmt.Errorf("a share of %.1e of the load is left over", r.Residual)
	}
	return json.NewEncoder(out).Encode(r)
}
