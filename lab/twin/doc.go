// Package twin is a simulated bench: the mechanics of a lattice, seen through a
// camera and loaded with weights, with everything that separates a specimen
// from theory.
//
// Its one idea is that every imperfection is a switch of its own. The zero
// Config is an ideal linear bench. Each effect draws from a random stream of its
// own, so switching one on leaves the draws of all the others as they were, and
// two runs differ by that effect alone. Time is virtual: Load and Measure move
// the clock of the bench, and nobody waits.
//
// Read in this order: config.go (what can go wrong), bench.go (the verbs),
// specimen.go (the lattice as it came out), bars.go and body.go (how it answers loads), camera.go (what
// is seen of it).
package twin
