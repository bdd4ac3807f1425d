//! From text to a scenario that can be simulated, or to a list of problems.

mod clock;
pub mod condition;
pub mod demand;
mod everybody;
pub mod export;
mod front;
pub mod json;
mod lint;
pub mod load;
mod model;
pub mod moment;
pub mod nearest;
pub mod node;
mod observed;
pub mod overrides;
pub mod problem;
pub mod read;
pub mod render;
mod resolve;
pub mod schema;
pub mod shape;
pub mod sheet;
mod source;
mod staff;
pub mod study;
pub mod text;
pub mod toml;
mod tune;

pub use clock::{Clock, DEFAULT_START};
pub use front::Loaded;
pub use model::{Drain, Formula, Horizon, Scenario, ServiceLevel, ServiceLevels};
pub use observed::{Fact, Observed};
pub use resolve::{check_documents, read_attributes, read_configuration, resolve};
pub use source::{
    Arrivals, AtClose, Busyness, BusynessId, ByInterval, RateInterval, Retry, Source, SourceId,
    Timed, TraceRow, Variant, Window,
};
pub use staff::{
    ACCEPTS_AT_ONCE, AfterShift, Alternative, Away, Behavior, BehaviorId, Break, Connect, Group,
    GroupId, OtherWork, Person, Presence, Recovery, Shift,
};
pub use tune::{CostRates, Decision, Setting, Tune};
