"""Who can be measured and how each is built and called. A peer that is not installed is Missing, with its reason."""
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "bench"
FLAGS = ["-O3", "-march=native", "-mprefer-vector-width=512", "-fno-math-errno", "-fno-trapping-math"]
EIGEN = ["-isystem", "/usr/include/eigen3"]

# Peers in C++: source, what the compiler wants beside -O3, a header that tells whether it is there, Debian's package.
COMPILED = {
    "openblas": ("gemm.cpp", ["-std=gnu++20", *FLAGS, "-DPEER_CBLAS"], "openblas/cblas.h", "libopenblas-pthread-dev"),
    "onednn": ("gemm.cpp", ["-std=gnu++20", *FLAGS, "-DPEER_ONEDNN"], "dnnl.h", "libdnnl-dev"),
    "eigen": ("gemm.cpp", ["-std=gnu++20", *FLAGS, "-DPEER_EIGEN", *EIGEN], "eigen3/Eigen/Dense", "libeigen3-dev"),
    "libtorch": ("libtorch.cpp", ["-std=gnu++17", "-O2", "-isystem", "/usr/include/torch/csrc/api/include"], "torch/csrc/api/include/torch/torch.h", "libtorch-dev"),
    "dlib": ("dlib.cpp", ["-std=gnu++17", *FLAGS], "dlib/dnn.h", "libdlib-dev"),
}
LINKED = {"openblas": ["-lopenblas"], "onednn": ["-ldnnl"], "libtorch": ["-ltorch", "-ltorch_cpu", "-lc10"], "dlib": ["-ldlib", "-lopenblas"]}
PEAK_TARGETS = {"avx512f": ["-mavx512f", "-mprefer-vector-width=512"], "avx2": ["-mavx2", "-mfma"], "": []}
MODULES = {"numpy": ("numpy_step.py", "numpy", "python3-numpy"), "pytorch": ("pytorch.py", "torch", "python3-torch")}
CURRENT = {"pytorch-current": ("pytorch.py", []), "torch.compile": ("pytorch.py", ["--compile"]), "jax": ("jax_step.py", [])}


class Missing(Exception):
    """This peer cannot be measured here; the message says why."""


def run(command, **options):
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    except FileNotFoundError:
        raise Missing(f"{command[0]} is not installed") from None
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "error" in line.lower()] or done.stderr.splitlines() or ["no message"]
        raise Missing(f"{Path(command[0]).name} failed: {lines[0][:200]}")
    return done.stdout


def processor_flags():
    try:
        line = next(line for line in open("/proc/cpuinfo") if line.startswith("flags"))
        return line.split(":")[1].split()
    except (OSError, StopIteration):
        return []


def environment(threads):
    """The best settings that peers take from the environment."""
    count = str(threads)
    settings = {"OMP_NUM_THREADS": count, "OPENBLAS_NUM_THREADS": count, "MKL_NUM_THREADS": count}
    if "avx512f" in processor_flags():
        settings["OPENBLAS_CORETYPE"] = "SKYLAKEX"  # OpenBLAS does not know newer cores, and falls to older kernels
    return settings


class Peers:
    """Builds on demand, into `folder`; remembers what is missing."""

    def __init__(self, build, folder, python):
        self.build, self.folder, self.python = build, folder, python
        self.known = {}
        folder.mkdir(parents=True, exist_ok=True)

    def command(self, peer, kind):
        """The words to start `peer` with; raises Missing."""
        key = peer, kind
        if key not in self.known:
            try:
                self.known[key] = self.find(peer, kind)
            except Missing as reason:
                self.known[key] = reason
        if isinstance(self.known[key], Missing):
            raise self.known[key]
        return self.known[key]

    def find(self, peer, kind):
        if peer == "hindsight":
            return [self.existing(self.build / "bench" / kind)]
        if peer == "hindsight-wasm":
            return self.wasm(kind)
        if peer in COMPILED:
            if kind != "step":
                raise Missing(f"{peer} takes no part in {kind}")
            return [self.compiled(peer)]
        if peer in MODULES:
            script, module, package = MODULES[peer]
            if subprocess.run([self.python, "-c", f"import {module}"], capture_output=True).returncode:
                raise Missing(f"{self.python} has no {module} (Debian: {package})")
            return [self.python, BENCH / "peers" / script, kind]
        script, options = CURRENT[peer]
        return [self.current_python(), BENCH / "peers" / script, *options, kind]

    def check_targets(self, command, job_options):
        """Raises Missing where HINDSIGHT_TARGET is not read: a target that does not exist must be an error."""
        words = [str(word) for word in command + [o for o in job_options if o != "--paced"]]
        done = subprocess.run(words, env={**os.environ, "HINDSIGHT_TARGET": "no-such-target"}, capture_output=True)
        if done.returncode == 0:
            raise Missing("this build does not read HINDSIGHT_TARGET, so its AVX-512 kernels cannot be disabled")

    def existing(self, path):
        if not path.exists():
            raise Missing(f"bench/{path.name} is not built in {path.parent.parent.name}: run 'make bench'")
        return path

    def compiled(self, peer):
        source, flags, header, package = COMPILED[peer]
        return self.compile(peer, BENCH / "peers" / source, flags, LINKED.get(peer, []), self.include(peer, header, package))

    def include(self, peer, header, package):
        """Options that find the header, which Debian keeps in one of three places."""
        places = [Path("/usr/include"), Path("/usr/local/include"), Path(f"/usr/include/{platform.machine()}-linux-gnu")]
        if peer == "openblas":
            header = "cblas.h"
            places = [place / folder for place in places for folder in ("openblas-pthread", "openblas", "openblas-openmp", "")]
        for place in places:
            if (place / header).exists():
                return ["-I", place] if peer == "openblas" else []
        raise Missing(f"{header} is not installed (Debian: {package})")

    def compile(self, name, source, flags, libraries=(), include=()):
        program = self.folder / name
        sources = [source, *BENCH.glob("*.hpp"), *(BENCH / "peers").glob("*.hpp")]
        if not program.exists() or program.stat().st_mtime < max(s.stat().st_mtime for s in sources):
            print(f"bench: compiling {name}", file=sys.stderr, flush=True)
            run(["g++", *flags, *include, source, "-o", program, *libraries])
        return program

    def peaks(self):
        """{target: command} of the FMA peak for the targets of this processor."""
        flags = processor_flags()
        targets = {t: f for t, f in PEAK_TARGETS.items() if not t or t in flags}
        source = BENCH / "peers/peak.cpp"
        return {t or "baseline": [self.compile(f"peak-{t or 'baseline'}", source, ["-std=gnu++20", "-O3", "-ffp-contract=fast", *f])]
                for t, f in targets.items()}

    def wasm(self, kind):
        """Our program for node, with SIMD; the library comes from the wasm preset."""
        compiler, node = shutil.which("em++"), shutil.which("node") or shutil.which("nodejs")
        if not compiler or not node:
            raise Missing("em++ or node is not installed (tools/install-deps wasm)")
        print("bench: building for WASM", file=sys.stderr, flush=True)
        run(["cmake", "--preset", "wasm"], cwd=ROOT)
        run(["cmake", "--build", "--preset", "wasm", "--target", "hindsight"], cwd=ROOT)
        library, program = ROOT / "build/wasm/src/libhindsight.a", self.folder / f"{kind}.js"
        flags = ["-std=c++20", "-O3", "-msimd128", "-fexceptions", "-sSINGLE_FILE=1", "-sALLOW_MEMORY_GROWTH=1", "-sEXIT_RUNTIME=1",
                 "-sNODERAWFS=1"]
        run([compiler, *flags, "-I", ROOT / "include", BENCH / f"{kind}.cpp", library, "-o", program],
            env=dict(os.environ, NODE_PATH="/usr/share/nodejs"))
        return [node, program]

    def current_python(self):
        """A virtual environment with the current PyTorch and JAX, made once."""
        folder = self.folder / "current"
        python = folder / "bin/python"
        stamp = folder / "complete"
        if not stamp.exists():
            print("bench: installing the current PyTorch and JAX; this takes minutes", file=sys.stderr, flush=True)
            run([self.python, "-m", "venv", folder])
            run([python, "-m", "pip", "install", "--quiet", "torch", "jax", "numpy"])
            stamp.touch()
        return python
