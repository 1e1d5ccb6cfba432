package mechanics

import "fmt"

// DependentError says that given displacements fix each other, so that no
// forces bring them about one by one.
type DependentError struct {
	Input int // whose displacement follows from those given before it, counting from 0
}

func (e *DependentError) Error() string {
	return fmt.Sprintf("the displacement given at input %d already follows from those given before it", e.Input+1)
}

// dependent is the share of its compliance that must be left to a given port
// when those before it are held.
const dependent = 1e-12

// hold changes U from the answers to unit forces into answers in which the given
// inputs are told their displacements: the source of an allosteric network is
// squeezed by so much, with whatever force that takes. With g a given input,
// s_gx the displacement at g under the load x, and U_x the answer to it, the
// force at g is exchanged for the displacement there:
//
//	U_g <- U_g / s_gg             a unit displacement at g
//	U_x <- U_x - U_g s_gx         any other load, with g held still
//
// and so on for each of them. What follows from U is exact for the network with
// these ports held: its outputs S, and the derivative of an output by a
// stiffness, -E_out o E_in, because the adjoint state leaves the given ports
// where they are. It fails with *DependentError.
func (r *Responses) hold() error {
	for i, g := range r.given {
		r.own[i] = r.read(g, g)
	}
	for i, g := range r.given {
		for col := range r.load {
			r.row[col] = r.read(g, col)
		}
		if !(r.row[g] > dependent*r.own[i]) {
			return &DependentError{Input: g}
		}
		for at := 0; at < len(r.U); at += r.Stride {
			u := r.U[at : at+r.Stride]
			unit := u[g] / r.row[g]
			for col, s := range r.row {
				u[col] -= unit * s
			}
			u[g] = unit
		}
	}
	return nil
}

// read is the displacement at a port under the load of a column.
func (r *Responses) read(port, col int) float64 {
	sum := 0.0
	for a, unknown := range r.load[port].unknown {
		sum += r.load[port].value[a] * r.U[int(unknown)*r.Stride+col]
	}
	return sum
}
