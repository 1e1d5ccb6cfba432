package inputs

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// Plan is a network of springs with the inputs and outputs of a task. Inputs are the columns of task.Set.F.
type Plan struct {
	Net *network.Network
	// Columns are the inputs: of each sample one amplitude for each.
	Columns []Column
	// Written are the elements whose stiffness inputs set, by element number; each at most once.
	Written []Written
	// Least is what a written element keeps of its stiffness when its input is 0: one by the on/off ratio, 0 where it is out.
	Least float64
	Probe []Load         // hang beside every sample
	Out   []network.Port // outputs
}

// Column is one input: a force at a port, or a value from 0 to 1 that written elements follow.
type Column struct {
	Push *network.Port // N for each unit of the amplitude; nil: the amplitude is a value
	Idle bool          // nothing follows it: what it says of a sample stands in the plan, such as a load that always hangs
}

// Written is an element whose stiffness follows an input: k times Least + (1 - Least) v, with k its parameter, and v the
// amplitude, or 1 less the amplitude.
type Written struct {
	Element    int
	Column     int
	Complement bool
}

// Load is a constant force at a port, N.
type Load struct {
	At    network.Port
	Force float64
}

// share is what a written element has of its stiffness at an amplitude.
func (p *Plan) share(w *Written, amplitude float64) float64 {
	if w.Complement {
		amplitude = 1 - amplitude
	}
	return p.Least + (1-p.Least)*amplitude
}

// Validate refuses a plan that no network can follow.
func (p *Plan) Validate() error {
	if !(p.Least >= 0 && p.Least < 1) {
		return fmt.Errorf("an input spring keeps %g of its stiffness at an input of 0; it is 0 up to 1", p.Least)
	}
	taken := make([]bool, len(p.Net.Elements))
	for i := range p.Written {
		w := &p.Written[i]
		switch {
		case w.Element < 0 || w.Element >= len(p.Net.Elements):
			return fmt.Errorf("input spring %d is element %d; the elements are 1 to %d", i+1, w.Element+1, len(p.Net.Elements))
		case taken[w.Element]:
			return fmt.Errorf("element %d follows two inputs; put two springs side by side", w.Element+1)
		case w.Column < 0 || w.Column >= len(p.Columns):
			return fmt.Errorf("element %d follows input %d; the inputs are 1 to %d", w.Element+1, w.Column+1, len(p.Columns))
		case p.Columns[w.Column].Push != nil:
			return fmt.Errorf("element %d follows input %d, which is a force", w.Element+1, w.Column+1)
		}
		taken[w.Element] = true
	}
	if len(p.Out) == 0 {
		return fmt.Errorf("nothing is read")
	}
	pushed := len(p.Probe) > 0
	for i := range p.Columns {
		pushed = pushed || p.Columns[i].Push != nil
	}
	if !pushed {
		return fmt.Errorf("nothing pushes the network: stiffnesses alone move nothing; hang a probe load")
	}
	return nil
}

// ValueError says that a sample has an input that no spring can follow.
type ValueError struct {
	Sample, Column int // from 0
	Value          float64
}

func (e *ValueError) Error() string {
	return fmt.Sprintf("sample %d sets input %d to %g; a stiffness input is 0 to 1", e.Sample+1, e.Column+1, e.Value)
}

// check refuses values outside 0 to 1.
func (p *Plan) check(sample int, f []float64) error {
	for c := range p.Columns {
		if p.Columns[c].Push == nil && !p.Columns[c].Idle && !(f[c] >= 0 && f[c] <= 1) {
			return &ValueError{Sample: sample, Column: c, Value: f[c]}
		}
	}
	return nil
}

// ports are the loads of a plan on the unknowns of its network.
type ports struct {
	push  []terms // of each column; nil where it is a value
	probe []float64
	out   []terms
}

// terms are shares of unknowns.
type terms []term

type term struct {
	unknown int32
	by      float64
}

func (p *Plan) ports(c *mechanics.Compatibility) *ports {
	of := func(port network.Port) (t terms) {
		unknown, value := c.Load(port)
		for i, u := range unknown {
			t = append(t, term{u, value[i]})
		}
		return t
	}
	r := &ports{push: make([]terms, len(p.Columns)), probe: make([]float64, c.N)}
	for i := range p.Columns {
		if at := p.Columns[i].Push; at != nil {
			r.push[i] = of(*at)
		}
	}
	for _, l := range p.Probe {
		of(l.At).add(r.probe, l.Force)
	}
	for _, o := range p.Out {
		r.out = append(r.out, of(o))
	}
	return r
}

func (t terms) add(f []float64, by float64) {
	for _, e := range t {
		f[e.unknown] += by * e.by
	}
}

func (t terms) read(u []float64) float64 {
	sum := 0.0
	for _, e := range t {
		sum += e.by * u[e.unknown]
	}
	return sum
}

// load sets f to what hangs for a sample.
func (r *ports) load(amplitudes, f []float64) {
	copy(f, r.probe)
	for i, t := range r.push {
		if t != nil {
			t.add(f, amplitudes[i])
		}
	}
}

// stiffness checks parameters: every one is a stiffness above zero.
func stiffness(k []float64) error {
	for m, v := range k {
		if !(v > 0) || math.IsInf(v, 1) {
			return &mechanics.StiffnessError{Mode: m, Value: v}
		}
	}
	return nil
}
