"""Types of this package."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def _plain(values: Any, what: str) -> Array:
    """An array; what stands behind a mask is no number."""
    if np.ma.is_masked(values):
        raise ValueError(f"{what} have masked places; fill them first")
    return np.asarray(values)


def numbers(values: Any, what: str) -> Array:
    """Real numbers of 64 bits, one after the other in memory."""
    a = _plain(values, what)
    if a.dtype.kind not in "biuf":
        raise TypeError(f"{what} are {a.dtype}, and not real numbers")
    return np.ascontiguousarray(a, float).reshape(a.shape)


def whole(values: Any, what: str) -> Array:
    """Whole numbers of 32 bits; others are refused, and not cut off."""
    a = _plain(values, what)
    if a.dtype.kind not in "iu" and a.size:
        raise TypeError(f"{what} are {a.dtype}, and not whole numbers")
    if a.size and not -(2**31) <= int(a.min()) <= int(a.max()) < 2**31:
        raise ValueError(f"{what} hold {int(a.max() if a.max() >= 2**31 else a.min())}")
    return np.ascontiguousarray(a, "<i4").reshape(a.shape)
