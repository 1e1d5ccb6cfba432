package task_test

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/task"
)

// Two outputs are to move by 1 mm and by any distance; they move by 1.2 mm and 5 mm. The derivative of the loss by what they do is
// the error that in situ backpropagation hangs, turned round.
func Example() {
	set := &task.Set{N: 1, P: 1, Q: 2, F: []float64{0.05}, Want: []float64{1e-3, math.NaN()}}
	u, g := []float64{1.2e-3, 5e-3}, make([]float64, 2)
	loss := task.Total(task.MeanSquare{Scale: 1e-3}, set, nil, u, g)
	fmt.Printf("loss %.3f, by the outputs %.0f and %.0f per metre\n", loss, g[0], g[1])

	// Of classes the output that moves most is the answer, whichever way it moves.
	goal := task.Goal{Class: 1}
	class, tie := goal.Predict([]float64{0.2e-3, -0.3e-3, 0.1e-3})
	fmt.Println("output", class+1, "tie:", tie)
	// Output:
	// loss 0.020, by the outputs 200 and 0 per metre
	// output 2 tie: false
}
