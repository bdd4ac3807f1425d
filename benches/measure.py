"""What the scripts of this folder share: measured child processes, medians, tables."""

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
    """What one process took, children included: user and system CPU seconds, wall seconds, and the
    largest resident size in bytes."""

    cpu_s: float
    wall_s: float
    peak_bytes: int
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
        return Usage(used.ru_utime + used.ru_stime, wall_s, used.ru_maxrss * 1024, out.read())


def trsim(scenario, out, *more):
    """One `trsim run` on one thread, unless `more` says otherwise."""
    return run([TRSIM, "run", scenario, "--threads", 1, "--out", out, "--quiet", *more])


def build():
    """The program as its users have it. Cargo's own lines go to standard error."""
    cargo = ["cargo", "build", "--release", "--quiet", "--bin", "trsim"]
    if subprocess.run(cargo, cwd=ROOT).returncode != 0:
        sys.exit("cargo build failed")


def where():
    """One line on the machine and the compiler."""
    rustc = run(["rustc", "--version"]).output.strip()
    names = [line.split(":", 1)[1].strip() for line in cpuinfo() if line.startswith("model name")]
    return f"{names[0] if names else 'unknown CPU'}, {os.cpu_count()} cores; {rustc}"


def cpuinfo():
    try:
        return pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return []


def table(head, rows):
    """Prints columns: the first to the left, the others to the right."""
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(line[1:], widths[1:])]
        print("  ".join(cells).rstrip())
