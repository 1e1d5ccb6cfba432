"""A training through the layer is the one of the command line."""

import tempfile
import unittest

import numpy as np

import elastrain
from tests import EXAMPLES

try:
    import torch
except ImportError:
    torch = None
else:
    from elastrain.torch import Layer, solve


def sigmoid_start(net):
    """The variables behind the sigmoid by which a file keeps stiffnesses in their range."""
    share = (net.theta - net.lower) / (net.upper - net.lower)
    return torch.from_numpy(np.log(share / (1 - share)) / net.steepness)


@unittest.skipIf(torch is None, "PyTorch is not installed (Debian: python3-torch)")
class Training(unittest.TestCase):
    def reaches(self, name, optimiser, loss, epochs, words=(), batch=None, **learn):
        """Both take the same steps from the same start; the losses agree to 1e-9 of themselves."""
        spec = str(EXAMPLES / name)
        learn = {"bounds": "sigmoid", "epochs": epochs, "memory": None, **learn}
        with tempfile.TemporaryDirectory() as folder:
            run = elastrain.train(spec, *words, out=f"{folder}/run", figures=False, learn=learn)
        with elastrain.open(spec, *words, learn=learn) as net:
            samples = net.samples()
            loads = torch.from_numpy(samples.loads)
            lower, upper = torch.from_numpy(net.lower), torch.from_numpy(net.upper)
            x = sigmoid_start(net).requires_grad_()
            step = optimiser([x])

            def value():
                return loss(solve(net, lower + (upper - lower) * torch.sigmoid(net.steepness * x), loads), samples)

            first = value().item()
            for _ in range(epochs):
                step.zero_grad()
                value().backward()
                step.step()
            last = value().item()
        self.assertAlmostEqual(first / run.metrics["loss"][0], 1, delta=1e-9)
        self.assertLess(last, 0.9 * first)  # it learned something
        self.assertAlmostEqual(last / run.result["loss"], 1, delta=1e-9)
        np.testing.assert_allclose((lower + (upper - lower) * torch.sigmoid(net.steepness * x)).detach().numpy(), run.theta, rtol=1e-9)

    @staticmethod
    def square(u, samples):
        """The loss of examples/behaviour.yaml, whose scale is the root mean square of what is wanted."""
        wanted = torch.from_numpy(samples.wanted)
        return ((u - wanted) ** 2).sum(1).mean() / 2 / (wanted**2).mean()

    @staticmethod
    def magnitudes(u, samples):
        """cross-entropy of magnitudes: the share of the right output in the sum of |u|."""
        share = u.abs() / u.abs().sum(1, keepdim=True)
        return torch.nn.functional.nll_loss(torch.log(share), torch.from_numpy(samples.classes).long())

    def test_behaviour_adam(self):
        self.reaches("behaviour.yaml", lambda p: torch.optim.Adam(p, lr=0.02, eps=1e-30), self.square, 40, method="adam", rate=0.02, epsilon=1e-30)

    def test_behaviour_momentum(self):
        self.reaches("behaviour.yaml", lambda p: torch.optim.SGD(p, lr=0.5, momentum=0.9), self.square, 40, method="momentum", rate=0.5)

    def test_iris_adam(self):
        self.reaches("iris.yaml", lambda p: torch.optim.Adam(p, lr=0.02, eps=1e-30), self.magnitudes, 60, ("task.loss=cross-entropy",),
                     method="adam", rate=0.02, epsilon=1e-30)

    def test_iris_descent(self):
        self.reaches("iris.yaml", lambda p: torch.optim.SGD(p, lr=20), self.magnitudes, 30, ("task.loss=cross-entropy",), method="gradient-descent", rate=20)


@unittest.skipIf(torch is None, "PyTorch is not installed (Debian: python3-torch)")
class Layers(unittest.TestCase):
    def check(self, name, *words, cases=3, least=None):
        with elastrain.open(EXAMPLES / name, *words) as net:
            constant = torch.tensor(["constant" in p for p in net.inputs])
            loads = torch.from_numpy(net.samples().loads[:cases].copy())
            if least is not None:
                loads = torch.where(constant, loads, loads.clamp(least, 1 - least))
            theta, size = torch.from_numpy(net.theta.copy()), torch.from_numpy(np.where(net.theta == 0, 1, np.abs(net.theta)))
            push = loads.abs().max() or 1
            unit = 1 / np.abs(net.solve(loads.numpy()).outputs).max()
            x, f = torch.ones_like(theta).requires_grad_(), (loads / push).requires_grad_()

            def value(x, f):
                free = torch.where(constant, loads, f * push)  # an input that always hangs has one load
                return unit * solve(net, theta + size * (x - 1), free)

            self.assertTrue(torch.autograd.gradcheck(value, (x, f), eps=1e-5, atol=1e-4, rtol=1e-3))

    def test_gradcheck(self):
        """Slopes by parameters and loads: springs, given displacements, beams, finite deformation, inputs that set stiffnesses."""
        for name, words in [("iris.yaml", ()), ("allostery.yaml", ()), ("frame.yaml", ()), ("large-deformation.yaml", ())]:
            with self.subTest(name):
                self.check(name, *words)
        with self.subTest("xor.yaml"):
            self.check("xor.yaml", least=0.1)

    def test_layer(self):
        """Only what learns is a parameter, clamp_ keeps the range, types and shapes are those of the loads."""
        with elastrain.open(EXAMPLES / "explicit.yaml") as net:
            layer = Layer(net)
            self.assertEqual(len(layer.theta), int(net.learns.sum()))
            self.assertLess(len(layer.theta), net.parameters)
            out = layer(torch.from_numpy(net.samples().loads))
            np.testing.assert_array_equal(out.detach().numpy(), net.solve().outputs)
            out.sum().backward()
            self.assertTrue(layer.theta.grad.abs().min() > 0)
            with torch.no_grad():
                layer.theta += 1e9
            layer.clamp_()
            np.testing.assert_array_equal(layer.theta.detach().numpy(), net.upper[net.learns])
            single = Layer(net, torch.float32)
            one = single(torch.from_numpy(net.samples().loads[0]).float())
            self.assertEqual((one.dtype, tuple(one.shape)), (torch.float32, (len(net.outputs),)))
            deep = single(torch.zeros(2, 3, len(net.inputs)))
            self.assertEqual(tuple(deep.shape), (2, 3, len(net.outputs)))

    def test_two_at_once(self):
        """Two forward passes before one backward pass, and a layer between others."""
        with elastrain.open(EXAMPLES / "iris.yaml") as net:
            layer = Layer(net)
            loads = torch.from_numpy(net.samples().loads[:4])
            before = torch.nn.Linear(4, 4).double()
            (layer(before(loads)).pow(2).sum() * layer(loads).sum()).backward()
            grad = layer.theta.grad.clone()
            theta = layer.theta.detach()
            h = 1e-4
            for i in (0, 11):
                d = torch.zeros_like(theta)
                d[i] = h
                with torch.no_grad():
                    up, down = ((solve(net, theta + s * d, before(loads)).pow(2).sum() * solve(net, theta + s * d, loads).sum()).item() for s in (1, -1))
                self.assertAlmostEqual(grad[i].item() / ((up - down) / 2 / h), 1, delta=1e-5)
            self.assertTrue(before.weight.grad.abs().max() > 0)


if __name__ == "__main__":
    unittest.main()
