package hang_test

import (
	"fmt"
	"os"
	"time"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/hang"
	"github.com/elastrain/elastrain/mechanics"
)

// An adjoint load pushes node 13 up and pulls node 14 down and to the left. There
// are strings down and over a pulley on the left, and a small box of weights.
func Example() {
	net := testnet.Trapezoid() // of Li & Mao 2024
	eq := mechanics.NewEquilibrium(net, nil)
	k := make([]float64, 28)
	for i := range k {
		k[i] = 137.5
	}
	if err := eq.SetStiffness(k); err != nil {
		panic(err)
	}

	// The input: 5 g at node 11.
	u, e := make([]float64, eq.C.N), make([]float64, eq.C.M)
	u[eq.C.Unknown[2*10+1]] = -0.049
	eq.Displace(u)
	eq.C.Elongations(e, u, 1)

	stock, err := hang.ParseStock("0.5 g, 1 g, 2 x 2 g, 5 g, 10 g")
	if err != nil {
		panic(err)
	}
	plan, err := hang.New(hang.Problem{
		Network: net, Equilibrium: eq, Forward: e,
		Want:    []lab.Force{{Node: 12, F: [3]float64{0, 0.020}}, {Node: 13, F: [3]float64{-0.012, -0.045}}},
		Strings: []hang.Strings{{Node: hang.EveryNode, Pulls: []hang.Pull{hang.Down, {Dir: [3]float64{-1, 0, 0}, Name: "over the left pulley"}}}},
		Stock:   stock,
		Limits:  lab.Limits{TotalForce: 0.12},
		Sigma:   2e-6, Repeats: 3,
		Accept: 0.05,
	})
	if err != nil {
		panic(err)
	}
	fmt.Print(plan)
	hang.WriteCards(os.Stdout, plan.Cards(40*time.Second))
	// Output:
	// as it is, 1 shot: gradient error 36 % (rounding 36 %, marker noise 1.7 %), cosine 0.9321
	//    with its sign turned round: no string pulls node 14 along +0.26 x +0.97 y
	// -> pulls and pushes apart, 2 shots: gradient error 2.6 % (rounding 0 %, marker noise 2.6 %), cosine 0.9997
	//    one string at a time, 3 shots: gradient error 2.3 % (rounding 0 %, marker noise 2.3 %), cosine 0.9997
	// shot 1, times 0.6118 in software: 7.5 g (0.5 g + 2 g + 5 g) on node 14; 2 g on node 14 over the left pulley
	// shot 2, times -0.17 in software: 12 g (2 g + 10 g) on node 13
	// 1 of 5: see that no weight hangs, wait 40 s, photo
	// 2 of 5: hang 7.5 g (0.5 g + 2 g + 5 g) on node 14, hang 2 g on node 14 over the left pulley, wait 40 s, photo
	// 3 of 5: take all weights off, wait 40 s, photo
	// 4 of 5: hang 12 g (2 g + 10 g) on node 13, wait 40 s, photo
	// 5 of 5: take all weights off
}
