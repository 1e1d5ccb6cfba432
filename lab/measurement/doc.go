// Package measurement makes numbers of what is seen on a bench: what a load does
// to a lattice, and the derivatives of a loss, each with its standard deviation.
//
// Its one idea is that a bench is a learn.Rig like any other. A Measurer takes a
// phase (unloaded, loaded, unloaded again) until it can be trusted, a Specimen
// reduces it to displacements and elongations, and a Rig hands these to whatever
// learning rule asks, while it keeps account of their errors.
package measurement
