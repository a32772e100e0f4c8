"""Schedules: the rates (and momenta) of two groups at the start and after each step, the whole curve."""
import torch
from torch.optim import SGD, Adam, Adagrad, lr_scheduler as S


def optimizer(kind="sgd"):
    groups = [{"params": [torch.zeros(1)], "lr": 0.5}, {"params": [torch.zeros(1)], "lr": 0.02}]
    return {"sgd": lambda: SGD(groups, lr=0.1, momentum=0.9), "adam": lambda: Adam(groups),
            "adagrad": lambda: Adagrad(groups)}[kind]()


def row(o):
    momenta = [g["momentum"] if "momentum" in g else g["betas"][0] if "betas" in g else 0.0 for g in o.param_groups]
    return torch.tensor([g["lr"] for g in o.param_groups] + momenta, dtype=torch.float64)


SCHEDULES = {
    "StepLR": S.StepLR, "MultiStepLR": S.MultiStepLR, "ExponentialLR": S.ExponentialLR, "CosineAnnealingLR": S.CosineAnnealingLR,
    "LinearLR": S.LinearLR, "ConstantLR": S.ConstantLR, "OneCycleLR": S.OneCycleLR,
    # The factor of the test.
    "LambdaLR": lambda o: S.LambdaLR(o, lambda epoch: 1 / (1 + 0.3 * epoch)),
    "LambdaLR_each": lambda o: S.LambdaLR(o, [lambda epoch: 1 / (1 + 0.3 * epoch), lambda epoch: 1 / (1 + epoch)]),
}


def made(o, spec):
    return SCHEDULES[spec["kind"]](o, **{k: v for k, v in spec.items() if k != "kind"})


def curve(parts, steps, optimizer_kind="sgd", how="each", milestones=None):
    o = optimizer(optimizer_kind)
    all = [made(o, spec) for spec in parts]
    if how == "sequential":
        all = [S.SequentialLR(o, all, milestones)]
    elif how == "chained":
        all = [S.ChainedScheduler(all)]
    rows = [row(o)]
    for _ in range(steps):
        o.step()
        for schedule in all:
            schedule.step()
        rows.append(row(o))
    return torch.stack(rows)


def plateau(metrics, **options):
    o = optimizer()
    schedule = S.ReduceLROnPlateau(o, **options)
    rows = [row(o)]
    for metric in metrics:
        schedule.step(float(metric))
        rows.append(row(o))
    return torch.stack(rows)


def cases(golden):
    def add(*parts, steps=25, **options):
        golden.add("curve", curve, [], gradients=False, float32=False, parts=list(parts), steps=steps, **options)

    def spec(kind, **options):
        return dict(kind=kind, **options)

    step, exponential = spec("StepLR", step_size=4), spec("ExponentialLR", gamma=0.9)
    cosine, warm_up = spec("CosineAnnealingLR", T_max=7, eta_min=0.01), spec("LinearLR", start_factor=0.1, total_iters=5)
    multi = spec("MultiStepLR", milestones=[3, 8, 8, 15], gamma=0.5)
    for one in (step, spec("StepLR", step_size=1, gamma=0.7), exponential, multi, cosine, spec("CosineAnnealingLR", T_max=1),
                spec("CosineAnnealingLR", T_max=10), warm_up, spec("LinearLR"), spec("LinearLR", start_factor=1.0, end_factor=0.0),
                spec("LinearLR", start_factor=0.25, end_factor=0.75, total_iters=8), spec("ConstantLR"),
                spec("ConstantLR", factor=0.5, total_iters=3), spec("LambdaLR"), spec("LambdaLR_each")):
        add(one)
    for one in (dict(total_steps=25), dict(epochs=5, steps_per_epoch=5, pct_start=0.5), dict(total_steps=25, anneal_strategy="linear"),
                dict(total_steps=25, three_phase=True), dict(total_steps=25, three_phase=True, anneal_strategy="linear", pct_start=0.4),
                dict(total_steps=30, div_factor=10.0, final_div_factor=100.0, base_momentum=0.7, max_momentum=0.99),
                dict(total_steps=25, cycle_momentum=False)):
        for kind in ("sgd", "adam"):
            add(spec("OneCycleLR", max_lr=0.8, **one), optimizer_kind=kind)
    add(spec("OneCycleLR", max_lr=[0.8, 0.1], total_steps=25))
    add(spec("OneCycleLR", max_lr=[0.8, 0.1], total_steps=25, base_momentum=[0.8, 0.7], max_momentum=[0.9, 0.95]))
    add(spec("OneCycleLR", max_lr=0.8, total_steps=25, cycle_momentum=False), optimizer_kind="adagrad")
    for parts in ((warm_up, exponential), (step, multi), (spec("ConstantLR"), cosine), (warm_up, step, exponential)):
        add(*parts)
        add(*parts, how="chained")
    for parts, milestones in (((warm_up, exponential), [5]), ((spec("ConstantLR"), exponential), [2]), ((warm_up, cosine), [6]),
                              ((step, multi), [3]), ((warm_up, step, cosine), [5, 12]), ((spec("LinearLR"), spec("LambdaLR")), [4])):
        add(*parts, how="sequential", milestones=milestones)

    falling = [1.0, 0.8, 0.7, 0.7, 0.71, 0.7, 0.69999, 0.6, 0.6, 0.6, 0.6, 0.6, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, float("nan"), 0.5]
    for options in (dict(), dict(patience=1), dict(patience=2, factor=0.5, threshold=0.2), dict(patience=1, cooldown=2, factor=0.3),
                    dict(patience=1, threshold=0.15, threshold_mode="abs"), dict(patience=0, min_lr=0.1, factor=0.7),
                    dict(patience=0, factor=0.5, eps=0.02), dict(patience=0, factor=0.5, min_lr=[0.1, 0.003])):
        for mode in ("min", "max"):
            golden.add("plateau", plateau, [falling], gradients=False, float32=False, mode=mode, **options)
