"""A network from NumPy arrays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Sequence, Tuple, Union

import numpy as np

from ._changes import changes
from ._types import Array, numbers, whole

if TYPE_CHECKING:
    from .lattice import Lattice

ArrayLike = Any
Port = Tuple[int, Union[str, Sequence[float]]]  #: a node, from 0, and a direction: "x", "-y" or a vector


class Network:
    """Springs between nodes, given as arrays whose numbers count from 0.

    ``positions`` nodes x 1, 2 or 3 axes, m. ``bonds`` bonds x 2. ``supports``: nodes that are held, or a boolean array
    nodes x axes. ``stiffness``: where every bond starts, N/m, and ``range`` the stiffnesses that each can have (one pair;
    default: a tenth of the smallest start to ten times the largest).

    ``inputs`` and ``outputs`` are pairs of a node and a direction along which it is pushed or read. ``loads``
    (cases x inputs, N) and ``targets`` (cases x outputs, m, NaN where nothing is asked) are what ``train`` trains for;
    they may be left out where the network is only solved or is a layer. ``learn`` are keys of the section ``learn``:
    ``learn={"method": "adam", "epochs": 500}``.
    """

    def __init__(self, positions: ArrayLike, bonds: ArrayLike, supports: ArrayLike, stiffness: ArrayLike, *,
                 inputs: Sequence[Port], outputs: Sequence[Port], loads: Optional[ArrayLike] = None,
                 targets: Optional[ArrayLike] = None, range: Optional[Tuple[float, float]] = None,
                 title: str = "A network from Python", learn: Optional[Dict[str, Any]] = None) -> None:
        self.positions = numbers(positions, "positions")
        if self.positions.ndim != 2 or not 1 <= self.positions.shape[1] <= 3:
            raise ValueError(f"positions have shape {np.shape(positions)}; they are a row for every node and one to three columns")
        n, dim = self.positions.shape
        self.bonds = whole(bonds, "bonds").reshape(-1, 2) if np.size(bonds) else np.zeros((0, 2), "<i4")
        if np.ndim(bonds) != 2 or np.shape(bonds)[1:] != (2,):
            raise ValueError(f"bonds have shape {np.shape(bonds)}; they are a row of two nodes for every bond")
        self._node(self.bonds, "a bond joins")
        self.stiffness = np.ascontiguousarray(np.broadcast_to(numbers(stiffness, "stiffnesses"), (len(self.bonds),)))
        for name, values in (("positions", self.positions), ("stiffness", self.stiffness)):
            if not np.isfinite(values).all():
                at = tuple(int(i) for i in np.argwhere(~np.isfinite(values))[0])
                raise ValueError(f"{name} hold {values[at]} at place {list(at)}")
        if len(self.bonds) == 0:
            raise ValueError("there are no bonds")
        if range is None:
            range = (float(self.stiffness.min()) / 10, float(self.stiffness.max()) * 10)
        self.range = (float(range[0]), float(range[1]))
        held = np.asarray(supports)
        if held.dtype == bool:
            if held.shape != (n, dim):
                raise ValueError(f"supports have shape {held.shape}; as booleans they are {(n, dim)}: which axes of which node are held")
            self.held = held.copy()
        else:
            self.held = np.zeros((n, dim), bool)
            if held.ndim > 1:
                raise ValueError(f"supports have shape {held.shape}; they are a list of nodes, or booleans of shape {(n, dim)}: write supports.astype(bool)")
            nodes = whole(held, "supports").reshape(-1) if held.size else np.zeros(0, int)
            if len(np.unique(nodes)) < len(nodes):
                raise ValueError("supports name a node twice; they are a list of nodes, or booleans of shape (nodes, axes)")
            self._node(nodes, "a support holds")
            self.held[nodes] = True
        self.inputs, self.outputs = list(inputs), list(outputs)
        if not self.inputs or not self.outputs:
            raise ValueError("a network is pushed at inputs and read at outputs; give at least one of each")
        for port in self.inputs + self.outputs:
            if not isinstance(port, (tuple, list)) or len(port) != 2:
                raise ValueError(f"{port!r} is no port; a port is a node and a direction, such as (3, \"-y\")")
            self._node(whole([port[0]], "nodes of ports"), "a port is")
        self.loads = np.ones((1, len(self.inputs))) if loads is None else _rows(loads, len(self.inputs), "loads")
        self.targets = np.zeros((len(self.loads), len(self.outputs))) if targets is None else _rows(targets, len(self.outputs), "targets")
        self.tasked = targets is not None
        if len(self.loads) != len(self.targets):
            raise ValueError(f"there are {len(self.loads)} rows of loads and {len(self.targets)} of targets")
        if np.isnan(self.targets[0]).any():
            raise ValueError("the first case asks nothing of an output; put a case first that asks something of every one")
        self.title, self.learn = title, dict(learn or {})

    def _node(self, nodes: Array, what: str) -> None:
        n = len(self.positions)
        wrong = np.flatnonzero((nodes < 0) | (nodes >= n))
        if len(wrong):
            raise ValueError(f"{what} node {np.ravel(nodes)[wrong[0]]}; the nodes are 0 to {n - 1}")

    @property
    def spec(self) -> str:
        """The experiment file, beside which nodes.csv and bonds.csv stand. Its nodes count from 1."""
        lines = ["elastrain: 1", f"title: {json.dumps(self.title)}", "network: {nodes: nodes.csv, bonds: bonds.csv}",
                 f"bonds: {{stiffness: {self.range[0]!r}..{self.range[1]!r} N/m}}"]
        axes = "xyz"[: self.held.shape[1]]
        pinned = np.flatnonzero(self.held.all(1)) + 1
        rollers = [f"{{node: {i + 1}, held: \"{''.join(a for a, h in zip(axes, self.held[i]) if h)}\"}}"
                   for i in np.flatnonzero(self.held.any(1) & ~self.held.all(1))]
        held = [f"pinned: [{_spans(pinned)}]"] if len(pinned) else []
        held += [f"rollers: [{', '.join(rollers)}]"] if rollers else []
        if held:
            lines.append(f"supports: {{{', '.join(held)}}}")
        lines += ["task:", "  kind: behaviour"]
        if not np.nan_to_num(self.targets).any():
            lines.append("  scale: 1 mm")
        lines.append("  cases:")
        for f, w in zip(self.loads, self.targets):
            push = ", ".join(f"{{{_port(p)}, force: {v!r} N}}" for p, v in zip(self.inputs, f.tolist()))
            want = ", ".join(f"{{{_port(p)}, move: {v!r} m}}" for p, v in zip(self.outputs, w.tolist()) if v == v)
            lines += [f"    - push: [{push}]", f"      want: [{want}]"]
        if self.learn:
            lines.append("learn:")
            lines += [f"  {c.replace('=', ': ', 1)}" for c in changes(self.learn)]
        return "\n".join(lines) + "\n"

    def write(self, folder: Any, name: str = "network") -> Path:
        """Write the experiment file and its tables into a folder; returns the path of the experiment file."""
        at = Path(folder)
        at.mkdir(parents=True, exist_ok=True)
        axes = "xyz"[: self.positions.shape[1]]
        rows = ["node," + ",".join(axes)] + [f"{i},{','.join(map(repr, p))}" for i, p in enumerate(self.positions.tolist(), 1)]
        (at / "nodes.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        rows = ["bond,a,b,stiffness"] + [f"{i},{a + 1},{b + 1},{k!r}" for i, ((a, b), k) in enumerate(zip(self.bonds.tolist(), self.stiffness.tolist()), 1)]
        (at / "bonds.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        path = at / f"{name}.yaml"
        path.write_text(self.spec, encoding="utf-8")
        return path

    def open(self, **limits: Any) -> "Lattice":
        """Keep it ready: :func:`elastrain.open`."""
        from .lattice import Lattice

        return Lattice(self, **limits)

    def _repr_html_(self) -> str:
        """The numbered lattice, as a notebook shows it."""
        from .figures import show

        few = len(self.bonds) <= 500
        return show(self, labels=few, kind="svg" if few else "png")._repr_html_()

    def __repr__(self) -> str:
        return f"<elastrain.Network {self.title!r}: {len(self.positions)} nodes, {len(self.bonds)} bonds>"

    def _open(self) -> Tuple[Dict[str, Any], Dict[str, Array]]:
        """What opens it through a pipe, without a file."""
        return {"text": self.spec, "name": "network.yaml"}, {"positions": self.positions, "bonds": self.bonds, "stiffness": self.stiffness}


def _rows(values: ArrayLike, columns: int, what: str) -> Array:
    a = numbers(values, what).copy()
    if a.ndim == 1:
        a = a[None, :]
    if a.ndim != 2 or a.shape[1] != columns or not len(a):
        raise ValueError(f"{what} have shape {np.shape(values)}; they are a row for every case and {columns} columns")
    if what == "loads" and not np.isfinite(a).all():
        raise ValueError("loads hold NaN or infinity")
    return a


def _port(port: Port) -> str:
    node, along = port
    direction = json.dumps(along) if isinstance(along, str) else "[" + ", ".join(repr(float(v)) for v in along) + "]"
    return f"node: {int(node) + 1}, along: {direction}"


def _spans(numbers: Array) -> str:
    """1..300 for whole stretches."""
    parts: List[str] = []
    for stretch in np.split(numbers, np.flatnonzero(np.diff(numbers) != 1) + 1):
        parts.append(str(stretch[0]) if len(stretch) == 1 else f"{stretch[0]}..{stretch[-1]}")
    return ", ".join(parts)
