package experiment

import (
	"math"
	"strings"

	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
)

// Choice is a value that the file leaves open, and that the program chose.
type Choice struct {
	Key   string `json:"key"`   // such as learn.rate
	Value string `json:"value"` // as a file has it
	Why   string `json:"why"`
}

// InForce is the spec with every value in force, those included for which no
// default can stand in the file format because they depend on the method, the
// task or the network; and the list of these. Without them it is the spec again.
func (x *Experiment) InForce() (spec.Spec, []Choice) {
	s := *x.Spec
	var choices []Choice
	chose := func(key, why string) { choices = append(choices, Choice{Key: key, Why: why}) }
	if rate, ok := defaultRate[s.Learn.Method]; ok && s.Learn.Rate == 0 {
		s.Learn.Rate = rate
		chose("learn.rate", "of "+s.Learn.Method)
	}
	if s.Learn.Method == "l-bfgs" && s.Learn.Memory == 0 {
		s.Learn.Memory = optim.DefaultMemory
		chose("learn.memory", "of l-bfgs")
	}
	if dim := defaultDim[s.Network.Lattice]; dim > 0 && s.Network.Dim == 0 {
		s.Network.Dim = dim
		chose("network.dim", "of a "+s.Network.Lattice+" network")
	}
	if s.Task.Loss == "" {
		s.Task.Loss = "mean-square"
		why := "of displacements"
		if x.Train.Class != nil {
			s.Task.Loss, why = x.classLoss(), "of classes"
		}
		chose("task.loss", why)
	}
	if s.Task.Reading != nil && s.Task.Reading.Directions == "" {
		r := *s.Task.Reading
		r.Directions = x.directions()
		s.Task.Reading = &r
		chose("task.reading.directions", map[string]string{"each": "of outputs that are pushed", "common": "of hubs"}[r.Directions])
	}
	if column := x.classColumn(); column != "" && s.Task.Label == "" {
		s.Task.Label = column
		chose("task.label", "the last column of words")
	}
	size := func(key string, field *float64, value float64, why string) {
		if *field == 0 && value > 0 && !math.IsInf(value, 0) {
			*field = value
			chose(key, why)
		}
	}
	switch l := x.Loss.(type) {
	case task.MeanSquare:
		for _, own := range unitScales(&s.Task) {
			if o := x.outputIn(own.unit); o >= 0 {
				why := "root mean square of the targets"
				if l.Each != nil {
					why = "root mean square of the " + own.what
				}
				size("task."+own.key, own.value, l.Of(o), why)
			}
		}
	case task.Softmax:
		size("task.sharpness", &s.Task.Sharp, l.Sharpness, "1 / (5 % of the mean |u| at the start)")
	case task.Hinge:
		size("task.margin", &s.Task.Margin, l.Margin, "10 % of the mean |u| at the start")
	}
	for i := range choices {
		choices[i].Value = s.Text(choices[i].Key)
	}
	return s, choices
}

// classColumn is the column of a CSV file that names the classes; "" where no file
// is read, or none does.
func (x *Experiment) classColumn() string {
	if x.Table == nil || x.Spec.Task.Kind != "classification" || !strings.HasSuffix(strings.ToLower(x.Spec.Task.Data), ".csv") {
		return ""
	}
	return x.Table.ClassColumn
}

// Keys are the keys of some choices.
func Keys(choices []Choice) []string {
	var keys []string
	for _, c := range choices {
		keys = append(keys, c.Key)
	}
	return keys
}
