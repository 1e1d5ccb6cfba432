"""Where the program is, and how it is run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence

from .errors import BinaryNotFound, ElastrainError

_NAME = "elastrain.exe" if os.name == "nt" else "elastrain"


def binary() -> str:
    """The path of the program: ``$ELASTRAIN``, else the one in this package, else the first on the PATH."""
    told = os.environ.get("ELASTRAIN")
    if told:
        if not os.access(told, os.X_OK) or os.path.isdir(told):
            raise _missing(f"ELASTRAIN is {told}, which is no program that can be run")
        return told
    bundled = Path(__file__).parent / "bin" / _NAME
    if bundled.is_file():
        return str(bundled)
    found = shutil.which(_NAME)
    if found:
        return found
    raise _missing("the program elastrain was not found: not in this package, not on the PATH, and ELASTRAIN does not name it")


def _missing(message: str) -> BinaryNotFound:
    way = ("build it with Go (go build -o elastrain ./cmd/elastrain in the source) and set ELASTRAIN to its path, "
           "or install a wheel that carries it (scripts/build-wheel.sh makes one)")
    return BinaryNotFound({"message": message, "help": way, "exit_code": 2, "text": f"{message}\n  = help: {way}"})


def command(*words: Any, ok: Sequence[int] = (0,), cwd: Optional[str] = None) -> Dict[str, Any]:
    """Run a command of the program with ``--json`` and return what it prints: ``command("eval", "runs/iris")``.

    Raises :class:`ElastrainError`. Exit codes in ``ok`` are no errors; 1 says that a goal or check was not met.
    """
    line: List[str] = [binary(), *[os.fspath(w) if isinstance(w, os.PathLike) else str(w) for w in words], "--json", "--quiet"]
    try:
        done = subprocess.run(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd, check=False)
    except OSError as e:
        raise _missing(f"{line[0]} cannot be run: {e.strerror}") from None
    said = done.stderr.decode("utf-8", "replace")
    try:
        result = json.loads(done.stdout) if done.stdout.strip() else {}
    except ValueError:
        raise ElastrainError({"message": "the program printed no JSON", "exit_code": done.returncode}, said) from None
    if done.returncode not in ok:
        failure = result.get("error") if isinstance(result, dict) else None
        raise ElastrainError(failure or {"message": said.strip() or f"the program ended with {done.returncode}",
                                         "exit_code": done.returncode}, said)
    return result


def main() -> None:
    """The program itself, for ``python -m elastrain`` and the command of a wheel that carries it."""
    try:
        path = binary()
    except BinaryNotFound as e:
        sys.exit(f"error: {e}")
    if os.name == "nt":
        sys.exit(subprocess.call([path, *sys.argv[1:]]))
    os.execv(path, [path, *sys.argv[1:]])
