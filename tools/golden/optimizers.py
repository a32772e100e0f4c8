"""Optimizers: trajectories of 100 steps with every option, of two groups where "group" holds the second one's options.

The loss of w (two numbers) and b (one) is sum(sin w + w^2) + w[0] cos b + b^2, at every third step without what has b in
it, so that b has no gradient. tests/golden/optimizers.cpp does the same.
"""
import torch

KINDS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW, "rmsprop": torch.optim.RMSprop,
         "adagrad": torch.optim.Adagrad}
STEPS = 100


def loss(w, b, with_b):
    of_w = (torch.sin(w) + w ** 2).sum()
    return of_w + torch.cos(b).sum() * w[0] + (b ** 2).sum() if with_b else of_w


def trajectory(kind):
    def run(w, b, group=None, clip=None, sign=1.0, **options):
        w, b = w.clone().requires_grad_(), b.clone().requires_grad_()
        optimizer = KINDS[kind]([w, b] if group is None else [{"params": [w]}, {"params": [b], **group}], **options)
        points = []
        for i in range(STEPS):
            optimizer.zero_grad(set_to_none=True)
            (sign * loss(w, b, i % 3 != 1)).backward()
            if clip:
                torch.nn.utils.clip_grad_norm_([w, b], clip)
            optimizer.step()
            points.append(torch.cat([w.detach(), b.detach()]))
        return torch.stack(points)
    return run


def cases(golden):
    def add(kind, **options):
        golden.add(kind, trajectory(kind), [[1.0, -2.0], [0.5]], gradients=False, float32=False, **options)

    for momentum in (dict(), dict(momentum=0.9), dict(momentum=0.9, dampening=0.3), dict(momentum=0.9, nesterov=True)):
        for decay in (0.0, 0.1):
            add("sgd", lr=0.05, weight_decay=decay, **momentum)
            add("sgd", lr=0.05, weight_decay=decay, maximize=True, sign=-1.0, **momentum)
        add("sgd", lr=0.05, group=dict(lr=0.01, momentum=0.5, dampening=0.0, nesterov=False, weight_decay=0.2), **momentum)
    add("sgd", lr=0.1, momentum=0.9, clip=0.5)
    for kind in ("adam", "adamw"):
        for amsgrad in (False, True):
            for decay in (0.0, 0.1):
                add(kind, lr=0.05, amsgrad=amsgrad, weight_decay=decay)
                add(kind, lr=0.05, betas=[0.8, 0.95], eps=1e-4, amsgrad=amsgrad, weight_decay=decay)
            add(kind, lr=0.05, amsgrad=amsgrad, maximize=True, sign=-1.0)
        add(kind, lr=0.05, group=dict(lr=0.2, betas=[0.5, 0.9], weight_decay=0.2, amsgrad=True))
        add(kind, lr=0.05, clip=0.5)
    # What a group leaves out is what the optimizer was told, not the kind's default.
    add("sgd", lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.1, group=dict(lr=0.01))
    add("sgd", lr=0.05, momentum=0.9, dampening=0.3, group=dict(weight_decay=0.2))
    for kind in ("adam", "adamw"):
        add(kind, lr=0.05, betas=[0.8, 0.95], eps=1e-3, weight_decay=0.1, amsgrad=True, group=dict(lr=0.2))
        add(kind, lr=0.05, betas=[0.8, 0.95], eps=1e-3, amsgrad=True, group=dict(weight_decay=0.3))
    add("rmsprop", lr=0.02, alpha=0.9, eps=1e-3, weight_decay=0.1, momentum=0.5, centered=True, group=dict(lr=0.01))
    add("rmsprop", lr=0.02, alpha=0.9, momentum=0.5, group=dict(weight_decay=0.3))
    add("adagrad", lr=0.3, lr_decay=0.05, weight_decay=0.1, initial_accumulator_value=0.5, eps=1e-3, group=dict(lr=0.1))
    add("adagrad", lr=0.3, lr_decay=0.05, eps=1e-3, group=dict(weight_decay=0.2))
    for centered in (False, True):
        for momentum in (0.0, 0.9):
            for decay in (0.0, 0.1):
                add("rmsprop", lr=0.01, centered=centered, momentum=momentum, weight_decay=decay)
        add("rmsprop", lr=0.02, alpha=0.9, eps=1e-3, centered=centered)
        add("rmsprop", lr=0.01, centered=centered, maximize=True, sign=-1.0)
        add("rmsprop", lr=0.01, centered=centered, group=dict(lr=0.1, alpha=0.9, momentum=0.3, centered=not centered))
    for decay in (0.0, 0.1):
        for lr_decay in (0.0, 0.05):
            add("adagrad", lr=0.3, weight_decay=decay, lr_decay=lr_decay)
            add("adagrad", lr=0.3, weight_decay=decay, lr_decay=lr_decay, initial_accumulator_value=0.5, eps=1e-3)
    add("adagrad", lr=0.3, maximize=True, sign=-1.0)
    add("adagrad", lr=0.3, group=dict(lr=0.1, lr_decay=0.1, weight_decay=0.2))
