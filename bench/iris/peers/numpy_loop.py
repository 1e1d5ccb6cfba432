"""The training loop of the authors' program, around a gradient and a score."""
import numpy as np


def stiffness(task, x):
    return task.low + (task.high - task.low) / (1 + np.exp(-task.steepness * x))


def slopes(u, classes):
    """Loss of each sample, -log(|u_class| / sum |u|), and its derivative by u (samples x Q)."""
    size, sign = np.abs(u), np.where(u < 0, -1.0, 1.0)
    total = size.sum(1, keepdims=True)
    rows = np.arange(len(u))
    g = sign / total
    g[rows, classes] -= sign[rows, classes] / size[rows, classes]
    return np.log(total[:, 0] / size[rows, classes]), g


def train(task, gradient, outputs):
    """gradient(k, F, classes) is the sum of dL/dk over samples; outputs(k, F) is samples x Q."""
    x = np.zeros(len(task.C))
    mean, square, step = np.zeros_like(x), np.zeros_like(x), 0
    for order in task.shuffles:
        F, classes = task.F_train[order], task.class_train[order]
        for at in range(0, len(F), task.batch):
            k = stiffness(task, x)
            g = gradient(k, F[at:at + task.batch], classes[at:at + task.batch]) / task.batch
            step += 1
            mean = 0.9 * mean + 0.1 * g
            square = 0.999 * square + 0.001 * g * g
            x = x - task.rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + task.epsilon)
        accuracy_train, loss = score(outputs(k, task.F_train), task.class_train)
        accuracy_test, _ = score(outputs(k, task.F_test), task.class_test)
    return accuracy_train, accuracy_test, loss, stiffness(task, x)


def score(u, classes):
    loss, _ = slopes(u, classes)
    return (np.abs(u).argmax(1) == classes).mean(), loss.mean()
