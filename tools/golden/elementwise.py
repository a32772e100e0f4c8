"""Operations that compute each element alone: values over the domain, at kinks, hard numbers, shapes, broadcasts."""
import torch
import torch.nn.functional as F

from .frame import BROADCASTS, SHAPES

# Where float32 has numbers too; 1e-40 is a denormal there, 1e-310 in float64.
HUGE = [-1e4, 1e4, -100.0, 100.0, -30.0, 30.0]
TINY = [0.0, -0.0, 1e-30, -1e-30, 1e-8, -1e-8]
DENORMAL = [1e-310, -1e-310, 5e-324]
NOT_FINITE = [float("inf"), float("-inf"), float("nan")]

# name: (PyTorch's function, the interval to draw from, where it bends or jumps)
UNARY = {
    "negate": (torch.neg, -2, 2, []),
    "abs": (torch.abs, -2, 2, [0]),
    "sign": (torch.sign, -2, 2, [0]),
    "sqrt": (torch.sqrt, 0.1, 4, []),
    "exp": (torch.exp, -3, 3, []),
    "log": (torch.log, 0.1, 4, []),
    "sin": (torch.sin, -4, 4, []),
    "cos": (torch.cos, -4, 4, []),
    "tan": (torch.tan, -1.2, 1.2, []),
    "tanh": (torch.tanh, -3, 3, []),
    "sigmoid": (torch.sigmoid, -4, 4, []),
    "relu": (torch.relu, -2, 2, [0]),
    "erf": (torch.erf, -2, 2, []),
    "silu": (F.silu, -4, 4, []),
}
# What has an infinite slope, or no value, at these points of the lists above has them tried apart.
POSITIVE = {"sqrt", "log"}
# At the huge numbers these overflow in float32, or lose small derivatives to its range.
NARROW = {"exp", "sigmoid"}

BINARY = {
    "add": torch.add,
    "subtract": torch.sub,
    "multiply": torch.mul,
}
COMPARISONS = {
    "greater": torch.gt,
    "greater_equal": torch.ge,
    "less": torch.lt,
    "less_equal": torch.le,
    "equal": torch.eq,
    "not_equal": torch.ne,
}


def unary(golden):
    for name, (function, low, high, bends) in UNARY.items():
        for shape in SHAPES:
            golden.add(name, function, [golden.away(shape, bends, low, high)])
        if bends:
            golden.add(name, function, [[float(b) for b in bends]], second=False)
        positive = name in POSITIVE
        for hard in (HUGE, TINY):
            numbers = [abs(x) for x in hard if x > 0] if positive else hard
            golden.add(name, function, [numbers], second=False, float32=name not in NARROW or hard is TINY)
        golden.add(name, function, [[abs(x) for x in DENORMAL] if positive else DENORMAL], second=False, float32=False)
        golden.add(name, function, [NOT_FINITE], gradients=False)


def binary(golden):
    for name, function in BINARY.items():
        for a, b in BROADCASTS:
            golden.add(name, function, [golden.uniform(a), golden.uniform(b)])


def comparisons(golden):
    for name, function in COMPARISONS.items():
        for a, b in BROADCASTS:
            golden.add(name, function, [golden.integers(a, 0, 3).to(torch.float64), golden.integers(b, 0, 3).to(torch.float64)])
        golden.add(name, function, [golden.integers((7,), 0, 2), golden.integers((7,), 0, 2)])
        golden.add(name, function, [golden.booleans((7,)), golden.booleans((7,))])
        golden.add(name, function, [NOT_FINITE + [0.0], [float("nan")] * 4])


def cases(golden):
    unary(golden)
    binary(golden)
    comparisons(golden)
