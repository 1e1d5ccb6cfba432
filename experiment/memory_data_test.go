package experiment_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/spec"
)

// pictureFiles are IDX files of n pictures of 8 x 8 and their labels.
func pictureFiles(n int) experiment.Files {
	idx := func(data []byte, dims ...int) []byte {
		var b bytes.Buffer
		b.Write([]byte{0, 0, 8, byte(len(dims))})
		for _, d := range dims {
			_ = binary.Write(&b, binary.BigEndian, uint32(d))
		}
		b.Write(data)
		return b.Bytes()
	}
	return func(name string) ([]byte, error) {
		if strings.Contains(name, "idx1") {
			labels := make([]byte, n)
			for i := range labels {
				labels[i] = byte(i % 2)
			}
			return idx(labels, n), nil
		}
		grey := make([]byte, 64*n)
		for i := range grey {
			grey[i] = byte(i * 7)
		}
		return idx(grey, n, 8, 8), nil
	}
}

// What data take is counted: every sample more takes eight bytes an input and one a pixel, for hubs, combs, and forces on a lattice
// of springs or on a network of beams; and data that will not find room are refused at their line.
func TestMemoryOfData(t *testing.T) {
	forces := "task:\n  kind: classification\n  data: my-images-idx3-ubyte\n  inputs:\n" + strings.Repeat("    - {node: 5, along: x, feature: 12, force: 1 mN}\n", 20) +
		"  outputs: [{node: 8, along: x, class: '0'}, {node: 9, along: x, class: '1'}]\n"
	const lattice = "elastrain: 1\nnetwork: {lattice: triangular, size: [4, 4], spacing: 16 mm}\nsupports: {pinned: [1, 2, 3, 4]}\n"
	for name, c := range map[string]struct {
		text   string
		inputs int64
	}{
		"hubs":    {"elastrain: 1\nhubs: {number: 4, branches: 4, windows: [5], picture: 8 x 8, outputs: 4}\ntask:\n  kind: classification\n  data: my-images-idx3-ubyte\nlearn: {method: adam, batch: 10, epochs: 1}\n", 65},
		"springs": {lattice + "bonds: {stiffness: 100 .. 1000 N/m}\n" + forces + "learn: {method: adam, batch: 10, epochs: 1}\n", 20},
		"beams":   {lattice + "material: {young: 2 GPa, thickness: 4 mm}\nelements: [{kind: beam, width: 1 .. 3 mm}]\n" + forces + "learn: {method: adam, batch: 10, epochs: 1}\n", 20},
	} {
		t.Run(name, func(t *testing.T) {
			build := func(n int, limit int64) (*experiment.Experiment, error) {
				f, err := spec.Parse("mine.yaml", []byte(c.text))
				if err != nil {
					t.Fatal(err)
				}
				return experiment.Build(f, pictureFiles(n), experiment.Options{Memory: limit, Threads: 1})
			}
			data := func(x *experiment.Experiment) (sum int64) {
				for _, p := range x.Memory.Parts {
					if strings.Contains(p.Name, "of the data") {
						sum += p.Bytes
					}
				}
				return sum
			}
			few, err := build(1000, 0)
			if err != nil {
				t.Fatal(err)
			}
			many, err := build(9000, 0)
			if err != nil {
				t.Fatal(err)
			}
			got, want := data(many)-data(few), 8000*(8*c.inputs+64+8+4)
			if d := float64(got)/float64(want) - 1; d < -0.01 || d > 0.1 {
				t.Errorf("8000 samples more take %d bytes, and are said to take %d", want, got)
			}
			limit := few.Memory.Total() + 1<<20
			_, err = build(9000, limit)
			if err == nil || !strings.Contains(fmt.Sprint(err), "E0705") {
				t.Errorf("with room for the first thousand: %v", err)
			}
		})
	}
}
