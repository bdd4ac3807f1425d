//! The log: what was asked that changes something, and what applications answered; enough to do it
//! again.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::scenario::node::{Item, Node};
use crate::scenario::problem::Problem;
use crate::serve::account::{Account, Activities};
use crate::serve::fields::Fields;
use crate::serve::library::{Library, Seed};
use crate::serve::moment;
use crate::serve::post::{Effect, Outcome};
use crate::serve::request::{Method, Request};
use crate::time::Time;

/// How long the log may grow: what comes later is not in it.
const LOG_MAX: usize = 20_000;

/// What everything began with.
#[derive(Clone, Debug)]
pub struct Start {
    /// Whose account it is.
    pub account_sid: String,
    /// All sids follow from it.
    pub seed: u64,
    /// What a new workspace begins with.
    pub activities: Activities,
    /// A workspace to begin with.
    pub scenario: Option<Arc<Seed>>,
    /// When it began.
    pub at: Time,
}

impl Start {
    /// The account as it is then.
    #[must_use]
    pub fn account(&self) -> Account {
        let mut account = Account::new(&self.account_sid, self.seed, self.activities);
        if let Some(seed) = &self.scenario {
            account.open(self.at, &seed.blueprint, seed.people.as_ref());
        }
        account
    }
}

/// What was asked that changes something, and what applications answered.
#[derive(Debug, Default)]
pub struct Log {
    lines: Vec<Json>,
    /// Whether it grew too long, so that the end is missing.
    is_cut: bool,
}

impl Log {
    /// Takes down a request. Whether what is due at `now` has happened already is told too: what
    /// comes at the same instant has an order.
    pub fn asked(&mut self, now: Time, account: &Account, request: &Request) {
        let method = match request.method {
            Method::Delete => "DELETE",
            _ => "POST",
        };
        let form: Vec<(&str, &str)> = request.form.pairs().collect();
        self.add(json!({
            "at": moment::unix_millis(now),
            "is_late": account.has_passed(now),
            "method": method,
            "path": request.path,
            "form": form,
            "if_match": request.if_match,
        }));
    }

    /// Takes down what came of an assignment callback.
    pub fn answered(&mut self, now: Time, account: &Account, effect: &Effect, outcome: &Outcome) {
        let Effect::Assign { reservation, is_fallback, .. } = effect else { return };
        let (answer, failure) = match outcome {
            Outcome::Answered(body) => (Some(body), None),
            Outcome::Failed(why) => (None, Some(why)),
        };
        self.add(json!({
            "at": moment::unix_millis(now),
            "is_late": account.has_passed(now),
            "callback": reservation,
            "is_fallback": is_fallback,
            "answer": answer,
            "failure": failure,
        }));
    }

    fn add(&mut self, line: Json) {
        if self.lines.len() == LOG_MAX {
            self.is_cut = true;
        } else {
            self.lines.push(line);
        }
    }

    /// The log with what it began with, up to `now`.
    #[must_use]
    pub fn body(&self, start: &Start, now: Time) -> Json {
        let purpose = start.scenario.as_ref().map(|seed| &seed.purpose);
        let purpose = purpose.filter(|purpose| purpose.with_people);
        json!({
            "account_sid": start.account_sid,
            "seed": start.seed,
            "activities": start.activities.name(),
            "by_hand": purpose.map(|purpose| &purpose.by_hand),
            "scenario_sha256": start.scenario.as_ref().map(|seed| &seed.sha256),
            "start": moment::unix_millis(start.at),
            "end": moment::unix_millis(now),
            "is_complete": !self.is_cut,
            "log": self.lines,
        })
    }
}

/// A log that was read, to be done again.
#[derive(Clone, Debug)]
pub struct Recording {
    start: Start,
    end: Time,
    lines: Vec<Line>,
}

/// What came of doing it again.
#[derive(Debug)]
pub struct Replayed {
    /// What it began with.
    pub start: Start,
    /// When it ends.
    pub end: Time,
    /// As it was then.
    pub account: Account,
    /// The same log.
    pub log: Log,
    /// The scenarios that were read.
    pub library: Library,
}

/// A line of a log.
#[derive(Clone, Debug)]
struct Line {
    at: Time,
    is_late: bool,
    deed: Deed,
    /// Its number, from 1.
    number: usize,
}

#[derive(Clone, Debug)]
enum Deed {
    Asked(Request),
    Answered { reservation: String, is_fallback: bool, outcome: Outcome },
}

/// Reads the parts of a log, and keeps what is wrong.
struct Reader<'a> {
    problems: &'a mut Vec<Problem>,
}

impl Recording {
    /// Reads what `GET /_sim/log` answered. `scenario` is what the server is to begin with.
    ///
    /// # Errors
    /// Everything that is wrong, each at its place: what is no log, a log that was cut, one that
    /// began with another scenario.
    pub fn read(root: &Node, scenario: Option<Arc<Seed>>) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut reader = Reader { problems: &mut problems };
        let account_sid = reader.text(root, "account_sid");
        let seed = reader.number(root, "seed").and_then(|seed| u64::try_from(seed).ok());
        let activities = reader.text(root, "activities").and_then(|name| Activities::named(&name));
        let (at, end) = (reader.time(root, "start"), reader.time(root, "end"));
        let lines = reader.lines(root);
        if let Some(whole) = root.get("is_complete").filter(|it| it.as_bool() != Some(true)) {
            let problem =
                Problem::error("the log grew too long, so that its end is missing", &whole.place);
            problems.push(problem.with_help("a server keeps the first 20,000 lines"));
        }
        let began = root.get("scenario_sha256");
        if began.and_then(Node::as_str) != scenario.as_ref().map(|seed| &*seed.sha256) {
            let place = began.map_or(&root.place, |node| &node.place);
            let problem = Problem::error("the log began with another scenario", place);
            problems.push(problem.with_help("--scenario names the one it began with, unchanged"));
        }
        let people = scenario.as_ref().map(|seed| &seed.purpose).filter(|it| it.with_people);
        if by_hand(root) != people.map(|purpose| purpose.by_hand.clone()) {
            let place = root.get("by_hand").map_or(&root.place, |node| &node.place);
            let problem = Problem::error("the log began with other people", place);
            problems.push(problem.with_help("--people and --by-hand are to be as they were"));
        }
        match (account_sid, seed, activities, at, end) {
            (Some(account_sid), Some(seed), Some(activities), Some(at), Some(end))
                if problems.is_empty() =>
            {
                let start = Start { account_sid, seed, activities, scenario, at };
                Ok(Self { start, end, lines })
            }
            _ if problems.is_empty() => Err(vec![Problem::error("this is no log", &root.place)]),
            _ => Err(problems),
        }
    }

    /// Does everything again, but that nothing is sent out.
    ///
    /// # Errors
    /// If a callback was answered that is not asked for this time: the log was changed, or is of
    /// another version.
    pub fn play(&self) -> Result<Replayed, String> {
        let (mut log, mut library) = (Log::default(), Library::default());
        let mut account = self.start.account();
        let mut asked: Vec<Effect> = Vec::new();
        for line in &self.lines {
            if line.is_late {
                account.pass_through(line.at);
            } else {
                account.pass_until(line.at);
            }
            asked.extend(account.take_effects());
            match &line.deed {
                Deed::Asked(request) => {
                    log.asked(line.at, &account, request);
                    account.ask(line.at, request, &mut library);
                }
                Deed::Answered { reservation, is_fallback, outcome } => {
                    let is_it = |effect: &Effect| {
                        matches!(effect, Effect::Assign { reservation: of, is_fallback: is, .. }
                            if of == reservation && is == is_fallback)
                    };
                    let index = asked.iter().position(is_it).ok_or_else(|| {
                        let n = line.number;
                        format!("line {n} of the log answers for {reservation}, which is not asked")
                    })?;
                    let effect = asked.remove(index);
                    log.answered(line.at, &account, &effect, outcome);
                    account.answered(line.at, &effect, outcome.clone());
                }
            }
            asked.extend(account.take_effects());
            asked.retain(|effect| matches!(effect, Effect::Assign { .. }));
        }
        account.pass_through(self.end);
        account.take_effects();
        Ok(Replayed { start: self.start.clone(), end: self.end, account, log, library })
    }
}

impl Reader<'_> {
    fn wrong(&mut self, node: &Node, wanted: &str) {
        self.problems.push(Problem::error(format!("{wanted} is wanted here"), &node.place));
    }

    fn missing(&mut self, node: &Node, key: &str) {
        let message = format!("`{key}` is missing: this is not what /_sim/log answers");
        self.problems.push(Problem::error(message, &node.place));
    }

    fn text(&mut self, node: &Node, key: &str) -> Option<String> {
        let Some(value) = node.get(key) else {
            self.missing(node, key);
            return None;
        };
        if value.as_str().is_none() {
            self.wrong(value, "a text");
        }
        value.as_str().map(str::to_owned)
    }

    fn number(&mut self, node: &Node, key: &str) -> Option<i64> {
        let Some(value) = node.get(key) else {
            self.missing(node, key);
            return None;
        };
        if value.as_integer().is_none() {
            self.wrong(value, "a whole number");
        }
        value.as_integer()
    }

    /// Milliseconds since 1970.
    fn time(&mut self, node: &Node, key: &str) -> Option<Time> {
        let time = moment::from_unix_millis(self.number(node, key)?);
        if time.is_none() {
            self.wrong(node, "an instant after 1900");
        }
        time
    }

    fn lines(&mut self, root: &Node) -> Vec<Line> {
        let Some(all) = root.get("log").and_then(Node::as_array) else {
            self.missing(root, "log");
            return Vec::new();
        };
        let mut last = Time::ZERO;
        let mut lines = Vec::new();
        for (number, node) in (1..).zip(all) {
            let Some(line) = self.line(node, number) else { continue };
            if line.at < last {
                self.problems
                    .push(Problem::error("the line before is of a later instant", &node.place));
            }
            last = line.at;
            lines.push(line);
        }
        lines
    }

    fn line(&mut self, node: &Node, number: usize) -> Option<Line> {
        let at = self.time(node, "at")?;
        let is_late = node.get("is_late").and_then(Node::as_bool).unwrap_or(false);
        let deed = if node.get("callback").is_some() {
            self.answer(node)?
        } else {
            Deed::Asked(self.request(node)?)
        };
        Some(Line { at, is_late, deed, number })
    }

    fn answer(&mut self, node: &Node) -> Option<Deed> {
        let outcome = match node.get("failure") {
            Some(_) => Outcome::Failed(self.text(node, "failure")?),
            None => Outcome::Answered(self.text(node, "answer")?),
        };
        let is_fallback = node.get("is_fallback").and_then(Node::as_bool).unwrap_or(false);
        Some(Deed::Answered { reservation: self.text(node, "callback")?, is_fallback, outcome })
    }

    fn request(&mut self, node: &Node) -> Option<Request> {
        let method = match &*self.text(node, "method")? {
            "POST" => Method::Post,
            "DELETE" => Method::Delete,
            _ => {
                self.wrong(node, "a `method` POST or DELETE");
                return None;
            }
        };
        let form = node.get("form");
        let pairs = form.and_then(Node::as_array).unwrap_or_default().iter().filter_map(pair);
        let pairs: Vec<(&str, &str)> = pairs.collect();
        Some(Request {
            method,
            path: self.text(node, "path")?,
            query: Fields::default(),
            form: Fields::of(pairs),
            base: String::new(),
            if_match: node.get("if_match").and_then(Node::as_str).map(str::to_owned),
        })
    }
}

/// The workers whom others played, if there were simulated ones.
fn by_hand(root: &Node) -> Option<Vec<String>> {
    let names = root.get("by_hand").and_then(Node::as_array)?;
    Some(names.iter().filter_map(Node::as_str).map(str::to_owned).collect())
}

fn pair(node: &Node) -> Option<(&str, &str)> {
    let Item::Array(pair) = &node.value else { return None };
    let [name, value] = pair.as_slice() else { return None };
    Some((name.as_str()?, value.as_str()?))
}
