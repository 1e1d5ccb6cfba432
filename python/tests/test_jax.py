"""The function of JAX against the layer's own numbers."""

import unittest

import numpy as np

import elastrain
from tests import EXAMPLES

try:
    import jax
except ImportError:
    jax = None
else:
    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    from elastrain.jax import function


@unittest.skipIf(jax is None, "JAX is not installed")
class Function(unittest.TestCase):
    def test_gradient(self):
        with elastrain.open(EXAMPLES / "iris.yaml") as net:
            solve, loads = function(net), net.samples().loads[:5]
            np.testing.assert_array_equal(solve(net.theta, loads), net.solve(loads).outputs)

            def value(k, f):
                return (1e3 * solve(k, f) ** 2).sum()

            for grad in (jax.grad(value, (0, 1)), jax.jit(jax.grad(value, (0, 1)))):
                theta, back = grad(jnp.asarray(net.theta), jnp.asarray(loads))
                want = net.vjp(net.theta, loads, 2e3 * net.solve(loads).outputs)
                np.testing.assert_allclose(theta, want[0], rtol=1e-12)
                np.testing.assert_allclose(back, want[1], rtol=1e-12)


if __name__ == "__main__":
    unittest.main()
