package hang

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/lab"
)

var update = flag.Bool("update", false, "write the expected outputs anew; look at the difference")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; run go test -update and look at the difference. Got:\n%s", name, got)
	}
}

// session is a load that takes two shots: one node up, one down and sideways.
func session(t *testing.T) *Plan {
	q, e, _ := paper(t, nil)
	plan, err := New(Problem{Network: testnet.Trapezoid(), Equilibrium: q, Forward: e, Want: []lab.Force{force(13, 0, 2.2), force(14, -1.5, -4.6)},
		Strings: []Strings{{EveryNode, []Pull{Down, left}}}, Stock: box, Gravity: 9.8, Sigma: 2e-6, Accept: 0.1, Limits: lab.Limits{TotalForce: 12 * g}})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestCards(t *testing.T) {
	plan := session(t)
	cards := plan.Cards(40 * time.Second)
	var text bytes.Buffer
	text.WriteString(plan.String())
	if err := WriteCards(&text, cards); err != nil {
		t.Fatal(err)
	}
	golden(t, "cards.txt", text.Bytes())
	// A plan goes into a journal and comes back.
	record, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	var again Plan
	if err := json.Unmarshal(record, &again); err != nil || again.String() != plan.String() {
		t.Errorf("%v: %s became %v", err, record, &again)
	}
	var page bytes.Buffer
	if err := WriteHTML(&page, "Adjoint load of step 1", testnet.Trapezoid(), cards); err != nil {
		t.Fatal(err)
	}
	golden(t, "cards.html", page.Bytes())
	for _, foreign := range []string{"<script", "src=", "href=", "url("} {
		if strings.Contains(page.String(), foreign) {
			t.Errorf("the page contains %s: it must need nothing else", foreign)
		}
	}
	for i, c := range cards {
		if c.Number != i+1 || c.Of != len(cards) {
			t.Errorf("card %d says %d of %d", i+1, c.Number, c.Of)
		}
	}
}

// Titles and names come from people.
func TestPageEscapes(t *testing.T) {
	cards := []Card{{Number: 1, Of: 1, Hangs: []Hang{{Node: 13, Pull: Pull{Dir: Down.Dir, Name: "<script>"}, Mass: 0.001, Pieces: []int{1}}}, stock: Stock{{0.001, 1}}}}
	var page bytes.Buffer
	if err := WriteHTML(&page, "</title><script>", testnet.Trapezoid(), cards); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(page.String(), "<script>") {
		t.Error(page.String())
	}
}

func TestPictureInSpace(t *testing.T) {
	svg := Picture(testnet.Tripod(1), []Hang{{Node: 0, Pull: Pull{Dir: [3]float64{0, 0, -1}}, Mass: 0.005}})
	if !strings.Contains(svg, "5 g") || strings.Contains(svg, "NaN") || strings.Count(svg, "<rect") != 3 {
		t.Error(svg)
	}
}

func FuzzParseStock(f *testing.F) {
	f.Add("0.5 g, 1 g, 2 x 2 g, 5 g")
	f.Add("any x 0.5 g")
	f.Add("3x1g,")
	f.Add("NaN g, -1 g, 1e999 g, 0x1p-2 g")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseStock(text)
		if err != nil {
			return
		}
		if err := s.check(); err != nil {
			t.Fatalf("%q passes but %v", text, err)
		}
		again, err := ParseStock(s.String())
		if err != nil || again.String() != s.String() {
			t.Fatalf("%q: %v became %v, %v", text, s, again, err)
		}
	})
}

func TestParseStock(t *testing.T) {
	s, err := ParseStock(" 0.5 g,2 x 2g , any x 10 g")
	if err != nil || s.String() != "0.5 g, 2 x 2 g, any x 10 g" || s[1].Mass != 0.002 || s[2].Count != Unlimited {
		t.Errorf("%v, %v", s, err)
	}
	for text, say := range map[string]string{
		"": "no mass in grams", "5": "no mass in grams", "5 kg": "no mass in grams", "0 x 5 g": "from 1 to 1000", "NaN g": "no mass", "-1 g": "positive",
		"two x 5 g": "count must be", strings.Repeat("1 g, ", 65) + "1 g": "66 kinds", strings.Repeat(" ", 5000): "longer than 4096 bytes",
	} {
		if _, err := ParseStock(text); err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("%.20q: %v, want %q", text, err, say)
		}
	}
}
