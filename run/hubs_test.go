package run

import (
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/spec"
)

// A branch is drawn by the series of its springs, red where it follows a complement; how far a hub moves its output is its reach
// between slack and stiff branches, by the spring between them.
func TestHubsAreDrawn(t *testing.T) {
	for name, text := range map[string]string{
		"pairs": "hubs: {number: 3, branches: 2, windows: [4], picture: 8 x 8, outputs: 20, branch: 2 N/m, pixel: 6 N/m, earth: 3 N/m, link: 1..4 N/m, load: 5 N, left: 10 %}\n",
		"comb":  "hubs: {windows: [4], stride: 4, links: 1, picture: 8 x 8, outputs: 10, branch: 2 N/m, pixel: 6 N/m, earth: 3 N/m, link: 2 N/m, load: 5 N}\n",
	} {
		file, err := spec.Parse("hubs.yaml", []byte("elastrain: 1\n"+text+"task: {kind: classification, data: digits, loss: softmax}\n"))
		if err != nil {
			t.Fatal(err)
		}
		x, err := experiment.Build(file, nil, experiment.Options{})
		if err != nil {
			t.Fatal(err)
		}
		v := x.Shown()
		s, err := x.Snapshot(v)
		if err != nil {
			t.Fatal(err)
		}
		p := Hubs(s)
		if len(p.Hubs) != len(s.Hubs.Each) || len(p.Outputs) != 10 {
			t.Fatalf("%s: %d hubs, %d outputs", name, len(p.Hubs), len(p.Outputs))
		}
		for j, h := range p.Hubs {
			hub, slack := &s.Hubs.Each[j], 3.0
			for _, l := range hub.Links {
				slack += s.Theta[s.Elements[l.Element].Theta]
			}
			stiff := slack
			for b, value := range h.Values {
				want := -1.5
				if hub.Branches[b].Complement {
					want = 1.5
				}
				if math.Abs(value-want) > 1e-12 {
					t.Errorf("%s: a branch of hub %d is %g, want %g", name, j+1, value, want)
				}
				stiff += 1.5
				if name == "pairs" {
					slack += 1.2 / 2.6
				}
			}
			for at, l := range h.Links {
				v := s.Theta[s.Elements[hub.Links[at].Element].Theta]
				if name == "pairs" {
					v -= s.Theta[s.Elements[hub.Links[at+10].Element].Theta]
				}
				if want := v * 5 * (1/slack - 1/stiff); math.Abs(l.Moves-want) > 1e-12 || math.Abs(l.Stiffness-v) > 1e-12 {
					t.Errorf("%s: hub %d moves output %d by %g, want %g", name, j+1, l.Output, l.Moves, want)
				}
			}
		}
		shown, ok := Deformation(s, "").(figure.Readings)
		if !ok || len(shown.Rows) != 10 || len(v.Cases) != 10 {
			t.Fatalf("%s: %T, %d cases", name, Deformation(s, ""), len(v.Cases))
		}
		for o := range shown.Outputs { // from the mean of these pictures
			sum := 0.0
			for _, r := range shown.Rows {
				sum += r.Values[o]
			}
			if math.Abs(sum) > 1e-9 {
				t.Errorf("%s: readings of output %d add up to %g", name, o, sum)
			}
		}
		if !strings.HasPrefix(shown.Rows[3].Name, "3 (row") {
			t.Errorf("%s: a row is called %q", name, shown.Rows[3].Name)
		}
	}
}
