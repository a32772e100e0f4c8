"""Arguments that change how a function computes (alpha, rounding_mode, dtype), and what it makes of integers and truths."""
import torch
import torch.nn.functional as F

from .frame import BROADCASTS

INF, NAN = float("inf"), float("nan")


def arithmetic(golden):
    for name, function in (("add", torch.add), ("sub", torch.sub)):
        call = lambda a, b, alpha, function=function: function(a, b, alpha=alpha)
        for i, (left, right) in enumerate(BROADCASTS):
            golden.add(name, call, [golden.uniform(left), golden.uniform(right)], alpha=[2.0, -3.125, 0.0, 1.0][i % 4])
        golden.add(name, call, [golden.integers((2, 3), -9, 9), golden.integers((3,), -9, 9)], alpha=-3)
        golden.add(name, call, [golden.integers((2, 3), -9, 9), golden.uniform((3,))], alpha=0.5)
    for mode in ("trunc", "floor"):
        call = lambda a, b, rounding_mode: torch.div(a, b, rounding_mode=rounding_mode)
        for left, right in BROADCASTS:
            golden.add("div", call, [golden.uniform(left, -9, 9), golden.away(right, [0])], second=False, rounding_mode=mode)
        for hard in ([[7.0, -7.0, 7.0, -7.0], [2.0, 2.0, -2.0, -2.0]], [[6.0, -6.0, 0.0, -0.0], [3.0, 3.0, -3.0, 3.0]],
                     [[1.0, -1.0, INF, NAN, 0.0, 5.0], [0.0, 0.0, 2.0, 1.0, 0.0, INF]]):
            golden.add("div", call, hard, gradients=False, rounding_mode=mode)
        # 1 / 0.1 rounds up to 10 where 9 is right; without its remainder 14.2… divided by 0.49 rounds to just below 28.
        golden.add("div", call, [[1.0, -1.0, 0.3, 1.0, 6.0, 14.209999999999999], [0.1, 0.1, 0.1, -0.1, 0.2, 0.49]], gradients=False, float32=False, rounding_mode=mode)
        for low, high in ((1, 5), (-5, 0)):
            golden.add("div", call, [golden.integers((4, 5), -20, 20), golden.integers((5,), low, high)], rounding_mode=mode)
        golden.add("div", call, [golden.integers((4, 5), -20, 20), golden.uniform((5,), 0.5, 2)], gradients=False, rounding_mode=mode)


def integers_and_truths(golden):
    golden.add("pow", torch.pow, [golden.integers((4, 5), -5, 6), golden.integers((5,), 0, 6)])
    golden.add("pow", torch.pow, [torch.arange(-2, 3).reshape(5, 1), torch.arange(-3, 4)])
    golden.add("pow", torch.pow, [golden.uniform((2, 3)), golden.integers((3,), 0, 5)], gradients=[0])
    golden.add("pow", torch.pow, [[0.0] * 6, [-1.0, -0.5, 0.0, 0.5, 1.0, 2.0]], second=False)
    golden.add("square", torch.square, [golden.booleans((3,))])
    for exponent in (0, 1, 2, 3, 7):
        golden.add("pow_number", lambda x, exponent: torch.pow(x, exponent), [golden.integers((2, 3), -5, 6)], exponent=exponent)
        golden.add("number_pow", lambda x, base: torch.pow(base, x), [golden.integers((2, 3), 0, 6)], base=exponent)
    golden.add("relu", torch.relu, [golden.integers((3, 4), -5, 6)])
    truths = lambda: [golden.booleans((2, 4)), golden.booleans((4,))]
    for name in ("add", "mul", "maximum", "minimum"):
        golden.add(name + "_of_truths", getattr(torch, name), truths())
    golden.add("sign", torch.sign, [golden.booleans((3,))])


def dtypes(golden):
    # The float32 path would be asked for float64.
    one = lambda *case, **options: golden.add(*case, float32=options.get("dtype") != "float64", **options)
    kinds = [golden.uniform((2, 3), -4, 4), golden.integers((2, 3), -4, 5), golden.booleans((2, 3))]
    for x in kinds:
        for dtype in ("float64", "int64", "bool"):
            if dtype == "bool" and x.dtype == torch.float64:
                continue
            for name in ("sum", "prod"):
                one(name, lambda x, axis, keepdim, dtype, name=name: getattr(torch, name)(x, axis, keepdim, dtype=getattr(torch, dtype)),
                           [x], gradients=dtype == "float64", axis=1, keepdim=dtype == "int64", dtype=dtype)
                one(name + "_of_all", lambda x, dtype, name=name: getattr(torch, name)(x, dtype=getattr(torch, dtype)), [x], gradients=dtype == "float64", dtype=dtype)
            if dtype != "bool":
                one("cumsum", lambda x, axis, dtype: torch.cumsum(x, axis, dtype=getattr(torch, dtype)), [x], gradients=dtype == "float64", axis=0, dtype=dtype)
        one("mean", lambda x, axis, keepdim, dtype: torch.mean(x, axis, keepdim, dtype=torch.float64), [x], axis=0, keepdim=True, dtype="float64")
        one("mean_of_all", lambda x, dtype: torch.mean(x, dtype=torch.float64), [x], dtype="float64")
        for name in ("softmax", "log_softmax"):
            for axis in (0, -1):
                one(name, lambda x, axis, dtype, name=name: getattr(torch, name)(x, axis, dtype=torch.float64), [x], axis=axis, dtype="float64")
    for axis in (0, -1):
        for name in ("softmax", "log_softmax"):
            one(name, lambda x, axis, dtype, name=name: getattr(torch, name)(x, axis, dtype=torch.float64), [golden.uniform(())], axis=axis, dtype="float64")
    one("norm", lambda x, p, axis, keepdim, dtype: torch.norm(x, p, axis, keepdim, dtype=torch.float64), [golden.uniform((2, 3))], p=3.0, axis=1, keepdim=True, dtype="float64")
    for axes in (None, [0], [1, 2], [-1, 0]):
        one("norm_fro", lambda x, axes: torch.norm(x, "fro", axes), [golden.uniform((2, 3, 2))], axes=axes)


def dropouts(golden):
    for p, training in ((0.0, True), (0.5, False), (1.0, True)):
        for shape in ((), (5,), (2, 3)):
            golden.add("dropout", lambda x, p, training: F.dropout(x, p, training), [golden.uniform(shape)], p=p, training=training)


def cases(golden):
    arithmetic(golden)
    integers_and_truths(golden)
    dtypes(golden)
    dropouts(golden)
