"""Operations that compute each element alone: values over the domain, at kinks, hard numbers, shapes, broadcasts."""
import torch
import torch.nn.functional as F

from .frame import BROADCASTS, SHAPES

INF, NAN = float("inf"), float("nan")
HUGE = [-1e4, 1e4, -100.0, 100.0, -30.0, 30.0]
TINY = [0.0, -0.0, 1e-30, -1e-30, 1e-8, -1e-8]
DENORMAL = [1e-310, -1e-310, 5e-324]
NOT_FINITE = [INF, -INF, NAN]
WHOLE = [-2.0, -1.0, 0.0, 1.0, 2.0]
HALVES = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5]

# name: (PyTorch's function, the interval to draw from, where it bends or jumps)
UNARY = {
    "abs": (torch.abs, -2, 2, [0]),
    "acos": (torch.acos, -0.95, 0.95, []),
    "asin": (torch.asin, -0.95, 0.95, []),
    "atan": (torch.atan, -5, 5, []),
    "ceil": (torch.ceil, -3, 3, WHOLE),
    "cos": (torch.cos, -4, 4, []),
    "cosh": (torch.cosh, -3, 3, []),
    "elu": (F.elu, -4, 4, [0]),
    "erf": (torch.erf, -2, 2, []),
    "erfc": (torch.erfc, -2, 3, []),
    "exp": (torch.exp, -3, 3, []),
    "expm1": (torch.expm1, -3, 3, []),
    "floor": (torch.floor, -3, 3, WHOLE),
    "gelu": (F.gelu, -4, 4, []),
    "hardtanh": (F.hardtanh, -2, 2, [-1, 1]),
    "leaky_relu": (F.leaky_relu, -2, 2, [0]),
    "log": (torch.log, 0.1, 4, []),
    "log1p": (torch.log1p, -0.9, 4, []),
    "logsigmoid": (F.logsigmoid, -4, 4, []),
    "mish": (F.mish, -4, 4, []),
    "negate": (torch.neg, -2, 2, []),
    "reciprocal": (torch.reciprocal, 0.2, 3, []),
    "relu": (torch.relu, -2, 2, [0]),
    "relu6": (F.relu6, -2, 8, [0, 6]),
    "round": (torch.round, -3, 3, HALVES),
    "rsqrt": (torch.rsqrt, 0.1, 4, []),
    "selu": (F.selu, -4, 4, [0]),
    "sigmoid": (torch.sigmoid, -4, 4, []),
    "sign": (torch.sign, -2, 2, [0]),
    "silu": (F.silu, -4, 4, []),
    "sin": (torch.sin, -4, 4, []),
    "sinh": (torch.sinh, -3, 3, []),
    "softplus": (F.softplus, -4, 4, []),
    "sqrt": (torch.sqrt, 0.1, 4, []),
    "square": (torch.square, -2, 2, []),
    "tan": (torch.tan, -1.2, 1.2, []),
    "tanh": (torch.tanh, -3, 3, []),
}
# Those that have no value, or an infinite slope, at the hard numbers below 0.
POSITIVE = {"sqrt", "log", "rsqrt"}
# Those whose values or slopes at the hard numbers leave the range of float32.
NARROW = {"huge": {"cosh", "exp", "expm1", "sinh", "sigmoid", "erfc", "mish"}, "tiny": {"reciprocal", "rsqrt"}}
# PyTorch computes e^x - 1 as it is written there, and loses the digits of small x: tests/ops/elementwise.cpp has those.
ROUGH = {"elu", "selu"}
# Beyond 1 these are NaN, and so is whatever a formula makes of their slope.
BOUNDED = {"asin", "acos"}

BINARY = {
    "add": (torch.add, (-2, 2), (-2, 2)),
    "subtract": (torch.sub, (-2, 2), (-2, 2)),
    "multiply": (torch.mul, (-2, 2), (-2, 2)),
    "divide": (torch.div, (-2, 2), (0.4, 2)),
    "pow": (torch.pow, (0.2, 2), (-2, 3)),
    "maximum": (torch.maximum, (-2, 2), (-2, 2)),
    "minimum": (torch.minimum, (-2, 2), (-2, 2)),
}
COMPARISONS = {
    "greater": torch.gt,
    "greater_equal": torch.ge,
    "less": torch.lt,
    "less_equal": torch.le,
    "equal": torch.eq,
    "not_equal": torch.ne,
}
LOGIC = {"logical_and": torch.logical_and, "logical_or": torch.logical_or, "logical_xor": torch.logical_xor}
TESTS = {"logical_not": torch.logical_not, "isnan": torch.isnan, "isinf": torch.isinf, "isfinite": torch.isfinite}
WITH_NUMBER = {
    "add_number": lambda x, number: x + number,
    "subtract_number": lambda x, number: x - number,
    "subtract_from_number": lambda x, number: number - x,
    "multiply_number": lambda x, number: x * number,
    "divide_number": lambda x, number: x / number,
    "divide_into_number": lambda x, number: number / x,
}


def unary(golden):
    for name, (function, low, high, bends) in UNARY.items():
        for shape in SHAPES:
            golden.add(name, function, [golden.away(shape, bends, low, high)])
        if bends:
            golden.add(name, function, [[float(b) for b in bends]], second=False)
        positive = name in POSITIVE
        for kind, hard in (("huge", HUGE), ("tiny", TINY)):
            numbers = [x for x in hard if x > 0] if positive or (name in ROUGH and kind == "tiny") else hard
            gradients = not (name in BOUNDED and kind == "huge")
            golden.add(name, function, [numbers], gradients, second=False, float32=name not in NARROW[kind])
        denormal = [abs(x) for x in DENORMAL] if positive or name in ROUGH else DENORMAL
        golden.add(name, function, [denormal], second=False, float32=False)
        golden.add(name, function, [NOT_FINITE], gradients=False)
    for name in ("abs", "ceil", "floor", "negate", "relu6", "round", "sign", "square"):
        golden.add(name, UNARY[name][0], [golden.integers((2, 4), -9, 9)])
    for name, function, edge in (("asin", torch.asin, 1.0), ("acos", torch.acos, 1.0), ("log1p", torch.log1p, -1.0)):
        golden.add(name, function, [[edge]], second=False)
    golden.add("log1p", torch.log1p, [[1e-20, -1e-20, 1e-10]])
    golden.add("expm1", torch.expm1, [[1e-20, -1e-20, 1e-10]])
    golden.add("erfc", torch.erfc, [[5.0]])
    golden.add("erfc", torch.erfc, [[10.0]], float32=False)


def with_options(golden):
    def try_all(name, function, bends, low=-3, high=3, **options):
        for shape in ((), (4,), (2, 3), (0, 2)):
            golden.add(name, function, [golden.away(shape, bends, low, high)], **options)
        if bends:
            golden.add(name, function, [[float(b) for b in bends]], second=False, **options)

    for alpha in (1.0, 0.5, 2.0, 1.6732632423543772):
        try_all("elu", F.elu, [0], alpha=alpha)
        golden.add("elu", F.elu, [HUGE], second=False, alpha=alpha)
    for slope in (0.01, 0.2, 0.0, 1.0, 1.5, -0.5):
        try_all("leaky_relu", F.leaky_relu, [0], negative_slope=slope)
    for low, high in ((-1.0, 1.0), (0.0, 2.0), (-2.5, -0.5), (-INF, 0.5), (-0.5, INF)):
        edges = [x for x in (low, high) if abs(x) < INF]
        try_all("hardtanh", F.hardtanh, edges, min_val=low, max_val=high)
        golden.add("hardtanh", F.hardtanh, [HUGE + [NAN]], second=False, min_val=low, max_val=high)
    for low, high in ((0.5, -0.5), (0.25, 0.25)):
        golden.add("hardtanh", F.hardtanh, [golden.away((2, 4), [low, high])], min_val=low, max_val=high)
    for decimals in (0, 1, 3, -1, -3):
        golden.add("round_decimals", torch.round, [golden.uniform((2, 3), -2e3, 2e3)], second=False, decimals=decimals)
        golden.add("round_decimals", torch.round, [golden.uniform((), -5, 5)], second=False, decimals=decimals)
    for approximate in ("none", "tanh"):
        try_all("gelu", F.gelu, [], approximate=approximate)
        golden.add("gelu", F.gelu, [HUGE + TINY], second=False, approximate=approximate)
    for beta, threshold in ((1.0, 20.0), (2.0, 20.0), (0.5, 20.0), (2.0, 1.0), (3.0, 0.75), (-1.5, 20.0)):
        try_all("softplus", F.softplus, [threshold / beta] if beta > 0 else [], beta=beta, threshold=threshold)
        golden.add("softplus", F.softplus, [[-1e4, 1e4, -100.0, 100.0] + TINY], second=False, beta=beta, threshold=threshold)
    for exponent in (2.0, 3.0, -1.0, 0.5, 0.0, 1.0, -2.0, 1.5, 4.0, -0.5):
        try_all("power", torch.pow, [], 0.2, 3, exponent=exponent)
    for exponent in (0.0, 1.0, 2.0, 3.0, 4.0):
        golden.add("power", torch.pow, [[0.0, -1.5, -0.0, 2.0]], exponent=exponent)
    for exponent in (-1.0, -2.0, -3.0):
        golden.add("power", torch.pow, [[-1.5, 2.0, -0.25]], exponent=exponent)
    for name, function in WITH_NUMBER.items():
        for number in (2.5, -1.0, 0.0):
            if name != "divide_number" or number != 0:
                try_all(name, function, [], 0.3, 3, number=number)


def binary(golden):
    for name, (function, left, right) in BINARY.items():
        for a, b in BROADCASTS:
            golden.add(name, function, [golden.uniform(a, *left), golden.uniform(b, *right)])
    for name in ("maximum", "minimum"):
        golden.add(name, BINARY[name][0], [[1.0, 2.0, -3.0, 0.0], [1.0, 2.0, -3.0, -0.0]], second=False)
        golden.add(name, BINARY[name][0], [[NAN, 1.0, NAN, INF, -INF], [1.0, NAN, NAN, 1.0, 1.0]], second=False)
    for name in ("add", "subtract", "multiply", "maximum", "minimum"):
        golden.add(name, BINARY[name][0], [golden.integers((2, 3), -5, 5), golden.integers((3,), -5, 5)])
        golden.add(name, BINARY[name][0], [golden.integers((2, 3), -5, 5), golden.uniform((2, 1))])
    for name in ("add", "subtract", "multiply"):
        golden.add(name, BINARY[name][0], [HUGE, HUGE[::-1]])
        golden.add(name, BINARY[name][0], [[1e-310, 5e-324, -1e-310], [1.0, 2.0, 1e-310]], float32=False)
        golden.add(name, BINARY[name][0], [[INF, INF, NAN, -INF], [INF, -INF, 1.0, 0.0]], gradients=False)
    # An infinite slope must not turn into NaN where the other side was chosen.
    golden.add("sqrt_of_maximum", lambda x, y: torch.sqrt(torch.maximum(x, y)), [[-1.0, 4.0, 0.0], [0.0, 0.0, 0.0]], second=False)
    golden.add("multiply", torch.mul, [golden.booleans((4,)), golden.uniform((4,))])
    golden.add("divide", torch.div, [[1.0, -2.0, 3.0], [-0.5, -4.0, -1e4]])
    golden.add("divide", torch.div, [[1.0, -1.0, 0.0, INF, 1.0], [0.0, 0.0, 0.0, INF, -0.0]], gradients=False)
    golden.add("pow", torch.pow, [[0.0, 0.0, 0.0, 2.0, 1.0], [1.0, 2.0, 0.0, 0.0, 5.0]], second=False)
    golden.add("pow", torch.pow, [[-2.0, -0.5, -1.5], [2.0, 3.0, -1.0]], gradients=[0])
    golden.add("pow", torch.pow, [[-2.0, 0.0, 0.0, INF], [0.5, -1.0, 0.5, 0.0]], gradients=False)


def choices(golden):
    for c, a, b in (((2, 3), (2, 3), (2, 3)), ((3,), (2, 3), ()), ((2, 1), (3,), (1, 3)), ((), (2,), (2,)), ((0,), (0,), (1,)),
                    ((2, 2), (), ())):
        golden.add("where", torch.where, [golden.booleans(c), golden.uniform(a), golden.uniform(b)])
        golden.add("where", torch.where, [golden.booleans(c), golden.integers(a, 0, 9), golden.integers(b, 0, 9)])
    for shape in ((), (3,), (2, 3), (0,)):
        golden.add("where_else_number", lambda c, x: torch.where(c, x, -1.5), [golden.booleans(shape), golden.uniform(shape)])
        golden.add("where_number_else", lambda c, x: torch.where(c, 2.5, x), [golden.booleans(shape), golden.uniform(shape)])
        golden.add("pow_of_number", lambda x, base: torch.pow(base, x), [golden.uniform(shape)], base=1.7)
    golden.add("pow_of_number", lambda x, base: torch.pow(base, x), [[0.0, 1.0, 2.5]], second=False, base=0.0)
    for x, w in (((2, 3), (3,)), ((2, 3), (1,)), ((2, 3, 2), (3,)), ((4,), (1,)), ((1, 2, 2, 2), (2,)), ((2, 1), (1,)), ((2, 3, 2), ()), ((), ()), ((4,), ()),
                 ((), (1,)), ((0, 3), (3,))):
        golden.add("prelu", F.prelu, [golden.away(x, [0]), golden.uniform(w, -0.5, 0.5)])
    golden.add("prelu", F.prelu, [[[0.0, -1.0, 2.0]], [0.25]], second=False)
    golden.add("prelu", F.prelu, [[HUGE + TINY], [0.25]], second=False)
    # PyTorch adds 1e-12 to the denominators of its second derivative, so that only ten of its digits are right.
    bce = lambda p, t: F.binary_cross_entropy(p, t, reduction="none")
    for shape in SHAPES:
        golden.add("binary_cross_entropy", bce, [golden.uniform(shape, 0.1, 0.9), golden.uniform(shape, 0, 1)], second=False)
    golden.add("binary_cross_entropy", bce, [[0.0, 1.0, 0.0, 1.0, 0.5], [0.0, 1.0, 1.0, 0.0, 1.0]], gradients=False)


def clamping(golden):
    for bounds in (dict(min=-0.5), dict(max=0.5), dict(min=-1.0, max=0.75), dict(min=1.0, max=-1.0), dict(min=0.0, max=0.0),
                   dict(min=-INF, max=0.5)):
        edges = sorted({x for x in bounds.values() if abs(x) < INF})
        for shape in SHAPES:
            golden.add("clamp", torch.clamp, [golden.away(shape, edges)], **bounds)
        golden.add("clamp", torch.clamp, [edges], second=False, **bounds)
        golden.add("clamp", torch.clamp, [HUGE + TINY[2:] + [NAN, INF]], second=False, **bounds)
    golden.add("clamp", torch.clamp, [golden.integers((6,), -5, 5)], min=-2, max=3)
    # An infinite slope at the bound must not turn into NaN outside.
    golden.add("sqrt_of_relu", lambda x: torch.sqrt(torch.relu(x)), [[-1.0, 4.0, -1e-9, 0.0]], second=False)
    golden.add("log_of_relu6", lambda x: torch.log(F.relu6(x)), [[-1.0, 4.0, 7.0]], second=False)
    golden.add("sqrt_of_clamp", lambda x: torch.sqrt(torch.clamp(x, min=0)), [[-1.0, 4.0, -1e-9]], second=False)
    both = lambda x, low, high: torch.clamp(x, min=low, max=high)
    for x, bound in BROADCASTS:
        golden.add("clamp_min", torch.clamp_min, [golden.uniform(x), golden.uniform(bound)])
        golden.add("clamp_max", torch.clamp_max, [golden.uniform(x), golden.uniform(bound)])
        if torch.broadcast_shapes(x, bound) == x:
            golden.add("clamp_between", both, [golden.uniform(x), golden.uniform(bound, -1.5, -0.2), golden.uniform(bound, 0.2, 1.5)])
    golden.add("clamp_min", torch.clamp_min, [[0.0, 1.0, NAN, 1.0], [0.0, 1.0, 1.0, NAN]], second=False)
    golden.add("clamp_max", torch.clamp_max, [[0.0, 1.0, NAN, 1.0], [0.0, 1.0, 1.0, NAN]], second=False)
    golden.add("clamp_between", both, [[-2.0, 0.0, 2.0], [1.0, 1.0, 1.0], [-1.0, -1.0, -1.0]], second=False)
    for x in ((2, 3), (4,)):
        golden.add("clamp_between", both, [golden.uniform(x), None, golden.uniform(x)])
        golden.add("clamp_between", both, [golden.uniform(x), golden.uniform(x), None])


def comparisons(golden):
    for name, function in COMPARISONS.items():
        for a, b in BROADCASTS:
            golden.add(name, function, [golden.integers(a, 0, 3).to(torch.float64), golden.integers(b, 0, 3).to(torch.float64)])
        golden.add(name, function, [golden.integers((7,), 0, 2), golden.integers((7,), 0, 2)])
        golden.add(name, function, [golden.booleans((7,)), golden.booleans((7,))])
        golden.add(name, function, [NOT_FINITE + [0.0], [NAN] * 4])


def logic(golden):
    odd = [0.0, -0.0, 1.0, -2.5, NAN, INF]
    for name, function in LOGIC.items():
        for a, b in BROADCASTS:
            golden.add(name, function, [golden.booleans(a), golden.booleans(b)])
        golden.add(name, function, [odd, odd[::-1]])
        golden.add(name, function, [golden.integers((8,), 0, 3), golden.booleans((8,))])
    for name, function in TESTS.items():
        golden.add(name, function, [odd + [-INF, 5e-324]], float32=False)
        golden.add(name, function, [odd + [-INF]])
        golden.add(name, function, [golden.integers((2, 3), 0, 2)])
        golden.add(name, function, [golden.booleans((2, 3))])
        for shape in SHAPES:
            golden.add(name, function, [golden.integers(shape, 0, 2).to(torch.float64)])


def cases(golden):
    unary(golden)
    with_options(golden)
    binary(golden)
    choices(golden)
    clamping(golden)
    comparisons(golden)
    logic(golden)
