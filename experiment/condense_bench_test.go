package experiment

import (
	"slices"
	"testing"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/spec"
)

// BenchmarkComb is a step of the comb of digits there and back, as the whole frame and condensed; a time is that of a sample.
func BenchmarkComb(b *testing.B) {
	text := "elastrain: 1\ncomb: {picture: 8 x 8, outputs: 10}\nmaterial: {young: 2 GPa, thickness: 4 mm}\n" +
		"task: {kind: classification, data: digits, loss: softmax, sharpness: 20 /mm, stratify: true}\nlearn: {batch: 128, epochs: 1, scale: log}\n"
	file, err := spec.Parse("comb.yaml", []byte(text))
	if err != nil {
		b.Fatal(err)
	}
	x, err := Build(file, nil, Options{Threads: 1})
	if err != nil {
		b.Fatal(err)
	}
	for _, way := range []struct {
		name string
		rig  learn.Differentiable
		n    int
	}{{"whole", x.Solid.Rig, 4}, {"condensed", x.Rig.(learn.Differentiable), 32}, {"condensed", x.Rig.(learn.Differentiable), 128}} {
		b.Run(way.name, func(b *testing.B) {
			batch := learn.Batch{Set: x.Train}
			for i := range way.n {
				batch.Rows = append(batch.Rows, int32(i))
			}
			theta := slices.Clone(way.rig.Stiffness())
			out, g := make([]float64, way.n*10), make([]float64, len(theta))
			for b.Loop() {
				theta[0] *= 1 + 1e-9
				if err := way.rig.SetStiffness(theta); err != nil {
					b.Fatal(err)
				}
				if err := way.rig.Forward(batch, out); err != nil {
					b.Fatal(err)
				}
				if err := way.rig.Backward(out, g); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e6/float64(b.N*way.n), "us/sample")
			b.ReportAllocs()
		})
	}
}
