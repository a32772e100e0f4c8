"""What the families share: numbers to try, PyTorch's answers to them, and the file that holds both.

A file has three tensors, the pools "float64", "int64" and "bool", and a list of cases in its metadata. The numbers of
a case lie one after the other in the pools, in the order in which the case names them: inputs, outputs, and, where
something is differentiable, cotangents (one for each floating output), gradients, directions and second derivatives
(each one for each differentiable input). tests/golden/golden.cpp reads it.

With outputs y and cotangents c, the gradient of an input x is that of sum <c, y>. With directions v, the second
derivative is the gradient of sum <v, gradient>. All inputs, cotangents and directions are float32 numbers in
float64, so that the float32 path starts from the very same numbers.
"""
import json
import math
import struct
import zlib

import numpy as np
import torch

# Shapes that a function of one tensor meets: scalar, one element, none, and several axes, some of length 1.
SHAPES = [(), (1,), (0,), (5,), (2, 3), (1, 3), (3, 1), (2, 0, 3), (2, 1, 3)]
# Pairs that broadcast: the second repeated, the first, both; with scalars, axes of length 1 and none.
BROADCASTS = [((2, 3), (2, 3)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 1), (1, 3)), ((), (3,)), ((2, 3), ()), ((), ()),
              ((2, 1, 3), (4, 1)), ((1,), (2, 3)), ((0,), (1,)), ((2, 0), (2, 1)), ((1, 1), (3,)), ((2, 1, 2), (2, 3, 2))]


class Golden:
    def __init__(self, family):
        self.random = np.random.RandomState(zlib.crc32(family.encode()))
        self._cases = []
        self._pools = {"float64": [], "int64": [], "bool": []}

    def __len__(self):
        return len(self._cases)

    def operations(self):
        return len({case["operation"] for case in self._cases})

    # Numbers to try.

    def uniform(self, shape, low=-2.0, high=2.0):
        """Random numbers between low and high."""
        return rounded(self.random.uniform(low, high, shape))

    def apart(self, shape, low=-2.0, high=2.0):
        """Random numbers that all differ by a clear step: for max, sorting and whatever bends at ties."""
        count = int(np.prod(shape))
        steps = (self.random.permutation(count) + self.random.uniform(0.25, 0.75, count)) / max(count, 1)
        return rounded(low + (high - low) * steps.reshape(shape))

    def away(self, shape, kinks, low=-2.0, high=2.0, distance=0.05):
        """Random numbers that keep a distance from the points where a function bends."""
        values = self.random.uniform(low, high, shape)
        for kink in kinks:
            near = np.abs(values - kink) < distance
            values = np.where(near, kink + np.where(values < kink, -2, 2) * distance, values)
        return rounded(values)

    def integers(self, shape, low, high):
        """int64 in [low, high)."""
        return torch.tensor(self.random.randint(low, high, shape), dtype=torch.int64)

    def booleans(self, shape):
        return torch.tensor(self.random.randint(0, 2, shape), dtype=torch.bool)

    # Cases.

    def add(self, operation, function, inputs, gradients=True, second=True, float32=True, **attributes):
        """One case: PyTorch's function(*inputs, **attributes), its gradients and second derivatives.

        `inputs` are tensors, lists of numbers (float64) or None for one that is left out; floating ones are
        differentiated: all of them, none with gradients=False, or those whose positions `gradients` lists.
        second=False where the function bends. float32=False where its numbers do not fit in float32 or are
        ill-conditioned there. The test calls the table's entry `operation` with the same inputs and attributes.
        """
        tensors = [None if x is None else tensor_of(x) for x in inputs]
        wanted = range(len(tensors)) if gradients is True else gradients or ()
        active = [i for i in wanted if tensors[i] is not None and tensors[i].dtype == torch.float64]
        leaves = [t.clone().requires_grad_() if i in active else t for i, t in enumerate(tensors)]
        outputs = function(*leaves, **attributes)
        outputs = list(outputs) if isinstance(outputs, (tuple, list)) else [outputs]
        smooth = [y for y in outputs if y.dtype == torch.float64]
        if not any(y.requires_grad for y in smooth):
            active = []
        case = {"operation": operation}
        if attributes:
            case["attributes"] = {name: encoded(value) for name, value in attributes.items()}
        case["inputs"] = [None if t is None else self._stored(t) for t in tensors]
        case["outputs"] = [self._stored(y) for y in outputs]
        if active:
            case["gradients"] = active
            case["second"] = bool(second)
            self._derive([leaves[i] for i in active], smooth, second)
        if not float32:
            case["float32"] = False
        self._cases.append(case)

    def _derive(self, leaves, outputs, second):
        cotangents = [self._direction(y.shape) for y in outputs]
        for cotangent in cotangents:
            self._stored(cotangent)
        total = sum((y * c).sum() for y, c in zip(outputs, cotangents))
        gradients = derivative(total, leaves, create_graph=second)
        for gradient in gradients:
            self._stored(gradient)
        if not second:
            return
        directions = [self._direction(x.shape) for x in leaves]
        for direction in directions:
            self._stored(direction)
        for result in derivative(sum((g * v).sum() for g, v in zip(gradients, directions)), leaves):
            self._stored(result)

    def _direction(self, shape):
        """Numbers of both signs whose sizes differ and are never near zero."""
        return rounded(self.random.uniform(0.5, 1.5, shape) * self.random.choice([-1, 1], shape))

    def _stored(self, tensor):
        tensor = tensor.detach()
        if tensor._is_zerotensor():  # has no memory of its own, and numpy() would read whatever lies there
            tensor = torch.zeros(tensor.shape, dtype=tensor.dtype)
        if tensor.dtype == torch.int32:
            tensor = tensor.to(torch.int64)
        name = {torch.float64: "float64", torch.int64: "int64", torch.bool: "bool"}[tensor.dtype]
        self._pools[name].append(tensor.contiguous().numpy().reshape(-1))
        return list(tensor.shape) if name == "float64" else {"shape": list(tensor.shape), "dtype": name}

    # The file: https://github.com/huggingface/safetensors#format

    def file(self):
        types = {"float64": ("F64", "<f8"), "int64": ("I64", "<i8"), "bool": ("BOOL", "?")}
        header = {"__metadata__": {
            "source": f"PyTorch {torch.__version__}, float64; tools/make_golden.py",
            "cases": json.dumps(self._cases, separators=(",", ":"), allow_nan=False)}}
        data = b""
        for name, parts in self._pools.items():
            code, layout = types[name]
            values = np.concatenate(parts or [np.zeros(0)]).astype(layout)
            header[name] = {"dtype": code, "shape": [values.size], "data_offsets": [len(data), len(data) + values.nbytes]}
            data += values.tobytes()
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        return struct.pack("<Q", len(text)) + text + data


def rounded(values):
    """float32 numbers as a float64 tensor."""
    return torch.tensor(np.asarray(values, dtype=np.float32).astype(np.float64))


def tensor_of(x):
    return x.detach() if isinstance(x, torch.Tensor) else torch.tensor(x, dtype=torch.float64)


def derivative(total, leaves, create_graph=False):
    """Zeros where the total does not depend on a leaf (an operation that is linear has no second derivative)."""
    if not isinstance(total, torch.Tensor) or not total.requires_grad:
        return [torch.zeros_like(x) for x in leaves]
    found = torch.autograd.grad(total, leaves, create_graph=create_graph, allow_unused=True)
    return [torch.zeros_like(x) if g is None else g for g, x in zip(found, leaves)]


def encoded(value):
    """JSON knows no infinities: they become texts."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, (tuple, list)):
        return [encoded(v) for v in value]
    return value
