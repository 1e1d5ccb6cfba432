"""Pictures that a notebook shows."""

from __future__ import annotations

import base64
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Union

from ._binary import command
from ._changes import changes

if TYPE_CHECKING:
    from .lattice import Lattice
    from .network import Network
    from .runs import Run


class Figure:
    """A picture: a notebook shows it as the last value of a cell; ``save`` writes it."""

    def __init__(self, data: bytes, kind: str, name: str = "figure") -> None:
        self.data, self.kind, self.name = data, kind, name

    def _repr_svg_(self) -> Optional[str]:
        return self.data.decode("utf-8") if self.kind == "svg" else None

    def _repr_png_(self) -> Optional[bytes]:
        return self.data if self.kind == "png" else None

    def _repr_html_(self) -> str:
        mime = {"svg": "image/svg+xml", "png": "image/png"}[self.kind]
        return f'<img alt="{self.name}" src="data:{mime};base64,{base64.b64encode(self.data).decode()}"/>'

    def save(self, path: Union[str, "os.PathLike[str]"]) -> None:
        """Write it to a file."""
        Path(path).write_bytes(self.data)

    def __repr__(self) -> str:
        return f"<elastrain.Figure {self.name}.{self.kind}, {len(self.data)} bytes>"


def show(subject: Union[str, "os.PathLike[str]", "Network", "Run", "Lattice"], *words: str, color: str = "k", labels: bool = False,
         sample: int = 1, scale: Optional[float] = None, kind: str = "svg", **overrides: Any) -> Figure:
    """Draw a network: an experiment file, a run or a :class:`Network`, as ``elastrain show`` does."""
    subject = getattr(subject, "_spec", subject)  # of a Lattice what it was opened from
    with tempfile.TemporaryDirectory() as folder:
        writes = getattr(subject, "write", None)
        path = writes(folder) if writes is not None else os.fspath(subject)  # type: ignore[arg-type]
        out = Path(folder) / f"picture.{kind}"
        line = ["show", path, *words, *changes(overrides), "--color", color, "--sample", sample, "--out", out]
        line += ["--labels"] if labels else []
        line += ["--scale", repr(float(scale))] if scale is not None else []
        command(*line)
        return Figure(out.read_bytes(), kind, color)
