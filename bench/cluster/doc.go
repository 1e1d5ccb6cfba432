// Package cluster tries what Elastrain does on a cluster: under a real Slurm of one node, and on machines whose clocks
// disagree. Its tests take minutes and run where ELASTRAIN_CLUSTER is set; see docs/reliability.md.
package cluster
