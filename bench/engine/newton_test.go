package main

import (
	"encoding/json"
	"math"
	"os/exec"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// stretched is how much the top of a plane lattice rises, as a share of its height, by Newton's method on dense matrices that
// are written out here, from rest and in several parts of the load.
func stretched(t *testing.T, l *lattice, force float64) float64 {
	t.Helper()
	n, height := l.unknowns(), 0.0
	for i := 1; i < len(l.pos); i += 2 {
		height = max(height, l.pos[i])
	}
	x := append([]float64(nil), l.pos...)
	const parts = 8
	for part := 1; part <= parts; part++ {
		for range 12 {
			k, left := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
			for node, free := range l.free {
				if l.pos[2*node+1] > height-1e-9 {
					left.SetVec(2*int(free)+1, force*float64(part)/parts)
				}
			}
			for m, stiffness := range l.k {
				a, b := l.end[2*m], l.end[2*m+1]
				d, rest := [2]float64{x[2*b] - x[2*a], x[2*b+1] - x[2*a+1]}, [2]float64{l.pos[2*b] - l.pos[2*a], l.pos[2*b+1] - l.pos[2*a+1]}
				long, short := math.Hypot(d[0], d[1]), math.Hypot(rest[0], rest[1])
				pull := stiffness * (long - short)
				for p, end := range []int32{a, b} {
					if l.free[end] < 0 {
						continue
					}
					for i := range 2 {
						row := 2*int(l.free[end]) + i
						left.SetVec(row, left.AtVec(row)+float64(1-2*p)*pull*d[i]/long)
						for q, other := range []int32{a, b} {
							for j := range 2 {
								col := 2*int(l.free[other]) + j
								if l.free[other] < 0 || col < row {
									continue
								}
								v := (stiffness - pull/long) * d[i] * d[j] / (long * long)
								if i == j {
									v += pull / long
								}
								if p != q {
									v = -v
								}
								k.SetSym(row, col, k.At(row, col)+v)
							}
						}
					}
				}
			}
			var factor mat.Cholesky
			var step mat.VecDense
			if !factor.Factorize(k) {
				t.Fatal("the lattice buckles")
			}
			if err := factor.SolveVecTo(&step, left); err != nil {
				t.Fatal(err)
			}
			for node, free := range l.free {
				for i := range 2 {
					if free >= 0 {
						x[2*node+i] += step.AtVec(2*int(free) + i)
					}
				}
			}
		}
	}
	rise, nodes := 0.0, 0.0
	for i := 1; i < len(x); i += 2 {
		if l.pos[i] > height-1e-9 {
			rise, nodes = rise+x[i]-l.pos[i], nodes+1
		}
	}
	return rise / (nodes * height)
}

func TestNewtonAgainstDenseEquations(t *testing.T) {
	l, err := generate("t9")
	if err != nil {
		t.Fatal(err)
	}
	want := stretched(t, l, 0.2)
	if want < 0.08 {
		t.Fatalf("a strain of %g is not far", want)
	}
	for _, threads := range []string{"1", "2"} {
		out, _, err := call(t, "t9", "-newton", "0.2", "-rounds", "2", "-threads", threads)
		if err != nil {
			t.Fatal(err)
		}
		var r pulled
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatal(err)
		}
		if math.Abs(r.Strain-want) > 1e-11 {
			t.Errorf("on %s threads the top rises by %.14g of the height, by dense equations %.14g", threads, r.Strain, want)
		}
		// As many as Newton's method takes from rest with a whole tangent each, or fewer.
		if r.Newton > 7 || r.Factorisations > 5 || r.Parts != 1 || r.N != 162 || !(r.Seconds > 0) || !(r.Residual < 1e-12) {
			t.Errorf("on %s threads: %+v", threads, r)
		}
	}
}

func TestNewtonBesideSciPy(t *testing.T) {
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(python, "-c", "import scipy.sparse.linalg").Run() != nil {
			continue
		}
		t.Setenv("PYTHON", python)
		out, log, err := call(t, "-compare", t.TempDir(), "t9", "-newton", "0.2", "-rounds", "1")
		if err != nil || !strings.Contains(log, "round 1 of 1") {
			t.Fatalf("%v, %s", err, log)
		}
		if strings.Count(out, "\n| Elastrain, ") != 2 && strings.Count(out, "\n| Elastrain, ") != 1 || !strings.Contains(out, "| SciPy ") {
			t.Errorf("the table is\n%s", out)
		}
		return
	}
	t.Skip("no python3 with SciPy here")
}

func TestPullingAnUnknownLattice(t *testing.T) {
	for _, args := range [][]string{{"z9", "-newton", "0.2"}, {"-compare", t.TempDir(), "z9", "-newton", "0.2"}, {"-compare", t.TempDir(), "-newton", "0.2"}} {
		if _, _, err := call(t, args...); err == nil {
			t.Errorf("%v is no error", args)
		}
	}
}
