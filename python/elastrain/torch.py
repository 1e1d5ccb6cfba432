"""A network as a layer of PyTorch: loss and optimiser stay yours."""

from __future__ import annotations

from typing import Any, Optional, Tuple

import numpy as np
import torch
from torch.autograd.function import once_differentiable

from ._types import Array
from .lattice import Lattice

__all__ = ["solve", "Layer"]


def _array(t: torch.Tensor) -> Array:
    return t.detach().to("cpu", torch.float64).contiguous().numpy()


class _Solve(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, lattice: Lattice, theta: torch.Tensor, loads: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
        ctx.lattice, ctx.arrays = lattice, (_array(theta), _array(loads))
        ctx.like = (theta.dtype, theta.device, loads.dtype, loads.device)
        out = torch.from_numpy(lattice.outputs_of(*ctx.arrays))
        return out.to(loads.device, torch.promote_types(theta.dtype, loads.dtype))

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slopes: torch.Tensor) -> Tuple[Optional[torch.Tensor], ...]:  # type: ignore[override]
        want = [name for name, needed in zip(("theta", "loads"), ctx.needs_input_grad[1:]) if needed]
        theta, loads = ctx.lattice.vjp(*ctx.arrays, _array(slopes), want=want)
        to = ctx.like
        return (None, None if theta is None else torch.from_numpy(theta).to(to[1], to[0]),
                None if loads is None else torch.from_numpy(loads).to(to[3], to[2]))


def solve(lattice: Lattice, theta: torch.Tensor, loads: torch.Tensor) -> torch.Tensor:
    """The outputs of a network with parameters ``theta`` under ``loads`` (cases x inputs), differentiable by both.

    Computed with 64 bits on the processor, whatever type and device the tensors have. It has no second derivatives.
    """
    return _Solve.apply(lattice, theta, loads)


class Layer(torch.nn.Module):
    """A network whose parameters that learn are a parameter of the module, ``theta`` (in SI units; their number is that of
    ``lattice.learns``), starting where the experiment file starts, or a run ended.

    ``clamp_()`` after a step of the optimiser puts them back into their range.
    """

    lower: torch.Tensor
    upper: torch.Tensor
    learns: torch.Tensor  #: places of what learns among all parameters
    whole: torch.Tensor  #: all parameters at the start

    def __init__(self, lattice: Lattice, dtype: torch.dtype = torch.float64) -> None:
        super().__init__()
        self.lattice = lattice
        learns = torch.from_numpy(np.flatnonzero(lattice.learns))
        whole = torch.from_numpy(np.array(lattice.theta)).to(dtype)
        self.register_buffer("learns", learns)
        self.register_buffer("whole", whole)
        self.register_buffer("lower", torch.from_numpy(lattice.lower).to(dtype)[learns])
        self.register_buffer("upper", torch.from_numpy(lattice.upper).to(dtype)[learns])
        self.theta = torch.nn.Parameter(whole[learns].clone())

    def forward(self, loads: torch.Tensor) -> torch.Tensor:
        """The outputs under loads."""
        if len(self.theta) == len(self.whole):
            return solve(self.lattice, self.theta, loads)
        return solve(self.lattice, self.whole.index_copy(0, self.learns, self.theta), loads)

    @torch.no_grad()
    def clamp_(self) -> None:
        """Put the parameters back into their range."""
        self.theta.copy_(torch.minimum(torch.maximum(self.theta, self.lower), self.upper))
