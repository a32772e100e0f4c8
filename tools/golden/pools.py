"""Max pooling and adaptive pooling, and the layers for them."""
import math

import torch
import torch.nn.functional as F

from golden.networks import pool

# Along one axis: length, kernel, stride, padding, dilation.
WINDOWS = [(6, 2, None, 0, 1), (7, 2, 2, 0, 1), (7, 3, 1, 1, 1), (5, 3, 2, 1, 1), (8, 3, 3, 0, 2), (4, 4, 1, 2, 1), (5, 1, 2, 0, 1),
           (3, 3, None, 1, 1), (7, 2, 3, 1, 2), (1, 1, 1, 0, 1), (9, 4, 3, 2, 1), (6, 5, 2, 2, 1), (9, 3, 2, 1, 3), (7, 4, 1, 2, 2)]
# Lengths of input and output, so that windows tile, overlap, are single entries, and repeat them.
ADAPTIVE = [(6, 3), (7, 3), (5, 5), (4, 6), (1, 3), (9, 4), (8, 1), (10, 7)]


def turned(function):
    """Of an image whose axes are exchanged: its numbers do not lie in rows."""
    return lambda x, turned=False, **options: function(x.transpose(-1, -2) if turned else x, **options)


def max_pool(function):
    return turned(pool(lambda x, **options: function(x, return_indices=True, **options)))


def max_pools(golden):
    for i, (length, kernel, stride, padding, dilation) in enumerate(WINDOWS):
        for ceil_mode in (False, True):
            options = dict(kernel_size=[kernel], stride=stride and [stride], padding=[padding], dilation=[dilation], ceil_mode=ceil_mode)
            golden.add("max_pool1d", max_pool(F.max_pool1d), [golden.apart((2, 3, length))], **options)
            other = WINDOWS[(i + 3) % len(WINDOWS)]
            options = dict(options, kernel_size=[kernel, other[1]], stride=[stride or kernel, other[2] or other[1]], padding=[padding, other[3]],
                           dilation=[dilation, other[4]])
            golden.add("max_pool2d", max_pool(F.max_pool2d), [golden.apart((2, 2, length, other[0]))], **options)
            golden.add("max_pool2d", max_pool(F.max_pool2d), [golden.apart((1, 2, other[0], length))], turned=True, **options)
    for shape in ((2, 4), (0, 2, 4), (1, 1, 4)):
        golden.add("max_pool1d", max_pool(F.max_pool1d), [golden.apart(shape)], kernel_size=[2])
        golden.add("max_pool2d", max_pool(F.max_pool2d), [golden.apart(shape + (3,))], kernel_size=[2])
    golden.add("max_pool1d", max_pool(F.max_pool1d), [golden.apart((1, 5, 2))], turned=True, kernel_size=[2])
    for numbers in hard_numbers(golden):
        golden.add("max_pool1d", max_pool(F.max_pool1d), [numbers.reshape(1, 3, 8)], second=False, kernel_size=[3], stride=[2], padding=[1])
        golden.add("max_pool2d", max_pool(F.max_pool2d), [numbers.reshape(1, 1, 4, 6)], second=False, kernel_size=[2, 3], stride=[1, 2])


def hard_numbers(golden):
    """Ties, infinities and NaN: the first of equal numbers is chosen, and the last NaN."""
    yield golden.integers((24,), 0, 3).double()
    yield torch.zeros(24, dtype=torch.float64)
    for special in (-math.inf, math.inf, math.nan):
        numbers = golden.apart((24,))
        numbers[golden.integers((12,), 0, 24)] = special
        yield numbers
    yield torch.full((24,), -math.inf, dtype=torch.float64)


def adaptive_pools(golden):
    def both(rank, shape, size, hard=None, **options):
        for kind, function in (("avg", F.adaptive_avg_pool1d), ("max", F.adaptive_max_pool1d)) if rank == 1 else (
                ("avg", F.adaptive_avg_pool2d), ("max", F.adaptive_max_pool2d)):
            run = max_pool(function) if kind == "max" else turned(function)
            x = golden.apart(shape) if hard is None else hard.reshape(shape)
            empty = size == 0 or size == [0, 2]  # PyTorch's derivative fails for these
            golden.add(f"adaptive_{kind}_pool{rank}d", run, [x], gradients=not empty, second=hard is None, output_size=size, **options)

    for i, (length, size) in enumerate(ADAPTIVE):
        other = ADAPTIVE[(i + 3) % len(ADAPTIVE)]
        both(1, (2, 3, length), size)
        both(2, (2, 2, length, other[0]), [size, other[1]])
        both(2, (1, 2, other[0], length), [size, other[1]], turned=True)
        both(2, (1, 1, length, other[0]), size)
    for size in ([None, 2], [3, None], [None, None], 0, [0, 2]):
        both(2, (2, 3, 4), size)
    both(1, (2, 5), 2)
    both(1, (0, 2, 5), 2)
    both(2, (0, 2, 3, 4), 2)
    for numbers in hard_numbers(golden):
        both(1, (1, 3, 8), 3, numbers)
        both(2, (1, 1, 4, 6), [3, 4], numbers)


# name: (the layer, the shape of its input). The test's table makes the same layer.
MODULES = {
    "MaxPool1d": (lambda: torch.nn.MaxPool1d(3, 2, padding=1, dilation=2, ceil_mode=True), (2, 2, 7)),
    "MaxPool2d": (lambda: torch.nn.MaxPool2d((2, 3), stride=(1, 2), padding=(0, 1)), (2, 2, 4, 7)),
    "AdaptiveAvgPool1d": (lambda: torch.nn.AdaptiveAvgPool1d(3), (2, 2, 7)),
    "AdaptiveAvgPool2d": (lambda: torch.nn.AdaptiveAvgPool2d((None, 2)), (2, 2, 3, 5)),
    "AdaptiveMaxPool1d": (lambda: torch.nn.AdaptiveMaxPool1d(2), (2, 2, 5)),
    "AdaptiveMaxPool2d": (lambda: torch.nn.AdaptiveMaxPool2d(2), (2, 2, 3, 4)),
}


def cases(golden):
    max_pools(golden)
    adaptive_pools(golden)
    for name, (make, shape) in MODULES.items():
        golden.add("nn." + name, make(), [golden.apart(shape)])
