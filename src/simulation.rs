//! People around the routing core, in virtual time: customers, workers, and chance.
//!
//! The loop ([`simulate`]) takes whatever is due first, a person's cue or the router's deadline. A
//! cue becomes a command; the events that come back are shown to an [`Observer`], and people react
//! to them. Chance is a pure function of who draws for what ([`crate::random::Draws`]), so what one
//! person does never shifts what another one draws.

mod agent;
mod answers;
mod arrivals;
mod callers;
mod cue;
mod customer;
mod observer;
mod presence;
#[cfg(feature = "serve")]
mod resident;
mod run;
mod staffing;
mod talks;
mod world;

pub(crate) use agent::Agent;
pub(crate) use answers::{Decision, recovery};
pub(crate) use arrivals::{Arrival, Stream};
pub(crate) use callers::RetryId;
pub(crate) use cue::{Act, Cue};
pub(crate) use customer::{Cast, Request, at_speed, is_open, patience_ends};
pub use customer::{Customer, Label};
pub use observer::{Fact, Observer};
pub(crate) use presence::{Holding, Office, Presence};
#[cfg(feature = "serve")]
pub(crate) use resident::{Resident, without};
pub use run::simulate;
pub(crate) use staffing::Staffing;
pub use world::{Condition, Offer, World};
