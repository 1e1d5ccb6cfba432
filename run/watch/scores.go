package watch

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/run/events"
	"github.com/elastrain/elastrain/snapshot"
)

// score is a number of a record by its name.
type score struct {
	name  string
	value float64
}

// scores are the numbers of a record that has some: "loss/training" and so on.
func scores(r *events.Record) (list []score) {
	if r.Kind != events.KindEpoch && r.Kind != events.KindEnd {
		return nil
	}
	for _, s := range []struct {
		name  string
		value *float64
	}{
		{"loss/training", r.Loss}, {"loss/validation", r.ValidLoss}, {"loss/test", r.TestLoss},
		{"accuracy/training", r.TrainAccuracy}, {"accuracy/validation", r.ValidAccuracy}, {"accuracy/test", r.TestAccuracy},
		{"error/training", r.TrainError}, {"error/validation", r.ValidError}, {"error/test", r.TestError},
	} {
		if s.value != nil && !math.IsNaN(*s.value) && !math.IsInf(*s.value, 0) {
			list = append(list, score{s.name, *s.value})
		}
	}
	return list
}

// fact is what the head of a log says in one word.
type fact struct{ name, text string }

// facts are those of a head, without what is empty.
func facts(h *events.Head) (list []fact) {
	add := func(name string, value any) {
		if text := fmt.Sprint(value); text != "" && text != "0" {
			list = append(list, fact{name, text})
		}
	}
	add("title", h.Title)
	add("spec", h.Spec)
	add("kind", h.Kind)
	list = append(list, fact{"seed", fmt.Sprint(h.Seed)})
	add("method", h.Method)
	add("rule", h.Rule)
	add("loss_function", h.Loss)
	add("bench", h.Bench)
	add("dimensions", h.Dim)
	add("nodes", h.Nodes)
	add("elements", h.Elements)
	add("parameters", h.Parameters)
	add("parameters_that_learn", h.Learn)
	add("inputs", ports(h.Inputs))
	add("outputs", ports(h.Outputs))
	add("training_samples", h.Train)
	add("validation_samples", h.Valid)
	add("test_samples", h.Test)
	add("version", h.Version)
	add("identity", h.Identity)
	return list
}

// ports names the first ports.
func ports(list []snapshot.Port) string {
	const most = 12
	var names []string
	for i := range list[:min(len(list), most)] {
		name := list[i].Name
		if name == "" {
			name = fmt.Sprintf("node %d", list[i].Number)
		}
		names = append(names, name)
	}
	if len(list) > most {
		names = append(names, fmt.Sprintf("and %d more", len(list)-most))
	}
	return strings.Join(names, ", ")
}

// parameters are those of a record by the blocks of the head: for each block and each
// of its parameters a name with its unit, and one value an element.
func parameters(h *events.Head, theta []float64, each func(name string, values []float64)) {
	for i := range h.Blocks {
		b := &h.Blocks[i]
		for p, name := range b.Names {
			var values []float64
			for e := range b.Elements {
				if at := b.First + e*len(b.Names) + p; at < len(theta) {
					values = append(values, theta[at])
				}
			}
			if len(values) == 0 || slices.ContainsFunc(values, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
				continue
			}
			title := "parameters/" + strings.Join(strings.Fields(b.Kind+" "+b.Law+" "+name), " ")
			if b.Units[p] != "" {
				title += " (" + b.Units[p] + ")"
			}
			each(title, values)
		}
	}
}
