"""L-BFGS: ten steps with every option, and the loss that each step returns."""
import torch

START = [-1.2, 1.0, 0.7, -0.4]
LOSSES = {
    # Rosenbrock's valley, in four dimensions.
    "rosenbrock": lambda x: (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum(),
    "smooth": lambda x: (torch.sin(x) + x ** 2).sum() + torch.exp(x[0] * x[1]),
}


def run(x, loss, **options):
    x = x.clone().requires_grad_()
    optimizer = torch.optim.LBFGS([x], **options)

    def closure():
        optimizer.zero_grad(set_to_none=True)
        value = LOSSES[loss](x)
        value.backward()
        return value

    rows = []
    for _ in range(10):
        value = optimizer.step(closure)
        rows.append(torch.cat([x.detach(), value.detach().reshape(1)]))
    return torch.stack(rows)


def cases(golden):
    def add(start=START, **options):
        golden.add("lbfgs", run, [start], gradients=False, float32=False, **options)

    for loss in LOSSES:
        for search in ("strong_wolfe", None):
            lr = 1.0 if search else (0.002 if loss == "rosenbrock" else 0.5)
            given = dict(line_search_fn=search) if search else {}
            add(loss=loss, lr=lr, max_iter=2, **given)
            add(loss=loss, lr=lr, max_iter=3, history_size=2, **given)
            add(loss=loss, lr=lr, max_iter=4, max_eval=3, **given)
            add(loss=loss, lr=lr, max_iter=1, **given)
        add(loss=loss, lr=0.1, max_iter=2, line_search_fn="strong_wolfe")
        add(loss=loss, lr=1.0, max_iter=5, tolerance_grad=0.5, tolerance_change=1e-3, line_search_fn="strong_wolfe")
    # From here the search finds a better point whose slope leads away from the far end, so that the ends change places.
    add([-0.2, 1.2, -1.1, -1.8], loss="rosenbrock", lr=1.0, max_iter=2, line_search_fn="strong_wolfe")
    add(loss="smooth", lr=1.0, line_search_fn="strong_wolfe")
    add(loss="smooth", lr=0.5)
