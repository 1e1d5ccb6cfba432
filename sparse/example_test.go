package sparse_test

import (
	"fmt"
	"log"

	"github.com/elastrain/elastrain/sparse"
)

// A = C^T K C of three springs in a row between walls; the weights K may change, and the analysis is done once.
func Example() {
	c := &sparse.Product{N: 2, Ptr: []int32{0, 1, 3, 4}, Col: []int32{0, 0, 1, 1}, Val: []float64{1, -1, 1, -1}}
	f := sparse.AnalyzeProduct(c).NewFactor()
	for _, k := range [][]float64{{1, 1, 1}, {1, 2, 1}} {
		if err := f.Refactor(k); err != nil {
			log.Fatal(err)
		}
		x := []float64{1, 0}
		f.Solve(x, 1)
		fmt.Printf("%.4f %.4f\n", x[0], x[1])
	}
	// Output:
	// 0.6667 0.3333
	// 0.6000 0.4000
}
