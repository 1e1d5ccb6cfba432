"""Keyword arguments as changes of an experiment file."""

from __future__ import annotations

import math
from typing import Any, Dict, List, Mapping


def changes(overrides: Mapping[str, Any]) -> List[str]:
    """``learn__rate=0.01`` and ``learn={"rate": 0.01}`` are ``learn.rate=0.01``; ``seed=7`` is ``seed=7``."""
    words: List[str] = []
    for key, value in overrides.items():
        path = key.replace("__", ".")
        if isinstance(value, Mapping):
            words += changes({f"{path}.{k}": v for k, v in value.items()})
        else:
            words.append(f"{path}={text(value)}")
    return words


def text(value: Any) -> str:
    """A value as it stands in an experiment file."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if hasattr(value, "tolist"):  # NumPy's numbers and arrays
        value = value.tolist()
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} is no value of an experiment file")
        return repr(value)
    if isinstance(value, (list, tuple, range)):
        return "[" + ", ".join(text(v) for v in value) + "]"
    word = str(value)
    if "\n" in word or "\r" in word:
        raise ValueError(f"{word!r} is no value of an experiment file: it has several lines")
    return word


def flat(overrides: Mapping[str, Any]) -> Dict[str, Any]:
    """The same with dots in the keys."""
    out: Dict[str, Any] = {}
    for key, value in overrides.items():
        path = key.replace("__", ".")
        if isinstance(value, Mapping):
            out.update(flat({f"{path}.{k}": v for k, v in value.items()}))
        else:
            out[path] = value
    return out
