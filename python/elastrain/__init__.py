"""Elastrain trains mechanical neural networks: lattices of springs whose stiffnesses learn.

    import elastrain
    run = elastrain.train("examples/iris.yaml", seed=7)
    run.arrays["stiffness"], run.metrics["loss"]

The work is done by the program ``elastrain``, which this package carries or finds. docs/python.md is the guide.
"""

from ._binary import binary, command
from .errors import BinaryNotFound, ElastrainError, PipeError
from .figures import Figure, show
from .lattice import Lattice, Samples, Solution, gradient, open, solve
from .network import Network
from .runs import Run, load, sweep, train

__version__ = "0.1.0"

__all__ = ["BinaryNotFound", "ElastrainError", "Figure", "Lattice", "Network", "PipeError", "Run", "Samples", "Solution",
           "binary", "command", "gradient", "load", "open", "show", "solve", "sweep", "train"]
