"""A network that is kept ready: loads go to readings, slopes of readings back to stiffnesses."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Sequence, Tuple, Union

import numpy as np

from ._changes import changes
from ._pipe import Pipe
from ._types import Array, numbers, whole

if TYPE_CHECKING:
    from .network import Network
    from .runs import Run

ArrayLike = Any
Spec = Union[str, "os.PathLike[str]", "Network", "Run"]


@dataclass
class Solution:
    """How a network answers loads: a row for every case, SI units."""

    loads: Array  #: cases x inputs
    outputs: Array  #: cases x outputs
    displacement: Optional[Array] = None  #: cases x nodes x axes, m
    elongation: Optional[Array] = None  #: cases x elements, m (rad, V where an element turns or conducts)


@dataclass
class Samples:
    """A part of the data of a task."""

    loads: Array  #: samples x inputs
    rows: Array  #: rows of the data, from 0
    wanted: Optional[Array] = None  #: samples x outputs, NaN where nothing is asked; of displacements
    classes: Optional[Array] = None  #: output that should move most, from 0; of classes


class Lattice:
    """A network in a process of the program, which keeps its factorisation. :func:`open` makes one.

    Parameters ``theta`` are all parameters of its elements, learning or not: for a lattice of springs the stiffness of
    every bond and spring to ground, N/m. Numbers of nodes, bonds, inputs and outputs count from 0 here, as arrays do;
    files and messages count from 1.
    """

    title: str
    task: str  #: behaviour, regression or classification
    loss_name: str
    dim: int
    nodes: int
    parameters: int
    solver: str
    bounds: str  #: how the experiment file keeps parameters in their range
    steepness: float
    inputs: List[Dict[str, Any]]
    outputs: List[Dict[str, Any]]
    blocks: List[Dict[str, Any]]
    notes: List[str]
    theta: Array  #: parameters as it was opened; of a run as trained
    lower: Array  #: range of each; its value where it does not learn
    upper: Array
    learns: Array  #: which of them learn
    positions: Array  #: nodes x axes, m
    elements: Array  #: elements x 2, nodes from 0

    def __init__(self, spec: Spec, *words: str, threads: Optional[int] = None, memory: Optional[str] = None, **overrides: Any) -> None:
        self._spec, self._words = spec, (*words, *changes(overrides))
        self._threads, self._memory = threads, memory
        self._pipe: Optional[Pipe] = None
        self._opening = threading.Lock()
        self._net = 0
        self._connect()

    def _connect(self) -> Pipe:
        with self._opening:
            if self._pipe is None or not self._pipe.alive:
                self._pipe = self._open_anew()
            return self._pipe

    def _open_anew(self) -> Pipe:
        pipe = Pipe(self._threads, self._memory)
        keys: Dict[str, Any] = {"changes": list(self._words)} if self._words else {}
        arrays: Dict[str, Array] = {}
        opened = getattr(self._spec, "_open", None)
        if opened is not None:
            more, arrays = opened()
            keys.update(more)
        else:
            keys["path"] = os.fspath(self._spec)  # type: ignore[arg-type]
        try:
            facts, got = pipe.ask("open", arrays, **keys)
        except BaseException:
            pipe.close()
            raise
        self._net = facts["net"]
        for name in ("title", "task", "dim", "nodes", "parameters", "solver", "bounds", "steepness", "inputs", "outputs", "blocks", "notes"):
            setattr(self, name, facts[name])
        self.loss_name = facts["loss"]
        self.training_samples, self.validation_samples = facts["training_samples"], facts["validation_samples"]
        self.theta, self.lower, self.upper = got["theta"], got["lower"], got["upper"]
        self.learns = got["learns"].astype(bool)
        self.positions, self.elements = got["positions"], got["elements"]
        return pipe

    def _ask(self, op: str, arrays: Dict[str, Array], **keys: Any) -> Tuple[Dict[str, Any], Dict[str, Array]]:
        pipe = self._connect()
        return pipe.ask(op, arrays, net=self._net, **keys)

    def close(self) -> None:
        """End the process. A later call begins another one."""
        if self._pipe is not None:
            self._pipe.close()

    def __enter__(self) -> "Lattice":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def __reduce__(self) -> Any:
        return _again, (self._spec, self._words, self._threads, self._memory)

    def __repr__(self) -> str:
        return (f"<elastrain.Lattice {self.title!r}: {self.nodes} nodes, {self.parameters} parameters, "
                f"{len(self.inputs)} inputs, {len(self.outputs)} outputs>")

    # What is asked for.

    def solve(self, loads: Optional[ArrayLike] = None, theta: Optional[ArrayLike] = None, want: Sequence[str] = ()) -> Solution:
        """Outputs under loads (cases x inputs; one case may be a vector). Default: the loads of the training samples.

        ``want=("displacement", "elongation")`` adds how the network deforms.
        """
        f = self._loads(loads)
        _, got = self._ask("solve", {"theta": self._theta(theta), "loads": f}, want=list(want))
        return Solution(f, got["outputs"], got.get("displacement"), got.get("elongation"))

    def outputs_of(self, theta: ArrayLike, loads: ArrayLike) -> Array:
        """The outputs alone, in the shape of the loads."""
        f = self._loads(loads)
        _, got = self._ask("solve", {"theta": self._theta(theta), "loads": f})
        return got["outputs"].reshape(np.shape(loads)[:-1] + (len(self.outputs),))

    def vjp(self, theta: ArrayLike, loads: ArrayLike, slopes: ArrayLike, want: Sequence[str] = ("theta", "loads")) -> Tuple[Optional[Array], Optional[Array]]:
        """Slopes dL/doutput taken back: dL/dtheta, and dL/dloads in the shape of the loads. None for what is not wanted."""
        f = self._loads(loads)
        s = self._of_outputs(slopes, "slopes", len(f))
        _, got = self._ask("gradient", {"theta": self._theta(theta), "loads": f, "slopes": s}, want=list(want))
        back = got.get("loads")
        return got.get("theta"), None if back is None else back.reshape(np.shape(loads))

    def gradient(self, theta: ArrayLike, loads: ArrayLike, target: ArrayLike) -> Tuple[float, Array]:
        """Mean over cases of half the squared error of the outputs, and its derivative by every parameter.

        NaN in ``target`` asks for nothing. For any other loss: :meth:`vjp`, :meth:`loss`, or a layer.
        """
        f = self._loads(loads)
        missed = self.outputs_of(theta, f) - self._of_outputs(target, "targets", len(f))
        missed = np.where(np.isnan(missed), 0.0, missed)
        g, _ = self.vjp(theta, f, missed / max(len(f), 1), want=("theta",))
        assert g is not None
        return float((missed**2).sum() / 2 / max(len(f), 1)), g

    def loss(self, theta: Optional[ArrayLike] = None, part: str = "training", rows: Optional[ArrayLike] = None) -> Tuple[float, Array]:
        """The mean loss of the experiment file over a part of its data, and its derivative by every parameter."""
        arrays = {"theta": self._theta(theta)}
        if rows is not None:
            arrays["rows"] = whole(rows, "rows")
        result, got = self._ask("loss", arrays, part=part)
        return result["loss"], got["theta"]

    def samples(self, part: str = "training") -> Samples:
        """The training or the validation samples."""
        _, got = self._ask("samples", {}, part=part)
        return Samples(got["loads"], got["rows"], got.get("wanted"), got.get("classes"))

    def _theta(self, theta: Optional[ArrayLike]) -> Array:
        return self.theta if theta is None else numbers(theta, "parameters")

    def _of_outputs(self, values: ArrayLike, what: str, cases: int) -> Array:
        """A number for every case and output; an array of another order is refused, and not reshaped."""
        a, n = numbers(values, what), len(self.outputs)
        if a.size != cases * n or n > 1 and (a.ndim == 0 or a.shape[-1] != n):
            raise ValueError(f"{what} have shape {a.shape}; they are a row for each of the {cases} cases and {n} columns")
        return a.reshape(cases, n)

    def _loads(self, loads: Optional[ArrayLike]) -> Array:
        if loads is None:
            return self.samples().loads
        f = numbers(loads, "loads")
        return f.reshape((-1, f.shape[-1])) if f.ndim else f.reshape(1, 1)


def _again(spec: Spec, words: Tuple[str, ...], threads: Optional[int], memory: Optional[str]) -> Lattice:
    return Lattice(spec, *words, threads=threads, memory=memory)


def open(spec: Spec, *words: str, threads: Optional[int] = None, memory: Optional[str] = None, **overrides: Any) -> Lattice:
    """Open an experiment file (at its start), a run (as trained) or a :class:`Network`.

    ``overrides`` change keys of the file: ``open("iris.yaml", seed=7, learn__rate=0.01)``, or as on the command line
    ``open("iris.yaml", "task.inputs[2].node=7")``. ``threads`` and ``memory`` (``"2GiB"``) limit the process.
    """
    return Lattice(spec, *words, threads=threads, memory=memory, **overrides)


def solve(spec: Spec, loads: Optional[ArrayLike] = None, theta: Optional[ArrayLike] = None,
          want: Sequence[str] = ("displacement", "elongation"), **overrides: Any) -> Solution:
    """Outputs, displacements and elongations under loads, without learning; default: those of the training samples."""
    with Lattice(spec, **overrides) as lattice:
        return lattice.solve(loads, theta, want)


def gradient(spec: Spec, theta: ArrayLike, loads: ArrayLike, target: ArrayLike, **overrides: Any) -> Tuple[float, Array]:
    """:meth:`Lattice.gradient` of a network that is opened for it. In a loop open it once."""
    if isinstance(spec, Lattice):
        return spec.gradient(theta, loads, target)
    with Lattice(spec, **overrides) as lattice:
        return lattice.gradient(theta, loads, target)
