#!/bin/sh
# Steps of networks whose inputs set stiffnesses, through Elastrain and through NumPy, SciPy, and C with OpenBLAS and CHOLMOD:
#
#   PEERS=DIR bench/hubs/run.sh                   # both networks; a few minutes
#   PEERS=DIR bench/hubs/run.sh -rounds 9 hubs    # one of them
#
# DIR is made if need be and keeps the compiled peers. They need gcc, python3 with numpy and scipy (PYTHON names it), and on Debian
# libsuitesparse-dev libopenblas-dev.
set -e
cd "$(dirname "$0")/../.."
if [ -z "${PEERS:-}" ]; then
	echo "Left out: PEERS is not set. It names the directory that keeps the compiled peers, for instance PEERS=/tmp/elastrain-peers"
	exit 0
fi
export CGO_ENABLED=0
mkdir -p "$PEERS"
dir=$(cd "$PEERS" && pwd)
peers=bench/hubs/peers
gcc -O3 -march=native -fopenmp-simd -o "$dir/hubs" $peers/hubs.c -lopenblas -lm
gcc -O3 -march=native -I/usr/include/suitesparse -o "$dir/lattice" $peers/lattice.c -lcholmod -lm
go build -o "$dir/compare-hubs" ./bench/hubs
exec "$dir/compare-hubs" -peers "$dir" -python "${PYTHON:-python3}" "$@"
