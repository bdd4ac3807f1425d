//! What is asked of the server itself, below `/_sim`: its clock, its faults, its log.

use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::sync::oneshot;

use crate::serve::fields::Fields;
use crate::serve::log::Log;
use crate::serve::moment;
use crate::serve::request::{Answer, ApiError, Method, Reply, Request};
use crate::serve::server::actor::{Actor, Goal};
use crate::serve::server::clock::Clock;
use crate::time::{Span, Time};

/// Faults that are asked for, so that one can see what one's own code makes of them. Each number
/// says how many are still to come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Faults {
    /// How long every assignment callback is held back.
    delay: Span,
    /// Assignment callbacks that never arrive.
    lost: u32,
    /// Requests that are answered 429.
    too_many: u32,
    /// Requests with `If-Match` that are answered 412.
    stale: u32,
}

/// What becomes of an assignment callback.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fate {
    pub(super) delay: Duration,
    pub(super) is_lost: bool,
}

impl Faults {
    /// The refusal that is due for this request.
    pub(super) fn refusal(&mut self, request: &Request) -> Option<Reply> {
        if take(&mut self.too_many) {
            return Some(ApiError::new(429, 20429, "Too Many Requests").into());
        }
        (request.if_match.is_some() && take(&mut self.stale)).then(|| ApiError::stale().into())
    }

    pub(super) fn fate_of_callback(&mut self) -> Fate {
        let delay = Duration::from_millis(self.delay.as_millis());
        Fate { delay, is_lost: take(&mut self.lost) }
    }

    fn change(&mut self, form: &Fields) -> Result<(), ApiError> {
        let many = |name: &str| form.whole(name, 0..=u32::MAX);
        let delay = form.filled("CallbackDelay").map(span).transpose()?;
        let [lost, too_many, stale] =
            [many("LostCallbacks")?, many("TooManyRequests")?, many("PreconditionFailed")?];
        self.delay = delay.unwrap_or(self.delay);
        self.lost = lost.unwrap_or(self.lost);
        self.too_many = too_many.unwrap_or(self.too_many);
        self.stale = stale.unwrap_or(self.stale);
        Ok(())
    }

    fn body(&self) -> Json {
        json!({
            "callback_delay": self.delay.as_secs_f64(),
            "lost_callbacks": self.lost,
            "too_many_requests": self.too_many,
            "precondition_failed": self.stale,
        })
    }
}

fn take(left: &mut u32) -> bool {
    let is_due = 0 < *left;
    *left -= u32::from(is_due);
    is_due
}

/// A length of time with its unit, as `1m30s`.
fn span(text: &str) -> Result<Span, ApiError> {
    text.parse().map_err(|error| ApiError::invalid(format!("{text}: {error}")))
}

impl Actor {
    /// Does what is asked of the server itself.
    pub(super) fn control(&mut self, request: &Request, sender: oneshot::Sender<Reply>) {
        let is_post = request.method == Method::Post;
        let answer: Answer = match (request.path.trim_end_matches('/'), request.method) {
            ("/_sim/clock", Method::Post) => return self.change_clock(&request.form, sender),
            ("/_sim/clock", Method::Get) => Ok(self.clock_reply()),
            ("/_sim/faults", Method::Get | Method::Post) => {
                let form = if is_post { request.form.clone() } else { Fields::default() };
                self.faults.change(&form).map(|()| Reply::ok(self.faults.body()))
            }
            ("/_sim/state", Method::Get) => self.state(request),
            ("/_sim/log", Method::Get) => {
                Ok(Reply::ok(self.log.body(&self.start, self.clock.now())))
            }
            ("/_sim/alerts", Method::Get) => Ok(Reply::ok(self.account.alerts_body())),
            ("/_sim/reset", Method::Post) => self.reset(&request.form),
            _ => Err(ApiError::not_found(&request.path)),
        };
        let _ = sender.send(answer.unwrap_or_else(Reply::from));
    }

    /// How everything stands, for the page.
    fn state(&mut self, request: &Request) -> Answer {
        let mut body = self.account.state(&request.query)?;
        body["clock"] = self.clock_body();
        Ok(Reply::ok(body))
    }

    pub(super) fn clock_reply(&mut self) -> Reply {
        Reply::ok(self.clock_body())
    }

    fn clock_body(&mut self) -> Json {
        let now = self.clock.now();
        let next = self.account.next_deadline();
        json!({
            "kind": if self.clock.is_virtual() { "virtual" } else { "real" },
            "now": moment::iso(now),
            "now_ms": moment::unix_millis(now),
            "factor": self.pace,
            "next_event_ms": next.map(moment::unix_millis),
            "callbacks_in_flight": self.in_flight,
        })
    }

    /// `Advance=90s` goes on by that much and answers once it is there; `Advance=next` goes to the
    /// next instant at which something happens by itself; `Factor=60` goes on by itself, that much
    /// faster than the machine's clock; `Factor=0` stands still.
    fn change_clock(&mut self, form: &Fields, sender: oneshot::Sender<Reply>) {
        match self.wanted_time(form) {
            Ok(Some(time)) => self.goal = Some(Goal { time, sender }),
            Ok(None) => drop(sender.send(self.clock_reply())),
            Err(error) => drop(sender.send(error.into())),
        }
    }

    fn wanted_time(&mut self, form: &Fields) -> Result<Option<Time>, ApiError> {
        if !self.clock.is_virtual() {
            return Err(ApiError::invalid(
                "The clock is the machine's: start with --clock virtual",
            ));
        }
        if self.goal.is_some() {
            return Err(ApiError::invalid("The clock is on its way: another request advances it"));
        }
        if let Some(text) = form.filled("Factor") {
            let factor = text.parse().ok().filter(|it| (0.0..=1e6).contains(it));
            let factor: f64 = factor.ok_or_else(|| {
                ApiError::invalid(format!(
                    "Invalid value {text} for Factor: 0 to 1000000 is wanted"
                ))
            })?;
            self.clock.stop();
            self.pace = Some(factor).filter(|factor| 0.0 < *factor);
        }
        let now = self.clock.now();
        match form.filled("Advance") {
            None => Ok(None),
            Some("next") => Ok(Some(self.account.next_deadline().unwrap_or(now).max(now))),
            Some(text) => Ok(Some(now + span(text)?)),
        }
    }

    /// Everything begins anew, with another seed if the form names one.
    fn reset(&mut self, form: &Fields) -> Answer {
        let seed = form.filled("Seed").map(str::parse).transpose();
        let seed = seed.map_err(|_| ApiError::invalid("Seed is a whole number"))?;
        self.clock = Clock::new(self.clock_kind);
        self.start.seed = seed.unwrap_or(self.start.seed);
        self.start.at = self.clock.now();
        self.account = self.start.account();
        self.pace = self.clock.factor();
        self.faults = Faults::default();
        self.log = Log::default();
        self.in_flight = 0;
        self.era += 1;
        if let Some(goal) = self.goal.take() {
            let _ = goal.sender.send(ApiError::invalid("The server was reset").into());
        }
        Ok(Reply::ok(json!({"seed": self.start.seed})))
    }
}
