//! A router that is asked in text and answers in text.

use taskrouter_sim::routing::{Command, Event, Matcher, Refusal, Router};
use taskrouter_sim::time::Time;

use super::ask::Asker;
use super::draw::Move;
use super::print::Known;
use super::setup::Setup;

/// What a story shows step by step.
#[derive(Clone, Copy)]
pub(crate) enum Seen<'a> {
    /// A command, and what came of it.
    Asked(Command, Result<&'a [Event], Refusal>),
    /// An instant that passed.
    Passed(&'a [Event]),
}

/// One router, and what was seen of it.
#[derive(Debug)]
pub(crate) struct Player {
    pub(crate) setup: Setup,
    /// What `setup` was read from.
    text: String,
    pub(crate) router: Router,
    pub(crate) known: Known,
    pub(crate) now: Time,
    /// Of which instant the last printed line is.
    printed: Time,
    pub(crate) lines: Vec<String>,
    /// Whether it is checked that a refusal leaves the router as it was, which takes time.
    pub(crate) is_strict: bool,
    /// Whether all that follows from the workspace is worked out again after each instant.
    pub(crate) reworks: bool,
}

impl Player {
    pub(crate) fn new(text: &str, matcher: Matcher) -> Self {
        let (text, setup) = (text.to_string(), Setup::read(text));
        let router = Router::new(setup.workspace.clone(), matcher);
        let known = Known::default();
        let (now, printed) = (Time::ZERO, Time::ZERO);
        let mut player = Self {
            setup,
            text,
            router,
            known,
            now,
            printed,
            lines: Vec::new(),
            is_strict: false,
            reworks: false,
        };
        player.audit();
        player.printed = now;
        player
    }

    /// One timed line: lets time pass up to `at`, asks, and lets that instant pass.
    pub(crate) fn at(&mut self, at: Time, commands: &str) {
        assert!(self.now <= at, "{at} lies before {}", self.now);
        self.printed = at;
        self.pass_until(at);
        self.now = at;
        for command in commands.split("; ").map(str::trim) {
            match command.split_once(' ') {
                Some(("look", name)) => {
                    self.advance(at);
                    let line = self.known.look(&self.router, name);
                    self.say(line);
                }
                Some(("loop", rest)) => self.repeat(rest),
                None if command == "wait" => {}
                _ => drop(self.ask(command)),
            }
        }
        let now = self.now;
        self.advance(now);
    }

    /// A random story; every line that was asked is among the lines. `watch` sees each command
    /// and each instant, with what came of it.
    pub(crate) fn play(&mut self, moves: &[Move], mut watch: impl FnMut(&Self, Seen<'_>)) {
        for step in moves {
            let at = self.now + step.after;
            while let Some(due) = self.router.next_deadline().filter(|due| *due < at) {
                let events = self.advance(due);
                watch(self, Seen::Passed(&events));
            }
            self.now = at;
            if let Some(text) = step.text(self) {
                self.lines.push(format!("{at} s: {text}"));
                let (command, answer) = self.ask(&text);
                watch(self, Seen::Asked(command, answer.as_deref().map_err(|refusal| *refusal)));
            }
            if step.passes {
                let events = self.advance(at);
                watch(self, Seen::Passed(&events));
            }
        }
    }

    /// Lets every deadline before `at` pass, each at its instant.
    pub(crate) fn pass_until(&mut self, at: Time) {
        while let Some(due) = self.router.next_deadline().filter(|due| *due < at) {
            self.advance(due);
        }
    }

    /// Lets what is due at `now` happen.
    pub(crate) fn advance(&mut self, now: Time) -> Vec<Event> {
        self.now = now;
        let mut out = Vec::new();
        self.router.advance(now, &mut out);
        self.tell(&out);
        self.audit();
        if self.reworks {
            self.rework();
        }
        out
    }

    /// Works everything out again; nothing comes of it.
    fn rework(&mut self) {
        let mut out = Vec::new();
        self.router.forget_attributes(self.now, 0);
        self.audit();
        self.router.advance(self.now, &mut out);
        assert_eq!(out, [], "{}\n{}", self.text, self.lines.join("\n"));
        self.audit();
    }

    /// Asks the router something, right now.
    pub(crate) fn ask(&mut self, text: &str) -> (Command, Result<Vec<Event>, Refusal>) {
        let Self { setup, known, now, router, .. } = self;
        let command = Asker { setup, known, now: *now }.command(router, text);
        let mut out = Vec::new();
        let before = self.is_strict.then(|| self.router.clone());
        let answer = self.router.handle(self.now, command, &mut out);
        match answer {
            Ok(()) => self.tell(&out),
            Err(refusal) => {
                assert_eq!(out, [], "a refusal has no events");
                if let Some(before) = before {
                    let same = everything(&before) == everything(&self.router);
                    assert!(same, "{text}: a refusal leaves no trace");
                }
                self.say(format!("refused: {refusal}"));
            }
        }
        self.audit();
        (command, answer.map(|()| out))
    }

    /// `loop 998 reject last`: that often, each as soon as there is something to reject, unseen.
    fn repeat(&mut self, text: &str) {
        let (times, command) = text.split_once(' ').expect("loop 998 reject last");
        let (shown, printed) = (std::mem::take(&mut self.lines), self.printed);
        for _ in 0..times.parse().expect("a number") {
            drop(self.ask(command));
            let created = self.known.reservations.len();
            while self.known.reservations.len() == created {
                let due = self.router.next_deadline().expect("it goes on");
                self.advance(due);
            }
        }
        (self.lines, self.printed) = (shown, printed);
        self.say(format!("… {times} times"));
    }

    fn tell(&mut self, events: &[Event]) {
        for event in events {
            self.known.learn(event);
            let group = event.name().split('.').next().expect("a group");
            if self.setup.show.is_empty() || self.setup.show.iter().any(|shown| shown == group) {
                let line = self.known.line(event, self.router.workspace());
                self.say(line);
            }
        }
    }

    fn say(&mut self, line: String) {
        if self.printed != self.now {
            self.printed = self.now;
            self.lines.push(format!("@{} s", self.now));
        }
        self.lines.push(line);
    }

    fn audit(&self) {
        if let Err(fault) = self.router.audit(self.now) {
            panic!("at {} s: {fault}\n{}\n{}", self.now, self.text, self.lines.join("\n"));
        }
    }
}

/// All that the router knows, in text; bit sets are named by their address and by how much they
/// could hold, which says nothing.
fn everything(router: &Router) -> String {
    let text = format!("{router:?}");
    let mut parts = text.split("data: 0x");
    let first = parts.next().unwrap_or_default().to_string();
    let rest = parts.map(|part| part.split_once(", length: ").expect("the next field").1);
    first + &rest.collect::<String>()
}
