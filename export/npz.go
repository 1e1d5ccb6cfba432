package export

import (
	"io"

	"github.com/elastrain/elastrain/export/npz"
	"github.com/elastrain/elastrain/snapshot"
)

var npzFormat = Format{
	Name: "npz", Ending: ".npz", Cases: AllCases, Wants: Wants{Gradient: true, Matrix: true, Samples: true},
	Holds: "everything: network, parameters and their history, C as sparse triplets, displacement, elongation and force of every sample, inputs, targets, predictions by row",
	Opens: "NumPy, JAX, Julia",
	Write: func(w io.Writer, in *Input) error { return npz.Write(w, arrays(in.Snapshot)) },
}

// arrays are those of network.npz and all else that a snapshot says. Numbers of nodes and elements count from 1.
func arrays(s *snapshot.Snapshot) []npz.Array {
	net := s.Drawn
	list := s.Arrays()
	numbers := make([]int32, net.Nodes())
	for node := range numbers {
		numbers[node] = int32(net.NodeNumber(node))
	}
	finite := []uint8{0}
	if s.Finite {
		finite[0] = 1
	}
	list = append(list, npz.Array{Name: "finite_deformation", Shape: []int{}, Data: finite}, npz.Int32s("node_numbers", numbers, len(numbers)))
	list = append(list, elementArrays(s)...)
	for _, side := range sections(s, s.Theta) {
		list = append(list, npz.Float64s(side.name, side.values, len(side.values)))
	}
	if s.Gradient != nil {
		list = append(list, npz.Float64s("gradient", s.Gradient, len(s.Gradient)))
	}
	if s.C != nil {
		list = append(list, matrixArrays(s)...)
	}
	list = append(list, caseArrays(s)...)
	for i := range s.Parts {
		list = append(list, partArrays(s, &s.Parts[i])...)
	}
	return append(append(list, scoreArrays(s)...), nameArrays(s)...)
}

// coded are words as numbers from 1 into a list of those that occur, which takes little where many are alike.
type coded struct {
	codes []int32
	known map[string]int32 // looked up only
	words []string
}

func newCoded(n int) *coded { return &coded{codes: make([]int32, n), known: map[string]int32{}} }

func (c *coded) set(i int, word string) {
	code, known := c.known[word]
	if !known {
		c.words = append(c.words, word)
		code = int32(len(c.words))
		c.known[word] = code
	}
	c.codes[i] = code
}

// arrays are the codes and the list of words.
func (c *coded) arrays(codes, words string) []npz.Array {
	return []npz.Array{npz.Int32s(codes, c.codes, len(c.codes)), npz.Strings(words, c.words, len(c.words))}
}

// elementArrays say what elements are, and what the modes, the rows of deformation and force, are of.
func elementArrays(s *snapshot.Snapshot) []npz.Array {
	n := len(s.Elements)
	kinds, laws, names := newCoded(n), newCoded(n), newCoded(s.Modes)
	numbers, ptr, joins, of := make([]int32, n), make([]int32, 1, n+1), make([]int32, 0, 2*n), make([]int32, s.Modes)
	for i := range s.Elements {
		el := &s.Elements[i]
		kinds.set(i, el.Kind)
		laws.set(i, el.Law)
		numbers[i] = int32(el.Number)
		for _, node := range el.Nodes {
			joins = append(joins, int32(node+1))
		}
		ptr = append(ptr, int32(len(joins)))
		for j, m := range el.Modes {
			of[el.Mode+j] = int32(i + 1)
			names.set(el.Mode+j, m.Name+" ("+m.Unit+", "+m.ForceUnit+")")
		}
	}
	list := []npz.Array{
		npz.Int32s("element_number", numbers, n), npz.Int32s("element_nodes", joins, len(joins)), npz.Int32s("element_nodes_begin", ptr, len(ptr)),
		npz.Int32s("mode_element", of, s.Modes),
	}
	list = append(append(list, kinds.arrays("element_kind", "kinds")...), laws.arrays("element_law", "laws")...)
	return append(list, names.arrays("mode_name", "mode_names")...)
}

// matrixArrays are C as triplets that count from 0, as programs do: scipy.sparse.coo_array((C_value, (C_row, C_column)), C_shape).
func matrixArrays(s *snapshot.Snapshot) []npz.Array {
	c := s.C
	nodes, parts := make([]int32, len(c.Columns)), newCoded(len(c.Columns))
	for i, f := range c.Columns {
		nodes[i] = int32(f.Node + 1)
		parts.set(i, f.Component)
	}
	return append([]npz.Array{
		npz.Int32s("C_row", c.Mode, len(c.Mode)), npz.Int32s("C_column", c.Column, len(c.Column)), npz.Float64s("C_value", c.Value, len(c.Value)),
		npz.Int32s("C_shape", []int32{int32(s.Modes), int32(len(c.Columns))}, 2),
		npz.Int32s("C_column_node", nodes, len(nodes)),
	}, parts.arrays("C_column_component", "components")...)
}

// caseArrays are how the network stands under every sample that is solved.
func caseArrays(s *snapshot.Snapshot) []npz.Array {
	if len(s.Cases) == 0 {
		return nil
	}
	n, d, k := s.Drawn.Nodes(), s.Drawn.Dim, len(s.Cases)
	rows, part := make([]int32, k), make([]string, k)
	var input, output, u, turns, potential, e, t, load, reaction, energy, strain, theta, moment []float64
	for i := range s.Cases {
		c := &s.Cases[i]
		rows[i], part[i] = int32(c.Sample), partName(s, c.Part)
		input, output, u = append(input, c.Input...), append(output, c.Output...), append(u, c.Displacement...)
		turns, potential, moment = append(turns, c.Turns...), append(potential, c.Potential...), append(moment, c.Moment...)
		e, t, theta = append(e, c.Deformation...), append(t, c.Force...), append(theta, c.Theta...)
		load, reaction = append(load, onNodes(s, c.Loads)...), append(reaction, onNodes(s, c.Reactions)...)
		energy, strain = append(energy, c.Energy), append(strain, c.Strain[:]...)
	}
	deformation := "deformation"
	if s.Springs {
		deformation = "elongation"
	}
	list := []npz.Array{
		npz.Int32s("case_row", rows, k), npz.Strings("case_part", part, k), npz.Float64s("case_input", input, k, len(s.Inputs)), npz.Float64s("case_output", output, k, len(s.Outputs)),
		npz.Float64s("displacement", u, k, n, d), npz.Float64s(deformation, e, k, s.Modes), npz.Float64s("force", t, k, s.Modes),
		npz.Float64s("load", load, k, n, d), npz.Float64s("reaction", reaction, k, n, d), npz.Float64s("energy", energy, k),
	}
	if turns != nil {
		list = append(list, npz.Float64s("rotation", turns, k, n, len(turns)/k/n))
	}
	if potential != nil {
		list = append(list, npz.Float64s("potential", potential, k, n))
	}
	if moment != nil {
		list = append(list, npz.Float64s("largest_moment", moment, k, len(moment)/k))
	}
	if len(theta) == k*len(s.Theta) && theta != nil {
		list = append(list, npz.Float64s("case_parameters", theta, k, len(s.Theta)))
	}
	if s.Drawn.Periodic() {
		list = append(list, npz.Float64s("strain", strain, k, 3))
	}
	return list
}

// partName is what a part of the data is called.
func partName(s *snapshot.Snapshot, part int) string {
	if part < len(s.Parts) {
		return s.Parts[part].Name
	}
	return map[int]string{0: "training", 1: "beside"}[part]
}

// onNodes are forces at every node along every axis, N.
func onNodes(s *snapshot.Snapshot, list []snapshot.Force) []float64 {
	d := s.Drawn.Dim
	out := make([]float64, s.Drawn.Nodes()*d)
	for _, f := range list {
		if kind, axis := component(f.Component); f.Node >= 0 && kind == "force" && axis < d {
			out[f.Node*d+axis] += f.Value
		}
	}
	return out
}

// partArrays are rows, inputs, targets and predictions of a part of the data.
func partArrays(s *snapshot.Snapshot, p *snapshot.Part) []npz.Array {
	whole := func(list []int, add int) []int32 {
		out := make([]int32, len(list))
		for i, v := range list {
			out[i] = int32(v + add)
		}
		return out
	}
	list := []npz.Array{
		npz.Int32s(p.Name+"_row", whole(p.Rows, 0), p.N), npz.Float64s(p.Name+"_input", p.Input, p.N, len(s.Inputs)),
		npz.Float64s(p.Name+"_output", p.Reached, p.N, len(s.Outputs)),
	}
	if p.Wanted != nil && p.Class == nil {
		list = append(list, npz.Float64s(p.Name+"_target", p.Wanted, p.N, len(s.Outputs)))
	}
	if p.Class != nil {
		list = append(list, npz.Int32s(p.Name+"_class", whole(p.Class, 1), p.N), npz.Int32s(p.Name+"_predicted", whole(p.Predicted, 1), p.N))
	}
	return list
}

// scoreArrays are the lines of metrics.csv.
func scoreArrays(s *snapshot.Snapshot) []npz.Array {
	scores := s.History.Scores
	if len(scores) == 0 {
		return nil
	}
	epochs := make([]int32, len(scores))
	for i := range scores {
		epochs[i] = int32(scores[i].Epoch)
	}
	list := []npz.Array{npz.Int32s("score_epoch", epochs, len(epochs))}
	for _, of := range scoreColumns {
		values, any := make([]float64, len(scores)), false
		for i := range scores {
			values[i] = of.value(&scores[i])
			any = any || values[i] == values[i]
		}
		if any {
			list = append(list, npz.Float64s("score_"+of.name, values, len(values)))
		}
	}
	return list
}

// scoreColumns are what a score has, by the names of metrics.csv.
var scoreColumns = []struct {
	name  string
	value func(*snapshot.Score) float64
}{
	{"loss", func(s *snapshot.Score) float64 { return s.Loss }},
	{"train_accuracy", func(s *snapshot.Score) float64 { return s.Accuracy }},
	{"train_error", func(s *snapshot.Score) float64 { return s.Error }},
	{"test_loss", func(s *snapshot.Score) float64 { return s.TestLoss }},
	{"test_accuracy", func(s *snapshot.Score) float64 { return s.TestAccuracy }},
	{"test_error", func(s *snapshot.Score) float64 { return s.TestError }},
	{"validation_loss", func(s *snapshot.Score) float64 { return s.ValidLoss }},
	{"validation_accuracy", func(s *snapshot.Score) float64 { return s.ValidAccuracy }},
	{"validation_error", func(s *snapshot.Score) float64 { return s.ValidError }},
}

// nameArrays are what ports and parameters are called.
func nameArrays(s *snapshot.Snapshot) (list []npz.Array) {
	for _, side := range []struct {
		name  string
		ports []snapshot.Port
	}{{"input", s.Inputs}, {"output", s.Outputs}} {
		names, units := make([]string, len(side.ports)), make([]string, len(side.ports))
		for i := range side.ports {
			names[i], units[i] = side.ports[i].Name, side.ports[i].Unit
		}
		list = append(list, npz.Strings(side.name+"_names", names, len(names)), npz.Strings(side.name+"_units", units, len(units)))
	}
	names := newCoded(len(s.Theta))
	for b := range s.Blocks {
		block := &s.Blocks[b]
		for i := range block.Len() {
			j := i % len(block.Names)
			names.set(block.First+i, block.Kind+" "+block.Names[j]+" ("+block.Units[j]+")")
		}
	}
	return append(list, names.arrays("parameter_name", "parameter_names")...)
}
