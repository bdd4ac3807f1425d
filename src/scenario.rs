//! From text to a scenario that can be simulated, or to a list of problems.

pub mod export;
pub mod json;
pub mod load;
pub mod nearest;
pub mod node;
pub mod overrides;
pub mod problem;
pub mod read;
pub mod render;
pub mod schema;
pub mod shape;
pub mod text;
pub mod toml;
