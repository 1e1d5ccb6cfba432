#!/usr/bin/env bash
# Coverage of all packages that are no commands, by the tests of all packages:
# a line counts as covered whichever test ran it. Prints lines and statements of
# each package and of all; fails under LEAST percent of the lines (default 90).
# The profile stays in cover.out: go tool cover -html=cover.out
set -euo pipefail
cd "$(dirname "$0")/.."

export CGO_ENABLED=0
least=${LEAST:-90}
module=$(go list -m)
log=$(mktemp "${TMPDIR:-/tmp}/elastrain-cover.XXXXXX")
trap 'rm -f "$log"' EXIT

# Packages without Go files of their own have no coverage; neither have commands.
packages=$(go list -f '{{if and .GoFiles (ne .Name "main")}}{{.ImportPath}}{{end}}' ./...)
go test -coverpkg="$(echo $packages | tr ' ' ',')" -coverprofile=cover.out ./... >"$log" || {
	grep -v -e '^ok ' -e '^coverage:' -e 'coverage: 0.0%' "$log"
	exit 1
}

# A line of the profile is  file:line.column,line.column statements count, and
# comes once for each test binary. A line of source is code if a block touches
# it, and covered if a block that touches it ran.
LC_ALL=C awk -v module="$module/" -v least="$least" '
NR == 1 { next } # mode
{
	block = $1
	statements[block] = $2
	if ($3 > 0) ran[block] = 1
}
END {
	for (block in statements) {
		colon = index(block, ":")
		file = substr(block, 1, colon - 1)
		package = file
		sub(/\/[^\/]*$/, "", package)
		sub("^" module, "", package)
		split(substr(block, colon + 1), ends, /[.,]/)
		all[package] += statements[block]
		if (ran[block]) hit[package] += statements[block]
		for (line = ends[1]; line <= ends[3]; line++) {
			at = file ":" line
			if (!(at in code)) { code[at] = 0; owner[at] = package }
			if (ran[block]) code[at] = 1
		}
	}
	for (at in code) { lines[owner[at]]++; covered[owner[at]] += code[at] }
	format = "%-28s %7d %8.1f %% %8.1f %%\n"
	printf "%-28s %7s %10s %10s\n", "package", "lines", "covered", "statements"
	fflush()
	sorter = "sort"
	for (package in lines) {
		printf format, package, lines[package], 100 * covered[package] / lines[package], 100 * hit[package] / all[package] | sorter
		n += lines[package]; c += covered[package]; s += all[package]; h += hit[package]
	}
	close(sorter)
	printf format, "all", n, 100 * c / n, 100 * h / s
	if (100 * c / n < least) {
		printf "fewer than %s %% of the lines are covered\n", least
		exit 1
	}
}' cover.out
