//! A deterministic simulator of contact centers on Twilio TaskRouter.
//!
//! A [`scenario`] is read, played by [`simulation`] around the pure state machine of [`routing`],
//! watched by [`observation`], and repeated by [`experiment`]. One queue, one group of workers who
//! answer after five seconds or so, and callers who wait four minutes:
//!
//! ```
//! use std::num::NonZero;
//! use std::path::Path;
//!
//! use taskrouter_sim::experiment::{Experiment, estimate_scopes};
//! use taskrouter_sim::observation::Traces;
//! use taskrouter_sim::scenario::Scenario;
//!
//! let text = r#"
//!     schema  = 1
//!     name    = "small"
//!     horizon = "8h"
//!
//!     [workspace]
//!     task_queues = [{ friendly_name = "Everyone" }]
//!
//!     [[workspace.workflows]]
//!     friendly_name = "Calls"
//!     task_reservation_timeout = 20
//!     configuration = { task_routing = { default_filter = { queue = "Everyone" } } }
//!
//!     [[workers]]
//!     group    = "desk"
//!     count    = 12
//!     behavior = "desk"
//!
//!     [behavior.desk]
//!     response = { dist = "lognormal", median = "5s", sigma = 0.7 }
//!     miss     = 0.05
//!
//!     [source.calls]
//!     arrivals = { per_hour = 120 }
//!     patience = { dist = "exponential", mean = "4m" }
//!     talk     = { dist = "exponential", mean = "4m" }
//! "#;
//! let loaded = Scenario::parse("small.toml", text, Path::new("."), &[]).expect("a valid scenario");
//! let scenario = &loaded.scenario;
//!
//! let threads = NonZero::new(2).expect("not zero");
//! let plan = Experiment { scenario, replications: 0..10, threads, traces: Traces::default() };
//! let recordings = plan.run(|_| ());
//!
//! let rows = estimate_scopes(scenario, &recordings);
//! let rate = rows.iter().find(|row| row.metric.name == "reservation_timeout_rate");
//! let rate = rate.and_then(|row| row.estimate).expect("offers were made");
//! // 5 % are never answered, and 2.4 % take longer than 20 s; some callers hang up before that.
//! assert!((0.04..0.09).contains(&rate.value), "{rate:?}");
//! ```

pub mod calendar;
pub mod cli;
pub mod experiment;
pub mod expr;
pub mod express;
pub mod fit;
pub mod id;
pub mod observation;
pub mod onboarding;
pub mod output;
pub mod random;
pub mod routing;
pub mod scenario;
#[cfg(feature = "serve")]
pub mod serve;
pub mod simulation;
pub mod stats;
pub mod theory;
pub mod time;
pub mod tuning;
pub mod validation;
