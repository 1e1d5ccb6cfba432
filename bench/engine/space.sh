#!/bin/sh
# The table "Space beyond a factor" of docs/benchmarks.md: steps of lattices in space through multigrid and through PETSc (conjugate
# gradients with GAMG over rigid motions, two ranks), in turns.
#
#   PEERS=DIR bench/engine/space.sh f19 f40          # a letter and nodes along an edge; f87 has a million unknowns (4 GB, some minutes)
#   PEERS=DIR ROUNDS=3 DIRECT=1 bench/engine/space.sh f40     # the direct solver as well
#
# It needs python3 with numpy, petsc4py and mpi4py, and mpirun (Debian: python3-petsc4py python3-mpi4py openmpi-bin); PYTHON names another.
set -e
cd "$(dirname "$0")/../.."
[ -n "${PEERS:-}" ] || { echo "PEERS is not set: it names the directory that keeps lattices"; exit 1; }
mkdir -p "$PEERS"
[ -x "$PEERS/engine" ] && [ -n "${BUILT:-}" ] || CGO_ENABLED=0 go build -o "$PEERS/engine" ./bench/engine
# OpenBLAS may not know the processor; see docs/benchmarks.md. One thread a rank.
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
for name in "$@"; do
	file=$PEERS/$name.lat
	[ -s "$file" ] || "$PEERS/engine" -generate "$name" "$file"
	for round in $(seq "${ROUNDS:-1}"); do
		"$PEERS/engine" "$file" -solver multigrid -rounds "${STEPS:-4}" -json
		mpirun -n 2 "${PYTHON:-/usr/bin/python3}" bench/engine/peers/petsc.py "$file" "${STEPS:-4}"
		[ -z "${DIRECT:-}" ] || "$PEERS/engine" "$file" -rounds "${STEPS:-4}" -json
	done
done
