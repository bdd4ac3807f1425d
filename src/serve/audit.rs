//! Whether the records agree with the router. For tests: it looks at everything.

use crate::routing::{ReservationStatus, Status};
use crate::serve::center::{Center, Thing};
use crate::serve::records::{OfferStatus, TaskStatus};

impl Center {
    /// Whether the records agree with the router at `self.now`.
    pub(crate) fn audit(&self) -> Result<(), String> {
        self.router.audit(self.now)?;
        let alive = self.tasks.values().filter(|task| !task.status.is_over()).count();
        if alive != self.router.n_tasks() {
            return Err(format!("{alive} tasks are alive, not {}", self.router.n_tasks()));
        }
        for (number, task) in &self.tasks {
            let known = self.router.task(task.key).map(|it| match it.status {
                Status::Pending(_) => TaskStatus::Pending,
                Status::Reserved(_) => TaskStatus::Reserved,
                Status::Assigned(_) => TaskStatus::Assigned,
                Status::Wrapping(_) => TaskStatus::Wrapping,
            });
            if known != Some(task.status).filter(|status| !status.is_over()) {
                return Err(format!("task {number} is {:?}, not {known:?}", task.status));
            }
            if self.things.get(&task.sid) != Some(&Thing::Task(*number)) {
                return Err(format!("task {number} cannot be found"));
            }
        }
        for (number, offer) in &self.reservations {
            let known = self.router.reservation(offer.key).map(|it| match it.status {
                ReservationStatus::Pending | ReservationStatus::OnHold => OfferStatus::Pending,
                ReservationStatus::Accepted => OfferStatus::Accepted,
                ReservationStatus::Wrapping => OfferStatus::Wrapping,
            });
            let open = [OfferStatus::Pending, OfferStatus::Accepted, OfferStatus::Wrapping];
            if known != Some(offer.status).filter(|status| open.contains(status)) {
                return Err(format!("reservation {number} is {:?}, not {known:?}", offer.status));
            }
            let has_it =
                self.tasks.get(&offer.task).is_some_and(|it| it.reservations.contains(number));
            if !has_it || !self.workers[offer.worker].reservations.contains(number) {
                return Err(format!("reservation {number} belongs to nobody"));
            }
        }
        Ok(())
    }
}
