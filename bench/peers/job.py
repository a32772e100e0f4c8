"""What bench/job.hpp and bench/pace.hpp are to C++, for peers in Python: the same options, the same numbers, the same turns."""
import argparse
import json
import math
import sys
import time

import numpy as np

INPUTS, TARGETS, ORDER = 1000, 1001, 2000


def options(kinds):
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=kinds)
    parser.add_argument("--shape", required=True, type=lambda text: [int(width) for width in text.split("-")])
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--dtype", default="float32", choices=["float32", "float64"])
    parser.add_argument("--activation", default="relu")
    parser.add_argument("--loss", default="cross_entropy")
    parser.add_argument("--optimizer", default="sgd")
    parser.add_argument("--lr", type=float, default=1e-6)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0.2)
    parser.add_argument("--data", default="")
    parser.add_argument("--paced", action="store_true")
    parser.add_argument("--read-loss", action="store_true", help="read the loss as a number at every step")
    parser.add_argument("--as-written", action="store_true", help="the loop as lessons write it, instead of as fast as we know")
    return parser.parse_args()


def random_bits(stream, count):
    """SplitMix64 of a counter."""
    with np.errstate(over="ignore"):
        z = (np.uint64(stream << 32) + np.arange(1, count + 1, dtype=np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def uniform(stream, count):
    return (random_bits(stream, count) >> np.uint64(40)).astype(np.float64) / 2.0**24


def data_of(job):
    """Inputs [batch, in], and targets [batch, out] or classes [batch]."""
    if job.data:
        table = np.loadtxt(job.data)[: job.batch]
        x, t = table[:, :-1], table[:, -1:]
        return x.astype(job.dtype), t[:, 0].astype(np.int64) if job.loss == "cross_entropy" else t.astype(job.dtype)
    x = ((uniform(INPUTS, job.batch * job.shape[0]) - 0.5) * np.sqrt(12.0)).reshape(job.batch, -1).astype(job.dtype)
    if job.loss == "cross_entropy":
        return x, (uniform(TARGETS, job.batch) * job.shape[-1]).astype(np.int64)
    u = uniform(TARGETS, job.batch * job.shape[-1]).reshape(job.batch, -1)
    return x, (u if job.loss == "mse" else np.floor(2 * u)).astype(job.dtype)


def initial(job):
    """[(weight [out, in], bias [out])] of every layer."""
    layers = []
    for l, (n, m) in enumerate(zip(job.shape, job.shape[1:])):
        weight, bias = ((2 * uniform(2 * l + k, count) - 1) / np.sqrt(n) for k, count in ((0, n * m), (1, m)))
        layers.append((weight.reshape(m, n).astype(job.dtype), bias.astype(job.dtype)))
    return layers


def number(value):
    """A Python number, also of an array or a tensor with a history; None for those that JSON does not have."""
    plain = float(value.item() if hasattr(value, "item") else value)
    return plain if math.isfinite(plain) else None


def loaded_blas():
    """The libraries of matrix products that this process has loaded: a reference BLAS would make a slow peer."""
    try:
        with open("/proc/self/maps") as maps:
            paths = {line.split()[-1] for line in maps if ".so" in line}
    except OSError:
        return "unknown"
    names = sorted(path.rsplit("/", 1)[-1] for path in paths)
    return ", ".join(n for n in names if any(word in n.lower() for word in ("blas", "dnnl", "mkl"))) or "its own"


def sample(step, seconds):
    """Median and least microseconds a call, in chunks of about 3 ms, and what the last call gave."""
    start, calls = time.perf_counter(), 0
    while calls == 0 or time.perf_counter() - start < seconds / 10:
        last = step()
        calls += 1
    each = (time.perf_counter() - start) / calls
    if each > seconds:
        return {"us": each * 1e6, "least_us": each * 1e6, "last": number(last)}
    chunk = range(max(1, int(0.003 / each)))
    us, begin = [], time.perf_counter()
    while time.perf_counter() - begin < seconds or len(us) < 3:
        start = time.perf_counter()
        for _ in chunk:
            last = step()
        us.append((time.perf_counter() - start) * 1e6 / len(chunk))
    us.sort()
    return {"us": us[len(us) // 2], "least_us": us[0], "last": number(last)}


def take_turns(job, measure, **fields):
    """Says that it is ready, then measures once for each line on stdin."""
    print(json.dumps({"ready": True, **fields}), flush=True)
    if not job.paced:
        print(json.dumps(measure()), flush=True)
        return
    for _ in sys.stdin:
        print(json.dumps(measure()), flush=True)


def time_step(job, first, settings, step):
    take_turns(job, lambda: sample(step, job.seconds), first=number(first), settings=f"{settings}; products: {loaded_blas()}")
