package lattice

import (
	"strings"
	"testing"
)

func TestHubs(t *testing.T) {
	h := &Hubs{Hubs: 30, Branches: 6, Outputs: 4, Width: 8, Height: 7, Windows: []int{3, 5, 9}, Seed: 3}
	n, err := h.Grow()
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Net.Validate(); err != nil {
		t.Fatal(err)
	}
	if got, want := len(n.Net.Elements), 30*(2*6+1+4)+4; got != want || len(n.Of) != want || n.Net.Nodes() != 1+4+30*7 || len(n.Pixels) != 180 {
		t.Errorf("%d springs, want %d; %d nodes, %d pixel springs", got, want, n.Net.Nodes(), len(n.Pixels))
	}
	complements := 0
	for j := range 30 {
		seen, left, right, top, bottom := map[int]bool{}, 8, 0, 8, 0
		for _, p := range n.Pixels[6*j : 6*j+6] {
			if seen[p.Pixel] || p.Pixel < 0 || p.Pixel >= 56 || n.Of[p.Element] != Pixel {
				t.Fatalf("hub %d: pixel %d", j, p.Pixel)
			}
			seen[p.Pixel] = true
			x, y := p.Pixel%8, p.Pixel/8
			left, right, top, bottom = min(left, x), max(right, x), min(top, y), max(bottom, y)
			if p.Complement {
				complements++
			}
		}
		if side := h.Windows[j%3]; right-left >= side || bottom-top >= side {
			t.Errorf("hub %d looks at %d x %d pixels through a window of %d", j, right-left+1, bottom-top+1, side)
		}
	}
	if complements < 60 || complements > 120 {
		t.Errorf("%d of 180 are complements", complements)
	}
	again, err := h.Grow()
	if err != nil || again.Pixels[17] != n.Pixels[17] {
		t.Errorf("another network with the same seed: %v", err)
	}
	for want, bad := range map[string]*Hubs{
		"each is at least 1": {Hubs: 0, Branches: 1, Outputs: 1, Width: 1, Height: 1, Windows: []int{1}},
		"no window":          {Hubs: 1, Branches: 1, Outputs: 1, Width: 1, Height: 1},
		"fewer than the 5":   {Hubs: 1, Branches: 5, Outputs: 1, Width: 9, Height: 9, Windows: []int{2}},
		"joins 3 of 2":       {Hubs: 1, Branches: 1, Outputs: 2, Width: 9, Height: 9, Windows: []int{2}, Links: 3},
		"take fewer hubs":    {Hubs: 1 << 40, Branches: 1, Outputs: 2, Width: 9, Height: 9, Windows: []int{2}},
	} {
		if _, err := bad.Grow(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}

// Each output has as many hubs where hubs join few.
func TestLinksOfHubs(t *testing.T) {
	n, err := (&Hubs{Hubs: 20, Branches: 2, Outputs: 10, Width: 4, Height: 4, Windows: []int{4}, Links: 1, Seed: 1}).Grow()
	if err != nil {
		t.Fatal(err)
	}
	count := make([]int, 11)
	for i, f := range n.Of {
		if f == Link {
			count[n.Net.Elements[i].Nodes[0]]++
		}
	}
	for o, c := range count[1:] {
		if c != 2 {
			t.Errorf("output %d has %d hubs", o+1, c)
		}
	}
}
