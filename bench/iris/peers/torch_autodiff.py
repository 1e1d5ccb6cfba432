"""PyTorch: the forward state in one solve with a column per sample, the gradient by autodiff.

The authors' program leaves the derivative of the sigmoid out of the gradient.
To train the same network, this one passes gradients straight through the sigmoid.
"""
import torch

import tables

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def train(task):
    C, loads, readings = (torch.tensor(a) for a in (task.C, task.loads, task.readings))
    parts = [(torch.tensor(F), torch.tensor(c)) for F, c in
             ((task.F_train, task.class_train), (task.F_test, task.class_test))]
    orders = torch.tensor(task.shuffles)
    x = torch.zeros(len(C), requires_grad=True)
    adam = torch.optim.Adam([x], lr=task.rate, eps=task.epsilon)

    def stiffness():
        return task.low + (task.high - task.low) * torch.sigmoid(task.steepness * x.detach())

    def sizes(k, F):
        u = torch.linalg.solve((C.T * k) @ C, loads.T @ F.T)
        return (readings @ u).T.abs()  # samples x Q

    def losses(size, classes):
        return torch.log(size.sum(1) / size.gather(1, classes[:, None])[:, 0])

    for order in orders:
        F, classes = parts[0][0][order], parts[0][1][order]
        for at in range(0, len(F), task.batch):
            k = stiffness()
            through = k + (x - x.detach())  # the value k, the derivative of x
            loss = losses(sizes(through, F[at:at + task.batch]), classes[at:at + task.batch]).sum() / task.batch
            adam.zero_grad()
            loss.backward()
            adam.step()
        with torch.no_grad():
            (right_train, loss_train), (right_test, _) = (
                ((size.argmax(1) == c).double().mean(), losses(size, c).mean())
                for size, c in ((sizes(k, F), c) for F, c in parts))
    return right_train, right_test, loss_train, stiffness()


tables.run("PyTorch autodiff", torch.__version__, train)
