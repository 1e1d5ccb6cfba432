"""What the Python sides share: the tables of the task and the report."""
import argparse
import json
import time

import numpy as np


class Task:
    """The tables that `go run ./bench/iris -inputs DIR` writes."""

    def __init__(self, directory):
        def table(name):
            return np.loadtxt(f"{directory}/{name}.csv", delimiter=",", ndmin=2)

        self.C = table("C")  # M x N
        ports = table("ports")  # (P + Q) x N
        self.shuffles = table("shuffles").astype(int)
        train, test = table("train"), table("test")
        self.P = train.shape[1] - 1
        self.Q = len(ports) - self.P
        self.loads, self.readings = ports[: self.P], ports[self.P:]
        self.F_train, self.class_train = train[:, : self.P].copy(), train[:, self.P].astype(int)
        self.F_test, self.class_test = test[:, : self.P].copy(), test[:, self.P].astype(int)
        self.low, self.high, self.steepness, self.rate, self.epsilon, batch, _ = table("settings")[0]
        self.batch = int(batch)


def run(side, version, train):
    """Trains as often as the command line says and prints the report."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("inputs")
    arguments.add_argument("--repeat", type=int, default=1)
    arguments = arguments.parse_args()
    task, seconds = Task(arguments.inputs), []
    for _ in range(arguments.repeat):
        start = time.perf_counter()
        accuracy_train, accuracy_test, loss, stiffness = train(task)
        seconds.append(time.perf_counter() - start)
    print(json.dumps(dict(side=side, version=version, seconds=seconds, train=float(accuracy_train),
                          test=float(accuracy_test), loss=float(loss), stiffness=[float(v) for v in stiffness])))
