//! Instants and lengths of simulated time, in whole milliseconds.
//!
//! Whole milliseconds make ties exact, sums exact, and results the same on every platform: a
//! drawn duration becomes an integer in [`Span::from_secs_f64`] and nowhere else.

use std::fmt;
use std::ops::{Add, AddAssign, Mul, Sub};
use std::str::FromStr;

/// An instant: milliseconds since the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u64);

/// A length of time in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(u64);

impl Time {
    /// The start of the run.
    pub const ZERO: Self = Self(0);
    /// Later than anything that happens.
    pub const NEVER: Self = Self(u64::MAX);

    /// The instant `millis` milliseconds after the start.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// The instant `secs` seconds after the start.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs * 1000)
    }

    /// Milliseconds since the start.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// How long ago `earlier` was; zero if it lies ahead.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// Longer than anything lasts.
    pub const FOREVER: Self = Self(u64::MAX);

    /// `millis` milliseconds.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// `secs` seconds.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1000))
    }

    /// `secs` seconds, rounded to the nearest millisecond; negative numbers and NaN give zero, and
    /// what is too long gives [`Span::FOREVER`].
    #[inline]
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "`as` saturates, and that is what the doc comment promises; what is left of a \
                  number above 2^53 is nothing"
    )]
    pub fn from_secs_f64(secs: f64) -> Self {
        const INTEGERS_ONLY: f64 = (1_u64 << 52) as f64;
        let millis = secs * 1000.0;
        if (0.0..INTEGERS_ONLY).contains(&millis) {
            // From there on all numbers are whole, and their last bits say which. A half has gone to
            // the even neighbor, which may be the one below.
            let sum = millis + INTEGERS_ONLY;
            let is_below = 0.5 <= millis - (sum - INTEGERS_ONLY);
            return Self(sum.to_bits() - INTEGERS_ONLY.to_bits() + u64::from(is_below));
        }
        Self(millis as u64)
    }

    /// The length in milliseconds.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// The length in seconds.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "exact up to 285,000 years")]
    pub const fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// Writes what [`Display`](fmt::Display) shows, seconds as in `3.125`, but faster.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_secs(self, out: &mut impl fmt::Write) -> fmt::Result {
        write_secs(self.0, out)
    }

    /// The part of this span that is longer than `other`.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Add<Span> for Time {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Span {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Span {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self.saturating_sub(other)
    }
}

impl Mul<u64> for Span {
    type Output = Self;
    fn mul(self, factor: u64) -> Self {
        Self(self.0.saturating_mul(factor))
    }
}

/// Seconds, to the millisecond and no digit more: `12`, `0.25`, `3.125`.
fn write_secs(millis: u64, out: &mut impl fmt::Write) -> fmt::Result {
    let mut digits = itoa::Buffer::new();
    out.write_str(digits.format(millis / 1000))?;
    match millis % 1000 {
        0 => Ok(()),
        rest => {
            out.write_char('.')?;
            // A one before them keeps the zeros in front.
            out.write_str(digits.format(1000 + rest)[1..].trim_end_matches('0'))
        }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_secs(self.0, f)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_secs(self.0, f)
    }
}

/// Why a text is not a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanError {
    /// Nothing there.
    Empty,
    /// A number without a unit.
    NoUnit,
    /// Something that is not a number where one is due.
    NoNumber,
    /// A unit other than `ms`, `s`, `m`, `h`, `d`.
    UnknownUnit,
    /// More than 584 million years.
    TooLong,
}

impl fmt::Display for SpanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "a duration is empty",
            Self::NoUnit => "a duration needs a unit: ms, s, m, h or d",
            Self::NoNumber => "a duration is a number and a unit, as in 20s or 4m10s",
            Self::UnknownUnit => "the units of a duration are ms, s, m, h and d",
            Self::TooLong => "a duration is too long",
        })
    }
}

impl std::error::Error for SpanError {}

/// Reads `20s`, `4m10s`, `250ms`, `1.5h`, `2d`.
impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err(SpanError::Empty);
        }
        let mut total = 0.0;
        while !rest.is_empty() {
            let digits =
                rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
            let number: f64 = rest[..digits].parse().map_err(|_| SpanError::NoNumber)?;
            rest = &rest[digits..];
            let letters = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            let unit = match &rest[..letters] {
                "" => return Err(SpanError::NoUnit),
                "ms" => 0.001,
                "s" => 1.0,
                "m" => 60.0,
                "h" => 3600.0,
                "d" => 86_400.0,
                _ => return Err(SpanError::UnknownUnit),
            };
            total += number * unit;
            rest = rest[letters..].trim_start();
        }
        let span = Self::from_secs_f64(total);
        if span == Self::FOREVER { Err(SpanError::TooLong) } else { Ok(span) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_with_their_units() {
        let span = |text: &str| text.parse::<Span>().map(Span::as_millis);
        assert_eq!(span("20s"), Ok(20_000));
        assert_eq!(span("4m10s"), Ok(250_000));
        assert_eq!(span("250ms"), Ok(250));
        assert_eq!(span("1.5h"), Ok(5_400_000));
        assert_eq!(span("1h 30m"), Ok(5_400_000));
        assert_eq!(span("20"), Err(SpanError::NoUnit));
        assert_eq!(span(""), Err(SpanError::Empty));
        assert_eq!(span("-5s"), Err(SpanError::NoNumber));
        assert_eq!(span("5 parsecs"), Err(SpanError::NoUnit));
        assert_eq!(span("5parsecs"), Err(SpanError::UnknownUnit));
        assert_eq!(span("99999999999999999999d"), Err(SpanError::TooLong));
    }

    #[test]
    fn seconds_are_written_to_the_millisecond_and_no_digit_more() {
        let text = |millis| Span::from_millis(millis).to_string();
        assert_eq!(
            [text(12_000), text(250), text(1_020), text(3_125)],
            ["12", "0.25", "1.02", "3.125"]
        );
    }

    #[test]
    fn seconds_are_rounded_as_numbers_are() {
        let mut millis = 0.0_f64;
        for step in 0_u32..200_000 {
            // Halves, and their neighbors on both sides.
            millis = 0.5 + f64::from(step) * 40.5 * if step % 2 == 0 { 1.0 } else { 1e6 };
            for near in [millis.next_down(), millis, millis.next_up()] {
                let secs = near / 1000.0;
                let rounded = (secs * 1000.0).round();
                assert_eq!(Span::from_secs_f64(secs).as_millis().to_string(), rounded.to_string());
            }
        }
        assert!(1e12 < millis);
        assert_eq!(Span::from_secs_f64(1e13).as_millis(), 10_000_000_000_000_000);
        assert_eq!(Span::from_secs_f64(1e300), Span::FOREVER);
        for nothing in [-0.0, -0.001, -1e300, f64::NAN] {
            assert_eq!(Span::from_secs_f64(nothing), Span::ZERO);
        }
    }

    #[test]
    fn drawn_seconds_become_whole_milliseconds_here() {
        assert_eq!(Span::from_secs_f64(0.0004999).as_millis(), 0);
        assert_eq!(Span::from_secs_f64(1.2345).as_millis(), 1235);
        assert_eq!(Span::from_secs_f64(-3.0), Span::ZERO);
        assert_eq!(Span::from_secs_f64(f64::NAN), Span::ZERO);
        assert_eq!(Span::from_secs_f64(f64::INFINITY), Span::FOREVER);
        let halves = (0..2_000).map(|n| f64::from(n) / 2.0);
        let edges =
            [0.5_f64.next_down(), 0.5_f64.next_up(), 1e15 + 0.5, 1e15 + 0.375, 9e15 + 1.0, 1e19];
        for millis in halves.chain(edges) {
            for secs in [millis / 1000.0, -millis / 1000.0] {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "the plain way, which saturates too"
                )]
                let round = (secs * 1000.0).round() as u64;
                assert_eq!(Span::from_secs_f64(secs).as_millis(), round, "{millis}");
            }
        }
    }
}
