"""A large workspace as TaskRouter's API exports it, the same every time, and a scenario on it.

Each of 50 products has a workflow, and a queue for each of 5 languages: `skills HAS "product-07" AND
languages HAS "fr" AND level >= 2`. A worker has one to four products, one to three languages and a
level; no two of them have the same attributes, for each has a contact URI. Tasks bring product,
language and the level they want; for 20 s only workers of that level are asked, best first, then
everybody in the queue. One task in a hundred names the worker whom it wants first. Behavior,
talk, patience and load are those of `scenarios/bench/w4.toml`.

With a folder as its argument, writes the scenario and the exports there. Without, measures: `trsim
check`, and what a further task takes beside W4 with as many workers, and as many queues or ten. CPU
seconds, one thread.
"""

import argparse
import hashlib
import json
import pathlib
import random
import tempfile

import growth
import measure

LANGUAGES = ["de", "en", "es", "fr", "it"]
PAGE = 1_000
API = "https://taskrouter.twilio.com/v1/Workspaces"


def sid(prefix, name):
    return prefix + hashlib.md5(f"{prefix} {name}".encode()).hexdigest()


ACCOUNT, WORKSPACE = sid("AC", ""), sid("WS", "large")


def resource(prefix, name, collection, more):
    """One resource, with what the API tells of each."""
    own = sid(prefix, name)
    url = f"{API}/{WORKSPACE}/{collection}/{own}"
    return {
        "account_sid": ACCOUNT,
        "workspace_sid": WORKSPACE,
        "sid": own,
        "friendly_name": name,
        "date_created": "2026-01-12T09:00:00Z",
        "date_updated": "2026-01-12T09:00:00Z",
        **more,
        "url": url,
        "links": {"workspace": f"{API}/{WORKSPACE}", "statistics": f"{url}/Statistics"},
    }


def pages(key, collection, resources):
    """The answers to a list request, page by page."""
    parts = [resources[n : n + PAGE] for n in range(0, len(resources), PAGE)]
    url = lambda n: f"{API}/{WORKSPACE}/{collection}?PageSize={PAGE}&Page={n}"
    for n, part in enumerate(parts):
        meta = {
            "page": n,
            "page_size": PAGE,
            "first_page_url": url(0),
            "previous_page_url": url(n - 1) if n else None,
            "url": url(n),
            "next_page_url": url(n + 1) if n + 1 < len(parts) else None,
            "key": key,
        }
        yield json.dumps({"meta": meta, key: part})


def workers(asked, rng):
    for number in range(1, asked.workers + 1):
        name = f"worker-{number}"
        attributes = {
            "contact_uri": f"client:{name}",
            "full_name": f"Worker Number {number}",
            "email": f"{name}@example.com",
            "skills": sorted(product(p) for p in rng.sample(range(asked.products), rng.choice([1, 2, 3, 3, 4]))),
            "languages": sorted(rng.sample(LANGUAGES, rng.choice([1, 2, 2, 3]))),
            "level": rng.randint(1, 5),
            "team": {"site": rng.choice(["Lyon", "Porto", "Graz"]), "number": number % 600},
        }
        yield resource("WK", name, "Workers", {
            "activity_sid": sid("WA", "Available"),
            "activity_name": "Available",
            "available": True,
            "attributes": json.dumps(attributes),
            "date_status_changed": "2026-01-16T18:02:11Z",
        })


def product(number):
    return f"product-{number:02}"


def queues(asked):
    for p in range(asked.products):
        for n, language in enumerate(LANGUAGES):
            expression = f'skills HAS "{product(p)}" AND languages HAS "{language}" AND level >= {1 + (p + n) % 3}'
            yield resource("WQ", f"{product(p)} {language}", "TaskQueues", {
                "target_workers": expression,
                "max_reserved_workers": 1,
                "task_order": "FIFO",
                "assignment_activity_sid": None,
                "reservation_activity_sid": None,
            })


def workflows(asked):
    for p in range(asked.products):
        english = sid("WQ", f"{product(p)} en")
        filters = [{
            "filter_friendly_name": "returning",
            "expression": f"product == '{product(p)}' AND agent != null",
            "targets": [
                {"queue": english, "known_worker_sid": "task.agent", "timeout": 20},
                {"queue": english},
            ],
        }]
        for language in LANGUAGES:
            queue = sid("WQ", f"{product(p)} {language}")
            filters.append({
                "filter_friendly_name": language,
                "expression": f"product == '{product(p)}' AND language == '{language}'",
                "targets": [
                    {
                        "queue": queue,
                        "expression": "worker.level >= task.level",
                        "order_by": "worker.level DESC",
                        "timeout": 20,
                    },
                    {"queue": queue, "priority": 5},
                ],
            })
        yield resource("WW", product(p), "Workflows", {
            "document_content_type": "application/json",
            "configuration": json.dumps({"task_routing": {"filters": filters}}),
            "task_reservation_timeout": 20,
        })


def scenario(asked):
    per_hour = growth.LOAD * asked.workers * 3600 / growth.TALK_S / asked.products
    sources = []
    for p in range(asked.products):
        kinds = [(language, level) for language in LANGUAGES for level in (1, 2, 3)]
        agent = sid("WK", f"worker-{1 + p * asked.workers // asked.products}")
        mix = [f"{{ p = 0.01, set = {{ agent = '{agent}' }} }}"]
        mix += [
            f"{{ p = {0.99 / len(kinds)!r}, set = {{ language = '{language}', level = {level} }} }}"
            for language, level in kinds
        ]
        sources.append(f"""
[source.{product(p)}]
workflow   = "{product(p)}"
attributes = {{ product = "{product(p)}" }}
arrivals   = {{ per_hour = {per_hour} }}
patience   = {{ dist = "exponential", mean = "180s" }}
talk       = {{ dist = "exponential", mean = "{growth.TALK_S}s" }}
mix        = [{", ".join(mix)}]
""")
    return f"""
schema  = 1
name    = "workspace"
horizon = {{ tasks = 1 }}
replications = 1

[workspace]
activities  = [{{ friendly_name = "Offline", available = false }}, {{ friendly_name = "Available", available = true }}]
task_queues = {{ file = "task-queues-*.json" }}
workers     = {{ file = "workers-*.json" }}
workflows   = {{ file = "workflows-*.json" }}
settings    = {{ longest_idle = "idle_since", reoffer_gap = "0s" }}

[[assign]]
workers  = "1==1"
group    = "all"
behavior = "desk"

[behavior.desk]
reject   = {{ p = 0.03 }}
miss     = 0.10
response = {{ dist = "exponential", mean = "8s" }}
recovery = "60s"
{"".join(sources)}"""


def write(folder, asked):
    """The scenario, `workspace.toml`, and its exports."""
    folder.mkdir(parents=True, exist_ok=True)
    lists = {
        "task-queues": ("task_queues", "TaskQueues", list(queues(asked))),
        "workers": ("workers", "Workers", list(workers(asked, random.Random(777)))),
        "workflows": ("workflows", "Workflows", list(workflows(asked))),
    }
    for name, listed in lists.items():
        for n, page in enumerate(pages(*listed)):
            (folder / f"{name}-{n:03}.json").write_text(page)
    path = folder / "workspace.toml"
    path.write_text(scenario(asked))
    return path


def further(path, folder, asked):
    """CPU nanoseconds of each task beyond those that fill the center."""

    def cpu_s(n_tasks):
        horizon = f"horizon={{tasks={n_tasks}}}"
        run = lambda: measure.trsim(path, folder / "out", "--set", horizon).cpu_s
        return min(run() for _ in range(asked.rounds))

    small, large = growth.sizes(asked.workers, asked.tasks)
    return (cpu_s(large) - cpu_s(small)) * 1e9 / asked.tasks


def compare(asked):
    """Seconds to check, nanoseconds a task; those of W4 with as many workers and queues, and with
    as many workers and ten queues."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        path = write(folder / "large", asked)
        check = min(measure.run([measure.TRSIM, "check", path]).cpu_s for _ in range(3))
        own = further(path, folder, asked)
        w4 = []
        for n_queues in (5 * asked.products, 10):
            (folder / "w4.toml").write_text(growth.scenario(asked.workers, n_queues))
            (folder / "workers.json").write_text(growth.workers(asked.workers, n_queues))
            w4.append(further(folder / "w4.toml", folder, asked))
        return check, own, w4


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", type=pathlib.Path, nargs="?", help="write the workspace here")
    parser.add_argument("--workers", type=int, default=15_000)
    parser.add_argument("--products", type=int, default=50, help="workflows; five queues each (50)")
    parser.add_argument("--tasks", type=int, default=500_000, help="counted tasks (500,000)")
    parser.add_argument("--rounds", type=int, default=2, help="how often each runs (2)")
    return parser.parse_args()


def main():
    asked = arguments()
    if asked.folder:
        print(write(asked.folder, asked))
        return
    measure.build()
    print(measure.where())
    check, ours, w4 = compare(asked)
    n_queues = 5 * asked.products
    print(f"{asked.workers:,} workers, {n_queues} queues, {asked.products} workflows\n")
    print(f"trsim check   {check:.2f} s CPU")
    print(f"a task        {ours:,.0f} ns CPU")
    for what, ns in zip((f"{n_queues} queues:", "ten queues:"), w4, strict=True):
        print(f"W4, {what:<12}{ns:,.0f} ns CPU: this is {ns / ours:.2f} of its rate")


if __name__ == "__main__":
    main()
