#!/usr/bin/env bash
# Runs every fuzz target for FUZZTIME (default 20s), one after the other.
# An input that fails is kept in testdata/fuzz of its package: commit it.
set -euo pipefail
cd "$(dirname "$0")/.."

export CGO_ENABLED=0
fuzztime=${FUZZTIME:-20s}
for package in $(go list ./...); do
	for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
		echo "== $package $target"
		go test "$package" -run '^$' -fuzz "^$target\$" -fuzztime "$fuzztime"
	done
done
