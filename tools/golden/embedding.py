"""Rows of a table that indices name."""
import torch
import torch.nn.functional as F
from torch.nn.utils.stateless import functional_call


def cases(golden):
    def one(index, rows, features, **options):
        golden.add("embedding", F.embedding, [index, golden.uniform((rows, features))], **options)

    for shape in ((), (1,), (0,), (5,), (2, 3), (2, 0), (2, 2, 2)):
        for rows, features in ((4, 3), (1, 2), (6, 1)):
            for padding in (None, 0, -1):
                one(golden.integers(shape, 0, rows), rows, features, padding_idx=padding)
    one(torch.full((4,), 2), 3, 2, padding_idx=2)  # padding alone
    one(torch.full((4,), 2), 3, 2)  # one row, again and again
    one(golden.integers((3, 2), 0, 4).t(), 4, 0)
    # A batch that names some rows twice and others never; rows that are longer than the norm and shorter.
    names = torch.tensor([[0, 2, 2], [1, 2, 0]])
    for options in (dict(max_norm=1.0), dict(max_norm=1.5, norm_type=1.0), dict(max_norm=0.5, norm_type=float("inf"), padding_idx=2),
                    dict(scale_grad_by_freq=True), dict(scale_grad_by_freq=True, padding_idx=0, max_norm=1.0)):
        # PyTorch scales the weight itself, which must not be a leaf that it learns from.
        golden.add("embedding", lambda index, w, **o: F.embedding(index, w.clone(), **o), [names, golden.uniform((4, 3), -1, 1)],
                   second="scale_grad_by_freq" not in options, **options)
    golden.add("embedding_renorm", lambda w, index, max_norm, norm_type: torch.embedding_renorm_(w.clone(), index, max_norm, norm_type),
               [golden.uniform((5, 3)), names], gradients=False, max_norm=1.0, norm_type=2.0)
    golden.add("embedding_of_a_view", lambda index, w: F.embedding(index.t(), w.t(), padding_idx=1),
               [golden.integers((3, 2), 0, 4), golden.uniform((2, 4))])
    # A product, so that there is a second derivative.
    golden.add("embedding_squared", lambda index, w: F.embedding(index, w, padding_idx=0) ** 2,
               [golden.integers((2, 6), 0, 4), golden.uniform((4, 2))])
    layer = torch.nn.Embedding(5, 3, padding_idx=-2).double()
    golden.add("nn.Embedding", lambda index, w: functional_call(layer, {"weight": w}, index),
               [golden.integers((3, 4), 0, 5), golden.uniform((5, 3))])
