"""Counts instructions and compares them with counts.txt: each may be off by 3 %, either way.

Ends with 1 if one is off. UPDATE=1 writes what is counted into counts.txt instead; a change that
makes something dearer says why in its commit. Counts depend on the compiler, on valgrind, and on
which variants of memcpy and the like the C library picks for the CPU; where those are not the ones
of counts.txt, or where valgrind or gungraun-runner is missing, nothing is compared, and that is
said.
"""

import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TARGET = HERE.parents[1] / "target"
COUNTS = HERE / "counts.txt"
ALLOWED = 0.03
HEAD = "# Instructions, counted by gate.py; UPDATE=1 renews them. Made with\n# "


def missing():
    """What cannot be done without, as words; None if all is there."""
    runner = os.environ.get("GUNGRAUN_RUNNER", "gungraun-runner")
    if shutil.which("valgrind") is None:
        return "there is no valgrind"
    if shutil.which(runner) is None:
        return "there is no gungraun-runner: cargo install gungraun-runner --version =0.20.0"
    return None


def made_with():
    """What counts depend on besides this repository, on one line."""
    told = [output("rustc", "--version"), output("valgrind", "--version")]
    flags = pathlib.Path("/proc/cpuinfo")
    wide = flags.exists() and " avx2 " in flags.read_text()
    libc = " ".join(platform.libc_ver())
    return ", ".join([*told, libc, f"{platform.machine()}{' avx2' if wide else ''}"])


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def count():
    """{bench: instructions}, in the order of instructions.rs."""
    cargo = ["cargo", "bench", "--quiet", "--bench", "instructions"]
    bench = [*cargo, "--", "--output-format=json"]
    environment = os.environ | {"CARGO_TARGET_DIR": str(TARGET)}
    ran = subprocess.run(bench, cwd=HERE, env=environment, stdout=subprocess.PIPE, text=True)
    if ran.returncode != 0:
        sys.exit(f"cargo bench ended with {ran.returncode}")
    counts = {}
    for line in ran.stdout.splitlines():
        told = json.loads(line)
        metrics = told["profiles"][0]["data"]["total"]["metrics"]
        counts[f"{told['function_name']}.{told['id']}"] = metrics["Ir"]["values"]["new"]
    return counts


def read():
    """What counts.txt was made with, and its counts."""
    _, made, *lines = COUNTS.read_text().splitlines()
    rows = (line.split() for line in lines)
    return made.removeprefix("# "), {name: int(n) for name, n in rows}


def compare(before, now):
    """Prints a line per bench; how many are off."""
    n_off = 0
    for name in before.keys() | now.keys():
        if name not in before or name not in now:
            print(f"{name}: only {'counted' if name in now else 'in counts.txt'}")
            n_off += 1
    for name in (name for name in now if name in before):
        change = now[name] / before[name] - 1
        off = abs(change) > ALLOWED
        n_off += off
        mark = "  off" if off else ""
        print(f"{name:20}{before[name]:>14,} -> {now[name]:>14,} {change:>+8.2%}{mark}")
    return n_off


def main():
    if lacking := missing():
        print(f"skipped: {lacking}")
        return
    made = made_with()
    if os.environ.get("UPDATE") == "1":
        rows = "".join(f"{name} {n}\n" for name, n in count().items())
        COUNTS.write_text(f"{HEAD}{made}\n{rows}")
        print(COUNTS.read_text(), end="")
        return
    made_before, before = read()
    if made != made_before:
        print(f"skipped: counts.txt is of\n  {made_before}\nand this is\n  {made}")
        return
    if n_off := compare(before, count()):
        renew = "UPDATE=1 python3 benches/instructions/gate.py"
        sys.exit(f"{n_off} off by more than {ALLOWED:.0%}; if that is meant: {renew}")


if __name__ == "__main__":
    main()
