#!/usr/bin/env python3
"""PyTorch, as well as it can be used: one optimizer loop tried in each way that this version has, and the fastest taken;
flush-denormal on, gradients set to None, no loss read unless the job reads it, compiled with --compile. With --as-written
gradients are zeroed, as zero_grad() of version 1 does by default."""
import argparse
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

import job as bench

LOSSES = {"bce": nn.BCELoss, "bce_logits": nn.BCEWithLogitsLoss, "cross_entropy": nn.CrossEntropyLoss, "mse": nn.MSELoss}
ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "gelu": nn.GELU, "silu": nn.SiLU,
               "leaky_relu": nn.LeakyReLU, "softplus": nn.Softplus}
OPTIMIZERS = {"sgd": (torch.optim.SGD, {}), "momentum": (torch.optim.SGD, {"momentum": 0.9}), "adam": (torch.optim.Adam, {}),
              "adamw": (torch.optim.AdamW, {})}
OPTIMIZER_WAYS = {"plain loop": {"foreach": False}, "foreach": {"foreach": True}, "fused": {"fused": True}}


def network(job):
    modules = []
    for weight, bias in bench.initial(job):
        linear = nn.Linear(weight.shape[1], weight.shape[0]).to(getattr(torch, job.dtype))
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weight))
            linear.bias.copy_(torch.from_numpy(bias))
        modules += [linear, ACTIVATIONS[job.activation]()]
    modules[-1:] = [nn.Sigmoid()] if job.loss == "bce" else []
    return nn.Sequential(*modules)


def optimizer_of(job, model, way):
    kind, options = OPTIMIZERS[job.optimizer]
    return kind(model.parameters(), lr=job.lr, **options, **OPTIMIZER_WAYS[way])


def step_of(job, model, loss_fn, optimizer, x, t):
    def step():
        loss = loss_fn(model(x), t)
        optimizer.zero_grad(set_to_none=not job.as_written)
        loss.backward()
        optimizer.step()
        return loss

    return (lambda: step().item()) if job.read_loss else step


def best_step(job):
    """(name of the fastest way to update, its step's first loss, its step)."""
    tried = []
    for way in OPTIMIZER_WAYS:
        try:
            first, step = started(job, way, network(job))
            tried.append((bench.sample(step, min(0.1, job.seconds))["least_us"], way, first, step))
        except (TypeError, RuntimeError):  # a way that this version does not have, or on other devices only
            pass
    return min(tried)[1:]


def started(job, way, model, run=None):
    x, t = (torch.from_numpy(a) for a in bench.data_of(job))
    step = step_of(job, run or model, LOSSES[job.loss](), optimizer_of(job, model, way), x, t)
    return bench.number(step()), step


def time_training(job, compiled):
    way, first, step = best_step(job)
    if compiled:
        model = network(job)
        first, step = started(job, way, model, torch.compile(model))
    settings = f"PyTorch {torch.__version__}{', torch.compile' if compiled else ''}, optimizer: {way}"
    bench.time_step(job, first, settings, step)


def time_inference(job):
    x = torch.from_numpy(bench.data_of(job)[0])
    model = network(job).eval()
    with torch.no_grad():
        first = model(x).reshape(-1)[0].item()
        bench.time_step(job, first, f"PyTorch {torch.__version__}, no_grad", lambda: model(x) is None)


def images(folder, kind):
    pixels = np.fromfile(folder / f"{kind}-images-idx3-ubyte", np.uint8, offset=16).reshape(-1, 784)
    classes = np.fromfile(folder / f"{kind}-labels-idx1-ubyte", np.uint8, offset=8)
    return torch.from_numpy(pixels.astype(np.float32) / np.float32(255)), torch.from_numpy(classes.astype(np.int64))


def time_epochs(job):
    x, t = images(Path(job.data), "train")
    test_x, test_t = images(Path(job.data), "t10k")
    model, loss_fn = network(job), LOSSES[job.loss]()
    best = best_step(argparse.Namespace(**{**vars(job), "data": ""}))[0]
    optimizer = optimizer_of(job, model, best)
    epoch = 0

    def measure():
        nonlocal epoch
        order = torch.from_numpy(np.argsort(bench.random_bits(bench.ORDER + epoch, len(x))))
        epoch += 1
        start = time.perf_counter()
        for chosen in order.split(job.batch):
            loss = loss_fn(model(x[chosen]), t[chosen])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
        us = (time.perf_counter() - start) * 1e6
        with torch.no_grad():
            accuracy = (model(test_x).argmax(1) == test_t).double().mean().item()
        return {"us": us, "last": loss.item(), "accuracy": accuracy}

    bench.take_turns(job, measure, settings=f"PyTorch {torch.__version__}, optimizer: {best}, flush-denormal")


def main():
    compiled = "--compile" in sys.argv
    sys.argv = [a for a in sys.argv if a != "--compile"]
    job = bench.options(["step", "infer", "fashion"])
    torch.set_num_threads(job.threads)
    torch.set_flush_denormal(True)
    if job.kind == "step":
        time_training(job, compiled)
    elif job.kind == "infer":
        time_inference(job)
    else:
        time_epochs(job)


if __name__ == "__main__":
    main()
