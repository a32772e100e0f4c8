"""What is measured: every job, who takes part in it and how. What must come out of it stands in goals.json."""
from dataclasses import dataclass, field

GEMM_PEERS = ["OpenBLAS loops", "oneDNN loops", "Eigen loops"]
GRID_WIDTHS, GRID_BATCHES = (8, 32, 128, 512, 2048), (1, 16, 128, 1024)
TINY_SHAPES = ["3-24-1:57", "5-10-3:100", "2-16-16-1:200"]


@dataclass(frozen=True)
class Entrant:
    label: str  # in tables and goals
    peer: str  # its entry in peers.py
    options: tuple = ()
    environment: tuple = ()  # of (name, value)
    threads: int = 1


@dataclass
class Job:
    name: str
    title: str
    shape: str
    batch: int
    entrants: list
    kind: str = "step"  # step, infer or fashion
    options: dict = field(default_factory=dict)
    peak: bool = False  # sample the FMA peak in each round
    cost: float = 1  # time it may take, as a multiple of the usual
    quick: bool = True  # part of --quick

    @property
    def widths(self):
        return [int(width) for width in self.shape.split("-")]

    def flops(self):
        """Of the matrix products alone: the first layer needs no gradient of its input."""
        pairs = list(zip(self.widths, self.widths[1:]))
        return sum((4 if l == 0 else 6) * self.batch * n * m for l, (n, m) in enumerate(pairs))


HINDSIGHT = Entrant("Hindsight", "hindsight")
TORCH = Entrant("PyTorch", "pytorch")
NUMPY = Entrant("NumPy", "numpy")
# The loops as lessons write them: what their readers have, and what the gate of the lesson in float64 was set by.
TORCH_AS_WRITTEN = Entrant("PyTorch, as written", "pytorch", ("--as-written",))
NUMPY_AS_WRITTEN = Entrant("NumPy, as written", "numpy", ("--as-written",))
LIBTORCH = Entrant("libtorch", "libtorch")
DLIB = Entrant("dlib", "dlib")
LOOPS = [Entrant(label, label.split()[0].lower()) for label in GEMM_PEERS]
MODERN = [Entrant("PyTorch, current", "pytorch-current"), Entrant("torch.compile", "torch.compile"), Entrant("JAX", "jax")]


def loss_for(shape):
    return "bce" if shape.endswith("-1") else "cross_entropy"


def lesson(name, title, entrants, dtype="float32", **more):
    """The lesson: its 200 points as one batch, its learning rate, the loss read at every iteration."""
    options = {"--loss": "bce", "--lr": "0.5", "--data": "lesson", "--dtype": dtype, "--read-loss": None}
    return Job(name, title, "2-16-1", 200, entrants, options=options, **more)


def step(name, shape, batch, entrants, loss=None, **more):
    return Job(name, f"{shape}, batch {batch}", shape, batch, entrants, options={"--loss": loss or loss_for(shape)}, **more)


def tiny(spec):
    """SHAPE[:BATCH[:LOSS]]"""
    shape, batch, loss = (spec.split(":") + ["", ""])[:3]
    return step(f"tiny-{shape}", shape, int(batch or 100), [HINDSIGHT, TORCH, *LOOPS], loss or None)


def lessons(modern):
    eager = lesson("lesson-eager", "the lesson written as an eager loop, the loss not read",
                   [Entrant("Hindsight, eager", "hindsight", ("--eager",)), TORCH])
    del eager.options["--read-loss"]
    return [
        lesson("lesson-float32", "the lesson, float32",
               [HINDSIGHT, TORCH, TORCH_AS_WRITTEN, NUMPY, NUMPY_AS_WRITTEN, LIBTORCH, DLIB, *LOOPS, *modern], peak=True),
        lesson("lesson-float64", "the lesson, float64", [HINDSIGHT, NUMPY, NUMPY_AS_WRITTEN, TORCH, LOOPS[0], LOOPS[2]],
               "float64", peak=True),
        lesson("lesson-avx2", "the lesson, float32, our AVX-512 kernels disabled",
               [Entrant("Hindsight", "hindsight", environment=(("HINDSIGHT_TARGET", "avx2"),)), TORCH]),
        lesson("lesson-wasm", "the lesson, float32, ours as WASM SIMD in node", [Entrant("Hindsight", "hindsight-wasm"), TORCH], quick=False),
        eager,
    ]


def grid_cell(width, batch):
    shape = f"{width}-{width}-{width}-10"
    quick = width in (8, 128) and batch in (1, 128)
    cost = 2 if width * width * batch > 1e8 else 0.7
    return step(f"grid-{width}x{batch}", shape, batch, [HINDSIGHT, *LOOPS], cost=cost, quick=quick)


def adam(shape, batch):
    by_adam = Entrant("Hindsight, Adam", "hindsight", ("--optimizer", "adam"))
    return step(f"adam-{shape}", shape, batch, [HINDSIGHT, by_adam], quick=shape != "784-512-512-10")


def threads(width, batch):
    both = [HINDSIGHT, Entrant("Hindsight, 2 threads", "hindsight", ("--threads", "2"), threads=2)]
    return step(f"threads-{width}x{batch}", f"{width}-{width}-{width}-10", batch, both, quick=width == 128 and batch == 128)


def fashion(optimizer, lr):
    options = {"--data": "fashion", "--optimizer": optimizer, "--lr": lr}
    return Job(f"fashion-{optimizer}", f"Fashion-MNIST, 784-128-10, batch 64, {optimizer}: one epoch", "784-128-10", 64,
               [HINDSIGHT, TORCH], "fashion", options, cost=4, quick=False)


def infer(shape):
    return Job(f"infer-{shape}", f"inference of one sample, {shape}", shape, 1, [HINDSIGHT, TORCH], "infer",
               {"--loss": loss_for(shape)})


def all_jobs(tiny_shapes=(), modern=False):
    more = MODERN if modern else []
    return [
        *lessons(more),
        *[tiny(spec) for spec in tiny_shapes or TINY_SHAPES],
        *[step(f"step-{h}-{h}-{h}-10", f"{h}-{h}-{h}-10", 128, [HINDSIGHT, TORCH, LIBTORCH, *more], peak=True)
          for h in (16, 64, 128, 512)],
        *[step(f"peak-{shape}", shape, batch, [HINDSIGHT, *LOOPS], peak=True)
          for shape, batch in (("784-128-10", 64), ("784-512-512-10", 128), ("64-64-64-64-1", 256))],
        *[infer("2-16-1"), infer("784-128-10")],
        *[adam(shape, batch) for shape, batch in (("64-64-64-10", 128), ("784-128-10", 64), ("784-512-512-10", 128))],
        *[threads(width, batch) for width in (128, 512, 2048) for batch in (128, 1024) if width * batch < 2e6],
        *[fashion("sgd", "0.1"), fashion("adam", "0.001")],
        *[grid_cell(width, batch) for width in GRID_WIDTHS for batch in GRID_BATCHES],
    ]
