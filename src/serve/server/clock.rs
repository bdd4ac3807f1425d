//! What time it is: the machine's, or one that goes on when it is told to.

#![expect(clippy::disallowed_types, reason = "the server's clock is the one that reads a clock")]

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::serve::moment;
use crate::time::{Span, Time};

/// Whose time it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClockKind {
    /// The machine's.
    #[default]
    Real,
    /// It stands still but when it is told to go on, and begins at a fixed instant, so that the
    /// same requests always give the same answers.
    Virtual,
}

/// 2026-01-05T00:00:00Z, where scenarios begin too, in milliseconds since 1970.
const VIRTUAL_START: i64 = 1_767_571_200_000;

/// A clock.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    kind: ClockKind,
    /// What it showed at `since`.
    shown: Time,
    /// From when it has been going on, `None` while it stands still.
    since: Option<Instant>,
    /// How much faster than the machine's.
    factor: f64,
}

impl Clock {
    /// A real clock goes, a virtual one stands.
    pub(super) fn new(kind: ClockKind) -> Self {
        let unix = match kind {
            ClockKind::Real => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, millis),
            ClockKind::Virtual => VIRTUAL_START,
        };
        let since = (kind == ClockKind::Real).then(Instant::now);
        let shown = moment::from_unix_millis(unix).unwrap_or(Time::ZERO);
        Self { kind, shown, since, factor: 1.0 }
    }

    pub(super) const fn is_virtual(&self) -> bool {
        matches!(self.kind, ClockKind::Virtual)
    }

    pub(super) fn now(&self) -> Time {
        let gone = self.since.map_or(0.0, |since| since.elapsed().as_secs_f64());
        self.shown + Span::from_secs_f64(gone * self.factor)
    }

    /// From now on it shows `now`, and goes on from there if it goes.
    pub(super) fn set(&mut self, now: Time) {
        self.shown = now;
        self.since = self.since.map(|_| Instant::now());
    }

    /// It stands still.
    pub(super) fn stop(&mut self) {
        self.shown = self.now();
        self.since = None;
    }

    /// It goes on, `factor` times as fast as the machine's.
    pub(super) fn go(&mut self, factor: f64) {
        self.shown = self.now();
        self.since = Some(Instant::now());
        self.factor = factor;
    }

    /// How much faster it goes than the machine's; nothing while it stands.
    pub(super) fn factor(&self) -> Option<f64> {
        self.since.map(|_| self.factor)
    }

    /// How long it takes, on the machine's clock, until it shows `due`; `None` while it stands.
    pub(super) fn until(&self, due: Time) -> Option<Duration> {
        let factor = self.factor()?;
        let ahead = due.since(self.now()).as_secs_f64() / factor;
        // A little later than too early: the clock shows whole milliseconds.
        Some(Duration::from_secs_f64(ahead.min(86_400.0)) + Duration::from_micros(500))
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_virtual_clock_stands_until_it_is_told_to_go() {
        let mut clock = Clock::new(ClockKind::Virtual);
        let start = clock.now();
        assert_eq!(moment::iso(start), "2026-01-05T00:00:00Z");
        assert_eq!((clock.now(), clock.until(start)), (start, None));
        clock.set(start + Span::from_secs(60));
        assert_eq!(clock.now(), start + Span::from_secs(60));
        clock.go(1000.0);
        let wait = clock.until(start + Span::from_secs(160)).expect("it goes");
        assert!(wait <= Duration::from_millis(101), "{wait:?}");
        clock.stop();
        assert_eq!((clock.now(), clock.factor()), (clock.now(), None));
    }
}
