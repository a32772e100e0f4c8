"""The data that all peers read: the lesson's points as text, Fashion-MNIST unpacked."""
import gzip
import math
import random
import shutil
from pathlib import Path

FASHION = Path("/usr/share/datasets/fashion-mnist")


def legacy_normals(seed):
    """numpy.random.seed(seed), then numpy.random.randn() for ever: MT19937, Marsaglia's polar method."""
    state = [seed]
    for i in range(1, 624):
        state.append((1812433253 * (state[-1] ^ (state[-1] >> 30)) + i) & 0xFFFFFFFF)
    generator = random.Random()
    generator.setstate((3, (*state, 624), None))
    while True:
        r = 0
        while not 0 < r < 1:
            x, y = (2 * generator.random() - 1 for _ in range(2))
            r = x * x + y * y
        f = math.sqrt(-2 * math.log(r) / r)
        yield f * y
        yield f * x


def lesson(folder):
    """Writes the 200 points of the lesson's two spirals, with seed 42, as rows "x y class"; gives the path."""
    normals, rows = legacy_normals(42), []
    for c in (0, 1):
        for i in range(100):
            r, t = i / 99, 4 * c + 4 * i / 99 + 0.2 * next(normals)
            rows.append(f"{r * math.sin(t)!r} {r * math.cos(t)!r} {c}\n")
    path = folder / "lesson.txt"
    path.write_text("".join(rows))
    return path


def fashion(folder):
    """Unpacks Fashion-MNIST; gives the folder, or raises FileNotFoundError with the way to get it."""
    if not FASHION.exists():
        raise FileNotFoundError(f"{FASHION} is not there (Debian: dataset-fashion-mnist)")
    unpacked = folder / "fashion-mnist"
    unpacked.mkdir(exist_ok=True)
    for packed in FASHION.glob("*.gz"):
        target = unpacked / packed.stem
        if not target.exists():
            with gzip.open(packed) as source, open(target, "wb") as sink:
                shutil.copyfileobj(source, sink)
    return unpacked


def path_of(name, folder):
    return {"lesson": lesson, "fashion": fashion}[name](folder)
