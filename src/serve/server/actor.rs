//! The one who owns the account and the clock, and does one thing after the other.

use std::collections::BTreeMap;
use std::future::pending;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use crate::serve::account::{Account, SEED};
use crate::serve::library::Library;
use crate::serve::log::{Log, Replayed, Start};
use crate::serve::post::{Effect, Form, Outcome};
use crate::serve::request::{Method, Reply, Request};
use crate::serve::server::Config;
use crate::serve::server::clock::{Clock, ClockKind};
use crate::serve::server::outbox::Outbox;
use crate::serve::server::sim::Faults;
use crate::time::Time;

/// How many events wait for one endpoint that is slow to hear of them.
const NOTICES_MAX: usize = 1000;

/// What reaches the actor.
#[derive(Debug)]
pub(super) enum Message {
    /// Somebody wants something.
    Asked {
        request: Request,
        sender: oneshot::Sender<Reply>,
        /// Whether it is about the server itself, `/_sim`.
        is_own: bool,
    },
    /// An application answered an assignment callback, or did not.
    Answered { effect: Effect, outcome: Outcome, era: u64 },
    /// An application heard of an event, or did not: why.
    Noticed { failure: Option<String>, era: u64 },
}

/// Where a virtual clock is on its way to, and who waits for it to arrive.
#[derive(Debug)]
pub(super) struct Goal {
    pub(super) time: Time,
    pub(super) sender: oneshot::Sender<Reply>,
}

/// The one who owns the account and the clock.
#[derive(Debug)]
pub(super) struct Actor {
    pub(super) clock_kind: ClockKind,
    /// What everything began with.
    pub(super) start: Start,
    pub(super) library: Library,
    pub(super) account: Account,
    pub(super) clock: Clock,
    pub(super) faults: Faults,
    pub(super) log: Log,
    pub(super) goal: Option<Goal>,
    /// How fast the clock goes once no callback is in flight.
    pub(super) pace: Option<f64>,
    /// How many callbacks are in flight. A virtual clock stands still until there is none.
    pub(super) in_flight: usize,
    /// How often everything was reset: what was sent before has no say any more.
    pub(super) era: u64,
    outbox: Outbox,
    inbox: mpsc::Receiver<Message>,
    /// For what comes back.
    back: mpsc::UnboundedSender<Message>,
    returns: mpsc::UnboundedReceiver<Message>,
    /// Who tells each endpoint of events, one after the other.
    notifiers: BTreeMap<String, mpsc::Sender<(Form, u64)>>,
}

impl Actor {
    /// Begins now, or goes on from where a log ended.
    pub(super) fn new(
        config: &Config,
        replayed: Option<Replayed>,
        inbox: mpsc::Receiver<Message>,
    ) -> Self {
        let (back, returns) = mpsc::unbounded_channel();
        let mut clock = Clock::new(config.clock);
        let Replayed { start, end, account, log, library } = replayed.unwrap_or_else(|| {
            let start = config.start(clock.now());
            let (account, end) = (start.account(), start.at);
            Replayed { start, end, account, log: Log::default(), library: Library::default() }
        });
        clock.set(end);
        Self {
            clock_kind: config.clock,
            start,
            library,
            account,
            pace: clock.factor(),
            clock,
            faults: Faults::default(),
            log,
            goal: None,
            in_flight: 0,
            era: 0,
            outbox: Outbox::new(&config.auth_token),
            inbox,
            back,
            returns,
            notifiers: BTreeMap::new(),
        }
    }

    /// Works until nobody is left to ask.
    pub(super) async fn run(mut self) {
        loop {
            self.proceed();
            let wake = self.wake();
            let alarm = async {
                match wake {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => pending().await,
                }
            };
            tokio::select! {
                biased;
                Some(message) = self.returns.recv() => self.take(message),
                message = self.inbox.recv() => match message {
                    Some(message) => self.take(message),
                    None => return,
                },
                () = alarm => {}
            }
        }
    }

    /// How long it is until something happens by itself.
    fn wake(&mut self) -> Option<Duration> {
        let due = self.account.next_deadline()?;
        self.clock.until(due)
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Asked { request, sender, is_own } => self.asked(&request, sender, is_own),
            Message::Answered { effect, outcome, era } if era == self.era => {
                self.in_flight -= 1;
                let now = self.clock.now();
                self.log.answered(now, &self.account, &effect, &outcome);
                self.account.answered(now, &effect, outcome);
                self.send_effects();
            }
            Message::Noticed { failure, era } if era == self.era => {
                self.in_flight -= 1;
                if let Some(why) = failure {
                    self.account.alert(11200, format!("The event callback failed: {why}"));
                }
            }
            Message::Answered { .. } | Message::Noticed { .. } => {}
        }
    }

    fn asked(&mut self, request: &Request, sender: oneshot::Sender<Reply>, is_own: bool) {
        if is_own && !is_seed(request) {
            self.control(request, sender);
            return;
        }
        let refusal = if is_own { None } else { self.faults.refusal(request) };
        let reply = refusal.unwrap_or_else(|| {
            let now = self.clock.now();
            if request.method != Method::Get {
                self.log.asked(now, &self.account, request);
            }
            self.account.ask(now, request, &mut self.library)
        });
        // Whoever asked may have gone.
        let _ = sender.send(reply);
        self.send_effects();
    }

    /// Lets happen what is due by now. A virtual clock goes from instant to instant, and waits at
    /// each for the callbacks that it gave rise to.
    fn proceed(&mut self) {
        if !self.clock.is_virtual() {
            let now = self.clock.now();
            self.account.pass_through(now);
            self.send_effects();
            return;
        }
        while self.in_flight == 0 {
            let target = self.goal.as_ref().map_or_else(|| self.clock.now(), |goal| goal.time);
            let due = self.account.next_deadline().unwrap_or(target).min(target);
            if self.goal.is_some() {
                self.clock.set(due);
            }
            self.account.pass_through(due);
            self.send_effects();
            if due == target && self.in_flight == 0 {
                self.arrive();
                break;
            }
        }
        self.hold();
    }

    /// The clock is where it was to go.
    fn arrive(&mut self) {
        if let Some(goal) = self.goal.take() {
            let _ = goal.sender.send(self.clock_reply());
        }
    }

    /// A virtual clock stands while a callback is in flight.
    fn hold(&mut self) {
        match (self.in_flight, self.pace) {
            (0, Some(factor)) if self.clock.factor() != Some(factor) => self.clock.go(factor),
            (0, Some(_)) => {}
            _ => self.clock.stop(),
        }
    }

    pub(super) fn send_effects(&mut self) {
        for effect in self.account.take_effects() {
            self.in_flight += 1;
            match effect {
                Effect::Assign { .. } => self.assign(effect),
                Effect::Notify { url, form } => self.notify(&url, form),
            }
        }
    }

    fn assign(&mut self, effect: Effect) {
        let fate = self.faults.fate_of_callback();
        let (outbox, back, era) = (self.outbox.clone(), self.back.clone(), self.era);
        tokio::task::spawn_local(async move {
            let Effect::Assign { url, form, .. } = &effect else { return };
            tokio::time::sleep(fate.delay).await;
            let outcome = if fate.is_lost {
                Outcome::Failed("lost, as /_sim/faults wants it".into())
            } else {
                outbox.assign(url, form).await
            };
            tracing::debug!(url, ?outcome, "assignment callback");
            let _ = back.send(Message::Answered { effect, outcome, era });
        });
    }

    /// Events reach an endpoint in their order; a slow endpoint holds up only its own.
    fn notify(&mut self, url: &str, form: Form) {
        let notifier = self.notifiers.entry(url.to_owned()).or_insert_with(|| {
            let (sender, mut receiver) = mpsc::channel::<(Form, u64)>(NOTICES_MAX);
            let (outbox, back, url) = (self.outbox.clone(), self.back.clone(), url.to_owned());
            tokio::task::spawn_local(async move {
                while let Some((form, era)) = receiver.recv().await {
                    let failure = outbox.notify(&url, &form).await.err();
                    let _ = back.send(Message::Noticed { failure, era });
                }
            });
            sender
        });
        if notifier.try_send((form, self.era)).is_err() {
            self.in_flight -= 1;
            self.account.alert(11200, "The event callback is too slow: an event is not told");
        }
    }
}

/// Whether a workspace is to be opened from a scenario.
fn is_seed(request: &Request) -> bool {
    request.method == Method::Post && request.path.trim_end_matches('/') == SEED
}
