"""A training step of a hub network in NumPy: readings and gradients of a batch, float64.

The batch is the fast index. Hubs are taken in blocks whose temporary arrays stay in the second-level cache, and loops are matrix products
wherever there is one.

    OPENBLAS_CORETYPE=SkylakeX OPENBLAS_NUM_THREADS=1 python3 hubs.py TASK ROUNDS
"""
import sys
import time

import numpy as np

BLOCK = 16  # hubs; 16 x 24 x 128 numbers are 400 kB


def read(name):
    with open(name, "rb") as f:
        h, m, q, n, channels = np.fromfile(f, np.int64, 5)
        rows = np.fromfile(f, np.int32, h * m)
        array = lambda *shape: np.fromfile(f, np.float64, int(np.prod(shape))).reshape(shape)
        return h, m, q, n, rows, array(h, m), array(h, m), array(h), array(h, q), array(q), array(channels, n), array(n, q)


def step(h, m, q, n, rows, w, s, g, v, o, x, slope):
    d = np.empty((h, n))
    a, p = np.empty((BLOCK, m, n)), np.empty((BLOCK, m, n))
    rows = rows.reshape(h, m)
    for j in range(0, h, BLOCK):
        k = min(BLOCK, h - j)
        at = slice(j, j + k)
        np.take(x, rows[at], axis=0, out=a[:k])
        np.multiply(a[:k], s[at, :, None], out=a[:k])
        np.add(a[:k], w[at, :, None], out=p[:k])
        np.divide(a[:k], p[:k], out=p[:k])
        np.einsum("jt,jtb->jb", w[at], p[:k], out=d[at])
    d += (g + v.sum(1))[:, None]
    inv = 1 / d
    lower = np.tril_indices(q)
    sums = (v[:, lower[0]] * v[:, lower[1]]).T @ inv
    S = np.empty((n, q, q))
    S[:, lower[0], lower[1]] = -sums.T
    S[:, lower[1], lower[0]] = -sums.T
    S[:, range(q), range(q)] += o + v.sum(0)
    solve = np.linalg.inv(S)
    y = np.einsum("bij,bj->bi", solve, (v.T @ inv).T)
    u = (1 + v @ y.T) * inv
    ya = np.einsum("bij,bj->bi", solve, -slope)
    ua = (v @ ya.T) * inv
    P = u * ua
    gw, gs = np.empty((h, m)), np.empty((h, m))
    for j in range(0, h, BLOCK):
        k = min(BLOCK, h - j)
        at = slice(j, j + k)
        np.take(x, rows[at], axis=0, out=a[:k])
        np.multiply(a[:k], s[at, :, None], out=a[:k])
        np.add(a[:k], w[at, :, None], out=p[:k])
        np.divide(a[:k], p[:k], out=p[:k])  # r
        np.multiply(p[:k], P[at, None], out=a[:k])  # P r
        np.einsum("jtb,jtb->jt", a[:k], p[:k], out=gw[at])
        gs[at] = a[:k].sum(2)
    gs -= gw
    gs *= w / s
    gv = -u @ ya - ua @ y + P.sum(1)[:, None] + (y * ya).sum(0)
    return y, gw, gs, P.sum(1), gv, (y * ya).sum(0)


def main():
    task = read(sys.argv[1])
    best = 1e9
    for _ in range(int(sys.argv[2])):
        start = time.process_time()
        result = step(*task)
        best = min(best, time.process_time() - start)
    print(best, *(repr(float(np.abs(r).sum())) for r in result))


main()
