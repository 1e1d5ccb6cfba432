#!/bin/sh
# Holds Elastrain's equilibrium against SciPy and CHOLMOD on 240 systems and
# prints the tables. Needs Go, gcc, libcholmod (Debian: libsuitesparse-dev) and a
# python3 with numpy and scipy. Arguments go to bench/oracle, for instance:
# bench/oracle/run.sh -most 3000
set -e
cd "$(dirname "$0")/../.."
data=$(mktemp -d "${TMPDIR:-/tmp}/elastrain-oracle.XXXXXX")
trap 'rm -rf "$data"' EXIT
CGO_ENABLED=0 go run ./bench/oracle -out "$data" "$@"
gcc -O2 -I/usr/include/suitesparse -o "$data/cholmod" bench/oracle/peers/cholmod.c -lcholmod
"${PYTHON:-python3}" bench/oracle/peers/compare.py "$data"
