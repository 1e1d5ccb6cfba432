package experiment

import (
	"fmt"
	"math"
	"testing"

	"github.com/elastrain/elastrain/mechanics/law"
)

// A triangular lattice of equal bars strains as a whole, however far: node by node its energy is that of three bars, whose ends
// move by (1 + E) a. Under a given strain the others are where that energy has no slope, under a stress where it has the
// stress as its slope; the stress is that energy's slope by the strain, for the area as built.
func TestCellFar(t *testing.T) {
	const k, s, a = 120.0, 0.006, 0.01
	area := a * a * math.Sqrt(3) / 2 // of a node
	for _, name := range []string{"linear", "hardening", "green", "log"} {
		curve, _ := law.CurveNamed(name)
		// slope of the energy of an area by exx and eyy, no shear.
		slope := func(exx, eyy float64) (sxx, syy float64) {
			for i := range 3 {
				sin, cos := math.Sincos(float64(i) * math.Pi / 3)
				x, y := a*cos*(1+exx), a*sin*(1+eyy)
				l := math.Hypot(x, y)
				force := curve.At(k, s, l-a, a).T
				sxx, syy = sxx+force*x/l*a*cos/area, syy+force*y/l*a*sin/area
			}
			return sxx, syy
		}
		free := func(exx float64) float64 { // eyy that nothing pulls at
			lo, hi := -0.5, 0.5
			for range 200 {
				if _, syy := slope(exx, (lo+hi)/2); syy > 0 {
					hi = (lo + hi) / 2
				} else {
					lo = (lo + hi) / 2
				}
			}
			return (lo + hi) / 2
		}
		bar := fmt.Sprintf("{kind: bar, law: %s, stiffness: 120 N/m}", name)
		if curve.Scale() {
			bar = fmt.Sprintf("{kind: bar, law: %s, stiffness: 120 N/m, scale: 6 mm}", name)
		}
		for _, exx := range []float64{-0.12, -1e-4, 1e-4, 0.05, 0.2} {
			eyy := free(exx)
			sxx, _ := slope(exx, eyy)
			for _, push := range []string{fmt.Sprintf("exx: %.17g", exx), fmt.Sprintf("sxx: %.17g N/m", sxx)} {
				x := build(t, `elastrain: 1
network: {lattice: triangular, size: 2 x 2, spacing: 10 mm, periodic: true}
elements: [`+bar+`]
statics: {deformation: finite}
task: {kind: behaviour, cases: [{push: [{`+push+`}], want: [{eyy: 1 %}]}]}
`)
				f := exx
				if push[0] == 's' {
					f = sxx
				}
				answer, err := x.Answer(x.Solid, []float64{f})
				if err != nil {
					t.Fatalf("%s, %s: %v", name, push, err)
				}
				for what, pair := range map[string][2]float64{"exx": {answer.Strain["exx"], exx}, "eyy": {answer.Strain["eyy"], eyy}, "gxy": {answer.Strain["gxy"], 0},
					"sxx": {answer.Stress["sxx"] / k, sxx / k}, "syy": {answer.Stress["syy"] / k, 0}} {
					if math.Abs(pair[0]-pair[1]) > 1e-11 {
						t.Errorf("%s, %s: %s is %.13g, want %.13g", name, push, what, pair[0], pair[1])
					}
				}
			}
		}
	}
}
