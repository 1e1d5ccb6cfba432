#!/bin/sh
# Prints the tables of docs/benchmarks.md for this machine. Needs Go; gcc and a
# python3 with numpy and torch where they are to be compared. Arguments go to
# bench/compare, for instance: bench/run.sh -rounds 9
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
