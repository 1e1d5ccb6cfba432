package figure

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
)

// Names at the ends of curves do not cover each other, keep the order of the curves and stay below the top.
func TestNamesGiveWay(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for range 1000 {
		at := make([]vg.Length, 1+r.IntN(8))
		for i := range at {
			at[i] = vg.Length(100 * r.Float64())
		}
		slices.Sort(at)
		before := slices.Clone(at)
		giveWay(at, 9, 100)
		moved := false
		for i := range at {
			moved = moved || at[i] != before[i]
			if at[i] > 100 || i > 0 && at[i] < at[i-1]+9-1e-9 {
				t.Fatalf("%v became %v", before, at)
			}
		}
		apart := before[len(at)-1] <= 100
		for i := 1; i < len(at); i++ {
			apart = apart && before[i] >= before[i-1]+9
		}
		if apart && moved {
			t.Fatalf("%v had room, and became %v", before, at)
		}
	}
}

// With names at the ends each name stands once, beside the axes.
func TestDirectNames(t *testing.T) {
	image, err := SVG(Curves{Direct: true, YName: "loss", Series: []Series{{Name: "one", Y: []float64{3, 2, 1}}, {Name: "two", Y: []float64{3, 1, 1}}}}, 9*vg.Centimeter, 5*vg.Centimeter)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{">one<", ">two<"} {
		if n := strings.Count(string(image), name); n != 1 {
			t.Errorf("%q stands %d times", name, n)
		}
	}
}
