package ingest_test

import (
	"bytes"
	"io"
	"math"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/export"
	"github.com/elastrain/elastrain/ingest"
	"github.com/elastrain/elastrain/spec"
)

// exported is an experiment in a format of package export.
func exported(t *testing.T, x *experiment.Experiment, format string) []byte {
	t.Helper()
	s, err := x.Snapshot(experiment.View{Matrix: true, Samples: true, Gradient: true, Cases: []int{0}})
	if err != nil {
		t.Fatal(err)
	}
	in := &export.Input{Snapshot: s, Source: "a test", File: "test.data", Name: "test", Scale: 0}
	f, ok := export.Named(format)
	if !ok {
		t.Fatalf("no format %s", format)
	}
	var out bytes.Buffer
	if f.Write != nil {
		err = f.Write(&out, in)
	} else {
		err = f.WriteAll(func(ending string, content func(io.Writer) error) error {
			if ending != "" {
				return content(io.Discard)
			}
			return content(&out)
		}, in)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// What export writes comes back: the same nodes, bonds and stiffnesses, to the last bit where the format has all digits.
func TestWhatIsExportedComesBack(t *testing.T) {
	const task = "task: {kind: behaviour, cases: [{push: [{node: 9, along: x, force: 1 mN}], want: [{node: 10, along: x, move: 1 mm}]}]}\n"
	for name, text := range map[string]string{
		"plane":    "network: {lattice: triangular, rows: 5-4-3-2, spacing: 16 mm}\nbonds: {stiffness: 100..170 N/m, start: random}\nsupports: {pinned: [1, 5]}\n" + task,
		"in space": "network: {lattice: fcc, size: 2 x 1 x 1, spacing: 7 mm}\nbonds: {stiffness: 10..170 N/m, start: random}\nsupports: {pinned: [1, 2, 3, 4, 5, 6]}\n" + task,
		"a chain":  "network: {lattice: chain, size: 11, spacing: 3.3 mm}\nbonds: {stiffness: 10..170 N/m, start: random}\nsupports: {pinned: [1, 12]}\n" + task,
	} {
		file, err := spec.Parse("a.yaml", []byte("elastrain: 1\n"+text))
		if err != nil {
			t.Fatal(err)
		}
		x, err := experiment.Build(file, nil, experiment.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			format, ending string
			exact          float64
		}{{"lammps", ".data", 0}, {"msh", ".msh", 0}, {"graphml", ".graphml", 0}, {"npz", ".npz", 0}, {"mat", ".mat", 0}, {"inp", ".inp", 1e-12}} {
			n, err := ingest.Read(ingest.Input{Name: "a" + c.ending, Data: exported(t, x, c.format)})
			if err != nil {
				t.Errorf("%s, %s: %v", name, c.format, err)
				continue
			}
			near := func(a, b []float64) bool {
				return slices.EqualFunc(a, b, func(a, b float64) bool { return math.Abs(a-b) <= c.exact*math.Abs(b) })
			}
			k := x.Rig.Stiffness()
			if n.Format != c.format || n.Nodes.Dim != x.Network.Dim || !near(n.Nodes.Pos, x.Network.Pos) || !near(n.Bonds.Stiffness, k) || n.Nodes.Numbers != nil || n.Bonds.Stressed != nil {
				t.Errorf("%s, %s: read as %s in %d dimensions, %d coordinates, stiffnesses %v, want %v", name, c.format, n.Format, n.Nodes.Dim, len(n.Nodes.Pos), n.Bonds.Stiffness, k)
			}
			for i, el := range n.Bonds.Elements {
				ends, want := el.Nodes, x.Network.Elements[i].Nodes
				if c.format == "inp" { // from the other end
					ends[0], ends[1] = ends[1], ends[0]
				}
				if ends != want {
					t.Errorf("%s, %s: bond %d joins %v, want %v", name, c.format, i+1, ends, want)
					break
				}
			}
			held := map[string]int{}
			for _, s := range n.Sets {
				held[s.Name] = len(s.Nodes)
			}
			if pinned := map[string]string{"lammps": "type 4", "graphml": "held_x", "npz": "held x", "mat": "held x", "inp": "fixed x"}[c.format]; name == "plane" && pinned != "" && held[pinned] != 2 {
				t.Errorf("%s: %d nodes in %s, there are sets %v", c.format, held[pinned], pinned, held)
			}
		}
	}
}
