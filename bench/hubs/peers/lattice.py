"""A training step of a lattice whose inputs set stiffnesses in SciPy: one sparse LU factorisation (SuperLU) for every sample.

    OPENBLAS_NUM_THREADS=1 python3 lattice.py TASK ROUNDS
"""
import sys
import time

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

with open(sys.argv[1], "rb") as f:
    n, m, entries, springs, q, samples = np.fromfile(f, np.int64, 6)
    ptr, col = np.fromfile(f, np.int32, m + 1), np.fromfile(f, np.int32, entries)
    val, k, load = (np.fromfile(f, np.float64, c) for c in (entries, m, n))
    read = np.fromfile(f, np.int32, q)
    x, slope = np.fromfile(f, np.float64, samples * springs).reshape(samples, springs), np.fromfile(f, np.float64, samples * q).reshape(samples, q)
C = sp.csr_matrix((val, col, ptr), (m, n))
transposed = C.T.tocsr()
base = np.where(np.arange(m) < m - springs, k, 0)


def step():
    out, g = np.empty((samples, q)), np.zeros(m)
    for s in range(samples):
        share = np.ones(m)
        share[m - springs:] = x[s]
        D = (transposed @ C.multiply((k * share)[:, None])).tocsc()
        lu = splu(D, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0, options=dict(SymmetricMode=True))
        u = lu.solve(load)
        out[s] = u[read]
        f = np.zeros(n)
        f[read] = -slope[s]
        g += share * (C @ u) * (C @ lu.solve(f))
    return out, g


best = 1e9
for _ in range(int(sys.argv[2])):
    start = time.process_time()
    out, g = step()
    best = min(best, time.process_time() - start)
print(best, *(repr(float(np.abs(v).sum())) for v in (out, g[:m - springs], g[m - springs:])))
