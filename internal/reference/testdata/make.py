#!/usr/bin/env python3
"""Solved cases of our own, so that the tests of mechanics need no other collection: python3 make.py writes own_*.json here.

They are found in another way than the program finds them. Bars, angles and folds: only the energy is written down, as a
function of places; forces are complex steps of it, tangents and gradients differences, in long double, and a state is
followed from rest in 60 parts of the load. Frames: member matrices of 6 x 6 and 12 x 12, gradients by complex steps.
Cells: the same matrices between images. Columns and strips: elliptic integrals. Needs NumPy and SciPy (made with 1.24.2
and 1.10.1). Units are of order one. Keys and signs are those of the loader beside this file."""
import json
import math
import os
import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.optimize import brentq, minimize
from scipy.special import ellipk, ellipkinc, ellipeinc, ellipe

HERE = os.path.dirname(os.path.abspath(__file__))
LD, CLD = np.longdouble, np.clongdouble


def plain(v):
    if isinstance(v, np.ndarray):
        return plain(v.tolist())
    if isinstance(v, (list, tuple)):
        return [plain(x) for x in v]
    if isinstance(v, dict):
        return {k: plain(x) for k, x in v.items()}
    if isinstance(v, (float, np.floating)):
        return float(v)
    if isinstance(v, np.integer):
        return int(v)
    return v


def write(name, case):
    lines = ",\n".join(f" {json.dumps(k)}: {json.dumps(plain(v))}" for k, v in case.items())
    with open(os.path.join(HERE, f"own_{name}.json"), "w") as f:
        f.write("{\n" + lines + "\n}\n")
    print(name, {k: v for k, v in plain(case).items() if isinstance(v, float)})


# ---- bars, angles, folds by their energies -------------------------------------------------------------------------

def length(d):
    return np.sqrt((d * d).sum(axis=0))


def angle_about(x, y, about):
    """The argument of (x, y), continued analytically from the real angle about."""
    c, s = np.cos(about), np.sin(about)
    x, y = x * c + y * s, y * c - x * s
    return about + 2 * np.arctan(y / (np.sqrt(x * x + y * y) + x))


def bond_energy(law, k, s, l0, l):
    e = l - l0
    if law == "linear":
        return k * e * e / 2
    if law == "hardening":
        return k * e * e / 2 + k * e ** 4 / (4 * s * s)
    if law == "log":
        return k * l0 * l0 * np.log(l / l0) ** 2 / 2
    if law == "green":
        return k * (l * l - l0 * l0) ** 2 / (8 * l0 * l0)
    if law == "bistable":
        return k * (e ** 2 / 2 - e ** 3 / (2 * s) + e ** 4 / (8 * s * s))
    raise ValueError(law)


class Structure:
    """Places, bonds, angles, folds under laws; linear: lengths and angles are their first differential."""

    def __init__(self, nodes, bonds, k, law="linear", s=None, rest=None, angles=(), kappa=(), a0=None, folds=(), held=(), table=None):
        self.X = np.array(nodes, LD)
        self.bonds, self.angles, self.folds = np.array(bonds), np.array(angles, int).reshape(-1, 3), np.array(folds, int).reshape(-1, 4)
        self.law, self.table = law, table
        self.p = {"k": np.array(k, LD), "kappa": np.array(kappa, LD)}
        if s is not None:
            self.p["s"] = np.array(s, LD)
        if rest is not None:
            self.p["rest"] = np.array(rest, LD)
        if a0 is not None:
            self.p["a0"] = np.array(a0, LD)
        self.held = set(held)
        self.free = [i for i in range(self.X.size) if (i // self.X.shape[1], i % self.X.shape[1]) not in self.held]

    def lengths(self, x):
        a, b = self.bonds.T
        return length((x[b] - x[a]).T)

    def angles_of(self, x, about=None):
        i, j, k = self.angles.T
        a, b = (x[i] - x[j]).T, (x[k] - x[j]).T
        px, py = (a * b).sum(axis=0), a[0] * b[1] - a[1] * b[0]
        if about is None:
            about = np.arctan2(py.real, px.real) % LD(2 * np.pi)
        return angle_about(px, py, about)

    def folds_of(self, x, about=None):
        i, j, k, l = self.folds.T
        e = x[k] - x[j]
        m, n = np.cross(x[i] - x[j], e), np.cross(e, x[k] - x[l])
        px = (m * n).sum(axis=1)
        py = length(e.T) * (m * (x[k] - x[l])).sum(axis=1)
        if about is None:
            about = np.arctan2(py.real, px.real) % LD(2 * np.pi)
        return angle_about(px, py, about)

    def energy(self, x):
        l, L = self.lengths(x), self.lengths(self.X)
        l0 = self.p.get("rest", L)
        if self.table is not None:
            w = sum(k * antiderivative(self.table, e) for k, e in zip(self.p["k"], l - l0))
        else:
            w = bond_energy(self.law, self.p["k"], self.p.get("s"), l0, l).sum()
        if len(self.angles):
            now = self.angles_of(x)
            w = w + (self.p["kappa"] * (now - self.p.get("a0", self.angles_of(self.X))) ** 2 / 2).sum()
        if len(self.folds):
            now = self.folds_of(x)
            w = w + (self.p["kappa"] * (now - self.p.get("a0", self.folds_of(self.X))) ** 2 / 2).sum()
        return w

    def force(self, u):
        """dW/du at the free unknowns, by complex steps."""
        x = (self.X + u).astype(CLD)
        out = np.empty(len(self.free), LD)
        h = LD(1e-40)
        for n, i in enumerate(self.free):
            at = np.unravel_index(i, x.shape)
            x[at] += CLD(1j) * h
            out[n] = self.energy(x).imag / h
            x[at] -= CLD(1j) * h
        return out

    def spread(self, v):
        u = np.zeros(self.X.size, LD)
        u[self.free] = v
        return u.reshape(self.X.shape)

    def tangent(self, v):
        h = LD(1e-7)
        cols = []
        for n in range(len(v)):
            d = np.zeros(len(v), LD)
            d[n] = h
            cols.append((self.force(self.spread(v + d)) - self.force(self.spread(v - d))) / (2 * h))
        return np.array(cols, float)

    def solve(self, f, v=None, steps=1):
        """Newton from v; in parts of the load from rest."""
        if v is None:
            v, steps = np.zeros(len(self.free), LD), 60
        for n in range(1, steps + 1):
            for turn in range(60):
                r = f * LD(n) / steps - self.force(self.spread(v))
                if turn % 3 == 0:
                    k = self.tangent(v)
                step = np.linalg.solve(k, np.array(r, float))
                v = v + step
                if np.abs(step).max() < 1e-18 * max(1, float(np.abs(v).max())) or turn > 8 and np.abs(r).max() < 1e-17:
                    break
        assert np.abs(r).max() < 1e-16, np.abs(r).max()
        eigen = np.linalg.eigvalsh((k + k.T) / 2)
        assert eigen[0] > 0, eigen
        return v, eigen[0]

    def case(self, loads, outputs, targets, of, positions=False, linear=False):
        dim = self.X.shape[1]
        full = np.zeros(self.X.size, LD)
        for node, axis, value in loads:
            full[node * dim + axis] += LD(value)
        f = full[self.free]
        at = [node * dim + axis for node, axis in outputs]
        solver = self.small if linear else self.solve

        def loss(v):
            u = self.spread(v).ravel()
            return ((u[at] - np.array(targets, LD)) ** 2).sum() / 2

        v, least = solver(f)
        u = self.spread(v)
        out = {"kinematics": "linear" if linear else "finite", "nodes": self.X, "bonds": self.bonds, "law": self.law, "k": self.p["k"]}
        if "s" in self.p:
            out["s"] = self.p["s"]
        if "rest" in self.p:
            out["rest_length"] = self.p["rest"]
        if len(self.angles):
            out |= {"angles": self.angles, "kappa": self.p["kappa"], "a0": self.p.get("a0", self.angles_of(self.X))}
        if len(self.folds):
            out |= {"folds": self.folds, "kappa": self.p["kappa"], "a0": self.p.get("a0", self.folds_of(self.X))}
        out |= {"supports_node_dof": sorted(self.held), "loads_node_dof_value": loads, "outputs_node_dof": outputs, "targets": targets,
                "displacements": u, "loss_value": float(loss(v)), "smallest_eigenvalue_of_tangent": least, "tensions": self.tensions(u, linear)}
        h = LD(1e-3)

        def derivative(put):
            total = LD(0)
            for times, weight in ((1, 8), (-1, -8), (2, -1), (-2, 1)):
                put(times * h)
                w, _ = solver(f, v)
                total += weight * loss(w)
                put(-times * h)
            return total / (12 * h)

        for key in of:
            values = self.p[key]
            name = {"k": "dL_dk", "s": "dL_ds", "rest": "dL_drest_length", "kappa": "dL_dkappa", "a0": "dL_drest_angle"}[key]
            row = []
            for i in range(len(values)):
                def put(d, i=i):
                    values[i] += d
                row.append(derivative(put))
            out[name] = row
        if positions:
            rows = np.zeros_like(self.X)
            for index in np.ndindex(self.X.shape):
                def put(d, index=index):
                    self.X[index] += d
                rows[index] = derivative(put)
            out["dL_dnode_positions"] = rows
        return out

    def tensions(self, u, linear):
        l = self.stretched(u) if linear else self.lengths(self.X + u)
        l0 = self.p.get("rest", self.lengths(self.X))
        if self.table is not None:
            return [k * self.table(float(e)) for k, e in zip(self.p["k"], l - l0)]
        h = LD(1e-40)
        return bond_energy(self.law, self.p["k"], self.p.get("s"), l0, l.astype(CLD) + CLD(1j) * h).imag / h

    # -- small displacements: the energy to second order in u --

    def stretched(self, u):
        a, b = self.bonds.T
        d = self.X[b] - self.X[a]
        L = length(d.T)
        return L + ((u[b] - u[a]) * d).sum(axis=1) / L

    def small(self, f, v=None):
        """One solve of the second differential of the energy as built."""
        zero = np.zeros(len(self.free), LD)
        k, r = self.tangent(zero), f - self.force(self.spread(zero))
        v = np.zeros(len(self.free), LD)
        h = LD(2e-3)
        for _ in range(6):  # the tangent is applied by differences of the sixth order, so refinement takes its digits back
            along = sum(LD(w) / 60 * self.force(self.spread(m * h * v)) for m, w in ((1, 45), (2, -9), (3, 1), (-1, -45), (-2, 9), (-3, -1))) / h
            v = v + np.linalg.solve(k, np.array(r - along, float))
        return v, np.linalg.eigvalsh((k + k.T) / 2)[0]


def antiderivative(curve, e):
    """Integral from 0 of a piecewise cubic, also for complex e in the piece of its real part."""
    def whole(e):
        i = int(np.clip(np.searchsorted(curve.x, float(e.real)) - 1, 0, len(curve.x) - 2))
        c, d = curve.c[:, i].astype(LD), e - LD(curve.x[i])
        before = LD(0)
        for j in range(i):
            w = LD(curve.x[j + 1]) - LD(curve.x[j])
            before += sum(LD(curve.c[m, j]) * w ** (4 - m) / (4 - m) for m in range(4))
        return before + sum(c[m] * d ** (4 - m) / (4 - m) for m in range(4))
    return whole(e) - whole(LD(0) + 0 * e)


def patch(random, nx, ny, scatter):
    """Nodes of a triangular patch of spacing one, and its bonds."""
    nodes, bonds = [], []
    number = {}
    for j in range(ny):
        for i in range(nx):
            number[i, j] = len(nodes)
            nodes.append([i + j % 2 / 2 + scatter * random.uniform(-1, 1), j * math.sqrt(3) / 2 + scatter * random.uniform(-1, 1)])
    for (i, j), a in number.items():
        for di, dj in ((1, 0), (j % 2, 1), (j % 2 - 1, 1)):
            if (i + di, j + dj) in number:
                bonds.append([a, number[i + di, j + dj]])
    return nodes, bonds


def pinned(nodes, dim=2):
    return [(n, a) for n in nodes for a in range(dim)]


def structures():
    random = np.random.default_rng(20)
    nodes, bonds = patch(random, 3, 3, 0.08)
    k = random.uniform(0.6, 1.6, len(bonds))
    top = [6, 8]
    for law, load in (("hardening", 0.25), ("log", 0.12), ("green", 0.16)):
        s = random.uniform(0.3, 0.6, len(bonds)) if law == "hardening" else None
        rest = [float(x) for x in Structure(nodes, bonds, k).lengths(np.array(nodes, LD)) * random.uniform(0.97, 1.03, len(bonds))]
        truss = Structure(nodes, bonds, k, law, s, rest, held=pinned([0, 1, 2]))
        case = truss.case([[6, 0, load / 3], [6, 1, load], [8, 1, -load / 2], [5, 0, load]], [[7, 0], [7, 1], [4, 1]], [0.1, 0.2, -0.05],
                          ["k", "rest"] + (["s"] if s is not None else []))
        write({"hardening": "bars_hardening", "log": "bars_log", "green": "bars_green"}[law], case)
    # A chain of triangles' worth of angles: a floppy square of bars that angles hold.
    nodes = [[0, 0], [1.1, 0.1], [2.0, -0.1], [0.1, 1.0], [1.0, 1.1], [2.1, 0.9]]
    bonds = [[0, 1], [1, 2], [0, 3], [1, 4], [2, 5], [3, 4], [4, 5]]
    angles = [[1, 0, 3], [2, 1, 4], [4, 1, 0], [5, 2, 1], [0, 3, 4], [1, 4, 5], [3, 4, 1], [0, 1, 2]]
    kappa, k = random.uniform(0.2, 0.5, len(angles)), random.uniform(3, 6, len(bonds))
    for linear in (True, False):
        frame = Structure(nodes, bonds, k, angles=angles, kappa=kappa, held=pinned([0, 2]))
        built = frame.angles_of(frame.X)
        frame.p["rest"] = frame.lengths(frame.X).copy()
        frame.p["a0"] = built if linear else built + random.uniform(-0.06, 0.06, len(angles))
        case = frame.case([[5, 0, 0.12], [3, 1, -0.15], [4, 0, 0.1]], [[4, 0], [4, 1], [5, 0]], [0.2, 0.0, 0.1], ["k", "kappa", "a0"], linear=linear)
        write("angles_linear" if linear else "angles_finite", case)
    # Places: rest lengths and angles follow them.
    frame = Structure(nodes, bonds, k, angles=angles, kappa=kappa, held=pinned([0, 2]))
    write("angles_places", frame.case([[5, 0, 0.12], [3, 1, -0.15]], [[4, 0], [4, 1]], [0.2, 0.0], ["k", "kappa"], positions=True))
    # Triangles folded along their common edges, in space.
    nodes = [[0, 0, 0], [0.5, 0.9, 0.1], [1, 0, 0], [1.5, 0.85, 0.25], [2.1, 0.05, 0.1]]
    bonds = [[0, 1], [0, 2], [1, 2], [1, 3], [2, 3], [2, 4], [3, 4]]
    folds = [[0, 1, 2, 3], [1, 2, 3, 4]]
    paper = Structure(nodes, bonds, random.uniform(4, 7, len(bonds)), folds=folds, kappa=[0.3, 0.2], held=pinned([0, 1, 2], 3))
    paper.p["rest"] = paper.lengths(paper.X).copy()
    paper.p["a0"] = paper.folds_of(paper.X) + np.array([0.1, -0.15])
    write("folds", paper.case([[4, 2, 0.12], [4, 0, -0.05], [3, 1, 0.1]], [[4, 0], [4, 1], [4, 2]], [-0.1, 0, 0.3], ["k", "kappa", "a0"]))
    # A measured law, by points.
    points = [[-0.4, -0.9], [-0.2, -0.3], [0.0, 0.0], [0.1, 0.06], [0.25, 0.3], [0.45, 0.9], [0.8, 2.4]]
    nodes, bonds = patch(random, 3, 3, 0.08)
    curve = PchipInterpolator(*zip(*points))
    truss = Structure(nodes, bonds, random.uniform(0.6, 1.6, len(bonds)), "table", held=pinned([0, 1, 2]), table=curve)
    case = truss.case([[6, 0, 0.05], [6, 1, 0.15], [8, 1, -0.1], [5, 0, 0.15]], [[7, 0], [7, 1], [4, 1]], [0.1, 0.2, -0.05], ["k"])
    write("bars_table", case | {"points": points})


# ---- a jammed packing under the stress of its own contacts ---------------------------------------------------------

def packing():
    random = np.random.default_rng(4)
    n = 36
    radius = np.where(np.arange(n) % 2 == 0, 0.5, 0.62)
    side = math.sqrt((math.pi * radius ** 2).sum() / 0.93)
    x = random.uniform(0, side, (n, 2))

    def contacts(x):
        i, j = np.triu_indices(n, 1)
        l, s = np.hypot(*(x[j] - x[i]).T), radius[i] + radius[j]
        return [(int(a), int(b)) for a, b, d, c in zip(i, j, l, s) if d < c]

    def energy(flat):
        x = flat.reshape(n, 2)
        i, j = np.triu_indices(n, 1)
        d = x[j] - x[i]
        l, s = np.hypot(*d.T), radius[i] + radius[j]
        over = np.maximum(0, s - l)
        g = np.zeros((n, 2))
        pull = -(over / l)[:, None] * d
        np.add.at(g, j, pull)
        np.add.at(g, i, -pull)
        wall = np.minimum(0, x - radius[:, None]) + np.maximum(0, x + radius[:, None] - side)
        return (over ** 2).sum() / 2 + (wall ** 2).sum() / 2, (g + wall).ravel()

    x = minimize(energy, x.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 100000, "ftol": 1e-17, "gtol": 1e-12}).x.reshape(n, 2)
    edge = [i for i in range(n) if (x[i] < 1.35 * radius[i]).any() or (x[i] > side - 1.35 * radius[i]).any()]
    bonds = [b for b in contacts(x) if not (b[0] in edge and b[1] in edge)]
    inside = [i for i in range(n) if i not in edge]
    assert len(inside) > 8 and all(sum(i in b for b in bonds) >= 3 for i in inside), (len(inside), len(bonds))
    used = sorted({i for b in bonds for i in b})
    number = {i: m for m, i in enumerate(used)}
    rest = [radius[a] + radius[b] for a, b in bonds]
    k = random.uniform(0.8, 1.3, len(bonds)) * 0 + 1.0
    s = Structure([x[i] for i in used], [(number[a], number[b]) for a, b in bonds], k, rest=rest, held=pinned([number[i] for i in edge if i in number]))
    # Let the inner discs come to rest exactly where the outer ones are.
    v, least = s.solve(np.zeros(len(s.free), LD))
    s.X = s.X + s.spread(v)
    push = number[inside[0]]
    case = s.case([[push, 0, 0.02], [push, 1, 0.01]], [[number[inside[3]], 0], [number[inside[5]], 1]], [0.01, -0.01], ["k", "rest"], linear=True)
    slack = Structure(s.X, s.bonds, k, rest=s.lengths(s.X), held=s.held)
    without = slack.small(np.array([0.02 if i == 2 * push else 0.01 if i == 2 * push + 1 else 0 for i in s.free], LD))[0]
    case["displacement_of_pushed_disc_without_stress"] = slack.spread(without)[push]
    write("jammed_prestress", case)


# ---- frames by member matrices -------------------------------------------------------------------------------------

def member(ea, ei, l, gas=None):
    phi = 0 if gas is None else 12 * ei / (gas * l * l)
    a, b, c, d, e = ea / l, 12 * ei / (l ** 3 * (1 + phi)), 6 * ei / (l * l * (1 + phi)), (4 + phi) * ei / (l * (1 + phi)), (2 - phi) * ei / (l * (1 + phi))
    return np.array([[a, 0, 0, -a, 0, 0], [0, b, c, 0, -b, c], [0, c, d, 0, -c, e], [-a, 0, 0, a, 0, 0], [0, -b, -c, 0, b, -c], [0, c, e, 0, -c, d]], complex)


def turned(x, y):
    l = math.hypot(x, y)
    c, s = x / l, y / l
    r = np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])
    return np.kron(np.eye(2), r), l


def frame_u(nodes, beams, ea, ei, gas, held, loads):
    n = 3 * len(nodes)
    k = np.zeros((n, n), complex)
    for b, (i, j) in enumerate(beams):
        r, l = turned(nodes[j][0] - nodes[i][0], nodes[j][1] - nodes[i][1])
        at = [3 * i, 3 * i + 1, 3 * i + 2, 3 * j, 3 * j + 1, 3 * j + 2]
        k[np.ix_(at, at)] += r.T @ member(ea[b], ei[b], l, None if gas is None else gas[b]) @ r
    return solved(k, held, loads, 3)


def solved(k, held, loads, dofs):
    free = [i for i in range(len(k)) if (i // dofs, i % dofs) not in held]
    f = np.zeros(len(k))
    for node, dof, value in loads:
        f[dofs * node + dof] += value
    u = np.zeros(len(k), complex)
    a = k[np.ix_(free, free)]
    u[free] = np.linalg.solve(a, f[free])
    u[free] += np.linalg.solve(a, f[free] - a @ u[free])
    return u


def by_steps(of, values):
    """Derivative of L = 1/2 sum u^2 by each value, by complex steps."""
    out = []
    for i in range(len(values)):
        v = np.array(values, complex)
        v[i] *= 1 + 1e-30j
        u = of(v)
        out.append((u * u).sum().imag / 2 / (1e-30 * values[i]))
    return out


def frames():
    random = np.random.default_rng(8)
    nodes = [[0, 0], [1.6, 0.1], [0.2, 1.1], [1.4, 1.3], [0.7, 2.2]]
    beams = [[0, 2], [1, 3], [2, 3], [2, 4], [3, 4], [0, 3]]
    ea, ei = random.uniform(50, 90, 6), random.uniform(0.5, 1.5, 6)
    held, loads = {(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)}, [[4, 0, 0.3], [4, 1, -0.5], [3, 2, 0.2]]
    for gas in (None, random.uniform(15, 30, 6)):
        u = frame_u(nodes, beams, ea, ei, gas, held, loads)
        case = {"nodes": nodes, "beams": beams, "EA_N": ea, "EI_Nm2": ei, "supports_node_dof": sorted(held), "loads_node_dof_value": loads,
                "displacements": u.real.reshape(-1, 3), "loss_value": float((u.real ** 2).sum() / 2)}
        if gas is None:
            case["dL_dEA"] = by_steps(lambda v: frame_u(nodes, beams, v, ei, None, held, loads), ea)
            case["dL_dEI"] = by_steps(lambda v: frame_u(nodes, beams, ea, v, None, held, loads), ei)
        else:
            case["GAs_N"] = gas
            case["dL_dEI_at_fixed_GAs"] = by_steps(lambda v: frame_u(nodes, beams, ea, v, gas, held, loads), ei)
            case["dL_dGAs_at_fixed_EI"] = by_steps(lambda v: frame_u(nodes, beams, ea, ei, v, held, loads), gas)
        write("frame_plane" if gas is None else "frame_plane_shear", case)


def member3d(ea, eiy, eiz, gj, l):
    k = np.zeros((12, 12), complex)
    def put(at, block):
        for a, i in enumerate(at):
            for b, j in enumerate(at):
                k[i, j] += block[a][b]
    put([0, 6], [[ea / l, -ea / l], [-ea / l, ea / l]])
    put([3, 9], [[gj / l, -gj / l], [-gj / l, gj / l]])
    plane = member(0, 1, l)[np.ix_([1, 2, 4, 5], [1, 2, 4, 5])]
    put([1, 5, 7, 11], plane * eiz)
    sign = np.diag([1, -1, 1, -1])  # ry = -dw/dx
    put([2, 4, 8, 10], sign @ plane @ sign * eiy)
    return k


def space_u(nodes, beams, up, ea, eiy, eiz, gj, held, loads):
    n = 6 * len(nodes)
    k = np.zeros((n, n), complex)
    for b, (i, j) in enumerate(beams):
        d = np.array(nodes[j], float) - np.array(nodes[i], float)
        l = np.linalg.norm(d)
        x = d / l
        y = np.array(up[b]) - np.dot(up[b], x) * x
        y /= np.linalg.norm(y)
        r = np.kron(np.eye(4), np.array([x, y, np.cross(x, y)]))
        at = list(range(6 * i, 6 * i + 6)) + list(range(6 * j, 6 * j + 6))
        k[np.ix_(at, at)] += r.T @ member3d(ea[b], eiy[b], eiz[b], gj[b], l) @ r
    return solved(k, held, loads, 6)


def space_frame():
    random = np.random.default_rng(9)
    nodes = [[0, 0, 0], [1, 0.1, 0], [0.4, 0.9, 0.1], [0.5, 0.4, 1.1], [1.2, 0.8, 1.0]]
    beams = [[0, 3], [1, 3], [2, 3], [3, 4], [1, 4]]
    up = [[0.1, 1, 0], [0, 1, 0.2], [1, 0.1, 0.1], [0, 0, 1], [1, 0.3, 0]]
    p = {"EA": random.uniform(40, 80, 5), "EIy": random.uniform(0.4, 1, 5), "EIz": random.uniform(0.6, 1.4, 5), "GJ": random.uniform(0.3, 0.7, 5)}
    held, loads = {(n, d) for n in range(3) for d in range(6)}, [[4, 0, 0.2], [4, 2, -0.3], [3, 4, 0.1], [4, 3, 0.05]]
    u = space_u(nodes, beams, up, *p.values(), held, loads)
    case = {"nodes": nodes, "beams": beams, "y_axes": up, "EA_N": p["EA"], "EIy_Nm2": p["EIy"], "EIz_Nm2": p["EIz"], "GJ_Nm2": p["GJ"],
            "supports_node_dof": sorted(held), "loads_node_dof_value": loads, "displacements": u.real.reshape(-1, 6), "loss_value": float((u.real ** 2).sum() / 2)}
    for key in p:
        def of(v, key=key):
            return space_u(nodes, beams, up, *[v if other == key else p[other] for other in p], held, loads)
        case["dL_d" + key] = by_steps(of, p[key])
    write("frame_space", case)


# ---- a periodic cell -----------------------------------------------------------------------------------------------

def moduli(nodes, vectors, bonds, ea, ei):
    """Energy of nodes, turns and strains by 6 x 6 matrices between images; compliance by condensation."""
    n = 3 * len(nodes)
    k = np.zeros((n + 3, n + 3), complex)
    for b, (i, j, p, q) in enumerate(bonds):
        shift = p * np.array(vectors[0]) + q * np.array(vectors[1])
        d = np.array(nodes[j]) + shift - np.array(nodes[i])
        r, l = turned(*d)
        g = np.zeros((6, n + 3))
        for a in range(3):
            g[a, 3 * i + a] = g[3 + a, 3 * j + a] = 1
        x, y = shift
        g[3, n:], g[4, n:] = [x, 0, y / 2], [0, y, x / 2]
        m = r @ g
        k += m.T @ member(ea[b], ei[b], l) @ m
    area = abs(vectors[0][0] * vectors[1][1] - vectors[0][1] * vectors[1][0])
    keep = list(range(2, n + 3))  # the first node stays
    f = np.zeros((n + 3, 3))
    f[n:, :] = np.eye(3) * area
    s = np.linalg.solve(k[np.ix_(keep, keep)], f[keep])[-3:]
    return {"E1": 1 / s[0, 0], "E2": 1 / s[1, 1], "G12": 1 / s[2, 2], "nu12": -s[1, 0] / s[0, 0], "nu21": -s[0, 1] / s[1, 1]}


def cell():
    random = np.random.default_rng(11)
    nodes, vectors = [[0, 0], [0.9, 0.15], [0.2, 0.8], [1.05, 0.95]], [[2.0, 0.1], [0.2, 1.8]]
    bonds = [[0, 1, 0, 0], [0, 2, 0, 0], [1, 3, 0, 0], [2, 3, 0, 0], [1, 0, 1, 0], [3, 2, 1, 0], [2, 0, 0, 1], [3, 1, 0, 1], [0, 3, 0, 0]]
    young, thickness = 30.0, 1.0
    width = random.uniform(0.1, 0.25, len(bonds))
    def of(w):
        return moduli(nodes, vectors, bonds, young * thickness * w, young * thickness * w ** 3 / 12)
    m = of(width)
    d1, dnu = [], []
    for i in range(len(width)):
        w = width.astype(complex)
        w[i] *= 1 + 1e-30j
        d = of(w)
        d1.append(d["E1"].imag / (1e-30 * width[i]))
        dnu.append(d["nu12"].imag / (1e-30 * width[i]))
    case = {"nodes": nodes, "lattice_vectors_a1_a2": vectors, "bonds": bonds, "EA": young * thickness * width, "EI": young * thickness * width ** 3 / 12,
            "E_Pa": young, "thickness_m": thickness, "width_m": width, "dE1_dwidth": d1, "dnu12_dwidth": dnu}
    write("cell_beams", case | {key: float(v.real) for key, v in m.items()})


# ---- flow ----------------------------------------------------------------------------------------------------------

def flow():
    random = np.random.default_rng(12)
    edges = [[0, 1], [1, 2], [3, 4], [4, 5], [0, 3], [1, 4], [2, 5], [0, 4], [5, 1]]
    g = random.uniform(0.3, 2, len(edges))
    held, injected = [[0, 1.0], [5, -0.5]], [[2, 0.3]]
    def potentials(g):
        k = np.zeros((6, 6), complex)
        for (i, j), c in zip(edges, g):
            k[i, i] += c
            k[j, j] += c
            k[i, j] -= c
            k[j, i] -= c
        p, f = np.zeros(6, complex), np.zeros(6)
        for i, v in held:
            p[i] = v
        for i, v in injected:
            f[i] += v
        free = [i for i in range(6) if i not in [h[0] for h in held]]
        p[free] = np.linalg.solve(k[np.ix_(free, free)], f[free] - k[free] @ p)
        return p, k @ p - f
    p, fed = potentials(g)
    outputs, targets = [1, 3], [0.2, 0.4]
    dg = []
    for i in range(len(g)):
        c = g.astype(complex)
        c[i] += 1e-30j
        q, _ = potentials(c)
        dg.append(((q[outputs] - targets) ** 2).sum().imag / 2 / 1e-30)
    drops = np.array([p[i] - p[j] for i, j in edges]).real
    write("flow_potentials", {"edges": edges, "conductance": g, "held_node_potential": held, "injected_node_current": injected, "potentials": p.real,
                              "currents": g * drops, "power_total": float((g * drops ** 2).sum()), "current_fed_in_at_held_nodes": [[h[0], fed[h[0]].real] for h in held],
                              "outputs": outputs, "targets": targets, "loss_value": float(((p[outputs].real - targets) ** 2).sum() / 2), "dL_dg": dg})


# ---- closed forms --------------------------------------------------------------------------------------------------

def elastica():
    """A clamped strip under a dead load across its tip (Bisshopp & Drucker 1945): with k^2 = (1 + sin a)/2 and the tip at the
    angle a, sqrt alpha = K(k) - F(k, f), f = asin(1/(k sqrt 2))."""
    rows = []
    for alpha in (0.4, 1.5, 4.0, 8.0):
        def miss(a):
            m = (1 + math.sin(a)) / 2
            f = math.asin(1 / math.sqrt(2 * m))
            return ellipk(m) - ellipkinc(f, m) - math.sqrt(alpha)
        a = brentq(miss, 1e-9, math.pi / 2 - 1e-9, xtol=1e-15, rtol=1e-15)
        m = (1 + math.sin(a)) / 2
        f = math.asin(1 / math.sqrt(2 * m))
        down = 1 - 2 * (ellipe(m) - ellipeinc(f, m)) / math.sqrt(alpha)
        rows.append([alpha, a, 1 - math.sqrt(2 * math.sin(a) / alpha), down])
    write("elastica", {"exact_elliptic_integrals": rows, "columns": "alpha = P L^2/EI, angle of the tip, shortening/L, deflection/L"})


def bistable():
    """Three bonds in a row bear one load: each is at a root of its cubic, and the chain is stable where every slope is."""
    k, s, load, length = [1.0, 1.4, 0.8], [0.25, 0.18, 0.3], 0.03, 1.0
    roots = []
    for kk, ss in zip(k, s):
        r = np.roots([kk / (2 * ss * ss), -1.5 * kk / ss, kk, -load])
        real = []
        for z in sorted(x.real for x in r if abs(x.imag) < 1e-9):
            e = LD(z)
            for _ in range(5):
                t, slope = kk * e * (1 - e / ss) * (1 - e / (2 * ss)), kk * (1 - 3 * e / ss + 1.5 * (e / ss) ** 2)
                e -= (t - load) / slope
            real.append((float(e), bool(slope > 0)))
        assert len(real) == 3
        roots.append(real)
    every = [{"elongations": [a[0], b[0], c[0]], "tip": a[0] + b[0] + c[0], "stable": a[1] and b[1] and c[1]} for a in roots[0] for b in roots[1] for c in roots[2]]
    snap = [k * s * 2 / (3 * math.sqrt(3)) / 2 for k, s in zip(k, s)]  # largest of k e (1 - x)(1 - x/2), at x = 1 - 1/sqrt 3
    write("bistable_chain", {"bond_length": length, "load": load, "k": k, "s": s, "all_equilibria": every, "snap_forces": snap})


if __name__ == "__main__":
    for make in (elastica, bistable, flow, frames, space_frame, cell, structures, packing):
        make()
