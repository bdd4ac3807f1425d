"""What the scripts of this folder share: measured child processes, medians, tables."""

import itertools
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parents[1]
TRSIM = ROOT / "target/release/trsim"

median = statistics.median


@dataclass
class Usage:
    """What one process took, children included: user and system CPU seconds, wall seconds; and what
    it wrote to standard output."""

    cpu_s: float
    wall_s: float
    output: str


def run(command):
    """Runs a command to its end. Exits with what it wrote to standard error if it fails."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        start = time.monotonic()
        child = subprocess.Popen([str(word) for word in command], stdout=out, stderr=err)
        _, status, used = os.wait4(child.pid, 0)
        wall_s = time.monotonic() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if child.returncode != 0:
            sys.exit(f"{' '.join(map(str, command))}\nended with {child.returncode}: {err.read()}")
        return Usage(used.ru_utime + used.ru_stime, wall_s, out.read())


def trsim(scenario, out, *more, threads=1):
    """One `trsim run`, quiet."""
    return run([TRSIM, "run", scenario, "--threads", threads, "--out", out, "--quiet", *more])


def build():
    """The program as its users have it. Cargo's own lines go to standard error."""
    cargo = ["cargo", "build", "--release", "--quiet", "--bin", "trsim"]
    environment = os.environ | {"CARGO_TARGET_DIR": str(ROOT / "target")}
    if subprocess.run(cargo, cwd=ROOT, env=environment).returncode != 0:
        sys.exit("cargo build failed")


def where():
    """One line on the machine, how busy it is, and the compiler. Wall times of a busy machine say
    little, and what two threads bring says nothing."""
    rustc = run(["rustc", "--version"]).output.strip()
    names = [line.split(":", 1)[1].strip() for line in cpuinfo() if line.startswith("model name")]
    cpu, busy = names[0] if names else "unknown CPU", os.getloadavg()[0]
    return f"{cpu}, {os.cpu_count()} cores, load {busy:.1f}; {rustc}"


def cpuinfo():
    try:
        return pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return []


def table(head, rows):
    """Prints columns, each row as it comes: the first column to the left, the others to the right."""
    widths = [36, *(max(len(title), 10) for title in head[1:])]
    for line in itertools.chain([head], rows):
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(line[1:], widths[1:])]
        print("  ".join(cells).rstrip(), flush=True)
