#!/bin/sh
# Prints the tables of docs/benchmarks.md for this machine. Needs Go; gcc and a
# python3 with numpy and torch where they are to be compared. Arguments go to
# bench/compare, for instance: bench/run.sh -rounds 9. The engine is compared where
# PEERS names a directory for its peers: see bench/engine/run.sh
set -e
cd "$(dirname "$0")/.."
export CGO_ENABLED=0
echo "## Iris training, 700 steps"
echo
go run ./bench/compare "$@"
echo
echo "## A gradient, by the number of samples"
echo
go run ./bench/gradient
echo
echo "## The engine"
echo
bench/engine/run.sh
