package lab

import "github.com/elastrain/elastrain/internal/vec"

// Largest is the size of the largest force of a load, N.
func Largest(load []Force) float64 {
	most := 0.0
	for _, f := range load {
		most = max(most, vec.Norm(f.F))
	}
	return most
}

// Scaled is a load with every force times a factor.
func Scaled(load []Force, factor float64) []Force {
	out := make([]Force, len(load))
	for i, f := range load {
		out[i].Node = f.Node
		for axis, v := range f.F {
			out[i].F[axis] = factor * v
		}
	}
	return out
}

// Dir is the direction of a force, of unit length; of none it is zero.
func (f Force) Dir() (dir [3]float64) {
	if size := vec.Norm(f.F); size > 0 {
		for axis, v := range f.F {
			dir[axis] = v / size
		}
	}
	return dir
}

// Alike reports whether two loads are the same but for rounding.
func Alike(a, b []Force) bool {
	if len(a) != len(b) {
		return false
	}
	most := max(Largest(a), Largest(b))
	for i := range a {
		if a[i].Node != b[i].Node || vec.Norm(vec.Sub(a[i].F, b[i].F)) > 1e-9*most {
			return false
		}
	}
	return true
}
