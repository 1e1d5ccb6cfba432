// Package condense is the rig of bodies of which inputs set small parts.
//
// Its one idea: a part that hangs on the rest by few unknowns, and that inputs set,
// is to the rest a stiffness at these unknowns (a Schur complement), and it has one for each
// state that its inputs take in a batch. Where eight grey levels set a branch, eight branches are
// condensed a step, however many pictures there are. What is left is factorised
// for eight samples abreast. Backwards, products of displacements and adjoint
// displacements are added up by state at these unknowns, and go once
// a state through what was eliminated. All of it is exact, and equals
// learn.Statics but for rounding.
//
// Parts are found from the body: whatever it is a drawing of.
package condense
