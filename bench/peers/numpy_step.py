#!/usr/bin/env python3
"""A training step in NumPy: as fast as we know for any widths, or with --as-written as the lesson writes it: clipped
probabilities, means of NumPy, a derivative of relu that is an array of its own."""
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


class AsWritten(Network):
    """One hidden layer, a sigmoid and binary cross-entropy, formula by formula."""

    def step(self):
        (w1, b1), (w2, b2) = self.weights
        x, y, n = self.x, self.t, len(self.x)
        z1 = x @ w1 + b1
        a1 = np.maximum(0, z1)
        y_hat = 1 / (1 + np.exp(-(a1 @ w2 + b2)))
        p = np.clip(y_hat, 1e-15, 1 - 1e-15)
        loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        delta2 = y_hat - y
        dw2, db2 = a1.T @ delta2 / n, np.mean(delta2, axis=0)
        delta1 = (delta2 @ w2.T) * (z1 > 0).astype(z1.dtype)
        dw1, db1 = x.T @ delta1 / n, np.mean(delta1, axis=0)
        for parameter, gradient in ((w1, dw1), (b1, db1), (w2, dw2), (b2, db2)):
            parameter -= self.job.lr * gradient
        return loss


def main():
    job = bench.options(["step"])
    if job.activation != "relu" or job.loss not in ("bce", "cross_entropy") or job.optimizer != "sgd":
        raise SystemExit("this peer knows relu, bce, cross_entropy and sgd")
    np.seterr(all="ignore")  # a probability of exactly 0 or 1 makes its logarithm infinite
    if job.as_written and (len(job.shape) != 3 or job.loss != "bce"):
        raise SystemExit("as the lesson writes it, there is one hidden layer and bce")
    network = AsWritten(job) if job.as_written else Network(job)
    bench.time_step(job, network.step(), "NumPy " + np.__version__, network.step)


if __name__ == "__main__":
    main()
