// Package snapshot is a network in plain data: what it is made of, what its
// parameters are, how it stands under its loads and how it came there.
//
// Its one idea: whoever draws a network or writes it in another format reads
// this and nothing else. It holds numbers and words, no objects that compute, so
// that a format is one package that knows one type. Everything is in SI units;
// nodes and elements count from 0, and Numbers and Number say what people call
// them. experiment.Snapshot makes one of an experiment, run.Snapshot one of a
// run directory.
package snapshot
