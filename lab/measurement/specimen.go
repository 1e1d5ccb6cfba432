package measurement

import (
	"github.com/elastrain/elastrain/internal/vec"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/network"
)

// Specimen is what must be known of a lattice to measure on it: its geometry and
// where a task pushes and reads. Its stiffnesses need not be known.
type Specimen struct {
	Net *network.Network
	In  []network.Port
	Out []network.Port

	// Model is the body of a network that is more than linear springs: what cameras do not see, rotations, follows from
	// it. nil for linear springs, of which everything is seen.
	Model *statics.Equilibrium

	// Writes is what each input sets in the parameters of Model in place of hanging a force; nil where none does.
	Writes [][]learn.Change

	compatibility *mechanics.Compatibility
}

// NewSpecimen describes a valid network.
func NewSpecimen(net *network.Network, in, out []network.Port) *Specimen {
	return &Specimen{Net: net, In: in, Out: out, compatibility: mechanics.NewCompatibility(net)}
}

// NewBodySpecimen describes a valid network of which a model is known: beams, angles, bonds under any law.
func NewBodySpecimen(net *network.Network, model *statics.Equilibrium, in, out []network.Port) *Specimen {
	s := NewSpecimen(net, in, out)
	s.Model = model
	return s
}

// Values is how many numbers say what the lattice is set to: a stiffness for each bond, or the parameters of its model.
func (s *Specimen) Values() int {
	if s.Model != nil {
		return s.Model.Body.P
	}
	return len(s.Net.Elements)
}

// Forces turns amplitudes at ports (N) into forces on nodes, one for each loaded
// node in the order of the nodes; forces along held axes, which the support
// takes, are left out.
func (s *Specimen) Forces(ports []network.Port, amplitude []float64) []lab.Force {
	dim := s.Net.Dim
	on := make([][3]float64, s.Net.Nodes())
	for i, p := range ports {
		for node, force := range p.Ends {
			for axis := range dim {
				if !s.Net.Held[node*dim+axis] {
					on[node][axis] += amplitude[i] * force[axis]
				}
			}
		}
	}
	var load []lab.Force
	for node, f := range on {
		if f != [3]float64{} {
			load = append(load, lab.Force{Node: node, F: f})
		}
	}
	return load
}

// Reading is what a port shows of displacements u (m; len nodes*dim, node-major).
func Reading(p network.Port, u []float64, dim int) float64 {
	sum := 0.0
	for node, dir := range p.Ends {
		for axis := range dim {
			sum += dir[axis] * u[node*dim+axis]
		}
	}
	return sum
}

// direction is the unit vector from the first end of a bar to the second in the
// design; for a spring to ground, the direction in which it resists.
func (s *Specimen) direction(el *network.Element) [3]float64 {
	if el.Kind == network.Ground {
		return el.Dir
	}
	var a, b [3]float64
	copy(a[:], s.Net.At(el.Nodes[0]))
	copy(b[:], s.Net.At(el.Nodes[1]))
	d := vec.Sub(b, a)
	size := vec.Norm(d)
	for axis := range d {
		d[axis] /= size
	}
	return d
}
