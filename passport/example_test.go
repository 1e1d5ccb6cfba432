package passport_test

import (
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/passport"
	"github.com/elastrain/elastrain/spec"
)

// Two bars were asked for 100 N/m. Together they are 10 % softer, known to 1 %; which of them is the softer one is known to 5 %.
func Example() {
	net := testnet.TwoBars(0.5)
	covariance := mat.NewSymDense(2, []float64{0.05*0.05 + 0.01*0.01, -0.05*0.05 + 0.01*0.01, -0.05*0.05 + 0.01*0.01, 0.05*0.05 + 0.01*0.01})
	about := spec.Passport{Part: "two bars", Bonds: []spec.PassportBond{{Bond: 1, Asked: 100, Law: "linear", Damage: "none"}, {Bond: 2, Asked: 100, Law: "linear", Damage: "none"}}}
	w, err := passport.Write(about, net, []passport.Fit{{Weight: 1, Mean: []float64{-0.1, -0.1}, Covariance: covariance}}, "bars")
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := passport.Parse("bars.yaml", w.Text, func(string) ([]byte, error) { return w.Arrays, nil }, net)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("bond 1: %.4g N/m, known to %.2g %%\n", 100*p.Mean().Share[0], 100*p.Bonds[0].Sigma)
	random := rand.New(rand.NewPCG(1, 1))
	for range 3 {
		s, err := p.Draw(random)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("a specimen that may be: %.1f and %.1f N/m\n", 100*s.Share[0], 100*s.Share[1])
	}
	// Output:
	// bond 1: 90.48 N/m, known to 5.1 %
	// a specimen that may be: 92.6 and 87.3 N/m
	// a specimen that may be: 90.0 and 89.1 N/m
	// a specimen that may be: 86.3 and 95.9 N/m
}
