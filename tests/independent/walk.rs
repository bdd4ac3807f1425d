//! Through the workflow: section 6 and 17.2.

use serde_json::Value as Json;

use super::expression::at;
use super::model::{ASSIGNMENTS_MAX, Model, Offer, Route, Status};

impl Model {
    /// Where a task with `attributes` begins, or goes on: the next filter that matches, from `first`.
    pub(crate) fn next_filter(
        &self,
        text: usize,
        first: usize,
        attributes: &Json,
    ) -> Option<usize> {
        let filters = &self.world.texts[text].filters;
        (first..filters.len()).find(|n| filters[*n].0.holds(&|path| at(attributes, path)))
    }

    /// The first filter that matches, else the default filter, else nothing (OC-15).
    pub(crate) fn first_place(
        &self,
        text: usize,
        attributes: &Json,
    ) -> Option<(Option<usize>, usize)> {
        let default = self.world.texts[text].default_filter.as_ref().map(|_| (None, 0));
        self.next_filter(text, 0, attributes).map(|filter| (Some(filter), 0)).or(default)
    }

    pub(crate) fn enter(&mut self, task: usize, place: (Option<usize>, usize)) {
        self.tasks[task].place = place;
        let target = self.target(task).expect("filters route it");
        let leaves = self.tasks[task].queue != Some(target.queue);
        if leaves && self.tasks[task].queue.is_some() {
            self.tell("task-queue.moved", task, "");
        }
        let it = &mut self.tasks[task];
        it.queue = Some(target.queue);
        it.priority = target.priority.unwrap_or(it.priority);
        it.deadline = target.timeout.map(|timeout| it.base + it.passed + timeout);
        (it.is_entering, it.has_returned) = (true, false);
        let deadline = it.deadline;
        self.tell("workflow.target-matched", task, "");
        if leaves {
            self.tell("task-queue.entered", task, "");
        }
        // OC-12, switched off: not even one attempt.
        let is_over = deadline.is_some_and(|deadline| deadline <= self.age(task));
        if is_over && !self.world.settings.immediate_attempt {
            self.leave_by_timeout(task);
        }
    }

    /// The next target of the filter, else the first of the next filter that matches.
    fn next_place(&self, task: usize) -> Option<(Option<usize>, usize)> {
        let it = &self.tasks[task];
        let (filter, index) = (it.place.0?, it.place.1);
        if index + 1 < self.world.texts[it.text].filters[filter].1.len() {
            return Some((Some(filter), index + 1));
        }
        self.next_filter(it.text, filter + 1, &it.attributes).map(|filter| (Some(filter), 0))
    }

    pub(crate) fn leave_by_timeout(&mut self, task: usize) {
        self.tell("task-queue.timeout", task, "");
        let timeout = self.target(task).and_then(|target| target.timeout);
        self.tasks[task].passed += timeout.unwrap_or(0);
        match self.next_place(task) {
            Some(place) => self.enter(task, place),
            None => {
                self.tell("workflow.timeout", task, "");
                self.cancel(task, "Workflow timed out");
            }
        }
    }

    pub(crate) fn leave_by_skip(&mut self, task: usize) {
        let timeout = self.target(task).and_then(|target| target.timeout);
        if self.world.settings.skipped_targets_count {
            self.tasks[task].passed += timeout.unwrap_or(0);
        }
        let it = &self.tasks[task];
        let has_default = self.world.texts[it.text].default_filter.is_some();
        let default = (has_default && it.place.0.is_some()).then_some((None, 0));
        match self.next_place(task).or(default) {
            Some(place) => self.enter(task, place),
            None => {
                self.tell("workflow.skipped", task, "");
                self.cancel(task, "Workflow skipped");
            }
        }
    }

    /// TR-030, TR-144: from the first filter again.
    pub(crate) fn redrive(&mut self, task: usize) {
        self.tasks[task].needs_redrive = false;
        if self.tasks[task].route != Route::Filters {
            return;
        }
        self.tasks[task].passed = 0;
        if self.world.settings.redrive_from_now {
            self.tasks[task].base = self.age(task);
        }
        match self.first_place(self.tasks[task].text, &self.tasks[task].attributes) {
            Some(place) => self.enter(task, place),
            None => self.cancel(task, "No filter matches"),
        }
    }

    /// T3, if no offer is open any more. `is_declined`: rejected or timed out, which a task for one
    /// worker does not survive (TR-063).
    pub(crate) fn come_back(&mut self, task: usize, is_declined: bool) {
        if !self.offers(task, &[Offer::Pending, Offer::OnHold]).is_empty() {
            return;
        }
        self.tasks[task].status = Status::Pending;
        let is_over = self.tasks[task].deadline.is_some_and(|deadline| deadline <= self.age(task));
        let it = &self.tasks[task];
        if matches!(it.route, Route::Worker { .. }) && is_declined {
            self.cancel(task, "RoutingTarget declined the Reservation");
        } else if it.assignment_count >= ASSIGNMENTS_MAX {
            self.cancel(task, "Max assignment count exceeded");
        } else if it.route != Route::Filters {
        } else if it.needs_redrive {
            self.redrive(task);
        } else if is_over || (self.world.settings.advances_on_failure && it.place.0.is_some()) {
            // Nobody advances out of the default filter (TR-140).
            self.leave_by_timeout(task);
        } else {
            let it = &mut self.tasks[task];
            (it.is_entering, it.has_returned) = (true, true);
        }
    }
}
