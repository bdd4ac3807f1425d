"""W1 to W4 in trsim, in SimPy and Ciw, and in a bare kernel that does no more than it must.

Every round runs all engines one after the other, so that a busy machine slows all alike; medians
over rounds. CPU seconds, user and system, one thread. `benches/peers/run.sh` makes what it needs.
"""

import argparse
import csv
import json
import os
import pathlib
import sys
import tempfile

import measure

HERE = pathlib.Path(__file__).resolve().parent
EXPECTED_WAIT_S = {"w1": 6.3, "w2": 5.85, "w3": 2.75, "w4": 13.46}


def limit(kernel, workload, tasks, seed):
    """The kernel times itself, without its start; (ns a task, mean wait)."""
    options = ["--w", workload, "--fel", "tree", "--reps", 1, "--seed", seed, "--arrivals", tasks]
    told = json.loads(measure.run([kernel, *options]).output)
    return told["ns_task"], told["mean_wait"]


def ours(workload, tasks, seed):
    """The whole process, and what each further task takes: the difference of two sizes, which
    leaves out the start, reading and writing."""
    scenario = measure.ROOT / f"scenarios/bench/{workload}.toml"
    small = tasks // 10
    with tempfile.TemporaryDirectory() as folder:
        cpu_s = {}
        for n in (small, tasks):
            horizon = ("--set", f"horizon={{tasks={n}}}", "--seed", seed)
            cpu_s[n] = measure.trsim(scenario, f"{folder}/{n}", *horizon).cpu_s
        wait = mean_wait(pathlib.Path(folder) / str(tasks) / "summary.csv")
    whole = cpu_s[tasks] / tasks
    further = (cpu_s[tasks] - cpu_s[small]) / (tasks - small)
    return {"trsim, whole process": (whole * 1e9, wait), "trsim, a further task": (further * 1e9, wait)}


def mean_wait(summary):
    with open(summary, newline="") as file:
        for row in csv.DictReader(file):
            if row["scope"] == "all" and row["metric"] == "wait_mean":
                return float(row["estimate"])
    sys.exit(f"{summary} has no mean wait")


def peer(models, workload, tasks, seed):
    """A model times its simulation, without its imports; (ns a task, mean wait)."""
    told = json.loads(measure.run([sys.executable, HERE / models, workload, tasks, seed]).output)
    return told["cpu_s"] * 1e9 / tasks, told["mean_wait_s"]


def one_round(asked, workload, seed):
    """All engines once; {engine: (ns a task, mean wait)} in the order of the table."""
    found = {}
    if asked.limit and "limit" in asked.engines:
        found["limit kernel"] = limit(asked.limit, workload, asked.tasks, seed)
    if "trsim" in asked.engines:
        found |= ours(workload, asked.tasks, seed)
    if "simpy" in asked.engines:
        found["SimPy"] = peer("simpy_models.py", workload, asked.peer_tasks, seed)
    if "ciw" in asked.engines and workload in ("w1", "w2"):
        found["Ciw"] = peer("ciw_models.py", workload, asked.peer_tasks, seed)
    return found


def rows(asked):
    """The table's rows, a workload as soon as its rounds are done."""
    for workload in asked.workloads:
        rounds = [one_round(asked, workload, seed) for seed in range(1, asked.rounds + 1)]
        yield from medians(workload, rounds)


def medians(workload, rounds):
    """A row for each engine."""
    for engine in rounds[0]:
        ns = measure.median(found[engine][0] for found in rounds)
        wait = sum(found[engine][1] for found in rounds) / len(rounds)
        share = "-"
        if "limit kernel" in rounds[0]:
            pairs = (found["limit kernel"][0] / found[engine][0] for found in rounds)
            share = f"{measure.median(pairs):.3f}"
        expected = f"{EXPECTED_WAIT_S[workload]:.2f} s"
        name = f"{workload.upper()} {engine}"
        yield name, f"{1e9 / ns:,.0f}", f"{ns:,.0f}", share, f"{wait:.2f} s", expected


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    engines = ["limit", "trsim", "simpy", "ciw"]
    workloads = list(EXPECTED_WAIT_S)
    parser.add_argument("--rounds", type=int, default=5, help="how often each engine runs (5)")
    parser.add_argument("--tasks", type=int, default=1_000_000, help="of trsim and the kernel (10^6)")
    parser.add_argument("--peer-tasks", type=int, default=50_000, help="of SimPy and Ciw (50,000)")
    parser.add_argument("--workloads", nargs="+", choices=workloads, default=workloads)
    parser.add_argument("--engines", nargs="+", choices=engines, default=engines)
    parser.add_argument(
        "--limit", default=os.environ.get("LIMIT"), help="the limit kernel's program (or $LIMIT)"
    )
    return parser.parse_args()


def main():
    asked = arguments()
    if "limit" in asked.engines and not asked.limit:
        print("No limit kernel: neither --limit nor $LIMIT names its program.")
    measure.build()
    print(measure.where())
    print(
        f"CPU time on one thread, medians of {asked.rounds} alternating rounds; {asked.tasks:,} tasks, "
        f"SimPy and Ciw {asked.peer_tasks:,}."
    )
    print("Ciw says neither skills nor offers: no W3, no W4.\n")
    head = ("", "tasks/s", "ns/task", "of the limit", "mean wait", "expected")
    measure.table(head, rows(asked))


if __name__ == "__main__":
    main()
