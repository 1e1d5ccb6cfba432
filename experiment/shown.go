package experiment

import (
	"fmt"
	"math"
)

// mostShapes is how many deformed shapes stand side by side.
const mostShapes = 3

// mostReadings is the same of pictures that set the springs of hubs, of which only what is read is drawn.
const mostReadings = 12

// Shown chooses the training samples that a picture shows: one of each class, the
// largest load of a table, or the first load cases.
func (x *Experiment) Shown() View {
	var v View
	rows, most := x.Rows(x.Train), mostShapes
	if x.hubs != nil {
		most = mostReadings
	}
	switch {
	case x.Train.Class != nil && x.Spec.Task.Kind != "behaviour":
		for o := range x.Outputs {
			for i, class := range x.Train.Class {
				if int(class) == o && len(v.Cases) < most {
					v.Cases = append(v.Cases, i)
					v.Titles = append(v.Titles, fmt.Sprintf("%s (row %d)", x.Outputs[o], rows[i]))
					break
				}
			}
		}
		if len(x.Outputs) > most {
			v.Note = fmt.Sprintf("%d of %d classes", len(v.Cases), len(x.Outputs))
		}
	case x.Table != nil:
		largest := 0
		for i := range x.Train.N {
			if size(x.Train.Force(i)) > size(x.Train.Force(largest)) {
				largest = i
			}
		}
		v.Cases, v.Titles = []int{largest}, []string{fmt.Sprintf("the largest load: row %d of the data", rows[largest])}
	default:
		for i := range min(x.Train.N, mostShapes) {
			v.Cases, v.Titles = append(v.Cases, i), append(v.Titles, fmt.Sprintf("load case %d", i+1))
		}
		if x.Train.N > mostShapes {
			v.Note = fmt.Sprintf("%d of %d load cases", mostShapes, x.Train.N)
		}
	}
	return v
}

// AllCases are all load cases of a behaviour; of a table the samples that a picture shows.
func (x *Experiment) AllCases() View {
	if x.Table != nil {
		return x.Shown()
	}
	var v View
	for i := range x.Train.N {
		v.Cases, v.Titles = append(v.Cases, i), append(v.Titles, fmt.Sprintf("load case %d", i+1))
	}
	return v
}

// size is the length of a vector.
func size(v []float64) float64 {
	s := 0.0
	for _, x := range v {
		s = math.Hypot(s, x)
	}
	return s
}
