package insitu

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/lab/identify"
	"github.com/elastrain/elastrain/spec"
)

// The rehearsal of the guide, on a twin that deforms as lattices do and hangs whole half grams, is
// explained by the noise of its marks; the stiffnesses it really has are found within their error bars.
func TestIdentifyARehearsal(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	file, err := spec.Parse("a.yaml", []byte(onTwin), "lab.steps=3", "task.cases[1].push[1].force=9 gf", "lab.twin.noise=3 um")
	if err != nil {
		t.Fatal(err)
	}
	tr, err := Open(ctx, Request{File: file, Parent: dir, Name: "a", Exact: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tr.Train(ctx); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(tr.Close(ctx)); err != nil {
		t.Fatal(err)
	}
	r, err := Load(atomicfile.OS{}, filepath.Join(dir, "a"))
	if err != nil {
		t.Fatal(err)
	}
	cases, k, err := r.Cases(0)
	if err != nil {
		t.Fatal(err)
	}
	prior := identify.Prior{Design: k, Own: 0.05, Common: 0.1}
	small, err := identify.Fit(r.Lab.Experiment.Network, cases, prior)
	if err != nil || small.Fits() {
		t.Fatalf("small displacements explain them too (%v): nothing is tested here", err)
	}
	e, finite, err := r.Lab.Identify(cases, prior)
	if err != nil || !finite || !e.Fits() || e.Misfit > 2 {
		t.Fatalf("finite %v, misfit %g, %v", finite, e.Misfit, err)
	}
	specimen, err := r.Lab.Twin(k)
	if err != nil {
		t.Fatal(err)
	}
	square := 0.0
	for i, has := range specimen.Stiffness() {
		off := math.Log(e.K[i]/has) / e.Deviation[i]
		square += off * off / float64(len(k))
	}
	if square > 2 {
		t.Errorf("the stiffnesses are %.2g error bars off (root mean square)", math.Sqrt(square))
	}
}
