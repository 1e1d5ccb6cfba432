package elementary_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/elastrain/elastrain/internal/elementary"
)

// Both are those of package math to the last bit or two, and exactly at their ends.
func TestAsMath(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 100000 {
		x := (random.Float64() - 0.5) * 1400
		if got, want := elementary.Exp(x), math.Exp(x); math.Abs(got-want) > 4e-16*want && want > 1e-300 {
			t.Fatalf("exp %v is %v, math says %v", x, got, want)
		}
		y := math.Exp(x)
		if got, want := elementary.Log(y), math.Log(y); math.Abs(got-want) > 4e-16*math.Abs(want) {
			t.Fatalf("log %v is %v, math says %v", y, got, want)
		}
	}
	for _, x := range []float64{0, math.Inf(1), math.Inf(-1), math.NaN(), 710, -746, 1e-300, math.MaxFloat64, -1} {
		for _, pair := range [][2]float64{{elementary.Exp(x), math.Exp(x)}, {elementary.Log(x), math.Log(x)}} {
			if math.IsNaN(pair[0]) != math.IsNaN(pair[1]) || !math.IsNaN(pair[0]) && pair[0] != pair[1] {
				t.Errorf("of %v: %v, math says %v", x, pair[0], pair[1])
			}
		}
	}
}

func Example() {
	fmt.Println(elementary.Exp(0), elementary.Log(1))
	// Output: 1 0
}
