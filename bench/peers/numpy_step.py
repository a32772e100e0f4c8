#!/usr/bin/env python3
"""The lesson's loop in NumPy for any widths: forward, loss, backward, update; each product one call of its BLAS."""
import numpy as np

import job as bench


class Network:
    def __init__(self, job):
        self.job = job
        self.x, self.t = bench.data_of(job)
        self.weights = [[w.T.copy(), b] for w, b in bench.initial(job)]  # weights [in, out], as the lesson has them
        self.rows = np.arange(job.batch)

    def loss_and_delta(self, z):
        if self.job.loss == "bce":
            y = 1 / (1 + np.exp(-z))
            loss = -np.mean(self.t * np.log(y) + (1 - self.t) * np.log(1 - y))
            return loss, (y - self.t) / self.t.size
        z = z - z.max(1, keepdims=True)
        e = np.exp(z)
        total = e.sum(1, keepdims=True)
        loss = np.mean(np.log(total[:, 0]) - z[self.rows, self.t])
        delta = e / total
        delta[self.rows, self.t] -= 1
        return loss, delta / len(z)

    def step(self):
        outputs = [self.x]
        for w, b in self.weights[:-1]:
            outputs.append(np.maximum(0, outputs[-1] @ w + b))
        w, b = self.weights[-1]
        loss, delta = self.loss_and_delta(outputs[-1] @ w + b)
        for l in range(len(self.weights) - 1, -1, -1):
            (w, b), a = self.weights[l], outputs[l]
            dw, db = a.T @ delta, delta.sum(0)
            if l:
                delta = (delta @ w.T) * (a > 0)
            w -= self.job.lr * dw
            b -= self.job.lr * db
        return loss


def main():
    job = bench.options(["step"])
    if job.activation != "relu" or job.loss not in ("bce", "cross_entropy") or job.optimizer != "sgd":
        raise SystemExit("this peer knows relu, bce, cross_entropy and sgd")
    np.seterr(all="ignore")  # a probability of exactly 0 or 1 makes its logarithm infinite
    network = Network(job)
    bench.time_step(job, network.step(), "NumPy " + np.__version__, network.step)


if __name__ == "__main__":
    main()
