"""W1 and W2 in Ciw, as its guide writes them: a network of one node.

W3 and W4 are not here. The servers of a node of Ciw are alike: a function can put them in an order
for a customer, but none can be kept from a customer, and a server belongs to one node, so that a
worker with three skills of ten cannot be said. Ciw has no offers that are rejected or missed
either. Both could be forced in by new classes of nodes, which would then time our code.

`python ciw_models.py w1 TASKS SEED` prints a line of JSON.
"""

import ciw
from workloads import TALK, W1, W2, measure


def one_queue(workload, tasks, seed):
    n_workers, rate, patience = workload
    ciw.seed(seed)
    gives_up = {}
    if patience is not None:
        gives_up["reneging_time_distributions"] = [ciw.dists.Exponential(1 / patience)]
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate)],
        service_distributions=[ciw.dists.Exponential(1 / TALK)],
        number_of_servers=[n_workers],
        **gives_up,
    )
    simulation = ciw.Simulation(network)

    def results():
        records = simulation.get_all_records()
        waits = sum(record.waiting_time for record in records)
        gone = sum(record.record_type == "renege" for record in records)
        return waits / len(records), gone / len(records)

    return lambda: simulation.simulate_until_max_customers(tasks, method="Finish"), results


MODELS = {
    "w1": lambda tasks, seed: one_queue(W1, tasks, seed),
    "w2": lambda tasks, seed: one_queue(W2, tasks, seed),
}

if __name__ == "__main__":
    measure(MODELS)
