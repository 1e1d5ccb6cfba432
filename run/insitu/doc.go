// Package insitu is a training on a bench with a directory: what package run is
// for the exact solver.
//
// Its one idea is that a lab section of an experiment file becomes objects in
// one place, so that a rehearsal on the twin and a night on the rig differ by one
// word of the file. Read in this order: build.go (a spec becomes a Lab),
// bench.go (the benches), photo.go and sheet.go (what is seen), weights.go and
// matter.go (what hangs, and what bonds become), directory.go and train.go (a
// session with its directory).
package insitu
