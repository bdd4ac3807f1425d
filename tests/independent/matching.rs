//! Section 7, 17.1 and 17.3: timers, then who gets what.

use std::cmp::{Ordering, Reverse};

use serde_json::{Value as Json, json};

use super::expression::at;
use super::model::{ASSIGNED_MAX, Goes, Model, Offer, Reservation, Route, Status};
use super::world::{Millis, Target};

const HELD: [Offer; 4] = [Offer::Pending, Offer::OnHold, Offer::Accepted, Offer::Wrapping];

impl Model {
    /// 17.3, from 2 on.
    pub(crate) fn advance(&mut self, now: Millis) {
        self.now = now;
        self.is_dirty = false;
        for offer in 0..self.reservations.len() {
            let it = &self.reservations[offer];
            if it.state == Offer::Pending && it.created + it.timeout <= now {
                let (task, activity) = (it.task, self.world.timeout_activity);
                self.end_offer(offer, Some("reservation.timeout"), Goes::To(activity));
                self.come_back(task, true);
            }
        }
        for task in 0..self.tasks.len() {
            if self.ttl(task).is_some_and(|due| due <= now) {
                self.live_out(task);
            }
        }
        for task in 0..self.tasks.len() {
            if self.target_timer(task).is_some_and(|due| due <= now) {
                self.leave_by_timeout(task);
            }
        }
        for task in 0..self.tasks.len() {
            if self.retention(task).is_some_and(|due| due <= now) {
                for offer in self.offers(task, &HELD) {
                    self.end_offer(offer, None, Goes::Nowhere);
                }
                self.tasks[task].status = Status::Gone;
                self.tell("task.system-deleted", task, "");
            }
        }
        self.settle();
    }

    /// The earliest of all timers, found by looking at each.
    pub(crate) fn next_deadline(&self) -> Option<Millis> {
        if self.is_dirty {
            return Some(self.now);
        }
        let offers = self.reservations.iter().filter(|it| it.state == Offer::Pending);
        let offers = offers.map(|it| it.created + it.timeout);
        let timers = (0..self.tasks.len()).flat_map(|task| {
            [self.ttl(task), self.target_timer(task), self.retention(task), self.gap_end(task)]
        });
        offers.chain(timers.flatten()).min()
    }

    fn ttl(&self, task: usize) -> Option<Millis> {
        let it = &self.tasks[task];
        let runs = matches!(it.status, Status::Pending | Status::Reserved);
        runs.then_some(it.created + it.ttl)
    }

    /// Armed when `settle` leaves it pending.
    fn target_timer(&self, task: usize) -> Option<Millis> {
        let it = &self.tasks[task];
        let is_armed = it.status == Status::Pending && !it.is_entering;
        it.deadline.filter(|_| is_armed).map(|deadline| it.created + deadline)
    }

    fn retention(&self, task: usize) -> Option<Millis> {
        let it = &self.tasks[task];
        let runs = matches!(it.status, Status::Assigned | Status::Wrapping);
        runs.then_some(it.accepted + ASSIGNED_MAX)
    }

    /// When somebody who could take the task may be asked again (OC-19).
    fn gap_end(&self, task: usize) -> Option<Millis> {
        if self.tasks[task].status != Status::Pending {
            return None;
        }
        self.eligible(task).iter().filter_map(|worker| self.gap(task, *worker)).min()
    }

    /// When the gap of this pair ends, if it has not.
    fn gap(&self, task: usize, worker: usize) -> Option<Millis> {
        let all = self.reservations.iter();
        let mut all = all.filter(|it| it.task == task && it.worker == worker);
        let end = all.next_back()?.ended + self.world.settings.reoffer_gap;
        (self.now < end).then_some(end)
    }

    /// TR-025, TR-062.
    fn live_out(&mut self, task: usize) {
        let it = &self.tasks[task];
        // Failed means that no reservation could be made, not that one was lost.
        if matches!(it.route, Route::Worker { .. }) && it.assignment_count == 0 {
            self.tell("reservation.failed", task, "");
            self.cancel(task, "RoutingTarget SLA for Reservation creation was not met");
        } else {
            self.cancel(task, "Task TTL Exceeded");
        }
    }

    fn settle(&mut self) {
        loop {
            self.match_pass();
            let mut flagged: Vec<usize> = (0..self.tasks.len()).collect();
            flagged.retain(|task| self.tasks[*task].is_entering);
            if flagged.is_empty() {
                return;
            }
            flagged.sort_by(|a, b| self.order(*a, *b));
            for task in flagged {
                self.tasks[task].is_entering = false;
                if self.tasks[task].status == Status::Pending {
                    self.stay_or_leave(task);
                }
            }
        }
    }

    fn stay_or_leave(&mut self, task: usize) {
        let (it, age) = (&self.tasks[task], self.age(task));
        let skips = !it.has_returned || self.world.settings.skip_if_after_failure;
        let skip_if = self.target(task).and_then(|target| target.skip_if);
        let queue = it.queue;
        if skips && skip_if.is_some_and(|it| it.holds(&|path| self.counter(queue, path))) {
            self.leave_by_skip(task);
        } else if it.deadline.is_some_and(|deadline| deadline <= age) {
            self.leave_by_timeout(task);
        }
    }

    /// TR-136: `workers.available`, `workers.unavailable`, `workers.WA…`, of the queue's members.
    fn counter(&self, queue: Option<usize>, path: &[String]) -> Json {
        let [root, what] = path else { return Json::Null };
        let activity = self.world.activities.iter().position(|it| format!("WA{}", it.0) == *what);
        let counts = |worker: usize| match (what.as_str(), activity) {
            ("available", _) => self.is_available(worker),
            ("unavailable", _) => !self.is_available(worker),
            (_, activity) => Some(self.world.workers[worker].activity) == activity,
        };
        if root != "workers" || (activity.is_none() && !what.ends_with("available")) {
            return Json::Null;
        }
        let queue = queue.expect("a step has a queue");
        let all = 0..self.world.workers.len();
        json!(all.filter(|worker| self.is_member(queue, *worker) && counts(*worker)).count())
    }

    /// The order of L.
    fn order(&self, a: usize, b: usize) -> Ordering {
        let (x, y) = (&self.tasks[a], &self.tasks[b]);
        let is_lifo = |queue: Option<usize>| queue.is_some_and(|it| self.world.queues[it].is_lifo);
        match (is_lifo(x.queue), is_lifo(y.queue)) {
            (false, false) => (Reverse(x.priority), x.virtual_start_time, a).cmp(&(
                Reverse(y.priority),
                y.virtual_start_time,
                b,
            )),
            (true, true) => (y.virtual_start_time, b).cmp(&(x.virtual_start_time, a)),
            (x, _) if x == self.world.lifo_queues_first => Ordering::Less,
            _ => Ordering::Greater,
        }
    }

    fn match_pass(&mut self) {
        loop {
            let before = self.reservations.len();
            let mut line: Vec<usize> = (0..self.tasks.len()).collect();
            line.retain(|task| self.tasks[*task].status == Status::Pending);
            line.sort_by(|a, b| self.order(*a, *b));
            for task in line {
                let mut workers = self.eligible(task);
                workers.retain(|worker| self.gap(task, *worker).is_none());
                self.sort(task, &mut workers);
                self.reserve(task, &workers);
            }
            if self.reservations.len() == before {
                return;
            }
        }
    }

    fn reserve(&mut self, task: usize, workers: &[usize]) {
        let now = self.now;
        let it = &mut self.tasks[task];
        let queue = it.queue.map(|queue| self.world.queues[queue].clone());
        let at_most = queue.as_ref().map_or(1, |queue| queue.max_reserved_workers);
        if !workers.is_empty() {
            it.status = Status::Reserved;
            it.assignment_count += 1;
        }
        let (channel, workflow, in_queue) = (it.channel, it.workflow, it.queue);
        for &worker in workers.iter().take(at_most) {
            let timeout = workflow.map(|it| self.world.workflows[it].reservation_timeout);
            self.reservations.push(Reservation {
                state: Offer::Pending,
                task,
                worker,
                channel,
                queue: in_queue,
                workflow,
                created: now,
                timeout: timeout.unwrap_or(120_000),
                previous_activity: self.world.workers[worker].activity,
                ended: 0,
            });
            self.idle[worker].reserved[channel] = Some(now);
            self.tell_offer("reservation.created", self.reservations.len() - 1);
            let activity = queue.as_ref().and_then(|queue| queue.reservation_activity);
            if let Some(activity) = activity.filter(|_| self.world.single_tasking) {
                self.move_worker(worker, activity);
            }
        }
    }

    /// TR-175, in the order of the workers.
    fn eligible(&self, task: usize) -> Vec<usize> {
        let route = self.tasks[task].route;
        let target = self.target(task);
        let can = |worker: usize| match (route, self.tasks[task].queue) {
            (Route::Worker { worker: only, ignore_capacity }, _) => {
                worker == only && (ignore_capacity || self.has_room(task, worker))
            }
            (_, queue) => {
                self.is_member(queue.expect("a step has a queue"), worker)
                    && target.as_ref().is_none_or(|target| self.suits(task, worker, target))
                    && self.has_room(task, worker)
            }
        };
        (0..self.world.workers.len()).filter(|worker| can(*worker)).collect()
    }

    fn has_room(&self, task: usize, worker: usize) -> bool {
        let channel = self.tasks[task].channel;
        let (capacity, is_open) = self.world.workers[worker].channels[channel];
        self.is_available(worker)
            && if self.world.single_tasking {
                self.load(worker, None, &HELD) == 0
            } else {
                is_open && self.load(worker, Some(channel), &HELD) < capacity
            }
    }

    /// TR-145.
    fn is_member(&self, queue: usize, worker: usize) -> bool {
        let it = &self.world.workers[worker];
        let find = |path: &[String]| match path[0].as_str() {
            "sid" => json!(format!("WK{}", it.name)),
            "friendly_name" => json!(it.name),
            "activity_sid" | "activity_name" => Json::Null,
            _ => at(&it.attributes, path),
        };
        self.world.queues[queue].target_workers.as_ref().is_some_and(|it| it.holds(&find))
    }

    /// The target's expression and its known worker (TR-135, TR-142).
    fn suits(&self, task: usize, worker: usize, target: &Target) -> bool {
        let attributes = &self.tasks[task].attributes;
        let find = |path: &[String]| match path[0].as_str() {
            "task" => at(attributes, &path[1..]),
            "worker" => self.of_worker(worker, &path[1..]),
            _ => Json::Null,
        };
        let name = &self.world.workers[worker].name;
        let is_known = target.known_worker.as_ref().is_none_or(|(path, is_sid)| {
            let wanted = if *is_sid { format!("WK{name}") } else { name.clone() };
            at(attributes, path) == json!(wanted)
        });
        is_known && target.expression.as_ref().is_none_or(|it| it.holds(&find))
    }

    fn of_worker(&self, worker: usize, path: &[String]) -> Json {
        let it = &self.world.workers[worker];
        let activity = &self.world.activities[it.activity].0;
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match path[..] {
            ["sid"] => json!(format!("WK{}", it.name)),
            ["friendly_name"] => json!(it.name),
            ["activity_sid"] => json!(format!("WA{activity}")),
            ["activity_name"] => json!(activity),
            ["channel", name, what] => {
                let channel = self.world.channels.iter().position(|channel| channel.0 == name);
                channel.map_or(Json::Null, |channel| self.of_channel(worker, channel, what))
            }
            _ => at(&it.attributes, &path.iter().map(ToString::to_string).collect::<Vec<_>>()),
        }
    }

    /// TR-202, TR-203.
    fn of_channel(&self, worker: usize, channel: usize, what: &str) -> Json {
        let capacity = self.world.workers[worker].channels[channel].0;
        let held = self.load(worker, Some(channel), &HELD);
        match what {
            "configured_capacity" => json!(capacity),
            "assigned_tasks" => json!(self.load(worker, Some(channel), &[Offer::Accepted])),
            "available_capacity_percentage" if capacity == 0 => json!(0),
            "available_capacity_percentage" => {
                json!(100 * capacity.saturating_sub(held) / capacity)
            }
            _ => Json::Null,
        }
    }

    /// `order_by`, then the longest idle, then the place in the file (TR-176 to TR-180).
    fn sort(&self, task: usize, workers: &mut [usize]) {
        let of = |worker: usize, path: &[String]| at(&self.world.workers[worker].attributes, path);
        let integer = |value: &Json| value.as_f64().filter(|number| number.fract() == 0.0);
        let mut clauses = self.target(task).map(|target| target.order_by).unwrap_or_default();
        // "With somebody": any worker who could ever be ordered by it, busy or not.
        let mut members: Vec<usize> = (0..self.world.workers.len()).collect();
        let queue = self.tasks[task].queue;
        members.retain(|worker| queue.is_some_and(|queue| self.is_member(queue, *worker)));
        clauses.retain(|(path, _)| {
            let mut values = members.iter().map(|worker| of(*worker, path));
            values.all(|value| value.is_null() || integer(&value).is_some())
        });
        workers.sort_by(|a, b| {
            for (path, is_descending) in &clauses {
                let pair = (integer(&of(*a, path)), integer(&of(*b, path)));
                let order = match pair {
                    (Some(a), Some(b)) if *is_descending => b.total_cmp(&a),
                    (Some(a), Some(b)) => a.total_cmp(&b),
                    (a, b) => a.is_none().cmp(&b.is_none()),
                };
                if order.is_ne() {
                    return order;
                }
            }
            (self.idle_since(task, *a), *a).cmp(&(self.idle_since(task, *b), *b))
        });
    }

    /// OC-18; never is the longest.
    fn idle_since(&self, task: usize, worker: usize) -> Option<Millis> {
        let channel = self.tasks[task].channel;
        let idle = &self.idle[worker];
        let of = |instants: &[Option<Millis>]| match self.world.channels[channel].1 {
            true => instants[channel],
            false => instants.iter().copied().max().flatten(),
        };
        match self.world.settings.longest_idle.as_str() {
            "last_reserved" => of(&idle.reserved),
            "last_accepted" => of(&idle.accepted),
            "last_completed" => of(&idle.completed),
            _ => of(&idle.ended).max(idle.came_back),
        }
    }
}
