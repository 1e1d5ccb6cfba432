// Package cluster tries Slurm, machines that share a directory and clocks that differ, on daemons of its own that it starts and stops.
package cluster
