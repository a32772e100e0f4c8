"""Many numbers made one: over every axis and several, kept or not, of nothing, at ties, zeros and hard numbers."""
import itertools
import math

import torch

SHAPES = [(), (1,), (4,), (2, 3), (3, 1), (1, 1), (2, 3, 2), (2, 1, 3), (2, 3, 2, 2)]
NOTHING = [(0,), (2, 0), (0, 3), (2, 0, 3)]
INF, NAN = float("inf"), float("nan")
ORDERS = [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, INF, -INF, -0.5, -1.0, -2.0]


def axes_of(shape):
    """All, none said, each, counted from the end, and every pair."""
    rank = max(len(shape), 1)
    yield None
    for axis in range(-rank if rank < 4 else 0, rank):
        yield axis
    for pair in itertools.combinations(range(len(shape)), 2):
        yield pair
    if rank == 3:
        yield (-1, 0)
        yield (2, 0, 1)


def has_entries(shape, axes):
    wanted = range(len(shape)) if axes is None else axes if isinstance(axes, tuple) else (axes,)
    return all(shape[a] > 0 for a in wanted if shape)


def as_list(axes):
    return None if axes is None else list(axes) if isinstance(axes, tuple) else [axes]


def length(shape, axes):
    """How many numbers become one."""
    wanted = range(len(shape)) if axes is None else axes if isinstance(axes, tuple) else (axes,)
    return math.prod(shape[a] for a in wanted) if shape else 1


def each(golden, name, call, numbers, shapes=SHAPES + NOTHING, needs_entries=False, single=False, second=True, **options):
    """One case for each way to name axes; keepdim alternates. `single`: PyTorch takes one axis or none.

    `second` may be the least number of entries from which on a second derivative is more than roundings around 0."""
    count = 0
    for shape in shapes:
        for axes in axes_of(shape):
            if needs_entries and not has_entries(shape, axes) or single and isinstance(axes, tuple):
                continue
            count += 1
            keepdim = count % 2 == 0
            golden.add(name, lambda x, axes, keepdim, **o: call(x, None if axes is None else axes if not single else axes[0], keepdim, **o),
                       [numbers(shape)], second=second if isinstance(second, bool) else length(shape, axes) >= second, axes=as_list(axes), keepdim=keepdim, **options)


def over(x, axes):
    return list(range(x.dim())) if axes is None else axes


def kept(y, x, axes, keepdim):
    """PyTorch's forms without an axis take no keepdim."""
    return y.reshape([1] * x.dim()) if axes is None and keepdim else y


def sums(golden):
    each(golden, "sum", lambda x, axes, keepdim: torch.sum(x, over(x, axes), keepdim), golden.uniform)
    each(golden, "mean", lambda x, axes, keepdim: torch.mean(x, over(x, axes), keepdim), golden.uniform)
    each(golden, "logsumexp", lambda x, axes, keepdim: torch.logsumexp(x, over(x, axes), keepdim), golden.uniform)
    for dtype in (torch.int64, torch.bool):
        golden.add("sum", lambda x, axes, keepdim: torch.sum(x, axes, keepdim), [golden.integers((3, 2), 0, 2).to(dtype)], axes=[0], keepdim=False)
    # Far from 0 PyTorch's second derivative has lost four digits: tests/ops/reductions.cpp has it.
    for hard in ([1e4, 1e4, -1e4], [-1e4, -1e4 - 1], [1e-30, 0.0, -1e-30], [-INF, 1.0, -INF], [700.0, 710.0, 705.0]):
        golden.add("logsumexp", lambda x, axes, keepdim: torch.logsumexp(x, axes, keepdim), [hard], second=max(map(abs, hard)) < 100, axes=[0], keepdim=False)
    for hard in ([-INF, -INF], [INF, 1.0], [INF, INF, -INF], [NAN, 1.0], [INF, NAN]):
        golden.add("logsumexp", lambda x, axes, keepdim: torch.logsumexp(x, axes, keepdim), [hard], second=False, axes=[0], keepdim=False)


def products(golden):
    call = lambda x, axis, keepdim: kept(torch.prod(x), x, axis, keepdim) if axis is None else torch.prod(x, axis, keepdim)
    each(golden, "prod", lambda x, axes, keepdim: call(x, None if axes is None else axes, keepdim), golden.uniform, single=True, second=2)
    both = lambda x, axes, keepdim: torch.prod(torch.prod(x, axes[0], True), axes[1], True)
    for axes in ([0, 1], [0, 2], [1, 2]):
        golden.add("prod", both, [golden.uniform((2, 3, 2))], axes=axes, keepdim=True)
    one = lambda x, axes, keepdim: torch.prod(x, axes[0], keepdim)
    for zeros in ([0.0, 2.0, 3.0], [0.0, 0.0, 3.0, 1.5], [0.0, 0.0, 0.0], [2.0, 0.0, -3.0, 0.5, 1.5], [0.0], [-0.0, 2.0]):
        golden.add("prod", one, [zeros], axes=[0], keepdim=False)
    golden.add("prod", one, [[[0.0, 2.0, 1.5], [0.5, 0.0, -2.0], [1.0, 0.0, 0.0]]], axes=[1], keepdim=False)
    golden.add("prod", one, [[[0.0, 2.0, 1.5], [0.5, 0.0, -2.0], [1.0, 0.0, 0.0]]], axes=[0], keepdim=True)
    golden.add("prod", one, [golden.integers((3, 4), -3, 4)], axes=[1], keepdim=False)
    golden.add("prod", one, [golden.booleans((3, 4))], axes=[0], keepdim=False)
    golden.add("prod", one, [[1e-3] * 17], axes=[0], keepdim=False, float32=False)
    for axis in (0, 1, 2, -1, -2):
        for shape in ((2, 3, 2), (1, 3, 1), (2, 0, 3)):
            golden.add("cumsum", lambda x, axis: torch.cumsum(x, axis), [golden.uniform(shape)], axis=axis)
    for shape in ((), (1,), (7,), (0,)):
        golden.add("cumsum", lambda x, axis: torch.cumsum(x, axis), [golden.uniform(shape)], axis=0)
    golden.add("cumsum", lambda x, axis: torch.cumsum(x, axis), [golden.integers((3, 2), -9, 9)], axis=0)
    golden.add("cumsum", lambda x, axis: torch.cumsum(x, axis), [golden.booleans((5,))], axis=0)


def extremes(golden):
    for name, function in (("amax", torch.amax), ("amin", torch.amin)):
        each(golden, name, lambda x, axes, keepdim: function(x, over(x, axes), keepdim), golden.apart, needs_entries=True)
        golden.add(name, lambda x, axes, keepdim: function(x, axes, keepdim), [[[1.0, 2.0, 2.0], [2.0, 0.0, 2.0]]], axes=[1], keepdim=False)
        golden.add(name, lambda x, axes, keepdim: function(x, axes, keepdim), [[[1.0, 1.0], [1.0, 1.0]]], axes=[0, 1], keepdim=True)
        golden.add(name, lambda x, axes, keepdim: function(x, axes, keepdim), [[[INF, 2.0, -INF], [NAN, 0.0, INF]]], gradients=False, axes=[1], keepdim=False)
        golden.add(name, lambda x, axes, keepdim: function(x, axes, keepdim), [golden.integers((3, 4), -9, 9)], axes=[0], keepdim=False)
        golden.add(name, lambda x, axes, keepdim: function(x, axes, keepdim), [golden.booleans((3, 2))], axes=[1], keepdim=False)
    for name, function in (("max", torch.max), ("min", torch.min)):
        of_all = lambda x: function(x)
        for shape in SHAPES:
            golden.add(name + "_of_all", of_all, [golden.apart(shape)])
        golden.add(name + "_of_all", of_all, [[[3.0, 3.0, 1.0], [1.0, 3.0, 1.0]]])
        golden.add(name + "_of_all", of_all, [[NAN, 1.0, NAN]], second=False)
        call = lambda x, axes, keepdim: tuple(function(x, axes, keepdim))
        each(golden, name, call_one(call), golden.apart, needs_entries=True, single=True, shapes=SHAPES + [(2, 0), (0, 3)])
        for row in ([[1.0, 3.0, 3.0], [2.0, 2.0, 1.0]], [[NAN, 3.0, NAN], [-INF, 2.0, INF]], [[-INF, -INF, -INF], [INF, INF, INF]]):
            golden.add(name, lambda x, axes, keepdim: tuple(function(x, axes[0], keepdim)), [row], second=False, axes=[1], keepdim=False)
        golden.add(name, lambda x, axes, keepdim: tuple(function(x, axes[0], keepdim)), [golden.integers((3, 4), -3, 3)], axes=[0], keepdim=False)
    for name, function in (("argmax", torch.argmax), ("argmin", torch.argmin)):
        for shape in SHAPES + [(2, 0), (0, 3)]:
            for axis in [None] + list(range(-len(shape), len(shape))):
                if not has_entries(shape, axis):
                    continue
                for keepdim in (False, True):
                    golden.add(name, lambda x, axis, keepdim: function(x, axis, keepdim), [golden.apart(shape)], gradients=False, axis=axis, keepdim=keepdim)
        for row in ([1.0, 3.0, 3.0], [NAN, 3.0, NAN], [2.0, NAN, 9.0], [-INF, -INF]):
            golden.add(name, lambda x, axis, keepdim: function(x, axis, keepdim), [row], gradients=False, axis=0, keepdim=False)


def call_one(function):
    """Without an axis max() gives one number: not this operation."""
    def call(x, axis, keepdim):
        return function(x, -1 if axis is None else axis, keepdim)
    return call


def spread(golden):
    def var(x, axes, keepdim, correction):
        return torch.var(x, over(x, axes), correction=correction, keepdim=keepdim)

    def std(x, axes, keepdim, correction):
        return torch.std(x, over(x, axes), correction=correction, keepdim=keepdim)

    for name, function in (("var", var), ("std", std)):
        for correction in (1, 0):
            each(golden, name, function, golden.uniform, shapes=[(4,), (2, 3), (2, 3, 2)], second=3, correction=correction)
        each(golden, name, function, golden.uniform, shapes=[(), (1,), (3, 1), (0,), (2, 0)], second=False, correction=0)
        each(golden, name, function, golden.uniform, shapes=[(1,), (3, 1), (0,), (2, 0)], second=False, correction=1)
        golden.add(name, function, [golden.uniform(())], gradients=False, axes=None, keepdim=False, correction=1)
        golden.add(name, function, [golden.uniform((5,))], axes=[0], keepdim=False, correction=2)
        # Large offsets: the mean alone would lose the digits, and so it does in PyTorch's gradients beyond 1e4.
        for offset in (1e4, -1e6, 1e8):
            numbers = [offset + step for step in (0.0, 8.0, 16.0, -24.0, 32.0, 8.0)]
            golden.add(name, function, [numbers], gradients=offset == 1e4, axes=[0], keepdim=False, correction=1)
        golden.add(name, function, [[2.0, 2.0, 2.0]], second=False, axes=[0], keepdim=False, correction=1)


def norms(golden):
    for p in ORDERS:
        smooth = p not in (0.0,)
        away = lambda shape: golden.apart(shape, 0.2, 2) * golden.random.choice([-1.0, 1.0], shape)
        each(golden, "norm", lambda x, axes, keepdim, p: torch.norm(x, p, over(x, axes) if x.dim() else None, keepdim),
             lambda shape: torch.as_tensor(away(shape)), shapes=[(), (4,), (2, 3), (2, 3, 2)] if p in (1.0, 2.0, INF) else [(4,), (2, 3)], second=smooth and 2, p=p)
        if p > 0:
            for row in ([0.0, 0.0, 0.0], [0.0, 1.0, -2.0], [0.0]):
                golden.add("norm", lambda x, axes, keepdim, p: torch.norm(x, p, axes, keepdim), [row], second=False, axes=[0], keepdim=False, p=p)
    golden.add("norm", lambda x, axes, keepdim, p: torch.norm(x, p, axes, keepdim), [[2.0, -2.0, 1.0]], second=False, axes=[0], keepdim=False, p=INF)
    golden.add("norm", lambda x, axes, keepdim, p: torch.norm(x, p, axes, keepdim), [[2.0, -2.0, 3.0]], second=False, axes=[0], keepdim=False, p=-INF)
    golden.add("norm", lambda x, axes, keepdim, p: torch.norm(x, p, axes, keepdim), [[2.0, 0.0, 3.0]], gradients=False, axes=[0], keepdim=False, p=0.0)
    for p in (0.5, 1.0, 2.0, 3.0):
        golden.add("norm", lambda x, axes, keepdim, p: torch.norm(x, p, axes, keepdim), [golden.uniform((0, 2))], axes=[0], keepdim=False, p=p)


def truths(golden):
    for name, function in (("any", torch.any), ("all", torch.all)):
        def call(x, axes, keepdim):
            return kept(function(x), x, axes, keepdim) if axes is None else function(x, axes, keepdim)
        each(golden, name, call, golden.booleans, single=True)
        for numbers in ([0.0, 2.0, NAN], [0.0, -0.0], [NAN, 1.0], []):
            golden.add(name, lambda x, axes, keepdim: function(x, axes[0], keepdim), [numbers], gradients=False, axes=[0], keepdim=False)
        golden.add(name, lambda x, axes, keepdim: function(x, axes[0], keepdim), [golden.integers((3, 3), 0, 2)], axes=[1], keepdim=False)


def cases(golden):
    sums(golden)
    products(golden)
    extremes(golden)
    spread(golden)
    norms(golden)
    truths(golden)
