"""Runs as arrays."""

import os
import tempfile
import unittest
from pathlib import Path

import numpy as np

import elastrain
from tests import EXAMPLES


class Runs(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.was = os.getcwd()
        os.chdir(self.folder.name)
        self.addCleanup(os.chdir, self.was)

    def test_train_and_load(self):
        run = elastrain.train(EXAMPLES / "iris.yaml", seed=3, learn__epochs=5)
        again = elastrain.load(run.path)
        self.assertTrue(again.complete)
        self.assertEqual(again.result["epochs"], 5)
        self.assertEqual(len(again.metrics["loss"]), 6)
        self.assertEqual(again.metrics["loss"][-1], again.result["loss"])
        self.assertTrue(np.isnan(again.metrics["train_error"]).all())  # a task of classes has none
        self.assertEqual(again.arrays["positions"].shape, (14, 2))
        np.testing.assert_array_equal(again.arrays["stiffness_history"][-1], again.theta)
        self.assertIn("seed: 3", again.spec)
        self.assertEqual(set(again.figures), {"confusion", "deformation", "learning", "network", "summary"})
        self.assertIn("<svg", again.figure("learning")._repr_svg_())
        self.assertIn("data:image/svg+xml", again._repr_html_())
        with again.open() as net:
            self.assertAlmostEqual(net.loss()[0], again.result["loss"], delta=1e-12)
        whole = again.export()
        self.assertEqual(whole["displacement"].shape[1:], (14, 2))

    def test_sweep(self):
        rows = elastrain.sweep(EXAMPLES / "iris.yaml", seed=range(2), learn={"epochs": [2, 3]})
        self.assertEqual([(r["seed"], r["learn.epochs"], r["epochs"]) for r in rows], [(0, 2, 2), (0, 3, 3), (1, 2, 2), (1, 3, 3)])
        self.assertEqual(len({r["run"] for r in rows}), 4)
        self.assertEqual(rows[0]["loss"], elastrain.load(rows[0]["run"]).result["loss"])

    def test_solve(self):
        answer = elastrain.solve(EXAMPLES / "frame.yaml")
        said = elastrain.command("solve", EXAMPLES / "frame.yaml")
        np.testing.assert_allclose(answer.outputs[0], said["answers"][0]["outputs"], rtol=1e-12)
        for node in said["answers"][0]["nodes"]:
            np.testing.assert_allclose(answer.displacement[0, node["node"] - 1], [node["displacement"].get(axis, 0) for axis in "xy"], rtol=1e-9, atol=1e-18)

    def test_every_example(self):
        """Every example is kept ready, and answers as `elastrain solve` does."""
        for path in sorted(EXAMPLES.glob("*.yaml")):
            if path.stem in ("large-lattice", "mnist"):  # not for a quick test; its data may not be here
                continue
            with self.subTest(path.name), elastrain.open(path) as net:
                loads = net.samples().loads[:1]
                got = net.solve(loads, want=("displacement", "elongation"))
                said = elastrain.command("solve", path, "--case", 1)["answers"][0]
                u = np.zeros_like(got.displacement[0])
                for node in said["nodes"]:
                    if node["node"] <= len(u):
                        for axis in range(net.dim):
                            u[node["node"] - 1, axis] = node["displacement"].get("xyz"[axis], 0)
                np.testing.assert_allclose(got.displacement[0], u, rtol=1e-7, atol=1e-9 * np.abs(u).max())
                theta, back = net.vjp(net.theta, loads, np.ones_like(got.outputs))
                self.assertEqual((theta.shape, back.shape), (net.theta.shape, loads.shape))
                self.assertTrue(np.isfinite(theta).all() and np.isfinite(back).all())

    def test_figure(self):
        svg, png = elastrain.show(EXAMPLES / "behaviour.yaml", labels=True), elastrain.show(EXAMPLES / "behaviour.yaml", color="force", kind="png", scale=10)
        self.assertIn("<svg", svg._repr_svg_())
        self.assertIsNone(svg._repr_png_())
        self.assertTrue(png._repr_png_().startswith(b"\x89PNG"))
        self.assertIsNone(png._repr_svg_())
        png.save("it.png")
        self.assertEqual(Path("it.png").read_bytes(), png.data)

    def test_damaged(self):
        """Nothing is unpickled, and what cannot be read says so."""
        run = elastrain.train(EXAMPLES / "iris.yaml", learn__epochs=2, figures=False)
        for name in ("manifest.json", "result.json", "network.npz", "metrics.csv"):
            whole = (run.path / name).read_bytes()
            for at in range(0, len(whole), max(1, len(whole) // int(os.environ.get("ELASTRAIN_FLIPS", 40)))):  # a bit is flipped
                (run.path / name).write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
                with self.subTest(f"{name}, byte {at}"), self.assertRaises(elastrain.ElastrainError) as caught:
                    elastrain.load(run.path)
                self.assertEqual((caught.exception.code, caught.exception.file), ("E0602", str(run.path / name)))
            (run.path / name).write_bytes(whole)
        elastrain.load(run.path)
        (run.path / "result.json").unlink()  # as if it had not ended: nothing vouches for what is there
        np.savez(run.path / "network.npz", a=np.array([{}], dtype=object))
        with self.assertRaises(elastrain.ElastrainError) as caught:
            elastrain.load(run.path)
        self.assertEqual(caught.exception.code, "E0602")
        with self.assertRaises(elastrain.ElastrainError) as caught:
            elastrain.load("nowhere")
        self.assertIn("is no run", str(caught.exception))

    def test_goal_missed(self):
        """A goal that is missed is a result."""
        run = elastrain.train(EXAMPLES / "iris.yaml", learn={"epochs": 2, "stop": {"loss": 1e-30}}, figures=False)
        self.assertEqual(run.result["verdict"]["goal"], "missed")


if __name__ == "__main__":
    unittest.main()
