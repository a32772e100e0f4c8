"""Losses: every option, every reduction, classes with and without weights, smoothing and ignored targets."""
import itertools

import numpy as np
import torch
import torch.nn.functional as F

from .frame import rounded

INF = float("inf")
REDUCTIONS = ("none", "mean", "sum")
SHAPES = ((), (1,), (0,), (5,), (2, 3), (2, 1, 3))
# Logits with the classes along axis 1, or the only one.
LOGITS = ((5,), (4, 3), (0, 3), (1, 4), (2, 3, 2), (2, 3, 1, 2))


def apart(golden, shape, kinks):
    """Predictions and targets whose difference keeps away from the kinks."""
    target = golden.uniform(shape)
    return rounded((target + golden.away(shape, kinks, -2.5, 2.5)).numpy()), target


def numbers(golden):
    for reduction, shape in itertools.product(REDUCTIONS, SHAPES):
        golden.add("mse_loss", F.mse_loss, [golden.uniform(shape), golden.uniform(shape)], reduction=reduction)
        golden.add("l1_loss", F.l1_loss, apart(golden, shape, [0]), reduction=reduction)
        for beta in (0.0, 0.5, 1.0, 2.0):
            golden.add("smooth_l1_loss", F.smooth_l1_loss, apart(golden, shape, [0] if beta == 0 else [-beta, beta]),
                       reduction=reduction, beta=beta)
        for delta in (0.5, 1.0, 2.0):
            golden.add("huber_loss", F.huber_loss, apart(golden, shape, [-delta, delta]), reduction=reduction, delta=delta)
    for name, function in (("smooth_l1_loss", F.smooth_l1_loss), ("huber_loss", F.huber_loss)):
        for numbers in ([0.0, 1.0, -1.0, 0.5], [1e4, -1e4, 1e-30, INF]):
            golden.add(name, function, [numbers, [0.0] * 4], second=False, reduction="none")


def divergence(golden):
    for reduction, shape in itertools.product(REDUCTIONS + ("batchmean",), SHAPES):
        if reduction == "batchmean" and shape in ((), (0,)):
            continue
        for log_target in (False, True):
            target = golden.uniform(shape, -2, -0.1) if log_target else golden.uniform(shape, 0.1, 0.9)
            golden.add("kl_div", F.kl_div, [golden.uniform(shape, -3, -0.1), target], reduction=reduction, log_target=log_target)
    golden.add("kl_div", F.kl_div, [[-1.0, -2.0, -3.0], [0.0, 1.0, -1.0]], gradients=[0], reduction="none")


def logistic(golden):
    bce = lambda p, t, w, **options: F.binary_cross_entropy(p, t, weight=w, **options)
    logits = lambda z, t, w, p, **options: F.binary_cross_entropy_with_logits(z, t, weight=w, pos_weight=p, **options)
    for reduction, shape in itertools.product(REDUCTIONS, SHAPES):
        weights = [None, golden.uniform(shape, 0.2, 2)] + ([golden.uniform(shape[-1:], 0.2, 2)] if len(shape) > 1 else [])
        for weight in weights:
            # PyTorch adds 1e-12 to the denominators of its second derivative, so that only ten of its digits are right.
            golden.add("binary_cross_entropy", bce, [golden.uniform(shape, 0.1, 0.9), golden.uniform(shape, 0, 1), weight],
                       gradients=[0], second=False, reduction=reduction)
            for positive in weights:
                golden.add("binary_cross_entropy_with_logits", logits,
                           [golden.uniform(shape, -3, 3), golden.uniform(shape, 0, 1), weight, positive], gradients=[0],
                           reduction=reduction)
    hard = [1e4, -1e4, 1e4, -1e4, 1e-30, 0.0, 100.0, -100.0]
    for positive in (None, [3.0]):
        golden.add("binary_cross_entropy_with_logits", logits, [hard, [0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.25, 0.25], None, positive],
                   gradients=[0], second=False, reduction="none")
    golden.add("binary_cross_entropy", bce, [[0.0, 1.0, 0.0, 1.0, 0.5], [0.0, 1.0, 1.0, 0.0, 1.0], None], gradients=False,
               reduction="mean")


def classes_of(golden, shape):
    count = shape[min(1, len(shape) - 1)]
    return count, golden.integers(shape[:1] * (len(shape) > 1) + shape[2:], 0, count)


def some(golden, target, label):
    """About a third of the targets, and the first, become `label`."""
    chosen = golden.random.uniform(0, 1, tuple(target.shape)) < 0.3
    chosen.flat[:1] = True
    return torch.where(torch.tensor(chosen, dtype=torch.bool), torch.tensor(label), target)


def classes(golden):
    nll = lambda x, t, w, **options: F.nll_loss(x, t, weight=w, **options)
    entropy = lambda x, t, w, **options: F.cross_entropy(x, t, weight=w, **options)
    for shape, reduction, weighted, ignored in itertools.product(LOGITS, REDUCTIONS, (False, True), (None, -100, 1)):
        count, target = classes_of(golden, shape)
        if ignored is not None:
            target = some(golden, target, ignored)
        options = dict(reduction=reduction, **({} if ignored in (None, -100) else dict(ignore_index=ignored)))
        weight = golden.uniform((count,), 0.2, 2) if weighted else None
        golden.add("nll_loss", nll, [golden.uniform(shape), target, weight], gradients=[0], **options)
        for smoothing in (0.0, 0.1, 1.0) if weighted else (0.0, 0.25):
            golden.add("cross_entropy", entropy, [golden.uniform(shape), target, weight], gradients=[0],
                       label_smoothing=smoothing, **options)
    for reduction in REDUCTIONS:  # nothing is left to count
        golden.add("cross_entropy", entropy, [golden.uniform((2, 3)), torch.tensor([-100, -100]), None], gradients=[0],
                   second=False, reduction=reduction)
        golden.add("nll_loss", nll, [golden.uniform((2, 3)), torch.tensor([2, 2]), [1.0, 1.0, 0.0]], gradients=[0],
                   second=False, reduction=reduction)
    golden.add("cross_entropy", entropy, [[[1e4, -1e4, 0.0], [-INF, 1.0, -INF], [2.0, -INF, 1e-30]], torch.tensor([1, 1, 0]), None],
               gradients=[0], second=False, reduction="none")


def probabilities(golden):
    entropy = lambda x, t, w, **options: F.cross_entropy(x, t, weight=w, **options)
    for shape, reduction, weighted, smoothing in itertools.product(LOGITS, REDUCTIONS, (False, True), (0.0, 0.1)):
        count, _ = classes_of(golden, shape)
        golden.add("cross_entropy", entropy,
                   [golden.uniform(shape), golden.uniform(shape, 0, 1), golden.uniform((count,), 0.2, 2) if weighted else None],
                   gradients=[0, 1], reduction=reduction, label_smoothing=smoothing)


def cases(golden):
    numbers(golden)
    divergence(golden)
    logistic(golden)
    classes(golden)
    probabilities(golden)
