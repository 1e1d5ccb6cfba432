#!/bin/sh
# The table "The engine" of docs/benchmarks.md for this machine: training steps
# through Elastrain and through other direct solvers.
#
#   PEERS=DIR bench/engine/run.sh                    # all lattices but the largest in space
#   PEERS=DIR bench/engine/run.sh -rounds 5 t1e4     # some of them
#
# DIR is made if need be and keeps the compiled peers and the lattices (250 MB). A
# lattice f3e5 of 300 000 unknowns in space is there for the asking: it takes long.
set -e
cd "$(dirname "$0")/../.."
if [ -z "${PEERS:-}" ]; then
	cat <<'END'
Left out: PEERS is not set. It names the directory that keeps the compiled peers and
their lattices (250 MB), for instance

    PEERS=/tmp/elastrain-peers bench/engine/run.sh

The peers are in bench/engine/peers. They need gcc, g++ and, on Debian,
libsuitesparse-dev libopenblas-dev libeigen3-dev; a peer that cannot be compiled is
left out, and the output says so.
END
	exit 0
fi
export CGO_ENABLED=0
mkdir -p "$PEERS"
dir=$(cd "$PEERS" && pwd)
go build -o "$dir/engine" ./bench/engine

# compile NAME COMMAND... unless it is newer than all sources
compile() {
	name=$1
	shift
	if [ -x "$dir/$name" ] && [ -z "$(find bench/engine/peers -newer "$dir/$name")" ]; then
		return
	fi
	rm -f "$dir/$name"
	"$@" -o "$dir/$name" 2>"$dir/$name.log" || echo "$name does not compile, see $dir/$name.log" >&2
}
peers=bench/engine/peers
fast="-O3 -march=native"
compile cholmod gcc $fast -I/usr/include/suitesparse $peers/cholmod.c -lcholmod -lm
compile eigen g++ $fast -I/usr/include/eigen3 $peers/eigen.cpp
compile dgemm gcc $fast $peers/dgemm.c -lopenblas
compile serial_omp.so gcc -O2 -shared -fPIC $peers/serial_omp.c
[ -x "$dir/dgemm" ] || compile dgemm gcc $fast $peers/dgemm.c -lblas
exec "$dir/engine" -compare "$dir" "$@"
