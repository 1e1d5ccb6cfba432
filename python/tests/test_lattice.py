"""What the package says of a network, held against NumPy alone."""

import os
import pickle
import signal
import tempfile
import threading
import time
import unittest
from pathlib import Path

import numpy as np

import elastrain
from elastrain._changes import changes
from tests import EXAMPLES


def stiffness_matrix(positions, bonds, k):
    """The plain way: C^T K C of all unknowns."""
    n, dim = positions.shape
    c = np.zeros((len(bonds), n * dim))
    for i, (a, b) in enumerate(bonds):
        along = (positions[b] - positions[a]) / np.linalg.norm(positions[b] - positions[a])
        c[i, a * dim:(a + 1) * dim], c[i, b * dim:(b + 1) * dim] = -along, along
    return c, c.T @ (np.asarray(k)[:, None] * c)


def braced(seed=3, rows=4):
    """A braced square grid whose nodes are moved a little."""
    rng = np.random.default_rng(seed)
    x, y = np.meshgrid(np.arange(rows), np.arange(rows))
    positions = np.stack([x.ravel(), y.ravel()], 1) * 0.02 + rng.uniform(-2e-3, 2e-3, (rows * rows, 2))
    bonds = []
    for i in range(rows):
        for j in range(rows):
            at = i * rows + j
            bonds += [(at, at + 1)] * (j + 1 < rows) + [(at, at + rows)] * (i + 1 < rows)
            bonds += [(at, at + rows + 1), (at + 1, at + rows)] * (i + 1 < rows and j + 1 < rows)
    bonds = np.array(bonds)
    return positions, bonds, rng.uniform(50, 200, len(bonds))


class AgainstNumPy(unittest.TestCase):
    def setUp(self):
        positions, bonds, k = braced()
        self.net = elastrain.Network(positions, bonds, [0, 3], k, inputs=[(14, "-y"), (9, [1, 1]), (7, "x")], outputs=[(12, "x"), (15, "y")])
        self.c, stiff = stiffness_matrix(positions, bonds, k)
        self.free = np.flatnonzero(~self.net.held.ravel())
        self.inverse = np.zeros_like(stiff)
        self.inverse[np.ix_(self.free, self.free)] = np.linalg.inv(stiff[np.ix_(self.free, self.free)])
        self.into = np.zeros((3, 32))
        self.into[0, 29], self.into[1, 18], self.into[1, 19], self.into[2, 14] = -1, 0.5**0.5, 0.5**0.5, 1
        self.out = np.zeros((2, 32))
        self.out[0, 24], self.out[1, 31] = 1, 1
        self.loads = np.array([[1.0, -2.0, 0.5], [0.0, 0.1, 3.0]])

    def test_solve(self):
        with self.net.open() as lattice:
            np.testing.assert_array_equal(lattice.positions, self.net.positions)
            np.testing.assert_array_equal(lattice.elements, self.net.bonds)
            np.testing.assert_array_equal(lattice.theta, self.net.stiffness)
            for loads in (self.loads[:1], self.loads, np.tile(self.loads, (5, 1))):  # load by load, and superposed
                got = lattice.solve(loads, want=("displacement", "elongation"))
                u = loads @ self.into @ self.inverse
                np.testing.assert_allclose(got.displacement.reshape(len(loads), -1), u, rtol=1e-9, atol=1e-12)
                np.testing.assert_allclose(got.elongation, u @ self.c.T, rtol=1e-9, atol=1e-12)
                np.testing.assert_allclose(got.outputs, u @ self.out.T, rtol=1e-9, atol=1e-12)

    def test_gradient(self):
        target = np.array([[1e-3, np.nan], [0.0, 2e-3]])
        with self.net.open() as lattice:
            loss, g = lattice.gradient(lattice.theta, self.loads, target)
            u = self.loads @ self.into @ self.inverse
            missed = np.nan_to_num(u @ self.out.T - target)
            missed[0, 1] = 0
            self.assertAlmostEqual(loss, (missed**2).sum() / 4, delta=1e-12 * loss)
            adjoint = -missed / 2 @ self.out @ self.inverse
            np.testing.assert_allclose(g, ((u @ self.c.T) * (adjoint @ self.c.T)).sum(0), rtol=1e-8, atol=1e-12 * np.abs(g).max())
            _, back = lattice.vjp(lattice.theta, self.loads, missed / 2)
            np.testing.assert_allclose(back, missed / 2 @ self.out @ self.inverse @ self.into.T, rtol=1e-8)
        again = elastrain.gradient(self.net, self.net.stiffness, self.loads, target)
        self.assertEqual(again[0], loss)

    def test_none(self):
        """No cases have no outputs, and a gradient of zero."""
        with self.net.open() as lattice:
            self.assertEqual(lattice.solve(np.zeros((0, 3))).outputs.shape, (0, 2))
            loss, g = lattice.gradient(lattice.theta, np.zeros((0, 3)), np.zeros((0, 2)))
            self.assertEqual((loss, g.any()), (0, False))

    def test_written(self):
        """The files say the same as the arrays, to the bit."""
        with tempfile.TemporaryDirectory() as folder, self.net.open() as lattice:
            with elastrain.open(self.net.write(folder)) as other:
                np.testing.assert_array_equal(other.positions, lattice.positions)
                np.testing.assert_array_equal(other.theta, lattice.theta)
                np.testing.assert_array_equal(other.solve(self.loads).outputs, lattice.solve(self.loads).outputs)

    def test_trained(self):
        net = elastrain.Network(self.net.positions, self.net.bonds, self.net.held, 100.0, inputs=self.net.inputs, outputs=self.net.outputs, loads=self.loads,
                                targets=[[1e-3, 2e-3], [-1e-3, 0]], range=(10, 1000), learn={"method": "l-bfgs", "epochs": 30})
        with tempfile.TemporaryDirectory() as folder:
            run = elastrain.train(net, out=Path(folder) / "run")
            self.assertLess(run.result["loss"], 1e-3 * run.metrics["loss"][0])
            with run.open() as lattice:
                _, stiff = stiffness_matrix(net.positions, net.bonds, run.theta)
                inverse = np.linalg.inv(stiff[np.ix_(self.free, self.free)])
                want = self.loads @ self.into[:, self.free] @ inverse @ self.out[:, self.free].T
                np.testing.assert_allclose(lattice.solve(self.loads).outputs, want, rtol=1e-8, atol=1e-12)
            self.assertIn("<svg", elastrain.show(run)._repr_svg_())

    def test_shown(self):
        self.assertIn("data:image/svg+xml", self.net._repr_html_())
        with self.net.open() as lattice:
            self.assertEqual(elastrain.show(lattice).data, elastrain.show(self.net).data)

    def test_supports(self):
        """Rollers: one axis of a node is held."""
        held = np.array([[True, True], [False, True], [False, False]])
        net = elastrain.Network([[0, 0], [1, 0], [0.5, 0.8]], [[0, 1], [1, 2], [0, 2]], held, 100.0, inputs=[(2, "x")], outputs=[(1, "x")])
        with net.open() as lattice:
            self.assertAlmostEqual(float(lattice.solve([1.0]).outputs[0, 0]), 0.5 / 100, delta=1e-15)  # half the push, by the lower member

    def test_refused(self):
        ok = dict(inputs=[(2, "x")], outputs=[(1, "x")])
        points, bonds = [[0, 0], [1, 0], [0.5, 0.8]], [[0, 1], [1, 2], [0, 2]]
        for says, make in {
            "the nodes are 0 to 2": lambda: elastrain.Network(points, [[0, 3]], [0], 1.0, **ok),
            "not whole numbers": lambda: elastrain.Network(points, [[0.0, 1.0]], [0], 1.0, **ok),
            "bonds hold 4294967296": lambda: elastrain.Network(points, [[0, 2**32]], [0], 1.0, **ok),
            "complex128, and not real numbers": lambda: elastrain.Network(points, bonds, [0], 1j, **ok),
            "positions hold nan at place [1, 0]": lambda: elastrain.Network([[0, 0], [np.nan, 0], [1, 1]], bonds, [0], 1.0, **ok),
            "stiffness hold inf": lambda: elastrain.Network(points, bonds, [0], [1, np.inf, 1], **ok),
            "as booleans they are (3, 2)": lambda: elastrain.Network(points, bonds, [True, False, False], 1.0, **ok),
            "1 columns": lambda: elastrain.Network(points, bonds, [0], 1.0, loads=[[1, 2]], **ok),
            "nodes of ports are float64": lambda: elastrain.Network(points, bonds, [0], 1.0, inputs=[(2.5, "x")], outputs=[(1, "x")]),
            "is no port": lambda: elastrain.Network(points, bonds, [0], 1.0, inputs=[(2, "x", 1)], outputs=[(1, "x")]),
            "write supports.astype(bool)": lambda: elastrain.Network(points, bonds, [[1, 1], [0, 1], [0, 0]], 1.0, **ok),
            "name a node twice": lambda: elastrain.Network(points, bonds, [1, 1, 0], 1.0, **ok),
            "masked places": lambda: elastrain.Network(points, bonds, [0], np.ma.array([1, 2, 3], mask=[0, 1, 0]), **ok),
            "several lines": lambda: elastrain.Network(points, bonds, [0], 1.0, learn={"method": "adam\nseed: 3"}, **ok).spec,
        }.items():
            with self.assertRaises((ValueError, TypeError)) as caught:
                make()
            self.assertIn(says, str(caught.exception))
        with self.assertRaises(elastrain.ElastrainError) as caught:  # a mechanism, in the words of the program
            elastrain.Network(points, bonds[:2], [0], 1.0, **ok).open()
        self.assertEqual((caught.exception.code, caught.exception.exit_code, caught.exception.file), ("E0701", 3, "network.yaml"))


class Process(unittest.TestCase):
    def test_errors(self):
        with tempfile.TemporaryDirectory() as folder:
            wrong = Path(folder) / "wrong.yaml"
            wrong.write_text((EXAMPLES / "iris.yaml").read_text().replace("spacing", "spaceing"))
            with self.assertRaises(elastrain.ElastrainError) as caught:
                elastrain.open(wrong)
            e = caught.exception
            self.assertEqual((e.code, e.file, e.line, e.column), ("E0107", str(wrong), 10, 47))
            self.assertIn("^^^^^^^^ did you mean `spacing`?", str(e))
            with self.assertRaises(elastrain.ElastrainError) as other:
                elastrain.train(wrong)
            self.assertEqual((other.exception.code, other.exception.line), (e.code, e.line))
            copy = pickle.loads(pickle.dumps(e))
            self.assertEqual((copy.code, str(copy), copy.line), (e.code, str(e), e.line))

    def test_goes_on(self):
        """After an error the network answers as before; after its process is gone it is opened anew."""
        with elastrain.open(EXAMPLES / "iris.yaml", "seed=3") as net:
            want = net.solve().outputs
            for wrong in (np.full(28, -1.0), np.full(28, np.nan), np.ones(27)):
                with self.assertRaises(elastrain.ElastrainError):
                    net.solve(theta=wrong)
            for ask in (lambda: net.loss(rows=[0.5]), lambda: net.solve(theta=net.theta * 1j), lambda: net.solve(["a"] * 4)):
                with self.assertRaises(TypeError):
                    ask()
            for shape in ((3, 2), (6,), (2, 4)):  # of two cases and three outputs: none is turned round or cut
                with self.assertRaises(ValueError):
                    net.vjp(net.theta, np.ones((2, 4)), np.ones(shape))
                with self.assertRaises(ValueError):
                    net.gradient(net.theta, np.ones((2, 4)), np.ones(shape))
            self.assertEqual(net.vjp(net.theta, np.ones((2, 1, 4)), np.ones((2, 1, 3)))[1].shape, (2, 1, 4))
            with self.assertRaises(elastrain.ElastrainError):
                net.samples("test")
            np.testing.assert_array_equal(net.solve().outputs, want)
            net.close()
            np.testing.assert_array_equal(net.solve().outputs, want)
            copy = pickle.loads(pickle.dumps(net))
            np.testing.assert_array_equal(copy.solve().outputs, want)
            copy.close()

    @unittest.skipIf(os.name == "nt", "no signals")
    def test_killed_and_interrupted(self):
        with elastrain.open(EXAMPLES / "iris.yaml") as net:
            want = net.solve().outputs
            net._pipe._process.kill()
            net._pipe._process.wait()
            np.testing.assert_array_equal(net.solve().outputs, want)
            process = net._pipe._process
            process.send_signal(signal.SIGSTOP)  # it does not answer, as in a long solve
            timer = threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT))
            timer.start()
            began = time.monotonic()
            with self.assertRaises(KeyboardInterrupt):
                net.solve()
            self.assertLess(time.monotonic() - began, 3)
            self.assertIsNotNone(process.poll())
            np.testing.assert_array_equal(net.solve().outputs, want)

    def test_loss(self):
        """The loss of the file, and its slope by differences; some rows, and the validation part."""
        with elastrain.open(EXAMPLES / "iris.yaml", "task.validation.share=20%") as net:
            k, h = net.theta.copy(), 1e-3
            loss, g = net.loss(k)
            for i in (0, 5, 27):
                d = np.eye(28)[i] * h
                self.assertAlmostEqual((net.loss(k + d)[0] - net.loss(k - d)[0]) / (2 * h) / g[i], 1, delta=1e-5)
            self.assertNotEqual(net.loss(k, rows=np.arange(50))[0], loss)
            self.assertEqual(net.validation_samples, len(net.samples("validation").loads))
            self.assertTrue(net.loss(part="validation")[0] > 0)
            self.assertEqual(set(net.samples().rows) & set(net.samples("validation").rows), set())

    def test_threads(self):
        """One lattice, asked by several threads."""
        with elastrain.open(EXAMPLES / "iris.yaml") as net:
            want, wrong = net.solve().outputs, []

            def ask():
                for _ in range(20):
                    if not np.array_equal(net.solve().outputs, want):
                        wrong.append(1)

            threads = [threading.Thread(target=ask) for _ in range(4)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
            self.assertFalse(wrong)

    def test_another_protocol(self):
        """A program of another version is told so, and one that is none of ours."""
        was = os.environ["ELASTRAIN"] if "ELASTRAIN" in os.environ else None
        with tempfile.TemporaryDirectory() as folder:
            for text, says in (('echo \'{"id":1,"result":{"elastrain":"9","protocol":2}}\'; cat >/dev/null', "speaks protocol 2"), ("echo what >&2; exit 3", "what"), ("echo hi", "ended")):
                other = Path(folder) / "elastrain"
                other.write_text(f"#!/bin/sh\n{text}\n")
                other.chmod(0o755)
                os.environ["ELASTRAIN"] = str(other)
                try:
                    with self.assertRaises(elastrain.PipeError) as caught:
                        elastrain.open(EXAMPLES / "iris.yaml")
                    self.assertIn(says, str(caught.exception))
                finally:
                    del os.environ["ELASTRAIN"]
                    if was is not None:
                        os.environ["ELASTRAIN"] = was

    def test_missing(self):
        was = os.environ.get("ELASTRAIN")
        os.environ["ELASTRAIN"] = "/nowhere/elastrain"
        try:
            with self.assertRaises(elastrain.BinaryNotFound) as caught:
                elastrain.open(EXAMPLES / "iris.yaml")
            self.assertIn("go build", str(caught.exception))
        finally:
            del os.environ["ELASTRAIN"]
            if was is not None:
                os.environ["ELASTRAIN"] = was


class Words(unittest.TestCase):
    def test_changes(self):
        self.assertEqual(changes({"seed": 7, "learn__rate": 0.01, "learn": {"epochs": 5, "stop": {"loss": 1e-9}}, "task.scale": None, "supports": {"pinned": np.array([1, 5])}}),
                         ["seed=7", "learn.rate=0.01", "learn.epochs=5", "learn.stop.loss=1e-09", "task.scale=null", "supports.pinned=[1, 5]"])
        with self.assertRaises(ValueError):
            changes({"learn__rate": float("nan")})


if __name__ == "__main__":
    unittest.main()
