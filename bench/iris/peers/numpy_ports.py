"""NumPy with one solve per port: states of all samples are superposed from unit loads."""
import numpy as np

import numpy_loop
import tables


def train(task):
    C, P = task.C, task.P
    units = np.concatenate([task.loads, task.readings]).T.copy()  # N x (P + Q)

    def answers(k):
        U = np.linalg.solve((C.T * k) @ C, units)
        return U, task.readings @ U[:, :P]

    def gradient(k, F, classes):
        U, S = answers(k)
        E = C @ U
        _, g = numpy_loop.slopes(F @ S.T, classes)
        return -((E[:, P:] @ (g.T @ F)) * E[:, :P]).sum(1)

    def outputs(k, F):
        return F @ answers(k)[1].T

    return numpy_loop.train(task, gradient, outputs)


tables.run("NumPy, a solve per port", np.__version__, train)
