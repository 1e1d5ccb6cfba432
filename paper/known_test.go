package paper

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// A row that is known not to agree is still one that does not agree, and is new as soon as ours is another number; each page that gives a reason has that place.
func TestKnownRows(t *testing.T) {
	page, err := os.ReadFile("../docs/reproduction.md")
	if err != nil {
		t.Fatal(err)
	}
	anchors := map[string]bool{}
	for _, head := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(string(page), -1) {
		anchors[strings.ReplaceAll(regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(head[1]), ""), " ", "-")] = true
	}
	seen := map[string]bool{}
	for _, k := range known {
		if !anchors[k.see] || seen[k.quantity] {
			t.Errorf("%q is explained at %q, once: %v", k.quantity, k.see, !seen[k.quantity])
		}
		seen[k.quantity] = true
		rows := []Row{{Quantity: k.quantity, Ours: Number(k.ours)}, {Quantity: k.quantity, Ours: Number(1.1 * k.ours)}, {Quantity: k.quantity, Ours: Number(k.ours), Agrees: true}, {Quantity: "another", Ours: Number(k.ours)}}
		explain(rows)
		if rows[0].Known == "" || rows[0].Agrees || rows[1].Known != "" || rows[2].Known != "" || rows[3].Known != "" || len(New(rows)) != 2 {
			t.Errorf("%+v", rows)
		}
	}
	if len(known) == 0 {
		t.Error("no row is known")
	}
}
