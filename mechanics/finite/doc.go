// Package finite is equilibrium of bars whose displacements are not small.
//
// Its one idea: the elongation of a bar is the change of the distance of its
// ends, e = l - l0, so a lattice under dead loads F rests where the energy
//
//	Pi(u) = Sum_i 1/2 k_i e_i(u)^2 - F u
//
// is least. Its gradient is C(u)^T t - F with the forces t = k e and the
// directions C(u) of the bars as they stand now; its second derivative, the
// tangent stiffness, is
//
//	K_T = C(u)^T K C(u) + Sum_i t_i / l_i (I - n_i n_i^T),
//
// the second term being the geometric stiffness: a bar in tension holds its
// ends across itself, a bar in compression pushes them aside, and where K_T is
// no longer positive definite the lattice buckles. The derivative of a loss by
// a stiffness is still a product of two deformations of the same bar:
// dL/dk_i = e_i (C(u) a)_i with K_T a = -dL/du.
//
// Loads keep their direction in space. A spring to ground resists the
// displacement along its direction and stays linear.
package finite
