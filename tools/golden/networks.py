"""What convolutional networks are made of: convolutions, pooling, normalization, and the layers that own their weights."""
import torch
import torch.nn.functional as F
from torch.nn.utils.stateless import functional_call

# The options of a convolution along one axis: kernel, stride, padding, dilation.
STEPS = [(1, 1, 0, 1), (2, 1, 0, 1), (3, 1, 1, 1), (3, 2, 0, 1), (3, 2, 1, 1), (2, 3, 1, 1), (2, 1, 0, 2), (3, 1, 2, 2),
         (2, 2, 3, 2), (4, 3, 2, 1), (1, 2, 1, 1), (5, 1, 2, 1)]
# Channels: in, out, groups.
CHANNELS = [(1, 1, 1), (1, 3, 1), (3, 2, 1), (4, 2, 2), (2, 4, 2), (3, 3, 3), (3, 6, 3)]


def convolutions(golden):
    def one(name, function, batch, channels, length, kernel, bias=True, **options):
        inputs, outputs, groups = channels
        x = golden.uniform(tuple(batch) + (inputs,) + tuple(length))
        w = golden.uniform((outputs, inputs // groups) + tuple(kernel))
        options = dict(options, groups=groups)
        golden.add(name, function, [x, w, golden.uniform((outputs,)) if bias else None], **options)

    for i, (kernel, stride, padding, dilation) in enumerate(STEPS):
        for j, channels in enumerate(CHANNELS):
            options = dict(stride=[stride], padding=[padding], dilation=[dilation])
            one("conv1d", F.conv1d, (2,), channels, (7,), (kernel,), bias=(i + j) % 3 != 0, **options)
            if (i + j) % 2 == 0:
                other = STEPS[(i + 5) % len(STEPS)]
                options = dict(stride=[stride, other[1]], padding=[padding, other[2]], dilation=[dilation, other[3]])
                one("conv2d", F.conv2d, (2,), channels, (6, 5), (kernel, other[0]), bias=(i + j) % 4 != 0, **options)
    for kernel in (1, 2, 3, 4):
        for dilation in (1, 2):
            for padding in ("same", "valid"):
                options = dict(stride=[1], padding=padding, dilation=[dilation])
                one("conv1d", F.conv1d, (2,), (2, 2, 1), (8,), (kernel,), **options)
                one("conv2d", F.conv2d, (1,), (2, 2, 2), (7, 8), (kernel, 5 - kernel), **dict(options, stride=[1, 1], dilation=[dilation, 1]))
    plain1, plain2 = dict(stride=[1], padding=[0], dilation=[1]), dict(stride=[1, 1], padding=[0, 0], dilation=[1, 1])
    for batch in ((), (0,), (1,), (3,)):  # unbatched, empty, one, several
        one("conv1d", F.conv1d, batch, (2, 3, 1), (5,), (3,), **plain1)
        one("conv2d", F.conv2d, batch, (2, 3, 1), (5, 4), (3, 2), **plain2)
    one("conv1d", F.conv1d, (2,), (1, 1, 1), (3,), (3,), **plain1)  # a kernel as long as the input
    one("conv2d", F.conv2d, (2,), (1, 1, 1), (1, 1), (1, 1), **plain2)
    one("conv2d", F.conv2d, (1,), (1, 2, 1), (12, 11), (3, 3), **plain2)


# Pooling along one axis: length, kernel, stride, padding.
WINDOWS = [(6, 2, None, 0), (7, 2, 2, 0), (7, 3, 1, 1), (5, 3, 2, 1), (8, 3, 3, 0), (4, 4, 1, 2), (5, 1, 2, 0), (3, 3, None, 1),
           (7, 2, 3, 1), (1, 1, 1, 0), (9, 4, 3, 2), (6, 5, 2, 2)]


def average_pools(golden):
    for i, (length, kernel, stride, padding) in enumerate(WINDOWS):
        for ceil_mode in (False, True):
            for counted in (False, True):
                options = dict(kernel_size=[kernel], stride=stride and [stride], padding=[padding], ceil_mode=ceil_mode,
                               count_include_pad=counted)
                golden.add("avg_pool1d", pool(F.avg_pool1d), [golden.uniform((2, 3, length))], **options)
                other = WINDOWS[(i + 3) % len(WINDOWS)]
                options = dict(options, kernel_size=[kernel, other[1]], stride=[stride or kernel, other[2] or other[1]],
                               padding=[padding, other[3]], divisor_override=3 if (i + counted) % 3 == 0 else None)
                golden.add("avg_pool2d", pool(F.avg_pool2d), [golden.uniform((2, 2, length, other[0]))], **options)
    for shape in ((2, 4), (0, 2, 4), (1, 1, 4)):
        golden.add("avg_pool1d", pool(F.avg_pool1d), [golden.uniform(shape)], kernel_size=[2])
        golden.add("avg_pool2d", pool(F.avg_pool2d), [golden.uniform(shape + (3,))], kernel_size=[2])


def pool(function):
    """PyTorch refuses None for a stride or a divisor that is left out in some of these."""
    return lambda x, **options: function(x, **{k: v for k, v in options.items() if v is not None})


def batch_norms(golden):
    def run(x, mean, variance, weight, bias, **options):
        if mean is not None:
            mean, variance = mean.clone(), variance.clone()
        y = F.batch_norm(x, mean, variance, weight, bias, **options)
        return y if mean is None else [y, mean, variance]

    shapes = [(4, 3), (5, 1), (3, 2, 4), (2, 3, 2, 3), (1, 2, 3, 2), (6, 2, 1, 1), (2, 2, 2, 2, 3)]
    for i, shape in enumerate(shapes):
        channels = (shape[1],)
        for affine in (True, False):
            weight, bias = (golden.uniform(channels, 0.5, 1.5), golden.uniform(channels)) if affine else (None, None)
            for training in (True, False):
                for momentum in (0.1, 0.0, 1.0):
                    golden.add("batch_norm", run, [golden.apart(shape), golden.uniform(channels), golden.uniform(channels, 0.5, 2), weight, bias],
                               gradients=[0, 3, 4], training=training, momentum=momentum, eps=1e-5)
            golden.add("batch_norm", run, [golden.apart(shape), None, None, weight, bias], training=True, momentum=0.1, eps=0.1)
        golden.add("batch_norm", run, [golden.apart(shape), golden.uniform(channels), golden.uniform(channels, 0.5, 2), golden.uniform(channels), None],
                   gradients=[0, 3], training=i % 2 == 0, momentum=0.25, eps=0.5)
    for shape in ((0, 3), (0, 2, 3, 3)):
        golden.add("batch_norm", run, [golden.uniform(shape), golden.uniform((shape[1],)), golden.uniform((shape[1],), 0.5, 2), None, None],
                   gradients=[0], training=False, momentum=0.1, eps=1e-5)
    golden.add("batch_norm", run, [golden.uniform((8, 2)) + 1000, None, None, None, None], training=True, momentum=0.1, eps=1e-5, float32=False)


def layer_norms(golden):
    for shape, axes in (((4,), 1), ((3, 4), 1), ((3, 4), 2), ((2, 3, 4), 1), ((2, 3, 4), 2), ((2, 3, 2, 2), 3), ((1, 5), 1), ((0, 4), 1),
                        ((2, 0, 3), 1), ((2, 1, 3), 2)):
        normalized = list(shape[len(shape) - axes:])
        for affine in ("both", "none", "weight"):
            weight = golden.uniform(normalized) if affine != "none" else None
            bias = golden.uniform(normalized) if affine == "both" else None
            for eps in (1e-5, 0.1):
                golden.add("layer_norm", lambda x, w, b, normalized_shape, eps: F.layer_norm(x, normalized_shape, w, b, eps),
                           [golden.apart(shape), weight, bias], normalized_shape=normalized, eps=eps)


def group_norms(golden):
    # Groups of two would have gradients that cancel to nearly nothing.
    for shape, groups in (((2, 6), 2), ((3, 6), 1), ((2, 4, 3), 4), ((2, 4, 3), 2), ((1, 6, 2, 2), 3), ((2, 2, 2, 3), 1), ((0, 4, 2), 2),
                          ((2, 3, 1, 4), 3)):
        for affine in ("both", "none", "weight"):
            weight = golden.uniform((shape[1],)) if affine != "none" else None
            bias = golden.uniform((shape[1],)) if affine == "both" else None
            for eps in (1e-5, 0.1):
                # PyTorch's derivative fails for an empty batch.
                golden.add("group_norm", lambda x, w, b, num_groups, eps: F.group_norm(x, num_groups, w, b, eps),
                           [golden.apart(shape), weight, bias], gradients=shape[0] > 0, num_groups=groups, eps=eps)


# name: (the layer, the shape of its input). The test's table makes the same layer.
MODULES = {
    "Conv1d": (lambda: torch.nn.Conv1d(2, 4, 3, stride=2, padding=1, groups=2), (2, 2, 6)),
    "Conv2d": (lambda: torch.nn.Conv2d(2, 3, (3, 2), padding="same", dilation=(1, 2), bias=False), (2, 2, 4, 5)),
    "AvgPool1d": (lambda: torch.nn.AvgPool1d(3, 2, padding=1, ceil_mode=True, count_include_pad=False), (2, 2, 6)),
    "AvgPool2d": (lambda: torch.nn.AvgPool2d((2, 3), divisor_override=5), (2, 2, 4, 7)),
    "BatchNorm1d": (lambda: torch.nn.BatchNorm1d(3, eps=0.01), (5, 3)),
    "BatchNorm1d_of_signals": (lambda: torch.nn.BatchNorm1d(3, affine=False), (2, 3, 4)),
    "BatchNorm2d": (lambda: torch.nn.BatchNorm2d(2, track_running_stats=False), (3, 2, 2, 3)),
    "BatchNorm2d_evaluated": (lambda: torch.nn.BatchNorm2d(2).eval(), (3, 2, 2, 3)),
    "LayerNorm": (lambda: torch.nn.LayerNorm((3, 4)), (2, 3, 4)),
    "GroupNorm": (lambda: torch.nn.GroupNorm(2, 4), (2, 4, 3)),
    "Softmax": (lambda: torch.nn.Softmax(1), (2, 4, 3)),
    "LogSoftmax": (lambda: torch.nn.LogSoftmax(-1), (2, 4, 3)),
    "Flatten": (lambda: torch.nn.Flatten(), (2, 3, 2)),
    "Flatten_between": (lambda: torch.nn.Flatten(0, 1), (2, 3, 2)),
    "Unflatten": (lambda: torch.nn.Unflatten(1, (2, 3)), (2, 6, 2)),
    "Identity": (lambda: torch.nn.Identity(), (2, 3)),
    "Small": (lambda: torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3, padding=1, bias=False), torch.nn.BatchNorm2d(2), torch.nn.Tanh(),
                                          torch.nn.AvgPool2d(2), torch.nn.Flatten(), torch.nn.Linear(8, 3)), (3, 1, 4, 4)),
    "Conv1d_reflect": (lambda: torch.nn.Conv1d(2, 3, 3, stride=2, padding=2, padding_mode="reflect"), (2, 2, 5)),
    "Conv2d_circular": (lambda: torch.nn.Conv2d(2, 2, (3, 2), padding=(2, 1), groups=2, padding_mode="circular"), (1, 2, 4, 3)),
    "Conv2d_replicate": (lambda: torch.nn.Conv2d(1, 2, (2, 3), padding="same", dilation=(1, 2), padding_mode="replicate"), (1, 4, 3)),
    "Linear_of_one": (lambda: torch.nn.Linear(4, 2), (4,)),
    "Linear_of_sequences": (lambda: torch.nn.Linear(4, 2), (2, 3, 4)),
    "Unflatten_the_rest": (lambda: torch.nn.Unflatten(-2, (-1, 3)), (2, 6, 2)),
}


def modules(golden):
    for name, (make, shape) in MODULES.items():
        layer = make().double()
        names = [n for n, _ in layer.named_parameters()]
        weights = [golden.uniform(tuple(p.shape), -0.75, 0.75) for p in layer.parameters()]
        golden.add("nn." + name, lambda x, *w, layer=layer, names=names: functional_call(layer, dict(zip(names, w)), x),
                   [golden.apart(shape)] + weights)


def cases(golden):
    convolutions(golden)
    average_pools(golden)
    batch_norms(golden)
    layer_norms(golden)
    group_norms(golden)
    modules(golden)
