"""A network as a function of JAX: loss and optimiser stay yours."""

from __future__ import annotations

from typing import Any, Callable

import jax
import jax.numpy as jnp
import numpy as np

from .lattice import Lattice

__all__ = ["function"]


def function(lattice: Lattice) -> Callable[[Any, Any], Any]:
    """``f(theta, loads)``: the outputs under loads (cases x inputs, or one case), differentiable by both, also under ``jit``.

    Computed with 64 bits; the results have the type of the loads. For 64 bits throughout: ``jax.config.update("jax_enable_x64", True)``.
    """
    count = len(lattice.outputs)

    def outputs(theta: Any, loads: Any) -> Any:
        kind = jnp.result_type(theta, loads)
        shape = jax.ShapeDtypeStruct(loads.shape[:-1] + (count,), kind)
        return jax.pure_callback(lambda k, f: lattice.outputs_of(np.asarray(k, float), np.asarray(f, float)).astype(kind), shape, theta, loads)

    @jax.custom_vjp
    def solve(theta: Any, loads: Any) -> Any:
        return outputs(theta, loads)

    def forward(theta: Any, loads: Any) -> Any:
        return outputs(theta, loads), (theta, loads)

    def backward(kept: Any, slopes: Any) -> Any:
        theta, loads = kept

        def back(k: Any, f: Any, s: Any) -> Any:
            g, b = lattice.vjp(np.asarray(k, float), np.asarray(f, float), np.asarray(s, float))
            return np.asarray(g, k.dtype), np.asarray(b, f.dtype)

        shapes = (jax.ShapeDtypeStruct(theta.shape, theta.dtype), jax.ShapeDtypeStruct(loads.shape, loads.dtype))
        return jax.pure_callback(back, shapes, theta, loads, slopes)

    solve.defvjp(forward, backward)
    return lambda theta, loads: solve(jnp.asarray(theta), jnp.asarray(loads))
