// Package sweep trains one experiment under many settings: every combination of some values of its keys, or settings that are drawn, each with
// every seed.
//
// Its one idea: a sweep is a directory whose every file follows from the experiment and the settings alone. What is trained is cut into chunks of
// points; the rows of a chunk become a file as a whole, and a chunk that has none is trained again. So whoever is killed loses what was under way,
// nobody's end is in the way of anybody, and the table that is made of the chunks is the same for any number of kills, threads and machines.
//
//	axis.go     what a word such as learn.rate=1e-3..1e-1/20 asks for
//	plan.go     axes to points, by their number
//	manifest.go sweep.json, and the files that a sweep depends on
//	chunk.go    the file of a chunk
//	row.go      what came out of one training
//	training.go one training
//	effort.go   what a training has taken of the processors
//	effort.go   what a training has taken of the processors
//	runner.go   all of them
//	table.go    the table
//	halving.go  sweeps whose best settings go on
//	stage.go    a rung of these as a sweep of its own
package sweep
