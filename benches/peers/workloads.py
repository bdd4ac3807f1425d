"""W1 to W4 of scenarios/bench in numbers, for models in other simulators. Seconds throughout."""

import json
import pathlib
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]

TALK = 300.0
REJECTED, MISSED = 0.03, 0.10
ANSWER, RING, AWAY = 8.0, 20.0, 60.0
N_QUEUES = 10

# Workers, arrivals a second, mean patience (None: nobody gives up).
W1 = (100, 0.9 * 100 / TALK, None)
W2 = (100, 1.0 * 100 / TALK, 120.0)
W3 = W4 = (200, 0.95 * 200 / TALK, 180.0)


def skills():
    """The three queues of each worker of W3 and W4."""
    workers = json.loads((ROOT / "scenarios/bench/workers.json").read_text())["workers"]
    return [json.loads(worker["attributes"])["skills"] for worker in workers]


def priority(u):
    """2 for a tenth of the tasks, 1 for two tenths, 0 for the others."""
    return 2 if u < 0.1 else 1 if u < 0.3 else 0


def measure(models):
    """Runs `models[argv[1]](tasks, seed)`; prints the CPU seconds of what it returns and its mean wait.

    A model returns two functions: one that simulates, which is timed, and one that then tells the
    mean wait and the share of tasks that gave up.
    """
    workload, tasks, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    simulate, results = models[workload](tasks, seed)
    start = time.process_time()
    simulate()
    cpu_s = time.process_time() - start
    mean_wait_s, abandoned = results()
    print(json.dumps({"cpu_s": cpu_s, "mean_wait_s": mean_wait_s, "abandoned": abandoned}))
