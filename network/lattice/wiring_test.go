package lattice

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Every channel of a tile comb drives one spring of every output, and no hub has two outputs.
func TestTileComb(t *testing.T) {
	n, err := (&Hubs{Outputs: 10, Width: 8, Height: 8, Windows: []int{4}, Stride: 4, Links: 1, Seed: 1}).Grow()
	if err != nil {
		t.Fatal(err)
	}
	if len(n.Hubs) != 80 || len(n.Pixels) != 1280 || len(n.Net.Elements) != 2*1280+2*80+10 {
		t.Fatalf("%d hubs, %d pixel springs, %d springs", len(n.Hubs), len(n.Pixels), len(n.Net.Elements))
	}
	drives := map[string]int{}
	for _, h := range n.Hubs {
		if len(h.Outputs) != 1 || len(h.Pixels) != 16 {
			t.Fatalf("a hub of %d pixels at outputs %v", len(h.Pixels), h.Outputs)
		}
		for _, p := range h.Pixels {
			x, y := n.Pixels[p].Pixel%8, n.Pixels[p].Pixel/8
			if x < h.Left || x >= h.Left+h.Width || y < h.Top || y >= h.Top+h.Height {
				t.Errorf("pixel %d, %d is outside of its window", x, y)
			}
			drives[fmt.Sprint(h.Outputs[0], n.Pixels[p].Pixel, n.Pixels[p].Complement)]++
		}
	}
	for channel, n := range drives {
		if n != 1 {
			t.Errorf("%s drives %d springs", channel, n)
		}
	}
	if len(drives) != 10*64*2 {
		t.Errorf("%d channels and outputs", len(drives))
	}
}

// Windows that do not end with the picture are moved in, so that no pixel is left out.
func TestStride(t *testing.T) {
	for _, c := range []struct{ side, stride, width, hubs int }{{5, 3, 14, 320}, {4, 2, 14, 720}, {3, 2, 7, 180}, {4, 1, 7, 320}, {4, 3, 8, 180}, {9, 9, 8, 20}} {
		h := &Hubs{Outputs: 10, Width: c.width, Height: c.width, Windows: []int{c.side}, Stride: c.stride, Links: 1}
		n, err := h.Grow()
		if err != nil {
			t.Fatal(err)
		}
		seen := map[int]bool{}
		for _, p := range n.Pixels {
			seen[p.Pixel] = true
		}
		if len(n.Hubs) != c.hubs || len(seen) != c.width*c.width {
			t.Errorf("windows of %d every %d: %d hubs, want %d; %d pixels", c.side, c.stride, len(n.Hubs), c.hubs, len(seen))
		}
		if got := len(n.Net.Elements); float64(got) != h.Springs() {
			t.Errorf("%d springs, counted %g", got, h.Springs())
		}
	}
}

// The edges are those of triangles that close a sphere, so they are drawn in the plane without crossing.
func TestTriangulation(t *testing.T) {
	for q := 3; q <= 12; q++ {
		var points []int
		for i := range q {
			points = append(points, i)
		}
		faces := [][3]int{{0, 1, 2}, {q - 3, q - 2, q - 1}}
		for i := range q - 3 {
			faces = append(faces, [3]int{i, i + 1, i + 3}, [3]int{i, i + 2, i + 3})
		}
		sides := map[[2]int]int{}
		for _, f := range faces {
			sides[[2]int{f[0], f[1]}]++
			sides[[2]int{f[1], f[2]}]++
			sides[[2]int{f[0], f[2]}]++
		}
		edges := planar(points)
		if len(edges) != 3*q-6 || len(sides) != len(edges) || q-len(edges)+len(faces) != 2 {
			t.Errorf("%d points: %d edges, %d sides of %d triangles", q, len(edges), len(sides), len(faces))
		}
		for _, e := range edges {
			if sides[[2]int{e[0], e[1]}] != 2 {
				t.Errorf("%d points: edge %v is a side of %d triangles", q, e, sides[[2]int{e[0], e[1]}])
			}
		}
	}
}

// Where hubs take outputs in turn, every output gets windows of all sizes.
func TestWindowsOfOutputs(t *testing.T) {
	n, err := (&Hubs{Hubs: 40, Branches: 2, Outputs: 10, Width: 9, Height: 9, Windows: []int{3, 9}, Links: 1, Seed: 1}).Grow()
	if err != nil {
		t.Fatal(err)
	}
	sizes := map[[2]int]int{}
	for _, h := range n.Hubs {
		sizes[[2]int{h.Outputs[0], h.Width}]++
	}
	for o := range 10 {
		if sizes[[2]int{o, 3}] != 2 || sizes[[2]int{o, 9}] != 2 {
			t.Errorf("output %d has %d hubs of 3 pixels and %d of 9", o, sizes[[2]int{o, 3}], sizes[[2]int{o, 9}])
		}
	}
}

// Hubs are spread along a bar, whose middle is read.
func TestPosts(t *testing.T) {
	n, err := (&Hubs{Outputs: 2, Width: 4, Height: 4, Windows: []int{2}, Stride: 2, Links: 1, Posts: 3, Seed: 1}).Grow()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(n.Read, []int{2, 5}) {
		t.Errorf("nodes %v are read", n.Read)
	}
	at, segments := map[int]int{}, 0
	for i, f := range n.Of {
		switch f {
		case Link:
			at[n.Net.Elements[i].Nodes[0]]++
		case Segment:
			segments++
		}
	}
	if segments != 4 || len(at) != 6 || at[1] != 3 || at[2] != 3 || at[3] != 2 {
		t.Errorf("%d segments, hubs at %v", segments, at)
	}
}

func TestWiringThatCannotBe(t *testing.T) {
	base := Hubs{Hubs: 4, Branches: 1, Outputs: 5, Width: 9, Height: 9, Windows: []int{2}, Links: 2}
	for want, change := range map[string]func(h *Hubs){
		"no wiring is called":  func(h *Hubs) { h.Wiring = "web" },
		"need no wiring":       func(h *Hubs) { h.Wiring, h.Links = Random, 0 },
		"has two ends":         func(h *Hubs) { h.Wiring, h.Links = Triangulation, 3 },
		"sets have no number":  func(h *Hubs) { h.Wiring, h.Stride = Random, 2 },
		"leave pixels out":     func(h *Hubs) { h.Stride = 3 },
		"neither is below 0":   func(h *Hubs) { h.Posts = -1 },
		"more than 20000000 s": func(h *Hubs) { h.Windows, h.Stride, h.Width, h.Height = []int{100}, 1, 10000, 10000 },
	} {
		h := base
		change(&h)
		if _, err := h.Grow(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}
