"""Numbers moved and not computed: joined, cut, picked, padded, turned, masked."""
import torch
import torch.nn.functional as F

SHAPES = [(), (1,), (4,), (0,), (2, 3), (1, 3), (3, 1), (2, 0), (2, 3, 2), (1, 3, 1), (2, 1, 3, 2)]


def layout(golden):
    for shape in SHAPES:
        golden.add("squeeze", lambda x, axis: x.squeeze() if axis is None else x.squeeze(axis), [golden.uniform(shape)], axis=None)
        for axis in range(-max(len(shape), 1), max(len(shape), 1)):
            golden.add("squeeze", lambda x, axis: x.squeeze(axis), [golden.uniform(shape)], axis=axis)
        for axis in range(-len(shape) - 1, len(shape) + 1):
            golden.add("unsqueeze", torch.unsqueeze, [golden.uniform(shape)], dim=axis)
        for start in range(max(len(shape), 1)):
            for end in range(start, max(len(shape), 1)):
                golden.add("flatten", torch.flatten, [golden.uniform(shape)], start_dim=start, end_dim=end)
    golden.add("flatten", torch.flatten, [golden.uniform((2, 3, 2))], start_dim=-2, end_dim=-1)
    for shape, sizes in (((2, 3), (3, 2)), ((2, 3), (6,)), ((2, 3), (-1, 2)), ((), (1, 1)), ((0, 3), (3, 0)), ((2, 3, 2), (3, -1)), ((4,), (2, 1, 2))):
        golden.add("reshape", torch.reshape, [golden.uniform(shape)], shape=list(sizes))
    for shape, a, b in (((2, 3), 0, 1), ((2, 3, 2), 0, -1), ((2, 3, 4), 1, 2), ((3,), 0, 0), ((2, 0, 3), 0, 1), ((), 0, -1)):
        golden.add("transpose", torch.transpose, [golden.uniform(shape)], dim0=a, dim1=b)
    for shape in ((), (3,), (2, 3)):
        golden.add("t", torch.t, [golden.uniform(shape)])
    for shape, axes in (((2, 3), (1, 0)), ((2, 3, 4), (2, 0, 1)), ((2, 3, 4), (-1, 1, 0)), ((), ()), ((2, 1, 3, 2), (3, 1, 0, 2)), ((0, 2), (1, 0))):
        golden.add("permute", torch.permute, [golden.uniform(shape)], dims=list(axes))
    for shape, sizes in (((), (3,)), ((1,), (3,)), ((3,), (2, 3)), ((3, 1), (3, 4)), ((3, 1), (-1, 4)), ((1, 2), (2, -1, -1)), ((1,), (0,)),
                         ((2, 1, 3), (4, 2, 2, 3)), ((2, 3), (2, 3)), ((), ()), ((1, 0), (3, 0))):
        golden.add("expand", lambda x, sizes: x.expand(sizes), [golden.uniform(shape)], sizes=list(sizes))
        golden.add("broadcast_to", lambda x, sizes: torch.broadcast_to(x, sizes), [golden.uniform(shape)], sizes=list(sizes))
    for shape, times in (((2,), (3,)), ((2,), (2, 3)), ((2, 3), (2, 2)), ((2, 3), (1, 1)), ((2, 3), (0, 2)), ((), (3,)), ((), (2, 2)), ((), ()),
                         ((2, 1), (2, 1, 3)), ((0, 2), (2, 2)), ((2, 3, 2), (1, 2, 1))):
        golden.add("repeat", lambda x, repeats: x.repeat(repeats), [golden.uniform(shape)], repeats=list(times))
    for shape, axes in (((4,), (0,)), ((2, 3), (0,)), ((2, 3), (1,)), ((2, 3), (0, 1)), ((2, 3, 2), (0, -1)), ((2, 0), (1,)), ((2, 3), ()), ((), (0,)),
                        ((1,), (0,)), ((2, 3, 2), (1,))):
        golden.add("flip", torch.flip, [golden.uniform(shape)], dims=list(axes))
    golden.add("flip", torch.flip, [golden.booleans((2, 3))], dims=[1])


def joining(golden):
    join = lambda *tensors, dim: torch.cat(tensors, dim)
    pile = lambda *tensors, dim: torch.stack(tensors, dim)
    for shapes, dim in (([(2,), (3,)], 0), ([(2, 3), (1, 3)], 0), ([(2, 3), (2, 1)], 1), ([(2, 3), (2, 1), (2, 2)], -1), ([(2, 3)], 0),
                        ([(2, 2, 3), (2, 1, 3), (2, 3, 3), (2, 1, 3), (2, 2, 3)], 1), ([(0, 3), (2, 3)], 0), ([(2, 0), (2, 3), (2, 0)], 1),
                        ([(0,), (2, 3)], 0), ([(2, 3), (0,), (2, 3)], -1), ([(0,), (0,)], 0), ([(1,)] * 7, 0), ([(2, 1, 2)] * 3, -3),
                        ([(1, 2, 0), (1, 2, 0)], 0), ([(3, 2)] * 4, 1), ([(1, 1, 1, 1), (1, 1, 1, 2)], 3)):
        golden.add("cat", join, [golden.uniform(shape) for shape in shapes], dim=dim)
    golden.add("cat", join, [golden.integers((2,), 0, 9), golden.uniform((3,))], dim=0)
    golden.add("cat", join, [golden.integers((2,), 0, 9), golden.booleans((3,))], dim=0)
    golden.add("cat", join, [golden.booleans((2, 2)), golden.booleans((2, 1))], dim=1)
    golden.add("cat_with_itself", lambda x, dim: torch.cat([x, x * x, x], dim), [golden.uniform((2, 3))], dim=1)
    for shape, count in (((), 1), ((), 3), ((3,), 2), ((2, 3), 4), ((2, 0), 2), ((1, 2, 1), 2)):
        for dim in range(-len(shape) - 1, len(shape) + 1):
            golden.add("stack", pile, [golden.uniform(shape) for _ in range(count)], dim=dim)


def cutting(golden):
    for shape, size, dim in (((7,), 3, 0), ((6,), 3, 0), ((2, 5), 2, 1), ((2, 5), 1, -1), ((3, 2), 5, 0), ((0, 2), 2, 0), ((2, 0), 0, 1), ((4, 2, 3), 2, 0)):
        golden.add("split", lambda x, size, dim: torch.split(x, size, dim), [golden.uniform(shape)], size=size, dim=dim)
    for shape, sizes, dim in (((7,), (3, 4), 0), ((2, 5), (1, 0, 4), 1), ((4, 2, 3), (1, 1, 2), 0), ((3,), (3,), 0), ((2, 3), (1, 2), -1), ((0,), (0, 0), 0)):
        golden.add("split_sizes", lambda x, sizes, dim: torch.split(x, sizes, dim), [golden.uniform(shape)], sizes=list(sizes), dim=dim)
    for shape, chunks, dim in (((7,), 3, 0), ((6,), 3, 0), ((5,), 4, 0), ((2, 5), 2, 1), ((2, 3), 7, -1), ((4, 2), 1, 0), ((0, 2), 3, 0)):
        golden.add("chunk", lambda x, chunks, dim: torch.chunk(x, chunks, dim), [golden.uniform(shape)], chunks=chunks, dim=dim)
    for start, stop, step in ((0, 5, 1), (1, 4, 1), (-3, -1, 1), (2, 100, 1), (-100, 2, 1), (3, 3, 1), (4, 2, 1), (0, 7, 2), (1, 7, 3), (-6, 100, 4), (5, 1, 2)):
        take = lambda x, start, stop, step, axis: x[start:stop:step] if axis == 0 else x[:, start:stop:step]
        golden.add("slice", take, [golden.uniform((7, 2))], axis=0, start=start, stop=stop, step=step)
        golden.add("slice", take, [golden.uniform((2, 7))], axis=1, start=start, stop=stop, step=step)
    for shape, dim, start, length in (((5,), 0, 1, 3), ((2, 5), 1, 0, 5), ((2, 5), -1, 4, 1), ((2, 5), 1, 5, 0), ((3, 2, 2), 0, -2, 2), ((0, 2), 0, 0, 0)):
        golden.add("narrow", torch.narrow, [golden.uniform(shape)], dim=dim, start=start, length=length)
    for shape, dim, index in (((5,), 0, 2), ((5,), 0, -1), ((2, 5), 0, 1), ((2, 5), 1, 4), ((2, 3, 2), -2, -3), ((1, 2, 0), 0, 0)):
        golden.add("select", torch.select, [golden.uniform(shape)], dim=dim, index=index)


def picking(golden):
    for shape, dim in (((5,), 0), ((2, 3), 0), ((2, 3), 1), ((2, 3), -1), ((2, 3, 2), 1), ((1, 3), 0)):
        for count in (1, 4, 0):
            golden.add("index_select", lambda x, index, dim: torch.index_select(x, dim, index), [golden.uniform(shape), golden.integers((count,), 0, shape[dim])], dim=dim)
    golden.add("index_select", lambda x, index, dim: torch.index_select(x, dim, index), [golden.uniform(()), torch.tensor([0])], dim=0)
    golden.add("index_select", lambda x, index, dim: torch.index_select(x, dim, index), [golden.uniform((3, 2)), torch.tensor(1)], dim=0)
    golden.add("index_select", lambda x, index, dim: torch.index_select(x, dim, index), [golden.booleans((3, 2)), torch.tensor([1, 1, 0])], dim=1)
    add = lambda x, index, source, dim: torch.scatter_add(x, dim, index, source)
    take = lambda x, index, dim: torch.gather(x, dim, index)
    for shape, index, dim in (((5,), (3,), 0), ((5,), (8,), 0), ((2, 3), (2, 3), 0), ((2, 3), (4, 3), 0), ((2, 3), (1, 2), 0), ((2, 3), (2, 5), 1),
                              ((2, 3), (1, 1), -1), ((2, 3, 2), (2, 4, 2), 1), ((2, 3, 2), (1, 2, 1), 2), ((2, 3), (0, 3), 0), ((2, 3), (2, 0), 1),
                              ((1, 1), (1, 1), 0), ((3, 2, 1, 2), (2, 2, 1, 2), 0)):
        for _ in range(2):
            golden.add("gather", take, [golden.uniform(shape), golden.integers(index, 0, shape[dim])], dim=dim)
            golden.add("scatter_add", add, [golden.uniform(shape), golden.integers(index, 0, shape[dim]), golden.uniform(index)], dim=dim)
    golden.add("gather", take, [golden.uniform(()), torch.tensor([0])], dim=0)
    golden.add("gather", take, [golden.uniform(()), torch.tensor(0)], dim=0)
    golden.add("gather", take, [golden.integers((2, 3), -9, 9), golden.integers((2, 2), 0, 3)], dim=1)
    # Of a larger source only the part under the index counts; PyTorch 1.13 cannot differentiate that.
    golden.add("scatter_add", add, [golden.uniform((2, 3)), golden.integers((1, 2), 0, 2), golden.uniform((4, 5))], gradients=[0], dim=0)
    golden.add("scatter_add", add, [golden.uniform((3,)), torch.zeros(6, dtype=torch.int64), golden.uniform((6,))], dim=0)
    golden.add("scatter_add", add, [golden.integers((4,), -9, 9), golden.integers((6,), 0, 4), golden.integers((6,), -9, 9)], dim=0)


def padding(golden):
    pad = lambda x, pad, mode, value: F.pad(x, pad, mode, value) if mode == "constant" else F.pad(x, pad, mode)
    for shape, sizes in (((4,), (1, 2)), ((4,), (0, 0)), ((2, 3), (1, 2)), ((2, 3), (1, 0, 0, 2)), ((2, 3), (-1, 0)), ((2, 3), (-1, 2, 1, -1)), ((2, 3), (-1, -2)),
                         ((2, 3, 2), (1, 1, 2, 0, 0, 3)), ((2, 3, 2), (0, 0, 1, 1)), ((0, 2), (1, 1, 1, 2)), ((2, 0), (1, 2)), ((1, 2, 1, 2), (1, 1, 2, 2)),
                         ((2, 3), ())):
        for value in (0.0, -1.5):
            golden.add("pad", pad, [golden.uniform(shape)], pad=list(sizes), mode="constant", value=value)
    golden.add("pad", pad, [golden.uniform((2, 2))], pad=[1, 1], mode="constant", value=float("-inf"))
    golden.add("pad", pad, [golden.integers((2, 3), -9, 9)], pad=[1, 1], mode="constant", value=7.0)
    golden.add("pad", pad, [golden.booleans((2, 3))], pad=[1, 1], mode="constant", value=0.0)
    for mode in ("reflect", "replicate", "circular"):
        for shape, sizes in (((2, 5), (2, 3)), ((2, 5), (0, 1)), ((1, 2, 5), (4, 0)), ((1, 2, 3, 4), (1, 2, 2, 1)), ((1, 2, 3, 4), (3, 0, 0, 2)),
                             ((2, 3, 4), (1, 0, 1, 2)), ((1, 1, 2, 3, 2), (1, 0, 2, 1, 1, 1))):
            if mode == "circular" and len(shape) == 2 or mode == "circular" and len(shape) == 3 and len(sizes) == 4:
                continue
            golden.add("pad", pad, [golden.uniform(shape)], pad=list(sizes), mode=mode, value=0.0)
        golden.add("pad", pad, [golden.uniform((1, 3, 4, 4))], pad=[-1, 1, -2, 1], mode=mode, value=0.0)
        golden.add("pad", pad, [golden.uniform((0, 3, 3))], pad=[1, 2], mode=mode, value=0.0)
    golden.add("pad", pad, [golden.uniform((1, 1, 3))], pad=[7, 5], mode="replicate", value=0.0)


def masks(golden):
    for x, mask in (((2, 3), (2, 3)), ((2, 3), (3,)), ((3,), (2, 3)), ((), ()), ((0, 2), (2,)), ((2, 3), ()), ((2, 1), (1, 3)), ((2, 3, 2), (3, 1))):
        for value in (0.0, -2.5, float("-inf")):
            golden.add("masked_fill", torch.masked_fill, [golden.uniform(x), golden.booleans(mask)], value=value)
        golden.add("masked_fill_tensor", torch.masked_fill, [golden.uniform(x), golden.booleans(mask), golden.uniform(())])
    golden.add("masked_fill", torch.masked_fill, [golden.integers((4,), -9, 9), golden.booleans((4,))], value=3)
    for shape in ((3, 3), (2, 4), (4, 2), (1, 1), (2, 3, 3), (0, 3), (3, 0), (2, 1, 2, 3)):
        for diagonal in (0, 1, -1, 5, -5):
            golden.add("tril", torch.tril, [golden.uniform(shape)], diagonal=diagonal)
            golden.add("triu", torch.triu, [golden.uniform(shape)], diagonal=diagonal)
    for shape in ((3, 3), (2, 4), (4, 2), (1, 1), (0, 3)):
        for offset in (0, 1, -1, 3, -3):
            golden.add("diagonal", torch.diagonal, [golden.uniform(shape)], offset=offset, dim1=0, dim2=1)
    for dim1, dim2 in ((0, 1), (1, 0), (0, 2), (-1, -2), (1, 2)):
        for offset in (0, 1, -1):
            golden.add("diagonal", torch.diagonal, [golden.uniform((2, 3, 4))], offset=offset, dim1=dim1, dim2=dim2)
    for shape in ((4,), (), (2, 3), (0,)):
        for classes in (-1, 5):
            if classes == 5 or 0 not in shape:
                golden.add("one_hot", F.one_hot, [golden.integers(shape, 0, 5)], num_classes=classes)


def cases(golden):
    layout(golden)
    joining(golden)
    cutting(golden)
    picking(golden)
    padding(golden)
    masks(golden)
