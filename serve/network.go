package serve

import (
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/serve/message"
	"github.com/elastrain/elastrain/snapshot"
	"github.com/elastrain/elastrain/task"
)

// network is one that is open: its parameters with their factorisation, and the loads that it bore last. A gradient at the same
// parameters and loads needs neither again.
type network struct {
	x    *experiment.Experiment
	rig  learn.Loadable
	most int // bytes of an answer

	block int           // samples that may be on their way at once
	now   []learn.Batch // pieces of the batch that went there last

	start []float64 // parameters as it was opened
	theta []float64 // parameters set last
	ready bool      // the rig has them
	set   task.Set  // loads of the batch that went forward last
	found bool      // its outputs are out
	out   []float64
}

func newNetwork(x *experiment.Experiment, theta []float64, most int) *network {
	n := &network{x: x, rig: x.Loadable(), most: most, block: block(x.Parameters(), len(x.Network.Pos), most), start: slices.Clone(theta), theta: slices.Clone(theta)}
	p, q := n.rig.Ports()
	n.set = task.Set{P: p, Q: q, Signed: x.Train.Signed}
	n.ready = n.rig.SetStiffness(slices.Clone(theta)) == nil
	return n
}

// Port is an input or output.
type Port struct {
	snapshot.Port
	Constant *float64 `json:"constant,omitempty"` // the load of an input that always hangs
}

// Facts are what a network is.
type Facts struct {
	Net        int              `json:"net"`
	Title      string           `json:"title"`
	Task       string           `json:"task"`
	Loss       string           `json:"loss"`
	Solver     string           `json:"solver"`
	Dim        int              `json:"dim"`
	Nodes      int              `json:"nodes"`
	Elements   int              `json:"elements"` // bonds and springs to ground
	Parameters int              `json:"parameters"`
	Training   int              `json:"training_samples"`
	Validation int              `json:"validation_samples"`
	Blocks     []snapshot.Block `json:"blocks"` // of the parameters
	Bounds     string           `json:"bounds"` // projection, sigmoid or softplus, as the file has them
	Steepness  float64          `json:"steepness"`
	Inputs     []Port           `json:"inputs"`
	Outputs    []Port           `json:"outputs"`
	Notes      []string         `json:"notes"`
}

// facts says what a network is. Numbers in arrays count from 0.
func (n *network) facts(number int) (any, []Array, error) {
	x, d := n.x, n.x.Design
	f := Facts{Net: number, Title: x.Spec.Title, Task: x.Spec.Task.Kind, Loss: x.Loss.Name(), Solver: x.SolverName(), Dim: x.Network.Dim, Nodes: x.Network.Nodes(),
		Elements: len(x.Network.Elements), Parameters: len(n.theta), Training: x.Train.N, Validation: x.Valid.N, Blocks: x.Blocks(),
		Bounds: map[design.Bounds]string{design.Projection: "projection", design.Sigmoid: "sigmoid", design.Softplus: "softplus"}[d.Bounds], Steepness: d.Steepness, Notes: append([]string{}, x.Notes...)}
	in, out := x.Ports()
	for i := range in {
		port := Port{Port: in[i]}
		if v, always := x.Constant(i); always {
			port.Constant = &v
		}
		f.Inputs = append(f.Inputs, port)
	}
	for i := range out {
		f.Outputs = append(f.Outputs, Port{Port: out[i]})
	}
	bonds := make([]int32, 0, 2*len(x.Network.Elements))
	for i := range x.Network.Elements {
		ends := x.Network.Elements[i].Nodes
		bonds = append(bonds, int32(ends[0]), int32(ends[1]))
	}
	p := len(n.theta)
	lower, upper, learns := make([]float64, p), make([]float64, p), make([]byte, p)
	for i := range p {
		lower[i], upper[i] = n.start[i], n.start[i]
	}
	for _, i := range d.Free {
		lower[i], upper[i], learns[i] = d.Gain[i]*d.Lo[i], d.Gain[i]*d.Hi[i], 1
	}
	return f, []Array{
		message.F8("theta", n.start, p), message.F8("lower", lower, p), message.F8("upper", upper, p), message.U1("learns", learns, p),
		message.F8("positions", x.Network.Pos, f.Nodes, f.Dim), message.I4("elements", bonds, f.Elements, 2),
	}, nil
}

// adopt sets the parameters of a request, where it has some.
func (n *network) adopt(q *Request) error {
	a := q.array("theta")
	if a != nil {
		if err := shape(a, "f8", len(n.theta)); err != nil {
			return err
		}
		if !n.ready || !slices.Equal(a.F8, n.theta) {
			n.ready, n.found = false, false
			copy(n.theta, a.F8)
			if err := n.rig.SetStiffness(slices.Clone(a.F8)); err != nil {
				return err
			}
			n.ready = true
		}
	}
	if !n.ready {
		return refuse("set parameters that the network can have", "the network has no parameters: those given last were refused")
	}
	return nil
}

// shape refuses an array of another shape; -1 stands for any length.
func shape(a *Array, kind string, dims ...int) error {
	fits := a.Type == kind && len(a.Shape) == len(dims)
	for i := 0; fits && i < len(dims); i++ {
		fits = dims[i] < 0 || a.Shape[i] == dims[i]
	}
	if fits {
		return nil
	}
	want := make([]string, len(dims))
	for i, d := range dims {
		if want[i] = fmt.Sprint(d); d < 0 {
			want[i] = "any"
		}
	}
	return refuse("", "array %q has type %s and shape %v; it is %s of shape %v", a.Name, a.Type, a.Shape, kind, want)
}

// put sets parameters.
func (n *network) put(q *Request) (any, []Array, error) {
	if err := q.only("theta"); err != nil {
		return nil, nil, err
	}
	return struct{}{}, nil, n.adopt(q)
}

// bear puts loads on, where they are not those that the network bears.
func (n *network) bear(q *Request) error {
	a := q.array("loads")
	if a == nil {
		return refuse("", "%s needs the array `loads`, a row for every case and a column for every input", q.Op)
	}
	if err := shape(a, "f8", -1, n.set.P); err != nil {
		return err
	}
	rows := a.Shape[0]
	if rows > n.most/8/max(1, n.set.Q) {
		return refuse("ask for fewer loads at once", "%d loads are too many", rows)
	}
	if n.found && slices.Equal(a.F8, n.set.F) {
		return nil
	}
	for i := range n.set.P {
		always, is := n.x.Constant(i)
		for row := 0; is && row < rows; row++ {
			if v := a.F8[row*n.set.P+i]; v != always {
				return refuse("give it this load in every case", "input %s always hangs with %g; row %d (from 0) of `loads` has %g", n.x.Inputs[i], always, row, v)
			}
		}
	}
	n.found = false
	n.set.F, n.set.N = a.F8, rows
	n.out = make([]float64, rows*n.set.Q)
	if err := n.there(learn.Batch{Set: &n.set}, n.out); err != nil {
		return err
	}
	if !learn.AllFinite(n.out) {
		return &learn.NotFiniteError{What: "an output"}
	}
	n.found = true
	return nil
}

// solve tells the outputs under loads, and how the network deforms under each.
func (n *network) solve(q *Request) (any, []Array, error) {
	if err := q.only("theta", "loads"); err != nil {
		return nil, nil, err
	}
	if err := q.wants("displacement", "elongation"); err != nil {
		return nil, nil, err
	}
	if err := n.adopt(q); err != nil {
		return nil, nil, err
	}
	if err := n.bear(q); err != nil {
		return nil, nil, err
	}
	arrays := []Array{message.F8("outputs", n.out, n.set.N, n.set.Q)}
	if len(q.Want) == 0 {
		return struct{}{}, arrays, nil
	}
	nodes, elements := len(n.x.Network.Pos), len(n.x.Network.Elements)
	if n.set.N > n.most/8/max(1, nodes+elements) {
		return nil, nil, refuse("ask for fewer loads at once", "displacements and elongations of %d cases are too many", n.set.N)
	}
	var u, e []float64
	for i := range n.set.N {
		ui, ei, err := n.x.Deform(n.set.Force(i))
		if err != nil {
			return nil, nil, err
		}
		u, e = append(u, ui...), append(e, ei...)
	}
	if n.x.Solid != nil { // a body was set to the parameters of a case
		n.found = false
	}
	if !learn.AllFinite(u) || !learn.AllFinite(e) {
		return nil, nil, &learn.NotFiniteError{What: "a displacement"}
	}
	if slices.Contains(q.Want, "displacement") {
		arrays = append(arrays, message.F8("displacement", u, n.set.N, n.x.Network.Nodes(), n.x.Network.Dim))
	}
	if slices.Contains(q.Want, "elongation") {
		arrays = append(arrays, message.F8("elongation", e, n.set.N, elements))
	}
	return struct{}{}, arrays, nil
}

// gradient takes slopes of the outputs back.
func (n *network) gradient(q *Request) (any, []Array, error) {
	if err := q.only("theta", "loads", "slopes"); err != nil {
		return nil, nil, err
	}
	if err := q.wants("theta", "loads"); err != nil {
		return nil, nil, err
	}
	slopes := q.array("slopes")
	if slopes == nil {
		return nil, nil, refuse("", "gradient needs the array `slopes`, dL/doutput of every case")
	}
	if err := n.adopt(q); err != nil {
		return nil, nil, err
	}
	if err := n.bear(q); err != nil {
		return nil, nil, err
	}
	if err := shape(slopes, "f8", n.set.N, n.set.Q); err != nil {
		return nil, nil, err
	}
	var g, f []float64
	if len(q.Want) == 0 || slices.Contains(q.Want, "theta") {
		g = make([]float64, len(n.theta))
	}
	if slices.Contains(q.Want, "loads") {
		f = make([]float64, n.set.N*n.set.P)
	}
	if err := n.back(slopes.F8, g, f); err != nil {
		return nil, nil, err
	}
	if !learn.AllFinite(g) || !learn.AllFinite(f) {
		return nil, nil, &learn.NotFiniteError{What: "a derivative"}
	}
	arrays := []Array{message.F8("outputs", n.out, n.set.N, n.set.Q)}
	if g != nil {
		arrays = append(arrays, message.F8("theta", g, len(g)))
	}
	if f != nil {
		arrays = append(arrays, message.F8("loads", f, n.set.N, n.set.P))
	}
	return struct{}{}, arrays, nil
}

// part is a part of the data that a training may look at.
func (n *network) part(q *Request) (*task.Set, error) {
	switch q.Part {
	case "", "training":
		return n.x.Train, nil
	case "validation":
		return n.x.Valid, nil
	case "test":
		return nil, refuse("`elastrain eval` opens it, once, when all is chosen", "the test part is not looked at while something learns")
	}
	return nil, refuse("the parts are training and validation", "there is no part %q", q.Part)
}

// samples tells the samples of a part: loads, and what is wanted.
func (n *network) samples(q *Request) (any, []Array, error) {
	if err := q.only(); err != nil {
		return nil, nil, err
	}
	set, err := n.part(q)
	if err != nil {
		return nil, nil, err
	}
	arrays := []Array{message.F8("loads", set.F, set.N, n.set.P)}
	if set.Want != nil { // NaN where nothing is asked
		arrays = append(arrays, message.F8("wanted", set.Want, set.N, n.set.Q))
	}
	if set.Class != nil {
		arrays = append(arrays, message.I4("classes", set.Class, set.N))
	}
	rows := make([]int32, set.N)
	for i, row := range n.x.Rows(set) {
		rows[i] = int32(row - 1)
	}
	return struct{}{}, append(arrays, message.I4("rows", rows, set.N)), nil
}

// Loss is the mean loss of a part, as the experiment file has it.
type Loss struct {
	Loss float64 `json:"loss"`
}

// loss is the loss of the file over a part, or over some of its rows, and its derivative by every parameter.
func (n *network) loss(q *Request) (any, []Array, error) {
	if err := q.only("theta", "rows"); err != nil {
		return nil, nil, err
	}
	set, err := n.part(q)
	if err != nil {
		return nil, nil, err
	}
	if err := n.adopt(q); err != nil {
		return nil, nil, err
	}
	if set.N == 0 {
		return nil, nil, refuse("`task.validation` makes one", "the data have no %s part", q.Part)
	}
	batch := learn.Batch{Set: set}
	if a := q.array("rows"); a != nil {
		if err := shape(a, "i4", -1); err != nil {
			return nil, nil, err
		}
		for i, row := range a.I4 {
			if row < 0 || int(row) >= set.N {
				return nil, nil, refuse("", "place %d of `rows` has %d; the samples are 0 to %d", i, row, set.N-1)
			}
		}
		if batch.Rows = a.I4; len(a.I4) == 0 {
			return nil, nil, refuse("", "no rows have no loss")
		}
	}
	if err := task.Check(n.x.Loss); err != nil {
		return nil, nil, err
	}
	count := batch.Len()
	if count > n.most/8/max(1, set.Q) {
		return nil, nil, refuse("give fewer `rows`", "%d samples are too many", count)
	}
	n.found = false
	out, slopes, g := make([]float64, count*set.Q), make([]float64, count*set.Q), make([]float64, len(n.theta))
	if err := n.there(batch, out); err != nil {
		return nil, nil, err
	}
	r := Loss{Loss: task.Total(n.x.Loss, set, batch.Rows, out, slopes) / float64(count)}
	if math.IsNaN(r.Loss) {
		return nil, nil, task.ErrStill
	}
	for i := range slopes {
		slopes[i] /= float64(count)
	}
	if err := n.back(slopes, g, nil); err != nil {
		return nil, nil, err
	}
	if math.IsInf(r.Loss, 0) || !learn.AllFinite(g) || !learn.AllFinite(out) {
		return nil, nil, &learn.NotFiniteError{What: "the loss, or its derivative,"}
	}
	return r, []Array{message.F8("theta", g, len(g)), message.F8("outputs", out, count, set.Q)}, nil
}
