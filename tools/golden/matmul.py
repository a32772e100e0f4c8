"""Products of vectors, matrices and batches of them: every combination of ranks, broadcast batches, nothing at all."""
import torch

LEADING = [(), (1,), (2,), (3, 1), (1, 2), (3, 2)]
SIZES = [(2, 3, 4), (1, 3, 1), (3, 1, 2), (1, 1, 1), (0, 3, 2), (2, 0, 3), (2, 3, 0), (7, 5, 9)]


def fit(a, b):
    try:
        torch.broadcast_shapes(a, b)
    except RuntimeError:
        return False
    return True


def matrices(golden):
    for m, k, n in SIZES:
        for a, b in (((k,), (k,)), ((k,), (k, n)), ((m, k), (k,)), ((m, k), (k, n))):
            golden.add("matmul", torch.matmul, [golden.uniform(a), golden.uniform(b)])
    for a in LEADING:
        for b in LEADING:
            if (a or b) and fit(a, b):
                golden.add("matmul", torch.matmul, [golden.uniform(a + (2, 3)), golden.uniform(b + (3, 2))])
    for lead in LEADING[1:]:
        golden.add("matmul", torch.matmul, [golden.uniform((3,)), golden.uniform(lead + (3, 2))])
        golden.add("matmul", torch.matmul, [golden.uniform(lead + (2, 3)), golden.uniform((3,))])
    for a, b in (((0, 2, 3), (3, 2)), ((0, 2, 3), (0, 3, 2)), ((2, 0, 3), (2, 3, 2)), ((2, 2, 0), (2, 0, 3)), ((2, 2, 0), (0, 3)),
                 ((2, 0, 3), (3,)), ((1, 2, 3), (0, 3, 2)), ((2, 1, 1), (2, 1, 1))):
        golden.add("matmul", torch.matmul, [golden.uniform(a), golden.uniform(b)])
    # The same tensor on both sides.
    for x in ((3, 3), (2, 3, 3)):
        golden.add("matmul_itself", lambda t: torch.matmul(t, t), [golden.uniform(x)])
        golden.add("matmul_transposed", lambda t: torch.matmul(t, t.transpose(-1, -2)), [golden.uniform(x)])


def others(golden):
    for a, b in (((2, 2, 3), (2, 3, 4)), ((1, 2, 3), (1, 3, 1)), ((3, 1, 1), (3, 1, 1)), ((0, 2, 3), (0, 3, 2)), ((2, 0, 3), (2, 3, 2)),
                 ((2, 2, 0), (2, 0, 2)), ((4, 5, 3), (4, 3, 5))):
        golden.add("bmm", torch.bmm, [golden.uniform(a), golden.uniform(b)])
    for n in (1, 2, 5, 0, 17):
        golden.add("dot", torch.dot, [golden.uniform((n,)), golden.uniform((n,))])
    golden.add("dot", torch.dot, [golden.integers((4,), -5, 5), golden.integers((4,), -5, 5)])
    for a, b in ((3, 4), (1, 3), (3, 1), (1, 1), (0, 3), (3, 0)):
        golden.add("outer", torch.outer, [golden.uniform((a,)), golden.uniform((b,))])
    golden.add("outer", torch.outer, [golden.integers((3,), -5, 5), golden.uniform((2,))])
    linear = torch.nn.functional.linear
    for x in ((4, 3), (3,), (2, 4, 3), (0, 3), (2, 1, 2, 3), (1, 3)):
        for out in (2, 1):
            golden.add("linear", linear, [golden.uniform(x), golden.uniform((out, 3)), golden.uniform((out,))])
            golden.add("linear", linear, [golden.uniform(x), golden.uniform((out, 3)), None])


def cases(golden):
    matrices(golden)
    others(golden)
