"""W4 with ever more workers: CPU nanoseconds a task, and how many times those of 200 workers.

Two series: ten queues whatever the number of workers, and a queue for every twenty. Each worker has
three skills and each task one, arrivals grow with the workers, so the load stays 0.95. The first
three tasks per worker fill an empty center; only the tasks after them are counted, as the
difference of two runs, so start, reading, filling and draining are left out. One thread, best of
the rounds.

With the limit kernel (`--limit`, or $LIMIT) its own growth stands beside ours.
"""

import argparse
import json
import os
import pathlib
import random
import tempfile

import measure

SKILLS_EACH = 3
LOAD, TALK_S = 0.95, 300
SERIES = (lambda n_workers: 10, lambda n_workers: max(10, n_workers // 20))


def scenario(n_workers, n_queues):
    """W4 as scenarios/bench/w4.toml has it, but for the numbers of workers and queues."""
    queues, filters, mix = [], [], []
    for q in range(n_queues):
        queues.append(f"""{{ friendly_name = "q{q}", target_workers = "skills HAS {q}" }}""")
        filters.append(f"""{{ expression = "skill == {q}", targets = [{{ queue = "q{q}" }}] }}""")
        for share, priority in ((0.7, 0), (0.2, 1), (0.1, 2)):
            weight = share / n_queues
            mix.append(f"{{ p = {weight!r}, set = {{ skill = {q} }}, priority = {priority} }}")
    per_hour = LOAD * n_workers * 3600 / TALK_S
    return f"""
schema  = 1
name    = "growth"
horizon = {{ tasks = 1 }}
replications = 1

[workspace]
workers = {{ file = "workers.json" }}
settings = {{ longest_idle = "idle_since", reoffer_gap = "0s" }}
task_queues = [{", ".join(queues)}]

[[workspace.workflows]]
friendly_name = "Skills"
task_reservation_timeout = 20
configuration.task_routing.filters = [{", ".join(filters)}]

[[assign]]
workers  = "1==1"
group    = "all"
behavior = "desk"

[behavior.desk]
reject   = {{ p = 0.03 }}
miss     = 0.10
response = {{ dist = "exponential", mean = "8s" }}
recovery = "60s"

[source.calls]
arrivals = {{ per_hour = {per_hour} }}
patience = {{ dist = "exponential", mean = "180s" }}
talk     = {{ dist = "exponential", mean = "{TALK_S}s" }}
mix      = [{", ".join(mix)}]
"""


def workers(n_workers, n_queues):
    """Three skills each, drawn at random, the same every time."""
    rng = random.Random(777)
    rows = []
    for number in range(n_workers):
        skills = sorted(rng.sample(range(n_queues), SKILLS_EACH))
        attributes = json.dumps({"skills": skills})
        rows.append({"friendly_name": f"worker-{number + 1}", "attributes": attributes})
    return json.dumps({"workers": rows})


def sizes(n_workers, n_counted):
    """Tasks of the smaller and the larger run."""
    filling = 3 * n_workers
    return filling, filling + n_counted


def ours(n_workers, n_queues, asked):
    """Nanoseconds a task, and the seconds to start: read, check, make ready."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        path = folder / "growth.toml"
        path.write_text(scenario(n_workers, n_queues))
        (folder / "workers.json").write_text(workers(n_workers, n_queues))

        def cpu_s(n_tasks):
            horizon = f"horizon={{tasks={n_tasks}}}"
            return measure.trsim(path, folder / "out", "--set", horizon).cpu_s

        return further(cpu_s, n_workers, asked), cpu_s(1)


def limit(n_workers, n_queues, asked):
    """The kernel with the event list that grows best; it draws skills of its own."""

    def cpu_s(n_tasks):
        size = ["--n", n_workers, "--nq", n_queues, "--skills", "none", "--arrivals", n_tasks]
        told = measure.run([asked.limit, "--w", "w4", "--fel", "cal", "--reps", 1, *size]).output
        return json.loads(told)["cpu_med"]

    return further(cpu_s, n_workers, asked)


def further(cpu_s, n_workers, asked):
    """Nanoseconds of each task beyond those that fill the center."""
    small, large = sizes(n_workers, asked.tasks)
    best = {n: min(cpu_s(n) for _ in range(asked.rounds)) for n in (small, large)}
    return (best[large] - best[small]) * 1e9 / (large - small)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--workers", type=int, nargs="+", default=[200, 2_000, 20_000, 100_000])
    parser.add_argument("--tasks", type=int, default=500_000, help="counted tasks (500,000)")
    parser.add_argument("--rounds", type=int, default=2, help="how often each runs (2)")
    parser.add_argument(
        "--limit", default=os.environ.get("LIMIT"), help="the limit kernel's program (or $LIMIT)"
    )
    return parser.parse_args()


def rows(asked):
    """A row for each size, series by series."""
    for n_queues in SERIES:
        first = None
        for n_workers in asked.workers:
            ns, start_s = ours(n_workers, n_queues(n_workers), asked)
            bare = limit(n_workers, n_queues(n_workers), asked) if asked.limit else None
            first = first or (ns, bare)
            name = f"{n_workers:,} workers, {n_queues(n_workers):,} queues"
            row = [name, f"{ns:,.0f}", f"{ns / first[0]:.2f}", f"{start_s:.2f} s"]
            if bare:
                row += [f"{bare:,.0f}", f"{bare / first[1]:.2f}", f"{bare / ns:.3f}"]
            yield row


def main():
    asked = arguments()
    measure.build()
    print(measure.where())
    print(f"W4, CPU time on one thread, {asked.tasks:,} tasks counted, best of {asked.rounds}\n")
    head = ["", "ns/task", "growth", "start"]
    if asked.limit:
        head += ["limit ns/task", "its growth", "of the limit"]
    measure.table(head, rows(asked))


if __name__ == "__main__":
    main()
