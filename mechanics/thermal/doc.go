// Package thermal has lattices that are warm: they move at random about where they rest, as networks of polymers do in a liquid.
//
// Its one idea: about its rest a lattice of linear springs is a set of independent modes, each with energy kT/2. Where it is at a moment is a normal
// draw with covariance kT D^-1, and where it is a time later follows from that exactly (Spectrum, Bath); what moves far is followed step by step
// (Langevin), and tests hold the two against each other.
package thermal
