//! TaskRouter's REST interface on this machine, around the routing machine that is simulated too.
//!
//! [`Account`] is a machine like the router: a [`Request`] and an instant go in, a [`Reply`] comes
//! out, and what is to be sent to applications lies ready as [`Effect`]s. It has no clock and no
//! network, so that everything can be tried, and replayed, at any instant. Around it, the only
//! ones to know the clock and the network, are the floors of `server`.
//!
//! | what | where |
//! |---|---|
//! | which operation a path asks for | `operation` |
//! | a workspace: its router and its records | `center`, `records` |
//! | what follows from the router's events | `learn`, `tell`, `history` |
//! | the resources, one file each | `workspaces`, `activities`, `task_queues`, … |
//! | assignment callbacks | `callback` |
//! | a scenario's customers and workers in a workspace | `people` |
//! | the log, and doing it again | `log` |
//! | what the page at `/_sim/` shows | `state` |

mod account;
mod activities;
mod audit;
mod blueprint;
mod call;
mod callback;
mod center;
mod dispatch;
mod events;
mod fields;
mod history;
mod learn;
mod library;
mod log;
mod moment;
mod operation;
mod people;
mod post;
mod records;
mod request;
mod reservations;
mod server;
mod sid;
mod state;
mod statistics;
mod task_channels;
mod task_list;
mod task_queues;
mod tasks;
mod tell;
mod worker_channels;
mod workers;
mod workflows;
mod workspaces;

pub use account::{Account, Activities, Alert};
pub use blueprint::Blueprint;
pub use fields::Fields;
pub use library::{Library, Purpose, Seed};
pub use log::{Log, Recording, Replayed, Start};
pub use people::People;
pub use post::{Effect, Form, Outcome};
pub use request::{ApiError, Method, Reply, Request};
pub use server::{ClockKind, Config, serve, serve_until};
