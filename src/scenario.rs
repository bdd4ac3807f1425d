//! From text to a scenario that can be simulated, or to a list of problems.

pub mod clock;
pub mod node;
pub mod problem;
