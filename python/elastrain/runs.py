"""Trained networks: their arrays, and how they are made."""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Optional, Union

import numpy as np

from ._binary import command
from ._changes import changes, flat
from ._types import Array
from .errors import ElastrainError
from .figures import Figure

if TYPE_CHECKING:
    from .lattice import Lattice
    from .network import Network

Spec = Union[str, "os.PathLike[str]", "Network"]


class Run(os.PathLike):  # type: ignore[type-arg]
    """The directory of a training, as arrays. Nothing in it is run or unpickled.

    ``arrays``: those of network.npz (docs/file-formats.md lists them; numbers of nodes count from 1 there, as in all files).
    ``metrics``: the columns of metrics.csv, NaN where a cell is empty. ``result``: result.json.
    """

    def __init__(self, path: Union[str, "os.PathLike[str]"]) -> None:
        self.path = Path(path)
        if (self.path / "lab.json").is_file():
            raise _wrong(self.path, "is a session of a bench, whose files are others",
                         f"elastrain.open({str(self.path)!r}) keeps its lattice ready, elastrain.command(\"export\", ...) writes its arrays")
        if not (self.path / "manifest.json").is_file():
            raise _wrong(self.path, "is no run: it has no manifest.json", "`elastrain train` makes one, and prints where")
        self.manifest: Dict[str, Any] = _json(self.path / "manifest.json")
        result = self.path / "result.json"
        self.result: Dict[str, Any] = _json(result, "sha256" in self.manifest) if result.is_file() else {}
        files = self.result.get("files") or {}
        for name in ("network.npz", "metrics.csv"):
            if isinstance(files, dict) and name in files and files[name] != _digest(self.path / name):
                raise _wrong(self.path / name, "is not the file that the run ended with", _MENDS)
        self.arrays: Dict[str, Array] = _arrays(self.path / "network.npz")
        self.metrics: Dict[str, Array] = _table(self.path / "metrics.csv")

    def __fspath__(self) -> str:
        return str(self.path)

    @property
    def complete(self) -> bool:
        """Whether the training ended."""
        return bool(self.result)

    @property
    def spec(self) -> str:
        """The experiment file with every value in force."""
        return (self.path / "resolved.yaml").read_text(encoding="utf-8")

    @property
    def theta(self) -> Array:
        """The trained parameters; of a lattice of springs the stiffness of every bond, N/m."""
        for name in ("stiffness", "theta"):
            if name in self.arrays:
                return self.arrays[name]
        raise _wrong(self.path, "has no trained network yet", "give the `elastrain train` command that began it again: it goes on")

    @property
    def figures(self) -> List[str]:
        """The names of its pictures."""
        return sorted({p.stem for p in (self.path / "figures").glob("*.*") if p.suffix in (".svg", ".png")})

    def figure(self, name: str = "summary") -> Figure:
        """A picture of the run."""
        for kind in ("svg", "png"):
            at = self.path / "figures" / f"{name}.{kind}"
            if at.is_file():
                return Figure(at.read_bytes(), kind, name)
        raise _wrong(self.path, f"has no picture {name!r}", f"its pictures are {', '.join(self.figures) or 'none'}")

    def open(self, **limits: Any) -> "Lattice":
        """Keep the trained network ready: :func:`elastrain.open`."""
        from .lattice import Lattice

        return Lattice(self, **limits)

    def export(self, *words: str) -> Dict[str, Array]:
        """All arrays of ``elastrain export``: displacement, elongation and force of every sample, predictions, C as triplets."""
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "all.npz"
            command("export", self, *words, "--out", out)
            return _arrays(out)

    def _repr_html_(self) -> Optional[str]:
        return self.figure()._repr_html_() if "summary" in self.figures else None

    def __repr__(self) -> str:
        return f"<elastrain.Run {self.path}: loss {self.result.get('loss', 'not yet known')}>"


def load(run: Union[str, "os.PathLike[str]"]) -> Run:
    """Read a run from its directory."""
    return Run(run)


def train(spec: Spec, *words: str, out: Union[str, "os.PathLike[str]", None] = None, figures: bool = True,
          threads: Optional[int] = None, **overrides: Any) -> Run:
    """Train, or go on where an earlier call stopped; ``out`` is the directory of the run, by default below ``runs``.

    ``overrides`` change keys of the file: ``train("iris.yaml", seed=7, learn__rate=0.01)``.
    """
    line: List[Any] = ["train"]
    flags: List[Any] = [] if out is None else ["--out", os.fspath(out)]
    flags += [] if figures else ["--no-figures"]
    flags += [] if threads is None else ["--threads", threads]
    writes = getattr(spec, "write", None)
    with tempfile.TemporaryDirectory() as folder:
        path = writes(folder) if writes is not None else os.fspath(spec)  # type: ignore[arg-type]
        result = command(*line, path, *words, *changes(overrides), *flags, ok=(0, 1))  # 1: the goal learn.stop.loss is missed
    if "run" not in result:
        raise ElastrainError(result.get("error") or {"message": "the program did not say where the run is"})
    return Run(result["run"])


def sweep(spec: Spec, *words: str, figures: bool = False, **values: Any) -> List[Dict[str, Any]]:
    """Train once for every combination of values: ``sweep("iris.yaml", seed=range(3), learn__rate=[0.01, 0.02])``.

    A key with a list, a range or an array takes each of its values; ``word=[...]`` in ``words`` stays a list of the file.
    Returns a row for each training: its values, ``run``, ``loss`` and what else result.json says in numbers. A training
    that fails ends the sweep; what is trained is not trained again by the next call.
    """
    keys = flat(values)
    lists = {k: _each(v) for k, v in keys.items()}
    rows: List[Dict[str, Any]] = []
    for one in itertools.product(*lists.values()):
        chosen = dict(zip(lists, one))
        run = train(spec, *words, figures=figures, **chosen)
        numbers = {k: v for k, v in run.result.items() if isinstance(v, (int, float)) and not isinstance(v, bool) and k != "format"}
        rows.append({**chosen, "run": str(run.path), **numbers})
    return rows


def _each(value: Any) -> Iterable[Any]:
    if isinstance(value, (list, tuple, range)):
        return value
    return value.tolist() if isinstance(value, np.ndarray) else [value]


def _wrong(path: Path, what: str, way: str) -> ElastrainError:
    message = f"{path} {what}"
    return ElastrainError({"code": "E0602", "message": message, "help": way, "exit_code": 5, "places": [{"file": str(path)}],
                           "text": f"error[E0602]: {message}\n  = help: {way}"})


_MENDS = "give the `elastrain train` command that made the run again: it mends it"
_SEAL = b',\n  "sha256": "'


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as e:
        raise _wrong(path, f"cannot be read: {e.strerror}", _MENDS) from None


def _json(path: Path, sealed: bool = False) -> Dict[str, Any]:
    """A file of a run: its last key is the digest of all before it, but in those of the first versions."""
    try:
        data = path.read_bytes()
        value = json.loads(data.decode("utf-8"))
        before, found, seal = data.rpartition(_SEAL)
        if not isinstance(value, dict):
            raise ValueError("it is no object")
        if not found and (sealed or "spec_sha256" in value):
            raise ValueError("its seal is missing")
        if found and seal[:64] != hashlib.sha256(before).hexdigest().encode():
            raise ValueError("its seal does not fit")
    except (OSError, ValueError) as e:
        raise _wrong(path, f"cannot be read: {e}", _MENDS) from None
    return value


def _arrays(path: Path) -> Dict[str, Array]:
    if not path.is_file():
        return {}
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except Exception as e:  # zipfile, zlib and NumPy each have their own
        raise _wrong(path, f"cannot be read: {e}", _MENDS) from None


def _table(path: Path) -> Dict[str, Array]:
    if not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        return {name: np.array([float(row[i]) if row[i] else np.nan for row in rows[1:]]) for i, name in enumerate(rows[0])}
    except (OSError, ValueError, IndexError) as e:
        raise _wrong(path, f"cannot be read: {e}", _MENDS) from None
