//! In which order events come: within one command's answer, and within one instant.

use taskrouter_sim::routing::{Command, Event, RoutingTarget};

pub(crate) type Verdict = Result<(), String>;

/// `message` unless `holds`.
pub(crate) fn check(holds: bool, message: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(message()) }
}

/// The order of the events of one command (TR-284).
pub(crate) fn answer_is_in_order(command: Command, names: &[&str]) -> Verdict {
    let begins_with = |first: &[&str]| names.starts_with(first);
    let holds = match command {
        Command::CreateTask(task) => match task.routing_target {
            Some(RoutingTarget::Worker { .. }) => names == ["task.created"],
            Some(RoutingTarget::Queue(_)) => names == ["task.created", "task-queue.entered"],
            _ => {
                names
                    == [
                        "task.created",
                        "workflow.entered",
                        "workflow.target-matched",
                        "task-queue.entered",
                    ]
            }
        },
        Command::AcceptReservation(_) | Command::ConnectReservation(_) => {
            let rest = names.get(1..).unwrap_or_default();
            let follows = ["reservation.rescinded", "worker.activity.update"];
            begins_with(&["reservation.accepted"]) && rest.iter().all(|name| follows.contains(name))
        }
        Command::WrapUpTask(_) | Command::WrapUpReservation(_) => {
            names == ["reservation.wrapup", "task.wrapup"]
        }
        Command::CompleteTask(_) | Command::CompleteReservation(_) => {
            names == ["reservation.completed", "task.completed"]
        }
        Command::CancelTask(..) => names.last() == Some(&"task.canceled"),
        Command::RejectReservation(..) => begins_with(&["reservation.rejected"]),
        Command::FailReservation(_) | Command::CancelReservation(_) => {
            begins_with(&["reservation.canceled"])
        }
        Command::DeleteTask(_) => names.last() == Some(&"task.deleted"),
        Command::HoldReservation(_) => names.is_empty(),
        _ => true,
    };
    check(holds, || format!("{command:?} led to {names:?}"))
}

/// The order of one instant: offers lapse, times to live end, the system gives up, then matching
/// (semantics 17.3).
pub(crate) fn instant_is_in_order(events: &[Event]) -> Verdict {
    let mut latest = 0;
    for event in events {
        let phase = match event {
            Event::ReservationTimedOut(_) => 1,
            Event::TaskCanceled(_, reason) if reason.to_string() == "Task TTL Exceeded" => 2,
            Event::ReservationFailed(_) => 2,
            Event::TaskSystemDeleted(_) => 3,
            Event::ReservationCreated(_) => 4,
            _ => continue,
        };
        check(latest <= phase, || format!("{event:?} comes too late in {events:?}"))?;
        latest = phase;
    }
    Ok(())
}
