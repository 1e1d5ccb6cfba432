package records

import (
	"fmt"
	"strings"

	"github.com/elastrain/elastrain/experiment"
)

// Springs is what a network is made of, the same for every seed.
type Springs struct {
	Learn       int    `json:"springs"` // that learn
	Ranges      string `json:"ranges"`  // of those that learn, with how many they are
	Electronics string `json:"electronics"`
	TrainRows   int    `json:"training_rows"`
	ValidRows   int    `json:"validation_rows"`
	TestRows    int    `json:"test_rows"`
}

// describeSprings says it of an experiment.
func describeSprings(x *experiment.Experiment) Springs {
	s := Springs{TrainRows: x.Train.N, ValidRows: x.Valid.N, TestRows: x.Test.N}
	type ends struct{ lo, hi float64 }
	count := map[ends]int{}
	var order []ends
	springs := x.Parameters()
	if x.Reading != nil {
		springs = x.Reading.First() // gain, offsets and tares are no springs
	}
	for _, i := range x.Design.Free {
		if int(i) >= springs {
			continue
		}
		e := ends{x.Design.Lo[i], x.Design.Hi[i]}
		if count[e] == 0 {
			order = append(order, e)
		}
		count[e]++
		s.Learn++
	}
	var parts []string
	for _, e := range order {
		if x.Spec.Bonds.Width.IsSet() {
			parts = append(parts, fmt.Sprintf("%g..%g mm wide (%d)", 1e3*e.lo, 1e3*e.hi, count[e]))
		} else {
			parts = append(parts, fmt.Sprintf("%g..%g N/m (%d)", e.lo, e.hi, count[e]))
		}
	}
	s.Ranges = strings.Join(parts, ", ")
	if e := x.Electronics(); e != nil {
		s.Electronics = e.String()
	} else {
		s.Electronics = readings(x)
	}
	return s
}

// readings counts what is read where the file has no electronics of its own.
func readings(x *experiment.Experiment) string {
	pairs := 0
	for i := range x.Out {
		if x.Out[i].Pair {
			pairs++
		}
	}
	text := fmt.Sprintf("%d readings", len(x.Out)+pairs)
	if pairs > 0 {
		text += fmt.Sprintf(", %d differences", pairs)
	}
	return text
}
