# usage: mpirun -n R python3 petsc.py FILE.lat RUNS [PETSC OPTIONS]
# Steps of a lattice of bars through PETSc: conjugate gradients with GAMG over rigid motions, the interpolation kept from step to step. Each
# rank reads the whole file and assembles its own rows. Prints one line of JSON.
import json
import resource
import sys
import time

import petsc4py

petsc4py.init(["petsc"] + sys.argv[3:])
import numpy as np
from petsc4py import PETSc

comm = PETSc.COMM_WORLD
path, runs = sys.argv[1], int(sys.argv[2])
with open(path, "rb") as f:
    _, d, nodes, bonds, free_nodes, p, q = (int(v) for v in np.fromfile(f, np.int64, 7))
    pos = np.fromfile(f, float, nodes * d).reshape(nodes, d)
    free = np.fromfile(f, np.int32, nodes)
    end = np.fromfile(f, np.int32, 2 * bonds).reshape(bonds, 2)
    direction = np.fromfile(f, float, bonds * d).reshape(bonds, d)
    k = np.fromfile(f, float, bonds)
    loads = np.concatenate([np.fromfile(f, np.int32, p), np.fromfile(f, np.int32, q)])
first, last = free_nodes * comm.rank // comm.size, free_nodes * (comm.rank + 1) // comm.size
rows, n = (last - first) * d, free_nodes * d


def blocks():
    """The blocks of this rank's rows: row node, column node, number of the bond, sign; diagonal blocks from every bond."""
    a, b = free[end[:, 0]], free[end[:, 1]]
    for own, far in ((a, b), (b, a)):
        mine = np.flatnonzero((own >= first) & (own < last))
        yield own[mine], own[mine], mine, 1.0
        both = mine[far[mine] >= 0]
        yield own[both], far[both], both, -1.0


row, col, bond, sign = (np.concatenate(x) for x in zip(*((r, c, b, np.full(len(b), s)) for r, c, b, s in blocks())))
key = (row.astype(np.int64) - first) * free_nodes + col
unique, where = np.unique(key, return_inverse=True)
blockrow, blockcol = unique // free_nodes, unique % free_nodes
values = np.zeros((len(unique), d, d))
for i in range(d):
    for j in range(d):
        values[:, i, j] = np.bincount(where, sign * k[bond] * direction[bond, i] * direction[bond, j], len(unique))
del row, col, bond, sign, key, where
count = np.bincount(blockrow, minlength=last - first)
start = np.concatenate([[0], np.cumsum(np.repeat(count, d) * d)]).astype(PETSc.IntType)
# rows of a node one after the other, each with all its blocks
order = np.concatenate([[0], np.cumsum(count)])
columns = np.empty(start[-1], PETSc.IntType)
numbers = np.empty(start[-1])
for i in range(d):
    offset = np.repeat(start[:-1].reshape(-1, d)[:, i], count) + d * (np.arange(len(unique)) - np.repeat(order[:-1], count))
    for j in range(d):
        columns[offset + j] = d * blockcol + j
        numbers[offset + j] = values[:, i, j]
del values, unique, blockrow, blockcol
# Bonds along diagonals of faces make blocks with zeros, without which PETSc is faster.
filled = numbers != 0
start = np.concatenate([[0], np.cumsum(filled)])[start].astype(PETSc.IntType)
columns, numbers = columns[filled], numbers[filled]

A = PETSc.Mat().create(comm)
A.setSizes(((rows, n), (rows, n)))
A.setBlockSize(d)
A.setType("aij")
A.setPreallocationCSR((start, columns, numbers))
A.setOption(PETSc.Mat.Option.SPD, True)
A.setOption(PETSc.Mat.Option.SYMMETRIC, True)
del columns, numbers
x = PETSc.Vec().createMPI((rows, n), bsize=d, comm=comm)
x.setArray(pos[free >= 0][first:last].ravel())
A.setNearNullSpace(PETSc.NullSpace().createRigidBody(x))
options = PETSc.Options()
for name, value in {"pc_gamg_reuse_interpolation": "true", "mg_levels_ksp_type": "chebyshev", "mg_levels_pc_type": "jacobi", "pc_gamg_threshold": 0.0}.items():
    if not options.hasName(name):
        options[name] = value
solver = PETSc.KSP().create(comm)
solver.setOperators(A)
solver.setType("cg")
solver.getPC().setType("gamg")
solver.setTolerances(rtol=1e-10, max_it=2000)
solver.setFromOptions()
began = time.perf_counter()
solver.setUp()
analyze = time.perf_counter() - began
b, u = A.createVecs()
factor, solve, iterations = [], [], []
for run in range(runs):
    if run:
        A.scale(1.001)
        A.setOption(PETSc.Mat.Option.SPD, True)
    comm.barrier()
    t = time.perf_counter()
    A.assemble()
    solver.setOperators(A)
    solver.setUp()
    comm.barrier()
    t1 = time.perf_counter()
    for i in loads:
        b.set(0)
        if first * d <= i < last * d:
            b.setValue(int(i), 1.0)
        b.assemble()
        solver.solve(b, u)
        iterations.append(solver.getIterationNumber())
    comm.barrier()
    factor.append(t1 - t)
    solve.append(time.perf_counter() - t1)
own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
memory = comm.tompi4py().allreduce(own) if comm.size > 1 else own
if comm.rank == 0:
    median = lambda v: float(np.median(v[1:] if len(v) > 1 else v))
    print(json.dumps({"solver": "PETSc CG and GAMG", "ranks": comm.size, "n": n, "runs": runs, "analyze": analyze, "factor": median(factor), "solve": median(solve),
                      "step": median([f + s for f, s in zip(factor, solve)]), "iterations": max(iterations), "peak_mb": memory}))
