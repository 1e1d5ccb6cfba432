// Package run gives a training a directory: runs/<name>/ is complete and
// readable at every instant, survives being killed, and goes on bit for bit.
//
//	spec.yaml         the experiment as it was given
//	resolved.yaml     the same with every default written out
//	manifest.json     identity, files read, lineage (retrained or damaged from)
//	events.jsonl      one line an event, append-only
//	log.jsonl         the same with numbers and times, for whoever follows
//	metrics.csv       the scores after each epoch, for plotting
//	checkpoints/      what resuming needs
//	network.npz       positions, bonds, stiffness and its history
//	result.json       scores and verdict; written last, so it marks the end
//	figures/          SVG and PNG
//	environment.json  program, machine and times: but for the log all that may
//	                  differ between two runs of the same experiment
//
// The order of reading: directory.go, run.go (start, resume, loop, end),
// checkpoint.go, record.go, log.go, load.go.
package run
