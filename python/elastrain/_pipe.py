"""The pipe to a process ``elastrain serve --stdio``; docs/serve.md is its protocol."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
from typing import Any, Dict, List, Mapping, Optional, Tuple

import numpy as np

from ._binary import _missing, binary
from ._types import Array
from .errors import ElastrainError, PipeError

_TYPES: Dict[str, Any] = {"f8": np.dtype("<f8"), "i4": np.dtype("<i4"), "u1": np.dtype("u1")}
PROTOCOL = 1
_KINDS = {dtype: name for name, dtype in _TYPES.items()}

Arrays = Mapping[str, Array]


class Pipe:
    """One process, and one request at a time."""

    def __init__(self, threads: Optional[int] = None, memory: Optional[str] = None) -> None:
        line = [binary(), "serve", "--stdio"]
        if threads is not None:
            line += ["--threads", str(threads)]
        if memory is not None:
            line += ["--memory", str(memory)]
        self._lock = threading.Lock()
        self._number = 0
        self._pid = os.getpid()
        self._said, self._words = tempfile.TemporaryFile(), ""
        try:
            # In a session of its own: Ctrl-C in a notebook stops what waits here, which then ends the process.
            self._process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said,
                                             bufsize=0, start_new_session=os.name != "nt")
        except OSError as e:
            raise _missing(f"{line[0]} cannot be run: {e.strerror}") from None
        assert self._process.stdin is not None and self._process.stdout is not None
        self._in = self._process.stdin
        self._out = os.fdopen(os.dup(self._process.stdout.fileno()), "rb", buffering=1 << 16)
        self._process.stdout.close()

        hello, _ = self.ask("hello")
        if hello.get("protocol") != PROTOCOL:
            self.close()
            raise PipeError({"message": f"{line[0]} speaks protocol {hello.get('protocol')}, and this package {PROTOCOL}",
                             "help": "install a program and a package of one version"})

    @property
    def alive(self) -> bool:
        return self._pid == os.getpid() and self._process.poll() is None and not self._in.closed

    def ask(self, op: str, arrays: Optional[Arrays] = None, **keys: Any) -> Tuple[Dict[str, Any], Dict[str, Array]]:
        """Send a request and return its result and arrays. Raises :class:`ElastrainError`."""
        with self._lock:
            self._number += 1
            try:
                self._send({"id": self._number, "op": op, **keys}, arrays or {})
                answer, got = self._receive()
            except ElastrainError:
                self.close()
                raise
            except (OSError, ValueError) as e:
                raise self._ended(str(e)) from None
            except BaseException:  # interrupted within a message: the pipe can no longer be read
                self.close()
                raise
        if answer.get("id") != self._number:
            self.close()
            raise PipeError({"message": f"the answer to request {self._number} has the number {answer.get('id')}"})
        if "error" in answer:
            raise ElastrainError(answer["error"])
        return answer.get("result") or {}, got

    def _send(self, head: Dict[str, Any], arrays: Arrays) -> None:
        parts: List[Array] = []
        heads = []
        for name, values in arrays.items():
            kind = _KINDS.get(values.dtype.newbyteorder("<") if values.dtype.itemsize > 1 else values.dtype)
            if kind is None:
                raise TypeError(f"{name} has type {values.dtype}")
            part = np.ascontiguousarray(values, dtype=_TYPES[kind])
            heads.append({"name": name, "type": kind, "shape": list(values.shape)})
            parts.append(part)
        size = sum(p.nbytes for p in parts)
        line = json.dumps({**head, "arrays": heads}, separators=(",", ":")).encode()
        self._write((b"%d " % size if size else b"") + line + b"\n")
        for p in parts:
            if p.nbytes:
                self._write(p.data.cast("B"))

    def _write(self, data: Any) -> None:
        view = memoryview(data)
        while view:
            view = view[self._in.write(view):]

    def _receive(self) -> Tuple[Dict[str, Any], Dict[str, Array]]:
        line = self._out.readline()
        if not line.endswith(b"\n"):
            raise self._ended("its pipe ended")
        if line[:1] != b"{":
            line = line[line.index(b" ") + 1:]
        answer = json.loads(line)
        arrays: Dict[str, Array] = {}
        for a in answer.get("arrays", ()):
            values = np.empty(a["shape"], _TYPES[a["type"]])
            view = values.data.cast("B") if values.nbytes else memoryview(b"")
            while view:
                n = self._out.readinto(view)  # type: ignore[attr-defined]
                if not n:
                    raise self._ended("its pipe ended")
                view = view[n:]
            arrays[a["name"]] = values
        return answer, arrays

    def _ended(self, how: str) -> PipeError:
        self.close()
        said = self._words
        message = f"the program ended with {self._process.returncode}"
        return PipeError({"message": f"{message}: {how}", "exit_code": self._process.returncode or 1, "text": said or f"{message}: {how}"})

    def close(self) -> None:
        """End the process."""
        if self._pid != os.getpid():  # of another process, from which this one was forked
            return
        for pipe in (self._in, self._out):
            try:
                pipe.close()
            except OSError:
                pass  # it has ended
        try:
            self._process.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if not self._said.closed:
            self._said.seek(0)
            self._words = self._said.read().decode("utf-8", "replace").strip()
            self._said.close()

    def __del__(self) -> None:
        if getattr(self, "_out", None) is not None:
            try:
                self.close()
            except Exception:  # the interpreter ends
                pass
