package experiment

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/finite"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

const (
	// fewPercent is the share of a bond up to which displacements count as small: linear theory errs
	// by about as much.
	fewPercent = 0.05
	// finiteLimit is the number of unknowns up to which finite deformation is computed beside.
	finiteLimit = 20000
	// mostDeformed samples are deformed to find the one that does so most.
	mostDeformed = 32
)

// motion is how far a network goes under one sample.
type motion struct {
	set           *task.Set
	part          string
	row           int
	u, e          []float64 // of every node and axis, of every element, m
	node          int       // that moves most
	move          float64   // of it, m
	bond          int       // that deforms most
	stretch, turn float64   // largest of the bonds, as shares of their lengths
	astray        float64   // stretch that linear theory leaves out, for turning, as a share of the largest elongation

	state *body.State // of a body; else nil
	most  float64     // stretch and turn of one element of it together, at most
}

// size is what a motion is judged by: stretch and turn of bonds.
func (m *motion) size() float64 { return max(m.stretch, m.turn) }

// parts are those that are looked at: a test part that is closed is not.
func (x *Experiment) parts() []Part {
	list := []Part{{Name: "training", Set: x.Train}}
	if set, name := x.Beside(); set.N > 0 {
		list = append(list, Part{Name: name, Set: set})
	}
	return list
}

// Part is a set of samples and what it is called: training, validation, test, or the name of a file of new ones.
type Part struct {
	Name string
	Set  *task.Set
	Only int // a sample, from 1, where no other counts
}

// largeMotion warns where displacements at the present stiffness, or wanted ones, are not small.
func (x *Experiment) largeMotion() ([]Warning, error) {
	list, err := x.LargeUnder(x.parts()...)
	if err != nil || len(list) > 0 || !x.small() {
		return list, err
	}
	return x.wantsFar(x.shortest()), nil
}

// LargeUnder warns where samples of some parts displace the network too far for linear theory, at the stiffness set last.
func (x *Experiment) LargeUnder(parts ...Part) ([]Warning, error) {
	if !x.small() {
		return nil, nil
	}
	shortest, each := x.shortest(), "bonds"
	if x.Solid != nil && math.IsInf(shortest, 1) {
		each = "elements"
	}
	worst, err := x.largest(parts)
	if err != nil {
		return nil, err
	}
	if worst != nil && (worst.size() > fewPercent || worst.move > fewPercent*shortest) {
		return []Warning{x.tooFar(worst, shortest, "displacements are not small, and linear theory holds for small ones")}, nil
	}
	if worst != nil && worst.astray > fewPercent && x.unknowns() <= finiteLimit {
		w := x.tooFar(worst, shortest, each+" turn so much beside what they stretch that linear theory does not hold")
		if w.Carried != nil || w.Linear != nil && math.Abs(*w.Linear-*w.Finite) > fewPercent*max(math.Abs(*w.Linear), math.Abs(*w.Finite)) {
			return []Warning{w}, nil
		}
	}
	return nil, nil
}

// largest is the sample whose bonds deform most; nil where there is none.
func (x *Experiment) largest(parts []Part) (*motion, error) {
	var worst *motion
	lengths := x.lengths()
	for _, part := range parts {
		rows, bound, err := x.order(part.Set, lengths)
		if err != nil {
			return nil, err
		}
		if part.Only > 0 {
			rows, bound = []int{part.Only - 1}, nil
		}
		for at, row := range rows[:min(len(rows), mostDeformed)] {
			if worst != nil && bound != nil && bound[at] <= worst.size() {
				break // none that follows deforms more
			}
			m, err := x.motion(part.Set, part.Name, row, lengths)
			if err != nil {
				return nil, err
			}
			if worst == nil || m.size() > worst.size() {
				worst = m
			}
		}
	}
	return worst, nil
}

// order is the samples of a set with those first that can deform the network most, and a bound
// of their deformation; a nil bound where loading each is cheaper than bounding it.
func (x *Experiment) order(set *task.Set, lengths []float64) (rows []int, bound []float64, err error) {
	for i := range set.N {
		rows = append(rows, i)
	}
	unit, err := x.bounds(set, lengths)
	if err != nil {
		return nil, nil, err
	}
	if unit == nil { // they are looked at from one end to the other
		for i := range min(set.N, mostDeformed) {
			rows[i] = i * set.N / min(set.N, mostDeformed)
		}
		return rows, nil, nil
	}
	can := make([]float64, set.N)
	for i := range can {
		for a, f := range set.Force(i) {
			can[i] += math.Abs(f) * unit[a]
		}
	}
	slices.SortStableFunc(rows, func(a, b int) int {
		switch {
		case can[a] > can[b]:
			return -1
		case can[a] < can[b]:
			return 1
		}
		return 0
	})
	for _, row := range rows {
		bound = append(bound, can[row])
	}
	return rows, bound, nil
}

// bounds is the most that one of each input deforms a bond; nil where loading each sample is cheaper.
func (x *Experiment) bounds(set *task.Set, lengths []float64) ([]float64, error) {
	if x.Solid != nil {
		return x.bodyBounds(set)
	}
	batch := learn.Batch{Set: set}
	if set.N == 0 || !batch.Superposes(len(x.In), len(x.Out)) {
		return nil, nil
	}
	answers, err := x.Exact.Respond()
	if err != nil {
		return nil, err
	}
	unit := make([]float64, len(x.In))
	for i := range x.Network.Elements {
		for a := range unit {
			u := func(at int) float64 {
				if unknown := x.Eq.C.Unknown[at]; unknown >= 0 {
					return answers.U[int(unknown)*answers.Stride+a]
				}
				return 0
			}
			stretch, turn := x.deformed(i, lengths[i], u, answers.E[i*answers.Stride+a])
			unit[a] = max(unit[a], math.Hypot(stretch, turn))
		}
	}
	return unit, nil
}

// lengths are those of all bonds of a lattice of linear springs; nil of a body.
func (x *Experiment) lengths() []float64 {
	if x.Solid != nil {
		return nil
	}
	lengths := make([]float64, len(x.Network.Elements))
	for i := range lengths {
		lengths[i] = x.Network.BondLength(i)
	}
	return lengths
}

// longer is the length of a vector with one more component.
func longer(length, v float64) float64 {
	if length == 0 {
		return math.Abs(v)
	}
	return math.Hypot(length, v)
}

// deformed is how much a bond stretches and turns, as shares of its length; u gives the
// displacement of a node and axis, e is its elongation.
func (x *Experiment) deformed(bond int, length float64, u func(at int) float64, e float64) (stretch, turn float64) {
	el := &x.Network.Elements[bond]
	if el.Kind != network.Bar || el.Cut {
		return 0, 0
	}
	whole := 0.0
	for axis := range x.Network.Dim {
		whole = longer(whole, u(el.Nodes[1]*x.Network.Dim+axis)-u(el.Nodes[0]*x.Network.Dim+axis))
	}
	stretch = math.Abs(e) / length
	across := whole / length
	if across == 0 {
		return stretch, 0
	}
	return stretch, across * math.Sqrt(max(0, (1-stretch/across)*(1+stretch/across)))
}

// motion is what the network does under a sample.
func (x *Experiment) motion(set *task.Set, part string, row int, lengths []float64) (*motion, error) {
	if x.Solid != nil {
		m, err := x.bodyMotion(set.Force(row))
		if err == nil {
			m.set, m.part, m.row = set, part, row
		}
		return m, err
	}
	u, e, err := x.Deform(set.Force(row))
	if err != nil {
		return nil, err
	}
	m := &motion{set: set, part: part, row: row, u: u, e: e}
	for node := range x.Network.Nodes() {
		far := 0.0
		for _, v := range u[node*x.Network.Dim : (node+1)*x.Network.Dim] {
			far = longer(far, v)
		}
		if far > m.move {
			m.node, m.move = node, far
		}
	}
	for i := range x.Network.Elements {
		stretch, turn := x.deformed(i, lengths[i], func(at int) float64 { return u[at] }, e[i])
		if max(stretch, turn) > m.size() {
			m.bond = i
		}
		m.stretch, m.turn = max(m.stretch, stretch), max(m.turn, turn)
		m.astray = max(m.astray, turn*turn/2*lengths[i])
	}
	if most := largestOf(e); most > 0 {
		m.astray /= most
	}
	return m, nil
}

// tooFar is the warning for a motion that is not small, with what finite deformation says.
func (x *Experiment) tooFar(m *motion, shortest float64, what string) Warning {
	w := Warning{Code: "E0706", Part: m.part, Sample: x.Rows(m.set)[m.row], Node: x.Network.NodeNumber(m.node), Bond: x.elementNumber(m.bond), Move: m.move, Stretch: m.stretch, Turn: m.turn,
		Help: "take smaller forces or stiffer bonds where the difference matters"}
	if x.Solid != nil {
		w.Help += ", or have it computed: `statics: {deformation: finite}`"
	}
	of, each := "", "bonds"
	if math.IsInf(shortest, 1) && x.Solid != nil {
		each = "elements"
	} else {
		if math.IsInf(shortest, 1) {
			shortest = m.move
		}
		w.Share = m.move / shortest
		of = fmt.Sprintf(", %.3g %% of the shortest bond", 100*w.Share)
	}
	w.Text = fmt.Sprintf("%s: under %s node %d moves by %.4g mm%s; %s stretch by up to %.2g %% and turn by up to %.2g %% of their length (%s)",
		what, x.sampleName(m.part, w.Sample), w.Node, 1e3*m.move, of, each, 100*m.stretch, 100*m.turn, x.elementName(m.bond))
	if x.unknowns() > finiteLimit {
		w.Text += fmt.Sprintf("; finite deformation is not computed for more than %d unknowns", finiteLimit)
		return w
	}
	x.beside(&w, m)
	return w
}

// beside adds the answer of one finite solve at the output that linear theory misses most.
func (x *Experiment) beside(w *Warning, m *motion) {
	if x.Solid != nil || slices.ContainsFunc(x.In, func(p network.Port) bool { return p.Given }) {
		x.besideBody(w, m)
		return
	}
	c := x.Eq.C
	f, u := make([]float64, c.N), make([]float64, c.N)
	for a, force := range m.set.Force(m.row) {
		unknowns, values := c.Load(x.In[a])
		for i, unknown := range unknowns {
			f[unknown] += force * values[i]
		}
	}
	q := finite.New(x.Network)
	if err := q.SetStiffness(x.Rig.Stiffness()); err != nil {
		return // linear theory has refused it before
	}
	if effort, err := q.Follow(u, f); err != nil {
		w.Carried = &effort.Share
		w.Text += "; " + x.pathEnds(effort.Share, err)
		return
	}
	truly := make([]float64, len(m.u))
	for i, unknown := range c.Unknown {
		if unknown >= 0 {
			truly[i] = u[unknown]
		}
	}
	x.compare(w, m, truly)
}

// compare adds the output at which the displacements of finite deformation differ most from linear ones.
func (x *Experiment) compare(w *Warning, m *motion, truly []float64) {
	for o, p := range x.Out {
		linear, other := x.reading(p, m.u, false), x.reading(p, truly, true)
		if w.Linear == nil || math.Abs(linear-other) > math.Abs(*w.Linear-*w.Finite) {
			w.Output, w.Linear, w.Finite = x.Outputs[o], &linear, &other
		}
	}
	w.Text += fmt.Sprintf("; output %s moves by %.4g mm in linear theory and by %.4g mm in a solve of finite deformation", w.Output, 1e3**w.Linear, 1e3**w.Finite)
}

// besideBody is beside for a body, and for a lattice whose displacements are given, which a body may be told.
func (x *Experiment) besideBody(w *Warning, m *motion) {
	s, err := x.AsSolid(slices.Clone(x.Rig.Stiffness()))
	if err != nil {
		return // linear theory has refused it before
	}
	q := statics.New(s.Body, true)
	q.Loose = s.Eq.Loose
	if err := q.Set(s.Eq.Theta()); err != nil {
		return
	}
	state := s.Body.NewState()
	if _, err := learn.NewStatics(q, s.Rig.In, s.Rig.Out).Rest(m.set.Force(m.row), state); err != nil {
		var unstable *statics.UnstableError
		var stuck *statics.ConvergenceError
		share, at := 0.0, ""
		switch {
		case errors.As(err, &unstable):
			share, at = unstable.Share, fmt.Sprintf(": it buckles or snaps through at node %d", x.Network.NodeNumber(unstable.Node))
		case errors.As(err, &stuck):
			share, at = stuck.Share, fmt.Sprintf(": none was found near node %d", x.Network.NodeNumber(stuck.Node))
		default:
			return
		}
		w.Carried = &share
		what := "what is given"
		if !slices.ContainsFunc(x.In, func(p network.Port) bool { return p.Given }) {
			what = "this load"
		}
		if share == 0 {
			w.Text += "; under less than 0.1 % of " + what + " already the network truly has no equilibrium nearby" + at
			return
		}
		w.Text += fmt.Sprintf("; above %.3g %% of %s the network truly has no equilibrium nearby%s", 100*share, what, at)
		return
	}
	if x.Solid != nil {
		x.compareBody(w, m, state)
		return
	}
	truly := make([]float64, 0, len(m.u))
	for node := range x.Network.Nodes() {
		for axis := range x.Network.Dim {
			truly = append(truly, s.Body.Value(state, node, element.Part(axis)))
		}
	}
	x.compare(w, m, truly)
}

// pathEnds says that a network has no equilibrium near rest above a share of its load.
func (x *Experiment) pathEnds(share float64, err error) string {
	at := ""
	var buckling *finite.BucklingError
	var convergence *finite.ConvergenceError
	switch {
	case errors.As(err, &buckling):
		at = fmt.Sprintf(": it buckles or snaps through at node %d", x.Network.NodeNumber(buckling.Node))
	case errors.As(err, &convergence):
		at = fmt.Sprintf(": none was found near node %d", x.Network.NodeNumber(convergence.Node))
	}
	if share == 0 {
		return "under less than 0.1 % of this load already the network truly has no equilibrium nearby" + at
	}
	return fmt.Sprintf("above %.3g %% of this load the network truly has no equilibrium nearby%s", 100*share, at)
}

// reading is what a port reads of the displacements u of every node and axis: of a pair, where they
// are not small, by how much its distance has truly changed.
func (x *Experiment) reading(p network.Port, u []float64, finite bool) float64 {
	dim := x.Network.Dim
	if p.Pair && finite {
		before, after := 0.0, 0.0
		for axis := range dim {
			d := x.Network.At(p.Other)[axis] - x.Network.At(p.Node)[axis]
			before = math.Hypot(before, d)
			after = math.Hypot(after, d+u[p.Other*dim+axis]-u[p.Node*dim+axis])
		}
		return after - before
	}
	sum := 0.0
	for node, dir := range p.Ends {
		for axis := range dim {
			sum += dir[axis] * u[node*dim+axis]
		}
	}
	return sum
}

// sampleName is what people call a sample: the case of a behaviour, the row of a table.
func (x *Experiment) sampleName(part string, number int) string {
	if x.Spec.Task.Kind == "behaviour" {
		return fmt.Sprintf("case %d", number)
	}
	if !slices.Contains([]string{"training", "validation", "test"}, part) {
		return fmt.Sprintf("row %d of %s", number, part)
	}
	return fmt.Sprintf("row %d of the data (%s part)", number, part)
}

// wantsFar warns of wanted displacements that are not small.
func (x *Experiment) wantsFar(shortest float64) []Warning {
	far, row, output := 0.0, 0, 0
	for i, v := range x.Train.Want {
		if x.Out[i%x.Train.Q].Part == network.Move && math.Abs(v) > far { // false for NaN, where nothing is asked
			far, row, output = math.Abs(v), i/x.Train.Q, i%x.Train.Q
		}
	}
	if !(far > fewPercent*shortest) {
		return nil
	}
	share, sample := far/shortest, x.Rows(x.Train)[row]
	return []Warning{{Code: "E0706", Part: "training", Sample: sample, Node: x.Network.NodeNumber(x.Out[output].Node), Output: x.Outputs[output], Move: far, Share: share,
		Text: fmt.Sprintf("a wanted displacement is not small, and linear theory holds for small ones: %s wants output %s to move by %.4g mm, %.3g %% of the shortest bond",
			x.sampleName("training", sample), x.Outputs[output], 1e3*far, 100*share),
		Help: "a network that reaches it in linear theory will truly miss it by about this share"}}
}
