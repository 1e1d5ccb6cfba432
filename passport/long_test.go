package passport

import (
	"regexp"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/spec"
)

// Whatever word of a passport is a name or a number of very many letters, what is said of it stays short.
func TestLongWordsAreToldShort(t *testing.T) {
	net := testnet.TwoBars(0.5)
	about := spec.Passport{Part: "a", Bonds: []spec.PassportBond{{Bond: 1, Asked: 100, Law: "linear", Damage: "none"}, {Bond: 2, Asked: 90, Law: "linear", Damage: "cracked"}}, Marks: []spec.PassportMark{{Node: 2}}}
	w, err := Write(about, net, []Fit{{Weight: 1, Mean: []float64{0.1, -0.1, 0}, Covariance: mat.NewSymDense(3, []float64{0.01, 0, 0, 0, 0.01, 0, 0, 0, 0.01})}}, "a")
	if err != nil {
		t.Fatal(err)
	}
	text := string(w.Text)
	for _, at := range regexp.MustCompile(`[A-Za-z_0-9.$*]+`).FindAllStringIndex(text, -1) {
		for _, long := range []string{strings.Repeat("a", 5000), strings.Repeat("7", 5000), text[at[0]:at[1]] + strings.Repeat("x", 5000), "'" + strings.Repeat("b c ", 1200) + "'"} {
			_, err := Parse("part.yaml", []byte(text[:at[0]]+long+text[at[1]:]), func(string) ([]byte, error) { return w.Arrays, nil }, net)
			if err == nil {
				continue
			}
			said := len(err.Error())
			if errs, ok := err.(spec.Errors); ok {
				for _, e := range errs {
					said = max(said, len(e.Message), len(e.Label), len(e.Help), len(e.Note), len(e.Path))
				}
			}
			if said > 1500 {
				t.Errorf("`%s`: %d letters: %.300s", text[at[0]:at[1]], said, err)
			}
		}
	}
}
