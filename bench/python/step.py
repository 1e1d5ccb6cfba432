"""The time of a step of training on the large lattice: through the layer of PyTorch, and by the command line.

    ELASTRAIN=./elastrain PYTHONPATH=python /usr/bin/python3 bench/python/step.py [ROUNDS]

Both take steps of Adam with the same loss on examples/large-lattice.yaml (268 801 bonds). The command line's step is the difference
between trainings of 25 and of 5 steps, so that neither start nor end counts; the layer's the median of its steps. They take
turns. Wall is the time of the clock; processor that of all threads of both processes.
"""

import os
import resource
import statistics
import sys
import tempfile
import time

import torch

import elastrain
from elastrain.torch import Layer

SPEC = os.path.join(os.path.dirname(__file__), "..", "..", "examples", "large-lattice.yaml")
FEW, MANY = 5, 25


def clocks():
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter(), own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def process(pid):
    """Processor seconds of a process that runs."""
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def commandline():
    took = []
    for epochs in (FEW, MANY):
        with tempfile.TemporaryDirectory() as folder:
            before = clocks()
            run = elastrain.train(SPEC, out=os.path.join(folder, "run"), figures=False, learn={"method": "adam", "rate": 0.01, "epsilon": 1e-30, "memory": None, "epochs": epochs})
            took.append([b - a for a, b in zip(before, clocks())])
            loss = run.result["loss"]
    return [(b - a) / (MANY - FEW) for a, b in zip(*took)], loss


def layer():
    net = elastrain.open(SPEC)
    samples = net.samples()
    loads, wanted = torch.from_numpy(samples.loads), torch.from_numpy(samples.wanted)
    model = Layer(net)
    # In units of the range, as the command line has it.
    width = model.upper - model.lower
    x = ((model.theta.detach() - model.lower) / width).requires_grad_()
    optimiser = torch.optim.Adam([x], lr=0.01, eps=1e-30)
    from elastrain.torch import solve

    walls, began = [], None
    for step in range(MANY):
        if step == FEW:
            began = clocks()[1] + process(net._pipe._process.pid)
        start = time.perf_counter()
        optimiser.zero_grad()
        loss = ((solve(net, model.lower + width * x, loads) - wanted) ** 2).sum() / 2 / 0.3e-3**2
        loss.backward()
        optimiser.step()
        with torch.no_grad():
            x.clamp_(0, 1)
        walls.append(time.perf_counter() - start)
    used = clocks()[1] + process(net._pipe._process.pid) - began
    with torch.no_grad():
        final = float(((solve(net, model.lower + width * x, loads) - wanted) ** 2).sum() / 2 / 0.3e-3**2)
    net.close()
    return [statistics.median(walls[FEW:]), used / (MANY - FEW)], final


rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
ratios = [[], []]
for n in range(rounds):
    ours, theirs = commandline(), layer()
    for i in (0, 1):
        ratios[i].append(theirs[0][i] / ours[0][i])
    print(f"round {n + 1}: command line {ours[0][0]:.3f} s a step ({ours[0][1]:.3f} s of processors), layer {theirs[0][0]:.3f} s ({theirs[0][1]:.3f} s); "
          f"ratio {ratios[0][-1]:.2f} ({ratios[1][-1]:.2f}); losses {ours[1]:.12g} and {theirs[1]:.12g}", flush=True)
print(f"median ratio {statistics.median(ratios[0]):.2f} by the wall, {statistics.median(ratios[1]):.2f} by processors")
