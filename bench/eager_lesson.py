#!/usr/bin/env python3
"""The lesson's eager loop, float32: Hindsight against PyTorch, on one core, in one run.

    taskset -c 0 python3 bench/eager_lesson.py build/release [--rounds 7]

Both train 2 -> 16 ReLU -> 1 sigmoid with BCE on the 200 spiral points, full batch, 5,000 iterations, without reading the
loss. They take turns, so that a slow spell of the machine falls on both. PyTorch runs in a process of its own, which
times its loop after a warm-up; so does Hindsight's. Prints medians and the median of the rounds' ratios."""
import argparse
import os
import statistics
import subprocess
import sys

TORCH = """
import sys, time, math, torch, torch.nn as nn
torch.set_num_threads(1)
torch.manual_seed(0)
n = 100
X, y = torch.zeros(2 * n, 2), torch.zeros(2 * n, 1)
for c in range(2):
    r = torch.linspace(0, 1, n)
    t = torch.linspace(4 * c, 4 * (c + 1), n) + 0.2 * torch.randn(n)
    X[c * n:(c + 1) * n] = torch.stack([r * torch.sin(t), r * torch.cos(t)], 1)
    y[c * n:(c + 1) * n] = c
model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid())
loss_fn = nn.BCELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
def run(iterations):
    for _ in range(iterations):
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
run(500)
start = time.perf_counter()
run(5000)
print(torch.__version__, (time.perf_counter() - start) / 5000 * 1e6)
"""


def torch_round(python):
    # The core type that PyTorch's OpenBLAS should have recognised by itself; it does not know newer processors.
    env = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    if "avx512f" in open("/proc/cpuinfo").read():
        env["OPENBLAS_CORETYPE"] = "SKYLAKEX"
    out = subprocess.run([python, "-c", TORCH], env=env, capture_output=True, text=True, check=True).stdout.split()
    return out[0], float(out[1])


def hindsight_round(build):
    out = subprocess.run([os.path.join(build, "bench/eager_lesson")], capture_output=True, text=True, check=True).stdout
    return float(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", help="the build folder, as build/release")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--python", default="/usr/bin/python3", help="a Python that has PyTorch")
    arguments = parser.parse_args()
    ours, theirs, version = [], [], ""
    for _ in range(arguments.rounds):
        ours.append(hindsight_round(arguments.build))
        version, time = torch_round(arguments.python)
        theirs.append(time)
    ratios = [b / a for a, b in zip(ours, theirs)]
    print(f"{'':22}{'median':>10}{'least':>10}   microseconds an iteration")
    print(f"{'Hindsight, eager':22}{statistics.median(ours):10.1f}{min(ours):10.1f}")
    print(f"{'PyTorch ' + version:22}{statistics.median(theirs):10.1f}{min(theirs):10.1f}")
    print(f"ratio: median {statistics.median(ratios):.1f}, least {min(ratios):.1f}, of {len(ratios)} rounds")


if __name__ == "__main__":
    sys.exit(main())
