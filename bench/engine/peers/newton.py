# The equilibrium of a lattice of springs whose top is pulled, by Newton's method with NumPy and SciPy's SuperLU,
# as one writes it: vectors over all bonds, the sparsity found anew by csc_matrix, SuperLU in its symmetric mode.
#
#     python3 newton.py t1e4.lat 0.22 9
import json
import sys
import time

import numpy as np
import scipy
import scipy.sparse
import scipy.sparse.linalg

path, force, runs = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
with open(path, "rb") as f:
    magic, dim, nodes, bonds, free_nodes, inputs, outputs = np.fromfile(f, "<i8", 7)
    assert magic == 0x4D4E4E31 and dim == 2, "this is no plane lattice"
    place = np.fromfile(f, "<f8", nodes * dim).reshape(nodes, dim)
    free = np.fromfile(f, "<i4", nodes)
    end = np.fromfile(f, "<i4", 2 * bonds).reshape(bonds, 2)
    np.fromfile(f, "<f8", bonds * dim)
    k = np.fromfile(f, "<f8", bonds)
a, b = end[:, 0], end[:, 1]
rest = np.linalg.norm(place[b] - place[a], axis=1)
unknown = np.where(free[:, None] >= 0, dim * free[:, None] + np.arange(dim), -1)
n = int(dim * free_nodes)
top = place[:, 1] > place[:, 1].max() - 1e-9
load = np.zeros(n)
load[unknown[top, 1]] = force
both = np.concatenate([unknown[a], unknown[b]], axis=1)  # unknowns of each bond
row, column = np.repeat(both, 2 * dim, axis=1).ravel(), np.tile(both, (1, 2 * dim)).ravel()
inside = (row >= 0) & (column >= 0)
row, column = row[inside], column[inside]
held = both.ravel() >= 0


def solve():
    x, steps = place.copy(), 0
    while True:
        d = x[b] - x[a]
        length = np.linalg.norm(d, axis=1)
        unit = d / length[:, None]
        pull = (k * (length - rest))[:, None] * unit
        left = load - np.bincount(both.ravel()[held], np.concatenate([-pull, pull], axis=1).ravel()[held], n)
        share = np.linalg.norm(left) / np.linalg.norm(load)
        if share < 1e-12 or steps > 50:
            return x, steps, share
        along = unit[:, :, None] * unit[:, None, :]
        h = k[:, None, None] * (along + (1 - rest / length)[:, None, None] * (np.eye(dim) - along))
        h = np.concatenate([np.concatenate([h, -h], axis=2), np.concatenate([-h, h], axis=2)], axis=1).ravel()[inside]
        tangent = scipy.sparse.csc_matrix((h, (row, column)), shape=(n, n))
        lu = scipy.sparse.linalg.splu(tangent, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
        x[free >= 0] += lu.solve(left).reshape(-1, dim)
        steps += 1


seconds, processor = [], []
for _ in range(runs):
    wall, cpu = time.perf_counter(), time.process_time()
    x, steps, share = solve()
    seconds.append(time.perf_counter() - wall)
    processor.append(time.process_time() - cpu)
rise = (x[top, 1] - place[top, 1]).mean() / place[:, 1].max()
print(json.dumps({"solver": "SciPy " + scipy.__version__, "n": n, "seconds": float(np.median(seconds)), "least": min(seconds),
                  "processor": float(np.median(processor)), "newton_steps": steps, "factorisations": steps, "strain": float(rise), "residual": float(share)}))
