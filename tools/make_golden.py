#!/usr/bin/python3
"""Writes what PyTorch computes to tests/golden/FAMILY.safetensors, one file a module of tools/golden.

    tools/make_golden.py                 all families
    tools/make_golden.py FAMILY...       some of them
    tools/make_golden.py --check ...     writes nothing; exits 1 and names the files that would change

It needs Debian's python3-torch and python3-numpy, hence /usr/bin/python3; the tests that read the files do not. A
family is a module with one function, cases(golden), that calls golden.add() once a case (tools/golden/frame.py).
"""
import argparse
import importlib
import pathlib
import sys

root = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(root / "tools"))
from golden.frame import Golden  # noqa: E402


def main():
    families = sorted(p.stem for p in (root / "tools/golden").glob("*.py") if p.stem not in ("__init__", "frame"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("family", nargs="*", metavar="FAMILY", help=", ".join(families))
    parser.add_argument("--check", action="store_true", help="compare with the files that are there")
    options = parser.parse_args()
    unknown = [f for f in options.family if f not in families]
    if unknown:
        sys.exit(f"make_golden: there is no family {unknown[0]!r}; there are {', '.join(families)}")
    stale = []
    for family in options.family or families:
        golden = Golden(family)
        importlib.import_module(f"golden.{family}").cases(golden)
        data = golden.file()
        path = root / "tests/golden" / f"{family}.safetensors"
        if not path.exists() or path.read_bytes() != data:
            stale.append(family)
        if not options.check:
            path.write_bytes(data)
        print(f"{family}: {len(golden)} cases of {golden.operations()} operations, {len(data) / 1e6:.2f} MB")
    if options.check and stale:
        sys.exit(f"make_golden: stale: {', '.join(stale)}")


if __name__ == "__main__":
    main()
