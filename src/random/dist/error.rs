//! Why parameters do not make a distribution.

use std::fmt;

/// Which parameter does not make a distribution, and why; the text says so in one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DistError {
    parameter: &'static str,
    reason: Reason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    NotFinite,
    NotPositive,
    Negative,
    NotAShare,
    Below(&'static str),
    BelowOne,
    TooSpread,
    Empty,
    NotAsManyAs(&'static str),
    AllZero,
    NotOneInAll,
}

impl DistError {
    pub(super) const fn new(parameter: &'static str, reason: Reason) -> Self {
        Self { parameter, reason }
    }

    /// The parameter that is wrong, by the name it has in a scenario: `mean`, `cv`, `weights`, …
    #[must_use]
    pub const fn parameter(&self) -> &'static str {
        self.parameter
    }
}

impl fmt::Display for DistError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ", self.parameter)?;
        match self.reason {
            Reason::NotFinite => f.write_str("must be a finite number"),
            Reason::NotPositive => f.write_str("must be more than 0"),
            Reason::Negative => f.write_str("must not be negative"),
            Reason::NotAShare => f.write_str("must be between 0 and 1"),
            Reason::Below(other) => write!(f, "must not be less than `{other}`"),
            Reason::BelowOne => f.write_str("must be at least 1"),
            Reason::TooSpread => f.write_str("is out of any reasonable range"),
            Reason::Empty => f.write_str("must not be empty"),
            Reason::NotAsManyAs(other) => write!(f, "must be as many as `{other}`"),
            Reason::AllZero => f.write_str("must not all be 0"),
            Reason::NotOneInAll => f.write_str("must add up to 1"),
        }
    }
}

impl std::error::Error for DistError {}

pub(super) const fn not_negative(parameter: &'static str, x: f64) -> Result<f64, DistError> {
    match x {
        x if !x.is_finite() => Err(DistError::new(parameter, Reason::NotFinite)),
        x if x < 0.0 => Err(DistError::new(parameter, Reason::Negative)),
        x => Ok(x),
    }
}

pub(super) const fn positive(parameter: &'static str, x: f64) -> Result<f64, DistError> {
    match x {
        x if !x.is_finite() => Err(DistError::new(parameter, Reason::NotFinite)),
        x if x <= 0.0 => Err(DistError::new(parameter, Reason::NotPositive)),
        x => Ok(x),
    }
}

pub(super) fn share(parameter: &'static str, x: f64) -> Result<f64, DistError> {
    match x {
        x if (0.0..=1.0).contains(&x) => Ok(x),
        _ => Err(DistError::new(parameter, Reason::NotAShare)),
    }
}

/// `x`, unless it lies outside of what its formulas can bear.
pub(super) fn within(
    parameter: &'static str,
    x: f64,
    range: std::ops::RangeInclusive<f64>,
) -> Result<f64, DistError> {
    let x = positive(parameter, x)?;
    if range.contains(&x) { Ok(x) } else { Err(DistError::new(parameter, Reason::TooSpread)) }
}
