//! A deterministic simulator of contact centers on Twilio TaskRouter.

pub mod calendar;
pub mod cli;
pub mod experiment;
pub mod expr;
pub mod id;
pub mod observation;
pub mod output;
pub mod random;
pub mod routing;
pub mod scenario;
pub mod simulation;
pub mod stats;
pub mod theory;
pub mod time;
