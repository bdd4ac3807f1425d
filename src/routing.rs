//! TaskRouter as a pure state machine: no clock, no chance, no I/O.
//!
//! Three calls drive it ([`Router`]), a [`Command`] goes in, [`Event`]s come out. The rules, and
//! where they live:
//!
//! | rules | what | where |
//! |---|---|---|
//! | TR-020 to TR-033 | a task's life | `task`, `router/tasks` |
//! | TR-050 to TR-064 | a reservation's life, its timeout | `reservation`, `router/offers` |
//! | TR-080 to TR-097 | the worker's side | `worker`, `router/staff` |
//! | TR-110 to TR-150 | the way through a workflow | `program`, `router/walk` |
//! | TR-170 to TR-184 | which task, which worker | `matching`, `choice`, `eligibility`, `waiting` |
//! | 17.3 | the order of one instant | `deadlines`, `router` |

mod audit;
mod choice;
mod command;
mod crew;
mod deadlines;
mod eligibility;
mod event;
mod idle;
mod line;
mod matching;
mod membership;
mod program;
mod reservation;
mod router;
mod target;
mod task;
mod waiting;
mod worker;
mod workspace;

pub use command::{Command, NewTask, Refusal};
pub use event::{CancelReason, Event, ReservationRef, TaskRef};
pub(crate) use line::Line;
pub use matching::Matcher;
pub(crate) use membership::in_both;
pub(crate) use program::{Step, StepId};
pub use reservation::{Reservation, ReservationId, ReservationStatus};
pub use router::Router;
pub use target::RoutingTarget;
pub use task::{Assigned, Pending, Reserved, Status, Task, TaskId, Wrapping};
pub(crate) use worker::Moment;
pub use worker::{ChannelState, WorkerState};
pub use workspace::{
    Activity, ActivityId, AttributesId, ChannelId, Configuration, ConfigurationId, Filter,
    KnownWorker, LongestIdle, OnReservationFailure, OrderBy, QueueId, RedriveBase, Settings,
    Target, TaskChannel, TaskOrder, TaskQueue, Worker, WorkerChannel, WorkerId, Workflow,
    WorkflowId, Workspace,
};
