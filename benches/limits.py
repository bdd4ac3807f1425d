"""What trsim takes besides time: memory, start-up, and what a second thread brings.

A figure a line, and what it is measured on. Memory is the largest resident size, as the run's
manifest has it: what the system tells of a child begins with the size of its parent, and Python's
is larger. `--full` adds W4 with 10^8 tasks, which takes minutes.
"""

import argparse
import json
import pathlib
import tempfile

import measure

W4 = measure.ROOT / "scenarios/bench/w4.toml"
MIB = 2**20
STARTS = 20


def memory(n_tasks, folder):
    """The peak of W4 with so many tasks: it should not depend on them."""
    horizon = ("--set", f"horizon={{tasks={n_tasks}}}")
    measure.trsim(W4, folder, *horizon)
    manifest = json.loads((pathlib.Path(folder) / "manifest.json").read_text())
    peak = manifest["peak_rss_bytes"]
    return "not told by this system" if peak is None else f"{peak / MIB:.1f} MiB"


def two_threads(folder, rounds):
    """How many times faster eight replications of W4 end on two threads: wall time, alternating."""
    plan = ("--replications", 8, "--set", "horizon={tasks=200000}")
    ratios = []
    for _ in range(rounds):
        one, two = (measure.trsim(W4, folder, *plan, threads=n).wall_s for n in (1, 2))
        ratios.append(one / two)
    return measure.median(ratios)


def start(*command):
    """Median wall milliseconds of a command that does little."""
    return 1e3 * measure.median(measure.run(command).wall_s for _ in range(STARTS))


def figures(asked, folder):
    """A row for each figure."""
    for exponent in (5, 6, 7, 8) if asked.full else (5, 6, 7):
        name = f"peak memory, W4, 10^{exponent} tasks"
        yield name, memory(10**exponent, folder)
    yield "2 threads, 8 replications of W4", f"{two_threads(folder, asked.rounds):.2f} x"
    yield "start: trsim --version", f"{start(measure.TRSIM, '--version'):.1f} ms"
    once = ("--replications", 1, "--quiet", "--out", folder)
    embedded = start(measure.TRSIM, "run", *once, "--set", 'horizon="1s"')
    yield "start: embedded scenario, one second", f"{embedded:.1f} ms"
    day = start(measure.TRSIM, "run", *once)
    yield "embedded scenario, one replication", f"{day:.1f} ms"
    bundled = start(measure.TRSIM, "run", "--quiet", "--out", folder)
    yield "embedded scenario, as `trsim run`", f"{bundled:.1f} ms"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--full", action="store_true", help="10^8 tasks too")
    parser.add_argument("--rounds", type=int, default=3, help="pairs of one and two threads (3)")
    return parser.parse_args()


def main():
    asked = arguments()
    measure.build()
    print(measure.where())
    with tempfile.TemporaryDirectory() as folder:
        measure.table(("", "figure"), figures(asked, folder))


if __name__ == "__main__":
    main()
