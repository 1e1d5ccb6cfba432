package optim_test

import (
	"fmt"

	"github.com/elastrain/elastrain/learn/optim"
)

// bowl is (x - 0.3)^2 + 10 (y - 2)^2, its least at (0.3, 2), of which the box reaches only (0.3, 1).
type bowl struct{}

func (bowl) Dim() int                { return 2 }
func (bowl) Box() (lo, hi []float64) { return []float64{0, 0}, []float64{1, 1} }
func (bowl) Eval(x, g []float64) (float64, error) {
	a, b := x[0]-0.3, x[1]-2
	g[0], g[1] = 2*a, 20*b
	return a*a + 10*b*b, nil
}

// A method takes steps until none can improve; its state is plain numbers, from which another one goes on as it would have.
func Example() {
	x, first := []float64{0.9, 0.1}, optim.NewLBFGS(2)
	if _, err := first.Step(bowl{}, x); err != nil {
		fmt.Println(err)
		return
	}
	second := optim.NewLBFGS(2) // after the program was killed
	if err := second.Restore(first.State()); err != nil {
		fmt.Println(err)
		return
	}
	for {
		report, err := second.Step(bowl{}, x)
		if err != nil {
			fmt.Println(err)
			return
		}
		if report.Done {
			fmt.Printf("%.4f\n", x)
			return
		}
	}
	// Output: [0.3000 1.0000]
}
