package records

import (
	"fmt"
	"strings"

	"github.com/elastrain/elastrain/experiment"
)

// Springs is what a network is made of, the same for every seed.
type Springs struct {
	Learn       int    `json:"springs"` // that learn
	Ranges      string `json:"ranges"`  // of those that learn, N/m
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
	for _, i := range x.Design.Free {
		e := ends{x.Design.Lo[i], x.Design.Hi[i]}
		if count[e] == 0 {
			order = append(order, e)
		}
		count[e]++
		s.Learn++
	}
	var parts []string
	for _, e := range order {
		parts = append(parts, fmt.Sprintf("%g..%g (%d)", e.lo, e.hi, count[e]))
	}
	s.Ranges = strings.Join(parts, ", ")
	s.Electronics = readings(x)
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
