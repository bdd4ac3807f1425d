//! Chance: keyed draws, and the distributions that turn them into durations and factors.
//!
//! A draw is not "the next number of a stream" but a pure function of who, what for and which
//! time: [`Draws::uniform`]. So a draw can be asked for twice, or never, and no other one moves;
//! two scenarios that differ in one number still share every draw that number does not touch.
//! [`Dist`] makes a non-negative number of it, by inversion wherever that is cheap.
//!
//! Every logarithm and power here is our own or the `libm` crate's, never the platform's: the same bits
//! everywhere. Nothing here knows what is drawn for whom; that is `simulation`'s business.
//!
//! Start reading at [`Draws`], then [`Purpose`], then [`Dist`].

mod dist;
mod gamma;
mod key;
mod log;
mod normal;
mod philox;
mod poisson;
mod purpose;
mod sampling;

pub use dist::{Dist, DistError};
pub use key::{Draws, Entity, KeyedRng};
pub(crate) use log::ln;
pub use poisson::poisson_quantile;
pub use purpose::Purpose;
pub use sampling::{STRATA, Sampling};
