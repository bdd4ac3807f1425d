"""W1 to W4 in SimPy: callers and ringing phones are processes, as its users write them.

`python simpy_models.py w4 TASKS SEED` prints a line of JSON.
"""

import heapq
import math
import random
from collections import OrderedDict

import simpy
from workloads import ANSWER, AWAY, MISSED, N_QUEUES, REJECTED, RING, TALK, W1, W2, W3, W4
from workloads import measure, priority, skills


class Tally:
    """Sums over all tasks: waits until accepted or abandoned, and who gave up."""

    def __init__(self):
        self.tasks, self.wait, self.abandoned = 0, 0.0, 0

    def add(self, wait, abandoned=False):
        self.tasks += 1
        self.wait += wait
        self.abandoned += abandoned

    def results(self):
        return self.wait / self.tasks, self.abandoned / self.tasks


def one_queue(workload, tasks, seed):
    """W1 and W2: one `Resource`; with patience, its request races a timeout."""
    n_workers, rate, patience = workload
    env, rng, tally = simpy.Environment(), random.Random(seed), Tally()
    desk = simpy.Resource(env, n_workers)

    def caller():
        came = env.now
        with desk.request() as turn:
            if patience is None:
                yield turn
            elif not turn.triggered:
                yield turn | env.timeout(rng.expovariate(1 / patience))
                if not turn.triggered:
                    tally.add(env.now - came, abandoned=True)
                    return
            tally.add(env.now - came)
            yield env.timeout(rng.expovariate(1 / TALK))

    def arrivals():
        for _ in range(tasks):
            yield env.timeout(rng.expovariate(rate))
            env.process(caller())

    env.process(arrivals())
    return env.run, tally.results


class Task:
    """A call: `turn` triggers when a worker takes it (W3) or answers it (W4)."""

    __slots__ = ("queue", "priority", "came", "turn", "gone", "ringing")

    def __init__(self, env, queue, rank):
        self.queue, self.priority, self.came = queue, rank, env.now
        self.turn = env.event()
        self.gone = False
        self.ringing = None

    def __lt__(self, other):
        return (-self.priority, self.came) < (-other.priority, other.came)


class Center:
    """Workers with three skills of ten. The longest idle one is taken; who gets free takes the
    highest priority, then the oldest, of their queues."""

    def __init__(self, workload, tasks, seed):
        _, self.rate, self.patience = workload
        self.env, self.rng, self.tally = simpy.Environment(), random.Random(seed), Tally()
        self.skills = skills()
        self.idle = [OrderedDict() for _ in range(N_QUEUES)]
        self.waiting = [[] for _ in range(N_QUEUES)]
        for worker in range(len(self.skills)):
            self.rest(worker)
        self.env.process(self.arrivals(tasks))

    def arrivals(self, tasks):
        for _ in range(tasks):
            yield self.env.timeout(self.rng.expovariate(self.rate))
            queue = int(self.rng.random() * N_QUEUES)
            self.env.process(self.caller(Task(self.env, queue, priority(self.rng.random()))))

    def rest(self, worker):
        for queue in self.skills[worker]:
            self.idle[queue][worker] = None

    def longest_idle(self, queue):
        """Takes the worker from all lists; None if nobody is idle."""
        if not self.idle[queue]:
            return None
        worker = next(iter(self.idle[queue]))
        for served in self.skills[worker]:
            del self.idle[served][worker]
        return worker

    def next_task(self, worker):
        """Takes the best task that waits for this worker; None if there is none."""
        best = None
        for queue in self.skills[worker]:
            waiting = self.waiting[queue]
            while waiting and waiting[0].gone:
                heapq.heappop(waiting)
            if waiting and (best is None or waiting[0] < best):
                best = waiting[0]
        if best is not None:
            heapq.heappop(self.waiting[best.queue])
        return best


class Skills(Center):
    """W3: whoever is taken talks at once."""

    def caller(self, task):
        worker = self.longest_idle(task.queue)
        if worker is None:
            heapq.heappush(self.waiting[task.queue], task)
            yield task.turn | self.env.timeout(self.rng.expovariate(1 / self.patience))
            if not task.turn.triggered:
                task.gone = True
                self.tally.add(self.env.now - task.came, abandoned=True)
                return
            worker = task.turn.value
        self.tally.add(self.env.now - task.came)
        yield self.env.timeout(self.rng.expovariate(1 / TALK))
        task = self.next_task(worker)
        if task is None:
            self.rest(worker)
        else:
            task.turn.succeed(worker)


class Reservations(Center):
    """W4: whoever is taken rings, and may reject or miss."""

    def caller(self, task):
        self.offer(task)
        yield task.turn | self.env.timeout(self.rng.expovariate(1 / self.patience))
        answered = task.turn.triggered
        self.tally.add(self.env.now - task.came, abandoned=not answered)
        if not answered:
            task.gone = True
            if task.ringing:
                task.ringing.interrupt()

    def offer(self, task):
        """To one idle worker after another, until one rings; else the task waits."""
        while (worker := self.longest_idle(task.queue)) is not None:
            if self.rings(worker, task):
                return
            self.rest(worker)
        heapq.heappush(self.waiting[task.queue], task)

    def free(self, worker):
        """What waits rings, again and again until it is not rejected."""
        task = self.next_task(worker)
        if task is None:
            self.rest(worker)
            return
        while not self.rings(worker, task):
            pass

    def rings(self, worker, task):
        """Whether the offer is not rejected at once."""
        fate = self.rng.random()
        if fate < REJECTED:
            return False
        missed = fate < REJECTED + MISSED
        answer = math.inf if missed else self.rng.expovariate(1 / ANSWER)
        task.ringing = self.env.process(self.ring(worker, task, answer))
        return True

    def ring(self, worker, task, answer):
        try:
            yield self.env.timeout(min(answer, RING))
        except simpy.Interrupt:
            self.free(worker)
            return
        task.ringing = None
        if answer > RING:
            self.offer(task)
            yield self.env.timeout(AWAY)
        else:
            task.turn.succeed()
            yield self.env.timeout(self.rng.expovariate(1 / TALK))
        self.free(worker)


def skilled(kind, workload):
    def model(tasks, seed):
        center = kind(workload, tasks, seed)
        return center.env.run, center.tally.results

    return model


MODELS = {
    "w1": lambda tasks, seed: one_queue(W1, tasks, seed),
    "w2": lambda tasks, seed: one_queue(W2, tasks, seed),
    "w3": skilled(Skills, W3),
    "w4": skilled(Reservations, W4),
}

if __name__ == "__main__":
    measure(MODELS)
