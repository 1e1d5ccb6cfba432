// Package identify finds the stiffnesses that a lattice really has from how it
// moves under known loads, with an error bar for every bond.
//
// Its one idea: k is what makes the displacements D(k)^-1 f that are predicted
// most like those that were measured, each weighed by its noise, and least unlike
// the design. The forces are known and the displacements are noisy, so solving
// the balance of forces for k, in which the noisy displacements are the matrix,
// is wrong by as much as you like; predicting displacements is not. A bond that
// the loads do not tell of keeps the error bar of the design, and the loads that
// would tell most can be asked for.
//
// Read in this order: case.go (what was measured), information.go (what a load
// tells about k), fit.go (the fit), finite.go (where displacements are not small), estimate.go (what came out of it and how well
// it is known), design.go (which loads to take next).
package identify
